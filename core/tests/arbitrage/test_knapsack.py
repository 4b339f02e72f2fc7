"""Packings: the value is the optimum, the bound is never below it, whatever the numbers."""

from __future__ import annotations

import itertools
import threading
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan_core.arbitrage import Envelope, Goal, Group, Item, Mode, Problem, Resource, knapsack
from portulan_core.arbitrage.compiled import compile_problem
from portulan_core.arbitrage.linear import goal_terms, linear_program
from portulan_core.arbitrage.race import Board, Clock
from portulan_core.arbitrage.strategy import read_options

many = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small problems go through the compiled loops too, once these are ready."""
    monkeypatch.setattr(knapsack, "FEWEST", 1)
    if not knapsack.load(lambda: None):
        assert knapsack._ready.wait(300)


@st.composite
def selections(draw: st.DrawFn, scales: tuple[int, ...] = (1, 10**6, 10**11)) -> Problem:
    """What to choose in one period: capacities, an envelope, groups, items held and left out."""
    scale = draw(st.sampled_from(scales))
    worth = draw(st.sampled_from(scales))
    count = draw(st.integers(2, 9))
    rarely = st.integers(0, 7).map(lambda n: n == 0)
    items = []
    for k in range(count):
        status = draw(st.sampled_from(["free"] * 8 + ["mandatory", "excluded"]))
        effort = {
            t: (draw(st.integers(0, 9)) * scale + draw(st.integers(0, 1)) * (scale > 1),)
            for t in ("a", "b")
            if not draw(rarely)
        }
        modes = [Mode("m", effort=effort, cost={"c": (draw(st.integers(0, 9)) * scale,)})]
        if status == "free" and draw(rarely):
            modes.append(Mode("n", cost={"c": (draw(st.integers(0, 9)) * scale,)}, value=worth))
        items.append(
            Item(
                f"i{k}",
                tuple(modes),
                value=draw(st.integers(0, 9)) * worth + draw(st.integers(0, 2)) * (worth > 1),
                mandatory=status == "mandatory",
                excluded=status == "excluded",
            )
        )
    keys = [item.key for item in items]
    groups = []
    if draw(st.booleans()):
        groups.append(Group("g", "exclusive", tuple(draw(st.permutations(keys))[:2])))
    return Problem(
        periods=1,
        items=tuple(items),
        resources=(
            Resource("a", (draw(st.integers(0, 30)) * scale,)),
            Resource("b", (draw(st.integers(0, 30)) * scale,)),
        ),
        envelopes=(Envelope("e", ("c",), None, draw(st.integers(0, 30)) * scale),),
        groups=tuple(groups),
        goals=(Goal("value"),),
    ).check()


def brute_force(packing: knapsack.Packing) -> int | None:
    """The most value over every subset."""
    best = None
    for bits in itertools.product((0, 1), repeat=len(packing.value)):
        if any(f >= 0 and f != b for f, b in zip(packing.forced.tolist(), bits, strict=True)):
            continue
        plan = np.asarray(bits, dtype=np.int64)
        if np.all(packing.use @ plan <= packing.limit):
            best = max(best or 0, int(packing.value @ plan))
    return best


def run(
    problem: Problem, seconds: float = 60.0, workers: int = 1, seed: int = 0
) -> tuple[Board, knapsack.Packing] | None:
    """`hunt` on a problem; every plan offered is checked."""
    compiled = compile_problem(problem)
    linear = linear_program(compiled)
    (_, goal, constant, _), *_ = goal_terms(compiled, linear)
    packing = knapsack.packing(compiled, linear, goal, 1)
    if packing is None:
        return None
    board = Board(Clock(seconds), 1)

    def offer(values: np.ndarray) -> None:
        full = linear.complete(compiled, read_options(compiled, values))
        assert linear.feasible(full)
        board.offer(tuple(full.tolist()), int(goal @ full) + constant)

    knapsack.hunt(
        packing,
        linear,
        goal,
        constant,
        board,
        offer,
        seconds=seconds,
        workers=workers,
        seed=seed,
    )
    return board, packing


@many
@given(selections(), st.integers(1, 2), st.integers(0, 99))
def test_the_value_is_the_optimum_and_the_bound_is_not_below(
    problem: Problem, workers: int, seed: int
) -> None:
    found = run(problem, workers=workers, seed=seed)
    if found is None:
        return
    board, packing = found
    best = brute_force(packing)
    assert board.value == best
    assert board.bound is not None and best is not None and board.bound >= best
    assert board.proven


@many
@given(selections(), st.integers(0, 2**30))
def test_branch_and_bound_alone_finds_the_optimum(problem: Problem, seed: int) -> None:
    from portulan_core.arbitrage import knapsack_kernels as kernels

    compiled = compile_problem(problem)
    linear = linear_program(compiled)
    (_, goal, _, _), *_ = goal_terms(compiled, linear)
    packing = knapsack.packing(compiled, linear, goal, 1)
    if packing is None:
        return
    free = np.flatnonzero(packing.forced < 0)
    held = np.flatnonzero(packing.forced == 1)
    best = brute_force(packing)
    assert best is not None
    if not len(free):
        return
    for low in range(len(free) + 1):
        tree = knapsack.grown(packing, free, (low, len(free)), held)
        tree.best[0] = -1
        bound = kernels.settle(tree, -np.inf)
        while not kernels.explore(tree, 1e-6, 7):
            pass
        got = int(tree.best[1])
        # The planes part what may be chosen: the best over them is the best.
        if low == 0:
            assert got + int(packing.value[held].sum()) == best
        if got >= 0:
            assert bound >= got * (1 - 1e-12)
            plan = np.zeros(len(packing.value), dtype=np.int64)
            plan[held], plan[free] = 1, tree.plan
            assert np.all(packing.use @ plan <= packing.limit)
            assert int(packing.value @ plan) == got + int(packing.value[held].sum())


def sample(count: int, rows: int, seed: int) -> Problem:
    """An instance in the manner of Chu and Beasley."""
    random = np.random.default_rng(seed)
    use = random.integers(1, 1001, (rows, count))
    value = np.rint(use.mean(axis=0) + 500 * random.random(count)).astype(int)
    items = tuple(
        Item(
            f"i{j}",
            (Mode(effort={f"r{i}": (int(use[i, j]),) for i in range(rows)}),),
            value=int(value[j]),
        )
        for j in range(count)
    )
    resources = tuple(Resource(f"r{i}", (int(use[i].sum()) // 2,)) for i in range(rows))
    return Problem(1, items, resources, goals=(Goal("value"),))


def test_one_worker_repeats_itself() -> None:
    runs = [run(sample(60, 4, 3), seed=5) for _ in range(2)]
    assert runs[0] is not None and runs[1] is not None
    logs = [[(row.value, row.bound) for row in board.log] for board, _ in runs]  # type: ignore[misc]
    assert logs[0] == logs[1]
    assert runs[0][0].best == runs[1][0].best
    assert runs[0][0].proven


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stop_ends_it_with_a_plan_and_a_bound(workers: int) -> None:
    problem = sample(300, 25, 1)
    compiled = compile_problem(problem)
    linear = linear_program(compiled)
    (_, goal, constant, _), *_ = goal_terms(compiled, linear)
    packing = knapsack.packing(compiled, linear, goal, 1)
    assert packing is not None
    board = Board(Clock(600), 1)
    found = threading.Event()

    def offer(values: np.ndarray) -> None:
        board.offer(None, int(goal @ values) + constant)
        found.set()

    def stop() -> None:
        found.wait(60)
        time.sleep(0.3)
        board.clock.stop()

    thread = threading.Thread(target=stop)
    thread.start()
    knapsack.hunt(
        packing, linear, goal, constant, board, offer, seconds=600, workers=workers, seed=0
    )
    thread.join()
    # That it came back is the test: the limit was ten minutes.
    assert board.clock.stopped and not board.proven
    assert board.value is not None and board.bound is not None and board.value < board.bound


def test_the_compiler_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the loops are not ready, CP-SAT proves a small problem by itself."""
    monkeypatch.setattr(knapsack, "_ready", threading.Event())
    monkeypatch.setattr(knapsack, "prepare", lambda: None)
    monkeypatch.setattr(knapsack, "_loader", [])
    found = run(sample(15, 2, 4))
    assert found is not None
    assert found[0].proven and found[0].value == brute_force(found[1])


def test_what_is_not_a_packing_is_left_to_others() -> None:
    def of(problem: Problem, sense: int = 1) -> knapsack.Packing | None:
        compiled = compile_problem(problem)
        linear = linear_program(compiled)
        (_, goal, _, _), *_ = goal_terms(compiled, linear)
        return knapsack.packing(compiled, linear, goal, sense)

    base = sample(6, 2, 0)
    assert of(base) is not None
    assert of(base, -1) is None
    two = Item("x", (Mode("m"), Mode("n", effort={"r0": (9,)})), value=3, mandatory=True)
    assert of(Problem(1, (*base.items, two), base.resources)) is None
    tied = Group("t", "all_or_none", ("i0", "i1"))
    assert of(Problem(1, base.items, base.resources, groups=(tied,))) is None
    worse = Item("y", (Mode(effort={"r0": (9,)}),), value=-3)
    assert of(Problem(1, (*base.items, worse), base.resources)) is None
    free = Problem(1, (Item("z", (Mode(),), value=1),), ())
    assert of(free) is None
