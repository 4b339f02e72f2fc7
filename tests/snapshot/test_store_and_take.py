"""A World goes into the database and comes back the same, today and as of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portulan.base.changes import KNOWN_SINCE_EVER, recording
from portulan.base.models import Change, HistoryRow
from portulan.base.policy import system_actor
from portulan.cli.sample import build
from portulan.governance.effects import apply_effects, drifted
from portulan.snapshot.assemble import take
from portulan.snapshot.store import store
from portulan.snapshot.transfer import Unstorable, take_in
from portulan_core.effects import TYPES, Effect, EffectConflict, apply_all, inverse
from portulan_core.generate import UidSource, clean_world
from portulan_core.model import TABLES, World

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
EVERYTHING = tuple(TABLES)


def stored(world: World) -> World:
    """Store a World as facts known since ever."""
    with recording(system_actor("test"), "test.store", effective_on=KNOWN_SINCE_EVER) as recorder:
        store(world, recorder)
    return world


def small(seed: int) -> World:
    return clean_world(seed, 14, 40, today=TODAY, measure_months=3)


def difference(first: World, second: World) -> list[str]:
    """What differs, table by table, for a readable failure."""
    found = []
    for name in EVERYTHING:
        left, right = first.table(name), second.table(name)
        found += [f"{name}: only first {uid}" for uid in left if uid not in right]
        found += [f"{name}: only second {uid}" for uid in right if uid not in left]
        found += [
            f"{name}: {left[uid]} != {right[uid]}"
            for uid in left
            if uid in right and left[uid] != right[uid]
        ]
    return found


@pytest.mark.parametrize("seed", range(6))
def test_a_world_comes_back_the_same(seed: int) -> None:
    world = stored(small(seed))
    assert difference(take(EVERYTHING), world) == []


def test_the_sample_comes_back_the_same() -> None:
    sample = build(TODAY)
    world = stored(sample.world)
    assert difference(take(EVERYTHING), world) == []


def test_storing_again_adds_nothing_and_leaves_no_trace() -> None:
    world = stored(small(1))
    changes = Change.objects.count()
    with recording(system_actor("test"), "test.store") as recorder:
        assert store(world, recorder) == 0
    assert Change.objects.count() == changes


def test_taking_a_few_tables_gives_those_with_their_keys() -> None:
    world = stored(small(2))
    found = take(("initiatives", "key_results"))
    assert found.initiatives == world.initiatives
    assert found.key_results == world.key_results
    assert not found.products


def test_the_number_of_queries_does_not_depend_on_the_size() -> None:
    with CaptureQueriesContext(connection) as none:
        take(EVERYTHING)
    stored(clean_world(4, 40, 120, today=TODAY, measure_months=1))
    with CaptureQueriesContext(connection) as many:
        take(EVERYTHING)
    assert len(none) == len(many)


def test_a_world_that_points_to_nothing_is_refused_whole() -> None:
    world = small(5)
    wrong = world.without("teams", list(world.teams)[:1])
    with pytest.raises(Unstorable):
        take_in(wrong, system_actor("test"), TODAY)
    assert not HistoryRow.objects.exists()


def test_a_code_used_twice_is_refused_whole() -> None:
    world = small(5)
    first, second = list(world.products.values())[:2]
    wrong = world.with_rows("products", [replace(second, code=first.code)])
    with pytest.raises(Unstorable):
        take_in(wrong, system_actor("test"), TODAY)
    assert not HistoryRow.objects.exists()


def effects_of(world: World) -> dict[str, list[Effect]]:
    """At least one effect of each type that this World can take."""
    uid = UidSource(99, TODAY)
    placed = [i for i in world.initiatives.values() if i.start is not None]
    unplaced = [i for i in world.initiatives.values() if i.start is None]
    first, second, third = placed[:3]
    envelope = next(iter(world.envelopes.values()))
    capacity = next(iter(world.capacities.values()))
    product = next(iter(world.products))
    period = next(iter(world.stage_periods.values()))
    new = {
        "product": product, "stage": "run", "starts": "2026-12-01", "ends": None, "market": "Sud",
    }  # fmt: skip
    known = {
        "product": period.product,
        "stage": period.stage,
        "starts": period.starts.isoformat() if period.starts else None,
        "ends": period.ends.isoformat() if period.ends else None,
        "market": period.market,
    }
    size = TYPES["initiative.resize"].read(world, third.uid)
    smaller = {**size, "months": 2, "capex": [5, 6], "opex": [], "efforts": size["efforts"][:1]}
    return {
        "initiative.place": [
            Effect("initiative.place", first.uid, first.start, (first.start or 0) + 3),
            Effect("initiative.place", second.uid, second.start, None),
            Effect("initiative.place", unplaced[0].uid, None, 24_330),
        ],
        "initiative.state": [
            Effect("initiative.state", unplaced[0].uid, unplaced[0].state, "planned")
        ],
        "initiative.resize": [Effect("initiative.resize", third.uid, size, smaller)],
        "envelope.amount": [
            Effect("envelope.amount", envelope.uid, envelope.amount, envelope.amount - 12_345)
        ],
        "capacity.days": [Effect("capacity.days", capacity.uid, capacity.days, 0)],
        "product.stage": [
            Effect("product.stage", uid(), None, new),
            Effect("product.stage", period.uid, known, {**known, "ends": "2026-11-30"}),
        ],
    }


def applied(effects: list[Effect]) -> None:
    with recording(system_actor("test"), "test.apply") as recorder:
        apply_effects(recorder, effects)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", sorted(name for name, kind in TYPES.items() if kind.table))
def test_an_effect_does_to_the_database_what_it_does_to_the_world(kind: str, seed: int) -> None:
    world = stored(small(seed))
    effects = effects_of(world)[kind]
    expected = apply_all(world, effects)
    assert expected != world
    applied(effects)
    assert difference(take(EVERYTHING), expected) == []
    applied([inverse(effect) for effect in reversed(effects)])
    assert difference(take(EVERYTHING), world) == []


def test_a_removed_stage_period_comes_back_whole() -> None:
    world = stored(small(1))
    period = list(world.stage_periods.values())[3]
    value = TYPES["product.stage"].read(world, period.uid)
    removal = Effect("product.stage", period.uid, value, None)
    applied([removal])
    assert difference(take(EVERYTHING), apply_all(world, [removal])) == []
    applied([inverse(removal)])
    back = take(EVERYTHING).stage_periods[period.uid]
    assert TYPES["product.stage"].read(World(stage_periods={period.uid: back}), period.uid) == value


def test_effects_of_all_types_together_in_one_transaction() -> None:
    world = stored(small(4))
    effects = [effect for found in effects_of(world).values() for effect in found]
    applied(effects)
    assert difference(take(EVERYTHING), apply_all(world, effects)) == []
    assert Change.objects.filter(activity="test.apply").count() == 1


def test_a_drifted_effect_changes_nothing_at_all() -> None:
    world = stored(small(1))
    initiative = next(i for i in world.initiatives.values() if i.start is not None)
    envelope = next(iter(world.envelopes.values()))
    effects = [
        Effect("envelope.amount", envelope.uid, envelope.amount, 1),
        Effect("initiative.place", initiative.uid, 7, 8),
    ]
    assert [conflict.effect for conflict in drifted(effects)] == [effects[1]]
    with pytest.raises(EffectConflict) as caught:
        applied(effects)
    assert caught.value.actual == initiative.start
    assert difference(take(EVERYTHING), world) == []


def test_the_past_is_what_was_effective_then() -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    world = stored(small(2))
    effects = [effect for found in effects_of(world).values() for effect in found]
    applied(effects)
    assert difference(take(EVERYTHING, at=yesterday), world) == []
    assert difference(take(EVERYTHING, at=timezone.localdate()), apply_all(world, effects)) == []


def test_what_is_decided_for_later_is_not_yet_so() -> None:
    world = stored(small(2))
    initiative = next(i for i in world.initiatives.values() if i.start is not None)
    later = timezone.localdate() + timedelta(days=30)
    place = Effect("initiative.place", initiative.uid, initiative.start, 24_400)
    with recording(system_actor("test"), "test.apply", effective_on=later) as recorder:
        apply_effects(recorder, [place])
    now = take(EVERYTHING, at=timezone.localdate())
    assert now.initiatives[initiative.uid].start == initiative.start
    assert take(EVERYTHING, at=later).initiatives[initiative.uid].start == 24_400


def test_two_clocks_effective_and_known() -> None:
    """Taken in today, a fact was so before; yet we did not know it."""
    with time_machine.travel("2026-11-20 09:00", tick=False):
        first = stored(clean_world(1, 3, 4, today=TODAY, measure_months=1))
        seen = timezone.now()
    with time_machine.travel("2026-11-23 09:00", tick=False):
        envelope = next(iter(first.envelopes.values()))
        change = Effect("envelope.amount", envelope.uid, envelope.amount, 777)
        with recording(
            system_actor("test"), "test.apply", effective_on=date(2026, 11, 1)
        ) as recorder:
            apply_effects(recorder, [change])
    as_known = take(EVERYTHING, known_at=seen)
    assert difference(as_known, first) == []
    as_effective = take(EVERYTHING, at=date(2026, 11, 2))
    assert as_effective.envelopes[envelope.uid].amount == 777
    before = take(EVERYTHING, at=date(2026, 10, 31))
    assert before.envelopes[envelope.uid].amount == envelope.amount
