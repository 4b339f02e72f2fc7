"""Rows that hold for every plan, from the packings of one team over one or two periods.

Where a team's quarter holds few large items, fractions of them fit that no whole plan can use.
All packings of the options that the relaxation uses there are enumerated (there are few), and a
row ``Σ weight·option ≤ limit`` that cuts the fractions off is the best vertex of their polar
(Boyd 1994, "Fenchel cutting planes"; Kaparis and Letchford 2010 for knapsacks). The other options
of the team are then lifted in one after the other, exactly (Padberg 1975). Weights are integers
and the limit is counted over all packings, so that a row is valid without any tolerance.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.linear_solver import pywraplp

from portulan_core.arbitrage.bounds import Cut
from portulan_core.arbitrage.compiled import Compiled, Ints

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

GRAIN = 5040
"""Weights are multiples of one in so many: thirds, quarters, … sevenths are whole."""
PACKINGS = 20_000
"""A window with more packings than that is left alone."""
LIFTED = 40_000
"""Lifting stops when it has so many packings to look at."""
SUPPORT = 24
"""A window of which the relaxation uses more options is left alone."""


@dataclass(slots=True)
class Window:
    """Some periods of one team: its options there (with what they use) and its capacity."""

    options: Ints
    use: Ints
    capacity: Ints
    item: Ints
    rows: Ints
    rest: int = 0
    misses: int = 0


def windows(c: Compiled, length: int) -> list[Window]:
    """The windows of ``length`` periods of every resource whose capacities can bind."""
    rows_of: dict[str, list[int]] = {}
    for r, row in enumerate(c.rows):
        if row.kind == "capacity":
            rows_of.setdefault(row.key, []).append(r)
    order = np.argsort(c.entry_row, kind="stable")
    options, amounts = c.entry_option[order], c.entry_amount[order]
    firsts = np.searchsorted(c.entry_row[order], np.arange(len(c.rows) + 1))
    position = np.full(c.options, -1, dtype=np.int64)
    out = []
    for rows in rows_of.values():
        for start in range(max(1, len(rows) - length + 1)):
            part = rows[start : start + length]
            spans = [slice(int(firsts[r]), int(firsts[r + 1])) for r in part]
            inside = np.unique(np.concatenate([options[span] for span in spans]))
            if len(inside) < 2:
                continue
            position[inside] = np.arange(len(inside))
            use = np.zeros((len(inside), len(part)), dtype=np.int64)
            for t, span in enumerate(spans):
                np.add.at(use[:, t], position[options[span]], amounts[span])
            capacity = c.rhs[part]
            if np.any(use < 0) or np.any(capacity < 0):
                continue
            _, item = np.unique(c.item[inside], return_inverse=True)
            out.append(
                Window(inside, use, capacity, item.astype(np.int64), np.asarray(part, np.int64))
            )
    return out


def packings(
    use: Ints, item: Ints, capacity: Ints, most: int = PACKINGS
) -> tuple[Bools, Ints] | None:
    """Every feasible set of options, one an item at most: members and use. None if too many."""
    members = np.zeros((1, len(use)), dtype=bool)
    used = np.zeros((1, len(capacity)), dtype=np.int64)
    for j in range(len(use)):
        fits = (used <= capacity - use[j]).all(axis=1)
        same = np.flatnonzero(item[:j] == item[j])
        if len(same):
            fits &= ~members[:, same].any(axis=1)
        if not fits.any():
            continue
        grown = members[fits]
        grown[:, j] = True
        members = np.concatenate([members, grown])
        used = np.concatenate([used, used[fits] + use[j]])
        if len(members) > most:
            return None
    return members, used


def separate(window: Window, point: Floats, reduced: Floats, least: float) -> Cut | None:
    """A row that the point breaks by at least ``least`` of its limit, or None."""
    held = point[window.options]
    inside = np.flatnonzero(held > 0.01)
    if not 1 < len(inside) <= SUPPORT:
        return None
    share = held[inside]
    use = window.use[inside]
    if np.all(share @ use < 0.75 * window.capacity):
        return None
    found = packings(use, window.item[inside], window.capacity)
    if found is None:
        return None
    members, used = found
    weights = polar(members, share, least)
    if weights is None:
        return None
    whole = np.round(weights * GRAIN).astype(np.int64)
    values = members @ whole
    limit = int(values.max())
    if limit <= 0 or float(share @ whole) < (1 + least) * limit:
        return None
    kept = np.flatnonzero(whole)
    return lift(window, inside[kept], whole[kept], limit, members[:, kept], used, values, reduced)


def polar(members: Bools, share: Floats, least: float) -> Floats | None:
    """Weights of which no packing has more than 1 and the point the most; None if below."""
    count = len(share)
    solver = pywraplp.Solver.CreateSolver("GLOP")
    weights = [solver.NumVar(0.0, 1.0, "") for _ in range(count)]
    objective = solver.Objective()
    for weight, value in zip(weights, share.tolist(), strict=True):
        objective.SetCoefficient(weight, value)
    objective.SetMaximization()
    matrix = members.astype(float)
    infinity = solver.infinity()

    def add(k: int) -> None:
        row = solver.Constraint(-infinity, 1.0)
        for j in np.flatnonzero(members[k]).tolist():
            row.SetCoefficient(weights[j], 1.0)

    score = np.einsum("ij,j->i", matrix, share)
    first = {int(np.argmax(np.where(members[:, j], score, -1.0))) for j in range(count)}
    for k in sorted(first):
        add(k)
    for _ in range(60):
        if solver.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        if objective.Value() <= 1 + least:
            return None
        at = np.array([weight.solution_value() for weight in weights])
        score = np.einsum("ij,j->i", matrix, at)
        most = float(score.max())
        if most <= 1 + 1e-7:
            return np.where(at > 1e-7, at, 0.0)
        above = np.flatnonzero(score > 1 + 1e-7)
        for k in above[np.argsort(-score[above], kind="stable")[:6]].tolist():
            add(int(k))
    return None


def lift(
    window: Window,
    inside: Ints,
    weights: Ints,
    limit: int,
    members: Bools,
    used: Ints,
    values: Ints,
    reduced: Floats,
) -> Cut:
    """The row with the other options of the window: each weighs what the limit leaves for it."""
    items = int(window.item.max()) + 1
    # One packing for each choice of the weighing options: the one that uses least is there too.
    if len(weights) < 64:
        code = members @ (np.int64(1) << np.arange(len(weights), dtype=np.int64))
        order = np.lexsort((used.sum(axis=1), code))
        kept = order[np.concatenate([[True], np.diff(code[order]) != 0])]
        members, used, values = members[kept], used[kept], values[kept]
    busy = np.zeros((len(members), items), dtype=bool)
    for j, option in enumerate(inside.tolist()):
        busy[:, window.item[option]] |= members[:, j]
    outside = np.ones(len(window.options), dtype=bool)
    outside[inside] = False
    others = np.flatnonzero(outside)
    room = window.capacity - window.use[others]
    free = ~busy[:, window.item[others]]
    for t in range(used.shape[1]):
        free &= used[:, t : t + 1] <= room[:, t]
    best = np.where(free, values[:, None], -1).max(axis=0)
    able = np.flatnonzero((best >= 0) & (best < limit))
    able = able[np.argsort(-reduced[window.options[others[able]]], kind="stable")]
    chosen, amounts = [inside], [weights]
    for k in able.tolist():
        option = int(others[k])
        owner = int(window.item[option])
        fits = ~busy[:, owner] & (used <= room[k]).all(axis=1)
        where = np.flatnonzero(fits)
        weight = limit - int(values[where].max()) if len(where) else 0
        if weight <= 0:
            continue
        chosen.append(np.array([option], dtype=np.int64))
        amounts.append(np.array([weight], dtype=np.int64))
        if len(values) + len(where) > LIFTED:
            break
        taken = busy[where]
        taken[:, owner] = True
        busy = np.concatenate([busy, taken])
        used = np.concatenate([used, used[where] + window.use[option]])
        values = np.concatenate([values, values[where] + weight])
    which, heavy = np.concatenate(chosen), np.concatenate(amounts)
    divisor = int(np.gcd.reduce(np.append(heavy, limit)))
    columns = window.options[which]
    order = np.argsort(columns)
    return Cut(columns[order], heavy[order] // divisor, limit // divisor)


def find(
    table: list[Window],
    point: Floats,
    reduced: Floats,
    until: float,
    least: float = 0.01,
    stopped: Callable[[], bool] = lambda: False,
) -> tuple[list[Cut], int]:
    """A row from each window where the point breaks one, and how many windows were looked at.

    Windows that gave no row wait their turn. When the time is over first, the table is turned
    round so that the next call goes on with the windows that were not looked at.
    """
    cuts: list[Cut] = []
    for number, window in enumerate(table):
        if number and (time.monotonic() >= until or stopped()):
            table[:] = table[number:] + table[:number]
            return cuts, number
        if window.rest > 0:
            window.rest -= 1
            continue
        cut = separate(window, point, reduced, least)
        if cut is None:
            window.misses += 1
            window.rest = min(window.misses, 4) - 1
        else:
            window.misses = 0
            cuts.append(cut)
    return cuts, len(table)
