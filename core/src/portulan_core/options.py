"""Options side by side: what each way to decide makes of value, money, load and coherence.

An option is a list of effects. Each is applied to the same World; what no longer fits is told, not
hidden. Value counts the yearly benefits of the initiatives that the plan then holds, each once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from portulan_core import load, money
from portulan_core.coherence import Finding, check
from portulan_core.effects import Effect, EffectConflict, EffectError, apply
from portulan_core.lifecycle import current_period
from portulan_core.model import PLANNED_STATES, STAGES, StagePeriod, World
from portulan_core.periods import fiscal_year, month_of, quarter_start

MONEY_KINDS = ("revenue", "margin", "saving")
QUARTERS = 6


@dataclass(frozen=True, slots=True)
class Peak:
    """The most loaded team and quarter: ``month`` is the quarter's first, ``ratio`` of capacity."""

    team: str
    month: int
    ratio: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What a World holds, for comparing. Money in minor units, effort in hundredths of days.

    ``value``: yearly benefits in money of the present plan; ``hours``: users' hours a year;
    ``cost``: whole cost of the present plan; ``landings``: by fiscal year; ``findings``: how many
    by severity; ``stages``: products by funding time.
    """

    value: int
    hours: int
    initiatives: int
    cost: int
    landings: Mapping[int, int]
    effort: int
    peak: Peak | None
    overloaded: int
    findings: Mapping[str, int]
    stages: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Option:
    """One way to decide: its key and its effects, in order."""

    key: str
    effects: Sequence[Effect] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """An option's figures, the findings it brings and settles, and the effects that do not fit."""

    key: str
    figures: Figures
    appeared: tuple[Finding, ...] = ()
    settled: tuple[Finding, ...] = ()
    unfit: tuple[Effect, ...] = ()
    world: World = field(default_factory=World, repr=False)


def after(world: World, effects: Iterable[Effect]) -> tuple[World, tuple[Effect, ...]]:
    """The World with the effects that fit, and those that do not."""
    unfit = []
    for effect in effects:
        try:
            world = apply(world, effect)
        except (EffectConflict, EffectError):
            unfit.append(effect)
    return world, tuple(unfit)


def compare(
    world: World,
    options: Sequence[Option],
    day: date,
    rules: Collection[str] | None = None,
) -> tuple[Figures, list[Outcome]]:
    """The present figures, and the outcome of each option.

    ``rules`` limits the findings looked at (default: every rule).
    """
    present = check(world, day, codes=rules)
    known = {(f.code, f.subject): f for f in present}
    outcomes = []
    for option in options:
        later, unfit = after(world, option.effects)
        found = present if later == world else check(later, day, codes=rules)
        keys = {(f.code, f.subject) for f in found}
        outcomes.append(
            Outcome(
                option.key,
                figures(later, day, found),
                tuple(f for f in found if (f.code, f.subject) not in known),
                tuple(f for key, f in known.items() if key not in keys),
                unfit,
                later,
            )
        )
    return figures(world, day, present), outcomes


def figures(world: World, day: date, findings: Iterable[Finding]) -> Figures:
    """What a World holds on a day."""
    month = month_of(day)
    first_month = _first_month(world)
    year = fiscal_year(month, first_month)
    plan = {
        uid: row
        for uid, row in world.initiatives.items()
        if row.start is not None and row.state in PLANNED_STATES
    }
    best: dict[tuple[str, str], int] = {}
    for benefit in world.benefits.values():
        if benefit.initiative in plan:
            place = (benefit.initiative, benefit.kind)
            best[place] = max(best.get(place, 0), benefit.amount)
    return Figures(
        sum(amount for (_, kind), amount in best.items() if kind in MONEY_KINDS),
        sum(amount for (_, kind), amount in best.items() if kind == "user_time"),
        len(plan),
        sum(row.cost for row in plan.values()),
        {
            y: sum(p.amounts.landing for p in money.world_pieces(world, y, month))
            for y in (year, year + 1)
        },
        sum(row.effort for row in plan.values()),
        *_load(world, month, first_month),
        Counter(f.severity.code for f in findings),
        _stages(world, day),
    )


def _first_month(world: World) -> int:
    roots = [row for row in world.entities.values() if row.parent is None]
    return roots[0].fiscal_first_month if roots else 1


def _load(world: World, month: int, first_month: int) -> tuple[Peak | None, int]:
    first = quarter_start(month, first_month)
    cells = [
        cell
        for row in load.world_load(world, first, QUARTERS).rows()
        for cell in row
        if cell.ratio is not None
    ]
    over = sum(1 for cell in cells if (cell.ratio or 0) > 1)
    if not cells:
        return None, 0
    worst = max(cells, key=lambda c: (c.ratio or 0, -c.quarter))
    team = world.teams.get(worst.team)
    name = team.name if team else ""
    return Peak(name, first + 3 * worst.quarter, worst.ratio or 0.0), over


def _stages(world: World, day: date) -> dict[str, int]:
    periods: dict[str, list[StagePeriod]] = {}
    for row in sorted(world.stage_periods.values(), key=lambda p: p.position):
        periods.setdefault(row.product, []).append(row)
    found = Counter(
        period.stage
        for rows in periods.values()
        if (period := current_period(rows, day)) is not None and period.stage in STAGES
    )
    return {stage: found.get(stage, 0) for stage in STAGES}
