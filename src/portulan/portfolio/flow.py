"""The flow of the work items of a team, a product or an initiative, read and measured.

One query for the items (their histories are a column), one for their sources; the measuring is
``portulan_core.flow``. Nothing here asks for rights: the callers do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from django.conf import settings
from django.db.models import QuerySet

from portulan.portfolio import calendars
from portulan.portfolio.models import BacklogItem, WorkSource
from portulan_core.flow import (
    DAY,
    FlowReport,
    Ints,
    Spread,
    Times,
    WorkCalendar,
    combine,
    measure,
    measure_spans,
)
from portulan_core.periods import first_day, month_of

Rows = Sequence[tuple[int, int, list[list[int]]]]
#: Keys of an item to what its flow is read by.
PARTS = ("team", "product", "initiative", "release")
#: What indicators of the flow family can be measured from work items: unit, direction.
MEASURES: Mapping[str, tuple[str, str]] = {
    "cycle_p85": ("j", "down"),
    "cycle_p50": ("j", "down"),
    "lead_p85": ("j", "down"),
    "throughput": ("", "up"),
    "wip": ("", "down"),
    "efficiency": ("%", "up"),
    "reopened": ("%", "down"),
}
#: Cases named of each kind of dirt: all of them.
EVERY = 10**9
#: States of a source of kind ``spans``, by their place.
CREATED, STARTED, FINISHED, DROPPED = range(4)
MONTHS_BACK = 24


@dataclass(frozen=True, slots=True)
class SourceFact:
    """A source as the flow needs it."""

    id: int
    code: str
    name: str
    kind: str
    zone: str
    categories: tuple[str, ...]
    known_until: datetime | None


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """What was measured, over which items, on which calendar; ``report`` names cases by id.

    ``holidays``: whether the public holidays of ``country`` are known.
    """

    report: FlowReport
    calendar: WorkCalendar
    country: str
    zone: str
    sources: tuple[SourceFact, ...]
    items: int

    @property
    def holidays(self) -> bool:
        """Whether the public holidays of the country are known."""
        return calendars.knows(self.country)

    @property
    def known_until(self) -> date:
        """The last day of the history."""
        return self.report.as_of.date()


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name; the instance's when it is empty or not known."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def wall_clock(seconds: Ints, zone: ZoneInfo) -> Times:
    """Seconds since 1970 UTC as moments on the clock of a zone."""
    if not len(seconds):
        return seconds.astype("datetime64[s]")
    days, place = np.unique(seconds // DAY, return_inverse=True)
    begins = [_offset(int(day) * DAY, zone) for day in days]
    ends = [_offset(int(day) * DAY + DAY - 1, zone) for day in days]
    offset = np.array(begins, dtype=np.int64)[place]
    # The clock changes within these days: hour by hour.
    changing = np.array([a != b for a, b in zip(begins, ends, strict=True)])[place]
    for at in np.flatnonzero(changing):
        offset[at] = _offset(int(seconds[at]), zone)
    return (seconds + offset).astype("datetime64[s]")


def _offset(second: int, zone: ZoneInfo) -> int:
    gap = datetime.fromtimestamp(second, zone).utcoffset()
    return int(gap.total_seconds()) if gap else 0


def sources(ids: Iterable[int]) -> dict[int, SourceFact]:
    """Sources by id (one query)."""
    rows = WorkSource.objects.filter(pk__in=set(ids)).values_list(
        "pk", "code", "name", "kind", "zone", "states", "known_until"
    )
    return {
        pk: SourceFact(
            pk, code, name, kind, zone, tuple(category for _, category in states), until
        )
        for pk, code, name, kind, zone, states, until in rows
    }


def flow_of(
    items: QuerySet[BacklogItem], country: str, now: datetime, zone: str = ""
) -> Flow:
    """The flow of these items (2 queries).

    Args:
        country: whose working days count.
        now: until when history can be known at most.
        zone: on whose clock days begin.
    """
    rows = list(items.order_by("pk").values_list("pk", "source_id", "transitions"))
    facts = sources({source for _, source, _ in rows})
    return _flow(rows, facts, country, now, zone)


def flows_by(items: QuerySet[BacklogItem], column: str, now: datetime) -> dict[int, Flow]:
    """The flow of each group of items, in plain days (2 queries whatever the groups).

    ``column``: the key that groups them, such as ``initiative_id``; items without it are left out.
    """
    rows = items.exclude(**{column: None}).order_by("pk")
    groups: dict[int, list[tuple[int, int, list[list[int]]]]] = {}
    for group, pk, source, moves in rows.values_list(column, "pk", "source_id", "transitions"):
        groups.setdefault(group, []).append((pk, source, moves))
    facts = sources({row[1] for group in groups.values() for row in group})
    return {
        key: _flow(group, {row[1]: facts[row[1]] for row in group}, "", now, "")
        for key, group in groups.items()
    }


def _flow(
    rows: Rows, facts: Mapping[int, SourceFact], country: str, now: datetime, zone: str
) -> Flow:
    known = [fact.known_until or now for fact in facts.values()]
    until = min(now, max(known, default=now))
    place = zone_of(zone)
    as_of = until.astimezone(place).replace(tzinfo=None)
    days = calendars.calendar(country)
    reports = []
    spans = [row for row in rows if facts[row[1]].kind == WorkSource.Kind.SPANS]
    moves = [row for row in rows if facts[row[1]].kind != WorkSource.Kind.SPANS]
    if moves or not spans:
        reports.append(_from_moves(moves, facts, as_of, days, place))
    if spans:
        reports.append(_from_spans(spans, as_of, days, place))
    return Flow(
        combine(reports, calendar=days), days, country, zone,
        tuple(sorted(facts.values(), key=lambda f: f.name)), len(rows),
    )


def _from_moves(
    rows: Rows, facts: Mapping[int, SourceFact], as_of: datetime, days: WorkCalendar, zone: ZoneInfo
) -> FlowReport:
    names = {
        pk: tuple(f"{pk}:{i}" if category else "" for i, category in enumerate(fact.categories))
        for pk, fact in facts.items()
    }
    case: list[int] = []
    to: list[str] = []
    left: list[str | None] = []
    at: list[int] = []
    for pk, source, transitions in rows:
        known = names[source]
        for move in transitions:
            name = known[move[1]] if move[1] < len(known) else ""
            if not name:
                continue
            case.append(pk)
            to.append(name)
            at.append(move[0])
            left.append((known[move[2]] or None) if len(move) > 2 else None)
    return measure(
        case, to, wall_clock(np.array(at, dtype=np.int64), zone),
        {
            name: category
            for pk, fact in facts.items()
            for name, category in zip(names[pk], fact.categories, strict=True)
            if name
        },
        source=left, as_of=as_of, calendar=days, examples=EVERY,
    )


def _from_spans(rows: Rows, as_of: datetime, days: WorkCalendar, zone: ZoneInfo) -> FlowReport:
    columns: list[list[datetime | None]] = [[], [], [], []]
    for _, _, transitions in rows:
        when: dict[int, int] = {}
        for move in transitions:
            when.setdefault(move[1], move[0])
        for state, column in enumerate(columns):
            second = when.get(state)
            column.append(
                None
                if second is None
                else datetime.fromtimestamp(second, zone).replace(tzinfo=None)
            )
    begun: Any = columns[STARTED] if any(columns[STARTED]) else None
    return measure_spans(
        [pk for pk, _, _ in rows], columns[CREATED], columns[FINISHED], started=begun,
        dropped=columns[DROPPED] if any(columns[DROPPED]) else None,
        as_of=as_of, calendar=days, examples=EVERY,
    )


def flow_of_product(product: int, country: str, now: datetime) -> Flow:
    """The flow of a product's items (2 queries)."""
    return flow_of(BacklogItem.objects.filter(product_id=product), country, now)


def has_items(product: int) -> bool:
    """Whether a product has work items (one query)."""
    return BacklogItem.objects.filter(product_id=product).exists()


# ---------------------------------------------------------------------------- by month


@dataclass(frozen=True, slots=True)
class Monthly:
    """A figure of the flow at the end of a month; ``count``: the items that it comes from."""

    on: date
    value: float
    count: int


def monthly(flow: Flow, code: str, months: int = MONTHS_BACK) -> list[Monthly]:
    """A figure of the flow for each whole month of the history, at most the last ``months``.

    A month without anything to measure has no value.

    Raises:
        KeyError: a code that is not in ``MEASURES``.
    """
    if code not in MEASURES:
        raise KeyError(code)
    cases = flow.report.cases
    if not len(cases.created):
        return []
    first = month_of(cases.created.min().astype("datetime64[D]").item()) + 1
    last = month_of(flow.known_until + timedelta(days=1)) - 1
    found = []
    for month in range(max(first, last - months + 1), last + 1):
        begin, end = first_day(month), first_day(month + 1)
        value, count = _of_month(flow, code, np.datetime64(begin), np.datetime64(end))
        if value is not None:
            found.append(Monthly(end - timedelta(days=1), round(value, 1), count))
    return found


def _of_month(
    flow: Flow, code: str, begin: np.datetime64, end: np.datetime64
) -> tuple[float | None, int]:
    cases = flow.report.cases
    inside = (cases.finished >= begin) & (cases.finished < end)
    if code in ("cycle_p85", "cycle_p50", "lead_p85"):
        spread = Spread.of((cases.lead if code == "lead_p85" else cases.cycle)[inside])
        return (spread.p50 if code == "cycle_p50" else spread.p85), spread.count
    if code == "throughput":
        weeks = float((end - begin) / np.timedelta64(7, "D"))
        return float(inside.sum()) / weeks, int(inside.sum())
    if code == "wip":
        begun = cases.started < end
        over = (cases.finished < end) | (cases.dropped_at < end)
        return float((begun & ~over).sum()), int((begun & ~over).sum())
    if code == "efficiency":
        measured = inside & ~np.isnan(cases.cycle) & ~np.isnan(cases.active)
        whole = float(cases.cycle[measured].sum())
        share = 100 * float(cases.active[measured].sum()) / whole if whole > 0 else None
        return share, int(measured.sum())
    done = int(inside.sum())
    again = int((cases.reopened[inside] > 0).sum())
    return (100 * again / done if done else None), done


def end_of(day: date) -> datetime:
    """The end of a day on the clock of the instance, as a moment."""
    midnight = datetime.combine(day + timedelta(days=1), time.min)
    return midnight.replace(tzinfo=zone_of("")).astimezone(UTC)
