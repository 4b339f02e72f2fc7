"""Plainer ways to hold the same limits, beside which a scenario is shown. Pure."""

from __future__ import annotations

from typing import Any

from portulan_core.arbitrage import Problem, differences, greedy, measure, present_plan


def baselines(problem: Problem) -> dict[str, Any]:
    """By priority, as by hand, and pro rata: value in hundredths of a point, changes, entrants.

    They look at value alone: what they change in the present plan is told beside it.
    """
    plain = greedy(problem)
    by_hand: dict[str, Any] = {"greedy": None, "greedy_changes": None, "greedy_entered": 0}
    if plain.found:
        against = differences(problem, plain.placements)
        by_hand = {
            "greedy": measure.value(problem, plain.placements),
            "greedy_changes": against.changes,
            "greedy_entered": len(against.of("in")),
        }
    shared = prorata(problem)
    return by_hand | {
        "prorata": None if shared is None else shared[0],
        "prorata_changes": None if shared is None else shared[1],
    }


def prorata(problem: Problem) -> tuple[int, int] | None:
    """What is left if each initiative gives back the same share, and how many then change.

    None when nothing has to be given back. Asked of one or two envelopes only: with many, everyone
    would pay for the tightest one.
    """
    if len(problem.envelopes) > 2:
        return None
    now = present_plan(problem)
    costs = measure.account_cost(problem, now)
    part = 1.0
    accounts: set[str] = set()
    for envelope in problem.envelopes:
        used = measure.envelope_use(problem, envelope, costs)
        if envelope.ceiling is not None and used > envelope.ceiling and used > 0:
            part = min(part, max(0, envelope.ceiling) / used)
            accounts |= set(envelope.accounts)
    if part >= 1:
        return None
    touched = sum(
        any(account in accounts and any(row) for account, row in mode.cost.items())
        for _item, mode, _start in measure.chosen(problem, now)
    )
    return round(part * measure.value(problem, now)), touched
