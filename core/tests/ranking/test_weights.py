"""Weight sets: on the simplex, without bias, under an order, repeatable."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portulan_core.ranking import RankingError, WeightSpace

ABC = ("a", "b", "c")


def draw(space: WeightSpace, count: int = 20_000, seed: int = 1) -> np.ndarray:
    return space.sample(count, np.random.default_rng(seed))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_sets_are_shares_that_respect_the_order(data):
    size = data.draw(st.integers(1, 6))
    columns = tuple("abcdef"[:size])
    pairs = [pair for pair in itertools.combinations(columns, 2) if data.draw(st.booleans())]
    kind = data.draw(st.sampled_from(("uniform", "around")))
    weights = tuple(float(size - i) for i in range(size))
    space = WeightSpace(columns, weights, kind, 5, tuple(pairs))
    sets = draw(space, 200)
    assert sets.shape == (200, size)
    assert (sets >= 0).all()
    assert sets.sum(axis=1) == pytest.approx(1)
    for heavier, lighter in pairs:
        assert (sets[:, columns.index(heavier)] >= sets[:, columns.index(lighter)]).all()
    assert (sets == draw(space, 200)).all()


def test_uniform_sets_have_the_moments_of_the_simplex():
    sets = draw(WeightSpace(("a", "b", "c", "d"), (9, 1, 1, 1), "uniform"))
    assert sets.mean(axis=0) == pytest.approx([0.25] * 4, abs=0.005)
    assert sets.var(axis=0) == pytest.approx([3 / 80] * 4, rel=0.05)


def test_complete_order_gives_the_rank_order_centroid():
    space = WeightSpace(ABC, (1, 1, 1), "uniform", at_least=(("c", "a"), ("a", "b")))
    assert draw(space).mean(axis=0) == pytest.approx([5 / 18, 2 / 18, 11 / 18], abs=0.004)


@pytest.mark.parametrize(
    "order",
    [
        (("a", "b"),),
        (("a", "b"), ("a", "c")),
        (("a", "b"), ("c", "d")),
        (("a", "c"), ("b", "c"), ("b", "d")),
    ],
)
def test_partial_order_equals_rejection(order):
    columns = ("a", "b", "c", "d")
    drawn = np.random.default_rng(3).dirichlet(np.ones(4), 80_000)
    keep = np.ones(len(drawn), dtype=bool)
    for heavier, lighter in order:
        keep &= drawn[:, columns.index(heavier)] >= drawn[:, columns.index(lighter)]
    oracle = drawn[keep]
    sets = draw(WeightSpace(columns, (1, 1, 1, 1), "uniform", at_least=order))
    assert sets.mean(axis=0) == pytest.approx(oracle.mean(axis=0), abs=0.006)
    assert np.cov(sets.T) == pytest.approx(np.cov(oracle.T), abs=0.002)


def test_around_is_centred_and_tightens_with_strength():
    weights = (0.5, 0.3, 0.2)
    loose, firm = (draw(WeightSpace(ABC, weights, strength=s)) for s in (10, 200))
    for sets in (loose, firm):
        assert sets.mean(axis=0) == pytest.approx(weights, abs=0.005)
    assert firm.std(axis=0)[0] == pytest.approx(math.sqrt(0.25 / 201), rel=0.05)
    assert (firm.std(axis=0) < loose.std(axis=0)).all()


def test_default_strength_means_what_its_comment_says():
    sets = draw(WeightSpace(ABC, (0.2, 0.4, 0.4)))
    low, high = np.quantile(sets[:, 0], (0.05, 0.95))
    assert (low, high) == pytest.approx((0.12, 0.30), abs=0.01)


def test_a_weight_of_nil_stays_nil():
    assert (draw(WeightSpace(ABC, (1, 0, 1)))[:, 1] == 0).all()


@given(st.lists(st.tuples(st.sampled_from(ABC), st.sampled_from(ABC)), max_size=5))
def test_a_cycle_in_the_order_is_refused(pairs):
    assume(all(a != b for a, b in pairs))
    possible = any(
        all(order.index(a) < order.index(b) for a, b in pairs)
        for order in itertools.permutations(ABC)
    )
    if possible:
        WeightSpace(ABC, (1, 1, 1), "uniform", at_least=tuple(pairs))
    else:
        with pytest.raises(RankingError, match="order_cycle"):
            WeightSpace(ABC, (1, 1, 1), "uniform", at_least=tuple(pairs))


def test_an_order_against_firm_weights_is_refused_not_looped_on():
    space = WeightSpace(ABC, (0.8, 0.1, 0.1), strength=500, at_least=(("b", "a"),))
    with pytest.raises(RankingError) as refused:
        draw(space)
    assert refused.value.code == "order_rejected"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"weights": (1, 1)}, "bad_weights"),
        ({"weights": (0, 0, 0)}, "bad_weights"),
        ({"weights": (1, -1, 1)}, "bad_weights"),
        ({"weights": (1, math.nan, 1)}, "bad_weights"),
        ({"columns": ("a", "a", "b")}, "bad_weights"),
        ({"kind": "magic"}, "bad_argument"),
        ({"strength": 0}, "bad_argument"),
        ({"at_least": (("a", "z"),)}, "bad_order"),
        ({"at_least": (("a", "a"),)}, "bad_order"),
    ],
)
def test_bad_spaces_are_refused(arguments, code):
    with pytest.raises(RankingError) as refused:
        WeightSpace(**{"columns": ABC, "weights": (1, 1, 1), **arguments})
    assert refused.value.code == code
