"""The questions *grow* and *stop*, doubts, and the studies around an answer. Pure: no database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portulan.prioritisation.assumptions import Assumptions, check, from_json
from portulan.prioritisation.baselines import baselines
from portulan.prioritisation.doubts import Doubts, ranges
from portulan.prioritisation.problem import build
from portulan.prioritisation.solving import answer
from portulan.prioritisation.stopping import stopping
from portulan.prioritisation.studying import KINDS, study
from portulan_core.arbitrage import present_plan, solve
from portulan_core.effects import apply_all
from portulan_core.model import (
    Benefit,
    Capacity,
    CostLine,
    Dependency,
    Initiative,
    InitiativeProduct,
    Product,
    Team,
    World,
)

NOW = 2027 * 12


def initiative(code: str, **values: Any) -> Initiative:
    """A planned initiative of six months from April, 100 € a month."""
    base: dict[str, Any] = {
        "state": "planned", "start": NOW + 3, "months": 6, "costs_opex": (10_000,) * 6,
    }  # fmt: skip
    return Initiative(uid=code, code=code, name=code.title(), **{**base, **values})


def sheet(**values: Any) -> Assumptions:
    """Four quarters of 2027."""
    return check(Assumptions(**{"first": NOW, "periods": 4, "hold_capacity": False, **values}))


def worth(code: str, amount: int) -> Benefit:
    """A benefit in money: what an initiative counts for when nobody scored it."""
    return Benefit(f"benefit-{code}", code, "revenue", 2028, amount)


def portfolio() -> World:
    """Two initiatives of the plan on a product, one that needs the first, two that wait."""
    rows = (
        initiative("a", state="in_progress", start=NOW - 1, efforts=(("team", (100,) * 6),)),
        initiative("b"),
        initiative("c", start=NOW + 6),
        initiative("wait", state="proposed", start=None),
        initiative("dear", state="proposed", start=None, costs_opex=(50_000,) * 6),
    )
    return (
        World()
        .with_rows("initiatives", rows)
        .with_rows("teams", [Team("team", "team", "Team")])
        .with_rows("capacities", [Capacity("k", "team", NOW, 1_000)])
        .with_rows("products", [Product("p", "P", "Portal"), Product("q", "Q", "Quay")])
        .with_rows(
            "initiative_products",
            [InitiativeProduct("x1", "a", "p"), InitiativeProduct("x2", "b", "q")],
        )
        .with_rows(
            "dependencies",
            [
                Dependency("d1", "technical", "a", "c"),
                Dependency("d2", "technical", "p", "q", subject="product"),
            ],
        )
        .with_rows(
            "cost_lines",
            [CostLine(f"run{m}", "plan", NOW + m, 1_000, product="p") for m in range(12)]
            + [CostLine("due", "commitment", NOW, 7_000, product="p")],
        )
        .with_rows(
            "benefits",
            [worth(c, v) for c, v in (("a", 50), ("b", 80), ("c", 30), ("wait", 60), ("dear", 90))],
        )
    )


# -- grow


def test_growing_takes_in_what_the_money_more_pays_and_changes_nothing_else() -> None:
    asked = sheet(preset="grow", more=60_000, max_changes=0)
    built = build(portfolio(), asked, NOW)
    result = solve(built.problem, 10)
    assert set(result.placements) == {"a", "b", "c", "wait"}
    now = present_plan(built.problem)
    assert all(result.placements[key] == placed for key, placed in now.items())
    richer = build(portfolio(), replace(asked, more=400_000), NOW)
    assert set(solve(richer.problem, 10).placements) == {"a", "b", "c", "wait", "dear"}


def test_growing_somewhere_gives_nothing_elsewhere() -> None:
    asked = sheet(preset="grow", more=60_000, more_stage="run", max_changes=0)
    built = build(portfolio(), asked, NOW)
    assert {e.key for e in built.problem.envelopes} == {"grow", "rest"}
    assert "wait" not in solve(built.problem, 10).placements


def test_days_given_to_a_team_are_added_to_its_capacity() -> None:
    plain = build(portfolio(), sheet(preset="grow", more=0, hold_capacity=True), NOW)
    more = build(
        portfolio(), sheet(preset="grow", more=0, hold_capacity=True, more_days=(("team", 500),)),
        NOW,
    )  # fmt: skip
    before, after = (b.problem.resources[0].capacity for b in (plain, more))
    assert after[0] - before[0] == 500
    assert after[1:] == before[1:]  # no capacity is known then: nothing limits it


# -- stop


def test_stopping_a_product_takes_out_what_serves_it_and_what_needs_that() -> None:
    asked = sheet(
        preset="stop", stop_product="p", stop_month=NOW + 6, entrants=False, max_changes=0
    )
    world = portfolio()
    built = build(world, asked, NOW)
    assert built.stopped == {"a"}
    found = answer(world, built, 5, sheet=asked)
    assert {row["item"] for row in found.result["rows"] if row["change"] == "out"} == {"a", "c"}
    told = found.result["stop"]
    # What is left of a: five months of 100 €; of c: six months, of which six fall in 2027.
    assert told["money"] == [{"year": 2027, "initiatives": 110_000, "run": 6_000}]
    assert told["days"] == [{"team": "Team", "days": 500}]
    assert (told["engaged"], told["products"]) == (7_000, ["Quay"])
    assert [row["item"] for row in told["followers"]] == ["c"]
    after = apply_all(world, found.effects)
    assert after.initiatives["a"].state == "stopped"
    assert after.initiatives["c"].state == "deferred"
    assert after.initiatives["b"] == world.initiatives["b"]


def test_what_is_planned_and_stopped_is_stopped_not_deferred() -> None:
    asked = sheet(preset="stop", stopped=("b",), entrants=False, max_changes=0)
    world = portfolio()
    found = answer(world, build(world, asked, NOW), 5, sheet=asked)
    assert apply_all(world, found.effects).initiatives["b"].state == "stopped"


def test_what_a_stop_frees_serves_what_waits_and_the_cost_of_exit_is_taken_off() -> None:
    base = sheet(preset="stop", stopped=("b",), entrants=True, max_changes=0)
    free = solve(build(portfolio(), base, NOW).problem, 10).placements
    assert "wait" in free and "dear" not in free
    costly = replace(base, exit_cost=40_000)
    assert "wait" not in solve(build(portfolio(), costly, NOW).problem, 10).placements


def test_what_the_law_asks_for_contradicts_the_stop_of_what_it_needs() -> None:
    rows = portfolio().initiatives
    world = portfolio().with_rows("initiatives", [replace(rows["c"], mandatory=True)])
    asked = sheet(preset="stop", stopped=("a",), entrants=False, max_changes=0)
    found = answer(world, build(world, asked, NOW), 5, sheet=asked)
    assert found.result["status"] == "infeasible"
    codes = {row["code"] for row in found.result["conflict"]["limits"]}
    assert {"mandatory", "excluded", "precedence"} <= codes


def test_a_stop_counts_what_each_year_frees() -> None:
    asked = sheet(preset="stop", stop_product="p", entrants=False, max_changes=0, periods=8)
    built = build(portfolio(), asked, NOW)
    told = stopping(portfolio(), built, asked)
    assert [row["year"] for row in told["money"]] == [2027]
    assert told["money"][0]["run"] == 12_000
    assert told["sunk"] == 0 and told["exit_cost"] == 0


def test_what_starts_after_the_horizon_is_left_as_it_is() -> None:
    world = portfolio().with_rows("initiatives", [initiative("later", start=NOW + 30)])
    asked = sheet(preset="grow", more=60_000, max_changes=0)
    built = build(world, asked, NOW)
    assert built.left_out == {"later": 1}
    found = answer(world, built, 5, sheet=asked)
    assert found.result["status"] == "optimal" and found.result["figures"]["changes"] == 0


# -- baselines and closeness


def test_by_hand_and_pro_rata_say_how_many_initiatives_they_change() -> None:
    asked = sheet(preset="cut", give_back=60_000, entrants=False)
    built = build(portfolio(), asked, NOW)
    found = baselines(built.problem)
    assert found["prorata_changes"] == 3
    assert found["greedy"] is not None and found["greedy_changes"] >= 1


def test_how_much_value_is_given_up_for_fewer_changes_is_the_sheets() -> None:
    built = build(portfolio(), sheet(close=300), NOW)
    assert built.problem.goals[0].tolerance == 300 and built.close == 300
    assert from_json({}).close == 50


# -- doubts


def test_ranges_follow_estimates_scores_and_what_has_begun() -> None:
    world = portfolio()
    scores = {"b": 60.0}
    sure = Doubts(spreads={"b": 0.1}, estimates={"b": 10}, validated=frozenset({"c"}))
    built = build(world, sheet(), NOW, scores, doubts=sure)
    found = ranges(world, built.worth, sure)
    assert found["b"].cost.low == pytest.approx(0.9) and found["b"].cost.high == pytest.approx(1.2)
    assert found["b"].value.high == pytest.approx(1 + 0.1 * 6**0.5)
    assert found["a"].cost.low == pytest.approx(0.9)  # the usual range, half as wide once begun
    assert found["c"].value.low == pytest.approx(0.9)  # its benefits are validated
    assert built.risks["c"] == round(0.1 * built.worth["c"].points)


def test_a_limit_on_risk_holds_and_costs_stay_what_they_are() -> None:
    world = portfolio()
    asked = sheet(preset="grow", more=400_000, max_changes=0)
    free = answer(world, build(world, asked, NOW), 5, sheet=asked)
    risks = build(world, asked, NOW).risks
    most = sum(risks.values()) - 1
    held = replace(asked, risk_at_most=most)
    found = answer(world, build(world, held, NOW), 5, sheet=held)
    kept = [row["item"] for row in found.result["rows"] if row["change"] != "out"]
    assert sum(risks[uid] for uid in kept) <= most
    assert found.result["figures"]["cost_before"] == free.result["figures"]["cost_before"]
    assert found.result["figures"]["value_after"] < free.result["figures"]["value_after"]


# -- studies


@pytest.mark.parametrize("kind", KINDS)
def test_each_study_answers_about_the_scenarios_plan(kind: str) -> None:
    world = portfolio()
    asked = sheet(preset="cut", give_back=60_000, entrants=False, mandatory=("c",))
    built = build(world, asked, NOW)
    solved = answer(world, built, 5, sheet=asked)
    seen: list[int] = []
    found = study(
        kind, world, built, solved.result, Doubts(), 10, lambda done, asked: seen.append(done)
    )
    assert found["kind"] == kind and seen
    value = solved.result["figures"]["value_after"]
    if kind == "frontier":
        assert found["scenario"][0] == value
        assert all(set(point["plan"]) <= set(built.worth) for point in found["points"])
    elif kind == "uncertainty":
        assert found["solved"] > 0 and {row["item"] for row in found["items"]} == set(built.worth)
    elif kind == "mandatory":
        assert {row["item"] for row in found["items"]} == {"a", "c"}
        assert {row["why"] for row in found["items"]} == {"begun", "kept"}
    else:
        assert found["scenario"] == [solved.result["figures"]["changes"], value]
        assert found["points"][-1]["value"] >= value
