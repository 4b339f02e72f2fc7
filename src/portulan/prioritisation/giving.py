"""How much can be given back at most, when what is asked cannot. Pure."""

from __future__ import annotations

import time
from dataclasses import replace

from portulan.prioritisation.questions import CUT
from portulan_core.arbitrage import Goal, Problem, measure, present_plan, solve

#: Two amounts nearer than this part of what is spent are the same answer, in parts per thousand.
NEAR = 5
#: What is said is round: hundreds of thousands from a million on, else thousands (minor units).
ROUND = 100_000_00


def most_given(problem: Problem, asked: int, seconds: float) -> int | None:
    """An amount that can be given back, as near as the time allows to the most that can.

    The cheapest plan first, then amounts between what was found and what cannot be. ``None``: no
    plan holds the other limits, or none was found in time.
    """
    held = next((e for e in problem.envelopes if e.key == CUT), None)
    if held is None:
        return None
    until = time.monotonic() + seconds
    others = tuple(e for e in problem.envelopes if e.key != CUT)
    bare = replace(problem, envelopes=others, goals=(Goal("cost"),))
    now = measure.envelope_use(
        problem, held, measure.account_cost(problem, present_plan(problem))
    )

    def given(limit: int | None, left: float) -> int | None:
        asking = bare
        if limit is not None:
            ceiling = replace(held, ceiling=now - limit)
            asking = replace(bare, envelopes=(*others, ceiling))
        found = solve(asking, left)
        if not found.found:
            return None
        return now - measure.envelope_use(
            problem, held, measure.account_cost(problem, found.placements)
        )

    best = given(None, seconds / 3)
    if best is None:
        return None
    best = max(0, best)
    high = asked
    while high - best > max(1, now * NEAR // 1000) and (left := until - time.monotonic()) > 0.2:
        middle = (best + high) // 2
        more = given(middle, min(left, seconds / 4))
        if more is None:
            high = middle
        else:
            best = max(best, more)
    step = ROUND if best >= 10 * ROUND else ROUND // 100
    return best // step * step or best
