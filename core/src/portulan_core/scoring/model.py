"""The scoring model: criteria in families, on fixed scales with labelled anchors, with weights.

Two methods. ``additive``: the weighted mean of the criteria, each brought to 0..1 on its scale.
``multiplicative``: a quotient of products of factors (WSJF, RICE, ICE); its logarithm is a sum, so
that contributions add up exactly there too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SCHEMA = "portulan.scoring_model"
SCHEMA_VERSION = 1

FAMILIES = ("business", "user", "vision", "feasibility", "risk")
METHODS = ("additive", "multiplicative")
DIRECTIONS = ("higher", "lower")
#: What stands for a criterion without a value: the middle of its scale, its worst end, the mean of
#: the criteria that have one, or no score at all.
MISSING = ("neutral", "worst", "redistribute", "refuse")


class ScoringError(ValueError):
    """Input that cannot be scored: a ``code``, the ``path`` where, and ``params`` to say it.

    Codes: ``unknown_criterion``, ``not_a_number``, ``out_of_scale``, ``not_on_scale``,
    ``bad_confidence``, ``bad_model``, ``bad_comparison``, ``not_connected``, ``unknown_class``.
    """

    def __init__(self, code: str, path: str, **params: Any) -> None:
        self.code = code
        self.path = path
        self.params = params
        detail = ", ".join(f"{key}={value!r}" for key, value in params.items())
        super().__init__(f"{path}: {code}" + (f" ({detail})" if detail else ""))


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the company in French and English; the one stands for the other when empty."""

    fr: str = ""
    en: str = ""

    def get(self, language: str) -> str:
        """The text in ``language`` (``fr`` or ``en``, also ``fr-ca``), else in the other one."""
        first, second = (self.fr, self.en) if language[:2] == "fr" else (self.en, self.fr)
        return first or second


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a value of the scale means."""

    value: float
    label: Text


@dataclass(frozen=True, slots=True)
class Scale:
    """A fixed scale from ``minimum`` to ``maximum``.

    ``values`` are those a scorer may give; empty means any number of the range. A combined value
    (the mean of several scorers) may fall between them.
    """

    minimum: float = 1
    maximum: float = 5
    anchors: tuple[Anchor, ...] = ()
    values: tuple[float, ...] = (1, 2, 3, 4, 5)

    def anchor(self, value: float) -> Anchor | None:
        """The anchor nearest to ``value`` from below, or ``None`` under the first one."""
        below = [anchor for anchor in self.anchors if anchor.value <= value]
        return max(below, key=lambda anchor: anchor.value, default=None)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One sub-criterion.

    ``weight`` is relative to the others of its family (additive) or of its factor
    (multiplicative). ``direction`` says which end of the scale is good. ``factor`` names the
    factor it is summed into (multiplicative only; its own code by default).
    """

    code: str
    family: str
    label: Text
    question: Text = field(default_factory=Text)
    scale: Scale = field(default_factory=Scale)
    weight: float = 1
    direction: str = "higher"
    factor: str = ""


@dataclass(frozen=True, slots=True)
class ScoringModel:
    """A versioned scoring model. Once used it is never edited: a change is a new version.

    ``family_weights`` need not sum to anything; shares are computed (``family_shares``). They are
    not used by the multiplicative method.

    Raises:
        ScoringError: ``bad_model``, with the path of what is wrong.
    """

    code: str
    version: int
    label: Text
    criteria: tuple[Criterion, ...]
    family_weights: tuple[tuple[str, float], ...] = ()
    method: str = "additive"
    missing: str = "neutral"

    def __post_init__(self) -> None:
        _check_model(self)

    def criterion(self, code: str) -> Criterion:
        """The criterion of that code.

        Raises:
            ScoringError: ``unknown_criterion``.
        """
        for criterion in self.criteria:
            if criterion.code == code:
                return criterion
        raise ScoringError("unknown_criterion", code, known=[c.code for c in self.criteria])

    @property
    def families(self) -> tuple[str, ...]:
        """The families in use, in the order of the five."""
        used = {criterion.family for criterion in self.criteria}
        return tuple(family for family in FAMILIES if family in used)

    def family_shares(self) -> dict[str, float]:
        """The weight of each family, summing to 1.

        For a multiplicative model, the share of the whole range that its criteria can move.
        """
        shares = self.shares()
        totals = dict.fromkeys(self.families, 0.0)
        for criterion in self.criteria:
            totals[criterion.family] += shares[criterion.code]
        return totals

    def shares(self) -> dict[str, float]:
        """The weight of each criterion in the whole, summing to 1."""
        if self.method == "additive":
            weights = dict(self.family_weights)
            whole = math.fsum(weights[family] for family in self.families)
            inside = dict.fromkeys(self.families, 0.0)
            for criterion in self.criteria:
                inside[criterion.family] += criterion.weight
            return {
                c.code: weights[c.family] / whole * c.weight / inside[c.family]
                if inside[c.family]
                else 0.0
                for c in self.criteria
            }
        spans = {f: math.log(high / low) for f, (low, high) in factor_ranges(self).items()}
        whole = math.fsum(spans.values())
        reach: dict[str, float] = dict.fromkeys(spans, 0.0)
        for c in self.criteria:
            reach[factor_of(c)] += c.weight * (c.scale.maximum - c.scale.minimum)
        return {
            c.code: spans[factor_of(c)]
            / whole
            * (c.weight * (c.scale.maximum - c.scale.minimum))
            / reach[factor_of(c)]
            for c in self.criteria
        }

    def to_json(self) -> dict[str, Any]:
        """The model as plain JSON values (see ``model_from_json``)."""
        return {
            "schema": SCHEMA,
            "schema_version": SCHEMA_VERSION,
            "code": self.code,
            "version": self.version,
            "label": _text_to_json(self.label),
            "method": self.method,
            "missing": self.missing,
            "family_weights": dict(self.family_weights),
            "criteria": [_criterion_to_json(criterion) for criterion in self.criteria],
        }


def factor_of(criterion: Criterion) -> str:
    """The factor a criterion is summed into (multiplicative models)."""
    return criterion.factor or criterion.code


def factor_ranges(model: ScoringModel) -> dict[str, tuple[float, float]]:
    """Smallest and largest weighted sum of each factor of a multiplicative model."""
    low: dict[str, float] = {}
    high: dict[str, float] = {}
    for c in model.criteria:
        name = factor_of(c)
        low[name] = low.get(name, 0.0) + c.weight * c.scale.minimum
        high[name] = high.get(name, 0.0) + c.weight * c.scale.maximum
    return {name: (low[name], high[name]) for name in low}


def _check_model(model: ScoringModel) -> None:
    def refuse(path: str, **params: Any) -> ScoringError:
        return ScoringError("bad_model", path, **params)

    if not model.code:
        raise refuse("code", expected="a code")
    if model.version < 1:
        raise refuse("version", value=model.version, expected=">= 1")
    if model.method not in METHODS:
        raise refuse("method", value=model.method, expected=METHODS)
    if model.missing not in MISSING:
        raise refuse("missing", value=model.missing, expected=MISSING)
    if model.method == "multiplicative" and model.missing == "redistribute":
        raise refuse("missing", value=model.missing, expected=("neutral", "worst", "refuse"))
    if not model.criteria:
        raise refuse("criteria", expected="at least one criterion")
    seen: set[str] = set()
    directions: dict[str, str] = {}
    for index, c in enumerate(model.criteria):
        path = f"criteria[{index}]"
        if not c.code or c.code in seen:
            raise refuse(f"{path}.code", value=c.code, expected="a code, used once")
        seen.add(c.code)
        if c.family not in FAMILIES:
            raise refuse(f"{path}.family", value=c.family, expected=FAMILIES)
        if c.direction not in DIRECTIONS:
            raise refuse(f"{path}.direction", value=c.direction, expected=DIRECTIONS)
        if not (math.isfinite(c.weight) and c.weight >= 0):
            raise refuse(f"{path}.weight", value=c.weight, expected=">= 0")
        _check_scale(c.scale, path, refuse)
        if model.method == "multiplicative":
            if c.scale.minimum <= 0:
                raise refuse(f"{path}.scale.minimum", value=c.scale.minimum, expected="> 0")
            if c.weight <= 0:
                raise refuse(f"{path}.weight", value=c.weight, expected="> 0")
            if directions.setdefault(factor_of(c), c.direction) != c.direction:
                raise refuse(f"{path}.direction", value=c.direction, factor=factor_of(c))
    if model.method == "additive":
        _check_family_weights(model, refuse)


def _check_scale(scale: Scale, path: str, refuse: Any) -> None:
    low, high = scale.minimum, scale.maximum
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise refuse(f"{path}.scale", minimum=low, maximum=high, expected="minimum < maximum")
    for value in (*scale.values, *(anchor.value for anchor in scale.anchors)):
        if not low <= value <= high:
            raise refuse(f"{path}.scale", value=value, expected=(low, high))


def _check_family_weights(model: ScoringModel, refuse: Any) -> None:
    weights = dict(model.family_weights)
    if len(weights) != len(model.family_weights):
        raise refuse("family_weights", expected="each family once")
    for family, weight in weights.items():
        if family not in FAMILIES:
            raise refuse(f"family_weights.{family}", expected=FAMILIES)
        if not (math.isfinite(weight) and weight >= 0):
            raise refuse(f"family_weights.{family}", value=weight, expected=">= 0")
    for family in model.families:
        if family not in weights:
            raise refuse(f"family_weights.{family}", expected="a weight")
        inside = math.fsum(c.weight for c in model.criteria if c.family == family)
        if weights[family] > 0 and inside <= 0:
            raise refuse(f"family_weights.{family}", expected="a criterion with a weight")
    for family, weight in weights.items():
        if weight > 0 and family not in model.families:
            raise refuse(f"family_weights.{family}", expected="a criterion in this family")
    if math.fsum(weights.values()) <= 0:
        raise refuse("family_weights", expected="a positive sum")


# ---------------------------------------------------------------------------- JSON


def _text_to_json(text: Text) -> dict[str, str]:
    return {"fr": text.fr, "en": text.en}


def _criterion_to_json(criterion: Criterion) -> dict[str, Any]:
    return {
        "code": criterion.code,
        "family": criterion.family,
        "label": _text_to_json(criterion.label),
        "question": _text_to_json(criterion.question),
        "scale": {
            "minimum": criterion.scale.minimum,
            "maximum": criterion.scale.maximum,
            "values": list(criterion.scale.values),
            "anchors": [
                {"value": anchor.value, "label": _text_to_json(anchor.label)}
                for anchor in criterion.scale.anchors
            ],
        },
        "weight": criterion.weight,
        "direction": criterion.direction,
        "factor": criterion.factor,
    }


def model_from_json(raw: Any) -> ScoringModel:
    """Read what ``ScoringModel.to_json`` wrote.

    Raises:
        ScoringError: ``bad_model`` with the path of what is missing, of another type or wrong.
    """
    whole = _mapping(raw, "$")
    if whole.get("schema") != SCHEMA:
        raise ScoringError("bad_model", "schema", value=whole.get("schema"), expected=SCHEMA)
    if whole.get("schema_version") != SCHEMA_VERSION:
        raise ScoringError(
            "bad_model",
            "schema_version",
            value=whole.get("schema_version"),
            expected=SCHEMA_VERSION,
        )
    version = whole.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise ScoringError("bad_model", "version", value=version, expected="an integer")
    weights = _mapping(whole.get("family_weights", {}), "family_weights")
    return ScoringModel(
        code=_string(whole.get("code"), "code"),
        version=version,
        label=_text(whole.get("label"), "label"),
        criteria=tuple(
            _criterion(item, f"criteria[{index}]")
            for index, item in enumerate(_list(whole.get("criteria"), "criteria"))
        ),
        family_weights=tuple(
            (family, _number(weight, f"family_weights.{family}"))
            for family, weight in weights.items()
        ),
        method=_string(whole.get("method", "additive"), "method"),
        missing=_string(whole.get("missing", "neutral"), "missing"),
    )


def _criterion(raw: Any, path: str) -> Criterion:
    item = _mapping(raw, path)
    scale = _mapping(item.get("scale"), f"{path}.scale")
    anchors = []
    for index, raw_anchor in enumerate(_list(scale.get("anchors", []), f"{path}.scale.anchors")):
        where = f"{path}.scale.anchors[{index}]"
        anchor = _mapping(raw_anchor, where)
        anchors.append(
            Anchor(
                _number(anchor.get("value"), f"{where}.value"),
                _text(anchor.get("label"), f"{where}.label"),
            )
        )
    return Criterion(
        code=_string(item.get("code"), f"{path}.code"),
        family=_string(item.get("family"), f"{path}.family"),
        label=_text(item.get("label"), f"{path}.label"),
        question=_text(item.get("question", {}), f"{path}.question"),
        scale=Scale(
            minimum=_number(scale.get("minimum"), f"{path}.scale.minimum"),
            maximum=_number(scale.get("maximum"), f"{path}.scale.maximum"),
            anchors=tuple(anchors),
            values=tuple(
                _number(value, f"{path}.scale.values[{index}]")
                for index, value in enumerate(
                    _list(scale.get("values", []), f"{path}.scale.values")
                )
            ),
        ),
        weight=_number(item.get("weight", 1), f"{path}.weight"),
        direction=_string(item.get("direction", "higher"), f"{path}.direction"),
        factor=_string(item.get("factor", ""), f"{path}.factor"),
    )


def _mapping(raw: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise ScoringError("bad_model", path, expected="an object")
    return raw


def _list(raw: Any, path: str) -> Sequence[Any]:
    if not isinstance(raw, list | tuple):
        raise ScoringError("bad_model", path, expected="a list")
    return raw


def _string(raw: Any, path: str) -> str:
    if not isinstance(raw, str):
        raise ScoringError("bad_model", path, value=raw, expected="a text")
    return raw


def _number(raw: Any, path: str) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise ScoringError("bad_model", path, value=raw, expected="a number")
    return raw


def _text(raw: Any, path: str) -> Text:
    item = _mapping(raw, path)
    return Text(
        fr=_string(item.get("fr", ""), f"{path}.fr"), en=_string(item.get("en", ""), f"{path}.en")
    )
