"""The flow of a team, a product, an initiative or a release: figures, series and lists of rows.

Rights on the part are asked by who calls; the rows that are named are those that the reader may
see. Everything is measured once for a state of the data (``Reader.kept``).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from django.db.models import Min, Q
from django.utils import timezone

from portulan.portfolio.activities import INITIATIVE_READ
from portulan.portfolio.flow import CREATED, FINISHED, STARTED, Flow, flow_of, zone_of
from portulan.portfolio.models import BacklogItem
from portulan.readmodels.reader import Reader
from portulan_core.flow import Bools, Floats, Spread, Times, stock

#: Weeks that a page may look back; 0: the whole history.
WINDOWS = (13, 26, 52, 0)
#: Points that a chart draws at most, the latest.
POINTS = 400
#: An end is probably missing from what is open for so many times what 95 % took.
FORGOTTEN = 2.0
FORGOTTEN_LEAST = 20.0
#: Histories that end longer ago than this are said to be old.
OLD = timedelta(days=30)
#: Order in which faults are told; ``no_end`` is ours, the others are the core's.
DIRT = (
    "negative", "no_end", "no_start", "batch", "reopened", "duplicate", "out_of_order",
    "broken_chain", "instant",
)


@dataclass(frozen=True, slots=True)
class Part:
    """Whose flow it is; ``country``: whose working days count."""

    kind: str
    id: int
    code: str
    name: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item in a list; a name that the reader may not know is empty."""

    id: int
    code: str
    name: str
    kind: str
    state: str
    standing: str
    source: str


@dataclass(frozen=True, slots=True)
class Point:
    """A finished item: the day, its cycle and lead time in working days."""

    id: int
    on: date
    days: float


@dataclass(frozen=True, slots=True)
class Aged:
    """An open item and how long it has been in progress, in working days."""

    id: int
    days: float


@dataclass(frozen=True, slots=True)
class Week:
    """A week: what came, began and finished, and what stood where at its end."""

    monday: date
    created: int
    started: int
    finished: int
    wip: int
    to_do: int
    in_progress: int
    done: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault with its items."""

    code: str
    count: int
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FlowView:
    """What a page shows of a flow over a window.

    ``by_lead``: there is no start in the data, so that points and ages count from creation.
    ``production``: from the idea to the release of the item, or its finish where there is none;
    the idea is the first request of its initiative (``asked`` items), or its own creation.
    """

    flow: Flow
    weeks: int
    since: date | None
    cycle: Spread
    lead: Spread
    production: Spread
    released: int
    asked: int
    by_lead: bool
    points: tuple[Point, ...]
    hidden_points: int
    ages: tuple[Aged, ...]
    series: tuple[Week, ...]
    throughput: float | None
    finished: int
    wip: int
    to_do: int
    efficiency: float | None
    measured: int
    reopened: int
    ever_done: int
    faults: tuple[Fault, ...]
    old: bool

    @property
    def spread(self) -> Spread:
        """The distribution that points and ages are read against."""
        return self.lead if self.by_lead else self.cycle

    @property
    def items(self) -> int:
        """How many items there are."""
        return self.flow.items


def part_items(part: Part) -> Q:
    """The condition on items of a part."""
    return Q(**{f"{part.kind}_id": part.id})


def flow(reader: Reader, part: Part) -> Flow:
    """The flow of a part, kept for the state of the data (2 queries)."""
    items = BacklogItem.objects.filter(part_items(part))
    return reader.kept(
        "flow", (part.kind, part.id, part.country, reader.day),
        lambda: flow_of(items, part.country, timezone.now()),
    )


def view(reader: Reader, part: Part, weeks: int = 26) -> FlowView | None:
    """The flow of a part over the last ``weeks`` (0: all); ``None`` without items (≤ 3 queries)."""
    found = flow(reader, part)
    if not found.items:
        return None
    releases, ideas = reader.kept("flow_ends", (part.kind, part.id), lambda: _ends(part))
    return _view(found, weeks, releases, ideas, reader.day)


def _ends(part: Part) -> tuple[dict[int, date], dict[int, date]]:
    """Item → the day its release came out, and → the day of the first request that its initiative
    answers (one query)."""
    out: dict[int, date] = {}
    asked: dict[int, date] = {}
    rows = BacklogItem.objects.filter(part_items(part)).annotate(
        idea=Min("initiative__requests__asked_on")
    )
    for pk, released, idea in rows.filter(
        Q(release__released_on__isnull=False) | Q(idea__isnull=False)
    ).values_list("pk", "release__released_on", "idea"):
        if released:
            out[pk] = released
        if idea:
            asked[pk] = idea
    return out, asked


def _view(
    found: Flow, weeks: int, releases: dict[int, date], ideas: dict[int, date], day: date
) -> FlowView:
    report = found.report
    cases, calendar = report.cases, found.calendar
    begin = np.datetime64(found.known_until - timedelta(days=found.known_until.weekday()))
    start = begin - np.timedelta64(7 * (weeks - 1), "D") if weeks else None
    inside = ~np.isnat(cases.finished)
    if start is not None:
        inside &= cases.finished >= start
    by_lead = report.cycle.count == 0
    lasted = cases.lead if by_lead else cases.cycle
    at = np.flatnonzero(inside & ~np.isnan(lasted))
    at = at[np.argsort(cases.finished[at], kind="stable")]
    shown = at[-POINTS:]
    cycle, lead = Spread.of(cases.cycle[inside]), Spread.of(cases.lead[inside])
    out = _production(cases.ids, cases.finished, releases)
    idea = _ideas(cases.ids, cases.created, ideas)
    production = Spread.of((calendar.clock(out) - calendar.clock(idea))[inside])
    measured = inside & ~np.isnan(cases.cycle) & ~np.isnan(cases.active)
    whole = float(cases.cycle[measured].sum())
    done = ~np.isnat(cases.first_done)
    if start is not None:
        done &= cases.first_done >= start
    series = _series(found, start)
    full = [week.finished for week in series if week.complete]
    return FlowView(
        flow=found, weeks=weeks,
        since=start.item() if start is not None else None,
        cycle=cycle, lead=lead, production=production,
        released=sum(_id(cases.ids[i]) in releases for i in np.flatnonzero(inside)),
        asked=int((idea[inside] < cases.created[inside]).sum()),
        by_lead=by_lead,
        points=tuple(
            Point(_id(cases.ids[i]), cases.finished[i].astype("datetime64[D]").item(),
                  float(lasted[i]))
            for i in shown
        ),
        hidden_points=len(at) - len(shown),
        ages=_ages(found, by_lead),
        series=series,
        throughput=sum(full) / len(full) if full else None,
        finished=int(inside.sum()), wip=report.wip, to_do=report.not_started,
        efficiency=float(cases.active[measured].sum()) / whole if whole > 0 else None,
        measured=int(measured.sum()),
        reopened=int((cases.reopened[done] > 0).sum()), ever_done=int(done.sum()),
        faults=_faults(found),
        old=day - found.known_until > OLD,
    )


def _id(name: Hashable) -> int:
    assert isinstance(name, int)
    return name


def _ideas(ids: Sequence[Hashable], created: Times, asked: dict[int, date]) -> Times:
    """When each item was first thought of: asked for, or created when that was before."""
    idea = created.copy()
    if asked:
        for place, name in enumerate(ids):
            day = asked.get(_id(name))
            if day is not None and not np.isnat(idea[place]):
                idea[place] = min(idea[place], np.datetime64(day, "s"))
    return idea


def _production(ids: Sequence[Hashable], finished: Times, releases: dict[int, date]) -> Times:
    out = finished.copy()
    if releases:
        for place, name in enumerate(ids):
            day = releases.get(_id(name))
            if day is not None and not np.isnat(out[place]):
                out[place] = max(out[place], np.datetime64(day, "s"))
    return out


def _ages(found: Flow, by_lead: bool) -> tuple[Aged, ...]:
    cases = found.report.cases
    if by_lead:
        now = found.calendar.clock(np.array([found.report.weeks.end]))[0]
        is_open = (cases.state == 0) | (cases.state == 1)
        age: Floats = np.where(is_open, now - found.calendar.clock(cases.created), np.nan)
    else:
        age = cases.age
    at = np.flatnonzero(~np.isnan(age))
    at = at[np.argsort(-age[at], kind="stable")]
    return tuple(Aged(_id(cases.ids[i]), max(0.0, float(age[i]))) for i in at)


def _series(found: Flow, start: np.datetime64 | None) -> tuple[Week, ...]:
    weeks, level = found.report.weeks, stock(found.report)
    keep: Bools = (
        np.ones(len(weeks.monday), dtype=bool) if start is None else weeks.monday >= start
    )
    return tuple(
        Week(
            weeks.monday[i].item(), int(weeks.created[i]), int(weeks.started[i]),
            int(weeks.finished[i]), int(weeks.wip[i]), int(level.to_do[i]),
            int(level.in_progress[i]), int(level.done[i]), bool(weeks.complete[i]),
        )
        for i in np.flatnonzero(keep)
    )


def _faults(found: Flow) -> tuple[Fault, ...]:
    counts = {d.code: Fault(d.code, d.count, tuple(map(_id, d.examples))) for d in
              found.report.dirt}
    past = found.report.cycle
    if past.p95 is not None:
        cases = found.report.cases
        limit = max(FORGOTTEN * past.p95, FORGOTTEN_LEAST)
        late = np.flatnonzero(np.nan_to_num(cases.age, nan=-1.0) > limit)
        if len(late):
            ids = tuple(_id(cases.ids[i]) for i in late)
            counts["no_end"] = Fault("no_end", len(ids), ids)
    return tuple(counts[code] for code in DIRT if code in counts)


# ---------------------------------------------------------------------------- rows


def rows(reader: Reader, ids: Collection[int]) -> dict[int, ItemRow]:
    """Items by id, for lists and charts (one query per 500, at most 3 more for rights)."""
    products, initiatives = reader.products(), reader.initiatives(INITIATIVE_READ)
    found: dict[int, ItemRow] = {}
    wanted = list(ids)
    for start in range(0, len(wanted), 500):
        part = BacklogItem.objects.filter(pk__in=wanted[start : start + 500]).values_list(
            "pk", "code", "name", "kind", "standing", "transitions", "source__states",
            "source__name", "product_id", "initiative_id",
        )
        for pk, code, name, kind, standing, moves, states, source, product, initiative in part:
            last = max(moves, key=lambda move: move[0])[1] if moves else None
            known = last is not None and last < len(states)
            seen = (
                (product is None or products is None or product in products)
                and (initiative is None or initiatives is None or initiative in initiatives)
            )
            found[pk] = ItemRow(
                pk, code if seen else "", name if seen else "", kind,
                states[last][0] if known and last is not None else "", standing, source,
            )
    return found


def moments_of(found: Flow, ids: Collection[int]) -> dict[int, tuple[datetime | None, ...]]:
    """Created, started and finished of items, for lists of faults (at most one query).

    What the measure leaves out is read from its dates.
    """
    wanted = set(ids)
    cases, zone = found.report.cases, zone_of(found.zone)
    places = {_id(name): i for i, name in enumerate(cases.ids) if name in wanted}

    def at(column: Times, place: int) -> datetime | None:
        return None if np.isnat(column[place]) else column[place].item().replace(tzinfo=zone)

    known: dict[int, tuple[datetime | None, ...]] = {
        pk: (at(cases.created, i), at(cases.started, i), at(cases.finished, i))
        for pk, i in places.items()
    }
    if left := wanted - known.keys():
        for pk, moves in BacklogItem.objects.filter(pk__in=left).values_list("pk", "transitions"):
            seconds = {move[1]: move[0] for move in moves}
            known[pk] = tuple(
                datetime.fromtimestamp(seconds[state], UTC) if state in seconds else None
                for state in (CREATED, STARTED, FINISHED)
            )
    return known
