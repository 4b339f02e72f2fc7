"""What the public functions promise word by word, each promise held against an enumeration."""

from __future__ import annotations

from dataclasses import replace

import brute
import pytest
from hypothesis import HealthCheck, assume, given, settings

from portulan_core.arbitrage import (
    Bottleneck,
    Goal,
    Item,
    Mode,
    Placement,
    Precedence,
    Problem,
    ProblemError,
    Resource,
    apply_remedy,
    explain,
    price,
    solve,
)
from portulan_core.arbitrage.measure import rank

few = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)


def ranks(problem: Problem) -> list[tuple[tuple[int, ...], set[str]]]:
    """Rank and keys of every plan that holds."""
    found = []
    for plan in brute.every_plan(problem):
        placed = {k: Placement(m.key, s) for k, (_, m, s) in plan.items()}
        found.append((rank(problem, placed), set(placed)))
    return found


# -- reasons -----------------------------------------------------------------------------------


@few
@given(brute.problems(most=4, horizon=2))
def test_a_remedy_that_is_resolved_admits_the_item_in_every_best_plan(problem: Problem) -> None:
    assume(not any(goal.tolerance for goal in problem.goals))
    result = solve(problem, time_limit=20, workers=1)
    assume(result.found)
    for reason in explain(problem, result, time_limit=2):
        if reason.remedy is None or reason.remedy.check != "resolved":
            continue
        if reason.item in result.placements:
            continue
        after = ranks(apply_remedy(problem, reason.remedy))
        best = max(row for row, _ in after)
        assert all(reason.item in keys for row, keys in after if row == best), reason


@few
@given(brute.problems(most=4, horizon=2))
def test_an_item_that_no_plan_can_hold_is_told_with_limits_and_any_other_with_a_way_in(
    problem: Problem,
) -> None:
    result = solve(problem, time_limit=20, workers=1)
    assume(result.found)
    for reason in explain(problem, result, time_limit=20):
        if reason.item in result.placements or reason.code == "window":
            continue
        item = replace(problem.item(reason.item), mandatory=True, excluded=False)
        held = any(True for _ in brute.every_plan(problem.with_items({item.key: item})))
        if "conflict" in reason.params:
            assert not held and reason.params["conflict"]
        elif problem.with_items({item.key: item}).window(item, item.modes[0]):
            assert reason.remedy is not None and reason.remedy.check != "none", reason


def late(**more: object) -> Problem:
    """*Second* waits for *first*, which the plan puts last: no start is left to it."""
    items = (
        Item("first", (Mode(effort={"team": (5,)}),), value=(1, 5)),
        Item("second", (Mode(effort={"team": (5,)}),), value=2),
    )
    links = (Precedence("first", "second", required=False),)
    base = Problem(2, items, (Resource("team", (5, 5)),), precedences=links)
    return replace(base, **more).check()  # type: ignore[arg-type]


def test_what_comes_too_late_has_a_remedy_that_solving_again_confirms() -> None:
    problem = late()
    result = solve(problem)
    assert dict(result.placements) == {"first": Placement("full", 1)}
    (reason,) = explain(problem, result)
    assert (reason.code, reason.params["late"], reason.heuristic) == (
        "precedence",
        ["first"],
        False,
    )
    assert reason.remedy is not None and reason.remedy.check == "feasible"
    again = solve(apply_remedy(problem, reason.remedy))
    assert "second" in again.placements


def test_what_no_plan_can_hold_says_which_limits_forbid_it() -> None:
    problem = late()
    first = replace(problem.items[0], mandatory=True, earliest=1)
    held = replace(problem, items=(first, problem.items[1])).check()
    (reason,) = explain(held, solve(held))
    assert (reason.item, reason.code, reason.remedy) == ("second", "impossible", None)
    assert {limit["code"] for limit in reason.params["conflict"]} == {
        "mandatory", "earliest", "precedence",
    }  # fmt: skip


def loose() -> Problem:
    """A tenth of the value may go for a lesser cost: *small* is left out for it."""
    items = (
        Item("large", (Mode(cost={"x": (5,)}),), value=95),
        Item("small", (Mode(cost={"x": (5,)}),), value=5),
    )
    goals = (Goal("value", tolerance=1_000), Goal("cost"))
    return Problem(1, items, (Resource("team", (5,)),), goals=goals).check()


def test_what_a_tolerance_leaves_out_is_not_said_to_be_forgotten() -> None:
    problem = loose()
    result = solve(problem)
    assert (result.status, list(result.placements)) == ("optimal", ["large"])
    (reason,) = explain(problem, result)
    assert (reason.code, reason.params["gain"]) == ("not_worth", -5)


# -- prices ------------------------------------------------------------------------------------


def test_a_price_does_not_sell_what_the_tolerance_gave_up() -> None:
    problem = loose()
    result = solve(problem)
    found = price(problem, result, Bottleneck(resource="team"), 3)
    assert (found.gain, found.low, found.high, found.exact) == (0, 0, 0.0, True)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (Bottleneck(), "target"),
        (Bottleneck(resource="team", envelope="e"), "target"),
        (Bottleneck(resource="nobody"), "target.resource"),
        (Bottleneck(envelope="none"), "target.envelope"),
        (Bottleneck(resource="team", period=7), "target.period"),
    ],
)
def test_a_price_of_no_limit_is_refused_with_its_place(target: Bottleneck, path: str) -> None:
    problem = late()
    with pytest.raises(ProblemError) as caught:
        price(problem, solve(problem), target, 1)
    assert path in [issue.path for issue in caught.value.issues]
