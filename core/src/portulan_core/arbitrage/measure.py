"""What a plan is worth and uses, counted in plain integers. Solvers are checked against this."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from portulan_core.arbitrage.problem import (
    BASIS,
    Envelope,
    Guardrail,
    Item,
    Mode,
    Placement,
    Problem,
)
from portulan_core.arbitrage.result import Usage

Placements = Mapping[str, Placement]


def chosen(problem: Problem, placements: Placements) -> Iterator[tuple[Item, Mode, int]]:
    """The chosen items with their mode and start, in the order of the problem."""
    for item in problem.items:
        placed = placements.get(item.key)
        if placed is not None:
            yield item, item.mode(placed.mode), placed.start


def value(problem: Problem, placements: Placements) -> int:
    """Points: those of the chosen items, and of the pairs of them that work together."""
    total = sum(item.value_of(mode, start) for item, mode, start in chosen(problem, placements))
    for synergy in problem.synergies:
        if all(key in placements for key in synergy.items):
            total += synergy.value
    return total


def within(amounts: tuple[int, ...], start: int, periods: int) -> Iterator[tuple[int, int]]:
    """(period, amount) of a profile started then, for the periods of the problem only."""
    for offset, amount in enumerate(amounts):
        if 0 <= start + offset < periods:
            yield start + offset, amount


def cost(problem: Problem, placements: Placements) -> int:
    """All costs within the periods, and the exit costs of what is not chosen."""
    total = 0
    for _, mode, start in chosen(problem, placements):
        for amounts in mode.cost.values():
            total += sum(a for _, a in within(amounts, start, problem.periods))
    for item in problem.items:
        if item.key not in placements:
            for amounts in item.exit_cost.values():
                total += sum(amounts[: problem.periods])
    return total


def makespan(problem: Problem, placements: Placements) -> int:
    """The period by which everything chosen has ended (half-open; 0 when nothing is chosen)."""
    ends = (start + mode.duration for _, mode, start in chosen(problem, placements))
    return max(0, max(ends, default=0))


def stability(problem: Problem, placements: Placements) -> int:
    """How many items of the present plan come out, move or change mode."""
    return sum(
        item.present is not None and placements.get(item.key) != item.present
        for item in problem.items
    )


MEASURES = {"value": value, "cost": cost, "makespan": makespan, "stability": stability}
SENSE = {"value": 1, "cost": -1, "makespan": -1, "stability": -1}
"""1: the more the better; -1: the less the better."""


def goal_values(problem: Problem, placements: Placements) -> tuple[int, ...]:
    """The measure of each goal."""
    return tuple(MEASURES[g.measure](problem, placements) for g in problem.goals)


def rank(problem: Problem, placements: Placements) -> tuple[int, ...]:
    """A key that is larger for a better plan (tolerances aside)."""
    values = goal_values(problem, placements)
    signed = tuple(SENSE[g.measure] * v for g, v in zip(problem.goals, values, strict=True))
    if problem.order == "lexicographic":
        return signed
    return (sum(g.weight * v for g, v in zip(problem.goals, signed, strict=True)),)


def objective(problem: Problem, values: tuple[int, ...]) -> int:
    """The number shown as the objective: the first goal's measure, or the weighted sum."""
    if problem.order == "lexicographic":
        return values[0]
    pairs = zip(problem.goals, values, strict=True)
    return sum(g.weight * SENSE[g.measure] * v for g, v in pairs)


def resource_use(problem: Problem, placements: Placements) -> dict[str, list[int]]:
    """Effort per resource and period."""
    used = {r.key: [0] * problem.periods for r in problem.resources}
    for _, mode, start in chosen(problem, placements):
        for key, amounts in mode.effort.items():
            row = used[key]
            for t, amount in within(amounts, start, problem.periods):
                row[t] += amount
    return used


def account_cost(problem: Problem, placements: Placements) -> dict[str, list[int]]:
    """Cost per account and period, exit costs of what is not chosen included."""
    used: dict[str, list[int]] = defaultdict(lambda: [0] * problem.periods)
    for _, mode, start in chosen(problem, placements):
        for account, amounts in mode.cost.items():
            row = used[account]
            for t, amount in within(amounts, start, problem.periods):
                row[t] += amount
    for item in problem.items:
        if item.key not in placements:
            for account, amounts in item.exit_cost.items():
                row = used[account]
                for t, amount in within(amounts, 0, problem.periods):
                    row[t] += amount
    return dict(used)


def envelope_use(problem: Problem, envelope: Envelope, costs: Mapping[str, list[int]]) -> int:
    """What an envelope bears, from `account_cost`."""
    periods = range(problem.periods) if envelope.periods is None else set(envelope.periods)
    return sum(
        row[t] for a in envelope.accounts if (row := costs.get(a)) is not None for t in periods
    )


def rail_weight(problem: Problem, rail: Guardrail, item: Item, mode: Mode, start: int) -> int:
    """What one chosen item weighs in the measure of a guardrail."""
    if rail.measure == "count":
        return 1
    if rail.measure == "value":
        return item.value_of(mode, start)
    table = mode.cost if rail.measure == "cost" else mode.effort
    return sum(
        amount
        for key, amounts in table.items()
        if not rail.keys or key in rail.keys
        for _, amount in within(amounts, start, problem.periods)
    )


def rail_use(problem: Problem, rail: Guardrail, placements: Placements) -> tuple[int, int]:
    """(with the label, in all), in the measure of the guardrail."""
    inside = total = 0
    for item, mode, start in chosen(problem, placements):
        weight = rail_weight(problem, rail, item, mode, start)
        total += weight
        inside += weight if rail.label in item.labels else 0
    return inside, total


def rail_limits(rail: Guardrail) -> list[tuple[str, int, int, int, int]]:
    """Each limit as (name, a, b, low, bound): ``low·(a·inside + b·total) ≥ low·bound``.

    low is 1 for a floor, -1 for a ceiling; shares become linear by multiplying by 10,000.
    """
    limits = []
    if rail.floor is not None:
        limits.append(("floor", 1, 0, 1, rail.floor))
    if rail.ceiling is not None:
        limits.append(("ceiling", 1, 0, -1, rail.ceiling))
    if rail.floor_share is not None:
        limits.append(("floor_share", BASIS, -rail.floor_share, 1, 0))
    if rail.ceiling_share is not None:
        limits.append(("ceiling_share", BASIS, -rail.ceiling_share, -1, 0))
    return limits


def usage(problem: Problem, placements: Placements) -> tuple[Usage, ...]:
    """What a plan uses of every resource and envelope."""
    used = resource_use(problem, placements)
    rows = [
        Usage("resource", r.key, tuple(used[r.key]), tuple(r.capacity)) for r in problem.resources
    ]
    costs = account_cost(problem, placements)
    for envelope in problem.envelopes:
        spent = envelope_use(problem, envelope, costs)
        rows.append(Usage("envelope", envelope.key, (spent,), (envelope.ceiling,)))
    return tuple(rows)
