"""The proof's compiled loops got ready beside, after the moves of the search.

In a fresh installation compiling takes tens of seconds, of which no answer waits: the search and
the proof use solvers that need no compiler until then (see `strategy`).
"""

from __future__ import annotations

import threading
import time

import numpy as np

from portulan_core.arbitrage import annealing, hulls
from portulan_core.arbitrage.bounds import Lagrangian
from portulan_core.arbitrage.compiled import compile_problem
from portulan_core.arbitrage.linear import linear_program
from portulan_core.arbitrage.problem import Goal, Item, Mode, Problem, Resource
from portulan_core.arbitrage.race import Board, Clock

_ready = threading.Event()
_lock = threading.Lock()
_loader: list[threading.Thread] = []


def proofs() -> threading.Event:
    """Set once what the proof runs is at hand; where it is not, it is got ready beside."""
    with _lock:
        if not _ready.is_set() and not _loader:
            thread = threading.Thread(target=_after_moves, name="arbitrage-load", daemon=True)
            _loader.append(thread)
            thread.start()
    return _ready


def _after_moves() -> None:
    # One after the other: the search gains most, and compilers only get in each other's way.
    annealing.load().wait()
    prepare()


def prepare() -> None:
    """Load what the proof runs (or compile it): prices and rows of a very small problem."""
    try:
        items = tuple(
            Item(str(n), (Mode(duration=2, effort={"r": (2, 2)}),), value=3 + n) for n in range(4)
        )
        small = Problem(3, items, (Resource("r", (5, 5, 5)),), goals=(Goal("value"),))
        compiled = compile_problem(small)
        linear = linear_program(compiled)
        goal, constant = linear.goal(compiled, "value")
        board = Board(Clock(600.0), 1)
        prover = Lagrangian(compiled, linear, goal, maximize=True)
        prover.improve(board, constant, time.monotonic() + 600.0, rounds=5)
        point = np.full(linear.columns, 0.4)
        table = hulls.windows(compiled, 2)
        end = time.monotonic() + 600.0
        hulls.find(table, point, prover.reduced, end, 0.01, lambda: False)
        prover.relaxed()
    finally:
        _ready.set()
