"""Annealing: whatever it does to a plan, the plan holds, and it finds what exact solving proves."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import brute
import numpy as np
from hypothesis import HealthCheck, assume, given, settings

from portulan_core.arbitrage import Goal, Item, Mode, Precedence, Problem, Resource, solve
from portulan_core.arbitrage.annealing import Annealing, worths
from portulan_core.arbitrage.compiled import Compiled, compile_problem
from portulan_core.arbitrage.linear import Linear, goal_terms, linear_program
from portulan_core.arbitrage.solve import insistent

Begun = tuple[Annealing, Compiled, Linear, np.ndarray, int, int]


def begin(problem: Problem, seed: int = 0) -> Begun | None:
    """An annealing of the first goal from the greedy plan; None where it has no place."""
    c = compile_problem(problem)
    linear = linear_program(c)
    _, goal, constant, maximize = goal_terms(c, linear)[0]
    sense = 1 if maximize else -1
    worth = worths(c, linear, goal, sense)
    if worth is None:
        return None
    plan = insistent(c)
    if not linear.feasible(linear.complete(c, plan)):
        return None
    search = Annealing(c, linear, goal, worth, sense, seed)
    search.put(plan)
    return search, c, linear, goal, constant, sense


def run(search: Annealing, moves: int, heat: float = 0.4) -> list[dict[int, int]]:
    """The better plans met in so many moves."""
    found: list[dict[int, int]] = []
    search.run(found.append, time.monotonic() + 600, lambda: False, heat, moves)
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(brute.problems())
def test_every_plan_holds_counts_what_it_says_and_is_at_most_the_best_of_all(
    problem: Problem,
) -> None:
    started = begin(problem)
    assume(started is not None)
    assert started is not None
    search, c, linear, goal, constant, sense = started
    expected = brute.best(problem)
    assert expected is not None
    for plan in run(search, 600):
        values = linear.complete(c, plan)
        assert linear.feasible(values)
        reached = int(goal @ values)
        assert sense * reached <= search.best_value
        assert sense * (reached + constant) <= expected[0]
    state = search.state
    now = {int(i): int(o) for i, o in enumerate(state.plan[:, 0]) if o >= 0}
    values = linear.complete(c, now)
    assert linear.feasible(values)
    assert search.value == sense * int(goal @ values)
    used = np.zeros(len(state.use), dtype=np.int64)
    for option in now.values():
        row = search.tables.entries[search.tables.entries[:, 2] == option]
        np.add.at(used, row[:, 0], row[:, 1])
    assert used.tolist() == state.use[:, 0].tolist()


def portfolio(seed: int) -> Problem:
    """Fourteen initiatives, three teams, five periods, some waiting for others."""
    draw = random.Random(seed)
    items = []
    for n in range(14):
        length = draw.randint(1, 3)
        effort = {
            team: tuple(draw.randint(2, 7) for _ in range(length))
            for team in draw.sample(["a", "b", "c"], draw.randint(1, 2))
        }
        value = draw.randint(5, 40)
        fading = tuple(value - t for t in range(5))
        items.append(Item(f"i{n}", (Mode("full", length, effort),), fading))
    links = tuple(
        Precedence(f"i{a}", f"i{b}", 0, required=draw.random() < 0.6)
        for a, b in {tuple(sorted(draw.sample(range(14), 2))) for _ in range(5)}
    )
    teams = tuple(Resource(t, tuple(draw.randint(8, 12) for _ in range(5))) for t in "abc")
    return Problem(5, tuple(items), teams, precedences=links, goals=(Goal("value"),)).check()


def test_it_finds_what_exact_solving_proves() -> None:
    for seed in range(12):
        problem = portfolio(seed)
        proven = solve(problem, time_limit=30, workers=1)
        assert proven.status == "optimal"
        started = begin(problem)
        assert started is not None
        run(started[0], 60_000)
        assert started[0].best_value == proven.objective


def test_the_same_seed_finds_the_same_plan() -> None:
    first, again, other = begin(portfolio(3), 5), begin(portfolio(3), 5), begin(portfolio(3), 6)
    assert first and again and other
    plans = [run(x[0], 2_000) for x in (first, again, other)]
    assert plans[0] == plans[1]
    assert plans[0] != plans[2]


def test_what_must_stay_together_is_left_to_exact_solving() -> None:
    from portulan_core.arbitrage import Group

    problem = replace(portfolio(1), groups=(Group("g", "all_or_none", ("i0", "i1")),)).check()
    started = begin(problem)
    if started is None:  # the greedy plan took one of the two
        return
    search = started[0]
    before = search.state.plan[:2, 0].tolist()
    run(search, 5_000)
    assert search.state.plan[:2, 0].tolist() == before


def test_mandatory_items_stay() -> None:
    base = portfolio(2)
    items = tuple(replace(i, mandatory=i.key in ("i3", "i4")) for i in base.items)
    started = begin(replace(base, items=items).check())
    assert started is not None
    search = started[0]
    for plan in run(search, 20_000):
        assert {3, 4} <= set(plan)
