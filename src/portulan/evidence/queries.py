"""Reads of indicators alone: the latest values of many, set-wise."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from portulan.evidence.models import Indicator, Measure

#: Order of the families on pages.
FAMILIES = tuple(Indicator.Family.values)


@dataclass(frozen=True, slots=True)
class Point:
    """A measure."""

    on: date
    value: float


def last_measures(indicators: Collection[int], count: int = 8) -> dict[int, tuple[Point, ...]]:
    """The last measures of each indicator, oldest first (one query)."""
    rows = (
        Measure.objects.filter(indicator_id__in=list(indicators))
        .annotate(
            rank=Window(RowNumber(), partition_by=F("indicator_id"), order_by=F("on").desc())
        )
        .filter(rank__lte=count)
        .order_by("indicator_id", "on")
        .values_list("indicator_id", "on", "value")
    )
    found: dict[int, list[Point]] = {}
    for pk, on, value in rows:
        found.setdefault(pk, []).append(Point(on, value))
    return {pk: tuple(points) for pk, points in found.items()}


def measures(indicator: Indicator) -> tuple[Point, ...]:
    """Every measure of one indicator, oldest first (one query)."""
    rows = Measure.objects.filter(indicator=indicator).order_by("on").values_list("on", "value")
    return tuple(Point(on, value) for on, value in rows)


def reached(value: float | None, target: float | None, direction: str) -> bool | None:
    """Whether a value reaches its target in its direction; ``None`` when either is not known."""
    if value is None or target is None:
        return None
    return value >= target if direction == Indicator.Direction.UP else value <= target


def stale(last_on: date | None, freshness_days: int | None, day: date) -> bool:
    """Whether the last measure is older than the indicator's freshness (never measured: yes)."""
    if last_on is None:
        return True
    return freshness_days is not None and last_on + timedelta(days=freshness_days) < day
