"""Empty, impossible, enormous: an answer each time, never a crash."""

from __future__ import annotations

from portulan_core.arbitrage import (
    Envelope,
    Goal,
    Item,
    Mode,
    Precedence,
    Problem,
    Resource,
    bottlenecks,
    conflicts,
    explain,
    solve,
    verify,
)


def codes(problem: Problem) -> list[str]:
    found = conflicts(problem)
    assert found is not None and found.minimal
    return sorted(limit.code for limit in found.limits)


def test_nothing_to_choose() -> None:
    problem = Problem(1, ()).check()
    result = solve(problem, 2)
    assert (result.status, result.objective, verify(problem, result)) == ("optimal", 0, [])
    assert explain(problem, result) == [] and bottlenecks(problem, result) == []
    assert conflicts(problem) is None


def test_longer_than_the_horizon() -> None:
    problem = Problem(2, (Item("a", (Mode(duration=5),), mandatory=True),)).check()
    assert solve(problem, 2).status == "infeasible"
    assert codes(problem) == ["horizon", "mandatory"]


def test_a_floor_that_nothing_can_reach() -> None:
    problem = Problem(1, (), envelopes=(Envelope("e", (), None, 5, 2),)).check()
    assert solve(problem, 2).status == "infeasible"
    assert codes(problem) == ["floor"]


def test_precedences_in_a_circle() -> None:
    items = (Item("a", mandatory=True), Item("b", mandatory=True))
    circle = (Precedence("a", "b"), Precedence("b", "a"))
    for goal in ("makespan", "value"):
        problem = Problem(4, items, precedences=circle, goals=(Goal(goal),)).check()
        assert solve(problem, 2).status == "infeasible"
        found = codes(problem)
        assert found.count("precedence") == 2


def test_no_time_still_gives_the_plan_at_hand() -> None:
    problem = Problem(2, (Item("a", value=3),)).check()
    result = solve(problem, 0.0)
    assert result.found and result.objective == 3 and verify(problem, result) == []


def test_amounts_of_billions_stay_exact() -> None:
    items = tuple(
        Item(f"i{k}", (Mode(cost={"x": (10**11 + k,)}),), value=10**9 + k) for k in range(40)
    )
    ceiling = 20 * 10**11 + 500
    problem = Problem(1, items, envelopes=(Envelope("e", ("x",), None, ceiling),)).check()
    result = solve(problem, 5)
    assert verify(problem, result) == []
    assert result.objective == 20 * 10**9 + 500
    assert result.bound is not None and result.bound >= result.objective


def test_the_least_cost_in_billions_of_cents_is_proven() -> None:
    dear = 300_000_000_007
    items = tuple(
        Item(
            f"i{n}",
            (
                Mode("a", 1, {"r": (2,)}, {"m": (dear + n,)}),
                Mode("b", 1, {"r": (1,)}, {"m": (dear + 2 * n + 1,)}),
            ),
            mandatory=True,
        )
        for n in range(4)
    )
    problem = Problem(2, items, (Resource("r", (3, 3)),), goals=(Goal("cost"),)).check()
    result = solve(problem, 10, workers=1)
    assert result.status == "optimal"
    assert result.objective == result.bound == 4 * dear + 0 + 1 + 2 + 3 + (1 + 2)
