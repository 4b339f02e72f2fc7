"""The compiled searches of placement by themselves: every plan holds, the best one is reached."""

from __future__ import annotations

import random
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
    Placement,
    Precedence,
    Problem,
    Resource,
    branching,
    populations,
    scheduling,
    solve,
)
from portulan_core.arbitrage.verify import violations

SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def networks(draw):
    """A few activities: shaped demands, capacities that vary, windows, lags, modes, envelopes."""
    periods = draw(st.integers(3, 6))
    teams = ["r0", "r1"][: draw(st.integers(1, 2))]
    envelopes = []
    if draw(st.booleans()):
        top = draw(st.integers(3, 12))
        floor = draw(st.none() | st.integers(0, 4))
        envelopes.append(Envelope("e", ("a",), None, max(top, floor or 0), floor))
    items = []
    for n in range(draw(st.integers(1, 4))):
        modes = []
        for m in range(draw(st.sampled_from([1, 1, 2, 3]))):
            length = draw(st.integers(0, 3))
            modes.append(
                Mode(
                    f"m{m}",
                    length,
                    effort={
                        t: brute.profile(draw, 3, length) for t in teams if draw(st.booleans())
                    },
                    cost={"a": brute.profile(draw, 4, 1)} if envelopes and length else {},
                )
            )
        late = draw(st.integers(2, periods)) if draw(st.integers(0, 4)) == 0 else None
        early = draw(st.sampled_from([0, 0, 0, 1]))
        items.append(Item(f"i{n}", tuple(modes), earliest=early, latest_end=late, mandatory=True))
    links = [
        Precedence(f"i{a}", f"i{b}", draw(st.sampled_from([0, 0, 0, 1])))
        for b in range(len(items))
        for a in range(b)
        if draw(st.integers(0, 2)) == 0
    ]
    return Problem(
        periods,
        tuple(items),
        tuple(Resource(t, brute.profile(draw, 4, periods)) for t in teams),
        tuple(envelopes),
        precedences=tuple(links),
        goals=(Goal("makespan"),),
    ).check()


def project(count: int, seed: int) -> Problem:
    """A plain project in one mode: level demands, two resources, links without lags."""
    draw = random.Random(seed)
    items, links = [], []
    for n in range(count):
        length = draw.randint(0 if n % 5 == 4 else 1, 6)
        effort = {f"r{r}": (draw.randint(1, 6),) * length for r in range(2) if draw.random() < 0.7}
        items.append(Item(f"i{n}", (Mode("m", length, effort=effort),), mandatory=True))
        for a in draw.sample(range(n), min(n, draw.randint(0, 2))):
            links.append(Precedence(f"i{a}", f"i{n}"))
    periods = sum(item.modes[0].duration for item in items)
    resources = tuple(Resource(f"r{r}", (draw.randint(6, 9),) * periods) for r in range(2))
    goals = (Goal("makespan"),)
    return Problem(periods, tuple(items), resources, precedences=tuple(links), goals=goals).check()


def span_of(problem: Problem, plan: dict[str, Placement]) -> int:
    ends = [p.start + problem.item(k).mode(p.mode).duration for k, p in plan.items()]
    return max([0, *ends])


def searched(problem: Problem, seed: int, generations: int, horizon: int | None = None):
    """The spans of the plans that a population offers; each is checked."""
    spans = []

    def offer(plan: dict[str, Placement], span: int) -> None:
        assert violations(problem, plan) == []
        assert span == span_of(problem, plan)
        spans.append(span)

    population = populations.Population(problem, horizon or problem.periods, seed)
    population.run(offer, time.monotonic() + 60, lambda: False, generations=generations)
    return spans, population


@SLOW
@given(networks(), st.integers(0, 3))
def test_a_population_offers_plans_that_hold_and_reaches_the_shortest(
    problem: Problem, seed: int
) -> None:
    assert populations.serves(problem)
    expected = brute.best(problem)
    spans, _ = searched(problem, seed, 8)
    if expected is None:
        assert spans == []
        return
    assert spans == sorted(set(spans), reverse=True)
    assert -spans[-1] == expected[0]


def test_the_same_seed_gives_the_same_plans_and_another_seed_may_not() -> None:
    problem = project(30, 5)
    first, a = searched(problem, 1, 5)
    again, b = searched(problem, 1, 5)
    _, other = searched(problem, 2, 5)
    assert first == again
    assert a.plan() == b.plan()
    assert (a.herd.lists == b.herd.lists).all()
    assert not (a.herd.lists == other.herd.lists).all()


def test_a_population_takes_better_plans_from_elsewhere() -> None:
    problem = project(20, 3)
    best = solve(problem, 10, workers=1)
    assert best.status == "optimal"
    population = populations.Population(problem, problem.periods, 0)
    population.begin_from(dict(best.placements))
    assert population.plan() == best.placements
    population.begin_from({k: Placement(p.mode, p.start) for k, p in best.placements.items()})
    offered = []
    population.run(
        lambda plan, span: offered.append(span), time.monotonic() + 60, lambda: False, generations=3
    )
    assert offered == [best.objective]


def test_many_resources_and_large_numbers_take_several_words() -> None:
    length, count = 12, 9
    items = tuple(
        Item(
            f"i{n}",
            (Mode("m", 2, effort={f"r{r}": (70_000, 40_000) for r in range(count)}),),
            mandatory=True,
        )
        for n in range(4)
    )
    resources = tuple(Resource(f"r{r}", (100_000,) * length) for r in range(count - 1))
    blocked = Resource(f"r{count - 1}", (0, *(100_000,) * (length - 1)))
    problem = Problem(length, items, (*resources, blocked), goals=(Goal("makespan"),)).check()
    spans, population = searched(problem, 0, 3)
    assert len(population.frame.guard) > 1
    assert spans[-1] == 9


def test_links_that_lists_do_not_express_are_left_to_intervals() -> None:
    problem = project(6, 1)
    for link in (
        Precedence("i0", "i5", -1),
        Precedence("i0", "i5", 0, "start_to_start"),
    ):
        other = replace(problem, precedences=(*problem.precedences, link)).check()
        assert not populations.serves(other)
        assert solve(other, 10, workers=1).status == "optimal"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 12), st.integers(0, 10_000), st.booleans())
def test_branching_proves_what_intervals_prove(count: int, seed: int, mirrored: bool) -> None:
    problem = project(count, seed)
    expected = solve(problem, 30, workers=1)
    assert expected.status == "optimal"
    assert expected.objective is not None
    if not branching.serves(problem):
        assert all(item.modes[0].duration == 0 for item in problem.items)
        return
    spans = []

    def offer(plan: dict[str, Placement], span: int) -> None:
        assert violations(problem, plan) == []
        assert span == span_of(problem, plan)
        spans.append(span)

    proof = branching.Proof(problem, problem.periods + 1, mirrored)
    assert proof.run(offer, time.monotonic() + 60, lambda: False)
    assert spans[-1] == expected.objective
    none = branching.Proof(problem, expected.objective, mirrored)
    assert none.run(offer, time.monotonic() + 60, lambda: False)
    assert spans[-1] == expected.objective


def test_branching_is_for_plain_projects() -> None:
    problem = project(8, 2)
    assert branching.serves(problem)
    varying = Resource("r0", (9, 8, *problem.resources[0].capacity[2:]))
    late = replace(problem.items[0], latest=3)
    for other in (
        replace(problem, precedences=(*problem.precedences, Precedence("i0", "i7", 1))),
        replace(problem, resources=(varying, problem.resources[1])),
        replace(problem, items=(late, *problem.items[1:])),
        project(branching.LARGEST + 20, 1),
    ):
        assert not branching.serves(other)


def test_what_intervals_do_not_end_at_once_goes_to_the_compiled_searches(monkeypatch) -> None:
    tried = []
    own = scheduling.run_intervals

    def counted(*args: object) -> str:
        tried.append(args)
        return "feasible" if len(tried) == 1 else own(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(scheduling, "run_intervals", counted)
    problem = project(12, 14)
    for workers in (1, 2):
        tried.clear()
        result = solve(problem, 20, workers=workers)
        assert result.status == "optimal"
        assert result.method != "schedule generation"
