"""The heaviest packing and the deepest row, against all packings one by one."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.linear_solver import pywraplp

from portulan_core.arbitrage import hulls_kernels as kernels

MANY = 10**6


@st.composite
def window(draw):
    """Options of a few owners over one to three periods, and the room there is."""
    periods = draw(st.integers(1, 3))
    count = draw(st.integers(1, 8))
    amounts = st.lists(st.integers(0, 9), min_size=periods, max_size=periods)
    use = np.array([draw(amounts) for _ in range(count)], dtype=np.int64)
    owner = np.array([draw(st.integers(0, count - 1)) for _ in range(count)], dtype=np.int64)
    room = np.array(draw(amounts), dtype=np.int64) + draw(st.integers(0, 6))
    return use, owner, room


def packings(use: np.ndarray, owner: np.ndarray, room: np.ndarray) -> np.ndarray:
    """All packings, one row each."""
    out = []
    for flags in product((False, True), repeat=len(use)):
        members = np.array(flags, dtype=bool)
        apart = len(set(owner[members].tolist())) == members.sum()
        if apart and (use[members].sum(axis=0) <= room).all():
            out.append(members)
    return np.array(out)


@settings(max_examples=300, deadline=None)
@given(window(), st.data())
def test_the_heaviest_packing_is_the_heaviest_of_all(case, data) -> None:
    use, owner, room = case
    numbers = st.lists(st.integers(0, 20), min_size=len(use), max_size=len(use))
    weights = np.array(data.draw(numbers), dtype=float)
    barred = data.draw(st.integers(-1, len(use) - 1))
    allowed = weights * (owner != barred)
    members = np.zeros(len(use), dtype=bool)
    active = np.arange(len(use))
    found, left = kernels.heaviest(
        weights, use, owner, room, active, np.int64(barred), 1e18, True, np.int64(MANY), members
    )
    every = packings(use, owner, room)
    assert left > 0
    assert found == (every @ allowed).max()
    assert members @ allowed == found
    assert any((members == row).all() for row in every)


@settings(max_examples=200, deadline=None)
@given(window(), st.data())
def test_the_deepest_row_is_that_of_the_linear_program(case, data) -> None:
    use, owner, room = case
    fits = (use <= room).all(axis=1)
    use, owner = use[fits], owner[fits]
    if not len(use):
        return
    parts = st.lists(st.integers(1, 100), min_size=len(use), max_size=len(use))
    share = np.array(data.draw(parts), dtype=float) / 100
    weights, reached, left = kernels.covered(share, use, owner, room, 0.0, np.int64(MANY))
    assert left > 0
    every = packings(use, owner, room)
    solver = pywraplp.Solver.CreateSolver("GLOP")
    columns = [solver.NumVar(0, 1, "") for _ in share]
    for members in every:
        solver.Add(solver.Sum([columns[j] for j in np.flatnonzero(members)]) <= 1)
    solver.Maximize(solver.Sum([float(s) * x for s, x in zip(share, columns, strict=True)]))
    solver.Solve()
    best = solver.Objective().Value()
    if best <= 1 + 1e-9:
        assert reached <= 1 + 1e-6
    else:
        assert abs(reached - best) < 1e-6
        assert (every @ weights).max() <= 1 + 1e-6


def test_a_search_cut_short_says_so() -> None:
    use = np.full((12, 1), 3, dtype=np.int64) + np.arange(12)[:, None] % 2
    members = np.zeros(12, dtype=bool)
    owner = np.arange(12)
    weights = np.linspace(1, 2, 12)
    room = np.array([13], dtype=np.int64)
    _, left = kernels.heaviest(
        weights, use, owner, room, owner, np.int64(-1), 1e18, False, np.int64(2), members
    )
    assert left == 0
