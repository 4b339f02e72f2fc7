"""Weights from pairwise comparisons (analytic hierarchy process), with their consistency.

Source: T. L. Saaty, *The Analytic Hierarchy Process*, McGraw-Hill 1980 (principal eigenvector,
consistency ratio). Missing comparisons: P. T. Harker, "Incomplete pairwise comparisons in the
analytic hierarchy process", Mathematical Modelling 9, 1987. Random index: J. A. Alonso and
M. T. Lamata, "Consistency in the analytic hierarchy process: a new approach", Int. J. Uncertainty,
Fuzziness and Knowledge-Based Systems 14, 2006.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portulan_core.scoring.model import ScoringError

#: Mean consistency index of random reciprocal matrices of Saaty's scale, by size (Alonso and
#: Lamata). Saaty's own tables are rounder: 0.58, 0.90, 1.12 (1980, from 500 matrices), then
#: 0.52, 0.89, 1.11 (2008); `AhpResult.index` is there for whoever wants another one.
RANDOM_INDEX = (
    0.0, 0.0, 0.0, 0.5245, 0.8815, 1.1086, 1.2479, 1.3417,
    1.4056, 1.4499, 1.4854, 1.5141, 1.5365, 1.5551, 1.5713, 1.5838,
)  # fmt: skip
#: Above this ratio the comparisons contradict one another too much to be used.
CONSISTENT = 0.10
#: The most one criterion may outweigh another in one comparison.
STRONGEST = 9.0


@dataclass(frozen=True, slots=True)
class Doubt:
    """A comparison that fits the others badly.

    ``stated``: how many times ``first`` was said to outweigh ``second``; ``implied``: what the
    weights say instead.
    """

    first: str
    second: str
    stated: float
    implied: float


@dataclass(frozen=True, slots=True)
class AhpResult:
    """Weights summing to 1, in the order of the criteria asked.

    ``ratio`` is the consistency ratio; ``doubts`` the comparisons to look at again, worst first.
    With ``missing`` comparisons the ratio is measured against the random index of complete ones,
    so it is milder than it looks.
    """

    criteria: tuple[str, ...]
    weights: tuple[float, ...]
    eigenvalue: float
    index: float
    ratio: float
    consistent: bool
    missing: int
    doubts: tuple[Doubt, ...]


def ahp(criteria: Sequence[str], comparisons: Mapping[tuple[str, str], float]) -> AhpResult:
    """Weights of 1 to 15 criteria from comparisons ``(first, second) → times more important``.

    A comparison is given once, in either direction, between 1/9 and 9. Some may be left out as
    long as each criterion is linked to every other through those given.

    Raises:
        ScoringError: ``bad_comparison`` (unknown, doubled, out of 1/9..9, too many criteria) or
            ``not_connected``.
    """
    names = tuple(criteria)
    size = len(names)
    if not 1 <= size < len(RANDOM_INDEX) or len(set(names)) != size:
        raise ScoringError("bad_comparison", "criteria", value=names, expected="1 to 15, once each")
    place = {name: i for i, name in enumerate(names)}
    stated = np.zeros((size, size))
    for pair, times in comparisons.items():
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise ScoringError("bad_comparison", str(pair), expected="a pair of criteria")
        first, second = pair
        path = f"{first}/{second}"
        if first not in place or second not in place or first == second:
            raise ScoringError("bad_comparison", path, expected=names)
        number = isinstance(times, int | float | np.number) and not isinstance(times, bool)
        if not number or not 1 / STRONGEST - 1e-9 <= times <= STRONGEST + 1e-9:
            raise ScoringError("bad_comparison", path, value=times, expected=(1 / STRONGEST, 9))
        i, j = place[first], place[second]
        if stated[i, j]:
            raise ScoringError("bad_comparison", path, value=times, expected="one direction only")
        stated[i, j], stated[j, i] = times, 1 / times
    if not _connected(stated):
        raise ScoringError("not_connected", "comparisons", expected=names)
    given = int((stated > 0).sum()) // 2
    missing = size * (size - 1) // 2 - given
    # Harker: the diagonal holds 1 plus the number of comparisons missing in the row.
    matrix = stated + np.diag((stated == 0).sum(axis=1).astype(float))
    vector, eigenvalue = _principal(matrix)
    index = max(0.0, (eigenvalue - size) / (size - 1)) if size > 1 else 0.0
    ratio = index / RANDOM_INDEX[size] if RANDOM_INDEX[size] else 0.0
    doubts = [
        (abs(math.log(stated[i, j] * vector[j] / vector[i])), i, j)
        for i in range(size)
        for j in range(i + 1, size)
        if stated[i, j]
    ]
    doubts.sort(key=lambda entry: (-entry[0], entry[1], entry[2]))
    return AhpResult(
        criteria=names,
        weights=tuple(float(weight) for weight in vector),
        eigenvalue=eigenvalue,
        index=index,
        ratio=ratio,
        consistent=ratio <= CONSISTENT,
        missing=missing,
        doubts=tuple(
            Doubt(names[i], names[j], float(stated[i, j]), float(vector[i] / vector[j]))
            for gap, i, j in doubts
            if gap > math.log(1.25)
        ),
    )


def _connected(stated: npt.NDArray[np.float64]) -> bool:
    reached = {0}
    front = [0]
    while front:
        here = front.pop()
        for there in np.flatnonzero(stated[here]).tolist():
            if there not in reached:
                reached.add(there)
                front.append(there)
    return len(reached) == len(stated)


def _principal(matrix: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], float]:
    """Principal eigenvector (summing to 1) and eigenvalue of a positive-diagonal matrix."""
    values, vectors = np.linalg.eig(matrix)
    best = int(np.argmax(values.real))
    vector = np.abs(vectors[:, best].real)
    return vector / vector.sum(), float(values[best].real)
