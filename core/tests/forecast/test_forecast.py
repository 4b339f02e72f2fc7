"""Throughput forecasts against laws known in closed form, back-tests on made and real histories."""

from __future__ import annotations

import csv
import math
import os
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan_core.flow import measure
from portulan_core.forecast import ForecastError, back_test, how_many, when_done

pasts = st.lists(st.integers(0, 12), min_size=6, max_size=30)


@settings(max_examples=60, deadline=None)
@given(pasts, st.integers(0, 40), st.integers(1, 3), st.booleans(), st.integers(1, 200))
def test_percentiles_keep_their_promise_in_the_runs(past, periods, block, doubt, runs):
    forecast = how_many(past, periods, runs=runs, block=block, doubt=doubt, seed=4, method="steady")
    assert min(past) * periods <= forecast.samples.min()
    assert forecast.samples.max() <= max(past) * periods
    for chance, items in forecast.at_least.items():
        assert (forecast.samples >= items).mean() >= chance / 100 - 1e-9
        assert (forecast.samples > items).mean() < chance / 100 + 1e-9
    counts = [forecast.at_least[c] for c in sorted(forecast.at_least)]
    assert counts == sorted(counts, reverse=True)


@settings(max_examples=60, deadline=None)
@given(pasts, st.integers(0, 60), st.integers(1, 3), st.booleans(), st.integers(1, 200))
def test_when_done_percentiles_keep_their_promise(past, items, block, doubt, runs):
    forecast = when_done(
        past, items, runs=runs, block=block, doubt=doubt, horizon=50, method="steady"
    )
    for chance, periods in forecast.within.items():
        if periods is None:
            assert forecast.beyond > 1 - chance / 100 - 1e-9
        else:
            assert forecast.chance(periods) >= chance / 100 - 1e-9
            assert (forecast.samples < periods).mean() < chance / 100 + 1e-9
    fastest = math.ceil(items / max(past)) if max(past) else (0 if items == 0 else 51)
    assert forecast.samples.min() >= min(fastest, 51)


@given(st.integers(1, 9), st.integers(0, 200), st.booleans())
def test_a_steady_past_is_certain(rate, items, doubt):
    past = [rate] * 24
    assert set(how_many(past, 7, runs=50, doubt=doubt).at_least.values()) == {7 * rate}
    needed = math.ceil(items / rate)
    assert set(when_done(past, items, runs=50, doubt=doubt).within.values()) == {needed}


def test_how_many_follows_the_binomial_law():
    """Past periods of 0 or 1 drawn evenly: the count is binomial."""
    forecast = how_many([0, 1] * 10, 12, runs=40_000, doubt=False, method="steady")
    shares = np.bincount(forecast.samples, minlength=13) / 40_000
    law = [math.comb(12, k) / 2**12 for k in range(13)]
    assert shares == pytest.approx(law, abs=0.01)


def test_when_done_follows_the_negative_binomial_law():
    forecast = when_done([0, 1] * 10, 3, runs=40_000, doubt=False, method="steady")
    law = [math.comb(n - 1, 2) / 2**n for n in range(3, 15)]
    shares = [float((forecast.samples == n).mean()) for n in range(3, 15)]
    assert shares == pytest.approx(law, abs=0.01)


@pytest.mark.parametrize("method", ["steady", "follow"])
def test_the_two_questions_agree(method):
    """Done within n periods is the same event as at least so many in n periods."""
    rng = np.random.default_rng(0)
    past = rng.poisson(4, 20)
    when = when_done(past, 40, runs=20_000, seed=1, method=method)
    for periods in (8, 10, 12, 15):
        many = how_many(past, periods, runs=20_000, seed=2, method=method)
        assert when.chance(periods) == pytest.approx(many.chance(40), abs=0.02)


@pytest.mark.parametrize("periods", [2, 3, 6])
def test_the_two_questions_agree_on_small_counts_too(periods):
    """Where a part of an item is a good part of the answer."""
    past = np.random.default_rng(7).poisson(1.2, 30)
    for items in (1, 2, 3):
        when = when_done(past, items, runs=40_000, seed=1, method="follow")
        many = how_many(past, periods, runs=40_000, seed=2, method="follow")
        assert when.chance(periods) == pytest.approx(many.chance(items), abs=0.012)


def test_doubt_widens_and_a_range_of_items_too():
    past = np.random.default_rng(1).poisson(4, 10)
    sure, doubtful = (how_many(past, 12, doubt=doubt, seed=3) for doubt in (False, True))
    assert doubtful.samples.std() > 1.2 * sure.samples.std()
    assert doubtful.mean == pytest.approx(sure.mean, rel=0.03)
    fixed, ranged = when_done(past, 40), when_done(past, (30, 50))
    assert ranged.samples.std() > fixed.samples.std()


def test_blocks_keep_good_and_bad_spells_together():
    past = [0] * 12 + [10] * 12
    loose, blocks = (how_many(past, 12, block=b, doubt=False, method="steady") for b in (1, 6))
    assert blocks.samples.std() > 1.5 * loose.samples.std()


@pytest.mark.parametrize("length", [8, 30])
def test_nothing_ever_done_is_never_over(length):
    forecast = when_done([0] * length, 3, horizon=20, runs=100)
    assert forecast.beyond == 1 and set(forecast.within.values()) == {None}
    assert set(forecast.dates(date(2026, 1, 5)).values()) == {None}


def test_dates_are_the_last_day_of_the_period():
    forecast = when_done([2] * 8, 4, runs=10)
    assert forecast.dates(date(2026, 1, 5))[85] == date(2026, 1, 18)


def test_same_seed_same_answer():
    past = [3, 1, 4, 1, 5, 9]
    first, again, other = (how_many(past, 9, seed=s).samples for s in (1, 1, 2))
    assert (first == again).all() and (first != other).any()


# ---------------------------------------------------------------------------- back-test


@pytest.mark.parametrize("method", ["steady", "follow"])
def test_back_test_of_a_steady_past_covers_as_it_says(method):
    past = np.random.default_rng(2).poisson(8, 700)
    result = back_test(past, horizon=4, history=26, runs=500, method=method)
    assert len(result.origins) == 700 - 26 - 4 + 1
    assert result.coverage[80] == pytest.approx(0.83, abs=0.06)
    assert result.kept[85] == pytest.approx(0.87, abs=0.06)
    assert result.verdict == "calibrated"
    assert result.bias == pytest.approx(0, abs=0.3)


def drifting(seed, length=300):
    """Counts whose level wanders by 8 % a week."""
    rng = np.random.default_rng(seed)
    return rng.poisson(np.minimum(8 * np.exp(np.cumsum(rng.normal(0, 0.08, length))), 500))


def test_a_drifting_past_is_followed_where_the_steady_way_is_too_sure():
    results = {
        method: [back_test(drifting(seed), horizon=8, runs=300, method=method) for seed in range(4)]
        for method in ("steady", "follow")
    }
    steady, follow = (
        float(np.mean([r.coverage[80] for r in results[m]])) for m in ("steady", "follow")
    )
    assert steady < 0.65
    assert follow > 0.70
    assert all(r.verdict == "too_narrow" for r in results["steady"])


def test_auto_follows_only_a_past_long_enough():
    assert how_many([3] * 19, 4, runs=10).method == "steady"
    assert how_many([3] * 20, 4, runs=10).method == "follow"
    with pytest.raises(ForecastError, match="too_short"):
        how_many([3] * 8, 4, method="follow")
    with pytest.raises(ForecastError, match="bad_argument"):
        how_many([3] * 8, 4, method="magic")


def test_following_starts_from_the_present_level():
    past = [10] * 30 + [2] * 8
    steady, follow = (how_many(past, 4, method=m).mean for m in ("steady", "follow"))
    assert follow < 0.7 * steady


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=9, max_size=60))
def test_following_never_runs_away(past):
    forecast = how_many(past, 200, runs=50, method="follow")
    assert forecast.samples.min() >= 0
    assert forecast.samples.max() <= 200 * 4 * max(past)


def test_back_test_counts_what_came():
    past = list(range(20))
    result = back_test(past, horizon=2, history=10, runs=50)
    assert [o.actual for o in result.origins] == [sum(past[t : t + 2]) for t in range(10, 19)]
    assert [o.at for o in result.origins] == list(range(10, 19))
    assert (result.independent, result.verdict) == (5, "too_few")


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: how_many([1, 2, 3], 4), "too_short"),
        (lambda: how_many([1, 2, 3, 4, 5, -6], 4), "bad_history"),
        (lambda: how_many([0.5] * 6, 4), "bad_history"),
        (lambda: how_many([1] * 6, -1), "bad_argument"),
        (lambda: how_many([1] * 6, 4, runs=0), "bad_argument"),
        (lambda: how_many([1] * 6, 4, chances=(100,)), "bad_argument"),
        (lambda: when_done([1] * 6, (5, 3)), "bad_argument"),
        (lambda: when_done([1] * 6, 4, horizon=0), "bad_argument"),
        (lambda: back_test([1] * 20), "too_short"),
        (lambda: back_test([1] * 20, history=3), "bad_argument"),
    ],
)
def test_bad_input_is_refused(call, code):
    with pytest.raises(ForecastError) as refused:
        call()
    assert refused.value.code == code


def test_back_test_on_real_tickets():
    data = Path(
        os.environ.get("SHARED_DATA")
        or Path(__file__).resolve().parents[3].parent / "shared" / "data"
    )
    path = data / "flow" / "helpdesk_transitions.csv"
    if not path.exists():
        pytest.skip("no real data at SHARED_DATA or ../shared/data: flow/helpdesk_transitions.csv")
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    done = {"Resolve ticket", "Closed", "VERIFIED", "RESOLVED"}
    report = measure(
        [r["case"] for r in rows], [r["state"] for r in rows], [r["timestamp"] for r in rows],
        {r["state"]: "done" if r["state"] in done else "active" for r in rows},
        as_of=datetime(2013, 12, 30, tzinfo=UTC),
    )  # fmt: skip
    past = report.weeks.throughput()
    steady, follow = (
        back_test(past, horizon=8, history=39, runs=500, method=m) for m in ("steady", "follow")
    )
    assert len(follow.origins) == len(past) - 39 - 8 + 1
    assert steady.verdict == "too_narrow"
    assert follow.coverage[80] > steady.coverage[80] + 0.2
    assert follow.coverage[80] >= 0.7
