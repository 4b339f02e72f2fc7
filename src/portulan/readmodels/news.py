"""What changed in the portfolio since a day: old and new values, and the decision behind each.

Facts taken in from elsewhere are not news (they were so before we knew); nor is what was undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.db.models import Case, Value, When
from django.utils import timezone

from portulan.base.models import HistoryRow
from portulan.catalogue.models import StagePeriod
from portulan.governance.models import Decision, Meeting
from portulan.organisation.models import Team
from portulan.portfolio.manifest import BUDGET_READ, CAPACITY_READ, INITIATIVE_READ
from portulan.portfolio.models import Capacity, Envelope
from portulan.readmodels import catalog
from portulan.readmodels.reader import Reader

#: Model → columns that are news.
NEWS = {
    "portfolio.initiative": frozenset({"start", "state", "months"}),
    "portfolio.envelope": frozenset({"amount"}),
    "portfolio.capacity": frozenset({"days"}),
    "catalogue.stageperiod": frozenset({"stage"}),
    "catalogue.product": frozenset(),
}
ROWS = 1500


@dataclass(frozen=True, slots=True)
class News:
    """One change of one object.

    ``kind``: ``budget``, ``stage``, ``calendar``, ``state``, ``length``, ``capacity``, ``added``.
    ``old`` and ``new`` are raw: cents, stage or state codes, month ordinals, months, hundredths of
    person-days; for ``added`` ``new`` counts the objects. ``month`` is that of a capacity.
    """

    kind: str
    subject: str
    code: str
    name: str
    old: Any
    new: Any
    at: datetime
    decision: str = ""
    month: int | None = None
    names: tuple[str, ...] = ()


def last_committee(reader: Reader) -> date | None:
    """The day of the last strategic or portfolio committee held before today, else of any meeting.

    One query; the day of a committee is no secret, whoever sat in it.
    """
    held = Meeting.objects.filter(on__lt=reader.day, state="closed").annotate(
        high=Case(
            When(forum__level__in=("strategic", "portfolio"), then=Value(0)), default=Value(1)
        )
    )
    found: date | None = held.order_by("high", "-on").values_list("on", flat=True).first()
    return found


def news(
    reader: Reader, since: date, limit: int = 7, *, decided: bool = False
) -> list[News]:
    """The latest changes since a day that the reader may know of (at most 10 queries).

    Several changes of one column of one object count as one: first old value, last new one.
    With ``decided`` only those that a decision of a committee made (at most 6 queries).
    """
    caused = {"change__cause_type": "decision"} if decided else {}
    start = timezone.make_aware(datetime.combine(since, time.min))
    rows = list(
        HistoryRow.objects.filter(
            model__in=list(NEWS), change__at__gte=start, change__undone_by=None,
            effective_on__isnull=False, **caused,
        )
        .select_related("change")
        .order_by("-pk")[:ROWS]
    )
    rows.reverse()
    found: list[News] = []
    found += _initiatives(reader, [r for r in rows if r.model == "portfolio.initiative"])
    found += _stages(reader, [r for r in rows if r.model == "catalogue.stageperiod"])
    found += _envelopes(reader, [r for r in rows if r.model == "portfolio.envelope"])
    found += _capacities(reader, [r for r in rows if r.model == "portfolio.capacity"])
    found += _added(reader, rows)
    found.sort(key=lambda n: (bool(n.decision), n.at), reverse=True)
    return _named(_varied(found, limit))


def _varied(found: Sequence[News], limit: int) -> list[News]:
    """Several kinds before many of one."""
    kept: list[News] = []
    rest = list(found)
    per_kind = 2
    while rest and len(kept) < limit:
        counts: dict[str, int] = {}
        for item in kept:
            counts[item.kind] = counts.get(item.kind, 0) + 1
        for item in list(rest):
            if counts.get(item.kind, 0) < per_kind and len(kept) < limit:
                kept.append(item)
                rest.remove(item)
                counts[item.kind] = counts.get(item.kind, 0) + 1
        per_kind += 2
    return sorted(kept, key=lambda n: n.at, reverse=True)


def _merged(
    rows: Sequence[HistoryRow], columns: frozenset[str]
) -> dict[tuple[int, str], list[Any]]:
    """(record, column) → [first old, last new, last row]."""
    found: dict[tuple[int, str], list[Any]] = {}
    for row in rows:
        if row.operation != HistoryRow.Operation.UPDATE:
            continue
        for column in columns & set(row.columns):
            old, new = row.columns[column]
            place = found.setdefault((row.record_id, column), [old, new, row])
            place[1], place[2] = new, row
    return {place: pair for place, pair in found.items() if pair[0] != pair[1]}


def _cause(row: HistoryRow) -> str:
    return str(row.change.cause_uid) if row.change.cause_type == "decision" else ""


def _initiatives(reader: Reader, rows: Sequence[HistoryRow]) -> list[News]:
    merged = _merged(rows, NEWS["portfolio.initiative"])
    if not merged:
        return []
    known = catalog.initiatives(reader)
    visible = reader.initiatives(INITIATIVE_READ)
    kinds = {"start": "calendar", "state": "state", "months": "length"}
    return [
        News(kinds[column], "initiative", known[pk].code, known[pk].name, old, new, row.change.at,
             _cause(row))
        for (pk, column), (old, new, row) in merged.items()
        if pk in known and (visible is None or pk in visible)
    ]


def _stages(reader: Reader, rows: Sequence[HistoryRow]) -> list[News]:
    created = [r for r in rows if r.operation == HistoryRow.Operation.CREATE]
    products = {r.columns["product_id"][1]: r for r in created if "product_id" in r.columns}
    if not products:
        return []
    visible = reader.products()
    known = catalog.products(reader)
    history: dict[int, list[tuple[int, str]]] = {}
    for pk, product, stage in StagePeriod.objects.filter(
        product_id__in=list(products), market=""
    ).order_by("starts", "position").values_list("pk", "product_id", "stage"):
        history.setdefault(product, []).append((pk, stage))
    found = []
    for product, row in products.items():
        if product not in known or (visible is not None and product not in visible):
            continue
        periods = history.get(product, [])
        place = next((i for i, (pk, _) in enumerate(periods) if pk == row.record_id), None)
        old = periods[place - 1][1] if place else ""
        new = row.columns.get("stage", ["", ""])[1]
        if old != new and old:
            fact = known[product]
            found.append(
                News("stage", "product", fact.code, fact.name, old, new, row.change.at, _cause(row))
            )
    return found


def _envelopes(reader: Reader, rows: Sequence[HistoryRow]) -> list[News]:
    merged = _merged(rows, NEWS["portfolio.envelope"])
    reach = reader.reach(BUDGET_READ)
    if not merged or reach.nothing:
        return []
    facts = {
        e.pk: e for e in Envelope.objects.filter(pk__in=[pk for pk, _ in merged]).only(
            "pk", "entity_id", "line_id", "stage", "fiscal_year"
        )
    }
    found = []
    for (pk, _), (old, new, row) in merged.items():
        e = facts.get(pk)
        if e is None or not (
            reach.everywhere or e.entity_id in reach.entities
            or (e.entity_id is None and reach.root) or e.line_id in reach.lines
        ):
            continue
        line = reader.lines.get(e.line_id or 0)
        found.append(
            News("budget", "line" if line else "", line.code if line else "",
                 line.name if line else "", old, new, row.change.at, _cause(row), e.fiscal_year)
        )
    return found


def _capacities(reader: Reader, rows: Sequence[HistoryRow]) -> list[News]:
    merged = _merged(rows, NEWS["portfolio.capacity"])
    if not merged:
        return []
    places = {
        pk: (team, month)
        for pk, team, month in Capacity.objects.filter(
            pk__in=[pk for pk, _ in merged]
        ).values_list("pk", "team_id", "month")
    }
    visible = reader.teams(CAPACITY_READ)
    teams = dict(
        Team.objects.filter(pk__in={t for t, _ in places.values()}).values_list("pk", "name")
    )
    found = []
    for (pk, _), (old, new, row) in merged.items():
        team, month = places.get(pk, (None, None))
        if team in teams and (visible is None or team in visible):
            found.append(
                News("capacity", "team", "", teams[team], old, new, row.change.at, _cause(row),
                     month)
            )
    return found


def _added(reader: Reader, rows: Sequence[HistoryRow]) -> list[News]:
    found = []
    for model, kind, known, visible in (
        ("portfolio.initiative", "initiative", catalog.initiatives(reader),
         reader.initiatives(INITIATIVE_READ)),
        ("catalogue.product", "product", catalog.products(reader), reader.products()),
    ):
        created = [
            r for r in rows
            if r.model == model and r.operation == HistoryRow.Operation.CREATE
            and r.record_id in known and (visible is None or r.record_id in visible)
        ]
        if created:
            names = tuple(known[r.record_id].name for r in created)
            found.append(
                News("added", kind, "", "", None, len(created), created[-1].change.at,
                     _cause(created[-1]), names=names[:3])
            )
    return found


def _named(found: Sequence[News]) -> list[News]:
    """Decisions by their code instead of their uid (one query)."""
    uids = {n.decision for n in found if n.decision}
    codes = {
        str(uid): code
        for uid, code in Decision.objects.filter(uid__in=uids).values_list("uid", "code")
    } if uids else {}
    return [replace(n, decision=codes.get(n.decision, "")) for n in found]
