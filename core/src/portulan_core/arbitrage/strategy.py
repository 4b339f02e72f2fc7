"""Which solvers work on a program, in what order and with which share of the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from portulan_core.arbitrage import cliques, hulls, knapsack
from portulan_core.arbitrage.annealing import Annealing, load, worths
from portulan_core.arbitrage.bounds import Lagrangian, strengthened, with_cuts
from portulan_core.arbitrage.compiled import Compiled, Ints
from portulan_core.arbitrage.engines import run_cp_sat, run_scip
from portulan_core.arbitrage.greedy import place_in_order
from portulan_core.arbitrage.linear import Linear
from portulan_core.arbitrage.loading import proofs
from portulan_core.arbitrage.neighbourhoods import Guide, Search
from portulan_core.arbitrage.race import Board

SMALL = 1500
"""Up to so many columns, CP-SAT alone is tried first."""
EXACT = 6000
"""Up to so many columns, SCIP's first relaxation is solved soon enough to be worth its time."""
WINDOWS = (2, 3, 4, 6, 8)
"""Lengths of the windows whose packings are looked at, in turn."""
SLICE = 0.2
"""At most this share of what is left goes to looking for rows before prices use them."""
COOLED = 0.95
"""Share of the search that anneals; the rest solves neighbourhoods exactly."""
LOADED = 1.5
"""Seconds for which the proof waits for its compiled loops to come from disk."""
LOADING = 0.1
"""Share of the time for which the search waits for its compiled moves to come from disk."""
STALL = 1e-3
"""Below this gain of a round, the next length of window (or the next method) is tried."""


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

    pack = knapsack.packing(compiled, linear, goal, board.sense)
    if pack is not None:
        return knapsack.hunt(
            pack,
            linear,
            goal,
            constant,
            board,
            offer,
            seconds=seconds,
            workers=workers,
            seed=seed,
            hint=hint(),
        )
    small = linear.columns <= SMALL
    first = seconds if small else min(seconds, max(0.5, 0.1 * seconds))
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
    guide = Guide(linear)
    worth = worths(compiled, linear, goal, board.sense)

    def cool(end: float, shift: int = 0) -> None:
        """Annealing, where the goal is a sum over items and pairs of them."""
        if worth is None or not isinstance(board.best, dict):
            return

        def note(options: dict[int, int]) -> None:
            full = linear.complete(compiled, options)
            if linear.feasible(full):
                board.offer(options, int(goal @ full) + constant)

        def latest() -> dict[int, int] | None:
            return board.best if isinstance(board.best, dict) else None

        annealing = Annealing(compiled, linear, goal, worth, board.sense, seed + shift)
        annealing.search(note, latest, end, board.stopped)

    def neighbourhoods(
        end: float, shift: int = 0, enough: Callable[[], bool] | None = None
    ) -> None:
        Search(compiled, guide, goal, board, seed + shift).run(offer, end, enough)

    moves = load() if worth is not None else None
    ahead = proofs()

    def search(end: float, shift: int = 0) -> None:
        if moves is not None and not moves.wait(min(1.0, LOADING * seconds)):
            # A fresh installation: what needs no compiler works until the moves are compiled.
            neighbourhoods(end, shift, moves.is_set)
            if not moves.is_set():
                return
        cool(time.monotonic() + COOLED * (end - time.monotonic()), shift)
        neighbourhoods(end, shift)

    def prices(prover: Lagrangian) -> None:
        """What the prices suggest: plans, and where the search should look."""
        guide.gains = prover.item_gains()
        guide.share = prover.item_shares()
        for ordered in priced_plans(compiled, prover):
            full = linear.complete(compiled, ordered)
            if linear.feasible(full):
                board.offer(ordered, int(goal @ full) + constant)

    def prove(end: float) -> None:
        """Prices, then rows that cut fractions off, while they lower the bound."""
        if not ahead.prices.wait(min(LOADED, 0.5 * (end - time.monotonic()))):
            # A fresh installation: the compiler ends sooner when little else runs beside it.
            patience = time.monotonic() + 0.6 * (end - time.monotonic())
            while not ahead.prices.wait(0.05) and time.monotonic() < patience and not board.done:
                continue
        if not ahead.prices.is_set():
            # Too short a time for it: what SCIP proves without prices.
            if linear.columns <= EXACT and not board.done:
                left = end - time.monotonic()
                run_scip(
                    linear, goal, board, offer, constant=constant, seconds=left, seed=seed,
                    hint=hint(),
                )  # fmt: skip
            return
        prover = Lagrangian(compiled, linear, goal, board.sense > 0)
        prover.improve(board, constant, min(end, time.monotonic() + 0.1 * seconds), ease=1e-4)
        prices(prover)
        exact = linear.columns <= EXACT
        share = 0.6 if exact else 1.0
        hulled = time.monotonic() + share * (end - time.monotonic())
        strong, tried = linear, False
        while not ahead.rows.is_set() and time.monotonic() < hulled and not board.done:
            ahead.rows.wait(0.05)
        for length in WINDOWS if ahead.rows.is_set() else ():
            if length > 2 and length > compiled.problem.periods:
                break
            table = hulls.windows(compiled, length)
            while table and not board.done and time.monotonic() < hulled:
                before = prover.bound
                # In slices, so that prices have the time to use what was found.
                now = time.monotonic()
                slice_end = now + max(0.2, SLICE * (hulled - now))
                cuts, seen = hulls.find(
                    table,
                    prover.relaxed(),
                    prover.reduced,
                    min(hulled, slice_end),
                    0.01,
                    board.stopped,
                )
                cuts += cliques.find(
                    compiled, prover.relaxed(), prover.reduced, hulled, 0.01, board.stopped
                )
                prover.append(cuts)
                prover.improve(board, constant, hulled, rounds=300, ease=1e-4)
                strong, tried = with_cuts(linear, prover.forget()), tried or bool(cuts)
                guide.linear = strong
                guide.gains, guide.share = prover.item_gains(), prover.item_shares()
                gain = (before - prover.bound) / max(1.0, abs(prover.bound))
                if gain < STALL * seen / len(table):
                    break
        if board.done:
            return
        if tried:
            prices(prover)
        else:
            # No resource has windows small enough: dual feasible functions do for every limit.
            strong = strengthened(linear)
            tighter = Lagrangian(compiled, strong, goal, board.sense > 0)
            tighter.improve(
                board, constant, time.monotonic() + 0.1 * (end - time.monotonic()), ease=1e-4
            )
        if not exact:
            neighbourhoods(end, 7919)
            return
        status = run_scip(
            strong,
            goal,
            board,
            offer,
            constant=constant,
            seconds=end - time.monotonic(),
            seed=seed,
            hint=hint(),
        )
        if status == "infeasible" and board.best is None:
            board.infeasible = True

    if workers == 1:
        search(time.monotonic() + 0.5 * (until - time.monotonic()))
        if not board.done:
            prove(until)
    else:
        with ThreadPoolExecutor(workers, thread_name_prefix="arbitrage") as pool:
            jobs = [pool.submit(prove, until)]
            jobs += [pool.submit(search, until, k) for k in range(workers - 1)]
            for job in jobs:
                job.result()
    return "prices+hulls+annealing" + ("+scip" if linear.columns <= EXACT else "")


def priced_plans(compiled: Compiled, prover: Lagrangian) -> list[dict[int, int]]:
    """Plans made in the order that the prices of the limits suggest."""
    gains = prover.item_gains()
    reduced = prover.reduced[: compiled.options]
    scale = np.maximum(np.abs(compiled.value.astype(float)), 1.0)
    ratio = np.full(len(compiled.problem.items), -np.inf)
    np.maximum.at(ratio, compiled.item, reduced / scale)
    items = compiled.problem.items
    plans = []
    for score in (gains, ratio):
        order = sorted(range(len(items)), key=lambda i: (not items[i].mandatory, -score[i], i))
        plans.append(place_in_order(compiled, order, reduced))
    return plans
