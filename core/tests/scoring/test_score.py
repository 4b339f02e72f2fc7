"""Scoring: contributions add up, bounds hold, the order is that of the native formula."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan_core.scoring import (
    FAMILIES,
    FIVE_FAMILIES,
    ICE,
    PRESETS,
    RICE,
    WSJF,
    Criterion,
    Rating,
    Scale,
    ScoringError,
    ScoringModel,
    Text,
    combine,
    compare,
    explain,
    model_from_json,
    score,
    score_matrix,
)
from portulan_core.scoring.jsonform import schema


@st.composite
def additive_models(draw: st.DrawFn) -> ScoringModel:
    count = draw(st.integers(1, 8))
    criteria = []
    for index in range(count):
        low = draw(st.integers(-5, 5))
        criteria.append(
            Criterion(
                code=f"c{index}",
                family=draw(st.sampled_from(FAMILIES)),
                label=Text(f"C{index}"),
                scale=Scale(low, low + draw(st.integers(1, 20)), (), ()),
                weight=draw(st.integers(1, 9)),
                direction=draw(st.sampled_from(("higher", "lower"))),
            )
        )
    used = {criterion.family for criterion in criteria}
    return ScoringModel(
        code="m",
        version=1,
        label=Text("M"),
        criteria=tuple(criteria),
        family_weights=tuple((f, draw(st.integers(1, 50))) for f in FAMILIES if f in used),
        missing=draw(st.sampled_from(("neutral", "worst", "redistribute", "refuse"))),
    )


def draw_values(draw: st.DrawFn, model: ScoringModel, holes: bool) -> dict[str, float | None]:
    values: dict[str, float | None] = {}
    for criterion in model.criteria:
        if holes and draw(st.booleans()):
            if draw(st.booleans()):
                values[criterion.code] = None
            continue
        values[criterion.code] = draw(
            st.floats(criterion.scale.minimum, criterion.scale.maximum, allow_nan=False)
        )
    return values


@st.composite
def scored(draw: st.DrawFn) -> tuple[ScoringModel, dict[str, float | None]]:
    model = draw(st.one_of(additive_models(), st.sampled_from(PRESETS)))
    return model, draw_values(draw, model, holes=True)


def plain_score(model: ScoringModel, values: dict[str, float]) -> float:
    """The weighted mean as a person would work it out: family means, then the mean of families."""
    families = dict(model.family_weights)
    total = 0.0
    for family in {c.family for c in model.criteria}:
        inside = [c for c in model.criteria if c.family == family]
        top = 0.0
        for c in inside:
            place = (values[c.code] - c.scale.minimum) / (c.scale.maximum - c.scale.minimum)
            top += c.weight * (place if c.direction == "higher" else 1 - place)
        total += families[family] * top / sum(c.weight for c in inside)
    return 100 * total / sum(families.values())


@given(scored())
def test_contributions_add_up_exactly(case):
    model, values = case
    result = score(model, values)
    if result.points is None:
        assert result.status in ("empty", "refused")
        assert result.value is None
        return
    assert sum(c.points for c in result.contributions) == result.points
    assert sum(f.points for f in result.families) == result.points
    assert sum(c.possible for c in result.contributions) == 10_000
    assert all(c.points >= 0 for c in result.contributions)
    if model is not WSJF:
        assert all(c.points <= c.possible + 1 for c in result.contributions)
    for digits in (0, 1, 2):
        rounded = result.rounded(digits)
        whole = round(result.points / 10 ** (2 - digits))
        assert round(math.fsum(rounded.values()) * 10**digits) == whole


@given(scored())
def test_value_lies_between_what_the_missing_could_make_of_it(case):
    model, values = case
    result = score(model, values)
    if result.value is None:
        return
    assert 0 <= result.value <= 100
    assert result.low - 0.01 <= result.value <= result.high + 0.01
    if not result.missing:
        assert result.low == pytest.approx(result.high)
    assert 0 <= result.confidence <= result.coverage <= 1


@given(st.data())
def test_additive_value_is_the_mean_of_family_means(data):
    model = data.draw(additive_models())
    values = draw_values(data.draw, model, holes=False)
    assert score(model, values).value == pytest.approx(plain_score(model, values), abs=0.006)


@given(st.data())
def test_a_better_value_never_lowers_the_score(data):
    model = data.draw(st.one_of(additive_models(), st.sampled_from(PRESETS)))
    values = draw_values(data.draw, model, holes=False)
    criterion = data.draw(st.sampled_from(model.criteria))
    scale = criterion.scale
    best = scale.maximum if criterion.direction == "higher" else scale.minimum
    before, after = score(model, values), score(model, {**values, criterion.code: best})
    assert after.points >= before.points


NATIVE = {
    "wsjf": lambda v: (v["value"] + v["time"] + v["opportunity"]) / v["size"],
    "rice": lambda v: v["reach"] * v["impact"] * v["confidence"] / 100 / v["effort"],
    "ice": lambda v: v["impact"] * v["confidence"] * v["ease"],
}


@pytest.mark.parametrize("model", [WSJF, RICE, ICE], ids=lambda model: model.code)
@given(data=st.data())
def test_multiplicative_presets_give_the_native_figure_and_its_order(model, data):
    first = draw_values(data.draw, model, holes=False)
    second = draw_values(data.draw, model, holes=False)
    a, b = score(model, first), score(model, second)
    native = NATIVE[model.code]
    assert a.raw == pytest.approx(native(first))
    if a.points != b.points:
        assert (a.points > b.points) == (native(first) > native(second))


@pytest.mark.parametrize("model", [WSJF, RICE, ICE], ids=lambda model: model.code)
def test_multiplicative_value_spans_the_whole_range(model):
    best = {
        c.code: c.scale.maximum if c.direction == "higher" else c.scale.minimum
        for c in model.criteria
    }
    worst = {
        c.code: c.scale.minimum if c.direction == "higher" else c.scale.maximum
        for c in model.criteria
    }
    assert score(model, best).value == 100
    assert score(model, worst).value == 0


def two_criteria(missing: str) -> ScoringModel:
    return ScoringModel(
        code="two",
        version=3,
        label=Text("Deux", "Two"),
        criteria=(
            Criterion("a", "business", Text("A")),
            Criterion("b", "user", Text("B")),
        ),
        family_weights=(("business", 3), ("user", 1)),
        missing=missing,
    )


@pytest.mark.parametrize(
    ("missing", "value", "status"),
    [
        ("neutral", 87.5, "partial"),
        ("worst", 75.0, "partial"),
        ("redistribute", 100.0, "partial"),
        ("refuse", None, "refused"),
    ],
)
def test_each_treatment_of_a_missing_criterion(missing, value, status):
    result = score(two_criteria(missing), {"a": 5})
    assert (result.value, result.status, result.missing) == (value, status, ("b",))
    assert result.coverage == 0.75
    if value is not None:
        assert (result.low, result.high) == (75.0, 100.0)


def test_nothing_scored_has_no_value():
    result = score(two_criteria("neutral"), {"a": None})
    assert (result.status, result.value) == ("empty", None)
    assert [reason.code for reason in explain(two_criteria("neutral"), result)] == ["not_scored"]


@pytest.mark.parametrize(
    ("values", "code", "path"),
    [
        ({"z": 3}, "unknown_criterion", "z"),
        ({"a": 6}, "out_of_scale", "a"),
        ({"a": math.nan}, "not_a_number", "a"),
        ({"a": True}, "not_a_number", "a"),
        ({"a": "4"}, "not_a_number", "a"),
        ({"a": Rating(4, confidence=1.5)}, "bad_confidence", "a"),
    ],
)
def test_bad_values_are_refused_with_their_place(values, code, path):
    with pytest.raises(ScoringError) as refused:
        score(two_criteria("neutral"), values)
    assert (refused.value.code, refused.value.path) == (code, path)
    with pytest.raises(ScoringError) as refused:
        score_matrix(two_criteria("neutral"), [{}, values])
    assert (refused.value.code, refused.value.path) == (code, f"[1].{path}")


@settings(max_examples=40)
@given(st.data(), st.sampled_from(("family", "criterion")))
def test_matrix_gives_the_same_values_as_one_by_one(data, by):
    model = data.draw(st.one_of(additive_models(), st.sampled_from((FIVE_FAMILIES, WSJF))))
    model = replace(model, missing="neutral") if model.missing == "refuse" else model
    rows = [draw_values(data.draw, model, holes=True) for _ in range(data.draw(st.integers(1, 4)))]
    matrix = score_matrix(model, rows, by=by)
    assert math.fsum(matrix.weights) == pytest.approx(1)
    for row, value, coverage in zip(rows, matrix.values, matrix.coverage, strict=True):
        result = score(model, row)
        assert coverage == pytest.approx(result.coverage)
        if result.value is not None:
            assert value == pytest.approx(result.value, abs=0.006)


def test_absence_and_disagreement_widen_the_spread():
    model = two_criteria("neutral")
    sure = {"a": Rating(3, confidence=1.0), "b": Rating(3, confidence=1.0)}
    split = {"a": Rating(3, confidence=1.0, spread=2.0, scorers=4), "b": Rating(3, confidence=1.0)}
    absent = {"a": Rating(3, confidence=1.0)}
    spreads = score_matrix(model, [sure, split, absent]).spreads
    assert spreads[0].tolist() == [0, 0]
    assert spreads[1][0] == pytest.approx((2 / 2) / 4)
    assert spreads[2][1] == pytest.approx(math.sqrt(1 / 12))


def test_scorers_are_combined_and_their_disagreement_shown():
    model = two_criteria("neutral")
    consensus = combine(model, [{"a": 1, "b": 3}, {"a": 5, "b": Rating(4, 0.9)}, {"a": None}])
    assert consensus["a"].rating == Rating(3, None, pytest.approx(math.sqrt(8)), 2)
    assert consensus["a"].disagree
    assert not consensus["b"].disagree
    assert consensus["b"].rating.confidence == 0.9
    assert score(model, {code: c.rating for code, c in consensus.items()}).status == "complete"


@given(st.data())
def test_gaps_between_two_objects_add_up(data):
    values = [draw_values(data.draw, FIVE_FAMILIES, holes=False) for _ in range(2)]
    first, second = (score(FIVE_FAMILIES, row) for row in values)
    gaps = compare(first, second)
    assert sum(gap.points for gap in gaps) == first.points - second.points
    sizes = [abs(gap.points) for gap in gaps]
    assert sizes == sorted(sizes, reverse=True)


def test_explanation_names_what_carries_and_what_holds_back():
    values = {criterion.code: 3 for criterion in FIVE_FAMILIES.criteria}
    values |= {"gain": 5, "problem": 1}
    del values["mastery"]
    reasons = explain(FIVE_FAMILIES, score(FIVE_FAMILIES, values))
    assert [reason.code for reason in reasons] == ["carried_by", "held_back_by", "missing"]
    assert reasons[0].params["criteria"] == ("gain",)
    assert reasons[1].params["criteria"] == ("problem",)
    assert reasons[2].params["criteria"] == ("mastery",)


@given(st.one_of(additive_models(), st.sampled_from(PRESETS)))
def test_json_round_trip(model):
    assert model_from_json(json.loads(json.dumps(model.to_json()))) == model


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"schema": "x"}, "schema"),
        ({"version": "1"}, "version"),
        ({"version": 0}, "version"),
        ({"criteria": []}, "criteria"),
        ({"criteria": [3]}, "criteria[0]"),
        ({"family_weights": {"business": -1}}, "family_weights.business"),
        ({"family_weights": {}}, "family_weights.business"),
        ({"method": "magic"}, "method"),
        ({"missing": "magic"}, "missing"),
        ({"label": {"fr": 3}}, "label.fr"),
    ],
)
def test_bad_model_says_where(change, path):
    raw = {**two_criteria("neutral").to_json(), **change}
    with pytest.raises(ScoringError) as refused:
        model_from_json(raw)
    assert (refused.value.code, refused.value.path) == ("bad_model", path)


def test_presets_are_complete_in_both_languages():
    for model in PRESETS:
        assert model.label.fr and model.label.en
        for criterion in model.criteria:
            texts = [criterion.label, criterion.question]
            texts += [anchor.label for anchor in criterion.scale.anchors]
            assert len(criterion.scale.anchors) >= 2
            assert all(text.fr and text.en for text in texts)
    for family in FAMILIES:
        assert sum(c.family == family for c in FIVE_FAMILIES.criteria) == 3
    assert sum(weight for _, weight in FIVE_FAMILIES.family_weights) == 100


def test_nearest_anchor_from_below():
    scale = FIVE_FAMILIES.criterion("gain").scale
    assert [scale.anchor(value).value for value in (1, 2, 3, 4.9, 5)] == [1, 1, 3, 3, 5]


def test_text_falls_back_to_the_other_language():
    assert Text(fr="Gain").get("en") == "Gain"
    assert Text(en="Gain", fr="Gain attendu").get("fr-ca") == "Gain attendu"


def test_all_permutations_of_criteria_give_the_same_value():
    model = two_criteria("neutral")
    values = {"a": 2, "b": 5}
    found = {
        score(replace(model, criteria=tuple(order)), values).points
        for order in itertools.permutations(model.criteria)
    }
    assert len(found) == 1


# -- the published schema


def test_every_preset_follows_the_published_schema_and_reads_back() -> None:
    for model in PRESETS:
        written = model.to_json()
        jsonschema.validate(written, schema())
        assert model_from_json(written) == model


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("schema",), "other"), (("version",), 0), (("criteria",), []), (("missing",), "guess"),
        (("criteria", 0, "family"), "none"), (("criteria", 0, "scale"), {"minimum": 1}),
        (("family_weights",), {"luck": 1}), (("criteria", 0, "weight"), -1),
    ],
)  # fmt: skip
def test_the_schema_refuses_what_reading_refuses(where: tuple[object, ...], value: object) -> None:
    written = FIVE_FAMILIES.to_json()
    at = written
    for key in where[:-1]:
        at = at[key]
    at[where[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written, schema())
    with pytest.raises(ScoringError):
        model_from_json(written)


@pytest.mark.parametrize(
    ("model", "values", "figure"),
    [
        # S. McBride's unit: people, times effect, times 80 %, over person-months.
        (RICE, {"reach": 1000, "impact": 2, "confidence": 80, "effort": 4}, 400),
        (WSJF, {"value": 8, "time": 5, "opportunity": 3, "size": 2}, 8),
        (ICE, {"impact": 7, "confidence": 5, "ease": 9}, 315),
    ],
    ids=lambda given: getattr(given, "code", ""),
)
def test_the_native_figure_is_that_of_the_source(model, values, figure) -> None:
    assert score(model, values).raw == pytest.approx(figure)
