"""Money adds up to the cent along every reading, and the landing follows its one formula."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from portulan_core import money
from portulan_core.model import CostLine, Entity, Initiative, InitiativeProduct, Product, World
from portulan_core.periods import month_of

Y27 = month_of(date(2027, 1, 1))
amounts = st.integers(-10_000_00, 10_000_00)
months = st.integers(Y27 - 14, Y27 + 26)
products = st.sampled_from(["p1", "p2", "p3"])
columns = st.lists(amounts, max_size=18)


@st.composite
def plans(draw):
    shares = draw(st.dictionaries(products, st.integers(0, 10_000), max_size=3))
    return money.Plan(
        key=draw(st.sampled_from(["i1", "i2", "i3", "i4"])),
        stage=draw(st.sampled_from(["exploration", "development", "run"])),
        start=draw(st.none() | months),
        capex=draw(columns),
        opex=draw(columns),
        counts=draw(st.booleans()),
        done=draw(st.booleans()),
        shares=tuple(shares.items()),
        first_month=draw(st.sampled_from([1, 4])),
    )


entries = st.builds(
    money.Entry,
    kind=st.sampled_from(money.KINDS),
    month=months,
    amount=amounts,
    product=st.none() | products,
    initiative=st.none() | st.sampled_from(["i1", "i2"]),
    stage=st.sampled_from(["development", "run", "end_of_life"]),
    nature=st.sampled_from(["opex", "capex"]),
)


@given(st.lists(plans(), max_size=4, unique_by=lambda p: p.key), st.lists(entries, max_size=12),
       st.none() | months)
def test_every_reading_adds_up_to_the_same_total(plan_list, entry_list, cut):
    parts = money.pieces(plan_list, entry_list, 2027, cut)
    whole = sum((p.amounts for p in parts), money.NOTHING)
    for line_of in ({}, {"p1": "a"}, {"p1": "a", "p2": "a", "p3": "b"}):
        found = money.position(
            parts, line_of, ["a", "b"], money.Envelopes(), money.Envelopes(100, {"a": 100})
        )
        assert sum((f.amounts for f in found.by_line.values()), money.NOTHING) == whole
        assert sum((f.amounts for f in found.by_stage.values()), money.NOTHING) == whole
        assert sum((f.amounts for f in found.cells.values()), money.NOTHING) == whole
        assert found.total.amounts == whole


@given(plans(), st.lists(entries, max_size=8), st.none() | months)
def test_pieces_of_an_initiative_add_up_to_its_own_figure(plan, entry_list, cut):
    parts = [p for p in money.pieces([plan], entry_list, 2027, cut) if p.initiative == plan.key]
    alone = money.pieces([replace(plan, shares=())], entry_list, 2027, cut)
    own = [p for p in alone if p.initiative == plan.key]
    assert sum((p.amounts for p in parts), money.NOTHING) == sum(
        (p.amounts for p in own), money.NOTHING
    )


@given(st.dictionaries(months, amounts), st.dictionaries(months, amounts), st.none() | months)
def test_the_landing_of_lines_is_the_published_formula(actual, planned, cut):
    lines = [money.Entry("actual", m, a, "p1") for m, a in actual.items()]
    lines += [money.Entry("plan", m, a, "p1") for m, a in planned.items()]
    parts = money.pieces([], lines, 2027, cut)
    expected = money.landing(actual, planned, money.fiscal_window(2027, cut))
    assert sum(p.amounts.landing for p in parts) == expected


@given(st.lists(amounts, min_size=1, max_size=18), months, st.none() | months)
def test_the_landing_of_an_initiative_is_the_published_formula(column, start, cut):
    plan = money.Plan("i1", "run", start, (), column)
    planned = {start + index: amount for index, amount in enumerate(column)}
    expected = money.landing({}, planned, money.fiscal_window(2027, cut))
    parts = money.pieces([plan], [], 2027, cut)
    assert sum(p.amounts.landing for p in parts) == expected


@given(amounts, st.lists(st.tuples(products, st.integers(0, 10_000)), max_size=3))
def test_a_split_loses_nothing(amount, shares):
    assert sum(part for _, part in money.split_by_share(amount, shares)) == amount


def test_what_no_product_takes_stays_visible():
    assert money.split_by_share(100_00, [("p1", 6_000)]) == [("p1", 60_00), (None, 40_00)]
    assert money.split_by_share(100_00, [("p1", 3_333), ("p2", 3_333), ("p3", 3_333)]) == [
        ("p1", 33_34), ("p2", 33_33), ("p3", 33_33)
    ]
    assert money.split_by_share(5, []) == [(None, 5)]


def test_the_cut_off_follows_the_last_closed_month():
    march = month_of(date(2027, 3, 1))
    assert money.cut_off([], march) is None
    assert money.cut_off([march - 2, march - 1], march) == march
    assert money.cut_off([march - 2, march], march) == march - 1  # March is not finished
    assert money.fiscal_window(2027, march) == money.Year(Y27, Y27 + 12, march)
    assert money.fiscal_window(2026, march).cut == Y27
    assert money.fiscal_window(2028, march).cut == Y27 + 12


def test_a_month_is_spent_or_planned_never_both():
    plan = money.Plan("i1", "development", Y27, (), [10] * 4, shares=(("p1", 10_000),))
    spent = [money.Entry("actual", Y27 + i, a, None, "i1") for i, a in enumerate((12, 9))]
    (piece,) = money.pieces([plan], spent, 2027, Y27 + 2)
    assert piece.amounts == money.Amounts(planned=40, actual=21, landing=41)
    assert piece.stage == "development"


def test_an_initiative_out_of_the_plan_only_costs_what_it_spent():
    plan = money.Plan("i1", "run", Y27, (), [10, 10], counts=False, shares=(("p1", 10_000),))
    (piece,) = money.pieces([plan], [money.Entry("actual", Y27, 7, None, "i1")], 2027, Y27 + 1)
    assert piece.amounts == money.Amounts(actual=7, landing=7)


def test_what_is_done_was_planned_but_costs_only_what_it_spent():
    plan = money.Plan(
        "i1", "run", Y27, (), [10, 10], counts=False, done=True, shares=(("p1", 10_000),)
    )
    (piece,) = money.pieces([plan], [money.Entry("actual", Y27, 17, None, "i1")], 2027, Y27 + 1)
    assert piece.amounts == money.Amounts(planned=20, actual=17, landing=17)
    assert piece.amounts.drift == -3


AXIS = {"mob": "segment", "hab": "segment", "data": "platform"}


def test_an_envelope_inside_a_wider_one_is_not_added_again():
    found = money.envelopes(
        [
            money.Ceiling(1200),
            money.Ceiling(500, line="mob"),
            money.Ceiling(300, line="mob", stage="development"),
            money.Ceiling(400, line="hab", stage="run"),
        ],
        AXIS, "segment",
    )
    assert found.total == 1200
    assert found.lines == {"mob": 500, "hab": 400}
    assert found.stages == {"development": 300, "run": 400}
    assert found.cells == {("mob", "development"): 300, ("hab", "run"): 400}


def test_the_total_of_the_envelopes_does_not_depend_on_the_axis():
    ceilings = [money.Ceiling(500, line="mob"), money.Ceiling(700, line="hab"),
                money.Ceiling(200, line="data")]
    totals = {money.envelopes(ceilings, AXIS, axis).total for axis in ("segment", "platform", "x")}
    assert totals == {1200}


def test_envelopes_of_entities_add_up_unless_one_stands_above():
    above = {"fr": ("group",), "be": ("group",), "group": ()}
    both = [money.Ceiling(5, entity="fr"), money.Ceiling(7, entity="be")]
    assert money.envelopes(both, AXIS, "segment", above).total == 12
    both.append(money.Ceiling(20, entity="group"))
    assert money.envelopes(both, AXIS, "segment", above).total == 20


@given(st.lists(st.builds(
    money.Ceiling, amount=st.integers(0, 1000), line=st.none() | st.sampled_from(list(AXIS)),
    stage=st.sampled_from(["", "run", "development"])), max_size=8),
    st.sampled_from(["segment", "platform"]))
def test_rows_and_what_is_left_add_up_to_the_envelope(ceilings, axis):
    revised = money.envelopes(ceilings, AXIS, axis)
    found = money.position([], {}, ["mob", "hab"], money.Envelopes(), revised)
    if not ceilings:
        assert found.total.revised is None and found.over is None
        return
    readings = ((found.by_line, found.unallocated), (found.by_stage, found.unallocated_stage))
    for rows, left in readings:
        in_rows = sum(row.revised or 0 for row in rows.values())
        if rows is found.by_line:
            in_rows += sum(v for k, v in revised.lines.items() if k not in rows)
        assert in_rows + ((left.revised or 0) if left else 0) == found.total.revised


def test_without_a_revised_budget_the_voted_one_holds():
    found = money.position([], {}, ["mob"], money.Envelopes(100, {"mob": 100}), money.Envelopes())
    assert found.by_line["mob"].revised == 100


def test_the_position_says_which_part_is_over():
    parts = [
        money.Piece("i1", "p1", "development", money.Amounts(landing=90)),
        money.Piece("i2", "p2", "run", money.Amounts(landing=40)),
    ]
    revised = money.Envelopes(100, {"a": 50, "b": 50}, {"development": 40, "run": 60})
    found = money.position(parts, {"p1": "a", "p2": "b"}, ["a", "b"], money.Envelopes(), revised)
    assert found.over == 30
    assert found.widest_stage() == ("development", 50)
    assert found.widest_lines() == [("a", 40)]


def test_a_world_gives_the_same_pieces():
    world = World(
        entities={"e": Entity("e", "E", "E", fiscal_first_month=4)},
        products={"p1": Product("p1", "P1", "P1", entity="e")},
        initiatives={"i1": Initiative("i1", "I1", "I1", state="planned", stage="development",
                                      entity="e", start=Y27, costs_opex=(5,) * 12)},
        initiative_products={"x": InitiativeProduct("x", "i1", "p1")},
        cost_lines={"c": CostLine("c", "actual", Y27 - 3, 7, product="p1")},
    )
    by = defaultdict(int)
    for piece in money.world_pieces(world, 2027, Y27 + 1):  # April 2026 to March 2027
        by[piece.stage] += piece.amounts.landing
    # The last actual is October 2026: from November on the plan counts (January to March).
    assert by == {"development": 15, "run": 7}
