"""Networks against a plain longest path, run by run, and laws known in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan_core.forecast import ForecastError, Link, Task, network


@st.composite
def networks(draw):
    """Fixed durations, so that the simulation must equal the plain longest path."""
    count = draw(st.integers(1, 7))
    tasks = []
    for i in range(count):
        length = draw(st.integers(0, 9))
        tasks.append(Task(f"t{i}", length, length, length, not_before=draw(st.integers(0, 4))))
    links = [
        Link(f"t{a}", f"t{b}", draw(st.sampled_from(("finish_start", "start_start",
                                                     "finish_finish"))),
             draw(st.integers(-3, 3)))
        for b in range(count) for a in range(b) if draw(st.booleans())
    ]  # fmt: skip
    return tasks, draw(st.permutations(links))


def plain_starts(tasks, links, delay=None):
    """Raise starts until no link is broken."""
    length = {t.code: t.likely for t in tasks}
    start = {t.code: t.not_before + (delay or {}).get(t.code, 0) for t in tasks}
    changed = True
    while changed:
        changed = False
        for link in links:
            a, b = link.before, link.after
            bound = {
                "finish_start": start[a] + length[a] + link.lag,
                "start_start": start[a] + link.lag,
                "finish_finish": start[a] + length[a] + link.lag - length[b],
            }[link.kind]
            if start[b] < bound:
                start[b], changed = bound, True
    return start


@settings(max_examples=150, deadline=None)
@given(networks())
def test_fixed_durations_give_the_longest_path_and_its_critical_tasks(case):
    tasks, links = case
    forecast = network(tasks, links, runs=3)
    start = plain_starts(tasks, links)
    end = max(start[t.code] + t.likely for t in tasks)
    assert forecast.plan == end
    assert set(forecast.finish.values()) == {end}
    assert forecast.plan_chance == 1
    by_code = {t.code: t for t in forecast.tasks}
    for task in tasks:
        found = by_code[task.code]
        assert set(found.start.values()) == {start[task.code]}
        assert set(found.finish.values()) == {start[task.code] + task.likely}
        # A task is critical when starting it a little later ends everything later.
        late_start = start[task.code] + 0.01 - task.not_before
        late = plain_starts(tasks, links, {task.code: late_start})
        late_end = max(late[t.code] + t.likely for t in tasks)
        assert found.critical == (1.0 if late_end > end + 1e-6 else 0.0)


def test_one_task_follows_its_triangular_law():
    forecast = network([Task("a", 2, 4, 10)], runs=40_000)
    assert forecast.samples.mean() == pytest.approx(16 / 3, abs=0.05)
    # P(X <= x) = 1 - (10 - x)^2 / 48 above the mode.
    assert forecast.finish[85] == pytest.approx(10 - math.sqrt(0.15 * 48), abs=0.07)
    assert forecast.plan == 4
    assert forecast.plan_chance == pytest.approx((4 - 2) / (10 - 2), abs=0.01)


def test_parallel_tasks_are_later_than_each_and_common_fortune_matters():
    tasks = [Task(f"t{i}", 1, 2, 6) for i in range(5)]
    alone = network(tasks[:1], runs=20_000)
    apart = network(tasks, runs=20_000, common=0)
    together = network(tasks, runs=20_000, common=1)
    assert together.samples == pytest.approx(alone.samples, abs=0.2)
    assert apart.finish[50] > together.finish[50] + 0.5
    assert sum(t.critical for t in apart.tasks) == pytest.approx(1, abs=0.01)
    chain = [Link(f"t{i}", f"t{i + 1}") for i in range(4)]
    spread = [network(tasks, chain, runs=20_000, common=c).samples.std() for c in (0, 1)]
    assert spread[1] == pytest.approx(spread[0] * math.sqrt(5), rel=0.05)


def test_past_overruns_are_applied_to_estimates_not_to_samples():
    tasks = [Task("a", 10, 10, 10)]
    assert network(tasks, overruns=(1.5,)).finish[50] == 15
    mixed = network(tasks, overruns=(1.0, 2.0), runs=20_000)
    assert mixed.samples.mean() == pytest.approx(15, abs=0.2)
    assert network([Task("a", samples=(7.0,))], overruns=(2.0,)).finish[50] == 7


def test_samples_are_drawn_as_they_are():
    forecast = network([Task("a", samples=(1.0, 2.0, 3.0, 4.0))], runs=40_000)
    shares = [float((forecast.samples == d).mean()) for d in (1, 2, 3, 4)]
    assert shares == pytest.approx([0.25] * 4, abs=0.01)
    assert forecast.plan == 2.5


def test_no_task_no_time():
    forecast = network([])
    assert (forecast.plan, forecast.finish[85], forecast.tasks) == (0, 0, ())


def test_same_seed_same_answer():
    tasks = [Task("a", 1, 2, 6), Task("b", 1, 3, 4)]
    runs = [network(tasks, seed=s).samples for s in (1, 1, 2)]
    assert (runs[0] == runs[1]).all() and (runs[0] != runs[2]).any()


def test_a_cycle_is_named():
    tasks = [Task(c) for c in "abcd"]
    links = [Link("a", "b"), Link("b", "c"), Link("c", "b"), Link("c", "d")]
    with pytest.raises(ForecastError) as refused:
        network(tasks, links)
    assert refused.value.code == "cycle"
    assert sorted(refused.value.params["tasks"]) == ["b", "c"]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: network([Task("a", 3, 2, 4)]), "bad_task"),
        (lambda: network([Task("a", -1, 2, 4)]), "bad_task"),
        (lambda: network([Task("a", samples=(math.nan,))]), "bad_task"),
        (lambda: network([Task("a"), Task("a")]), "bad_task"),
        (lambda: network([Task("a")], [Link("a", "z")]), "unknown_task"),
        (lambda: network([Task("a"), Task("b")], [Link("a", "b", "magic")]), "bad_argument"),
        (lambda: network([Task("a")], common=2), "bad_argument"),
        (lambda: network([Task("a")], overruns=(0.0,)), "bad_argument"),
        (lambda: network([Task("a")], overruns=np.array([np.nan])), "bad_argument"),
    ],
)
def test_bad_input_is_refused(call, code):
    with pytest.raises(ForecastError) as refused:
        call()
    assert refused.value.code == code
