"""A plan against the present one: what comes in, goes out, moves, changes size, and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from portulan_core.arbitrage import measure
from portulan_core.arbitrage.presets import present_plan
from portulan_core.arbitrage.problem import Item, Placement, Problem

Change = Literal["in", "out", "moved", "resized", "unchanged"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One item: ``code`` and what changes (after minus before), within the periods of the problem.

    ``resized``: another mode (its start may differ too); ``moved``: same mode, another start.
    ``cost`` is the total, ``costs`` by account and ``periods`` by period; exit costs are in.
    """

    item: str
    code: Change
    before: Placement | None
    after: Placement | None
    value: int
    cost: int
    costs: Mapping[str, int]
    cost_periods: tuple[int, ...]
    effort: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All the differences, and the totals of both plans; ``changes`` as `max_changes` counts."""

    differences: tuple[Difference, ...]
    value_before: int
    value_after: int
    cost_before: int
    cost_after: int
    makespan_before: int
    makespan_after: int
    changes: int

    def of(self, *codes: Change) -> tuple[Difference, ...]:
        """The differences of these kinds."""
        return tuple(d for d in self.differences if d.code in codes)


def differences(
    problem: Problem,
    plan: Mapping[str, Placement],
    against: Mapping[str, Placement] | None = None,
) -> Comparison:
    """Compare a plan (``result.placements``) with the present one, or with another plan.

    Items in neither plan are not listed. A synergy's points are in the totals only.
    """
    before = present_plan(problem) if against is None else dict(against)
    rows = []
    for item in problem.items:
        old, new = before.get(item.key), plan.get(item.key)
        if old is None and new is None:
            continue
        rows.append(_difference(problem, item, old, new))
    return Comparison(
        differences=tuple(rows),
        value_before=measure.value(problem, before),
        value_after=measure.value(problem, plan),
        cost_before=measure.cost(problem, before),
        cost_after=measure.cost(problem, plan),
        makespan_before=measure.makespan(problem, before),
        makespan_after=measure.makespan(problem, plan),
        changes=sum(d.code in ("out", "moved", "resized") for d in rows),
    )


def _difference(
    problem: Problem, item: Item, old: Placement | None, new: Placement | None
) -> Difference:
    code: Change
    if old is None:
        code = "in"
    elif new is None:
        code = "out"
    elif old.mode != new.mode:
        code = "resized"
    elif old.start != new.start:
        code = "moved"
    else:
        code = "unchanged"
    costs: dict[str, int] = {}
    periods = [0] * problem.periods
    effort: dict[str, int] = {}
    value = 0
    for placed, sign in ((old, -1), (new, 1)):
        if placed is None:
            table, start = item.exit_cost, 0
        else:
            mode = item.mode(placed.mode)
            table, start = mode.cost, placed.start
            value += sign * item.value_of(mode, start)
            for key, amounts in mode.effort.items():
                for _, amount in measure.within(amounts, start, problem.periods):
                    effort[key] = effort.get(key, 0) + sign * amount
        for account, amounts in table.items():
            for t, amount in measure.within(amounts, start, problem.periods):
                costs[account] = costs.get(account, 0) + sign * amount
                periods[t] += sign * amount
    return Difference(
        item=item.key,
        code=code,
        before=old,
        after=new,
        value=value,
        cost=sum(periods),
        costs={k: v for k, v in costs.items() if v},
        cost_periods=tuple(periods),
        effort={k: v for k, v in effort.items() if v},
    )
