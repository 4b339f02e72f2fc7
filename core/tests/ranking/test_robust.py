"""Rank ranges against a plain count, ties by lot, groups, and the sentence."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan_core.ranking import (
    RankingError,
    WeightSpace,
    quick_rank,
    rank_ranges,
    robust,
    say,
    say_cut,
    smallest_swap,
    tied_groups,
)


def space_of(size: int, **options) -> WeightSpace:
    columns = tuple(f"c{i}" for i in range(size))
    return WeightSpace(columns, tuple(float(size - i) for i in range(size)), **options)


@st.composite
def tables(draw, low=1, high=7):
    """Utilities without ties for almost any weights."""
    items, criteria = draw(st.integers(low, high)), draw(st.integers(1, 4))
    seed = draw(st.integers(0, 10_000))
    return np.random.default_rng(seed).random((items, criteria))


def plain_ranks(table, weights):
    """Rank of each item for each weight set, by sorting plain Python numbers."""
    result = []
    for row in weights.tolist():
        values = [sum(u * w for u, w in zip(line, row, strict=True)) for line in table.tolist()]
        order = sorted(range(len(values)), key=lambda i: -values[i])
        ranks = [0] * len(values)
        for position, item in enumerate(order):
            ranks[item] = position + 1
        result.append(ranks)
    return np.array(result)


@settings(max_examples=60, deadline=None)
@given(tables(), st.sampled_from(("uniform", "around")), st.integers(1, 300))
def test_ranges_and_shares_equal_a_plain_count(table, kind, sets):
    space = space_of(table.shape[1], kind=kind, strength=10)
    ranges = rank_ranges(table, space, sets=sets, seed=7, top=(1, 2, 50))
    ranks = plain_ranks(table, space.sample(sets, np.random.default_rng(7)))
    items = len(table)
    assert ranges.mean_rank == pytest.approx(ranks.mean(axis=0))
    assert (ranges.best == ranks.min(axis=0)).all()
    assert (ranges.worst == ranks.max(axis=0)).all()
    assert ranges.first == pytest.approx((ranks == 1).mean(axis=0))
    assert ranges.top[2] == pytest.approx((ranks <= 2).mean(axis=0))
    assert ranges.top[50] == pytest.approx(np.ones(items))
    for rank in range(1, items + 1):
        assert ranges.acceptability[:, rank - 1] == pytest.approx((ranks == rank).mean(axis=0))
    position = {item: i for i, item in enumerate(ranges.compared.tolist())}
    for a, b in itertools.permutations(range(items), 2):
        wins = (ranks[:, a] < ranks[:, b]).mean()
        assert ranges.pairwise[position[a], position[b]] == pytest.approx(wins)


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(1, 300), st.sampled_from((0.5, 0.8, 0.9, 0.95)))
def test_a_range_holds_its_share_of_the_cases_and_is_tight(table, sets, plausible):
    space = space_of(table.shape[1], kind="uniform")
    ranges = rank_ranges(table, space, sets=sets, seed=3, plausible=plausible)
    ranks = plain_ranks(table, space.sample(sets, np.random.default_rng(3)))
    inside = (ranks >= ranges.low) & (ranks <= ranges.high)
    assert (inside.mean(axis=0) >= plausible - 1e-9).all()
    tail = (1 - plausible) / 2
    assert ((ranks < ranges.low).mean(axis=0) <= tail + 1e-9).all()
    assert ((ranks > ranges.high).mean(axis=0) <= tail + 1e-9).all()
    # One rank tighter on a side that is not yet at the extreme leaves more than the tail out.
    tighter = (ranks <= ranges.low).mean(axis=0)
    assert (tighter >= tail - 1e-9).all()


def test_central_weights_put_their_item_first():
    table = np.array([[1.0, 0.0], [0.0, 1.0], [0.1, 0.1]])
    ranges = rank_ranges(table, space_of(2, kind="uniform"), sets=4000)
    assert ranges.central[0] == pytest.approx([0.75, 0.25], abs=0.01)
    assert ranges.central[1] == pytest.approx([0.25, 0.75], abs=0.01)
    assert np.isnan(ranges.central[2]).all()


@pytest.mark.parametrize("copies", [2, 3, 4, 8])
def test_equal_items_are_treated_alike(copies):
    table = np.vstack([np.tile([[0.6, 0.4]], (copies, 1)), [[0.1, 0.1]]])
    ranges = rank_ranges(table, space_of(2), sets=20_000)
    assert ranges.first[:copies] == pytest.approx([1 / copies] * copies, abs=0.02)
    assert ranges.mean_rank[:copies] == pytest.approx([(copies + 1) / 2] * copies, abs=0.05)
    assert ranges.pairwise[:copies, :copies] == pytest.approx(np.full((copies, copies), 0.5))
    assert ranges.rank[:copies].tolist() == [1] * copies
    assert ranges.groups[0].items == tuple(range(copies)) and ranges.groups[0].separated
    statement = say(ranges)
    assert statement.code in ("tie_first", "open_top")
    assert statement.params["count"] == copies


def test_uncertain_scores_give_the_winning_share_of_the_normal_law():
    """With one criterion the difference of two items is normal: a closed form to compare with."""
    table, spreads = np.array([[0.6], [0.5]]), np.array([[0.1], [0.2]])
    ranges = rank_ranges(table, space_of(1), spreads=spreads, sets=40_000)
    expected = 0.5 * (1 + math.erf(0.1 / math.hypot(0.1, 0.2) / math.sqrt(2)))
    assert ranges.pairwise[0, 1] == pytest.approx(expected, abs=0.01)
    assert ranges.first == pytest.approx([expected, 1 - expected], abs=0.01)


def test_uncertain_scores_equal_noise_drawn_criterion_by_criterion():
    rng = np.random.default_rng(5)
    table, spreads = rng.random((5, 3)), rng.random((5, 3)) * 0.3
    space = space_of(3)
    ranges = rank_ranges(table, space, spreads=spreads, sets=30_000)
    weights = space.sample(30_000, rng)
    noisy = table + spreads * rng.standard_normal((30_000, 5, 3))
    winners = np.einsum("kim,km->ki", noisy, weights).argmax(axis=1)
    shares = np.bincount(winners, minlength=5) / 30_000
    assert ranges.first == pytest.approx(shares, abs=0.015)


def test_same_seed_same_answer_whatever_the_chunks(monkeypatch):
    table = np.random.default_rng(0).random((50, 4))
    whole = rank_ranges(table, space_of(4), sets=3000, seed=9)
    monkeypatch.setattr(robust, "WORK_BYTES", 50 * 8 * 16)
    monkeypatch.setattr(robust, "TABLE_BYTES", 50 * 2 * 11)
    pieces = rank_ranges(table, space_of(4), sets=3000, seed=9)
    other = rank_ranges(table, space_of(4), sets=3000, seed=10)
    assert (whole.acceptability == pieces.acceptability).all()
    assert (whole.pairwise == pieces.pairwise).all()
    assert (whole.acceptability != other.acceptability).any()


def test_bands_of_ranks_hold_the_exact_ranges(monkeypatch):
    """With more items than the table holds, ranges are rounded outwards, never inwards."""
    table = np.random.default_rng(1).random((700, 3))
    exact = rank_ranges(table, space_of(3), sets=500, top=(3, 333))
    monkeypatch.setattr(robust, "TABLE_BYTES", 1)
    coarse = rank_ranges(table, space_of(3), sets=500, top=(3, 333))
    assert exact.resolution == 1 < coarse.resolution
    assert (coarse.low <= exact.low).all() and (coarse.high >= exact.high).all()
    assert (exact.low - coarse.low < coarse.resolution).all()
    assert (coarse.high - exact.high < coarse.resolution).all()
    assert coarse.mean_rank == pytest.approx(exact.mean_rank, abs=coarse.resolution)
    for k in (1, 3, 333):
        assert (coarse.top[k] == exact.top[k]).all()
    top = exact.high <= robust.EXACT_RANKS
    assert top.any() and (coarse.high[top] == exact.high[top]).all()


@settings(max_examples=80)
@given(st.data())
def test_groups_are_cliques_of_ties_that_cannot_grow(data):
    size = data.draw(st.integers(1, 8))
    matrix = np.full((size, size), 0.5)
    for i, j in itertools.combinations(range(size), 2):
        matrix[i, j] = data.draw(st.sampled_from((0.0, 0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 1.0)))
        matrix[j, i] = 1 - matrix[i, j]
    items = data.draw(st.permutations(range(10, 10 + size)))
    groups = tied_groups(matrix, items)
    assert [item for group in groups for item in group.items] == items

    def tie(a, b):
        return max(matrix[items.index(a), items.index(b)],
                   matrix[items.index(b), items.index(a)]) < 0.9  # fmt: skip

    for group, following in itertools.zip_longest(groups, groups[1:]):
        assert all(tie(a, b) for a, b in itertools.combinations(group.items, 2))
        if following:
            after = [tie(item, following.items[0]) for item in group.items]
            assert not all(after)
            assert group.separated == (not any(after))


@given(tables(high=30))
def test_quick_rank_equals_a_plain_sort(table):
    table = np.round(table, 1)
    weights = np.arange(1, table.shape[1] + 1)
    quick = quick_rank(table, weights)
    values = [
        round(sum(u * w for u, w in zip(line, weights.tolist(), strict=True)), 6)
        for line in table.tolist()
    ]
    assert quick.ranks.tolist() == [1 + sum(v > value for v in values) for value in values]
    assert quick.order.tolist() == sorted(range(len(values)), key=lambda i: (-values[i], i))


# ---------------------------------------------------------------------------- the sentence


def ranges_of(rows, **options):
    table = np.array(rows, dtype=float)
    return rank_ranges(table, space_of(table.shape[1], **options), sets=4000, top=(1, 2))


def test_nothing_or_one_item_to_rank():
    empty = rank_ranges(np.zeros((0, 2)), space_of(2))
    assert say(empty).code == "no_item"
    assert empty.groups == ()
    assert say(ranges_of([[0.2, 0.3]])).code == "single_item"


def test_an_item_better_everywhere_is_clearly_first():
    statement = say(ranges_of([[0.2, 0.3], [0.9, 0.8], [0.5, 0.4]]))
    assert statement.code == "clear_first"
    assert statement.params == {"item": 1, "share": 1.0, "runner_up": 2}


def test_first_in_most_weightings_is_clear_with_its_share():
    """Weights uniform: the first wins whenever the first criterion weighs over 6 %."""
    statement = say(ranges_of([[0.5, 0.5], [0.453, 0.503]], kind="uniform"))
    assert statement.code == "clear_first"
    assert statement.params["share"] == pytest.approx(0.94, abs=0.012)
    below = say(ranges_of([[0.5, 0.5], [0.45, 0.5214]], kind="uniform"))
    assert below.code == "tie_first"


def test_items_that_depend_on_the_weights_tie():
    statement = say(ranges_of([[1, 0.0], [0.45, 1], [0, 0.1]], kind="uniform"))
    assert statement.code == "tie_first"
    assert set(statement.params["items"]) == {0, 1}
    assert statement.params["share"] == pytest.approx(1)


def test_the_chosen_weights_can_be_contested():
    """The chosen weights (2, 1) sit on a corner that few weights share."""
    rows = [[0.70, 0.70], [0.699, 0.699], [0.0, 1.42 * 1.47], [0.95, 0.19]]
    ranges = ranges_of(rows, kind="uniform")
    statement = say(ranges)
    assert ranges.order[0] == 0
    assert statement.code == "contested_first"
    assert statement.params["rival"] == int(np.argmax(ranges.first)) == 2


def test_many_near_equals_leave_the_top_open():
    rng = np.random.default_rng(2)
    statement = say(rank_ranges(0.5 + rng.random((100, 5)) * 0.05, space_of(5), sets=2000,
                                spreads=np.full((100, 5), 0.2)))  # fmt: skip
    assert statement.code == "open_top"
    assert statement.params["count"] > 7


def test_the_cut_names_who_is_in_and_who_competes():
    ranges = ranges_of([[0.9, 0.9], [1, 0.0], [0.45, 1], [0, 0.1]], kind="uniform")
    contested = say_cut(ranges, 2)
    assert contested.code == "cut_contested"
    assert contested.params["taken"] == (0,)
    assert set(contested.params["contested"]) == {1, 2}
    assert contested.params["places"] == 1
    assert say_cut(ranges, 9).code == "cut_all"
    clear = say_cut(ranges_of([[0.9, 0.9], [0.8, 0.8], [0.1, 0.1]]), 2)
    assert (clear.code, clear.params["taken"]) == ("cut_clear", (0, 1))
    with pytest.raises(RankingError):
        say_cut(ranges, 3)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"utilities": [[0.1, math.nan]]}, "bad_utilities"),
        ({"utilities": [0.1, 0.2]}, "bad_utilities"),
        ({"utilities": [[0.1, 0.2, 0.3]]}, "bad_utilities"),
        ({"spreads": [[0.1]]}, "bad_spreads"),
        ({"spreads": [[0.1, -0.1]]}, "bad_spreads"),
        ({"sets": 0}, "bad_argument"),
        ({"plausible": 1.0}, "bad_argument"),
        ({"top": (0,)}, "bad_argument"),
    ],
)
def test_bad_input_is_refused(arguments, code):
    utilities = arguments.pop("utilities", [[0.1, 0.2]])
    with pytest.raises(RankingError) as refused:
        rank_ranges(utilities, space_of(2), **arguments)
    assert refused.value.code == code


def test_the_score_matrix_feeds_the_ranking():
    from portulan_core.scoring import FIVE_FAMILIES, score_matrix

    rng = np.random.default_rng(4)
    rows = [{c.code: int(rng.integers(1, 6)) for c in FIVE_FAMILIES.criteria} for _ in range(12)]
    matrix = score_matrix(FIVE_FAMILIES, rows)
    space = WeightSpace(matrix.columns, tuple(matrix.weights))
    ranges = rank_ranges(matrix.utilities, space, spreads=matrix.spreads, sets=500)
    assert ranges.value == pytest.approx(matrix.values)
    assert ranges.low.min() >= 1 and ranges.high.max() <= 12


@pytest.mark.parametrize(
    ("code", "ask"),
    [
        ("bad_utilities", lambda space: rank_ranges([["x", 1]], space)),
        ("bad_utilities", lambda space: rank_ranges([[1, 2], [1]], space)),
        ("bad_utilities", lambda space: rank_ranges(None, space)),
        ("bad_spreads", lambda space: rank_ranges([[0, 1]], space, spreads="wide")),
        ("bad_argument", lambda space: rank_ranges([[0, 1]], space, sets=10.5)),
        ("bad_argument", lambda space: rank_ranges([[0, 1]], space, seed=-1)),
        ("bad_argument", lambda space: rank_ranges([[0, 1]], space, top=("3",))),
        ("bad_weights", lambda space: quick_rank([[0, 1]], ("x", 2))),
        ("bad_weights", lambda space: WeightSpace(("a", "b"), ("x", 1))),
        ("bad_argument", lambda space: WeightSpace(("a", "b"), (1, 1), strength="firm")),
        ("bad_utilities", lambda space: smallest_swap(["a", 1], [1, 0], [1, 1])),
        ("bad_weights", lambda space: smallest_swap([1, 1], [1, 0], ["a", 1])),
    ],
)
def test_what_is_no_number_is_refused_by_its_name(code, ask) -> None:
    with pytest.raises(RankingError) as caught:
        ask(WeightSpace(("a", "b"), (1, 1)))
    assert caught.value.code == code
