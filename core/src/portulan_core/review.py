"""Value review: were the promises kept, and what follows from it.

A promise is judged against what came (a ratio of which 1 means exactly as promised, more is
better), then a product's promises together propose a verdict with coded reasons.

Method (documented for readers in the user guide): a quantity that should rise is compared as
realised/promised, one that should fall (and every cost) as promised/realised; a date by its slip.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

KINDS = ("indicator", "benefit", "cost", "date")
#: Kinds that say whether the product brings what it should; the others say how it was delivered.
VALUE_KINDS = ("indicator", "benefit")
VERDICTS = ("reinforce", "continue", "pivot", "stop")


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Where kept ends and missed begins.

    ``kept``: least ratio that counts as kept; ``partly``: least ratio that counts as kept in part;
    ``slip_kept`` and ``slip_partly``: days late that count as on time, and as kept in part.
    """

    kept: float = 0.98
    partly: float = 0.80
    slip_kept: int = 15
    slip_partly: int = 92


@dataclass(frozen=True, slots=True)
class PromiseFact:
    """A promise and what came of it.

    ``promised`` and ``realised`` are in the promise's unit; for a date, ``promised_on`` and
    ``realised_on``. ``direction`` is ``up`` or ``down`` (costs are always ``down``). ``trend`` is
    ``improving``, ``flat`` or ``worsening`` since the decision, when it is known.
    """

    uid: str
    kind: str
    due_on: date | None = None
    direction: str = "up"
    promised: float | None = None
    realised: float | None = None
    promised_on: date | None = None
    realised_on: date | None = None
    trend: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A promise's outcome: ``kept``, ``partly``, ``missed``, ``pending`` (not due yet) or
    ``unmeasured`` (due, and nothing measured). ``ratio`` where it makes sense; ``slip`` in days."""

    uid: str
    kind: str
    outcome: str
    ratio: float | None = None
    slip: int | None = None
    trend: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is proposed: a code and its parameters; pages turn it into a sentence."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """``{"code": …, "params": {…}}``."""
        return {"code": self.code, "params": dict(self.params)}


@dataclass(frozen=True, slots=True)
class Proposal:
    """The verdict proposed, its reasons (most telling first), and whether the facts suffice."""

    verdict: str
    reasons: tuple[Reason, ...]
    sure: bool


def ratio(promise: PromiseFact) -> float | None:
    """How much of the promise came: 1 is exactly as promised, more is better; ``None``: unknown.

    A promised zero is kept when the realised value is at least as good (1), else missed (0).
    """
    promised, realised = promise.promised, promise.realised
    if promised is None or realised is None or promise.kind == "date":
        return None
    falling = promise.kind == "cost" or promise.direction == "down"
    if promised < 0 or realised < 0 or promised == 0 or (falling and realised == 0):
        good = realised <= promised if falling else realised >= promised
        return 1.0 if good else 0.0
    return promised / realised if falling else realised / promised


def judge(promise: PromiseFact, day: date, tolerance: Tolerance = Tolerance()) -> Judged:
    """The outcome of one promise on a day. Before the due day a kept promise already counts."""
    due = promise.due_on is None or promise.due_on <= day
    if promise.kind == "date":
        return _judge_date(promise, day, tolerance)
    found = ratio(promise)
    if found is None:
        return Judged(promise.uid, promise.kind, "unmeasured" if due else "pending")
    if found >= tolerance.kept and (due or promise.kind != "cost"):
        outcome = "kept"
    elif not due:
        outcome = "pending"
    elif found >= tolerance.partly:
        outcome = "partly"
    else:
        outcome = "missed"
    return Judged(promise.uid, promise.kind, outcome, found, trend=promise.trend)


def _judge_date(promise: PromiseFact, day: date, tolerance: Tolerance) -> Judged:
    target = promise.promised_on or promise.due_on
    if target is None:
        return Judged(promise.uid, promise.kind, "unmeasured")
    came = promise.realised_on
    if came is None:
        if target > day:
            return Judged(promise.uid, promise.kind, "pending")
        return Judged(promise.uid, promise.kind, "unmeasured", slip=(day - target).days)
    slip = (came - target).days
    if slip <= tolerance.slip_kept:
        outcome = "kept" if came <= day else "pending"
    elif slip <= tolerance.slip_partly:
        outcome = "partly"
    else:
        outcome = "missed"
    return Judged(promise.uid, promise.kind, outcome, slip=slip)


def trend(values: Sequence[tuple[date, float]], direction: str = "up") -> str:
    """``improving``, ``flat`` or ``worsening`` by the least-squares slope over the points.

    The slope over the whole span is set against the mean level: under 2 % is flat. Fewer than
    three points: "" (not known).
    """
    if len(values) < 3:
        return ""
    start = values[0][0]
    xs = [float((day - start).days) for day, _ in values]
    ys = [value for _, value in values]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    if spread == 0:
        return ""
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread
    change = slope * (xs[-1] - xs[0])
    level = abs(mean_y) or 1.0
    if abs(change) / level < 0.02:
        return "flat"
    return "improving" if (change > 0) == (direction == "up") else "worsening"


def propose(judged: Iterable[Judged]) -> Proposal:
    """The verdict that the promises speak for, with its reasons.

    *Stop*: at least two value promises are due, every one is missed and none improves.
    *Pivot*: half of the value promises or more are missed, or the mean value ratio is under 0.8.
    *Reinforce*: every value promise due is kept, none worsens, and no cost is missed.
    *Continue*: all else; with nothing due and measured it is only provisional (``sure`` false).
    """
    found = list(judged)
    value = [j for j in found if j.kind in VALUE_KINDS and j.outcome in _DONE]
    delivery = [j for j in found if j.kind not in VALUE_KINDS and j.outcome in _DONE]
    kept = [j for j in value if j.outcome == "kept"]
    missed = [j for j in value if j.outcome == "missed"]
    unmeasured = [j for j in found if j.outcome == "unmeasured"]
    ratios = [min(j.ratio, 1.5) for j in value if j.ratio is not None]
    mean = sum(ratios) / len(ratios) if ratios else None
    reasons: list[Reason] = []
    if value:
        reasons.append(Reason("review.value", {"kept": len(kept), "total": len(value)}))
        worst = min((j for j in value if j.ratio is not None), key=_ratio_of, default=None)
        if worst is not None and worst.outcome != "kept":
            reasons.append(
                Reason("review.gap", {"promise": worst.uid, "ratio": round(_ratio_of(worst), 4)})
            )
    if delivery:
        late = [j for j in delivery if j.kind == "date" and j.outcome != "kept"]
        over = [j for j in delivery if j.kind == "cost" and j.outcome != "kept"]
        if late:
            slip = max(j.slip or 0 for j in late)
            reasons.append(Reason("review.late", {"count": len(late), "days": slip}))
        if over:
            low = min(_ratio_of(j) for j in over)
            reasons.append(Reason("review.cost_over", {"count": len(over), "ratio": round(low, 4)}))
        if not late and not over:
            reasons.append(Reason("review.delivered", {"total": len(delivery)}))
    worse = [j for j in value if j.trend == "worsening"]
    better = [j for j in value if j.trend == "improving"]
    if worse:
        reasons.append(Reason("review.worsening", {"count": len(worse)}))
    elif better:
        reasons.append(Reason("review.improving", {"count": len(better)}))
    if unmeasured:
        reasons.append(Reason("review.unmeasured", {"count": len(unmeasured)}))
    if not value:
        reasons.insert(0, Reason("review.no_evidence"))
        return Proposal("continue", tuple(reasons), False)
    cost_missed = any(j.kind == "cost" and j.outcome == "missed" for j in delivery)
    if len(value) >= 2 and len(missed) == len(value) and not better:
        verdict = "stop"
    elif 2 * len(missed) >= len(value) or (mean is not None and mean < 0.8):
        verdict = "pivot"
    elif len(kept) == len(value) and not worse and not cost_missed:
        verdict = "reinforce"
    else:
        verdict = "continue"
    return Proposal(verdict, tuple(reasons), len(unmeasured) <= len(value))


_DONE = ("kept", "partly", "missed")


def _ratio_of(judged: Judged) -> float:
    return judged.ratio if judged.ratio is not None else 1.0
