"""A clean world has no finding; each rule finds what breaks it, and nothing else."""

from __future__ import annotations

import re
from datetime import date

import pytest
from mutations import ALSO, MUTATIONS

from portulan_core.coherence import RULES, Profile, Severity, check, first
from portulan_core.generate import clean_world
from portulan_core.model import World

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def world() -> World:
    return clean_world(seed=7, products=60, today=TODAY)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("products", [10, 60, 200])
def test_a_clean_world_has_no_finding(seed: int, products: int) -> None:
    assert check(clean_world(seed=seed, products=products, today=TODAY), TODAY) == []


def test_every_rule_has_its_mutation() -> None:
    assert set(MUTATIONS) == set(RULES)


@pytest.mark.parametrize("code", sorted(MUTATIONS))
def test_the_mutation_of_a_rule_gives_that_code_on_that_object(code: str, world: World) -> None:
    broken, uid = MUTATIONS[code](world, TODAY)
    found = check(broken, TODAY)
    wanted = [f for f in found if f.code == code]
    assert [f.subject for f in wanted] == [uid]
    assert {f.code for f in found} - {code} <= ALSO.get(code, set()), found
    assert tuple(wanted[0].params) and set(wanted[0].params) == set(RULES[code].params)


def test_codes_are_well_formed() -> None:
    assert all(re.fullmatch(r"[A-Z]{3}-\d\d", code) for code in RULES)


def test_what_rules_read_is_enough(world: World) -> None:
    """A rule sees no table that it does not declare."""
    for code, rule in RULES.items():
        broken, uid = MUTATIONS[code](world, TODAY)
        part = World(**{name: broken.table(name) for name in {*rule.reads, "entities"}})
        assert uid in {f.subject for f in check(part, TODAY, [code])}, code


def test_a_profile_changes_severity_threshold_and_silence(world: World) -> None:
    broken, _ = MUTATIONS["STA-03"](world, TODAY)
    assert check(broken, TODAY, profile=Profile(disabled=frozenset({"STA-03"}))) == []
    assert check(broken, TODAY, profile=Profile(thresholds={"STA-03": {"limit": 6}})) == []
    graver = check(broken, TODAY, profile=Profile(severities={"STA-03": Severity.BLOCKING}))
    assert [f.severity for f in graver] == [Severity.BLOCKING]


def test_the_ten_that_matter_are_the_gravest_and_varied(world: World) -> None:
    broken = world
    for code in ("DAT-01", "BUD-03", "GOV-02", "STA-02", "RSK-01"):
        broken, _ = MUTATIONS[code](broken, TODAY)
    blind = World(**{name: broken.table(name) for name in ("products", "stage_periods")})
    found = check(blind, TODAY)
    top = first(found)
    assert len(top) == 10
    assert top == sorted(top, key=lambda f: (-f.severity, -f.weight, f.code, f.subject))
    several = {f.code for f in found}
    assert len({f.code for f in top}) >= min(len(several), 5)


def test_the_same_world_gives_the_same_findings_in_the_same_order(world: World) -> None:
    broken, _ = MUTATIONS["STA-03"](world, TODAY)
    broken, _ = MUTATIONS["GOV-02"](broken, TODAY)
    assert check(broken, TODAY) == check(World.from_json(broken.to_json()), TODAY)
