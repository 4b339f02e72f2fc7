"""Load adds up what the plan asks; a capacity that is not known is not zero."""

from hypothesis import given
from hypothesis import strategies as st

from portulan_core import load
from portulan_core.model import Capacity, Initiative, Team, World

FIRST = 2027 * 12
days = st.lists(st.integers(0, 5_000), max_size=15)
demands = st.builds(
    load.Demand,
    key=st.integers(0, 50),
    start=st.integers(FIRST - 14, FIRST + 20),
    efforts=st.dictionaries(st.sampled_from(["a", "b", "elsewhere"]), days, max_size=3),
)
given_days = st.builds(
    load.Given, team=st.sampled_from(["a", "b"]), month=st.integers(FIRST - 2, FIRST + 14),
    days=st.integers(0, 5_000), run_load=st.integers(0, 5_000),
)


@given(st.lists(demands, max_size=8), st.lists(given_days, max_size=20))
def test_cells_are_the_months_added_one_by_one(asked, capacities):
    found = load.quarterly(["a", "b"], FIRST, 4, asked, capacities)
    for team in ("a", "b"):
        for quarter in range(4):
            months = range(FIRST + 3 * quarter, FIRST + 3 * quarter + 3)
            demand = sum(
                d.efforts[team][m - d.start]
                for d in asked if team in d.efforts
                for m in months if 0 <= m - d.start < len(d.efforts[team])
            )
            here = [c for c in capacities if c.team == team and c.month in months]
            cell = found.cell(team, quarter)
            assert cell.demand == demand
            expected = sum(max(0, c.days - c.run_load) for c in here) if here else None
            assert cell.capacity == expected


@given(st.lists(demands, max_size=8, unique_by=lambda d: d.key), st.integers(0, 20_000))
def test_contributors_add_up_to_the_cell_and_to_its_overrun(asked, capacity):
    found = load.quarterly(["a"], FIRST, 1, asked, [load.Given("a", FIRST, capacity)])
    cell = found.cell("a", 0)
    parts = load.contributors(asked, "a", FIRST, 3, cell.capacity)
    assert sum(p.days for p in parts) == cell.demand
    assert sum(p.beyond for p in parts) == cell.overrun


def test_the_worst_cell_is_the_highest_ratio_and_nothing_when_all_fits():
    asked = [load.Demand("i", FIRST, {"a": [0, 0, 0, 140_00], "b": [105_00]})]
    capacities = [load.Given("a", FIRST + 3, 100_00), load.Given("b", FIRST, 100_00)]
    worst = load.quarterly(["a", "b"], FIRST, 2, asked, capacities).worst()
    assert worst is not None
    assert (worst.team, worst.quarter, worst.ratio, worst.overrun) == ("a", 1, 1.4, 40_00)
    roomy = [load.Given(t, m, 200_00) for t in "ab" for m in (FIRST, FIRST + 3)]
    assert load.quarterly(["a", "b"], FIRST, 2, asked, roomy).worst() is None


def test_unknown_capacity_has_no_ratio_and_no_overrun():
    found = load.quarterly(["a"], FIRST, 1, [load.Demand("i", FIRST, {"a": [5]})], [])
    cell = found.cell("a", 0)
    assert (cell.capacity, cell.ratio, cell.overrun) == (None, None, None)
    assert found.worst() is None


def test_contributors_come_in_order_of_need():
    asked = [
        load.Demand("late", FIRST, {"a": [30]}, load.weight(False, "planned", FIRST + 1)),
        load.Demand("law", FIRST, {"a": [10]}, load.weight(True, "planned", FIRST)),
        load.Demand("begun", FIRST, {"a": [20]}, load.weight(False, "in_progress", FIRST)),
    ]
    parts = load.contributors(asked, "a", FIRST, 3, 40)
    assert [(p.key, p.beyond) for p in parts] == [("law", 0), ("begun", 0), ("late", 20)]


def test_a_world_counts_only_its_present_plan():
    world = World(
        teams={"a": Team("a", "A", "A")},
        initiatives={
            "i": Initiative("i", "I", "I", "planned", start=FIRST, efforts=(("a", (7,)),)),
            "j": Initiative("j", "J", "J", "proposed", start=FIRST, efforts=(("a", (9,)),)),
            "k": Initiative("k", "K", "K", "planned", efforts=(("a", (9,)),)),
        },
        capacities={"c": Capacity("c", "a", FIRST, 10, 4)},
    )
    cell = load.world_load(world, FIRST, 1).cell("a", 0)
    assert (cell.demand, cell.capacity) == (7, 6)
