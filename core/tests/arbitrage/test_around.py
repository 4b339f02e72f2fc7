"""Frontier, costs of constraints and uncertainty: checked by enumeration and by counting again."""

from __future__ import annotations

from dataclasses import replace

import brute
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from portulan_core.arbitrage import (
    Doubt,
    Envelope,
    Goal,
    Item,
    Mode,
    Placement,
    Problem,
    ProblemError,
    Range,
    Resource,
    from_confidence,
    frontier,
    mandatory_costs,
    solve,
    stability_costs,
    uncertainty,
)
from portulan_core.arbitrage.costs import freed
from portulan_core.arbitrage.frontier import limited
from portulan_core.arbitrage.uncertainty import drawn, draws, wilson
from portulan_core.arbitrage.verify import violations

few = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)


def without_late_milestones(problem: Problem) -> Problem:
    """Instant items at the very end bear no cost: the frontier does not count their risk."""
    items = tuple(
        replace(item, modes=tuple(replace(m, duration=max(1, m.duration)) for m in item.modes))
        for item in problem.items
    )
    return replace(problem, items=items)


def every_measure(problem: Problem, risks: dict[str, int]) -> set[tuple[int, int, int]]:
    found = set()
    for plan in brute.every_plan(problem):
        m = brute.measures(problem, plan)
        found.add((m["value"], -m["cost"], sum(risks.get(k, 0) for k in plan)))
    return found


def undominated(points: set[tuple[int, int, int]]) -> set[tuple[int, int, int]]:
    return {
        p
        for p in points
        if not any(q != p and q[0] >= p[0] and q[1] <= p[1] and q[2] <= p[2] for q in points)
    }


@few
@given(brute.problems(most=3, horizon=2))
def test_one_by_one_the_frontier_is_every_efficient_pair_of_value_and_cost(
    problem: Problem,
) -> None:
    expected = undominated(every_measure(problem, {}))
    found = frontier(problem, levels=None, time_limit=60, workers=1)
    assert found.complete
    assert {(p.value, p.cost, 0) for p in found.points} == expected
    for point in found.points:
        assert point.proven
        assert violations(problem, dict(point.placements)) == []


@few
@given(
    brute.problems(most=3, horizon=2).map(without_late_milestones),
    st.lists(st.integers(0, 5), min_size=3, max_size=3),
)
def test_with_risks_each_proven_point_is_efficient_and_the_best_under_its_limits(
    problem: Problem, amounts: list[int]
) -> None:
    risks = {item.key: amounts[n] for n, item in enumerate(problem.items)}
    every = every_measure(problem, risks)
    found = frontier(problem, risks, levels=3, risk_levels=(100, 50), time_limit=60, workers=1)
    assert bool(found.points) == bool(every)
    for point in found.points:
        assert (point.value, point.cost, point.risk) in every
        assert point.cost_limit is None or point.cost <= point.cost_limit
        assert point.risk_limit is None or point.risk <= point.risk_limit
        if point.proven:
            assert (point.value, point.cost, point.risk) in undominated(every)
        if point.bound is not None:
            under = [
                v
                for v, c, r in every
                if (point.cost_limit is None or c <= point.cost_limit)
                and (point.risk_limit is None or r <= point.risk_limit)
            ]
            assert max(under) <= point.bound + 1e-6
    for one in found.points:
        for other in found.points:
            assert one is other or not (
                other.value >= one.value and other.cost <= one.cost and other.risk <= one.risk
            )


@few
@given(brute.problems(most=3, horizon=2), st.integers(-2, 12), st.integers(0, 8))
def test_limits_on_cost_and_risk_leave_exactly_the_plans_within_them(
    problem: Problem, cost: int, risk: int
) -> None:
    problem = without_late_milestones(problem)
    risks = {item.key: n + 1 for n, item in enumerate(problem.items)}
    kept = limited(problem, cost, risk, risks)
    inside = [
        plan
        for plan in brute.every_plan(problem)
        if -brute.measures(problem, plan)["cost"] <= cost and sum(risks[k] for k in plan) <= risk
    ]
    assert sum(1 for _ in brute.every_plan(kept)) == len(inside)


@few
@given(brute.problems(most=4, horizon=2))
def test_the_cost_of_a_mandatory_item_is_what_enumeration_says(problem: Problem) -> None:
    problem = replace(problem, order="lexicographic", goals=(Goal("value"),))
    result = solve(problem, time_limit=20, workers=1)
    assume(result.found)
    found = mandatory_costs(problem, result, time_limit=60, workers=1)
    assert {row.item for row in found.items} == {i.key for i in problem.items if i.mandatory}
    before = brute.best(problem)
    assert before is not None
    for row in found.items:
        free = problem.with_items({row.item: freed(problem, problem.item(row.item))})
        after = brute.best(free)
        assert after is not None
        assert row.exact and row.loss == after[0] - before[0]
    if found.items:
        assert found.together is not None
        assert found.together.loss >= max(row.loss for row in found.items)


def test_a_tolerance_is_not_charged_to_mandatory_items() -> None:
    """The calmest plan within 50 % of the best is taken; the item held costs nothing by itself."""
    items = (
        Item("law", value=0, mandatory=True),
        Item("kept", (Mode(cost={"x": (5,)}),), 10, present=Placement("full", 0)),
        Item("better", (Mode(cost={"x": (5,)}),), 15),
    )
    problem = Problem(
        1, items, envelopes=(Envelope("e", ("x",), ceiling=5),),
        goals=(Goal("value", tolerance=5_000), Goal("stability")),
    )  # fmt: skip
    result = solve(problem)
    assert result.objective == 10
    (row,) = mandatory_costs(problem, result).items
    assert (row.loss, row.exact) == (0, True)


@few
@given(brute.problems(most=4, horizon=2))
def test_value_by_number_of_changes_is_what_enumeration_says(problem: Problem) -> None:
    free = replace(problem, max_changes=None, order="lexicographic", goals=(Goal("value"),))
    by_changes: dict[int, int] = {}
    for plan in brute.every_plan(free):
        count = brute.changes(free, plan)
        value = brute.measures(free, plan)["value"]
        by_changes[count] = max(value, by_changes.get(count, value))
    found = stability_costs(problem, time_limit=60, workers=1)
    if not by_changes:
        assert found.points == () and found.least is None and found.least_proven
        return
    assert found.least == min(by_changes) and found.least_proven
    for point in found.points:
        reached = [v for count, v in by_changes.items() if count <= point.changes]
        assert point.proven and point.value == max(reached)
        assert point.placements is not None
        assert violations(free, dict(point.placements)) == []
        assert (
            brute.changes(
                free,
                {
                    k: (free.item(k), free.item(k).mode(p.mode), p.start)
                    for k, p in point.placements.items()
                },
            )
            <= point.changes
        )
    assert found.points[-1].changes == found.most
    assert found.points[-1].value == max(by_changes.values())


# -- uncertainty


def two(ceiling: int = 100) -> Problem:
    items = (
        Item("sure", (Mode(cost={"x": (60,)}),), 90),
        Item("maybe", (Mode(cost={"x": (60,)}),), 80),
        Item("small", (Mode(cost={"x": (20,)}),), 10),
    )
    return Problem(1, items, envelopes=(Envelope("budget", ("x",), ceiling=ceiling),))


@given(
    st.floats(0, 1), st.floats(0, 1), st.floats(0, 1),
    st.lists(st.floats(0, 1), min_size=1, max_size=20),
)  # fmt: skip
def test_a_factor_lies_in_its_range_and_rises_with_its_quantile(
    a: float, b: float, c: float, quantiles: list[float]
) -> None:
    low, likely, high = sorted((a, b, c))
    law = Range(low, likely, high)
    found = law.at(np.array(sorted(quantiles)))
    assert (found >= low - 1e-9).all() and (found <= high + 1e-9).all()
    assert (np.diff(found) >= -1e-9).all()


def test_a_range_has_the_mean_of_its_law_and_full_confidence_none() -> None:
    found = Range(0.8, 1.0, 1.5).at((np.arange(20_000) + 0.5) / 20_000)
    assert found.mean() == pytest.approx((0.8 + 1.0 + 1.5) / 3, abs=1e-3)
    assert from_confidence(1.0) == Range(1, 1, 1)
    assert from_confidence(0.5, widest=0.4, skew=2) == Range(0.8, 1.0, 1.4)


def test_an_item_draws_the_same_factors_whatever_stands_beside_it() -> None:
    doubts = {key: Doubt(cost=Range(0.5, 1, 2)) for key in ("sure", "maybe", "small")}
    problem = two()
    alone = draws(problem.items[:1], doubts, 50, seed=3, common=0.4)
    beside = draws(problem.items, doubts, 50, seed=3, common=0.4)
    assert (alone["sure"]["cost"] == beside["sure"]["cost"]).all()
    assert (beside["maybe"]["cost"] != beside["sure"]["cost"]).any()
    other = draws(problem.items, doubts, 50, seed=4, common=0.4)
    assert (other["sure"]["cost"] != beside["sure"]["cost"]).any()


def test_what_is_common_to_all_moves_them_together() -> None:
    doubts = {key: Doubt(cost=Range(0.5, 1, 2)) for key in ("sure", "maybe")}
    for common in (0.0, 0.8):
        found = draws(two().items, doubts, 4_000, common=common)
        together = np.corrcoef(found["sure"]["cost"], found["maybe"]["cost"])[0, 1]
        assert together == pytest.approx(common, abs=0.06)


def test_shares_are_those_of_the_draws_solved_by_enumeration() -> None:
    problem = two()
    doubts = {
        "sure": Doubt(value=Range(0.5, 1, 1.5)),
        "maybe": Doubt(value=Range(0.5, 1, 1.5)),
        "small": Doubt(cost=Range(0.5, 1, 4)),
    }
    plan = solve(problem).placements
    found = uncertainty(problem, plan, doubts, count=60, checks=60, time_limit=60, workers=1)
    assert (found.solved, found.without, found.checked) == (60, 0, 60)
    factors = draws(problem.items, doubts, 60)
    wins = {"sure": 0, "maybe": 0, "small": 0}
    holds = 0
    for n in range(60):
        shown = drawn(problem, factors, n)
        best = max(brute.every_plan(shown), key=lambda p: brute.measures(shown, p)["value"])
        for key in best:
            wins[key] += 1
        rows = {k: (shown.item(k), shown.item(k).modes[0], 0) for k in plan}
        holds += brute.holds(shown, rows)
    assert {row.item: round(row.share * 60) for row in found.items} == wins
    assert found.holds is not None and round(found.holds.share * 60) == holds
    assert 0 < holds < 60
    (broken,) = found.breaks
    assert (broken.code, broken.key) == ("ceiling", "budget")
    assert round(broken.share * 60) == 60 - holds and broken.excess > 0
    assert found.regret is not None and found.regret > 0


@few
@given(brute.problems(most=3, horizon=2))
def test_without_any_doubt_every_draw_is_the_problem_itself(problem: Problem) -> None:
    result = solve(problem, time_limit=20, workers=1)
    assume(result.placements)
    found = uncertainty(problem, result.placements, {}, count=2, checks=3, time_limit=60, workers=1)
    assert found.holds is not None and found.holds.share == 1.0 and found.breaks == ()
    assert found.solved == 2 and found.without == 0
    assert {row.share for row in found.items} <= {0.0, 1.0}


def test_draws_in_which_nothing_holds_are_counted_apart() -> None:
    items = (replace(two().items[0], mandatory=True),)
    problem = replace(two(ceiling=60), items=items)
    doubts = {"sure": Doubt(cost=Range(0.9, 1, 1.1))}
    plan = {"sure": Placement("full", 0)}
    found = uncertainty(problem, plan, doubts, count=40, checks=40, time_limit=30, workers=1)
    assert 0 < found.without < 40
    assert found.holds is not None
    assert round(found.holds.share * 40) == 40 - found.without
    (row,) = found.items
    assert row.share == 1.0 and row.low < 1.0 and row.high == 1.0


def test_limits_may_be_raised_to_what_has_to_stay_and_nothing_else_goes_on_them() -> None:
    items = (replace(two().items[0], mandatory=True), two().items[2])
    problem = replace(two(ceiling=60), items=items)
    doubts = {"sure": Doubt(cost=Range(0.9, 1, 1.1))}
    plan = {"sure": Placement("full", 0)}
    found = uncertainty(
        problem, plan, doubts, count=40, checks=40, time_limit=30, workers=1, raise_limits=True
    )
    assert found.without == 0 and 0 < found.raised < 40
    assert found.holds is not None
    assert round(found.holds.share * 40) == 40 - found.raised
    assert [round(row.share, 2) for row in found.items] == [1.0, 0.0]


@given(st.integers(0, 300), st.integers(1, 300))
def test_the_interval_holds_the_share(successes: int, trials: int) -> None:
    successes = min(successes, trials)
    low, high = wilson(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1
    assert low < high


def test_wrong_input_is_told_with_its_path() -> None:
    problem = two()
    with pytest.raises(ProblemError) as error:
        uncertainty(problem, {}, {"none": Doubt(), "sure": Doubt(cost=Range(1, 0.5, 2))})
    assert {i.path for i in error.value.issues} == {"doubts.none", "doubts.sure.cost"}
    with pytest.raises(ProblemError) as error:
        frontier(problem, {"none": 1, "sure": -1})
    assert {(i.path, i.code) for i in error.value.issues} == {
        ("risks.none", "unknown_key"), ("risks.sure", "too_small"),
    }  # fmt: skip


def test_a_search_that_is_stopped_gives_what_it_has() -> None:
    problem = replace(two(), resources=(Resource("team", (10,)),))
    seen: list[int] = []
    found = frontier(
        problem, levels=6, time_limit=20, workers=1,
        progress=lambda done, asked, point: seen.append(done),
        should_stop=lambda: len(seen) >= 1,
    )  # fmt: skip
    assert found.solved < found.asked
    assert all(violations(problem, dict(p.placements)) == [] for p in found.points)
