"""Placement only: the shortest completion that enumeration finds, and bounds that hold."""

from __future__ import annotations

import time
from dataclasses import replace

import brute
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan_core.arbitrage import (
    Envelope,
    Goal,
    Item,
    Mode,
    Precedence,
    Problem,
    Resource,
    solve,
    verify,
)
from portulan_core.arbitrage.scheduling import applies, justified, network, serial, simple_bound


@st.composite
def networks(draw):
    """A few activities, all mandatory, on one or two resources; sometimes with two modes."""
    periods = draw(st.integers(3, 6))
    teams = ["r0", "r1"][: draw(st.integers(1, 2))]
    items = []
    for n in range(draw(st.integers(1, 4))):
        modes = []
        for m in range(draw(st.sampled_from([1, 1, 1, 2]))):
            length = draw(st.integers(0, 3))
            modes.append(
                Mode(
                    f"m{m}",
                    length,
                    effort={
                        t: brute.profile(draw, 3, length) for t in teams if draw(st.booleans())
                    },
                )
            )
        late = draw(st.none() | st.integers(2, periods)) if draw(st.integers(0, 4)) == 0 else None
        items.append(
            Item(
                f"i{n}",
                tuple(modes),
                earliest=draw(st.sampled_from([0, 0, 0, 1])),
                latest_end=late,
                mandatory=True,
            )
        )
    links = [
        Precedence(
            f"i{a}",
            f"i{b}",
            draw(st.sampled_from([0, 0, 0, 1, -1])),
            draw(st.sampled_from(["finish_to_start", "finish_to_start", "start_to_start"])),
        )
        for b in range(len(items))
        for a in range(b)
        if draw(st.integers(0, 2)) == 0
    ]
    return Problem(
        periods,
        tuple(items),
        tuple(Resource(t, brute.profile(draw, 4, periods)) for t in teams),
        precedences=tuple(links),
        goals=(Goal("makespan"),),
    ).check()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks())
def test_the_shortest_completion_of_all(problem: Problem) -> None:
    assert applies(problem)
    expected = brute.best(problem)
    result = solve(problem, time_limit=20, workers=1)
    if expected is None:
        assert result.status == "infeasible"
        return
    assert result.status == "optimal"
    assert (-(result.objective or 0),) == expected
    assert result.bound == result.objective
    assert verify(problem, result) == []
    assert simple_bound(problem) <= (result.objective or 0)


def test_it_starts_from_the_plan_it_is_given_and_keeps_it_when_nothing_is_better() -> None:
    mode = Mode(duration=2, effort={"r": (1, 1)})
    items = tuple(Item(f"i{n}", (mode,), mandatory=True) for n in range(3))
    problem = Problem(9, items, (Resource("r", (1,) * 9),), goals=(Goal("makespan"),)).check()
    first = solve(problem, 5)
    again = solve(problem, 5, start=first.placements)
    assert (first.objective, first.status) == (6, "optimal")
    assert again.placements == first.placements
    blocked = replace(problem, resources=(Resource("r", (1, 1, 0, 1, 1, 0, 1, 1, 0)),))
    assert solve(blocked, 5).objective == 8


def test_a_first_plan_stops_at_its_deadline() -> None:
    mode = Mode(duration=2, effort={"r": (1, 1)})
    items = tuple(Item(f"i{n}", (mode,), mandatory=True) for n in range(3))
    problem = Problem(20, items, (Resource("r", (1,) * 20),), goals=(Goal("makespan"),)).check()
    net = network(problem, [0, 0, 0])
    over = time.monotonic() - 1
    assert serial(net, [0.0, 1.0, 2.0]) == [0, 2, 4]
    assert serial(net, [0.0, 1.0, 2.0], over) is None
    assert justified(net, [0, 4, 8]) == [0, 2, 4]
    assert justified(net, [0, 4, 8], over) == [0, 4, 8]


def test_costs_that_no_choice_changes_are_judged_once() -> None:
    mode = Mode(duration=2, effort={"r": (1, 1)}, cost={"c": (3,)})
    items = tuple(Item(f"i{n}", (mode,), mandatory=True) for n in range(2))
    for ceiling, floor, status in (
        (6, 6, "optimal"),
        (5, None, "infeasible"),
        (9, 7, "infeasible"),
    ):
        problem = Problem(
            9,
            items,
            (Resource("r", (1,) * 9),),
            (Envelope("e", ("c",), None, ceiling, floor),),
            goals=(Goal("makespan"),),
        ).check()
        assert solve(problem, 5, workers=1).status == status
