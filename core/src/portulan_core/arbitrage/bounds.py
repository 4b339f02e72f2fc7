"""Proven bounds besides those of the solvers: rows that integers allow, and a Lagrangian bound."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from portulan_core.arbitrage.compiled import Compiled, Ints, Row
from portulan_core.arbitrage.linear import INF, Linear
from portulan_core.arbitrage.race import Board

Floats = npt.NDArray[np.float64]

FOLDS = (1, 2, 3, 4)
CUTS = (0.15, 0.25, 0.35, 0.45)
LARGEST_PROGRAM = 2_000_000


def strengthened(linear: Linear) -> Linear:
    """The program with more rows that every 0/1 plan respects but fractions do not.

    Each capacity or ceiling ``Σ a·y ≤ C`` is mapped through dual feasible functions (Fekete and
    Schepers 2001): ``u_k`` counts in whole (k+1)-ths of the capacity, ``U_e`` rounds what takes
    nearly all up to all and drops what takes less than e. Few large items in a team's quarter are
    where the plain program is weakest, and where these rows bite.
    """
    firsts = np.searchsorted(linear.entry_row, np.arange(len(linear.low) + 1))
    rows: list[Ints] = []
    columns: list[Ints] = []
    values: list[Ints] = []
    high: list[int] = []
    total = len(linear.entry_row)
    number = len(linear.low)
    for r, tag in enumerate(linear.tags):
        if tag.kind not in ("capacity", "ceiling"):
            continue
        own = slice(int(firsts[r]), int(firsts[r + 1]))
        limit = int(linear.high[r])
        if limit <= 0 or limit > 2**55 or np.any(linear.entry_value[own] < 0):
            continue
        amounts = np.minimum(linear.entry_value[own], limit)
        where = linear.entry_column[own]
        mapped: list[tuple[Ints, int]] = []
        for k in FOLDS:
            parts = (k + 1) * amounts
            exact = parts % limit == 0
            mapped.append((np.where(exact, k * amounts, parts // limit * limit), k * limit))
        for cut in CUTS:
            least = int(limit * cut)
            if least:
                kept = np.where(amounts >= least, amounts, 0)
                mapped.append((np.where(amounts > limit - least, limit, kept), limit))
        seen: set[bytes] = set()
        for image, bound in mapped:
            used = image > 0
            if int(image.sum()) <= bound or np.array_equal(image, amounts):
                continue
            divisor = int(np.gcd.reduce(image))
            image, bound = image // divisor, bound // divisor
            mark = image.tobytes()
            if mark in seen:
                continue
            seen.add(mark)
            count = int(used.sum())
            total += count
            if total > LARGEST_PROGRAM:
                return linear
            rows.append(np.full(count, number, dtype=np.int64))
            columns.append(where[used])
            values.append(image[used])
            high.append(bound)
            number += 1
    if not high:
        return linear
    return replace(
        linear,
        entry_row=np.concatenate([linear.entry_row, *rows]),
        entry_column=np.concatenate([linear.entry_column, *columns]),
        entry_value=np.concatenate([linear.entry_value, *values]),
        low=np.concatenate([linear.low, np.full(len(high), -INF, dtype=np.int64)]),
        high=np.concatenate([linear.high, np.asarray(high, dtype=np.int64)]),
        tags=[*linear.tags, *[Row("rounded", "")] * len(high)],
    )


class Lagrangian:
    """Every row but the choice of one option an item is given a price; any prices prove a bound.

    Prices move by a deflected subgradient with Polyak's step towards the plan held (Camerini,
    Fratta and Maffioli 1975). ``reduced`` holds the reduced values at the best prices.
    """

    def __init__(self, c: Compiled, linear: Linear, goal: Ints, maximize: bool) -> None:
        self.sign = 1 if maximize else -1
        self.goal = self.sign * goal.astype(float)
        kept = np.array([tag.kind not in ("item", "mandatory") for tag in linear.tags], dtype=bool)
        number = np.cumsum(kept) - 1
        take = kept[linear.entry_row]
        self.row = number[linear.entry_row[take]]
        self.column = linear.entry_column[take]
        self.value = linear.entry_value[take].astype(float)
        self.low = np.where(linear.low <= -INF, -np.inf, linear.low.astype(float))[kept]
        self.high = np.where(linear.high >= INF, np.inf, linear.high.astype(float))[kept]
        # Rows of one size, so that one step length suits them all.
        size = np.zeros(len(self.low))
        np.maximum.at(size, self.row, np.abs(self.value))
        size[size == 0] = 1.0
        self.value /= size[self.row]
        self.low /= size
        self.high /= size
        self.columns = linear.columns
        self.with_options = np.flatnonzero(np.diff(c.first))
        self.starts = c.first[self.with_options]
        self.options = c.options
        self.item = c.item
        self.items = len(c.problem.items)
        own = linear.chosen[self.with_options]
        self.separate = own >= c.options
        self.chosen = own
        self.must = np.array([c.problem.items[i].mandatory for i in self.with_options], dtype=bool)
        rest = np.ones(self.columns, dtype=bool)
        rest[: c.options] = False
        rest[linear.chosen[linear.chosen >= 0]] = False
        self.others = np.flatnonzero(rest)
        self.prices = np.zeros(len(self.low))
        self.reduced = self.goal.copy()

    def item_gains(self) -> Floats:
        """What each item gains at the best prices: near zero where the choice is close."""
        out = np.zeros(self.items)
        if len(self.starts):
            bonus = np.zeros(len(self.with_options))
            bonus[self.separate] = self.reduced[self.chosen[self.separate]]
            best = np.maximum.reduceat(self.reduced[: self.options], self.starts)
            out[self.with_options] = best + bonus
        return out

    def evaluate(self, prices: Floats) -> tuple[float, Floats, Floats]:
        """(bound, subgradient, reduced values) at some prices."""
        spent = np.bincount(self.column, prices[self.row] * self.value, self.columns)
        reduced = self.goal - spent
        limit = np.where(prices > 0, self.high, np.where(prices < 0, self.low, 0.0))
        total = float((prices * limit).sum())
        point = np.zeros(self.columns)
        if len(self.starts):
            worth = reduced[: self.options].copy()
            bonus = np.zeros(len(self.with_options))
            bonus[self.separate] = reduced[self.chosen[self.separate]]
            best = np.maximum.reduceat(worth, self.starts) + bonus
            taken = (best > 0) | self.must
            total += float(best[taken].sum())
            spans = np.diff(np.append(self.starts, self.options))
            top = worth >= np.repeat(best - bonus, spans) - 1e-12
            place = np.flatnonzero(top & np.repeat(taken, spans))
            _, first = np.unique(self.item[place], return_index=True)
            point[place[first]] = 1.0
            sole = self.chosen[taken & self.separate]
            point[sole] = 1.0
        gains = reduced[self.others]
        total += float(np.maximum(gains, 0).sum())
        point[self.others[gains > 0]] = 1.0
        activity = np.bincount(self.row, self.value * point[self.column], len(self.low))
        above = np.where(np.isfinite(self.high), activity - self.high, -np.inf)
        below = np.where(np.isfinite(self.low), activity - self.low, np.inf)
        slope = np.where(prices > 0, above, np.where(prices < 0, below, 0.0))
        still = prices == 0
        broken = np.where(above > 0, above, np.where(below < 0, below, 0.0))
        slope[still] = broken[still]
        return total, slope, np.asarray(reduced, dtype=np.float64)

    def improve(self, board: Board, constant: int, until: float, rounds: int = 2000) -> float:
        """Move the prices while the bound gets better; tightens the board. Returns the bound."""
        prices = self.prices
        best, slope, reduced = self.evaluate(prices)
        scale, idle = 1.2, 0
        direction = slope
        for _ in range(rounds):
            if time.monotonic() >= until or board.done or scale < 1e-3:
                break
            target = best * 0.9 if best > 0 else best * 1.1 - 1.0
            if board.value is not None:
                target = max(target, self.sign * (board.value - constant) + 0.0)
            direction = 0.7 * slope + 0.3 * direction
            norm = float(direction @ direction)
            if norm < 1e-12:
                break
            bound_here = best
            step = scale * max(bound_here - target, 1e-6 * abs(best) + 1e-9) / norm
            moved = prices + step * direction
            moved = np.where((moved < 0) & ~np.isfinite(self.low), 0.0, moved)
            moved = np.where((moved > 0) & ~np.isfinite(self.high), 0.0, moved)
            bound, slope, reduced = self.evaluate(moved)
            prices = moved
            if bound < best - 1e-4 * abs(best):
                idle = 0
            else:
                idle += 1
            if bound < best:
                best = bound
                self.prices, self.reduced = moved, reduced
                board.tighten(self.sign * best + constant)
            if idle >= 12:
                scale, idle = scale * 0.6, 0
                prices = self.prices
                _, slope, _ = self.evaluate(prices)
                direction = slope
        board.tighten(self.sign * best + constant)
        return self.sign * best + constant
