"""Rows from the packings of a team: no plan breaks them, the points they were made for do."""

from __future__ import annotations

import time

import brute
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan_core.arbitrage import Item, Mode, Problem, Resource, cliques, hulls
from portulan_core.arbitrage.bounds import Lagrangian, with_cuts
from portulan_core.arbitrage.compiled import compile_problem
from portulan_core.arbitrage.linear import linear_program
from portulan_core.arbitrage.race import Board, Clock

many = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def packed(draw):
    """One or two teams with room for a few of many items."""
    periods = draw(st.integers(1, 3))
    items = []
    for n in range(draw(st.integers(2, 6))):
        length = draw(st.integers(1, 2))
        effort = {t: brute.profile(draw, 9, length) for t in ("r0", "r1") if draw(st.booleans())}
        items.append(Item(f"i{n}", (Mode("m", length, effort),), draw(st.integers(1, 9))))
    rows = tuple(Resource(t, brute.profile(draw, 12, periods)) for t in ("r0", "r1"))
    return Problem(periods, tuple(items), rows).check()


@many
@given(packed() | brute.problems(), st.integers(0, 2**30), st.integers(1, 3))
def test_no_plan_breaks_a_row_and_the_point_does(problem: Problem, seed: int, length: int) -> None:
    c = compile_problem(problem)
    linear = linear_program(c)
    draw = np.random.default_rng(seed)
    point = np.zeros(linear.columns)
    point[: c.options] = draw.random(c.options) * draw.integers(0, 2, c.options)
    reduced = draw.normal(size=linear.columns)
    table = hulls.windows(c, length)
    cuts, _ = hulls.find(table, point, reduced, time.monotonic() + 60, 0.01)
    cuts += cliques.find(c, point, reduced, time.monotonic() + 60)
    for cut in cuts:
        assert (cut.values > 0).all() and (np.diff(cut.columns) > 0).all()
        assert float(point[cut.columns] @ cut.values) > cut.limit
    strong = with_cuts(linear, cuts)
    for plan in brute.every_plan(problem):
        options = {}
        for key, (item, mode, start) in plan.items():
            i = c.index[key]
            options[i] = next(
                o
                for o in c.span(i)
                if c.start[o] == start and item.modes[c.mode[o]].key == mode.key
            )
        assert strong.feasible(strong.complete(c, options))


def three_halves() -> Problem:
    """Three items that each take more than half of a team's only period."""
    items = tuple(Item(f"i{k}", (Mode(effort={"r": (6 + k,)}),), value=10) for k in range(3))
    return Problem(1, items, (Resource("r", (10,)),)).check()


def test_a_row_closes_the_gap_that_prices_alone_leave() -> None:
    problem = three_halves()
    c = compile_problem(problem)
    linear = linear_program(c)
    goal, constant = linear.goal(c, "value")
    board = Board(Clock(60), 1)
    prover = Lagrangian(c, linear, goal, True)
    prover.improve(board, constant, board.clock.deadline)
    assert board.bound is not None and board.bound > 10
    cuts, _ = hulls.find(
        hulls.windows(c, 1), prover.relaxed(), prover.reduced, board.clock.deadline
    )
    assert [(cut.values.tolist(), cut.limit) for cut in cuts] == [([1, 1, 1], 1)]
    prover.append(cuts)
    prover.improve(board, constant, board.clock.deadline)
    assert board.bound == 10
    assert [cut.limit for cut in prover.forget()] == [1]


def test_rows_without_a_price_are_dropped_and_the_bound_stays() -> None:
    problem = three_halves()
    c = compile_problem(problem)
    linear = linear_program(c)
    goal, constant = linear.goal(c, "value")
    board = Board(Clock(60), 1)
    prover = Lagrangian(c, linear, goal, True)
    prover.improve(board, constant, board.clock.deadline)
    cuts, _ = hulls.find(
        hulls.windows(c, 1), prover.relaxed(), prover.reduced, board.clock.deadline
    )
    prover.append(cuts)
    rows = len(prover.low)
    for _ in range(3):
        assert prover.forget() == []
    assert len(prover.low) == rows - 1
    assert prover.evaluate(prover.prices)[0] == prover.bound


def test_a_search_cut_short_goes_on_where_it_stopped() -> None:
    items = tuple(
        Item(f"i{k}", (Mode(effort={f"r{k % 2}": (6 + k,)}),), value=10) for k in range(6)
    )
    problem = Problem(1, items, (Resource("r0", (11,)), Resource("r1", (11,)))).check()
    c = compile_problem(problem)
    point = np.full(linear_program(c).columns, 0.6)
    table = hulls.windows(c, 1)
    first, seen = hulls.find(table, point, point, 0.0)
    rest, _ = hulls.find(table, point, point, 0.0)
    assert seen == 1 and len(table) == 2
    owners = [set(c.item[cut.columns].tolist()) for cut in first + rest]
    assert owners == [{0, 2, 4}, {1, 3, 5}]


def test_three_items_that_exclude_each_other_over_three_teams() -> None:
    pairs = (("r0", "r1"), ("r1", "r2"), ("r2", "r0"))
    items = tuple(
        Item(f"i{k}", (Mode(effort={a: (6,), b: (6,)}),), value=10)
        for k, (a, b) in enumerate(pairs)
    )
    problem = Problem(1, items, tuple(Resource(f"r{k}", (10,)) for k in range(3))).check()
    c = compile_problem(problem)
    point = np.full(linear_program(c).columns, 0.5)
    cuts = cliques.find(c, point, point, time.monotonic() + 60)
    assert [(cut.columns.tolist(), cut.limit) for cut in cuts] == [([0, 1, 2], 1)]
