"""Nothing is wrong in a generated World: no rule of coherence finds anything."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from portulan_core.coherence import check
from portulan_core.generate import clean_world


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    products=st.integers(1, 120),
    initiatives=st.integers(0, 400),
    today=st.dates(date(2024, 1, 1), date(2031, 12, 31)),
)
def test_a_clean_world_has_no_finding(
    seed: int, products: int, initiatives: int, today: date
) -> None:
    world = clean_world(seed, products, initiatives, today=today, measure_months=2)
    assert [(f.code, f.params) for f in check(world, today)] == []


def test_a_large_clean_world_has_no_finding() -> None:
    today = date(2027, 3, 31)
    world = clean_world(12, 2_000, 10_000, today=today, measure_months=1)
    assert [(f.code, f.params) for f in check(world, today)] == []
