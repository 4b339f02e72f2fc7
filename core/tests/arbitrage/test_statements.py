"""What a result states is checked: a number, a bound or a status that is not true is caught."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from portulan_core.arbitrage import (
    Goal,
    Item,
    Mode,
    Placement,
    Precedence,
    Problem,
    Progress,
    Resource,
    Result,
    solve,
    verify,
)


def problem() -> Problem:
    items = tuple(
        Item(f"i{n}", (Mode(effort={"team": (3 + n,)}, cost={"x": (n,)}),), value=10 + n)
        for n in range(5)
    )
    goals = (Goal("value", tolerance=500), Goal("cost"))
    return Problem(2, items, (Resource("team", (9, 6)),), goals=goals).check()


def goals(result: Result, n: int, **changes: object) -> Result:
    rows = list(result.goals)
    rows[n] = replace(rows[n], **changes)  # type: ignore[arg-type]
    return replace(result, goals=tuple(rows))


CHANGES: list[tuple[str, Callable[[Result], Result]]] = [
    ("unknown_status", lambda r: replace(r, status="sure")),  # type: ignore[arg-type]
    ("plan_without_status", lambda r: replace(r, status="infeasible")),
    ("plan_without_status", lambda r: replace(r, status="unknown", placements={})),
    ("objective_misstated", lambda r: replace(r, objective=None)),
    ("objective_misstated", lambda r: replace(r, objective=(r.objective or 0) + 1)),
    ("goals_misstated", lambda r: goals(r, 1, value=r.goals[1].value - 1)),
    ("goals_misstated", lambda r: replace(r, goals=r.goals[:1])),
    ("goals_misnamed", lambda r: goals(r, 1, measure="value")),
    ("usage_misstated", lambda r: replace(r, usage=())),
    ("bound_misstated", lambda r: replace(r, bound=(r.bound or 0) + 1)),
    ("bound_contradicted", lambda r: goals(r, 1, bound=r.goals[1].value + 1.0)),
    ("bound_contradicted", lambda r: replace(goals(r, 0, bound=1.0), bound=1.0)),
    ("bound_contradicted", lambda r: goals(r, 1, bound=float("nan"))),
    ("optimality_contradicted", lambda r: goals(r, 1, bound=r.goals[1].value - 1.0)),
    ("optimality_contradicted", lambda r: goals(r, 1, bound=None)),
    ("optimality_contradicted", lambda r: replace(goals(r, 0, bound=99.0), bound=99.0)),
    ("unknown_item", lambda r: replace(r, placements={**r.placements, "z": Placement("full", 0)})),
    ("not_a_period", lambda r: replace(
        r, placements={k: Placement(p.mode, float(p.start)) for k, p in r.placements.items()}  # type: ignore[arg-type]
    )),
]  # fmt: skip


@pytest.mark.parametrize(("code", "change"), CHANGES)
def test_a_result_that_states_what_is_not_so_is_caught(
    code: str, change: Callable[[Result], Result]
) -> None:
    result = solve(problem(), 10, workers=1)
    assert result.status == "optimal" and verify(problem(), result) == []
    assert code in [v.code for v in verify(problem(), change(result))]


def test_a_weighted_result_said_to_be_optimal_meets_its_bound() -> None:
    weighted = replace(problem(), order="weighted", goals=(Goal("value", 10), Goal("cost", 1)))
    result = solve(weighted, 10, workers=1)
    assert result.bound is not None and verify(weighted, result) == []
    for bound in (result.bound + 1, None):
        found = verify(weighted, replace(result, bound=bound))
        assert [v.code for v in found] == ["optimality_contradicted"]


def test_what_no_float_holds_is_still_proven() -> None:
    items = tuple(
        Item(f"i{n}", (Mode(cost={"x": (3 * 10**9 + n,)}),), value=12 * 10**9 + n) for n in range(4)
    )
    weights = (Goal("value", 10**6 + 1), Goal("cost", 3), Goal("stability", 0))
    huge = Problem(2, items, (Resource("r", (1, 1)),), goals=weights, order="weighted").check()
    result = solve(huge, 10, workers=1)
    assert result.objective is not None and result.objective > 2**53
    assert result.status == "optimal" and verify(huge, result) == []


# -- interruption ------------------------------------------------------------------------------


def crowd() -> Problem:
    """Many initiatives in crowded teams: minutes would not prove it."""
    items = tuple(
        Item(
            f"i{n}",
            (Mode(duration=2, effort={f"t{n % 7}": (7 + n % 5,) * 2, f"t{n % 5}": (5, n % 9)}),),
            value=40 + (n * 37) % 53,
        )
        for n in range(300)
    )
    links = {(n, n + 7) for n in range(0, 280, 3)}
    return Problem(
        8,
        items,
        tuple(Resource(f"t{n}", (40,) * 8) for n in range(7)),
        precedences=tuple(Precedence(f"i{a}", f"i{b}", required=False) for a, b in sorted(links)),
    ).check()


@pytest.mark.parametrize("how", ["progress", "should_stop"])
def test_an_error_in_what_the_caller_gave_ends_the_search(how: str) -> None:
    """It would else go on for the time limit of an hour."""

    def fail(*given: object) -> bool:
        raise RuntimeError("the caller gives up")

    raised = []

    def run() -> None:
        try:
            solve(crowd(), 3_600, **{how: fail})  # type: ignore[arg-type]
        except RuntimeError as error:
            raised.append(str(error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(120)
    assert raised == ["the caller gives up"]


def test_the_log_only_gets_better_and_progress_tells_its_last_line() -> None:
    told: list[Progress] = []
    result = solve(crowd(), 3, progress=told.append)
    assert told and (told[-1].value, told[-1].bound) == (result.log[-1].value, result.log[-1].bound)
    for before, after in itertools.pairwise(result.log):
        assert after.seconds >= before.seconds
        assert (after.value or 0) >= (before.value or 0)
        if before.bound is not None:
            assert after.bound is not None and after.bound <= before.bound


def test_what_no_choice_can_change_is_proven_to_the_unit() -> None:
    out = Item("out", excluded=True, exit_cost={"x": (3 * 10**9 + 1,)})
    fixed = Problem(1, (out,), goals=(Goal("cost", 3),), order="weighted").check()
    result = solve(fixed, 10, workers=1)
    assert (result.status, result.bound) == ("optimal", -9_000_000_003.0)
    later = replace(fixed, order="lexicographic", goals=(Goal("value"), Goal("cost"))).check()
    assert solve(later, 10, workers=1).goals[1].bound == 3 * 10**9 + 1
