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

from portulan_core.arbitrage.bounds import Cut
from portulan_core.arbitrage.compiled import Compiled, Ints

Floats = npt.NDArray[np.float64]

GRAIN = 5040
"""Weights are multiples of one in so many: thirds, quarters, … sevenths are whole."""
NODES = 30_000
"""A row that needs more nodes of search is given up, or its other options are not lifted."""
SUPPORT = 80
"""Of the options that the relaxation uses, so many with the greatest shares are looked at first."""


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


def prepare() -> None:
    """Load the compiled search for rows (or compile it)."""
    numbers = np.arange(3, dtype=np.int64)
    use = np.full((3, 1), 6, dtype=np.int64)
    half = Window(numbers, use, np.array([10], dtype=np.int64), numbers, numbers[:1])
    separate(half, np.full(3, 0.5), np.zeros(3), 0.01)


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


def separate(window: Window, point: Floats, reduced: Floats, least: float) -> Cut | None:
    """A row that the point breaks by at least ``least`` of its limit, or None."""
    held = point[window.options]
    used = np.flatnonzero(held > 0.01)
    if len(used) < 2 or np.all(held[used] @ window.use[used] < 0.75 * window.capacity):
        return None
    from portulan_core.arbitrage import hulls_kernels as kernels

    order = np.lexsort((-reduced[window.options], -np.where(held > 0.01, held, 0.0)))
    inside = np.sort(order[: min(len(used), SUPPORT)])
    others = order[len(inside) :]
    weights, limit = kernels.row(
        held[inside],
        inside,
        window.use,
        window.item,
        len(window.options),
        window.capacity,
        others,
        least,
        float(GRAIN),
        np.int64(NODES),
    )
    if limit <= 0:
        return None
    kept = np.flatnonzero(weights)
    heavy = weights[kept].astype(np.int64)
    divisor = int(np.gcd.reduce(np.append(heavy, limit)))
    columns = window.options[kept]
    order = np.argsort(columns)
    return Cut(columns[order], heavy[order] // divisor, int(limit) // divisor)


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
