"""What serves large problems, on small ones: plans hold and bounds are never below the optimum."""

from __future__ import annotations

from dataclasses import replace

import brute
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from portulan_core.arbitrage import Problem, solve, strategy, verify
from portulan_core.arbitrage.bounds import Lagrangian, strengthened
from portulan_core.arbitrage.compiled import compile_problem
from portulan_core.arbitrage.linear import goal_terms, linear_program
from portulan_core.arbitrage.measure import SENSE
from portulan_core.arbitrage.race import Board, Clock

few = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@few
@given(brute.problems())
def test_prices_prove_bounds_and_rounded_rows_lose_no_plan(problem: Problem) -> None:
    problem = replace(problem, order="lexicographic")
    expected = brute.best(problem)
    assume(expected is not None)
    assert expected is not None
    c = compile_problem(problem)
    plain = linear_program(c)
    strong = strengthened(plain)
    _, goal, constant, maximize = goal_terms(c, plain)[0]
    sense = SENSE[problem.goals[0].measure]
    for linear in (plain, strong):
        board = Board(Clock(5), sense)
        prover = Lagrangian(c, linear, goal, maximize)
        rng = np.random.default_rng(0)
        for _ in range(5):
            prices = rng.normal(0, 2, len(prover.prices))
            prices = np.where((prices < 0) & ~np.isfinite(prover.low), 0, prices)
            prices = np.where((prices > 0) & ~np.isfinite(prover.high), 0, prices)
            bound, _, _ = prover.evaluate(prices)
            assert bound + sense * constant >= expected[0] - 1e-6
        prover.improve(board, constant, board.clock.deadline, rounds=100)
        assert board.bound is None or sense * board.bound >= expected[0]
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


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strategy, "SMALL", -1)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("workers", [1, 2])
def test_search_and_proof_agree_with_the_enumeration(workers: int) -> None:
    @settings(parent=few, max_examples=40)
    @given(brute.problems())
    def check(problem: Problem) -> None:
        expected = brute.best(problem)
        result = solve(problem, time_limit=3, workers=workers)
        assert verify(problem, result) == []
        if expected is None:
            assert result.status in ("infeasible", "unknown")
            return
        assert result.found and result.bound is not None
        sense = 1 if problem.order == "weighted" else SENSE[problem.goals[0].measure]
        objective = sense * (result.objective or 0)
        assert objective <= expected[0] <= sense * result.bound + 1e-6
        if result.status == "optimal":
            assert objective == expected[0]

    check()
