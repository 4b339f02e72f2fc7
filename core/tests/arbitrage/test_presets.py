"""Fit, cut, grow and stop, and the differences to the present plan."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from pathlib import Path

import pytest

from portulan_core.arbitrage import (
    Envelope,
    Group,
    Item,
    Mode,
    Placement,
    Precedence,
    Problem,
    ProblemError,
    Resource,
    cut,
    differences,
    explain,
    fit,
    grow,
    present_plan,
    solve,
    stop,
    verify,
)


def plan() -> Problem:
    """Four items in the present plan, one candidate; 2 periods a year, 2 years."""
    smaller = Mode("small", 1, cost={"x": (40,)}, value=55)
    items = (
        Item("a", (Mode("full", 1, cost={"x": (100,)}),), 90, present=Placement("full", 0)),
        Item("b", (Mode("full", 1, cost={"x": (80,)}), smaller), 60, present=Placement("full", 0)),
        Item("c", (Mode("full", 1, cost={"x": (50,)}),), 30, present=Placement("full", 1)),
        Item("d", (Mode("full", 1, cost={"y": (20,)}),), 5, present=Placement("full", 1)),
        Item("new", (Mode("full", 1, cost={"x": (10,)}),), 200),
    )
    return Problem(
        4,
        items,
        envelopes=(
            Envelope("first", ("x",), (0, 1), ceiling=230),
            Envelope("all", ("x", "y"), None, ceiling=1000),
        ),
    ).check()


def test_cut_gives_back_the_amount_by_then_with_the_least_loss() -> None:
    problem = cut(plan(), 50, by_period=2, envelopes=["first"])
    result = solve(problem)
    assert result.status == "optimal" and verify(problem, result) == []
    found = differences(problem, result.placements)
    assert "new" not in result.placements
    assert found.value_before - found.value_after == 0  # c waits: no value is lost
    assert [(d.item, d.code) for d in found.differences if d.code != "unchanged"] == [
        ("c", "moved")
    ]
    assert found.changes == 1


def test_cut_over_all_periods_takes_the_smaller_mode_first() -> None:
    problem = cut(plan(), 30)
    result = solve(problem)
    found = differences(problem, result.placements)
    (row,) = found.of("resized")
    assert (row.item, row.value, row.cost, row.costs) == ("b", -5, -40, {"x": -40})
    assert found.cost_before - found.cost_after == 40 and found.changes == 1


def test_cut_with_entrants_may_swap_and_impossible_cuts_are_infeasible() -> None:
    swapped = solve(cut(plan(), 30, entrants=True))
    assert "new" in swapped.placements
    everything = cut(plan(), 251)
    assert solve(everything).status == "infeasible"
    for wrong in ({"amount": -1}, {"amount": 1, "by_period": 9}, {"amount": 1, "envelopes": ["z"]}):
        with pytest.raises(ProblemError):
            cut(plan(), **wrong)  # type: ignore[arg-type]


def test_fit_keeps_what_can_be_kept_and_grow_lets_in() -> None:
    tight = replace(plan(), envelopes=(Envelope("all", ("x", "y"), None, ceiling=250),))
    kept = solve(fit(tight, entrants=False))
    assert dict(kept.placements) == present_plan(tight)
    opened = solve(fit(tight))
    assert "new" in opened.placements and opened.objective == 90 + 55 + 30 + 5 + 200
    grown = solve(grow(tight, envelopes={"all": 10}))
    assert grown.objective == 90 + 60 + 30 + 5 + 200
    with pytest.raises(ProblemError):
        grow(tight, envelopes={"none": 1})


def test_stop_takes_the_item_and_what_needs_it_and_counts_what_leaving_costs() -> None:
    base = plan()
    items = {
        "a": replace(base.item("a"), mandatory=True, exit_cost={"x": (0, 7)}),
    }
    problem = stop(replace(base.with_items(items), precedences=(Precedence("a", "c", -9),)), ["a"])
    result = solve(problem)
    found = differences(problem, result.placements)
    assert {d.item for d in found.of("out")} == {"a", "c"}
    assert next(d for d in found.differences if d.item == "a").cost == -93
    with pytest.raises(ProblemError):
        stop(base, ["zz"])


def test_differences_tell_effort_by_team_and_cost_by_period() -> None:
    item = Item(
        "a",
        (Mode("m", 2, effort={"t": (3, 4)}, cost={"x": (1, 2)}),),
        10,
        present=Placement("m", 0),
    )
    problem = Problem(3, (item,), (Resource("t", (9, 9, 9)),)).check()
    (row,) = differences(problem, {"a": Placement("m", 1)}).differences
    assert (row.code, row.cost, row.cost_periods) == ("moved", 0, (-1, -1, 2))
    (row,) = differences(problem, {}).differences
    assert (row.code, row.effort, row.value) == ("out", {"t": -7}, -10)


def test_a_line_that_must_go_together_goes_together() -> None:
    problem = cut(
        replace(plan(), groups=(Group("g", "all_or_none", ("b", "c")),)), 120, envelopes=["all"]
    )
    result = solve(problem)
    assert ("b" in result.placements) == ("c" in result.placements)
    assert verify(problem, result) == []


DATA = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))


@pytest.mark.skipif(
    not (DATA / "govport").is_dir(), reason="the govport data folder is not next to the repository"
)
def test_ten_percent_off_the_large_projects_of_the_state() -> None:
    with (DATA / "govport" / "edition_2017-06-30.csv").open(encoding="utf-8-sig") as file:
        rows = [r for r in csv.DictReader(file) if (r.get("Nom du projet") or "").strip()]
    items = []
    for n, row in enumerate(rows):
        raw = (row.get("Coût estimé") or "").replace(",", ".").strip()
        cents = round(float(raw) * 100_000_000) if raw[:1].isdigit() else 0
        mode = Mode("full", 1, cost={"total": (cents,)})
        items.append(Item(f"{n}", (mode,), 100 + n * 37 % 50, present=Placement("full", 0)))
    assert len(items) == 61
    total = sum(i.modes[0].cost["total"][0] for i in items)
    problem = Problem(
        1, tuple(items), envelopes=(Envelope("all", ("total",), None, ceiling=total),)
    )
    asked = cut(problem, total // 10)
    result = solve(asked, time_limit=10)
    found = differences(asked, result.placements)
    assert result.status == "optimal" and verify(asked, result) == []
    assert found.cost_before - found.cost_after >= total // 10
    assert found.value_after > 0.9 * found.value_before
    reasons = explain(asked, result, time_limit=1)
    assert {r.item for r in reasons} == {d.item for d in found.of("out")}
    assert all(r.code == "bottleneck" and r.remedy is not None for r in reasons)


@pytest.mark.parametrize(
    ("ask", "path"),
    [
        (lambda p: cut(p, "1000"), "amount"),
        (lambda p: cut(p, 10.5), "amount"),
        (lambda p: cut(p, 10, by_period="2"), "by_period"),
        (lambda p: grow(p, {p.envelopes[0].key: "10"}), "envelopes."),
        (lambda p: grow(p, None, {p.resources[0].key: 1.5}), "resources."),
        (lambda p: grow(p, None, {p.resources[0].key: [1.5]}), "resources."),
    ],
)
def test_an_amount_that_is_no_whole_number_is_refused_with_its_place(ask, path) -> None:
    problem = Problem(
        2,
        (Item("a", (Mode(effort={"team": (1,)}, cost={"x": (1,)}),), 1),),
        (Resource("team", (5, 5)),),
        (Envelope("e", ("x",), ceiling=5),),
    )
    with pytest.raises(ProblemError) as caught:
        ask(problem)
    assert caught.value.issues[0].path.startswith(path)
    assert caught.value.issues[0].code == "not_an_integer"
