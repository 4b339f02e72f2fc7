"""Guardrails of a scenario: what a line or a funding time keeps at least. Pure: no database.

They bear on what initiatives cost within the horizon. What is run, or spent already, is no merit of
a plan: with it, a guardrail would hold by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from portulan.prioritisation.assumptions import AMOUNT, PLAN, Floor, Limit
from portulan.prioritisation.limits import Limits
from portulan_core.arbitrage import (
    Envelope,
    Guardrail,
    Item,
    Placement,
    Problem,
    measure,
    present_plan,
)

BASIS = 10_000


def held(problem: Problem, floors: tuple[Floor, ...], limits: Limits) -> Problem:
    """The problem with the guardrails of a sheet.

    An amount, or a share of what the present plan spends there, is a floor on accounts; a share of
    all that is spent is one on the initiatives that cost mostly there.
    """
    costs = measure.account_cost(problem, present_plan(problem))
    accounts = sorted({a for item in problem.items for mode in item.modes for a in mode.cost})
    envelopes, rails = list(problem.envelopes), list(problem.guardrails)
    items: dict[str, Item] = {item.key: item for item in problem.items}
    for floor in floors:
        where = Limit(0, None, floor.line, floor.stage)
        inside = tuple(a for a in accounts if limits.covers(where, a))
        if floor.of in (PLAN, AMOUNT):
            bare = Envelope(floor.key, inside)
            least = floor.amount
            if floor.of == PLAN:
                least = measure.envelope_use(problem, bare, costs) * floor.share // BASIS
            envelopes.append(replace(bare, floor=least))
            continue
        for key, item in items.items():
            if _mostly(item, frozenset(inside)):
                items[key] = replace(item, labels=(*item.labels, floor.key))
        rails.append(Guardrail(floor.key, floor.key, "cost", floor_share=floor.share))
    return replace(
        problem, items=tuple(items.values()), envelopes=tuple(envelopes), guardrails=tuple(rails)
    )


def _mostly(item: Item, inside: frozenset[str]) -> bool:
    """Whether an item costs mostly on these accounts."""
    own = total = 0
    for account, amounts in item.modes[0].cost.items():
        total += sum(amounts)
        own += sum(amounts) if account in inside else 0
    return total > 0 and 2 * own >= total


def shares(
    problem: Problem,
    before: Mapping[str, Placement],
    after: Mapping[str, Placement],
    named: Callable[[str], Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Each guardrail on a share of all spending: what it asks (basis points), and both plans."""
    found = []
    for rail in problem.guardrails:
        parts: list[float | None] = []
        for plan in (before, after):
            inside, total = measure.rail_use(problem, rail, plan)
            parts.append(inside / total if total else None)
        row = {"share": rail.floor_share or 0, "before": parts[0], "after": parts[1]}
        found.append({**named(rail.key), **row})
    return found
