"""Rank ranges under uncertain weights and uncertain scores.

Source: R. Lahdelma and P. Salminen, "SMAA-2: stochastic multicriteria acceptability analysis for
group decision making", Operations Research 49(3), 2001 (rank acceptability index, central weight
vector); T. Tervonen and R. Lahdelma, "Implementing stochastic multicriteria acceptability
analysis", European Journal of Operational Research 178(2), 2007. Pairwise winning: P. Leskinen,
J. Viitanen, A. Kangas and J. Kangas, "Alternatives to incorporate uncertainty and risk attitude in
multicriteria evaluation of forest plans", Forest Science 52(3), 2006.

How it is fast: a number of the item replaces the last bits of each value, so that one sort of
64-bit integers gives the order. The numbering is shuffled every few sets and masked anew at each,
so that exact ties are broken by lot, not by position.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portulan_core.ranking.weights import Floats, RankingError, WeightSpace, numbers

#: Values closer than this (utilities are in 0..1) are equal.
EQUAL = 1e-9
#: An order is told when it holds in at least this share of the plausible cases.
SURE = 0.90
#: Bytes of each of the working arrays.
WORK_BYTES = 8 << 20
#: Weight sets that share a shuffled numbering of the items.
SHARED_LOT = 8
#: Bytes of the buffer of orders, and of the table of counts.
TABLE_BYTES = 64 << 20
#: Ranks counted one by one whatever the number of items; the others may be counted in bands.
EXACT_RANKS = 128
#: Ranks whose acceptability is kept for each item when there are many items.
KEPT_RANKS = 10
#: Up to so many items, the acceptability of every rank is kept.
KEEP_ALL = 200


@dataclass(frozen=True, slots=True, eq=False)
class QuickRank:
    """One ranking. ``order``: items, best first (equal ones by position). ``ranks``: rank of each
    item from 1, equal items sharing the better rank. ``values``: 0..1."""

    values: Floats
    order: npt.NDArray[np.int64]
    ranks: npt.NDArray[np.int64]


def quick_rank(utilities: npt.ArrayLike, weights: npt.ArrayLike) -> QuickRank:
    """The ranking for one set of weights, at once (for sliders: 5,000 items take a millisecond).

    Args:
        utilities: items × criteria, 0..1.
        weights: one per criterion, not all nil; brought to a sum of 1.

    Raises:
        RankingError: ``bad_utilities`` or ``bad_weights``.
    """
    table = _table(utilities)
    chosen = numbers(weights, "bad_weights")
    if chosen.shape != (table.shape[1],) or not np.isfinite(chosen).all() or (chosen < 0).any():
        raise RankingError("bad_weights", weights=chosen.tolist(), expected=table.shape[1])
    total = chosen.sum()
    if total <= 0:
        raise RankingError("bad_weights", weights=chosen.tolist(), expected="a positive sum")
    values = table @ (chosen / total)
    # Rounded so that items equal but for the last bits keep their position.
    order = np.argsort(-np.round(values, 10), kind="stable")
    sorted_values = values[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = sorted_values[:-1] - sorted_values[1:] > EQUAL
    firsts = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = firsts + 1
    return QuickRank(values, order, ranks)


@dataclass(frozen=True, slots=True)
class TieGroup:
    """Items, consecutive with the chosen weights, no two of which can be told apart.

    ``rank`` is that of the first one. ``separated``: each of them is told apart from the item that
    follows the group. ``cut``: the comparison stopped before the end of the group may be known.
    """

    rank: int
    items: tuple[int, ...]
    separated: bool
    cut: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RankRanges:
    """What the order is worth. Items are row numbers of the utilities.

    ``value``, ``rank``, ``order``: with the chosen weights (value 0..100).
    ``low``..``high``: ranks held in at least ``plausible`` of the cases (5 % or less of them
    beyond each end, for 90 %); ``best``, ``worst``: ever seen; ``mean_rank``.
    ``first``: share of the cases where the item is first; ``top[k]``: among the first k.
    ``acceptability`` (items × first ranks): share of the cases at each rank.
    ``central`` (items × criteria): mean of the weights that put the item first, NaN if none does.
    ``compared``: the first items with the chosen weights; ``pairwise[i, j]``: share of the cases
    where ``compared[i]`` beats ``compared[j]``, ties counting half.
    ``groups``: ties among the compared. ``resolution``: 1 when ranks are counted one by one,
    otherwise ranks past the 128th are known to that many ranks, ranges being rounded outwards.
    ``error``: half-width of the 95 % interval of a share, at most.
    """

    items: int
    sets: int
    seed: int
    plausible: float
    sure: float
    value: Floats
    rank: npt.NDArray[np.int64]
    order: npt.NDArray[np.int64]
    low: npt.NDArray[np.int64]
    high: npt.NDArray[np.int64]
    best: npt.NDArray[np.int64]
    worst: npt.NDArray[np.int64]
    mean_rank: Floats
    first: Floats
    top: dict[int, Floats]
    acceptability: Floats
    central: Floats
    compared: npt.NDArray[np.int64]
    pairwise: Floats
    groups: tuple[TieGroup, ...]
    resolution: int

    @property
    def error(self) -> float:
        """Half-width of the 95 % sampling interval of a share of one half, the widest."""
        return 0.98 / math.sqrt(self.sets)

    def group_of(self, item: int) -> TieGroup | None:
        """The tie group of an item, ``None`` if it was not compared."""
        return next((group for group in self.groups if item in group.items), None)


def rank_ranges(
    utilities: npt.ArrayLike,
    space: WeightSpace,
    *,
    spreads: npt.ArrayLike | None = None,
    sets: int = 10_000,
    seed: int = 0,
    top: Sequence[int] = (3, 5, 10),
    plausible: float = 0.90,
    sure: float = SURE,
    depth: int = 60,
) -> RankRanges:
    """Rank ranges of items over plausible weights and, with ``spreads``, plausible scores.

    The same input and seed give the same answer. Memory does not grow with ``sets``, and grows
    linearly with items beyond some thousands.

    Args:
        utilities: items × criteria, 0..1, no NaN.
        space: which weights are plausible; its columns are those of ``utilities``.
        spreads: standard deviation of each utility; errors are taken as normal and independent.
        sets: how many weight sets.
        seed: of the draws.
        top: for which k to give the share of cases among the first k.
        plausible: share of the cases that a rank range holds.
        sure: share of the cases from which one item is told to beat another.
        depth: how many of the first items are compared two by two and grouped.

    Raises:
        RankingError: shapes that do not agree, NaN, or an argument out of range.
    """
    table = _table(utilities)
    items, criteria = table.shape
    if criteria != len(space.columns):
        raise RankingError("bad_utilities", criteria=criteria, expected=len(space.columns))
    for name, number in (
        ("sets", sets),
        ("seed", seed),
        ("depth", depth),
        *(("top", k) for k in top),
    ):
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 0:
            raise RankingError("bad_argument", **{name: number}, expected="a whole number")
    if sets < 1 or not 0 < plausible < 1 or not 0.5 < sure <= 1 or depth < 1:
        raise RankingError("bad_argument", sets=sets, plausible=plausible, sure=sure, depth=depth)
    if any(k < 1 for k in top):
        raise RankingError("bad_argument", top=tuple(top), expected=">= 1")
    variance = None
    if spreads is not None:
        deviation = numbers(spreads, "bad_spreads")
        if deviation.shape != table.shape or not np.isfinite(deviation).all():
            raise RankingError("bad_spreads", shape=deviation.shape, expected=table.shape)
        if (deviation < 0).any():
            raise RankingError("bad_spreads", expected=">= 0")
        variance = deviation**2 if deviation.any() else None
    reference = quick_rank(table, space.weights)
    rng = np.random.default_rng(seed)
    weights = space.sample(sets, rng)
    compared = reference.order[: min(depth, items)]
    tops = tuple(sorted({1, *(min(k, items) for k in top)})) if items else ()
    counter = _Counter(items, sets, tops)
    wins = np.zeros((len(compared), len(compared)))
    central = np.zeros((items, criteria))
    if items:
        for start, orders, costs in _orders(table, variance, weights, compared, rng):
            counter.add(orders)
            _add_wins(wins, costs)
            np.add.at(central, orders[:, 0], weights[start : start + len(orders)])
    counts = counter.finish(plausible)
    first = counts.top.get(1, np.zeros(items))
    winners = first > 0
    central[winners] /= (first[winners] * sets)[:, None]
    central[~winners] = np.nan
    pairwise = wins / sets
    np.fill_diagonal(pairwise, 0.5)
    return RankRanges(
        items=items,
        sets=sets,
        seed=seed,
        plausible=plausible,
        sure=sure,
        value=100 * reference.values,
        rank=reference.ranks,
        order=reference.order,
        low=counts.low,
        high=counts.high,
        best=counts.best,
        worst=counts.worst,
        mean_rank=counts.mean,
        first=first,
        top={k: counts.top[min(k, items)] for k in sorted({1, *top})} if items else {},
        acceptability=counts.kept,
        central=central,
        compared=compared,
        pairwise=pairwise,
        groups=tied_groups(pairwise, compared.tolist(), sure, more=len(compared) < items),
        resolution=counter.resolution,
    )


def tied_groups(
    pairwise: Floats, items: Sequence[int], sure: float = SURE, more: bool = False
) -> tuple[TieGroup, ...]:
    """Cut an ordered list into groups whose members cannot be told apart.

    Two items *tie* when neither beats the other in ``sure`` of the cases or more. From the top, a
    group takes the next item as long as it ties with every member. So inside a group no order is
    told, whichever two are picked; between neighbouring groups some pairs may still tie, unless
    ``separated``.

    Args:
        pairwise: ``[i, j]`` share of the cases where ``items[i]`` beats ``items[j]``.
        items: best first.
        sure: the share from which an order is told.
        more: other items follow that were not compared.
    """
    size = len(items)
    tie = np.maximum(pairwise, pairwise.T) < sure
    groups: list[TieGroup] = []
    start = 0
    while start < size:
        end = start + 1
        while end < size and tie[end, start:end].all():
            end += 1
        last = end == size
        groups.append(
            TieGroup(
                rank=start + 1,
                items=tuple(items[start:end]),
                separated=not more if last else not bool(tie[end, start:end].any()),
                cut=last and more,
            )
        )
        start = end
    return tuple(groups)


# ---------------------------------------------------------------------------- inside


def _table(utilities: npt.ArrayLike) -> Floats:
    table = np.ascontiguousarray(numbers(utilities, "bad_utilities"))
    if table.ndim != 2:
        raise RankingError("bad_utilities", shape=table.shape, expected="items × criteria")
    if not np.isfinite(table).all() or (np.abs(table) > 1e3).any():
        raise RankingError("bad_utilities", expected="finite utilities, 0 to 1")
    return table


def _orders(
    table: Floats,
    variance: Floats | None,
    weights: Floats,
    compared: npt.NDArray[np.int64],
    rng: np.random.Generator,
) -> Iterator[tuple[int, npt.NDArray[np.int64], Floats]]:
    """Chunk by chunk: the first set's number, orders (sets × items, best first), and the costs
    (one minus the value) of the compared items. The arrays are reused by the next chunk."""
    items = len(table)
    rows = SHARED_LOT * max(1, WORK_BYTES // (8 * items * SHARED_LOT))
    bits = max(1, (items - 1).bit_length())
    low_bits = np.int64((1 << bits) - 1)
    # A cost above zero everywhere: the bits of a positive double sort as an integer does.
    floor = 1.0 + float(np.abs(table).max(initial=0.0))
    against = np.ascontiguousarray((floor - table).T)
    buffer = np.empty((min(rows, len(weights)), items))
    masks, lots = (np.random.default_rng(rng.integers(2**63)) for _ in range(2))
    for start in range(0, len(weights), rows):
        chunk = weights[start : start + rows]
        costs = buffer[: len(chunk)]
        np.matmul(chunk, against, out=costs)
        if variance is not None:
            noise = rng.standard_normal(costs.shape, dtype=np.float32)
            deviation = (chunk.astype(np.float32) ** 2) @ variance.T.astype(np.float32)
            noise *= np.sqrt(deviation, out=deviation)
            costs += noise
            np.maximum(costs, 1e-12, out=costs)
        seen = costs[:, compared]
        keys = costs.view(np.int64)
        mask = masks.integers(0, 1 << bits, (len(chunk), 1), dtype=np.int64)
        keys &= ~low_bits
        items_of = []
        for first in range(0, len(chunk), SHARED_LOT):
            share = slice(first, first + SHARED_LOT)
            item_of = lots.permutation(items)
            number_of = np.empty_like(item_of)
            number_of[item_of] = np.arange(items)
            keys[share] |= number_of ^ mask[share]
            items_of.append(item_of)
        keys.sort(axis=1)
        keys &= low_bits
        keys ^= mask
        for turn, item_of in enumerate(items_of):
            share = slice(turn * SHARED_LOT, (turn + 1) * SHARED_LOT)
            keys[share] = item_of[keys[share]]
        yield start, keys, seen


def _add_wins(wins: Floats, costs: Floats) -> None:
    """Add to ``wins[i, j]`` the sets where column i beats column j, half for a tie."""
    size = len(wins)
    across = np.ascontiguousarray(costs.T)
    for i in range(size - 1):
        gap = across[i + 1 :] - across[i]
        more = np.count_nonzero(gap > EQUAL, axis=1)
        less = np.count_nonzero(gap < -EQUAL, axis=1)
        half = 0.5 * (across.shape[1] - more - less)
        wins[i, i + 1 :] += more + half
        wins[i + 1 :, i] += less + half


@dataclass(frozen=True, slots=True, eq=False)
class _Counts:
    low: npt.NDArray[np.int64]
    high: npt.NDArray[np.int64]
    best: npt.NDArray[np.int64]
    worst: npt.NDArray[np.int64]
    mean: Floats
    top: dict[int, Floats]
    kept: Floats


class _Counter:
    """How often each item holds each rank, or band of ranks when there are too many of them."""

    def __init__(self, items: int, sets: int, tops: tuple[int, ...]) -> None:
        self.items, self.sets, self.tops = items, sets, tops
        self.kind = np.uint16 if sets < 2**16 else np.uint32
        size = np.dtype(self.kind).itemsize
        bands = max(2 * EXACT_RANKS, TABLE_BYTES // (size * max(1, items)))
        if items <= bands:
            edges = np.arange(items + 1)
            self.resolution = 1
        else:
            self.resolution = math.ceil((items - EXACT_RANKS) / (bands - EXACT_RANKS))
            edges = np.unique(
                np.concatenate(
                    [
                        np.arange(EXACT_RANKS),
                        np.arange(EXACT_RANKS, items, self.resolution),
                        [k for k in tops if k < items],
                        [items],
                    ]
                )
            )
        #: Band b holds positions edges[b] to edges[b + 1] - 1.
        self.edges = edges
        self.table = np.zeros((len(edges) - 1, items), dtype=self.kind)
        small = np.uint16 if items <= 2**16 else np.uint32
        rows = max(1, min(sets, TABLE_BYTES // (np.dtype(small).itemsize * max(1, items))))
        self.buffer = np.empty((rows, items), dtype=small)
        self.filled = 0

    def add(self, orders: npt.NDArray[np.int64]) -> None:
        """Take in orders (sets × items, best first)."""
        done = 0
        while done < len(orders):
            part = orders[done : done + len(self.buffer) - self.filled]
            self.buffer[self.filled : self.filled + len(part)] = part
            self.filled += len(part)
            done += len(part)
            if self.filled == len(self.buffer):
                self._flush()

    def _flush(self) -> None:
        held = self.buffer[: self.filled]
        self.filled = 0
        if not len(held):
            return
        together = max(1, (1 << 18) // self.items)
        bands = len(self.table)
        for start in range(0, bands, together):
            stop = min(bands, start + together)
            left, right = self.edges[start], self.edges[stop]
            widths = np.diff(self.edges[start : stop + 1])
            offset = np.repeat(np.arange(stop - start) * self.items, widths)
            codes = held[:, left:right] + offset
            found = np.bincount(codes.ravel(), minlength=(stop - start) * self.items)
            self.table[start:stop] += found.reshape(stop - start, self.items).astype(self.kind)

    def finish(self, plausible: float) -> _Counts:
        """Ranges, shares and means of what was counted."""
        self._flush()
        items, sets = self.items, self.sets
        tail = (1 - plausible) / 2
        # The smallest rank with more than the lower tail at or under it, and so for the upper.
        under = max(1, math.ceil(tail * sets - 1e-9))
        over = math.ceil((1 - tail) * sets - 1e-9)
        bands = len(self.table)
        running = np.zeros(items, dtype=np.int64)
        weighted = np.zeros(items)
        low, high, best, worst = (np.zeros(items, dtype=np.int64) for _ in range(4))
        top: dict[int, Floats] = {}
        for band in range(bands):
            count = self.table[band]
            running += count
            low += running < under
            high += running < over
            best += running < 1
            worst += running < sets
            weighted += count * ((self.edges[band] + 1 + self.edges[band + 1]) / 2)
            if int(self.edges[band + 1]) in self.tops:
                top[int(self.edges[band + 1])] = running / sets
        left, right = self.edges[:-1] + 1, self.edges[1:]
        kept = items if items <= KEEP_ALL else KEPT_RANKS
        return _Counts(
            low=left[low] if items else low,
            high=right[high] if items else high,
            best=left[best] if items else best,
            worst=right[worst] if items else worst,
            mean=weighted / sets,
            top=top,
            kept=np.ascontiguousarray(self.table[:kept].T) / sets,
        )
