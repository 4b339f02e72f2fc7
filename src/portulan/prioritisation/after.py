"""What plans commit beyond the horizon, which no limit of the scenario counts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from portulan.prioritisation.problem import Built
from portulan_core.arbitrage import Placement, Problem
from portulan_core.model import World

Plan = Mapping[str, Placement]


def beyond(problem: Problem, plan: Plan) -> dict[str, int]:
    """Initiative → what it costs in periods after the horizon, in minor units."""
    found = {}
    for key, placed in plan.items():
        amount = sum(
            cost
            for amounts in problem.item(key).mode(placed.mode).cost.values()
            for offset, cost in enumerate(amounts)
            if placed.start + offset >= problem.periods
        )
        if amount:
            found[key] = amount
    return found


def after_json(world: World, built: Built, before: Plan, after: Plan, names: Any) -> dict[str, Any]:
    """The initiatives of either plan with costs beyond the horizon, the dearest first.

    ``until``: the last month with a cost, in the new plan where it is in it.
    """
    old, new = beyond(built.problem, before), beyond(built.problem, after)

    def until(key: str) -> int:
        row = world.initiatives[key]
        costs = [a + b for a, b in zip_longest(row.costs_capex, row.costs_opex, fillvalue=0)]
        last = max((place for place, amount in enumerate(costs) if amount), default=0)
        return built.month(key, (after if key in new else before)[key].start) + last

    rows = [
        {**names.item(key), "before": old.get(key, 0), "after": new.get(key, 0),
         "until": until(key)}
        for key in sorted(old.keys() | new.keys())
    ]  # fmt: skip
    rows.sort(key=lambda row: -max(row["after"], row["before"]))
    return {"rows": rows, "before": sum(old.values()), "after": sum(new.values())}
