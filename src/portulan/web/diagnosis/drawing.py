"""The radar of the domains as plain geometry: rings, axes, a shape, and where the words stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

SIZE = 460
CENTRE = SIZE / 2
RADIUS = 150.0
LEVELS = 5


@dataclass(frozen=True, slots=True)
class Axis:
    """One domain on the radar: the end of its axis, its point, and where its name stands.

    Coordinates are written as SVG reads them, whatever the reader's language.
    """

    code: str
    name: str
    mark: str
    x: str
    y: str
    at_x: str
    at_y: str
    label_x: str
    label_y: str
    anchor: str
    known: bool


@dataclass(frozen=True, slots=True)
class Radar:
    """Rings and shapes as lists of points, ready for SVG."""

    rings: tuple[str, ...]
    shape: str
    before: str
    axes: tuple[Axis, ...]
    centre: str = str(CENTRE)


def _point(index: int, count: int, radius: float) -> tuple[float, float]:
    angle = 2 * math.pi * index / count - math.pi / 2
    return (
        round(CENTRE + radius * math.cos(angle), 1),
        round(CENTRE + radius * math.sin(angle), 1),
    )


def _points(marks: Sequence[float]) -> str:
    count = len(marks)
    return " ".join(
        "{},{}".format(*_point(n, count, RADIUS * mark / LEVELS)) for n, mark in enumerate(marks)
    )


def radar(
    rows: Sequence[tuple[str, str, float | None, str]],
    before: Sequence[float | None] | None = None,
) -> Radar:
    """The radar of domains (code, name, mark, mark in words), and the shape of an earlier one."""
    count = len(rows)
    axes = []
    for n, (code, name, mark, said) in enumerate(rows):
        x, y = _point(n, count, RADIUS)
        at_x, at_y = _point(n, count, RADIUS * (mark or 0) / LEVELS)
        label_x, label_y = _point(n, count, RADIUS + 16)
        side = "middle" if abs(label_x - CENTRE) < 12 else "start" if label_x > CENTRE else "end"
        axes.append(
            Axis(
                code, name, said, str(x), str(y), str(at_x), str(at_y), str(label_x), str(label_y),
                side, mark is not None,
            )
        )
    shape = _points([mark or 0 for _code, _name, mark, _said in rows])
    former = _points([mark or 0 for mark in before]) if before and any(before) else ""
    return Radar(
        tuple(_points([level] * count) for level in range(1, LEVELS + 1)), shape, former,
        tuple(axes),
    )  # fmt: skip
