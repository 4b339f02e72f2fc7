"""Proven bounds besides those of the solvers: rows that integers allow, and a Lagrangian bound."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from portulan_core.arbitrage.compiled import Compiled, Ints, Row, compile_problem
from portulan_core.arbitrage.linear import INF, Linear, linear_program
from portulan_core.arbitrage.problem import Goal, Item, Mode, Problem, Resource
from portulan_core.arbitrage.race import Board, Clock

if TYPE_CHECKING:
    from portulan_core.arbitrage.bounds_kernels import Priced

Floats = npt.NDArray[np.float64]

FOLDS = (1, 2, 3, 4)
CUTS = (0.15, 0.25, 0.35, 0.45)
LARGEST_PROGRAM = 2_000_000
TURNS = 10
"""Rounds between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A row that every plan respects: ``Σ values·columns ≤ limit``, in integers."""

    columns: Ints
    values: Ints
    limit: int


def with_cuts(linear: Linear, cuts: Sequence[Cut]) -> Linear:
    """The program with more rows."""
    if not cuts:
        return linear
    first = len(linear.low)
    rows = [np.full(len(cut.columns), first + k, dtype=np.int64) for k, cut in enumerate(cuts)]
    return replace(
        linear,
        entry_row=np.concatenate([linear.entry_row, *rows]),
        entry_column=np.concatenate([linear.entry_column, *[cut.columns for cut in cuts]]),
        entry_value=np.concatenate([linear.entry_value, *[cut.values for cut in cuts]]),
        low=np.concatenate([linear.low, np.full(len(cuts), -INF, dtype=np.int64)]),
        high=np.concatenate([linear.high, np.asarray([c.limit for c in cuts], dtype=np.int64)]),
        tags=[*linear.tags, *[Row("rounded", "")] * len(cuts)],
    )


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


def kernels() -> ModuleType:
    """The compiled loops, loaded where they are first used."""
    from portulan_core.arbitrage import bounds_kernels

    return bounds_kernels


def prepare() -> None:
    """Load the compiled loops of the prices (or compile them)."""
    items = tuple(Item(str(n), (Mode(effort={"r": (2,)}),), value=1) for n in range(2))
    c = compile_problem(Problem(1, items, (Resource("r", (3,)),), goals=(Goal("value"),)))
    linear = linear_program(c)
    goal, constant = linear.goal(c, "value")
    prover = Lagrangian(c, linear, goal, True)
    prover.improve(Board(Clock(60.0), 1), constant, time.monotonic() + 60.0, rounds=TURNS)


class Lagrangian:
    """Every row but the choice of one option an item is given a price; any prices prove a bound.

    Prices move by the volume algorithm (Barahona and Anbil 2000): a subgradient method whose
    running mean of choices, ``point``, nears a solution of the linear relaxation, so that valid
    rows can be looked for there and added with `append`, while the prices go on from where they
    are. ``prices`` and ``reduced`` (values less prices) are those of the best bound so far.
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
        kinds = [tag.kind for tag, stay in zip(linear.tags, kept.tolist(), strict=True) if stay]
        self.kinds = np.array(kinds, dtype=object)
        self.low = np.where(linear.low <= -INF, -np.inf, linear.low.astype(float))[kept]
        self.high = np.where(linear.high >= INF, np.inf, linear.high.astype(float))[kept]
        self.base = len(self.low)
        self.cuts: list[Cut] = []
        self.unused: list[int] = []
        # Rows of one size, so that one step length suits them all.
        size = np.zeros(len(self.low))
        np.maximum.at(size, self.row, np.abs(self.value))
        size[size == 0] = 1.0
        self.value /= size[self.row]
        self.low /= size
        self.high /= size
        self.columns = linear.columns
        self._by_column()
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
        self.bound = np.inf
        self.scale = 0.02
        self.point: Floats | None = None

    def _by_column(self) -> None:
        """Entries in the order of their columns, as the compiled loops read them."""
        order = np.argsort(self.column, kind="stable")
        self.row, self.column, self.value = self.row[order], self.column[order], self.value[order]
        count = np.bincount(self.column, minlength=self.columns)
        self.first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        self.row = self.row.astype(np.int32)

    def _priced(self) -> Priced:
        """What the compiled loops read."""
        priced: Priced = kernels().Priced(
            self.first,
            self.row,
            self.value,
            self.goal,
            self.low,
            self.high,
            np.where(np.isfinite(self.low), -np.inf, 0.0),
            np.where(np.isfinite(self.high), np.inf, 0.0),
            np.append(self.starts, self.options).astype(np.int64),
            np.where(self.separate, self.chosen, -1).astype(np.int64),
            self.must,
            self.others.astype(np.int64),
        )
        return priced

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
        """(bound, choices, reduced values) at some prices."""
        reduced = np.empty(self.columns)
        picked = np.empty(self.columns, dtype=np.int64)
        total, count = kernels().evaluate(self._priced(), prices, reduced, picked)
        point = np.zeros(self.columns)
        point[picked[:count]] = 1.0
        return float(total), point, reduced

    def activity(self, point: Floats) -> Floats:
        """What a point, whole or not, uses of each row."""
        used = np.bincount(self.row, self.value * point[self.column], len(self.low))
        return np.asarray(used, dtype=np.float64)

    def begin(self) -> None:
        """First prices: one for all capacities, one for all ceilings, doubled while it pays."""
        for kind in ("capacity", "ceiling"):
            rows = self.kinds == kind
            if not rows.any():
                continue
            usual = float(np.abs(self.goal).max()) / 64
            for _ in range(10):
                moved = self.prices.copy()
                moved[rows] = usual
                bound, point, reduced = self.evaluate(moved)
                if bound < self.bound:
                    self.bound, self.prices, self.reduced = bound, moved, reduced
                    self.point = point
                elif self.prices[rows].any():
                    break
                usual *= 2

    def improve(
        self, board: Board, constant: int, until: float, rounds: int = 2000, ease: float = 1e-5
    ) -> float:
        """Move the prices while the bound gets better; tightens the board. Returns the bound.

        Ends after ``rounds``, or when 50 of them gain less than ``ease`` of the bound.
        """
        if self.point is None:
            self.bound, self.point, self.reduced = self.evaluate(self.prices)
            self.begin()
        self.point[self.point < 1e-9] = 0.0
        priced, mean = self._priced(), self.activity(self.point)
        numbers = np.array([self.bound, self.scale, 0.0])
        mark, done = self.bound, 0
        while done < rounds and time.monotonic() < until and not board.done:
            held = -np.inf if board.value is None else self.sign * float(board.value - constant)
            turns = min(TURNS, rounds - done)
            made = kernels().volume(
                priced, self.prices, self.reduced, self.point, mean, numbers, held, turns
            )
            done += made
            self.bound, self.scale = float(numbers[0]), float(numbers[1])
            if made < turns:
                break
            if done % 50 == 0:
                if mark - self.bound < ease * abs(self.bound) and done >= 200:
                    break
                mark = self.bound
                board.tighten(self.sign * self.bound + constant)
        board.tighten(self.sign * self.bound + constant)
        return self.sign * self.bound + constant

    def relaxed(self) -> Floats:
        """The mean of the choices: near a solution of the relaxation."""
        return np.zeros(self.columns) if self.point is None else self.point

    def item_shares(self) -> Floats:
        """How much of each item the relaxation chooses."""
        shares = np.bincount(self.item, self.relaxed()[: self.options], self.items)
        return np.asarray(shares, dtype=np.float64)

    def append(self, cuts: Sequence[Cut]) -> None:
        """Add valid rows, at price 0: the bound stays until the prices move."""
        if not cuts:
            return
        first = len(self.low)
        sizes = [float(cut.values.max()) for cut in cuts]
        rows = [np.full(len(cut.columns), first + k) for k, cut in enumerate(cuts)]
        self.row = np.concatenate([self.row, *rows])
        self.column = np.concatenate([self.column, *[cut.columns for cut in cuts]])
        values = [cut.values / size for cut, size in zip(cuts, sizes, strict=True)]
        self.value = np.concatenate([self.value, *values])
        high = [cut.limit / size for cut, size in zip(cuts, sizes, strict=True)]
        self.high = np.concatenate([self.high, high])
        self.low = np.concatenate([self.low, np.full(len(cuts), -np.inf)])
        self.prices = np.concatenate([self.prices, np.zeros(len(cuts))])
        self._by_column()
        self.scale = min(max(4 * self.scale, 0.002), 0.02)
        self.cuts += cuts
        self.unused += [0] * len(cuts)

    def forget(self, patience: int = 3) -> list[Cut]:
        """Drop the added rows without a price for so many calls; returns those that have one.

        The bound does not depend on rows without a price.
        """
        paid = self.prices[self.base :] != 0
        self.unused = [0 if p else n + 1 for p, n in zip(paid.tolist(), self.unused, strict=True)]
        stay = np.array([n < patience for n in self.unused], dtype=bool)
        priced = [cut for cut, p in zip(self.cuts, paid.tolist(), strict=True) if p]
        if not stay.all():
            kept = np.concatenate([np.ones(self.base, dtype=bool), stay])
            number = np.cumsum(kept) - 1
            take = kept[self.row]
            self.row, self.column = number[self.row[take]], self.column[take]
            self.value = self.value[take]
            self._by_column()
            self.low, self.high, self.prices = self.low[kept], self.high[kept], self.prices[kept]
            self.cuts = [cut for cut, n in zip(self.cuts, self.unused, strict=True) if n < patience]
            self.unused = [n for n in self.unused if n < patience]
        return priced
