"""Maturity of product mode: shares become levels, levels become marks, gaps become steps."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan_core import maturity
from portulan_core.generate import clean_world
from portulan_core.maturity import DOMAINS, TESTS, Result, diagnose, level_of, steps
from portulan_core.model import Indicator, Measure, Product, Risk, StagePeriod, World

DAY = date(2027, 3, 11)


def _world(count: int = 10, written: int = 5, **tables: object) -> World:
    products = {
        f"p{n}": Product(
            uid=f"p{n}", code=f"P{n}", name=f"Produit {n}", vision="Vision" if n < written else ""
        )
        for n in range(count)
    }
    periods = {
        f"s{n}": StagePeriod(uid=f"s{n}", product=f"p{n}", stage="run", starts=date(2025, 1, 1))
        for n in range(count)
    }
    return World(products=products, stage_periods=periods, **tables)


def _result(world: World, code: str, day: date = DAY) -> Result:
    found = diagnose(world, day)
    return next(r for d in found.domains for r in d.results if r.code == code)


@pytest.mark.parametrize(
    ("share", "level"),
    [(None, None), (0, 1), (0.24, 1), (0.25, 2), (0.5, 3), (0.75, 4), (0.9, 5), (1, 5)],
)
def test_a_share_becomes_a_level(share: float | None, level: int | None) -> None:
    assert level_of(share) == level


def test_every_test_belongs_to_a_domain_and_every_domain_has_some() -> None:
    assert {found.domain for found in TESTS.values()} == set(DOMAINS)
    for code, found in TESTS.items():
        assert code.split(".")[0] == found.domain
        assert set(found.reads) <= maturity.READ


def test_half_the_visions_written_is_level_three_and_names_the_others() -> None:
    result = _result(_world(), "vision.written")
    assert (result.passed, result.total, result.level) == (5, 10, 3)
    assert set(result.missing) == {("product", f"p{n}") for n in range(5, 10)}
    assert result.to_next == 3  # 8 of 10 are above 75 %


@given(st.integers(1, 60), st.data())
def test_what_is_still_to_do_is_just_enough_for_the_next_level(total: int, data) -> None:
    passed = data.draw(st.integers(0, total))
    result = Result("x.y", "x", passed, total)
    if result.level == 5:
        assert result.to_next == 0
        return
    assert level_of((passed + result.to_next) / total) > result.level
    assert level_of((passed + result.to_next - 1) / total) == result.level


def test_nothing_to_judge_says_nothing_and_counts_for_nothing() -> None:
    found = diagnose(World(), DAY)
    assert found.mark is None
    assert all(d.mark is None and d.level is None for d in found.domains)
    assert steps(found) == []
    partial = diagnose(_world(), DAY)
    assert partial.domain("compliance").mark is not None
    assert partial.domain("funding").mark is None


def test_a_measure_counts_on_the_day_it_was_known_and_grows_old() -> None:
    indicator = Indicator(
        uid="i", code="I", name="Usage", product="p0", last_at=date(2027, 3, 1), last_value=2.0
    )
    measures = {
        uid: Measure(uid=uid, indicator="i", at=day, value=1.0)
        for uid, day in (("m1", date(2026, 1, 10)), ("m2", date(2027, 3, 1)))
    }
    world = _world(1, indicators={"i": indicator}, measures=measures)
    assert _result(world, "value.usage").passed == 1
    assert _result(world, "value.usage", date(2026, 3, 1)).passed == 1
    assert _result(world, "value.usage", date(2026, 12, 1)).passed == 0
    assert _result(world, "value.usage", date(2027, 12, 1)).passed == 0


def test_no_test_is_about_a_person() -> None:
    found = diagnose(clean_world(3, 20, today=DAY), DAY)
    kinds = {kind for d in found.domains for r in d.results for kind, _uid in r.missing}
    assert kinds
    assert "person" not in kinds


def test_a_grave_risk_without_review_is_missing() -> None:
    risk = Risk(uid="r", target_type="product", target="p0", name="R", likelihood=5, impact=4)
    assert _result(_world(1, risks={"r": risk}), "lifecycle.risks").missing == (("risk", "r"),)


def test_steps_come_from_the_weakest_domains() -> None:
    found = diagnose(_world(written=0), DAY)
    proposed = steps(found)
    assert proposed
    worst = min(d.mark for d in found.domains if d.mark is not None)
    assert found.domain(proposed[0].domain).mark == worst
    assert all(r.level < 5 for r in proposed)
