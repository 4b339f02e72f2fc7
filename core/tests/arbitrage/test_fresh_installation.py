"""In a fresh installation nothing is compiled yet: the answer neither waits for it nor is poor."""

from __future__ import annotations

import random
import threading

import pytest

from portulan_core.arbitrage import (
    Item,
    Mode,
    Problem,
    Resource,
    annealing,
    solve,
    strategy,
    verify,
)
from portulan_core.arbitrage.compiled import compile_problem
from portulan_core.arbitrage.solve import insistent

TEAMS = 12


def portfolio(count: int = 300, periods: int = 8) -> Problem:
    """More options than CP-SAT alone is asked to prove."""
    draw = random.Random(5)
    items = []
    for n in range(count):
        months = draw.randint(1, 3)
        effort = {
            f"t{team}": tuple(draw.randint(5, 20) for _ in range(months))
            for team in draw.sample(range(TEAMS), 2)
        }
        items.append(Item(f"i{n}", (Mode(duration=months, effort=effort),), draw.randint(10, 99)))
    teams = tuple(Resource(f"t{n}", (30,) * periods) for n in range(TEAMS))
    return Problem(periods, tuple(items), teams).check()


@pytest.mark.parametrize("workers", [1, 2])
def test_without_compiled_moves_the_search_goes_on_without_them(
    monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    assert annealing.load().wait(120)  # the thread that loads must not meet what is refused
    never = threading.Event()

    def refuse(*given: object) -> None:
        raise AssertionError("a compiler was waited for")

    monkeypatch.setattr(strategy, "load", lambda: never)
    monkeypatch.setattr(annealing.Annealing, "__init__", refuse)
    problem = portfolio()
    compiled = compile_problem(problem)
    assert compiled.options > strategy.SMALL
    greedy = sum(int(compiled.value[option]) for option in insistent(compiled).values())
    result = solve(problem, time_limit=4, workers=workers)
    assert verify(problem, result) == []
    assert result.objective is not None and result.objective > greedy
    assert result.bound is not None


def test_moves_that_come_late_are_used_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    annealing.prepare()
    late = threading.Event()
    monkeypatch.setattr(strategy, "load", lambda: late)
    used = []
    search = annealing.Annealing.search

    def watched(self: annealing.Annealing, *given: object) -> None:
        used.append(late.is_set())
        search(self, *given)  # type: ignore[arg-type]  # what it was given

    monkeypatch.setattr(annealing.Annealing, "search", watched)
    threading.Timer(1.5, late.set).start()
    problem = portfolio()
    result = solve(problem, time_limit=6, workers=2)
    assert verify(problem, result) == [] and used == [True]


def test_getting_ready_tells_when_it_is_done() -> None:
    assert annealing.load().wait(120)
    assert annealing.load().is_set()
