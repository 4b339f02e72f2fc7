"""What leans on what, and what a slip pushes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portulan_core.roadmap import layers, ordered, pushed, reached

KEYS = st.sampled_from("abcdefg")
EDGES = st.lists(st.tuples(KEYS, KEYS), max_size=14)
PLACED = st.dictionaries(KEYS, st.tuples(st.integers(0, 30), st.integers(1, 9)), min_size=1)
LINKS = st.lists(st.tuples(KEYS, KEYS, st.integers(-2, 4)), max_size=12)


def broken(placed, before, after, lag):
    """Months by which a link is broken."""
    return max(0, placed[before][0] + placed[before][1] + lag - placed[after][0])


def test_a_slip_goes_along_the_chain_and_a_slack_absorbs_it():
    placed = {"a": (0, 3), "b": (3, 2), "c": (7, 1), "d": (20, 1)}
    links = [("a", "b", 0), ("b", "c", 1), ("c", "d", 0)]
    assert pushed(placed, links, "a", 1) == {"b": 4}
    assert pushed(placed, links, "a", 4) == {"b": 7, "c": 10}
    assert pushed(placed, links, "d", 4) == {}
    assert pushed(placed, links, "a", 0) == {}
    assert pushed(placed, links, "x", 3) == {}


def test_a_link_that_is_broken_today_is_not_broken_more():
    placed = {"a": (0, 6), "b": (4, 1)}
    assert pushed(placed, [("a", "b", 0)], "a", 2) == {"b": 6}


@given(PLACED, LINKS, KEYS, st.integers(1, 6))
def test_after_a_slip_no_link_outside_cycles_is_broken_more_and_no_start_is_later_than_needed(
    placed, links, moved, by
):
    if moved not in placed:
        assert pushed(placed, links, moved, by) == {}
        return
    known = [link for link in links if link[0] in placed and link[1] in placed]
    _order, stuck = ordered(placed, [(b, a) for b, a, _lag in known])
    starts = pushed(placed, links, moved, by)
    after = {
        key: (starts.get(key, start + by if key == moved else start), months)
        for key, (start, months) in placed.items()
    }
    assert all(start > placed[key][0] for key, start in starts.items())
    assert all(start - placed[key][0] <= by for key, start in starts.items())
    if stuck:
        return
    for link in known:
        assert broken(after, *link) <= broken(placed, *link)
    for key in starts:  # one month earlier would break a link more than it is
        sooner = after | {key: (after[key][0] - 1, after[key][1])}
        assert any(
            link[1] == key and broken(sooner, *link) > broken(placed, *link) for link in known
        )


@given(EDGES, KEYS)
def test_what_is_reached_is_the_closure(edges, origin):
    found = reached(edges, origin)
    closure: set[str] = {origin}
    while more := {end for start, end in edges if start in closure} - closure:
        closure |= more
    assert set(found) == closure - {origin}
    assert all(
        steps == 1 or any(found.get(start) == steps - 1 for start, end in edges if end == key)
        for key, steps in found.items()
    )


@given(EDGES)
def test_without_cycles_layers_rise_along_every_edge(edges):
    keys = sorted({key for edge in edges for key in edge})
    order, stuck = ordered(keys, edges)
    assert sorted(order) == keys
    found = layers(keys, edges)
    for start, end in edges:
        if start != end and start not in stuck and end not in stuck:
            assert found[start] < found[end]
            assert order.index(start) < order.index(end)
