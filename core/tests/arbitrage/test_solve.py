"""What `solve` finds on small problems is what enumeration finds, and `verify` agrees."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import brute
import pytest
from hypothesis import HealthCheck, given, settings

from portulan_core.arbitrage import (
    Goal,
    Item,
    Mode,
    Placement,
    Problem,
    Resource,
    Result,
    greedy,
    solve,
    verify,
)
from portulan_core.arbitrage.measure import rank, stability, value
from portulan_core.arbitrage.verify import violations

few = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@few
@given(brute.problems())
def test_the_plan_found_is_the_best_of_all_plans(problem: Problem) -> None:
    expected = brute.best(problem)
    result = solve(problem, time_limit=20, workers=1)
    if expected is None:
        assert result.status == "infeasible"
        return
    assert result.status == "optimal"
    assert rank(problem, result.placements) == expected
    assert verify(problem, result) == []
    assert Result.from_json(result.to_json()) == result


@few
@given(brute.problems(most=3, horizon=2))
def test_verify_accepts_exactly_the_plans_of_the_enumeration(problem: Problem) -> None:
    good = set()
    for plan in brute.every_plan(problem):
        placed = {k: Placement(m.key, s) for k, (_, m, s) in plan.items()}
        good.add(frozenset(placed.items()))
        assert violations(problem, placed) == []
    for item in problem.items:
        for mode in item.modes:
            for start in range(-1, problem.periods + 2):
                placed = {item.key: Placement(mode.key, start)}
                assert (violations(problem, placed) == []) == (frozenset(placed.items()) in good)


@few
@given(brute.problems())
def test_greedy_never_states_a_plan_that_does_not_hold(problem: Problem) -> None:
    result = greedy(problem)
    assert verify(problem, result) == []
    if result.found:
        assert rank(problem, result.placements) <= brute.best(problem)


def big(items: int = 400) -> Problem:
    return Problem(
        periods=12,
        items=tuple(
            Item(
                f"i{k}",
                (
                    Mode(
                        duration=1 + k % 3,
                        effort={f"r{k % 9}": (37 + k % 11,) * (1 + k % 3)},
                    ),
                ),
                value=100 + 7919 * k % 101,
            )
            for k in range(items)
        ),
        resources=tuple(Resource(f"r{r}", (80,) * 12) for r in range(9)),
    )


def test_it_stops_when_asked_and_gives_the_best_so_far() -> None:
    begun = time.monotonic()
    result = solve(big(), time_limit=60, should_stop=lambda: time.monotonic() - begun > 1.0)
    assert time.monotonic() - begun < 30
    assert result.stopped or result.status == "optimal"
    assert result.found and verify(big(), result) == []


def test_progress_tells_values_that_never_get_worse() -> None:
    seen = []
    result = solve(big(), time_limit=3, progress=seen.append)
    values = [p.value for p in seen if p.goal == 0 and p.value is not None]
    assert values and values == sorted(values)
    assert result.objective is not None and result.objective >= values[-1]


def test_the_same_seed_gives_the_same_plan_when_the_search_ends() -> None:
    problem = replace(big(20), periods=12)
    first, second = (solve(problem, time_limit=30, workers=1, seed=7) for _ in range(2))
    assert first.status == second.status == "optimal"
    assert first.placements == second.placements


def crowded(seed: int) -> Problem:
    """A present plan that asks two teams for more than they have."""
    draw = random.Random(seed)
    items = []
    for n in range(14):
        start, points = draw.randrange(3), draw.randrange(20, 100)
        effort = {draw.choice("ab"): (draw.randrange(2, 9),)}
        worth = tuple(points - 2 * max(0, t - start) for t in range(5))
        items.append(
            Item(f"i{n}", (Mode("full", 1, effort, {}, worth),), present=Placement("full", start))
        )
    return Problem(
        periods=5, items=tuple(items), resources=(Resource("a", (9,) * 5), Resource("b", (9,) * 5)),
        goals=(Goal("value", tolerance=800), Goal("stability")), order="lexicographic",
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_what_a_tolerance_allows_to_lose_is_not_lost_for_nothing(seed: int) -> None:
    problem = crowded(seed)
    result = solve(problem, time_limit=4)
    assert result.found and verify(problem, result) == []
    changes = stability(problem, result.placements)
    same = solve(replace(problem, goals=(Goal("value"),), max_changes=changes), 4)
    assert value(problem, result.placements) == same.objective

