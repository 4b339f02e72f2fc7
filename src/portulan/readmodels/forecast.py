"""When what is left of an initiative, a release, a team or a product will be done.

An initiative's pace is its own when it has enough weeks; else that of the teams that work on it, as
if they did nothing else, and it is said so. What it waits for is simulated with it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from portulan.portfolio.flow import Flow, flows_by
from portulan.portfolio.models import BacklogItem, Dependency, Initiative, Release
from portulan.readmodels import flow as flows
from portulan.readmodels.backlog import OPEN, counts
from portulan.readmodels.flow import Part
from portulan.readmodels.pace import (
    CHANCES,
    HORIZON,
    RUNS,
    Forecast,
    Waits,
    enough,
    make,
    plan_end,
    simulate,
    throughput,
    whole_weeks,
)
from portulan.readmodels.reader import Reader
from portulan_core.forecast import ForecastError, Link, Task, WhenForecast, network
from portulan_core.model import PLANNED_STATES
from portulan_core.periods import first_day, month_of

#: Share of its duration by which an initiative without items or range may be late or early.
RANGE = 0.3
DAYS_OF_MONTH = 30.44
#: States in which nothing is waited for any more.
ENDED = ("done", "refused", "stopped")


def of_initiative(
    reader: Reader, initiative: Initiative, by: date | None = None
) -> Forecast | None:
    """The forecast of an initiative's items; ``None`` when it has none (a constant number of
    queries).
    """
    part = Part("initiative", initiative.pk, initiative.code, initiative.name)
    found = flows.flow(reader, part)
    if not found.items:
        return None
    end = plan_end(initiative)
    key = (initiative.pk, by, reader.day)
    return reader.kept(
        "forecast", key, lambda: _of_initiative(reader, initiative, found, end, by)
    )


def _of_initiative(
    reader: Reader, initiative: Initiative, found: Flow, end: date | None, by: date | None
) -> Forecast:
    counted = counts(Part("initiative", initiative.pk, "", ""))
    pace, past = "own", throughput(found)
    if not enough(past):
        pace, past = "teams", _of_teams(reader, initiative.pk)
    made = make(
        found, past, pace, counted.left, counted.done, reader.day, by or end, end
    )
    if not made.pace or not counted.left:
        return made
    return _with_waits(reader, initiative, made, simulate(past, counted.left))


def _of_teams(reader: Reader, initiative: int) -> list[int]:
    """Weekly throughput of the teams that hold items of an initiative, together."""
    teams = set(
        BacklogItem.objects.filter(initiative_id=initiative, team__isnull=False).values_list(
            "team_id", flat=True
        )
    )
    if not teams:
        return []
    rows = [
        throughput(flow)
        for flow in flows_by(
            BacklogItem.objects.filter(team_id__in=teams), "team_id", timezone.now()
        ).values()
    ]
    size = min((len(row) for row in rows), default=0)
    return [sum(row[len(row) - size + week] for row in rows) for week in range(size)]


def of_release(reader: Reader, release: Release, by: date | None = None) -> Forecast | None:
    """The forecast of a release, at the pace of its product; ``None`` without items."""
    counted = counts(Part("release", release.pk, "", ""))
    if not counted.left and not counted.done:
        return None
    found = flows.flow(reader, Part("product", release.product_id, "", ""))
    return reader.kept(
        "forecast_release", (release.pk, by, reader.day),
        lambda: make(
            found, throughput(found), "product", counted.left, counted.done, reader.day,
            by or release.due_on, release.due_on,
        ),
    )


def of_part(reader: Reader, part: Part, by: date | None = None) -> Forecast | None:
    """How many items a team or a product may finish by a day; ``None`` without items."""
    found = flows.flow(reader, part)
    if not found.items:
        return None
    counted = counts(part)
    until = by or reader.day + timedelta(days=91)
    return reader.kept(
        "forecast_part", (part.kind, part.id, until, reader.day),
        lambda: make(
            found, throughput(found), "own", counted.left, counted.done, reader.day, until, None
        ),
    )


# ---------------------------------------------------------------------------- what it waits for


def _with_waits(
    reader: Reader, initiative: Initiative, made: Forecast, run: WhenForecast
) -> Forecast:
    """The same forecast, from the planned start, where the initiative waits for others."""
    before = _before(initiative.pk)
    day = reader.day
    # What has items done has begun, whatever the plan says.
    wait = 0.0 if made.done else float(max(0, (_starts(initiative) - day).days))
    if not before.links and not wait:
        return made
    tasks = [Task(initiative.code, samples=_thin(run), not_before=wait)]
    by: dict[str, str] = {}
    unplaced, stopped = [], []
    paces = flows_by(
        BacklogItem.objects.filter(initiative_id__in=list(before.initiatives)), "initiative_id",
        timezone.now(),
    )
    left = _left(before.initiatives)
    gone = set()
    for pk, other in before.initiatives.items():
        past = throughput(paces[pk]) if pk in paces else []
        if other.state in ENDED:
            gone.add(other.code)
            if other.state != "done":
                stopped.append((other.code, other.name))
        elif enough(past) and left.get(pk):
            tasks.append(Task(other.code, samples=_thin(simulate(past, left[pk]))))
            by[other.code] = "items"
        elif other.start is None:
            # Of unknown length; what it waits for itself still counts.
            tasks.append(Task(other.code))
            unplaced.append((other.code, other.name))
        else:
            tasks.append(_from_plan(other, day))
            by[other.code] = "plan"
    links = [
        Link(a, b, lag=lag * DAYS_OF_MONTH) for a, b, lag in before.links
        if a not in gone and b not in gone
    ]
    made = _replaced(
        made, unplaced=tuple(unplaced), stopped=tuple(stopped),
        begins=_starts(initiative) if wait else None,
    )
    if not by and not wait:
        return made
    try:
        run_all = network(tasks, links, runs=RUNS, chances=CHANCES)
    except ForecastError:
        return _replaced(made, begins=None)
    own = next(task for task in run_all.tasks if task.code == initiative.code)
    names = {other.code: other.name for other in before.initiatives.values()}
    chance = None
    if made.plan_end is not None:
        # Everything else comes before it, so that the end of the network is its own.
        chance = run_all.chance(float((made.plan_end - day).days))
    return _replaced(
        made, when=_days(own.finish, day), plan_chance=chance,
        waits=tuple(
            Waits(
                task.code, names[task.code], by[task.code], _days(task.finish, day), task.critical
            )
            for task in run_all.tasks if task.code in by
        ),
    )


def _days(finish: Mapping[int, float], day: date) -> dict[int, date | None]:
    """Days from now as days; none beyond the horizon."""
    return {
        chance: day + timedelta(days=math.ceil(days)) if days <= HORIZON * 7 else None
        for chance, days in finish.items()
    }


def _replaced(made: Forecast, **values: object) -> Forecast:
    own = {name: getattr(made, name) for name in Forecast.__slots__}
    return Forecast(**{**own, **values})


@dataclass(frozen=True, slots=True)
class _Before:
    initiatives: Mapping[int, Initiative]
    links: Sequence[tuple[str, str, int]]


def _before(pk: int) -> _Before:
    """Everything that must end before an initiative, however far (2 queries)."""
    into: dict[int, list[tuple[int, int]]] = {}
    kept = Dependency.objects.filter(kind=Dependency.Kind.FINISH_START)
    for first, second, lag in kept.values_list("predecessor_id", "successor_id", "lag"):
        into.setdefault(second, []).append((first, lag))
    found, ahead = {pk}, [pk]
    pairs = []
    while ahead:
        here = ahead.pop()
        for first, lag in into.get(here, ()):
            pairs.append((first, here, lag))
            if first not in found:
                found.add(first)
                ahead.append(first)
    if not pairs:
        return _Before({}, ())
    rows = {row.pk: row for row in Initiative.objects.filter(pk__in=found)}
    codes = {key: row.code for key, row in rows.items()}
    links = [(codes[a], codes[b], lag) for a, b, lag in pairs]
    return _Before({key: row for key, row in rows.items() if key != pk}, links)


def _left(initiatives: Mapping[int, Initiative]) -> dict[int, int]:
    rows = BacklogItem.objects.filter(initiative_id__in=list(initiatives), standing__in=OPEN)
    found: dict[int, int] = {}
    for pk in rows.values_list("initiative_id", flat=True):
        if pk is not None:
            found[pk] = found.get(pk, 0) + 1
    return found


def _starts(initiative: Initiative) -> date:
    if initiative.start is None or initiative.state == "in_progress":
        return date.min + timedelta(days=1)
    return first_day(initiative.start)


def _thin(run: WhenForecast) -> tuple[float, ...]:
    """Days from now to the end, by thousandths of the futures."""
    step = max(1, len(run.samples) // 1_000)
    return tuple(float(max(0, int(weeks) * 7 - 1)) for weeks in run.samples[step // 2 :: step])


def _from_plan(other: Initiative, day: date) -> Task:
    """What is left of an initiative by its plan, more or less its range."""
    start = first_day(other.start) if other.start is not None else day
    end = plan_end(other) or day
    begins = max(start, day)
    likely = float(max(0, (end - begins).days + 1))
    share = (other.estimate_range or 0) / 100 or RANGE
    return Task(
        other.code, low=likely * max(0.0, 1 - share), likely=likely, high=likely * (1 + share),
        not_before=float(max(0, (start - day).days)),
    )


# ---------------------------------------------------------------------------- all of them


@dataclass(frozen=True, slots=True)
class Slip:
    """An initiative of the plan whose items say when it ends: 85 % day, and the plan's chance."""

    uid: str
    code: str
    name: str
    left: int
    plan_end: date
    end: date | None
    chance: float

    @property
    def months(self) -> int | None:
        """Months late at 85 %; ``None`` beyond the horizon."""
        return None if self.end is None else month_of(self.end) - month_of(self.plan_end)


def slips(reader: Reader) -> tuple[Slip, ...]:
    """Initiatives of the present plan with items left and a pace of their own, the latest first.

    Four queries whatever their number; without what they wait for. For coherence checks and lists:
    the caller filters by rights.
    """
    return reader.kept("slips", (reader.day,), lambda: _slips(reader.day))


def _slips(day: date) -> tuple[Slip, ...]:
    placed = Initiative.objects.filter(
        Q(state__in=list(PLANNED_STATES)), start__isnull=False
    ).in_bulk()
    left = _left(placed)
    items = BacklogItem.objects.filter(initiative_id__in=list(left))
    found = []
    for pk, flow in flows_by(items, "initiative_id", timezone.now()).items():
        past, end = throughput(flow), plan_end(placed[pk])
        if not enough(past) or end is None:
            continue
        run = simulate(past, left[pk])
        row = placed[pk]
        found.append(
            Slip(
                str(row.uid), row.code, row.name, left[pk], end, run.dates(day).get(85),
                run.chance(whole_weeks(day, end)),
            )
        )
    return tuple(sorted(found, key=lambda s: (-(s.months if s.months is not None else 999))))
