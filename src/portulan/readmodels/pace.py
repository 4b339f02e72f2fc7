"""The pace of work and what it says of what is left: dates, counts, and how such forecasts fared.

Weeks to come are counted from today. Under a few weeks or items nothing is said.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portulan.portfolio.flow import Flow
from portulan.portfolio.models import Initiative
from portulan.readmodels.flow import OLD
from portulan_core.forecast import (
    MIN_HISTORY,
    BackTest,
    CountForecast,
    ForecastError,
    WhenForecast,
    back_test,
    how_many,
    when_done,
)
from portulan_core.periods import last_day, month_of

CHANCES = (50, 85, 95)
#: Weeks and finished items under which nothing is forecast.
WEEKS, FINISHED = 8, 6
#: Weeks that a back-test looks ahead, and that it knows at its first origin.
AHEAD, KNOWN = 4, 13
HORIZON = 260
RUNS = 5_000


@dataclass(frozen=True, slots=True)
class Waits:
    """Something that comes before: its end by chance, and how often it holds everything up.

    ``by`` says what its duration comes from: ``items`` or ``plan``. ``finish``: ``None`` beyond the
    horizon.
    """

    code: str
    name: str
    by: str
    finish: Mapping[int, date | None]
    critical: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """What may be expected of what is left.

    ``pace``: ``own``, ``teams`` (as if they did nothing else) or ``product``; "" when there is too
    little history. ``when[c]``: the day by which it is done in c % of the futures, ``None`` beyond
    the horizon. ``alone``: the same without what it waits for. ``by``, ``count``: how many by that
    day. ``plan_end``: the last day of the plan, kept in ``plan_chance`` of the futures.
    """

    left: int
    done: int
    arriving: float
    pace: str
    weeks: int
    per_week: float
    method: str
    when: Mapping[int, date | None]
    alone: Mapping[int, date | None]
    by: date | None
    count: Mapping[int, int]
    plan_end: date | None
    plan_chance: float | None
    waits: tuple[Waits, ...]
    unplaced: tuple[tuple[str, str], ...]
    back: BackTest | None
    needed: int
    known_until: date
    old: bool
    begins: date | None = None
    stopped: tuple[tuple[str, str], ...] = ()

    @property
    def too_few(self) -> bool:
        """Whether nothing can be said of when."""
        return not self.pace

    @property
    def late_months(self) -> int | None:
        """Months between the plan's end and the 85 % day; negative when it is earlier."""
        end = self.when.get(85)
        if end is None or self.plan_end is None:
            return None
        return month_of(end) - month_of(self.plan_end)


def throughput(found: Flow) -> list[int]:
    """Finished items of the complete weeks since work began, oldest first."""
    weeks = found.report.weeks
    rows = [
        (int(started) + int(finished), int(finished))
        for started, finished, complete in zip(
            weeks.started, weeks.finished, weeks.complete, strict=True
        )
        if complete
    ]
    first = next((i for i, (moved, _) in enumerate(rows) if moved), len(rows))
    return [finished for _, finished in rows[first:]]


def enough(past: Sequence[int]) -> bool:
    """Whether a history is long and full enough to forecast from."""
    return len(past) >= max(WEEKS, MIN_HISTORY) and sum(past) >= FINISHED


def make(
    found: Flow, past: Sequence[int], pace: str, left: int, done: int, day: date,
    by: date | None, end: date | None,
) -> Forecast:
    """The forecast of so many items left at a pace: ``end`` is the plan's, ``by`` the day asked."""
    usable = enough(past)
    days: Mapping[int, date | None] = {}
    chance: float | None = None
    count: Mapping[int, int] = {}
    method = ""
    if usable:
        run = simulate(past, left)
        method = run.method
        days = {
            c: day if left == 0 else found_day for c, found_day in run.dates(day).items()
        }
        if end is not None:
            chance = 1.0 if not left else run.chance(whole_weeks(day, end))
        if by is not None and by > day:
            count = _count(past, whole_weeks(day, by)).at_least
    weeks = found.report.weeks
    recent = [int(n) for n in weeks.created[weeks.complete][-12:]]
    return Forecast(
        left=left, done=done, arriving=sum(recent) / len(recent) if recent else 0.0,
        pace=pace if usable else "", weeks=len(past),
        per_week=sum(past[-12:]) / len(past[-12:]) if past else 0.0, method=method,
        when=days, alone=days, by=by, count=count, plan_end=end, plan_chance=chance,
        waits=(), unplaced=(), back=_back(past) if usable else None, needed=AHEAD + KNOWN,
        known_until=found.known_until, old=day - found.known_until > OLD,
    )


def whole_weeks(start: date, end: date) -> int:
    """Whole weeks from a day to the end of another."""
    return max(0, math.floor(((end - start).days + 1) / 7))


def simulate(past: Sequence[int], left: int) -> WhenForecast:
    """In how many weeks so many items will be done."""
    return when_done(list(past), left, horizon=HORIZON, runs=RUNS, chances=CHANCES)


def _count(past: Sequence[int], weeks: int) -> CountForecast:
    return how_many(list(past), weeks, runs=RUNS, chances=CHANCES)


def _back(past: Sequence[int]) -> BackTest | None:
    try:
        return back_test(list(past), horizon=AHEAD, history=KNOWN, runs=600, chances=CHANCES)
    except ForecastError:
        return None


def plan_end(initiative: Initiative) -> date | None:
    """The last day that the plan gives to an initiative; ``None`` when it is not placed."""
    if initiative.start is None:
        return None
    return last_day(initiative.start + max(1, initiative.months) - 1)
