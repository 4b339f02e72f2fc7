"""The smallest change of weights: level, inside the simplex, and none smaller on a fine grid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portulan_core.ranking import (
    RankingError,
    explain_change,
    quick_rank,
    smallest_swap,
    swaps_by_one,
)

STEP = 60
GRID = np.array(
    [[i, j, STEP - i - j] for i in range(STEP + 1) for j in range(STEP + 1 - i)], dtype=float
) / STEP  # fmt: skip

tenths = st.integers(0, 10).map(lambda n: n / 10)
triples = st.tuples(tenths, tenths, tenths)
shares = st.tuples(*[st.integers(0, 10)] * 3).filter(any)


def distance(weights, chosen, measure):
    change = weights - chosen
    return (
        np.abs(change).sum(axis=-1) / 2 if measure == "moved" else np.sqrt((change**2).sum(axis=-1))
    )


@settings(max_examples=300)
@example((0.4, 0.2, 0.3), (0.2, 0.3, 0.4), (1, 1, 0), "moved")  # two gaps equal but for rounding
@given(triples, triples, shares, st.sampled_from(("moved", "euclid")))
def test_no_smaller_change_exists(first, second, weights, measure):
    chosen = np.array(weights) / sum(weights)
    gap = np.array(first) - np.array(second)
    swap = smallest_swap(first, second, weights, measure)
    found = np.array(swap.weights)
    if swap.code == "level":
        assert gap @ chosen <= 1e-9
    elif swap.code == "dominated":
        assert (gap > 0).all()
    else:
        assert found.sum() == pytest.approx(1)
        assert (found >= -1e-12).all()
        assert gap @ found == pytest.approx(0, abs=1e-7)
        assert swap.distance == pytest.approx(distance(found, chosen, measure))
        feasible = GRID[gap @ GRID.T <= 1e-12]
        if len(feasible):
            assert swap.distance <= distance(feasible, chosen, measure).min() + 1e-7


@settings(max_examples=200)
@given(st.data())
def test_the_two_measures_bound_each_other(data):
    size = data.draw(st.integers(2, 8))
    unit = st.floats(0, 1)
    first, second = (data.draw(st.lists(unit, min_size=size, max_size=size)) for _ in range(2))
    weights = data.draw(st.lists(st.floats(0.01, 1), min_size=size, max_size=size))
    moved = smallest_swap(first, second, weights, "moved")
    near = smallest_swap(first, second, weights, "euclid")
    assert moved.code == near.code
    if moved.code == "swap":
        chosen = np.array(weights) / sum(weights)
        for swap in (moved, near):
            gap = (np.array(first) - np.array(second)) @ np.array(swap.weights)
            assert gap == pytest.approx(0, abs=1e-7)
        assert moved.distance <= distance(np.array(near.weights), chosen, "moved") + 1e-7
        assert near.distance <= distance(np.array(moved.weights), chosen, "euclid") + 1e-7


@settings(max_examples=200)
@given(triples, triples, shares)
def test_one_weight_brings_the_two_level(first, second, weights):
    chosen = np.array(weights) / sum(weights)
    answers = swaps_by_one(first, second, weights)
    changes = [abs(answer.after - answer.before) for answer in answers]
    assert changes == sorted(changes)
    for answer in answers:
        others = np.arange(3) != answer.column
        moved = chosen.copy()
        moved[answer.column] = answer.after
        moved[others] *= (1 - answer.after) / (1 - answer.before)
        values = quick_rank([first, second], moved).values
        assert values[0] == pytest.approx(values[1], abs=1e-7)


def test_a_worked_example():
    """A leads by 0.2 on business, B by 0.4 on user, weights 70/30: a gap of 0.02. Each point moved
    from business to user closes 0.006, so 3.33 points must move."""
    swap = smallest_swap([0.8, 0.4], [0.6, 0.8], [70, 30])
    assert swap.distance == pytest.approx(0.02 / 0.6)
    changes = explain_change(("business", "user"), (0.7, 0.3), swap.weights)
    assert {change[0] for change in changes} == {"business", "user"}
    assert smallest_swap([0.8, 0.9], [0.6, 0.8], [1, 1]).code == "dominated"
    assert smallest_swap([0.1, 0.9], [0.6, 0.8], [1, 1]).code == "level"


def test_bad_input_is_refused():
    with pytest.raises(RankingError):
        smallest_swap([0.1], [0.2, 0.3], [1, 1])
    with pytest.raises(RankingError):
        smallest_swap([0.1, 0.2], [0.2, 0.3], [0, 0])
    with pytest.raises(RankingError):
        smallest_swap([0.1, 0.2], [0.2, 0.3], [1, 1], "miles")
