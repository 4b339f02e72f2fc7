"""Sets of plausible weights, drawn without bias and repeatably.

Uniform law on the simplex: L. Devroye, *Non-Uniform Random Variate Generation*, Springer 1986.
An order between criteria cuts the simplex into equal parts, one for each complete order; so a
uniform draw under a partial order is a sorted uniform draw handed out along a random complete
order that respects it (no rejection). Around chosen weights: Dirichlet law, by rejection when an
order is asked too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

KINDS = ("around", "uniform")
#: Strength of the Dirichlet law around the chosen weights. A family that weighs 20 % is then
#: between 12 and 30 % nine times in ten.
DEFAULT_STRENGTH = 50.0
#: Rejection gives up when it keeps fewer than one draw in this many.
REJECTION_LIMIT = 500
#: Most criteria that an order can be asked on (complete orders are counted over subsets).
ORDER_LIMIT = 16


class RankingError(ValueError):
    """Input that cannot be ranked: a ``code`` and ``params`` to say it.

    Codes: ``bad_weights``, ``bad_utilities``, ``bad_spreads``, ``bad_order``, ``order_cycle``,
    ``order_rejected``, ``bad_argument``.
    """

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        detail = ", ".join(f"{key}={value!r}" for key, value in params.items())
        super().__init__(f"{code}" + (f": {detail}" if detail else ""))


def numbers(given: npt.ArrayLike, code: str) -> Floats:
    """An array of floats.

    Raises:
        RankingError: ``code``, when it holds something else, or rows of unequal length.
    """
    try:
        return np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise RankingError(code, value=repr(given)[:80], expected="numbers") from None


@dataclass(frozen=True, slots=True)
class WeightSpace:
    """Which weights are plausible.

    Args:
        columns: codes of the criteria (or families).
        weights: the chosen weights, the reference; brought to a sum of 1.
        kind: ``around`` the chosen weights, or ``uniform`` over all of them.
        strength: how firmly the weights are meant (``around``); the larger, the closer.
        at_least: pairs ``(a, b)``: criterion a weighs at least as much as criterion b.

    Raises:
        RankingError: ``bad_weights``, ``bad_argument``, ``bad_order`` or ``order_cycle``.
    """

    columns: tuple[str, ...]
    weights: tuple[float, ...]
    kind: str = "around"
    strength: float = DEFAULT_STRENGTH
    at_least: tuple[tuple[str, str], ...] = field(default=())

    def __post_init__(self) -> None:
        if len(self.columns) != len(self.weights) or len(set(self.columns)) != len(self.columns):
            raise RankingError("bad_weights", columns=self.columns, weights=self.weights)
        numbers(self.weights, "bad_weights")
        if not self.columns or any(not (math.isfinite(w) and w >= 0) for w in self.weights):
            raise RankingError("bad_weights", weights=self.weights, expected=">= 0")
        total = math.fsum(self.weights)
        if total <= 0:
            raise RankingError("bad_weights", weights=self.weights, expected="a positive sum")
        object.__setattr__(self, "weights", tuple(float(w) / total for w in self.weights))
        if self.kind not in KINDS:
            raise RankingError("bad_argument", kind=self.kind, expected=KINDS)
        strength = numbers(self.strength, "bad_argument")
        if strength.ndim or not (np.isfinite(strength) and strength > 0):
            raise RankingError("bad_argument", strength=self.strength, expected="> 0")
        if self.at_least:
            if len(self.columns) > ORDER_LIMIT:
                raise RankingError("bad_order", columns=len(self.columns), limit=ORDER_LIMIT)
            for pair in self.at_least:
                if pair[0] == pair[1] or not set(pair) <= set(self.columns):
                    raise RankingError("bad_order", pair=pair, expected=self.columns)
            _count_orders(self._above())

    def _above(self) -> tuple[int, ...]:
        """For each criterion, the bit set of those that must weigh at least as much."""
        place = {code: i for i, code in enumerate(self.columns)}
        above = [0] * len(self.columns)
        for heavier, lighter in self.at_least:
            above[place[lighter]] |= 1 << place[heavier]
        return tuple(above)

    def sample(self, count: int, rng: np.random.Generator) -> Floats:
        """``count`` weight sets, one per row, each summing to 1.

        Raises:
            RankingError: ``order_rejected`` when the order contradicts the chosen weights so
                firmly that hardly any set respects both.
        """
        size = len(self.columns)
        if self.kind == "uniform":
            drawn = _normalise(rng.standard_exponential((count, size)))
            if not self.at_least:
                return drawn
            drawn = -np.sort(-drawn, axis=1)
            result = np.empty_like(drawn)
            np.put_along_axis(result, _random_orders(self._above(), count, rng), drawn, axis=1)
            return result
        if not self.at_least:
            return self._around(count, rng)
        place = {code: i for i, code in enumerate(self.columns)}
        first = [place[a] for a, _ in self.at_least]
        second = [place[b] for _, b in self.at_least]
        kept: list[Floats] = []
        found = tried = 0
        while found < count:
            batch = self._around(max(count, 1000), rng)
            tried += len(batch)
            good = batch[(batch[:, first] >= batch[:, second]).all(axis=1)]
            kept.append(good)
            found += len(good)
            if tried >= 20_000 and found * REJECTION_LIMIT < tried:
                raise RankingError("order_rejected", kept=found / tried, at_least=self.at_least)
        return np.concatenate(kept)[:count]

    def _around(self, count: int, rng: np.random.Generator) -> Floats:
        """Dirichlet draws; a criterion of weight nil stays so."""
        shape = np.array(self.weights) * self.strength
        drawn = np.zeros((count, len(shape)))
        live = shape > 0
        drawn[:, live] = rng.standard_gamma(shape[live], (count, int(live.sum())))
        empty = drawn.sum(axis=1) <= 0
        if empty.any():
            # Every gamma draw underflowed (very small strengths): the law is then on the corners.
            corner = rng.choice(len(shape), int(empty.sum()), p=np.array(self.weights))
            drawn[np.flatnonzero(empty), corner] = 1.0
        return _normalise(drawn)


def _normalise(drawn: Floats) -> Floats:
    shares: Floats = drawn / drawn.sum(axis=1, keepdims=True)
    return shares


def _count_orders(above: tuple[int, ...]) -> dict[int, int]:
    """Number of ways to complete an order from each set already placed (heaviest first)."""
    size = len(above)
    full = (1 << size) - 1
    ways: dict[int, int] = {full: 1}

    reachable = {0}
    layers = [reachable]
    for _ in range(size):
        reachable = {
            placed | (1 << i)
            for placed in reachable
            for i in range(size)
            if not placed >> i & 1 and above[i] & ~placed == 0
        }
        layers.append(reachable)
    if full not in layers[-1]:
        raise RankingError("order_cycle")
    for layer in reversed(layers[:-1]):
        for placed in layer:
            ways[placed] = sum(
                ways.get(placed | (1 << i), 0)
                for i in range(size)
                if not placed >> i & 1 and above[i] & ~placed == 0
            )
    return ways


def _random_orders(
    above: tuple[int, ...], count: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """``count`` complete orders (columns, heaviest first), each equally likely."""
    size = len(above)
    ways = _count_orders(above)
    placed = np.zeros(count, dtype=np.int64)
    orders = np.empty((count, size), dtype=np.int64)
    for step in range(size):
        uniform = rng.random(count)
        for state in np.unique(placed).tolist():
            here = np.flatnonzero(placed == state)
            free = [i for i in range(size) if not state >> i & 1 and above[i] & ~state == 0]
            chances = np.array([ways[state | (1 << i)] / ways[state] for i in free])
            chosen = np.searchsorted(np.cumsum(chances)[:-1], uniform[here], side="right")
            orders[here, step] = np.array(free)[chosen]
        placed |= np.int64(1) << orders[:, step]
    return orders
