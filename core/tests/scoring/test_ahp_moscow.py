"""Weights from comparisons, and MoSCoW as a filter."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan_core.scoring import ScoringError, ahp, moscow
from portulan_core.scoring.ahp import RANDOM_INDEX

NAMES = ("business", "user", "vision", "feasibility", "risk")


def all_pairs(weights):
    return {(a, b): weights[a] / weights[b] for a, b in itertools.combinations(sorted(weights), 2)}


@given(st.lists(st.integers(1, 9), min_size=2, max_size=8))
def test_consistent_comparisons_give_back_their_weights(numbers):
    weights = {f"c{index}": number for index, number in enumerate(numbers)}
    result = ahp(tuple(weights), all_pairs(weights))
    total = sum(numbers)
    assert result.weights == pytest.approx([number / total for number in numbers])
    assert result.ratio == pytest.approx(0, abs=1e-9)
    assert result.consistent and result.doubts == ()


@given(st.lists(st.integers(1, 9), min_size=3, max_size=6))
def test_a_chain_of_comparisons_is_enough_when_consistent(numbers):
    weights = {f"c{index}": number for index, number in enumerate(numbers)}
    names = tuple(weights)
    chain = {(a, b): weights[a] / weights[b] for a, b in itertools.pairwise(names)}
    result = ahp(names, chain)
    assert result.weights == pytest.approx([n / sum(numbers) for n in numbers], rel=1e-6)
    assert result.missing == len(names) * (len(names) - 1) // 2 - len(chain)


@given(st.data())
def test_weights_of_three_are_geometric_means(data):
    """With three criteria the principal eigenvector equals the row geometric means."""
    a, b, c = (data.draw(st.floats(1 / 9, 9)) for _ in range(3))
    result = ahp("xyz", {("x", "y"): a, ("x", "z"): b, ("y", "z"): c})
    means = [(a * b) ** (1 / 3), (c / a) ** (1 / 3), (1 / (b * c)) ** (1 / 3)]
    assert result.weights == pytest.approx([m / sum(means) for m in means], rel=1e-6)


def test_contradiction_is_measured_and_its_place_named():
    result = ahp(
        "abcd",
        {("a", "b"): 3, ("b", "c"): 3, ("a", "c"): 1 / 4, ("a", "d"): 5, ("b", "d"): 3,
         ("c", "d"): 1},
    )  # fmt: skip
    assert not result.consistent
    assert (result.doubts[0].first, result.doubts[0].second) == ("a", "c")
    assert result.doubts[0].stated < 1 < result.doubts[0].implied


@pytest.mark.parametrize("size", [3, 4, 5, 7, 10])
def test_random_index_is_that_of_random_matrices(size):
    rng = np.random.default_rng(size)
    scale = np.array([1 / k for k in range(9, 1, -1)] + list(range(1, 10)))
    upper = np.triu_indices(size, 1)
    matrices = np.ones((4000, size, size))
    draws = rng.choice(scale, (4000, len(upper[0])))
    matrices[:, upper[0], upper[1]] = draws
    matrices[:, upper[1], upper[0]] = 1 / draws
    largest = np.linalg.eigvals(matrices).real.max(axis=1)
    index = ((largest - size) / (size - 1)).mean()
    assert index == pytest.approx(RANDOM_INDEX[size], rel=0.04)


@pytest.mark.parametrize(
    ("comparisons", "code"),
    [
        ({("a", "b"): 10}, "bad_comparison"),
        ({("a", "b"): 0}, "bad_comparison"),
        ({("a", "b"): math.nan}, "bad_comparison"),
        ({("a", "z"): 2}, "bad_comparison"),
        ({("a", "b"): 2, ("b", "a"): 2}, "bad_comparison"),
        ({("a", "b"): 2}, "not_connected"),
    ],
)
def test_bad_comparisons_are_refused(comparisons, code):
    with pytest.raises(ScoringError) as refused:
        ahp("abc", comparisons)
    assert refused.value.code == code


def test_moscow_keeps_the_order_and_excludes_the_refused():
    result = moscow({"p": "should", "q": "must", "r": "wont", "s": None, "t": "must"})
    assert result.kept == ("q", "t", "p", "s")
    assert result.excluded == ("r",)
    assert result.must_share == 0.5 and not result.overloaded


def test_moscow_says_when_must_has_lost_its_meaning():
    result = moscow({"p": "must", "q": "could"}, effort={"p": 70, "q": 30})
    assert result.must_share == 0.7 and result.overloaded


def test_moscow_refuses_an_unknown_class():
    with pytest.raises(ScoringError) as refused:
        moscow({"p": "maybe"})
    assert (refused.value.code, refused.value.path) == ("unknown_class", "p")


def test_moscow_of_nothing():
    assert moscow({}).must_share is None


@pytest.mark.parametrize(
    "comparisons",
    [{("a", "b"): "3"}, {("a", "b"): None}, {("a", "b"): True}, {"ab": 3}, {("a", "b", "c"): 3}],
)
def test_a_comparison_that_is_no_number_or_no_pair_is_refused(comparisons) -> None:
    with pytest.raises(ScoringError) as caught:
        ahp(("a", "b"), comparisons)
    assert caught.value.code == "bad_comparison"
