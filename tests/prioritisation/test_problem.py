"""From the World and assumptions to a problem, and from its plan back to effects."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from portulan.base.policy import Invalid
from portulan.prioritisation.assumptions import Assumptions, Limit, check, from_json
from portulan.prioritisation.problem import build
from portulan.prioritisation.queries.scenarios import first_sheet, ground
from portulan.prioritisation.solving import answer
from portulan_core.arbitrage import Problem, present_plan
from portulan_core.effects import apply_all
from portulan_core.generate import clean_world
from portulan_core.load import world_load
from portulan_core.model import Benefit, Capacity, CostLine, Dependency, Initiative, Team, World
from portulan_core.money import world_pieces
from portulan_core.periods import month_of

NOW = 2027 * 12  # January 2027


def initiative(code: str, **values: Any) -> Initiative:
    """A planned initiative of six months from April, 100 € a month."""
    base: dict[str, Any] = {
        "state": "planned", "start": NOW + 3, "months": 6, "costs_opex": (10_000,) * 6,
    }
    return Initiative(uid=code, code=code, name=code.title(), **{**base, **values})


def world(*rows: Initiative) -> World:
    """A World of these initiatives."""
    return World().with_rows("initiatives", rows)


def sheet(**values: Any) -> Assumptions:
    """Four quarters of 2027."""
    return check(Assumptions(**{"first": NOW, "periods": 4, **values}))


def test_money_of_past_months_is_not_counted_and_what_has_begun_keeps_its_start() -> None:
    row = initiative("a", state="in_progress", start=NOW - 3)
    problem = build(world(row), sheet(), NOW).problem
    item = problem.item("a")
    assert item.present is not None and item.present.start == -1 and item.started
    assert item.mandatory
    assert sum(sum(amounts) for amounts in item.modes[0].cost.values()) == 30_000


def test_actuals_and_costs_outside_initiatives_are_taken_off_the_envelope() -> None:
    rows = world(initiative("a")).with_rows(
        "cost_lines",
        [
            CostLine("spent", "actual", NOW - 1, 5_000),
            CostLine("old", "actual", NOW, 7_000),
            CostLine("run", "plan", NOW + 5, 20_000),
        ],
    )
    built = build(rows, sheet(envelopes=(Limit(100_000, 2027),)), NOW + 1)
    assert built.fixed == {"2027|||": 27_000}
    assert built.problem.envelopes[0].ceiling == 73_000


def test_the_landing_of_the_present_plan_is_that_of_the_budget() -> None:
    today = date(2027, 2, 10)
    found = clean_world(3, 20, 60, today=today)
    plain = [replace(row, fiscal_first_month=1) for row in found.entities.values()]
    found = found.with_rows("entities", plain)
    start = ground(found, None, 1, month_of(today))
    held = replace(first_sheet("fit", start), envelopes=(Limit(10**13, 2027),))
    built = build(found, held, month_of(today))
    result = answer(found, built, 2).result
    pieces = world_pieces(found, 2027, month_of(today))
    assert result["limits"][0]["before"] == sum(piece.amounts.landing for piece in pieces)


def test_the_load_of_the_present_plan_is_that_of_the_heat_map() -> None:
    today = date(2027, 1, 10)
    found = clean_world(4, 20, 60, today=today)
    start = ground(found, None, 1, month_of(today))
    built = build(found, first_sheet("fit", start), month_of(today))
    result = answer(found, built, 2).result
    load = world_load(found, start.first, start.periods)
    known = {(row["resource"], row["month"]): row for row in result["teams"]}
    assert known
    for (team, month), row in known.items():
        cell = load.cell(team, (month - start.first) // 3)
        if month >= month_of(today):  # nothing of it is past: both figures are those of the map
            assert (row["before"], row["capacity"]) == (cell.demand, cell.capacity)


def test_dependencies_hold_to_the_month_and_broken_ones_are_left_so() -> None:
    first = initiative("a", start=NOW + 3, months=4)
    second = initiative("b", start=NOW + 7)
    third = initiative("c", start=NOW + 4)
    links = [
        Dependency("1", "finish_start", "a", "b"),
        Dependency("2", "finish_start", "a", "c"),
    ]
    built = build(world(first, second, third).with_rows("dependencies", links), sheet(), NOW)
    assert built.loose == 1
    assert present_plan(built.problem)  # the present plan breaks nothing
    by_key = {link.key: link for link in built.problem.precedences}
    assert by_key["a>b"].lag == 1 and by_key["a>c"].lag == 0


def test_a_score_counts_then_benefits_then_a_neutral_value() -> None:
    rows = world(initiative("a"), initiative("b"), initiative("c")).with_rows(
        "benefits", [Benefit("1", "b", "saving", 2028, 500_000)]
    )
    built = build(rows, sheet(), NOW, {"a": 60.0})
    assert {uid: worth.source for uid, worth in built.worth.items()} == {
        "a": "score", "b": "benefit", "c": "neutral",
    }
    assert built.worth["a"].points == 6_000 and built.worth["b"].points == 10_000
    assert built.worth["c"].points == 8_000


@pytest.mark.parametrize("preset", ["fit", "cut"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_effects_give_exactly_the_plan(preset: str, seed: int) -> None:
    today = date(2027, 1, 10)
    found = clean_world(seed, 15, 50, today=today)
    start = ground(found, None, 1, month_of(today))
    held = first_sheet(preset, start)
    if preset == "cut":
        held = replace(held, give_back=start.ahead // 5, stop_started=True)
    built = build(found, held, month_of(today))
    solved = answer(found, built, 2)
    assert solved.result["status"] in ("optimal", "feasible")
    after = apply_all(found, solved.effects)
    plan = solved.result["core"]["placements"]
    standing = {
        row.uid
        for row in after.initiatives.values()
        if row.uid in built.worth and row.state in ("planned", "in_progress")
    }
    assert standing == set(plan)
    for uid, placed in plan.items():
        assert after.initiatives[uid].start == built.month(uid, placed["start"])
    if preset == "cut":
        assert solved.result["figures"]["given"] >= start.ahead // 5
    assert Problem.from_json(solved.problem) == built.problem


def test_a_smaller_way_is_taken_when_the_whole_does_not_fit() -> None:
    rows = world(initiative("a", mandatory=True, earliest=NOW + 3, latest=NOW + 8))
    held = sheet(
        preset="cut", give_back=18_000, entrants=False, reduced=(("a", 70, 80),), stop_started=True
    )
    solved = answer(rows, build(rows, held, NOW), 3)
    after = apply_all(rows, solved.effects)
    assert after.initiatives["a"].cost == 42_000
    assert solved.result["rows"][0]["change"] == "resized"


def test_what_contradicts_is_named() -> None:
    rows = world(initiative("a", mandatory=True, earliest=NOW + 3, latest=NOW + 8))
    held = sheet(preset="cut", give_back=50_000, entrants=False)
    result = answer(rows, build(rows, held, NOW), 3).result
    assert result["status"] == "infeasible"
    assert {row["code"] for row in result["conflict"]["limits"]} >= {"ceiling", "mandatory"}


def test_a_capacity_that_is_changed_is_held_even_when_others_are_not() -> None:
    row = initiative("a", efforts=(("t", (1_000,) * 6),))
    rows = world(row).with_rows("teams", [Team("t", "T", "Data")])
    rows = rows.with_rows("capacities", [Capacity(str(m), "t", NOW + m, 500) for m in range(12)])
    free = build(rows, sheet(hold_capacity=False), NOW).problem
    assert free.resources[0].capacity == (1_500, 3_000, 3_000, 1_500)
    held = build(rows, sheet(hold_capacity=False, capacities=(("t", NOW + 3, 900),)), NOW).problem
    assert held.resources[0].capacity[1] == 900


@pytest.mark.parametrize(
    "values",
    [
        {"preset": "shrink"}, {"periods": 0}, {"envelopes": (Limit(-1),)}, {"max_changes": -1},
        {"envelopes": (Limit(1), Limit(2))}, {"by_month": NOW}, {"seconds": 0},
        {"reduced": (("a", 0, 50),)},
    ],
)
def test_assumptions_that_make_no_sense_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        sheet(**values)


def test_assumptions_read_back_from_json() -> None:
    held = sheet(
        envelopes=(Limit(5, 2027, "l", "run", "e", "u"),), capacities=(("t", NOW, 5),),
        pinned=("a",), reduced=(("b", 70, 80),), give_back=3, by_month=NOW + 6,
    )
    assert from_json(held.to_json()) == held


def test_costs_after_the_horizon_are_told_for_both_plans() -> None:
    rows = world(
        initiative("late", start=NOW + 10), initiative("inside"),
        initiative("begun", state="in_progress", start=NOW + 8),
        initiative("pro", start=NOW + 11, costs_opex=(), costs_capex=(0, 30_000, 0)),
    )
    wanted = sheet(excluded=("pro",))
    found = answer(rows, build(rows, wanted, NOW), 5.0, sheet=wanted).result["after"]
    assert [(r["code"], r["before"], r["after"], r["until"]) for r in found["rows"]] == [
        ("late", 40_000, 40_000, NOW + 15),
        ("pro", 30_000, 0, NOW + 12),
        ("begun", 20_000, 20_000, NOW + 13),
    ]
    assert (found["before"], found["after"]) == (90_000, 60_000)
    whole = replace(wanted, basis="whole")
    assert answer(rows, build(rows, whole, NOW), 5.0, sheet=whole).result["after"]["rows"] == []
