"""Compiled loops of the Lagrangian bound of `portulan_core.arbitrage.bounds`; see there."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from portulan_core.arbitrage.kernel import kernel

Whole = Any
"""A number, of Python or of NumPy."""

BOUND, SCALE, IDLE = range(3)
"""Places in the numbers of `volume`."""


class Priced(NamedTuple):
    """A program whose rows have prices.

    ``first[j]``: first entry of column j in ``row`` and ``value``, one more at the end; ``low``,
    ``high``: limits of the rows; ``least``, ``most``: between which the prices stay; ``starts``:
    first option of each item that has some, one more at the end; ``chosen``: its column that
    says whether it is chosen, -1 where the option itself says it; ``must``: whether it has to be.
    """

    first: Any
    row: Any
    value: Any
    goal: Any
    low: Any
    high: Any
    least: Any
    most: Any
    starts: Any
    chosen: Any
    must: Any
    others: Any


@kernel
def evaluate(p: Priced, prices: Any, reduced: Any, picked: Any) -> tuple[float, Whole]:
    """The bound at some prices; ``reduced`` and the columns of the choice are written.

    Returns the bound and how many columns the choice has (in ``picked``).
    """
    for j in range(len(p.goal)):
        paid = 0.0
        for e in range(p.first[j], p.first[j + 1]):
            paid += prices[p.row[e]] * p.value[e]
        reduced[j] = p.goal[j] - paid
    total = 0.0
    for r in range(len(prices)):
        if prices[r] > 0:
            total += prices[r] * p.high[r]
        elif prices[r] < 0:
            total += prices[r] * p.low[r]
    count = 0
    for i in range(len(p.starts) - 1):
        best = p.starts[i]
        for o in range(best + 1, p.starts[i + 1]):
            if reduced[o] > reduced[best]:
                best = o
        gain = reduced[best]
        if p.chosen[i] >= 0:
            gain += reduced[p.chosen[i]]
        if gain > 0 or p.must[i]:
            total += gain
            picked[count] = best
            count += 1
            if p.chosen[i] >= 0:
                picked[count] = p.chosen[i]
                count += 1
    for j in p.others:
        if reduced[j] > 0:
            total += reduced[j]
            picked[count] = j
            count += 1
    return total, count


@kernel
def broken(p: Priced, r: Whole, activity: Whole, price: Whole) -> Whole:
    """By how much a row is broken, or not reached where it has a price."""
    above = activity - p.high[r]
    below = activity - p.low[r]
    if price > 0:
        return above
    if price < 0:
        return below
    if above > 0:
        return above
    return min(below, 0.0)


@kernel
def volume(
    p: Priced,
    prices: Any,
    reduced: Any,
    point: Any,
    mean: Any,
    numbers: Any,
    target: float,
    rounds: Whole,
) -> Whole:
    """So many rounds of the volume algorithm (Barahona and Anbil 2000), in place.

    ``prices`` and ``reduced`` are those of the best bound, ``point`` the running mean of the
    choices and ``mean`` what it uses of each row; ``target``: a value that is held. Returns the
    rounds done, fewer when nothing is broken any more.
    """
    rows = len(prices)
    slope = np.empty(rows)
    moved = np.empty(rows)
    used = np.empty(rows)
    looked = np.empty(len(reduced))
    picked = np.empty(len(reduced), dtype=np.int64)
    for number in range(rounds):
        norm = 0.0
        for r in range(rows):
            slope[r] = broken(p, r, mean[r], prices[r])
            norm += slope[r] * slope[r]
        if norm < 1e-14:
            return number
        size = abs(numbers[BOUND])
        aim = max(numbers[BOUND] - 0.05 * size - 1e-6, target)
        step = numbers[SCALE] * max(numbers[BOUND] - aim, 1e-6 * size + 1e-9) / norm
        for r in range(rows):
            moved[r] = min(max(prices[r] + step * slope[r], p.least[r]), p.most[r])
            used[r] = 0.0
        bound, count = evaluate(p, moved, looked, picked)
        for n in range(count):
            for e in range(p.first[picked[n]], p.first[picked[n] + 1]):
                used[p.row[e]] += p.value[e]
        # The share of the new choices that leaves the mean least broken, within limits.
        length = 0.0
        fall = 0.0
        toward = 0.0
        for r in range(rows):
            turn = used[r] - mean[r]
            length += turn * turn
            fall += broken(p, r, mean[r], moved[r]) * turn
            toward += broken(p, r, used[r], moved[r]) * slope[r]
        share = 0.1
        if length > 0:
            share = min(max(-fall / length, 0.01), 0.1)
        for j in range(len(point)):
            point[j] *= 1 - share
        for n in range(count):
            point[picked[n]] += share
        for r in range(rows):
            mean[r] += share * (used[r] - mean[r])
        if bound < numbers[BOUND]:
            if toward > 0:
                numbers[SCALE] = min(numbers[SCALE] * 1.1, 2.0)
            numbers[BOUND] = bound
            numbers[IDLE] = 0
            prices[:] = moved
            reduced[:] = looked
        else:
            numbers[IDLE] += 1
            if numbers[IDLE] % 10 == 0:
                numbers[SCALE] = max(numbers[SCALE] * 0.66, 1e-4)
    return rounds
