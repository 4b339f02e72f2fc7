"""Flow of work items, from their state changes: how long, how many, how much at once, how old.

Durations are in days of a working calendar (or plain days). What is wrong in the data is counted
and named, never hidden: see ``DIRT``.

Terms follow D. S. Vacanti, *Actionable Agile Metrics for Predictability*, 2015: *lead time* from
creation to the finish, *cycle time* from the first start to the finish, *ageing* the time since
the start of what is not finished, *flow efficiency* the part of the cycle spent in active states.
Percentiles are the smallest value that at least so many per cent of the items do not pass.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Times = npt.NDArray[np.datetime64]

#: What a state is to the flow. ``before`` the start; ``active`` and ``waiting`` once started;
#: ``done``; ``dropped``: left without being done.
CATEGORIES = ("before", "active", "waiting", "done", "dropped")
_BEFORE, _ACTIVE, _WAITING, _DONE, _DROPPED = range(5)

#: What is counted as dirt. Left out of the figures: ``no_case``, ``no_state``, ``bad_time``,
#: ``unknown_state``, ``duplicate``, ``future``, ``negative`` (finished before it began). Kept:
#: ``out_of_order`` (cases whose rows were not in order of time), ``broken_chain`` (changes whose
#: "from" is not the last state), ``no_start`` (finished cases never started: no cycle time),
#: ``instant`` (a cycle time of nil), ``reopened`` (cases), ``batch`` (changes made by many cases
#: to one state in the same minute: the date is that of the clean-up, not of the work).
DIRT = (
    "no_case",
    "no_state",
    "bad_time",
    "unknown_state",
    "duplicate",
    "future",
    "negative",
    "out_of_order",
    "broken_chain",
    "no_start",
    "instant",
    "reopened",
    "batch",
)
#: Cases moved to one state within one minute from which the move is a batch.
BATCH = 20
#: How many examples of each kind of dirt are named.
EXAMPLES = 20
DAY = 86_400
WEEK = np.timedelta64(7, "D")


class FlowError(ValueError):
    """Input that is no flow at all: ``code`` (``lengths``, ``bad_category``, ``bad_as_of``)."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        detail = ", ".join(f"{key}={value!r}" for key, value in params.items())
        super().__init__(f"{code}: {detail}")


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days count. ``weekdays`` from Monday; ``holidays`` count for nothing.

    A moment of a working day counts as its part of 24 hours, so that a task begun on Friday noon
    and finished on Monday noon takes one day.
    """

    weekdays: tuple[bool, bool, bool, bool, bool, bool, bool] = (True,) * 5 + (False,) * 2
    holidays: frozenset[date] = frozenset()

    def clock(self, at: Times) -> Floats:
        """Working days elapsed at each moment since a fixed origin; NaN for no moment."""
        moments = at.astype("datetime64[s]")
        if all(self.weekdays) and not self.holidays:
            days: Floats = moments.astype(np.int64) / DAY
        else:
            calendar = np.busdaycalendar(
                weekmask=list(self.weekdays),
                holidays=sorted(np.datetime64(day, "D") for day in self.holidays),
            )
            missing = np.isnat(moments)
            safe = np.where(missing, np.datetime64(0, "s"), moments)
            whole = safe.astype("datetime64[D]")
            part = (safe - whole).astype(np.int64) / DAY
            origin = np.datetime64("1970-01-01", "D")
            counted = np.busday_count(origin, whole, busdaycal=calendar)
            days = counted.astype(np.float64) + np.where(
                np.is_busday(whole, busdaycal=calendar), part, 0.0
            )
        return np.where(np.isnat(moments), np.nan, days)


#: Every day counts: weekends and holidays too.
PLAIN_DAYS = WorkCalendar(weekdays=(True,) * 7)


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution in a few figures; all ``None`` when there is nothing to count."""

    count: int
    mean: float | None = None
    p50: float | None = None
    p85: float | None = None
    p95: float | None = None
    least: float | None = None
    most: float | None = None

    @staticmethod
    def of(values: Floats) -> Spread:
        """The spread of the values that are not NaN."""
        known = values[~np.isnan(values)]
        if not len(known):
            return Spread(0)
        p50, p85, p95 = np.quantile(known, (0.5, 0.85, 0.95), method="inverted_cdf")
        return Spread(
            count=len(known),
            mean=float(known.mean()),
            p50=float(p50),
            p85=float(p85),
            p95=float(p95),
            least=float(known.min()),
            most=float(known.max()),
        )


@dataclass(frozen=True, slots=True)
class Dirt:
    """One kind of fault: how many, and the first cases (or row numbers, when there is no case)."""

    code: str
    count: int
    examples: tuple[Hashable, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """One row per case. Times are ``NaT`` and durations NaN when they do not apply.

    ``state``: 0 not started, 1 in progress, 2 finished, 3 dropped. Durations in calendar days:
    ``lead``, ``cycle``, ``active`` (in active states within the cycle), ``age`` of what is in
    progress. ``first_done`` is the first time it was done, before any reopening; ``reopened``
    how many times it went back from done.
    """

    ids: tuple[Hashable, ...]
    state: Ints
    created: Times
    started: Times
    finished: Times
    first_done: Times
    lead: Floats
    cycle: Floats
    active: Floats
    age: Floats
    reopened: Ints
    #: When it was left without being done.
    dropped_at: Times


@dataclass(frozen=True, slots=True, eq=False)
class Weeks:
    """One row per week, from its Monday, without gaps. ``wip`` at the end of the week.

    ``complete`` is false for the first week when it began before the first event, and for the
    last when ``as_of`` falls inside it.
    """

    monday: Times
    created: Ints
    started: Ints
    finished: Ints
    wip: Ints
    complete: Bools
    #: Until when the history is known, on the same clock.
    end: np.datetime64

    def throughput(self) -> Ints:
        """Finished items of the complete weeks: what ``forecast`` takes."""
        return self.finished[self.complete]


@dataclass(frozen=True, slots=True, eq=False)
class FlowReport:
    """What the items' history says.

    ``first_lead``: from creation to the first time done, reopened or not; ``lead`` goes to the
    last, for what is finished.
    ``efficiency``: active time over cycle time, over all finished cases together; ``None``
    without a cycle. ``reopened_share``: of the cases that were ever done. ``old``: cases in
    progress for longer than 85 % of the finished ones took, oldest first.
    """

    events: int
    as_of: datetime
    cases: Cases
    lead: Spread
    first_lead: Spread
    cycle: Spread
    ageing: Spread
    wip: int
    not_started: int
    finished: int
    dropped: int
    efficiency: float | None
    reopened: int
    reopened_share: float | None
    old: tuple[Hashable, ...]
    weeks: Weeks
    dirt: tuple[Dirt, ...]

    def dirt_count(self, code: str) -> int:
        """How many of that kind of fault."""
        return next((entry.count for entry in self.dirt if entry.code == code), 0)


class _DirtBook:
    def __init__(self, most: int = EXAMPLES) -> None:
        self.most = most
        self.counts: dict[str, int] = dict.fromkeys(DIRT, 0)
        self.examples: dict[str, dict[Hashable, None]] = {code: {} for code in DIRT}

    def note(self, code: str, places: Ints, names: Sequence[Hashable], codes: Ints) -> None:
        """Count ``places``; examples are ``names[codes[place]]``, or the place if no code."""
        self.counts[code] += len(places)
        shown = self.examples[code]
        for place in places.tolist():
            if len(shown) >= self.most:
                break
            code_here = int(codes[place])
            shown[names[code_here] if code_here >= 0 else place] = None

    def close(self) -> tuple[Dirt, ...]:
        return tuple(
            Dirt(code, self.counts[code], tuple(self.examples[code]))
            for code in DIRT
            if self.counts[code]
        )


# ---------------------------------------------------------------------------- reading


def moments(values: Any, zone: tzinfo | None = None) -> Times:
    """Moments as ``datetime64[s]``; what cannot be read is ``NaT``.

    Takes an array of ``datetime64`` or of epoch seconds, or a sequence of datetimes, dates, ISO
    texts or ``None``. Aware ones are brought to ``zone`` (UTC by default), so that a day begins
    where the team works; naive ones are taken as they are.
    """
    if isinstance(values, np.ndarray) and values.dtype.kind in "Miu":
        return values.astype("datetime64[s]")
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        good = np.isfinite(values)
        seconds = np.where(good, values, 0).astype(np.int64).astype("datetime64[s]")
        return np.where(good, seconds, np.datetime64("NaT", "s"))
    result = np.full(len(values), np.iinfo(np.int64).min, dtype=np.int64)
    for place, value in enumerate(values):
        moment = _moment(value)
        if moment is None:
            continue
        if moment.tzinfo is None:
            gap = moment - _NAIVE_ORIGIN
        elif zone is None:
            gap = moment - _ORIGIN
        else:
            gap = moment.astimezone(zone).replace(tzinfo=UTC) - _ORIGIN
        result[place] = gap.days * DAY + gap.seconds
    return result.astype("datetime64[s]")


_ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_ORIGIN = _ORIGIN.replace(tzinfo=None)


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=None)  # noqa: DTZ001 - a day
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    return None


def _numbered(values: Sequence[Any]) -> tuple[list[Hashable], Ints]:
    """Distinct values in order of appearance, and the number of each; -1 for none."""
    known: dict[Hashable, int] = {}
    numbers = np.fromiter(
        (-1 if v is None or v == "" else known.setdefault(v, len(known)) for v in values),
        dtype=np.int64,
        count=len(values),
    )
    return list(known), numbers


# ---------------------------------------------------------------------------- measuring


def measure(
    case: Sequence[Hashable | None],
    to: Sequence[str | None],
    at: Any,
    states: Mapping[str, str],
    *,
    source: Sequence[str | None] | None = None,
    as_of: datetime,
    calendar: WorkCalendar = PLAIN_DAYS,
    zone: tzinfo | None = None,
    batch: int = BATCH,
    examples: int = EXAMPLES,
) -> FlowReport:
    """The flow of work items from their state changes.

    A case begins at its first change, starts at the first change to an active or waiting state,
    and finishes at the change that opened its last uninterrupted stay in done states: closing an
    item already resolved does not lengthen it, reopening does. Time in a state runs until the next
    change.

    Args:
        case, to, at: one row per change: item, state entered, moment (see ``moments``).
        states: category of each state, one of ``CATEGORIES``.
        source: state left, when the source says it; only checked.
        as_of: until when the history is known; later changes are left out.
        calendar: which days count.
        zone: where aware moments are brought to.
        batch: cases moved together from which a move is counted as a batch.
        examples: cases named of each kind of dirt, at most.

    Raises:
        FlowError: columns of different lengths, an unknown category, ``as_of`` that is no moment.
    """
    for name, kind in states.items():
        if kind not in CATEGORIES:
            raise FlowError("bad_category", state=name, category=kind, expected=CATEGORIES)
    rank = {name: CATEGORIES.index(kind) for name, kind in states.items()}
    times = moments(at, zone)
    sizes = {len(case), len(to), len(times)} | ({len(source)} if source is not None else set())
    if len(sizes) > 1:
        raise FlowError("lengths", lengths=sorted(sizes))
    end = _end(as_of, zone)
    dirt = _DirtBook(examples)
    names, number = _numbered(case)
    state_names, state = _numbered(to)
    category_of = np.array([rank.get(str(s), -1) for s in state_names] + [-1], dtype=np.int64)
    category = category_of[state]
    left = np.full(len(number), -2)
    if source is not None:
        order_of = {str(s): i for i, s in enumerate(state_names)}
        left = np.array([order_of.get(s, -3) if s else -2 for s in source], dtype=np.int64)

    # What cannot be used at all.
    keep = np.ones(len(number), dtype=bool)
    for code, bad in (
        ("no_case", number < 0),
        ("no_state", state < 0),
        ("bad_time", np.isnat(times)),
        ("unknown_state", category < 0),
        ("future", times > end),
    ):
        dirt.note(code, np.flatnonzero(bad & keep), names, number)
        keep &= ~bad
    rows = np.flatnonzero(keep)

    # Order of the file, then order of time inside each case.
    before_sorting = rows[np.argsort(number[rows], kind="stable")]
    back = (np.diff(times[before_sorting].astype(np.int64)) < 0) & (
        np.diff(number[before_sorting]) == 0
    )
    unordered = np.unique(number[before_sorting[1:][back]])
    dirt.note("out_of_order", unordered, names, np.arange(len(names)))
    rows = rows[np.lexsort((rows, times[rows].astype(np.int64), number[rows]))]
    same = np.zeros(len(rows), dtype=bool)
    same[1:] = (
        (np.diff(number[rows]) == 0)
        & (np.diff(state[rows]) == 0)
        & (np.diff(times[rows].astype(np.int64)) == 0)
    )
    dirt.note("duplicate", rows[same], names, number)
    rows = rows[~same]
    if source is not None:
        follows = np.diff(number[rows]) == 0
        broken = follows & (left[rows][1:] != -2) & (left[rows][1:] != state[rows][:-1])
        dirt.note("broken_chain", rows[1:][broken], names, number)
    _note_batches(dirt, names, number, state, times, rows, batch)
    return _report(names, number[rows], category[rows], times[rows], end, as_of, calendar, dirt)


def _end(as_of: datetime, zone: tzinfo | None) -> np.datetime64:
    end: np.datetime64 = moments([as_of], zone)[0]
    if np.isnat(end):
        raise FlowError("bad_as_of", as_of=as_of)
    return end


def _note_batches(
    dirt: _DirtBook,
    names: list[Hashable],
    number: Ints,
    state: Ints,
    times: Times,
    rows: Ints,
    batch: int,
) -> None:
    """Changes to one state, in one minute, by at least ``batch`` cases."""
    if not len(rows):
        return
    minute = times[rows].astype("datetime64[m]").astype(np.int64)
    order = np.lexsort((state[rows], minute))
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (np.diff(minute[order]) != 0) | (np.diff(state[rows][order]) != 0)
    group = np.cumsum(new) - 1
    sizes = np.bincount(group)
    together = order[sizes[group] >= batch]
    dirt.note("batch", rows[np.sort(together)], names, number)


def _report(
    names: list[Hashable],
    case: Ints,
    category: Ints,
    times: Times,
    end: np.datetime64,
    as_of: datetime,
    calendar: WorkCalendar,
    dirt: _DirtBook,
) -> FlowReport:
    """From clean changes, sorted by case and time."""
    starts = np.flatnonzero(np.diff(case, prepend=-1) != 0)
    stops = np.append(starts[1:], len(case))
    present = case[starts]
    size = len(starts)
    row = np.arange(len(case))
    belongs = np.repeat(np.arange(size), stops - starts)
    first_of_case = starts[belongs]
    none = len(case)

    # First start, and entry into the last stay in done.
    begun = np.where((category == _ACTIVE) | (category == _WAITING), row, none)
    start_row = np.minimum.reduceat(begun, starts) if size else np.zeros(0, dtype=np.int64)
    previous = np.concatenate([[-1], category[:-1]]) if len(case) else category
    previous = np.where(row == first_of_case, -1, previous)
    enters = (category == _DONE) & (previous != _DONE)
    enter_row = (
        np.maximum.reduceat(np.where(enters, row, -1), starts)
        if size
        else np.zeros(0, dtype=np.int64)
    )
    first_done = times[starts]
    if size:
        first_row = np.minimum.reduceat(np.where(enters, row, none), starts)
        first_done = np.append(times, np.datetime64("NaT", "s"))[first_row]
    last = category[stops - 1] if size else category
    reopens = (previous == _DONE) & (category != _DONE) & (category != _DROPPED)
    reopened = np.bincount(belongs[reopens], minlength=size)
    started_once = start_row < none
    status = np.where(
        last == _DONE, 2, np.where(last == _DROPPED, 3, np.where(started_once, 1, 0))
    ).astype(np.int64)

    missing = np.datetime64("NaT", "s")
    padded = np.append(times, missing)
    created = times[starts]
    started = padded[np.minimum(start_row, none)]
    finished = np.where(status == 2, padded[np.maximum(enter_row, 0)], missing)
    # Started only by being reopened and finished again keeps its start; a start after the finish
    # cannot be, since the finish opens the last stay in done.
    no_start = (status == 2) & ~started_once
    dropped_at = np.where(status == 3, times[stops - 1] if size else created, missing)

    clock = calendar.clock(np.append(times, end))
    now = float(clock[-1])
    until = np.append(clock[1:-1], now)
    until = np.where(row == stops[belongs] - 1, now, until)
    lasted = until - clock[:-1]
    # Active time of the cycle: after the finish there are only done states.
    inside = category == _ACTIVE
    active = np.bincount(belongs[inside], weights=lasted[inside], minlength=size)

    lead = calendar.clock(finished) - calendar.clock(created)
    cycle = calendar.clock(finished) - calendar.clock(started)
    in_progress = status == 1
    age = np.where(in_progress, now - calendar.clock(started), np.nan)
    cases = Cases(
        ids=tuple(names[i] for i in present.tolist()),
        state=status,
        created=created,
        started=started,
        finished=finished,
        first_done=first_done,
        lead=lead,
        cycle=cycle,
        active=np.where(np.isnan(cycle), np.nan, active),
        age=age,
        reopened=reopened,
        dropped_at=dropped_at,
    )
    ever_done = ~np.isnat(first_done)
    first_lead = Spread.of(calendar.clock(first_done) - calendar.clock(created))
    dirt.note("no_start", present[no_start], names, np.arange(len(names)))
    instant = (status == 2) & started_once & (started == finished)
    dirt.note("instant", present[instant], names, np.arange(len(names)))
    dirt.note("reopened", present[reopened > 0], names, np.arange(len(names)))
    return _summary(cases, len(case), as_of, end, ever_done, first_lead, dirt)


def _summary(
    cases: Cases,
    events: int,
    as_of: datetime,
    end: np.datetime64,
    ever_done: Bools,
    first_lead: Spread,
    dirt: _DirtBook,
) -> FlowReport:
    cycle = Spread.of(cases.cycle)
    measured = ~np.isnan(cases.cycle) & ~np.isnan(cases.active)
    whole = float(cases.cycle[measured].sum())
    old: tuple[Hashable, ...] = ()
    if cycle.p85 is not None:
        late = np.flatnonzero(cases.age > cycle.p85)
        late = late[np.argsort(-cases.age[late], kind="stable")]
        old = tuple(cases.ids[i] for i in late.tolist())
    reopened = int((cases.reopened > 0).sum())
    return FlowReport(
        events=events,
        as_of=as_of,
        cases=cases,
        lead=Spread.of(cases.lead),
        first_lead=first_lead,
        cycle=cycle,
        ageing=Spread.of(cases.age),
        wip=int((cases.state == 1).sum()),
        not_started=int((cases.state == 0).sum()),
        finished=int((cases.state == 2).sum()),
        dropped=int((cases.state == 3).sum()),
        efficiency=float(cases.active[measured].sum()) / whole if whole > 0 else None,
        reopened=reopened,
        reopened_share=reopened / int(ever_done.sum()) if ever_done.any() else None,
        old=old,
        weeks=_weeks(cases, end),
        dirt=dirt.close(),
    )


def _mondays(at: Times) -> Times:
    days = at.astype("datetime64[D]").astype(np.int64)
    # 1970-01-01 was a Thursday: three days after a Monday.
    return (days - (days + 3) % 7).astype("datetime64[D]")


def _weeks(cases: Cases, end: np.datetime64) -> Weeks:
    if not len(cases.created):
        none = np.zeros(0, dtype=np.int64)
        days = none.astype("datetime64[D]")
        return Weeks(days, none, none, none, none, np.zeros(0, dtype=bool), end)
    earliest = cases.created.min()
    first = _mondays(np.array([earliest]))[0]
    size = int((_mondays(np.array([end]))[0] - first) / WEEK) + 1
    monday = first + np.arange(size) * WEEK

    def count(at: Times) -> Ints:
        known = at[~np.isnat(at)]
        return np.bincount(((_mondays(known) - first) / WEEK).astype(np.int64), minlength=size)

    entered = ~np.isnat(cases.started)
    left = np.where(np.isnat(cases.finished), cases.dropped_at, cases.finished)
    wip = np.cumsum(count(cases.started)) - np.cumsum(count(left[entered]))
    complete = monday + WEEK <= end
    if earliest.astype("datetime64[D]") > first:
        complete[0] = False
    return Weeks(
        monday=monday,
        created=count(cases.created),
        started=count(cases.started),
        finished=count(cases.finished),
        wip=wip,
        complete=complete,
        end=end,
    )


def measure_spans(
    case: Sequence[Hashable | None],
    created: Any,
    finished: Any,
    *,
    started: Any | None = None,
    dropped: Any | None = None,
    as_of: datetime,
    calendar: WorkCalendar = PLAIN_DAYS,
    zone: tzinfo | None = None,
    examples: int = EXAMPLES,
) -> FlowReport:
    """The flow when only dates are known: created, started (if known), finished (if finished).

    Without ``started`` there is no cycle time, only lead time, and what is not finished is
    counted as not started. ``dropped``: when a case was left without being done. A case that
    appears twice is a ``duplicate``; one that ends before it was created or started is
    ``negative`` and left out.

    Raises:
        FlowError: columns of different lengths, ``as_of`` that is no moment.
    """
    born, done = moments(created, zone), moments(finished, zone)
    begun = (
        np.full(len(born), np.datetime64("NaT", "s")) if started is None else moments(started, zone)
    )
    gone = (
        np.full(len(born), np.datetime64("NaT", "s")) if dropped is None else moments(dropped, zone)
    )
    sizes = {len(case), len(born), len(done), len(begun), len(gone)}
    if len(sizes) > 1:
        raise FlowError("lengths", lengths=sorted(sizes))
    end = _end(as_of, zone)
    dirt = _DirtBook(examples)
    names, number = _numbered(case)
    keep = np.ones(len(number), dtype=bool)
    again = np.ones(len(number), dtype=bool)
    again[np.unique(number, return_index=True)[1]] = False
    given = np.array([value not in (None, "") for value in finished], dtype=bool)
    for code, bad in (
        ("no_case", number < 0),
        ("duplicate", again),
        ("bad_time", np.isnat(born) | (np.isnat(done) & given)),
        ("future", born > end),
        (
            "negative",
            (done < born) | (done < begun) | (begun < born) | (gone < born) | (gone < begun),
        ),
    ):
        dirt.note(code, np.flatnonzero(bad & keep), names, number)
        keep &= ~bad
    rows = np.flatnonzero(keep)
    born, begun, done, gone = born[rows], begun[rows], done[rows], gone[rows]
    missing = np.datetime64("NaT", "s")
    done = np.where(done > end, missing, done)
    begun = np.where(begun > end, missing, begun)
    gone = np.where((gone > end) | ~np.isnat(done), missing, gone)
    open_status = np.where(~np.isnat(begun), 1, 0)
    status = np.where(~np.isnat(done), 2, np.where(~np.isnat(gone), 3, open_status))
    status = status.astype(np.int64)
    codes = number[rows]
    if started is not None:
        dirt.note("no_start", codes[(status == 2) & np.isnat(begun)], names, np.arange(len(names)))
        dirt.note("instant", codes[(status == 2) & (begun == done)], names, np.arange(len(names)))
    now = float(calendar.clock(np.array([end]))[0])
    clocks = [calendar.clock(column) for column in (born, begun, done)]
    blank = np.full(len(rows), np.nan)
    cases = Cases(
        ids=tuple(names[i] for i in codes.tolist()),
        state=status,
        created=born,
        started=begun,
        finished=done,
        first_done=done,
        lead=clocks[2] - clocks[0],
        cycle=clocks[2] - clocks[1],
        active=blank,
        age=np.where(status == 1, now - clocks[1], np.nan),
        reopened=np.zeros(len(rows), dtype=np.int64),
        dropped_at=gone,
    )
    return _summary(cases, len(number), as_of, end, status == 2, Spread.of(cases.lead), dirt)


# ---------------------------------------------------------------------------- joining


def combine(reports: Sequence[FlowReport], *, calendar: WorkCalendar = PLAIN_DAYS) -> FlowReport:
    """One report of cases that were measured apart (by changes here, by dates there).

    The reports share ``as_of`` and calendar; their cases differ. Efficiency and cycle time come
    from the cases that have them.

    Raises:
        FlowError: ``bad_as_of``: no report at all, or not of the same moment.
    """
    if not reports or len({report.as_of for report in reports}) > 1:
        raise FlowError("bad_as_of", as_of=sorted({str(r.as_of) for r in reports}))
    if len(reports) == 1:
        return reports[0]
    parts = [report.cases for report in reports]

    def joined(name: str) -> Any:
        return np.concatenate([getattr(part, name) for part in parts])

    cases = Cases(
        ids=tuple(name for part in parts for name in part.ids),
        **{name: joined(name) for name in Cases.__slots__ if name != "ids"},
    )
    as_of = reports[0].as_of
    dirt = _DirtBook(max(EXAMPLES, *(len(d.examples) for r in reports for d in r.dirt), 0))
    for report in reports:
        for entry in report.dirt:
            dirt.counts[entry.code] += entry.count
            dirt.examples[entry.code].update(dict.fromkeys(entry.examples))
    ever_done = ~np.isnat(cases.first_done)
    first_lead = Spread.of(calendar.clock(cases.first_done) - calendar.clock(cases.created))
    events = sum(report.events for report in reports)
    # Aware moments were brought to the zone before: what is left is the wall clock.
    end = max(report.weeks.end for report in reports)
    return _summary(cases, events, as_of, end, ever_done, first_lead, dirt)


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """How many cases stand where at the end of each week; dropped ones are nowhere."""

    monday: Times
    to_do: Ints
    in_progress: Ints
    done: Ints


def stock(report: FlowReport) -> Stock:
    """The cumulative flow: what was to do, in progress and done at the end of each week.

    A case that was done, reopened and not done again stands where it is now.
    """
    cases, monday = report.cases, report.weeks.monday
    ends = (monday + WEEK).astype("datetime64[s]").astype(np.int64)

    def until(at: Times) -> Ints:
        known = np.sort(at[~np.isnat(at)].astype("datetime64[s]").astype(np.int64))
        return np.searchsorted(known, ends, side="left").astype(np.int64)

    created, done, gone = until(cases.created), until(cases.finished), until(cases.dropped_at)
    begun = ~np.isnat(cases.started)
    started = until(cases.started)
    left = until(cases.finished[begun]) + until(cases.dropped_at[begun])
    in_progress = started - left
    return Stock(monday, created - done - gone - in_progress, in_progress, done)
