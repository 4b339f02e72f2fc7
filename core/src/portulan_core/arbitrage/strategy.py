"""Which solvers work on a program, in what order and with which share of the time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from portulan_core.arbitrage.compiled import Compiled, Ints
from portulan_core.arbitrage.engines import run_cp_sat, run_scip
from portulan_core.arbitrage.linear import Linear
from portulan_core.arbitrage.neighbourhoods import Search
from portulan_core.arbitrage.race import Board

SMALL = 1500
"""Up to so many columns, CP-SAT alone is tried first."""


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
    until = time.monotonic() + seconds

    def offer(values: Ints) -> None:
        options = read_options(compiled, values)
        full = linear.complete(compiled, options)
        if linear.feasible(full):
            board.offer(options, int(goal @ full) + constant)

    def hint() -> Ints | None:
        best = board.best
        return linear.complete(compiled, best) if isinstance(best, dict) else None

    small = linear.columns <= SMALL
    first = min(seconds, max(0.5, 0.1 * seconds)) if not small else seconds
    if small or board.best is None:
        # Small programs are proven here; without a plan, this finds one or proves there is none.
        share = min(first, 0.25 * seconds) if small and linear.columns > 400 else first
        if board.best is None:
            share = seconds if small else 0.5 * seconds
        status = run_cp_sat(
            linear,
            goal if small or board.best is not None else np.zeros_like(goal),
            board,
            offer,
            constant=constant,
            seconds=share,
            workers=workers,
            seed=seed,
            hint=hint(),
            prove=small or board.best is not None,
        )
        if status == "infeasible":
            board.infeasible = True
            return "cp-sat"
        if board.done or time.monotonic() >= until:
            return "cp-sat"
    search = Search(compiled, linear, goal, board, seed)

    def neighbourhoods(end: float, seed_shift: int = 0) -> None:
        own = search if not seed_shift else Search(compiled, linear, goal, board, seed + seed_shift)
        own.run(offer, end, lambda: False)

    def scip() -> None:
        status = run_scip(
            linear,
            goal,
            board,
            offer,
            constant=constant,
            seconds=until - time.monotonic(),
            seed=seed,
            hint=hint(),
        )
        if status == "infeasible" and board.best is None:
            board.infeasible = True

    if workers == 1:
        neighbourhoods(time.monotonic() + 0.4 * (until - time.monotonic()))
        if not board.done:
            scip()
        return "scip+lns"
    with ThreadPoolExecutor(workers, thread_name_prefix="arbitrage") as pool:
        jobs = [pool.submit(scip)]
        jobs += [pool.submit(neighbourhoods, until, k) for k in range(workers - 1)]
        for job in jobs:
            job.result()
    return "scip+lns"
