"""Score one object or many: value, contributions that add up exactly, what is missing, why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portulan_core.scoring.model import (
    Criterion,
    ScoringError,
    ScoringModel,
    factor_of,
    factor_ranges,
)

Floats = npt.NDArray[np.float64]

#: One point of the 0..100 value, in the hundredths that contributions are counted in.
UNIT = 100
FULL = 100 * UNIT
#: Standard deviation, on 0..1, of a criterion nobody scored: a uniform law over its scale.
UNKNOWN_SPREAD = 1 / math.sqrt(12)
#: Standard deviation, on 0..1, of a value given with no confidence at all. With full confidence
#: it is nil; in between it is linear.
DOUBT_SPREAD = 0.25
#: Confidence assumed when the scorer gave none.
DEFAULT_CONFIDENCE = 0.7
#: Scorers disagree when their values lie further apart than this part of the scale.
DISAGREEMENT = 0.4
#: Hundredths of a point under which a criterion is not worth a mention in the explanation.
TELLING = 50


@dataclass(frozen=True, slots=True)
class Rating:
    """The value given to one criterion. ``confidence`` is 0..1, ``None`` when not said.

    ``spread`` is the standard deviation between scorers of a combined rating, in units of the
    scale, and ``scorers`` how many they are.
    """

    value: float
    confidence: float | None = None
    spread: float = 0.0
    scorers: int = 1


Values = Mapping[str, float | Rating | None]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one criterion brings: ``points`` of ``possible``, both in hundredths of a point.

    ``value`` is the value used; ``given`` is false when it stands for a missing one.
    ``utility`` is the place on the scale, 0 worst to 1 best. Criteria that share a factor of a
    multiplicative model share its points too: one alone may then pass its ``possible``.
    """

    criterion: str
    family: str
    value: float | None
    given: bool
    utility: float
    points: int
    possible: int


@dataclass(frozen=True, slots=True)
class FamilyContribution:
    """The sum of a family's criteria, in hundredths of a point."""

    family: str
    points: int
    possible: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A coded sentence: floors 10 and 11 write it. See ``explain`` for the codes."""

    code: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """The score of one object.

    ``status``: ``complete``, ``partial`` (some criteria missing), ``empty`` (none given) or
    ``refused`` (some missing in a model that refuses that); the last two have no value.
    ``points`` is the value in hundredths of a point (0..10 000), equal to the sum of
    ``contributions`` and of ``families``. ``low`` and ``high`` are what the value could become
    once the missing criteria are known. ``raw`` is the native figure of a multiplicative model
    (its WSJF, RICE, ICE). ``coverage`` is the share of the weight that has a value;
    ``confidence`` the weighted confidence of what was given, times the coverage.
    """

    model: str
    version: int
    status: str
    points: int | None
    raw: float | None
    low: float | None
    high: float | None
    contributions: tuple[Contribution, ...]
    families: tuple[FamilyContribution, ...]
    missing: tuple[str, ...]
    treatment: str
    coverage: float
    confidence: float

    @property
    def value(self) -> float | None:
        """The value, 0..100, to the hundredth."""
        return None if self.points is None else self.points / UNIT

    def rounded(self, digits: int = 0) -> dict[str, float]:
        """Points by family at ``digits`` decimals (0..2) that add up to the value so rounded."""
        if self.points is None:
            return {}
        if not 0 <= digits <= 2:
            raise ValueError(f"digits must be 0, 1 or 2, not {digits}")
        step = 10 ** (2 - digits)
        parts = apportion([f.points / step for f in self.families], round(self.points / step))
        return {f.family: part * step / UNIT for f, part in zip(self.families, parts, strict=True)}


def apportion(parts: Sequence[float], total: int) -> list[int]:
    """Round ``parts`` to integers whose sum is ``total``, their rounded sum (largest remainder)."""
    counts = [math.floor(part) for part in parts]
    order = sorted(range(len(parts)), key=lambda i: (counts[i] - parts[i], i))
    for index in order[: total - sum(counts)]:
        counts[index] += 1
    return counts


def check_rating(criterion: Criterion, value: float | Rating | None, exact: bool = False) -> None:
    """Refuse a value that is not a number of the scale; ``exact`` asks for one of its values.

    Raises:
        ScoringError: ``not_a_number``, ``out_of_scale``, ``not_on_scale`` or ``bad_confidence``.
    """
    if value is None:
        return
    rating = _rating(value)
    number, scale = rating.value, criterion.scale
    if isinstance(number, bool) or not isinstance(number, int | float | np.number):
        raise ScoringError("not_a_number", criterion.code, value=number)
    if not math.isfinite(number):
        raise ScoringError("not_a_number", criterion.code, value=number)
    if not scale.minimum <= number <= scale.maximum:
        raise ScoringError(
            "out_of_scale",
            criterion.code,
            value=number,
            minimum=scale.minimum,
            maximum=scale.maximum,
        )
    if exact and scale.values and number not in scale.values:
        raise ScoringError("not_on_scale", criterion.code, value=number, values=scale.values)
    if rating.confidence is not None and not 0 <= rating.confidence <= 1:
        raise ScoringError("bad_confidence", criterion.code, value=rating.confidence)


def score(model: ScoringModel, values: Values) -> ScoreResult:
    """Score one object.

    Args:
        model: the scoring model.
        values: criterion code → number, ``Rating`` or ``None``; an absent code is missing.

    Raises:
        ScoringError: a code the model does not have, or a value outside its scale.
    """
    codes = {criterion.code for criterion in model.criteria}
    for code in values:
        if code not in codes:
            raise ScoringError("unknown_criterion", code, known=sorted(codes))
    ratings: dict[str, Rating] = {}
    for criterion in model.criteria:
        given = values.get(criterion.code)
        check_rating(criterion, given)
        if given is not None:
            ratings[criterion.code] = _rating(given)
    shares = model.shares()
    missing = tuple(c.code for c in model.criteria if c.code not in ratings)
    coverage = math.fsum(shares[code] for code in ratings)
    sure = math.fsum(
        shares[code] * (DEFAULT_CONFIDENCE if r.confidence is None else r.confidence)
        for code, r in ratings.items()
    )
    status = "complete" if not missing else "partial" if ratings else "empty"
    if status == "partial" and model.missing == "refuse":
        status = "refused"
    if status == "partial" and model.missing == "redistribute" and coverage <= 0:
        status = "empty"

    known = np.array(
        [[ratings[c.code].value if c.code in ratings else np.nan for c in model.criteria]],
        dtype=float,
    )
    parts, used, utilities = _parts(model, known, model.missing)
    worst, *_ = _parts(model, known, "worst")
    best, *_ = _parts(model, known, "best")
    scored = status in ("complete", "partial")
    exact = parts[0] * FULL
    points = round(math.fsum(exact)) if scored else None
    counted = apportion(list(exact), points) if points is not None else [0] * len(codes)
    if model.missing == "redistribute" and scored:
        weighed = [shares[c.code] / coverage if c.code in ratings else 0.0 for c in model.criteria]
    else:
        weighed = [shares[c.code] for c in model.criteria]
    possible = apportion([share * FULL for share in weighed], FULL)
    contributions = tuple(
        Contribution(
            criterion=c.code,
            family=c.family,
            value=None if math.isnan(used[0, i]) or not scored else float(used[0, i]),
            given=c.code in ratings,
            utility=float(utilities[0, i]),
            points=counted[i],
            possible=possible[i],
        )
        for i, c in enumerate(model.criteria)
    )
    return ScoreResult(
        model=model.code,
        version=model.version,
        status=status,
        points=points,
        raw=_raw(model, used[0]) if scored and model.method == "multiplicative" else None,
        low=100 * math.fsum(worst[0]) if scored else None,
        high=100 * math.fsum(best[0]) if scored else None,
        contributions=contributions,
        families=_families(model, contributions),
        missing=missing,
        treatment=model.missing,
        coverage=min(1.0, coverage),
        confidence=min(1.0, sure),
    )


def _families(
    model: ScoringModel, contributions: tuple[Contribution, ...]
) -> tuple[FamilyContribution, ...]:
    return tuple(
        FamilyContribution(
            family=family,
            points=sum(c.points for c in contributions if c.family == family),
            possible=sum(c.possible for c in contributions if c.family == family),
            missing=tuple(c.criterion for c in contributions if c.family == family and not c.given),
        )
        for family in model.families
    )


def _rating(value: float | Rating) -> Rating:
    return value if isinstance(value, Rating) else Rating(value)


def _fill(model: ScoringModel, known: Floats, treatment: str) -> Floats:
    """Replace what is missing (NaN) by what stands for it; ``redistribute`` leaves it."""
    if treatment == "redistribute":
        return known
    filled = known.copy()
    for index, criterion in enumerate(model.criteria):
        low, high = criterion.scale.minimum, criterion.scale.maximum
        if treatment in ("neutral", "refuse"):
            middle = math.sqrt(low * high) if model.method == "multiplicative" else (low + high) / 2
        else:
            middle = high if (criterion.direction == "higher") == (treatment == "best") else low
        column = filled[:, index]
        column[np.isnan(column)] = middle
    return filled


def _parts(model: ScoringModel, known: Floats, treatment: str) -> tuple[Floats, Floats, Floats]:
    """Parts of the whole by criterion (rows sum to 0..1), values used, utilities 0..1."""
    used = _fill(model, known, treatment)
    low = np.array([c.scale.minimum for c in model.criteria], dtype=float)
    high = np.array([c.scale.maximum for c in model.criteria], dtype=float)
    up = np.array([c.direction == "higher" for c in model.criteria])
    shares = model.shares()
    weights = np.array([shares[c.code] for c in model.criteria])
    utilities = np.clip(np.where(up, used - low, high - used) / (high - low), 0.0, 1.0)
    if model.method == "additive":
        if treatment == "redistribute":
            there = ~np.isnan(used)
            utilities = np.where(there, utilities, 0.0)
            held = (there * weights).sum(axis=1, keepdims=True)
            scaled = np.divide(there * weights, held, out=np.zeros_like(used), where=held > 0)
            return utilities * scaled, used, utilities
        return utilities * weights, used, utilities
    return _log_parts(model, used, low, high, up), used, utilities


def _log_parts(
    model: ScoringModel, used: Floats, low: Floats, high: Floats, up: npt.NDArray[np.bool_]
) -> Floats:
    """Parts of a multiplicative model: by factor on the log scale, then by excess inside it."""
    ranges = factor_ranges(model)
    span = math.fsum(math.log(top / bottom) for bottom, top in ranges.values())
    own = np.array([c.weight for c in model.criteria])
    parts = np.zeros_like(used)
    for factor, (bottom, top) in ranges.items():
        columns = [i for i, c in enumerate(model.criteria) if factor_of(c) == factor]
        total = (used[:, columns] * own[columns]).sum(axis=1)
        rising = bool(up[columns[0]])
        gain = np.log(total / bottom if rising else top / total) / span
        distance = used - low if rising else high - used
        excess = own[columns] * distance[:, columns]
        whole = excess.sum(axis=1, keepdims=True)
        inside = np.divide(excess, whole, out=np.zeros_like(excess), where=whole > 0)
        parts[:, columns] = np.maximum(gain, 0.0)[:, None] * inside
    return parts


def _raw(model: ScoringModel, used: Floats) -> float:
    """The native figure: product of the rising factors over product of the others."""
    sums: dict[str, float] = {}
    rising: dict[str, bool] = {}
    for value, c in zip(used, model.criteria, strict=True):
        sums[factor_of(c)] = sums.get(factor_of(c), 0.0) + c.weight * float(value)
        rising[factor_of(c)] = c.direction == "higher"
    return math.prod(total if rising[name] else 1 / total for name, total in sums.items())


# ---------------------------------------------------------------------------- many at once


@dataclass(frozen=True, slots=True, eq=False)
class ScoreMatrix:
    """Many objects at once, ready for ``portulan_core.ranking``.

    ``utilities`` (objects × columns) is in 0..1 (for a multiplicative model, on its log scale, a
    criterion that shares a factor may pass 1); ``weights`` (columns) sums to 1;
    ``100 * utilities @ weights`` is the value of each object. ``spreads`` is the standard
    deviation of each utility from confidence, disagreement and absence. ``coverage`` (objects).
    Columns are criteria or families.
    """

    columns: tuple[str, ...]
    utilities: Floats
    weights: Floats
    spreads: Floats
    coverage: Floats

    @property
    def values(self) -> Floats:
        """The value of each object, 0..100, not rounded."""
        return 100.0 * (self.utilities @ self.weights)


def score_matrix(model: ScoringModel, objects: Iterable[Values], by: str = "family") -> ScoreMatrix:
    """Score many objects at once.

    Missing criteria stand at the middle of their scale (``neutral``), at its worst end
    (``worst``) or at the mean of the others, with the spread of an unknown value. A model that
    refuses partial scores is treated as ``neutral`` here: leave incomplete objects out before.

    Args:
        model: the scoring model.
        objects: one mapping of values per object, as for ``score``.
        by: ``family`` or ``criterion``, what the columns are and so which weights can move.

    Raises:
        ScoringError: as ``score``; the path starts with the row number.
    """
    if by not in ("family", "criterion"):
        raise ValueError(f"by must be 'family' or 'criterion', not {by!r}")
    rows = list(objects)
    width = len(model.criteria)
    known = np.full((len(rows), width), np.nan)
    confidence = np.full((len(rows), width), DEFAULT_CONFIDENCE)
    error = np.zeros((len(rows), width))
    index = {criterion.code: i for i, criterion in enumerate(model.criteria)}
    for row, values in enumerate(rows):
        for code, value in values.items():
            column = index.get(code)
            if column is None:
                raise ScoringError("unknown_criterion", f"[{row}].{code}", known=sorted(index))
            if value is None:
                continue
            try:
                check_rating(model.criteria[column], value)
            except ScoringError as refused:
                raise ScoringError(
                    refused.code, f"[{row}].{refused.path}", **refused.params
                ) from None
            rating = _rating(value)
            known[row, column] = rating.value
            if rating.confidence is not None:
                confidence[row, column] = rating.confidence
            error[row, column] = rating.spread / math.sqrt(max(1, rating.scorers))
    parts, _, places = _parts(model, known, model.missing)
    shares = model.shares()
    weights = np.array([shares[c.code] for c in model.criteria])
    heard = ~np.isnan(known)
    span = np.array([c.scale.maximum - c.scale.minimum for c in model.criteria], dtype=float)
    spreads = np.where(
        heard, np.hypot(DOUBT_SPREAD * (1 - confidence), error / span), UNKNOWN_SPREAD
    )
    if model.method == "additive":
        utilities = np.where(
            heard | (model.missing != "redistribute"), places, parts.sum(axis=1)[:, None]
        )
        parts = utilities * weights
    else:
        utilities = np.divide(parts, weights, out=np.zeros_like(parts), where=weights > 0)
    coverage = (heard * weights).sum(axis=1)
    if by == "criterion":
        return ScoreMatrix(
            tuple(c.code for c in model.criteria), utilities, weights, spreads, coverage
        )
    families = model.families
    member = np.array([[c.family == family for family in families] for c in model.criteria])
    family_weights = weights @ member
    grouped = np.divide(
        parts @ member, family_weights, out=np.zeros((len(rows), len(families))),
        where=family_weights > 0,
    )  # fmt: skip
    variance = (spreads * weights) ** 2 @ member
    grouped_spread = np.divide(
        np.sqrt(variance), family_weights, out=np.zeros_like(grouped), where=family_weights > 0
    )
    return ScoreMatrix(families, grouped, family_weights, grouped_spread, coverage)


# ---------------------------------------------------------------------------- several scorers


@dataclass(frozen=True, slots=True)
class Consensus:
    """What several scorers say of one criterion, in units of its scale.

    ``spread`` is the sample standard deviation (0 with one scorer). ``disagree`` when the
    extremes lie further apart than ``DISAGREEMENT`` of the scale.
    """

    criterion: str
    rating: Rating
    lowest: float
    highest: float
    disagree: bool


def combine(model: ScoringModel, scorers: Iterable[Values]) -> dict[str, Consensus]:
    """The mean of the scorers by criterion, with their dispersion; absent where nobody scored.

    Every scorer counts for one. The dispersion is not hidden in the mean: it is in the rating
    and widens rank ranges.

    Raises:
        ScoringError: as ``score``; the path starts with the scorer's number.
    """
    sheets = list(scorers)
    known = {criterion.code for criterion in model.criteria}
    for number, sheet in enumerate(sheets):
        for code in sheet:
            if code not in known:
                raise ScoringError("unknown_criterion", f"[{number}].{code}", known=sorted(known))
    result: dict[str, Consensus] = {}
    for criterion in model.criteria:
        ratings: list[Rating] = []
        for number, sheet in enumerate(sheets):
            given = sheet.get(criterion.code)
            try:
                check_rating(criterion, given)
            except ScoringError as refused:
                raise ScoringError(
                    refused.code, f"[{number}].{refused.path}", **refused.params
                ) from None
            if given is not None:
                ratings.append(_rating(given))
        if not ratings:
            continue
        numbers = [float(rating.value) for rating in ratings]
        mean = math.fsum(numbers) / len(numbers)
        mean = min(max(mean, min(numbers)), max(numbers))
        spread = (
            math.sqrt(math.fsum((n - mean) ** 2 for n in numbers) / (len(numbers) - 1))
            if len(numbers) > 1
            else 0.0
        )
        said = [r.confidence for r in ratings if r.confidence is not None]
        gap = (max(numbers) - min(numbers)) / (criterion.scale.maximum - criterion.scale.minimum)
        result[criterion.code] = Consensus(
            criterion=criterion.code,
            rating=Rating(
                value=mean,
                confidence=math.fsum(said) / len(said) if said else None,
                spread=spread,
                scorers=len(numbers),
            ),
            lowest=min(numbers),
            highest=max(numbers),
            disagree=gap > DISAGREEMENT,
        )
    return result


# ---------------------------------------------------------------------------- explanation


def explain(model: ScoringModel, result: ScoreResult, most: int = 2) -> tuple[Reason, ...]:
    """Why this score, most telling first.

    Codes: ``not_scored`` (status), ``carried_by`` (criteria that bring most points above the
    middle of their scale), ``held_back_by`` (criteria that lose most points below it),
    ``balanced`` (neither), ``missing`` (criteria, treatment, low, high), ``low_confidence``.
    Points are in hundredths.
    """
    if result.points is None:
        return (Reason("not_scored", {"status": result.status, "missing": result.missing}),)
    reasons: list[Reason] = []
    lead = [(c.points - c.possible / 2, c.criterion) for c in result.contributions if c.given]
    above = sorted((pair for pair in lead if pair[0] >= TELLING), key=lambda p: (-p[0], p[1]))[
        :most
    ]
    below = sorted((pair for pair in lead if pair[0] <= -TELLING), key=lambda p: (p[0], p[1]))[
        :most
    ]
    if above:
        reasons.append(
            Reason(
                "carried_by",
                {
                    "criteria": tuple(code for _, code in above),
                    "points": tuple(round(gain) for gain, _ in above),
                },
            )
        )
    if below:
        reasons.append(
            Reason(
                "held_back_by",
                {
                    "criteria": tuple(code for _, code in below),
                    "points": tuple(round(-loss) for loss, _ in below),
                },
            )
        )
    if not above and not below:
        reasons.append(Reason("balanced", {}))
    if result.missing:
        reasons.append(
            Reason(
                "missing",
                {
                    "criteria": result.missing,
                    "treatment": result.treatment,
                    "low": result.low,
                    "high": result.high,
                },
            )
        )
    if result.coverage > 0 and result.confidence / result.coverage < 0.5:
        reasons.append(
            Reason("low_confidence", {"confidence": result.confidence / result.coverage})
        )
    return tuple(reasons)


@dataclass(frozen=True, slots=True)
class Gap:
    """How many hundredths of a point one criterion puts the first object before the second."""

    criterion: str
    family: str
    points: int


def compare(first: ScoreResult, second: ScoreResult) -> tuple[Gap, ...]:
    """Why one object stands before another: gaps by criterion, largest first.

    They add up to the difference of the two values.

    Raises:
        ValueError: the results come from different models or versions, or have no value.
    """
    if (first.model, first.version) != (second.model, second.version):
        raise ValueError("results of two different models cannot be compared")
    if first.points is None or second.points is None:
        raise ValueError("a result without a value cannot be compared")
    gaps = [
        Gap(a.criterion, a.family, a.points - b.points)
        for a, b in zip(first.contributions, second.contributions, strict=True)
    ]
    return tuple(sorted(gaps, key=lambda gap: (-abs(gap.points), gap.criterion)))
