"""Modes and envelopes that no shortest plan needs: what goes, what stays, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import brute
from hypothesis import HealthCheck, given, settings
from test_populations import networks

from portulan_core.arbitrage import (
    Envelope,
    Goal,
    Item,
    Mode,
    Placement,
    Problem,
    Resource,
    solve,
    verify,
)
from portulan_core.arbitrage.modes import essential, translated
from portulan_core.arbitrage.verify import violations


def problem(*modes: Mode, ceiling: int | None = 9, floor: int | None = None) -> Problem:
    """One item with these modes and one that takes 4 of the envelope."""
    return Problem(
        12,
        (Item("a", modes, mandatory=True), Item("b", (mode("m", 2, 1, 4),), mandatory=True)),
        (Resource("r", (5,) * 12),),
        (Envelope("e", ("c",), None, ceiling, floor),),
        goals=(Goal("makespan"),),
    ).check()


def mode(key: str, duration: int, demand: int, cost: int = 0) -> Mode:
    return Mode(key, duration, effort={"r": (demand,) * duration}, cost={"c": (cost,)})


def kept(given: Problem) -> list[str]:
    return [m.key for m in essential(given).items[0].modes]


def test_a_mode_that_another_beats_in_everything_goes_and_of_equals_one_stays() -> None:
    assert kept(problem(mode("slow", 4, 2), mode("quick", 3, 2), mode("thin", 5, 1))) == [
        "quick",
        "thin",
    ]
    assert kept(problem(mode("one", 3, 2), mode("other", 3, 2))) == ["one"]
    assert kept(problem(mode("dear", 3, 2, 3), mode("cheap", 4, 2, 1))) == ["dear", "cheap"]


def test_a_mode_that_can_never_be_taken_goes() -> None:
    assert kept(problem(mode("wide", 1, 6), mode("thin", 5, 1))) == ["thin"]
    # b takes 4 of the 9.
    assert kept(problem(mode("dear", 1, 1, 6), mode("cheap", 5, 1, 5))) == ["cheap"]
    low = problem(mode("cheap", 1, 1, 1), mode("dear", 5, 1, 3), ceiling=None, floor=6)
    assert kept(low) == ["dear"]
    # Where none can be taken, the least stays, and there is no plan.
    none = problem(mode("x", 1, 6), mode("y", 2, 7))
    assert kept(none) == ["x"]
    assert solve(none, 5, workers=1).status == "infeasible"


def test_an_envelope_that_always_holds_goes() -> None:
    modes = (mode("dear", 3, 2, 3), mode("thin", 4, 1, 1))
    assert essential(problem(*modes, ceiling=7)).envelopes == ()
    assert len(essential(problem(*modes, ceiling=6)).envelopes) == 0  # only "thin" is left
    assert len(essential(problem(*modes, ceiling=4)).envelopes) == 1


def test_where_an_item_stays_as_it_is_nothing_goes() -> None:
    given = problem(mode("slow", 4, 2), mode("quick", 3, 2))
    held = replace(given.items[0], present=Placement("slow", 0), movable=False)
    held_problem = replace(given, items=(held, given.items[1])).check()
    assert essential(held_problem) is held_problem
    result = solve(held_problem, 5, workers=1)
    assert result.placements["a"] == Placement("slow", 0)


def test_a_plan_in_a_mode_that_went_is_a_start_all_the_same() -> None:
    given = problem(mode("slow", 4, 2), mode("quick", 3, 2))
    start = {"a": Placement("slow", 0), "b": Placement("m", 0)}
    moved = translated(given, essential(given), start)
    assert moved["a"] == Placement("quick", 0)
    assert violations(given, moved) == []
    result = solve(given, 5, workers=2, start=start)
    assert (result.status, result.objective) == ("optimal", 3)
    assert verify(given, result) == []


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks())
def test_the_shortest_plan_is_as_short_without_them(given: Problem) -> None:
    reduced = essential(given)
    assert brute.best(given) == brute.best(reduced)
    result = solve(given, 20, workers=1)
    assert verify(given, result) == []
    assert result.found == (brute.best(given) is not None)
