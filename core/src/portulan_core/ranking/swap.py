"""The smallest change of weights that brings one item level with another.

Three answers to the same question: how many points must be moved between criteria (the one to say
aloud), the nearest weights as the crow flies, and how far a single weight must go, the others
keeping their proportions (what a slider does).

Sources: E. Triantaphyllou and A. Sánchez, "A sensitivity analysis approach for some deterministic
multi-criteria decision-making methods", Decision Sciences 28(1), 1997 (one weight); M. Held,
P. Wolfe and H. Crowder, "Validation of subgradient optimization", Mathematical Programming 6, 1974
(projection on the simplex). Points moved: a linear programme whose optimum is greedy, for taking
from the criterion that favours the leader most and giving to the one that favours it least gains
most for each point moved.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portulan_core.ranking.robust import EQUAL
from portulan_core.ranking.weights import Floats, RankingError, numbers


@dataclass(frozen=True, slots=True)
class Swap:
    """The nearest weights at which the second item is level with the first.

    ``code``: ``swap``; ``level`` when it is level or ahead already (nothing to change);
    ``dominated`` when no weights can do it (the first is better on every criterion).
    ``weights`` are the new ones (those in force unless ``swap``); ``distance``, 0..1, is the total
    moved from some criteria to others, or the Euclidean distance; infinite if ``dominated``.
    """

    code: str
    weights: tuple[float, ...]
    distance: float


@dataclass(frozen=True, slots=True)
class OneWeight:
    """Where one weight must go, the others keeping their proportions, for the two to be level."""

    column: int
    before: float
    after: float


def smallest_swap(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    weights: npt.ArrayLike,
    measure: str = "moved",
) -> Swap:
    """The smallest change of weights that brings ``second`` level with ``first``.

    Args:
        first, second: utilities of the two items, by criterion.
        weights: in force; brought to a sum of 1.
        measure: ``moved`` (points moved between criteria) or ``euclid``.

    Raises:
        RankingError: shapes, NaN, or an unknown measure.
    """
    gap, chosen = _gap(first, second, weights)
    if measure not in ("moved", "euclid"):
        raise RankingError("bad_argument", measure=measure, expected=("moved", "euclid"))
    if gap @ chosen <= EQUAL:
        return Swap("level", tuple(chosen.tolist()), 0.0)
    if gap.min() > EQUAL:
        return Swap("dominated", tuple(chosen.tolist()), math.inf)
    found = _moved(gap, chosen) if measure == "moved" else _nearest(gap, chosen)
    change = found - chosen
    distance = np.abs(change).sum() / 2 if measure == "moved" else np.sqrt(change @ change)
    return Swap("swap", tuple(found.tolist()), float(distance))


def swaps_by_one(
    first: npt.ArrayLike, second: npt.ArrayLike, weights: npt.ArrayLike
) -> tuple[OneWeight, ...]:
    """Each single weight that can bring ``second`` level with ``first``, smallest change first.

    Raises:
        RankingError: shapes or NaN.
    """
    gap, chosen = _gap(first, second, weights)
    if gap @ chosen <= EQUAL:
        return ()
    answers: list[OneWeight] = []
    for column, weight in enumerate(chosen.tolist()):
        if weight >= 1:
            continue
        # Value gap at weight t: t * own + (1 - t) * rest, the others keeping their proportions.
        own = float(gap[column])
        rest = float(gap @ chosen - weight * own) / (1 - weight)
        if rest == own:
            continue
        after = rest / (rest - own)
        if 0 <= after <= 1:
            answers.append(OneWeight(column, weight, after))
    return tuple(sorted(answers, key=lambda a: (abs(a.after - a.before), a.column)))


def _gap(
    first: npt.ArrayLike, second: npt.ArrayLike, weights: npt.ArrayLike
) -> tuple[Floats, Floats]:
    a, b = numbers(first, "bad_utilities"), numbers(second, "bad_utilities")
    w = numbers(weights, "bad_weights")
    if a.ndim != 1 or a.shape != b.shape or a.shape != w.shape:
        raise RankingError("bad_utilities", shapes=(a.shape, b.shape, w.shape))
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise RankingError("bad_utilities", expected="finite utilities")
    if not np.isfinite(w).all() or (w < 0).any() or w.sum() <= 0:
        raise RankingError("bad_weights", weights=w.tolist(), expected=">= 0, a positive sum")
    return a - b, w / w.sum()


def _moved(gap: Floats, chosen: Floats) -> Floats:
    """Greedy: everything goes to the criterion with the smallest gap, from the largest gaps on."""
    found = chosen.copy()
    to = int(np.argmin(gap))
    left = float(gap @ chosen)
    for source in np.argsort(-gap, kind="stable").tolist():
        gain = float(gap[source] - gap[to])
        # Below rounding, what is left would be closed by moving much for next to nothing.
        if left <= EQUAL or gain <= EQUAL:
            break
        amount = min(float(found[source]), left / gain)
        found[source] -= amount
        found[to] += amount
        left -= amount * gain
    return found


def _nearest(gap: Floats, chosen: Floats) -> Floats:
    """Projection on the weights that make the two level.

    The answer is the projection on the simplex of ``chosen - t * gap`` for the ``t`` at which the
    gap closes; the gap falls with ``t``, so bisection finds the criteria that keep a weight, and
    on those the answer is a closed form.
    """
    low, high = 0.0, 1.0
    while gap @ _on_simplex(chosen - high * gap) > 0 and high < 2.0**80:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if gap @ _on_simplex(chosen - middle * gap) > 0:
            low = middle
        else:
            high = middle
    rough = _on_simplex(chosen - high * gap)
    kept = rough > 0
    count = int(kept.sum())
    inner = gap[kept] - gap[kept].mean()
    spread = float(inner @ inner)
    if spread <= EQUAL**2:
        return rough
    # On the criteria kept: sum 1 and gap nil, two equations, two multipliers.
    base = chosen[kept] + (1 - chosen[kept].sum()) / count
    exact = np.zeros_like(chosen)
    exact[kept] = base - (float(gap[kept] @ base) / spread) * inner
    return exact if exact.min() >= 0 else rough


def _on_simplex(point: Floats) -> Floats:
    """The nearest point with non-negative coordinates summing to 1."""
    falling = np.sort(point)[::-1]
    sums = np.cumsum(falling) - 1
    last = int(np.flatnonzero(falling > sums / np.arange(1, len(point) + 1))[-1])
    nearest: Floats = np.maximum(point - sums[last] / (last + 1), 0.0)
    return nearest


def explain_change(
    columns: Sequence[str], before: Sequence[float], after: Sequence[float]
) -> tuple[tuple[str, float, float], ...]:
    """``(column, before, after)`` of the weights that change, largest change first."""
    changes = [
        (column, old, new)
        for column, old, new in zip(columns, before, after, strict=True)
        if abs(new - old) > EQUAL
    ]
    return tuple(sorted(changes, key=lambda c: (-abs(c[2] - c[1]), c[0])))
