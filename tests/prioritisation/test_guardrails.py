"""Guardrails, remedies taken and limits given up, the most that can be given back. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portulan.base.policy import Invalid
from portulan.prioritisation.assumptions import (
    AMOUNT,
    PLAN,
    TOTAL,
    Assumptions,
    Floor,
    Limit,
    check,
    from_json,
)
from portulan.prioritisation.problem import build
from portulan.prioritisation.remedies import given_up, taken
from portulan.prioritisation.solving import answer
from portulan_core.model import (
    Benefit,
    Capacity,
    Initiative,
    InitiativeProduct,
    Line,
    Product,
    ProductLine,
    Team,
    World,
)

NOW = 2027 * 12
#: What each initiative costs, in minor units, and what it is worth.
COST, WORTH = 1_200_000, (90, 80, 70, 20, 15, 10)


def world() -> World:
    """Six initiatives of the first quarter: three good ones in Air, three poor ones in Bus."""
    rows, links, benefits = [], [], []
    for n, worth in enumerate(WORTH):
        code = f"i{n}"
        rows.append(
            Initiative(
                uid=code, code=code, name=code.upper(), state="planned", start=NOW, months=3,
                stage="exploration" if n == 5 else "development",
                costs_opex=(COST // 3,) * 3, efforts=(("team", (300, 300, 300)),),
            )
        )  # fmt: skip
        links.append(InitiativeProduct(f"l{n}", code, "air" if n < 3 else "bus"))
        benefits.append(Benefit(f"b{n}", code, "revenue", 2028, worth))
    return (
        World()
        .with_rows("initiatives", rows)
        .with_rows("benefits", benefits)
        .with_rows("lines", [Line("A", "A", "Air", "domain"), Line("B", "B", "Bus", "domain")])
        .with_rows("products", [Product("air", "AIR", "Air"), Product("bus", "BUS", "Bus")])
        .with_rows("product_lines", [ProductLine("x", "air", "A"), ProductLine("y", "bus", "B")])
        .with_rows("initiative_products", links)
        .with_rows("teams", [Team("team", "team", "Team")])
        .with_rows(
            "capacities",
            [Capacity(f"c{m}", "team", NOW + m, 6 * 300 if m < 3 else 0) for m in range(12)],
        )
    )  # fmt: skip


def sheet(**values: Any) -> Assumptions:
    """Four quarters of 2027."""
    base = {"first": NOW, "periods": 4, "axis": "domain", "hold_capacity": False}
    return check(Assumptions(**{**base, **values}))


def solved(held: Assumptions) -> dict[str, Any]:
    """The answer to a sheet."""
    found = world()
    return answer(found, build(found, held, NOW), 4.0, sheet=held).result


def changed(result: dict[str, Any], *codes: str) -> set[str]:
    """The initiatives with one of these changes."""
    return {row["item"] for row in result["rows"] if row["change"] in codes}


HALF = Limit(3 * COST, 2027)


def test_a_guardrail_keeps_a_line_what_the_plan_spends_there() -> None:
    free = solved(sheet(envelopes=(HALF,)))
    assert changed(free, "out", "moved") == {"i3", "i4", "i5"}
    floor = Floor(PLAN, 10_000, line="B")
    held = solved(sheet(envelopes=(HALF,), floors=(floor,)))
    assert changed(held, "out", "moved") == {"i0", "i1", "i2"}
    row = next(row for row in held["limits"] if row["envelope"] == floor.key)
    assert (row["floor"], row["after"], row["line"]) == (3 * COST, 3 * COST, "Bus")


def test_a_guardrail_may_be_an_amount_or_a_share_of_all_spending() -> None:
    one = solved(sheet(envelopes=(HALF,), floors=(Floor(AMOUNT, amount=COST, line="B"),)))
    assert changed(one, "out", "moved") == {"i2", "i4", "i5"}
    share = solved(
        sheet(envelopes=(HALF,), floors=(Floor(TOTAL, 3_000, stage="exploration"),))
    )
    assert "i5" not in changed(share, "out", "moved")
    (row,) = share["shares"]
    assert row["share"] == 3_000 and row["after"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    "floor",
    [
        Floor(PLAN, 10_000), Floor(PLAN, 0, line="B"), Floor(TOTAL, 10_001, line="B"),
        Floor(AMOUNT, line="B"), Floor("other", 100, line="B"),
    ],
)  # fmt: skip
def test_a_guardrail_that_protects_nothing_is_refused(floor: Floor) -> None:
    with pytest.raises(Invalid):
        sheet(floors=(floor,))


def test_guardrails_read_back_from_json_and_protect_each_place_once() -> None:
    held = sheet(floors=(Floor(PLAN, 5_000, line="B"), Floor(TOTAL, 1_000, stage="exploration")))
    assert from_json(held.to_json()) == held
    with pytest.raises(Invalid):
        sheet(floors=(Floor(PLAN, 5_000, line="B"), Floor(AMOUNT, amount=5, line="B")))


@pytest.mark.parametrize(
    "held",
    [
        sheet(envelopes=(HALF,)),
        sheet(envelopes=(replace(HALF, amount=4 * COST),), stop_started=True),
        sheet(preset="cut", give_back=2 * COST, by_month=NOW + 12),
        sheet(capacities=(("team", NOW, 3_600),), hold_capacity=True),
        sheet(preset="cut", give_back=COST, floors=(Floor(AMOUNT, amount=3 * COST, line="B"),)),
    ],
)
def test_a_remedy_that_is_taken_admits_its_initiative(held: Assumptions) -> None:
    result = solved(held)
    rows = [row for row in result["rows"] if row["change"] in ("out", "moved")]
    assert rows
    tried = 0
    for row in rows:
        sheet_after = taken(held, row)
        if sheet_after is None:
            continue
        tried += 1
        again = solved(sheet_after)
        back = {r["item"] for r in again["rows"] if r["change"] != "out"}
        assert row["item"] in back
        if row["change"] == "moved":
            assert row["item"] not in changed(again, "moved")
    assert tried


def test_what_is_asked_beyond_reach_says_the_most_that_can_be_given_and_it_can() -> None:
    floor = Floor(AMOUNT, amount=2 * COST, line="B")
    held = sheet(preset="cut", give_back=5 * COST, floors=(floor,))
    result = solved(held)
    assert result["status"] == "infeasible"
    most = result["most_back"]
    assert 4 * COST - COST // 10 <= most <= 4 * COST
    assert solved(replace(held, give_back=most))["status"] == "optimal"


def test_any_limit_of_a_contradiction_may_be_given_up_and_the_rest_holds() -> None:
    held = sheet(
        preset="cut", give_back=5 * COST, floors=(Floor(AMOUNT, amount=2 * COST, line="B"),),
        mandatory=("i0",),
    )  # fmt: skip
    conflict = solved(held)["conflict"]
    assert conflict["minimal"]
    given = [given_up(held, limit) for limit in conflict["limits"]]
    free = [one for one in given if one is not None]
    assert len(free) >= len(given) - 1  # what is asked itself is not given up, but lowered
    for one in free:
        assert solved(one)["status"] != "infeasible"
