"""The generated World is whole: keys lead somewhere, plans fit, a seed is repeatable."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan_core.generate import UidSource, clean_world
from portulan_core.lifecycle import current_period
from portulan_core.model import PLANNED_STATES, TABLES, World

TODAY = date(2026, 11, 23)
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

KEYS = {
    "entity": "entities",
    "team": "teams",
    "person": "people",
    "owner": "people",
    "estimate_author": "people",
    "line": "lines",
    "product": "products",
    "successor_product": "products",
    "objective": "objectives",
    "indicator": "indicators",
    "initiative": "initiatives",
    "project": "projects",
    "forum": "forums",
    "meeting": "meetings",
    "decision": "decisions",
}


def dangling(world: World) -> list[str]:
    found = []
    for name in TABLES:
        for row in world.table(name).values():
            for column in fields(row):
                target = KEYS.get(column.name)
                value = getattr(row, column.name)
                if target and value is not None and value not in world.table(target):
                    found.append(f"{name}.{column.name}")
    return found


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    products=st.integers(1, 90),
    initiatives=st.integers(0, 200),
    today=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
)
def test_any_size_seed_and_day_gives_a_whole_world(
    seed: int, products: int, initiatives: int, today: date
) -> None:
    world = clean_world(seed, products, initiatives, today=today)
    assert len(world.products) == products
    assert len(world.initiatives) == initiatives
    assert dangling(world) == []
    uids = [uid for name in TABLES for uid in world.table(name)]
    assert len(uids) == len(set(uids))
    assert all(row.uid == uid for name in TABLES for uid, row in world.table(name).items())


def test_the_same_seed_gives_the_same_world_and_another_gives_another() -> None:
    assert clean_world(3, 20, 40, today=TODAY) == clean_world(3, 20, 40, today=TODAY)
    assert clean_world(3, 20, 40, today=TODAY) != clean_world(4, 20, 40, today=TODAY)


def test_a_generated_world_goes_through_json() -> None:
    world = clean_world(5, 12, 30, today=TODAY)
    assert World.from_json(world.to_json()) == world


def test_identifiers_look_like_uuid_version_7_and_grow() -> None:
    source = UidSource(1, TODAY)
    uids = [source() for _ in range(2_000)]
    assert all(UUID7.fullmatch(uid) for uid in uids)
    assert uids == sorted(uids)


@pytest.mark.parametrize(("products", "initiatives"), [(0, 1), (6_001, 1), (1, -1), (1, 100_001)])
def test_a_size_outside_its_bounds_is_refused(products: int, initiatives: int) -> None:
    with pytest.raises(ValueError, match="must be in"):
        clean_world(0, products, initiatives, today=TODAY)


@pytest.mark.parametrize("seed", range(4))
def test_efforts_of_the_present_plan_fit_the_capacities(seed: int) -> None:
    world = clean_world(seed, 60, 150, today=TODAY)
    available = {
        (row.team, row.month): row.days - row.run_load for row in world.capacities.values()
    }
    load: dict[tuple[str, int], int] = defaultdict(int)
    for row in world.initiatives.values():
        if row.state in PLANNED_STATES and row.start is not None:
            for team, days in row.efforts:
                for index, value in enumerate(days):
                    load[team, row.start + index] += value
    assert load
    assert all(value <= available[place] for place, value in load.items())


@pytest.mark.parametrize("seed", range(4))
def test_successors_start_after_their_predecessors(seed: int) -> None:
    world = clean_world(seed, 60, 200, today=TODAY)
    linked = [row for row in world.dependencies.values() if row.subject == "initiative"]
    assert linked
    for row in linked:
        before, after = world.initiatives[row.predecessor], world.initiatives[row.successor]
        assert before.end is not None
        assert after.start is not None
        assert before.end + row.lag <= after.start


def test_every_product_has_a_current_stage_and_active_ones_have_people() -> None:
    world = clean_world(7, 80, 100, today=TODAY)
    staffed = defaultdict(set)
    for row in world.assignments.values():
        if row.target_type == "product":
            staffed[row.target].add(row.role)
    for product in world.products.values():
        periods = [p for p in world.stage_periods.values() if p.product == product.uid]
        current = current_period(periods, TODAY)
        assert current is not None
        if current.stage != "end_of_life":
            needed = {"product_manager", "product_owner", "business", "tech_lead", "sponsor"}
            assert needed <= staffed[product.uid]
        else:
            assert not staffed[product.uid]


def test_the_largest_size() -> None:
    world = clean_world(1, 5_000, 100_000, today=TODAY)
    assert len(world.initiatives) == 100_000
