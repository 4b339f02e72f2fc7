"""Promised against realised: the bias is found when there is one, and not when there is none."""

from __future__ import annotations

import dataclasses
import itertools
import math
import statistics
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan_core.calibration import (
    CalibrationError,
    Outcome,
    calibrate,
    median_interval,
)

DAY = date(2026, 3, 1)


def ratios(values, kind="cost", group=""):
    return [Outcome(kind, 100.0, 100.0 * v, group, f"k{i}") for i, v in enumerate(values)]


@given(st.lists(st.floats(0, 10), min_size=5, max_size=40))
def test_bias_is_the_median_and_its_interval_holds_it(values):
    (found,) = calibrate(ratios(values))
    assert found.bias == pytest.approx(statistics.median(values))
    assert found.low - 1e-9 <= found.bias <= found.high + 1e-9
    assert found.p10 == pytest.approx(np.quantile(values, 0.1))
    assert found.p90 == pytest.approx(np.quantile(values, 0.9))
    assert found.count == len(values)


@pytest.mark.parametrize("count", range(1, 13))
def test_median_interval_by_counting_every_case(count):
    """Each outcome falls under or over the true median evenly: count the cases that hold it."""
    places = median_interval(count, 0.90)

    def held(low, high):
        return (
            sum(low < sum(under) <= high for under in itertools.product((0, 1), repeat=count))
            / 2**count
        )

    if places is None:
        assert held(0, count - 1) < 0.90
    else:
        low, high = places
        assert held(low, high) >= 0.90
        if low + 1 < high - 1:
            assert held(low + 1, high - 1) < 0.90


def test_underestimated_costs_get_a_factor():
    (found,) = calibrate(ratios([1.1, 1.2, 1.25, 1.3, 1.3, 1.35, 1.4, 1.5]))
    assert [advice.code for advice in found.advice] == ["multiply"]
    assert found.advice[0].params["factor"] == pytest.approx(1.3)
    assert found.better > 0.5


def test_late_dates_get_days():
    outcomes = [Outcome("date", DAY, DAY + timedelta(days=d)) for d in (20, 25, 30, 30, 35, 40)]
    (found,) = calibrate(outcomes)
    assert found.advice[0].code == "add_days"
    assert found.advice[0].params["days"] == 30


def test_no_bias_no_correction():
    (found,) = calibrate(ratios([0.9, 0.95, 1.0, 1.0, 1.02, 1.1, 0.97]))
    assert [advice.code for advice in found.advice] == ["unbiased"]
    assert found.within == 1.0


def test_spread_outcomes_ask_for_ranges():
    (found,) = calibrate(ratios([0.2, 0.4, 1.0, 1.0, 2.0, 4.0], kind="value"))
    assert "give_ranges" in [advice.code for advice in found.advice]
    (found,) = calibrate(ratios([0.0, 0.0, 1.0, 1.0, 1.0, 1.0], kind="value"))
    assert "give_ranges" in [advice.code for advice in found.advice]


@given(st.integers(0, 4))
def test_too_few_says_nothing(count):
    outcomes = [*ratios([3.0] * count), Outcome("cost", 10.0)]
    (found,) = calibrate(outcomes)
    assert (found.bias, found.low, found.better) == (None, None, None)
    assert found.advice[0].code == "too_few"
    assert found.advice[0].params == {"count": count, "needed": 5}
    assert found.pending == 1


def test_what_cannot_be_compared_is_counted():
    outcomes = [*ratios([1.0] * 5), Outcome("cost", 0.0, 5.0), Outcome("cost", 3.0, None)]
    (found,) = calibrate(outcomes)
    assert (found.count, found.unusable, found.pending) == (5, 1, 1)


def test_kinds_and_groups_are_kept_apart_or_pooled():
    outcomes = ratios([1.0] * 5, group="licence") + ratios([2.0] * 5, group="build")
    outcomes += [Outcome("date", DAY, DAY)] * 5
    apart = calibrate(outcomes)
    assert [(c.kind, c.group, c.bias) for c in apart] == [
        ("cost", "build", 2.0),
        ("cost", "licence", 1.0),
        ("date", "", 0.0),
    ]
    pooled = calibrate(outcomes, by_group=False)
    assert [(c.kind, c.count) for c in pooled] == [("cost", 10), ("date", 5)]


def test_a_biased_but_wild_past_is_not_a_correction():
    """Above the promise nearly always, but correcting by the others would not have helped."""
    (found,) = calibrate(ratios([1.01, 1.02, 1.03, 1.03, 1.5, 3.0, 4.0, 5.0, 6.0]))
    assert found.low > 1
    assert (found.better <= 0) == (found.advice[0].code == "correction_unproven")


def test_false_alarms_stay_rare():
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(500):
        (found,) = calibrate(ratios(np.exp(rng.normal(0, 0.3, 20)).tolist()))
        alarms += found.advice[0].code in ("multiply", "correction_unproven")
    assert alarms / 500 < 0.12


def test_nobody_is_ranked():
    names = {field.name for field in dataclasses.fields(Outcome)}
    assert not names & {"author", "person", "owner", "team"}


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome("mood", 1.0, 1.0), "bad_kind"),
        (Outcome("cost", DAY, 1.0), "bad_figure"),
        (Outcome("date", 3.0, DAY), "bad_figure"),
        (Outcome("cost", math.nan, 1.0), "bad_figure"),
        (Outcome("cost", 1.0, True), "bad_figure"),
        (Outcome("cost", "12", 1.0), "bad_figure"),
        (Outcome("value", None, 1.0), "bad_figure"),
    ],
)
def test_bad_outcomes_are_refused(outcome, code):
    with pytest.raises(CalibrationError) as refused:
        calibrate([outcome])
    assert refused.value.code == code


def test_too_few_cannot_be_asked_for():
    with pytest.raises(CalibrationError):
        calibrate([], needed=2)
