"""The money of the whole company in one fiscal year, read once for a state of the data.

Nothing here is filtered by rights: the reads of ``money`` and ``portfolio`` do that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import Case, IntegerField, Max, Q, Sum, Value, When

from portulan.catalogue.models import ProductLine
from portulan.portfolio.models import CostLine, Envelope, Initiative, InitiativeProduct
from portulan.readmodels import catalog
from portulan.readmodels.reader import Reader
from portulan_core import money
from portulan_core.model import PLANNED_STATES


@dataclass(frozen=True, slots=True)
class EnvelopeFact:
    """An envelope of the year."""

    version: str
    amount: int
    entity: int | None
    line: int | None
    stage: str
    vouched_by: str
    vouched_on: Any


@dataclass(frozen=True, slots=True)
class Book:
    """A fiscal year: pieces of money, who they belong to, and the envelopes.

    ``cut`` is the first month that is not closed (``None``: no actual is known).
    """

    year: int
    cut: int | None
    pieces: tuple[money.Piece, ...]
    by_product: Mapping[int, money.Amounts]
    by_initiative: Mapping[int, money.Amounts]
    envelopes: tuple[EnvelopeFact, ...]
    entity_of: Mapping[int, int | None]
    entity_of_initiative: Mapping[int, int | None]
    #: Axis → product → the line at the top of its primary line's branch.
    line_of: Mapping[str, Mapping[int, int]]


def book(reader: Reader, year: int) -> Book:
    """The book of a fiscal year (at most 7 queries, kept for the state of the data)."""
    return reader.kept("book", (year, reader.month), lambda: _read(reader, year))


def years(reader: Reader) -> list[int]:
    """The fiscal years that have envelopes, and the present one."""
    return sorted(funded(reader) | {reader.fiscal_year})


def funded(reader: Reader) -> frozenset[int]:
    """The fiscal years that have envelopes (one query, kept)."""
    return reader.kept("funded", (), lambda: frozenset(
        Envelope.objects.order_by().values_list("fiscal_year", flat=True).distinct()
    ))


def default_year(reader: Reader) -> int:
    """The fiscal year to show: the present one, unless only others have envelopes."""
    now, found = reader.fiscal_year, funded(reader)
    if not found or now in found:
        return now
    return min(found, key=lambda year: (abs(year - now), -year))


def _read(reader: Reader, year: int) -> Book:
    calendars = {e.first_month for e in reader.entities.values()} | {1}
    last = CostLine.objects.filter(kind="actual", month__lt=reader.month).aggregate(m=Max("month"))
    cut = money.cut_off([] if last["m"] is None else [last["m"]], reader.month)
    windows = [money.fiscal_window(year, cut, first) for first in sorted(calendars)]
    low, high = min(w.start for w in windows), max(w.end for w in windows)
    entity_of = {pk: fact.entity for pk, fact in catalog.products(reader).items()}
    shares: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for initiative, product, share in InitiativeProduct.objects.order_by("pk").values_list(
        "initiative_id", "product_id", "share"
    ):
        shares[initiative].append((product, share))
    entries = _entries(reader, windows, low, high, entity_of)
    spent = {entry.initiative for entry in entries if entry.initiative is not None}
    plans, entity_of_initiative = _plans(reader, shares, spent, high)
    parts = tuple(money.pieces(plans, entries, year, cut))
    by_product: dict[int, money.Amounts] = defaultdict(money.Amounts)
    by_initiative: dict[int, money.Amounts] = defaultdict(money.Amounts)
    for piece in parts:
        if isinstance(piece.product, int):
            by_product[piece.product] = by_product[piece.product] + piece.amounts
        if isinstance(piece.initiative, int):
            by_initiative[piece.initiative] = by_initiative[piece.initiative] + piece.amounts
    return Book(
        year, cut, parts, dict(by_product), dict(by_initiative), _envelopes(year), entity_of,
        entity_of_initiative, primary_lines(reader),
    )


def _entries(
    reader: Reader, windows: list[money.Year], low: int, high: int,
    entity_of: Mapping[int, int | None],
) -> list[money.Entry]:
    """Cost lines added up between the months where a window or the cut-off starts."""
    marks = sorted({mark for w in windows for mark in (w.start, w.cut, w.end)})
    spans = [When(month__lt=end, then=Value(start)) for start, end in pairwise(marks)]
    rows = (
        CostLine.objects.filter(month__gte=low, month__lt=high)
        .annotate(span=Case(*spans, default=Value(marks[-1]), output_field=IntegerField()))
        .order_by()
        .values_list("kind", "span", "product_id", "initiative_id", "stage", "nature")
        .annotate(total=Sum("amount"))
    )
    return [
        money.Entry(
            kind, span, total, product, initiative, stage, nature,
            reader.first_month(entity_of.get(product)),
        )
        for kind, span, product, initiative, stage, nature, total in rows
    ]


def _plans(
    reader: Reader, shares: Mapping[int, list[tuple[int, int]]], spent: set[Any], high: int
) -> tuple[list[money.Plan], dict[int, int | None]]:
    wanted = Q(state__in=(*PLANNED_STATES, "done"), start__isnull=False, start__lt=high)
    with_costs = (
        Initiative.objects.filter(cost_lines__isnull=False).values("pk") if spent else None
    )
    if with_costs is not None:
        wanted |= Q(pk__in=with_costs)
    plans: list[money.Plan] = []
    entities: dict[int, int | None] = {}
    for pk, entity, stage, state, start, capex, opex in Initiative.objects.filter(
        wanted
    ).values_list("pk", "entity_id", "stage", "state", "start", "costs_capex", "costs_opex"):
        entities[pk] = entity
        plans.append(
            money.Plan(
                pk, stage, start, capex, opex, state in PLANNED_STATES, state == "done",
                shares.get(pk, ()), reader.first_month(entity),
            )
        )
    return plans, entities


def _envelopes(year: int) -> tuple[EnvelopeFact, ...]:
    return tuple(
        EnvelopeFact(*row)
        for row in Envelope.objects.filter(fiscal_year=year).order_by("pk").values_list(
            "version", "amount", "entity_id", "line_id", "stage", "vouched_by", "vouched_on"
        )
    )


def primary_lines(reader: Reader) -> dict[str, dict[int, int]]:
    """Axis → product → the top line of its primary line (the first one when several claim it)."""
    return reader.kept("primary_lines", reader.day, lambda: _primary(reader))


def _primary(reader: Reader) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = defaultdict(dict)
    in_force = (Q(starts=None) | Q(starts__lte=reader.day)) & (
        Q(ends=None) | Q(ends__gte=reader.day)
    )
    for product, line in ProductLine.objects.filter(in_force, primary=True).order_by(
        "pk"
    ).values_list("product_id", "line_id"):
        fact = reader.lines.get(line)
        if fact is not None:
            found[fact.axis].setdefault(product, fact.top)
    return dict(found)
