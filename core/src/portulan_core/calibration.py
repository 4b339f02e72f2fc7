"""Promised against realised, by kind of estimate: is there a bias, how large, what to do about it.

The figure is a median, of ratios for values and costs and of slips in days for dates, with an
interval from order statistics, which supposes nothing of the law (H. A. David and H. N. Nagaraja,
*Order Statistics*, 3rd edition, Wiley 2003, section 7.1). Using the past of similar estimates to
correct the next: D. Lovallo and D. Kahneman, "Delusions of success", Harvard Business Review 2003.

Estimates carry no author: this measures kinds of estimate and never ranks people.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

KINDS = ("value", "cost", "date")
#: Fewest outcomes from which anything is said: with 5, the extremes hold the median 15 times
#: in 16.
MIN_COUNT = 5
#: Confidence of the interval of the bias.
CONFIDENCE = 0.90
#: Smallest bias worth a correction: a ratio beyond 5 %, or a slip of 3 days.
SMALL_RATIO = 0.05
SMALL_DAYS = 3.0
#: The middle 80 % of the ratios spans more than this factor: one figure is not enough.
WIDE_RATIO = 2.5
#: The same for dates, in days.
WIDE_DAYS = 90.0


class CalibrationError(ValueError):
    """An outcome that is no outcome: a ``code`` (``bad_kind``, ``bad_figure``, ``bad_argument``)
    and ``params``."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        detail = ", ".join(f"{key}={value!r}" for key, value in params.items())
        super().__init__(f"{code}: {detail}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A promise and what came of it.

    ``kind``: one of ``KINDS``; numbers for a value or a cost (any one unit for both), days for a
    date. ``realised`` is ``None`` while pending. ``group``: what estimates are compared within,
    such as a criterion, a size or a nature of cost. ``key`` comes back in the examples.
    """

    kind: str
    promised: float | date
    realised: float | date | None = None
    group: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """A coded suggestion for the next estimates; see ``calibrate`` for the codes."""

    code: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the outcomes of one kind and group say.

    ``count`` outcomes known, ``pending`` not yet, ``unusable`` (a promise of nil or below, to
    which nothing can be compared). ``bias``: median ratio realised / promised, or median slip in
    days (positive when late); ``low``..``high`` its interval; ``p10``..``p90`` the spread of the
    outcomes. ``within``: share of them within 10 % (or 10 days) of the promise. ``better``: by how
    much the median error falls when each estimate is corrected by the bias of the others, 0..1,
    negative when the correction does harm. All ``None`` below ``needed`` outcomes.
    """

    kind: str
    group: str
    count: int
    pending: int
    unusable: int
    needed: int
    bias: float | None
    low: float | None
    high: float | None
    p10: float | None
    p90: float | None
    within: float | None
    better: float | None
    advice: tuple[Advice, ...]
    outcomes: tuple[tuple[str, float], ...]


def calibrate(
    outcomes: Iterable[Outcome],
    *,
    by_group: bool = True,
    needed: int = MIN_COUNT,
    confidence: float = CONFIDENCE,
) -> tuple[Calibration, ...]:
    """Compare promises with outcomes, by kind and (if ``by_group``) by group.

    Advice, most useful first:

    - ``too_few`` (count, needed): nothing can be said yet;
    - ``unbiased`` (low, high): no bias told; keep estimating so;
    - ``multiply`` (factor, low, high): realised values or costs are ``factor`` times those
      promised; apply it to the next;
    - ``add_days`` (days, low, high): likewise for dates (negative: earlier than promised);
    - ``give_ranges`` (p10, p90): outcomes are so spread that one figure misleads;
    - ``correction_unproven`` (better): a bias is told, but correcting by it would not have helped.

    Raises:
        CalibrationError: an unknown kind, a figure of another type, or ``needed`` below 5.
    """
    if needed < MIN_COUNT or not 0.5 <= confidence < 1:
        raise CalibrationError("bad_argument", needed=needed, confidence=confidence)
    buckets: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.kind not in KINDS:
            raise CalibrationError("bad_kind", kind=outcome.kind, expected=KINDS)
        buckets.setdefault((outcome.kind, outcome.group if by_group else ""), []).append(outcome)
    return tuple(
        _calibrate(kind, group, buckets[kind, group], needed, confidence)
        for kind, group in sorted(buckets, key=lambda key: (KINDS.index(key[0]), key[1]))
    )


def _calibrate(
    kind: str, group: str, outcomes: Sequence[Outcome], needed: int, confidence: float
) -> Calibration:
    known: list[tuple[str, float]] = []
    pending = unusable = 0
    for outcome in outcomes:
        if outcome.realised is None:
            _figure(kind, outcome.promised, outcome.key)
            pending += 1
            continue
        error = _error(kind, outcome.key, outcome.promised, outcome.realised)
        if error is None:
            unusable += 1
        else:
            known.append((outcome.key, error))
    known.sort(key=lambda entry: entry[1])
    values = [error for _, error in known]
    interval = median_interval(len(values), confidence)
    if len(values) < needed or interval is None:
        return Calibration(
            kind, group, len(values), pending, unusable, needed,
            None, None, None, None, None, None, None,
            (Advice("too_few", {"count": len(values), "needed": needed}),), tuple(known),
        )  # fmt: skip
    bias = _median(values)
    low, high = values[interval[0]], values[interval[1]]
    p10, p90 = _quantile(values, 0.10), _quantile(values, 0.90)
    neutral = 0.0 if kind == "date" else 1.0
    close = 10.0 if kind == "date" else 0.10
    better = _gain(kind, values)
    return Calibration(
        kind=kind,
        group=group,
        count=len(values),
        pending=pending,
        unusable=unusable,
        needed=needed,
        bias=bias,
        low=low,
        high=high,
        p10=p10,
        p90=p90,
        within=sum(abs(v - neutral) <= close + 1e-12 for v in values) / len(values),
        better=better,
        advice=_advise(kind, bias, low, high, p10, p90, better),
        outcomes=tuple(known),
    )


def _advise(
    kind: str, bias: float, low: float, high: float, p10: float, p90: float, better: float
) -> tuple[Advice, ...]:
    dates = kind == "date"
    neutral, small = (0.0, SMALL_DAYS) if dates else (1.0, SMALL_RATIO)
    advice: list[Advice] = []
    if low <= neutral <= high or abs(bias - neutral) < small:
        advice.append(Advice("unbiased", {"low": low, "high": high}))
    elif better <= 0:
        advice.append(Advice("correction_unproven", {"better": better, "bias": bias}))
    elif dates:
        advice.append(Advice("add_days", {"days": round(bias), "low": low, "high": high}))
    else:
        advice.append(Advice("multiply", {"factor": bias, "low": low, "high": high}))
    wide = p90 - p10 > WIDE_DAYS if dates else p10 <= 0 or p90 / p10 > WIDE_RATIO
    if wide:
        advice.append(Advice("give_ranges", {"p10": p10, "p90": p90}))
    return tuple(advice)


def _figure(kind: str, figure: float | date, key: str) -> None:
    if (kind == "date") != isinstance(figure, date):
        raise CalibrationError("bad_figure", kind=kind, key=key, value=figure)
    if isinstance(figure, date):
        return
    number = isinstance(figure, int | float) and not isinstance(figure, bool)
    if not number or not math.isfinite(figure):
        raise CalibrationError("bad_figure", kind=kind, key=key, value=figure)


def _error(kind: str, key: str, promised: float | date, realised: float | date) -> float | None:
    """Ratio, or slip in days; ``None`` when nothing can be compared to the promise."""
    _figure(kind, promised, key)
    _figure(kind, realised, key)
    if isinstance(promised, date) and isinstance(realised, date):
        return float(realised.toordinal() - promised.toordinal())
    if isinstance(promised, date) or isinstance(realised, date) or promised <= 0:
        return None
    return realised / promised


def median_interval(count: int, confidence: float = CONFIDENCE) -> tuple[int, int] | None:
    """Places (from 0) of the order statistics that hold the median with ``confidence``.

    The narrowest symmetrical pair; ``None`` when even the extremes do not reach it.
    """
    if count < 1:
        return None
    best: tuple[int, int] | None = None
    outside = 0.0
    for place in range((count + 1) // 2):
        outside += math.comb(count, place) * 0.5**count
        if 1 - 2 * outside < confidence:
            break
        best = (place, count - 1 - place)
    return best


def _median(values: Sequence[float]) -> float:
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def _quantile(values: Sequence[float], share: float) -> float:
    """Linear interpolation between order statistics."""
    place = share * (len(values) - 1)
    lower = math.floor(place)
    upper = min(lower + 1, len(values) - 1)
    return values[lower] + (place - lower) * (values[upper] - values[lower])


def _gain(kind: str, values: Sequence[float]) -> float:
    """Fall of the median error when each is corrected by the bias of the others."""
    plain: list[float] = []
    corrected: list[float] = []
    for place, value in enumerate(values):
        others = _median([*values[:place], *values[place + 1 :]])
        # Ratios: errors are parts of what was promised, and the correction multiplies it.
        plain.append(abs(value if kind == "date" else value - 1))
        corrected.append(abs(value - others))
    before, after = _median(sorted(plain)), _median(sorted(corrected))
    return 0.0 if before == 0 else 1 - after / before
