"""Which solvers work on a program, in what order and with which share of the time."""

from __future__ import annotations

import numpy as np

from portulan_core.arbitrage.compiled import Compiled, Ints
from portulan_core.arbitrage.engines import run_cp_sat
from portulan_core.arbitrage.linear import Linear
from portulan_core.arbitrage.race import Board


def read_options(compiled: Compiled, values: Ints) -> dict[int, int]:
    """Option by item index, from the values of the variables."""
    return {int(compiled.item[o]): int(o) for o in np.flatnonzero(values[: compiled.options] > 0)}


def optimise(
    compiled: Compiled,
    linear: Linear,
    goal: Ints,
    constant: int,
    board: Board,
    name: str,
    *,
    seconds: float,
    workers: int,
    seed: int,
) -> str:
    """Optimise one goal from the plan on the board; returns the name of the method."""

    def offer(values: Ints) -> None:
        options = read_options(compiled, values)
        full = linear.complete(compiled, options)
        if linear.feasible(full):
            board.offer(options, int(goal @ full) + constant)

    hint = None
    if isinstance(board.best, dict):
        hint = linear.complete(compiled, board.best)
    status = run_cp_sat(
        linear,
        goal,
        board,
        offer,
        constant=constant,
        seconds=seconds,
        workers=workers,
        seed=seed,
        hint=hint,
    )
    if status == "infeasible":
        board.infeasible = True
    return "cp-sat"
