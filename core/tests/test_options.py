"""Options side by side: the same World, each list of effects applied, nothing else touched."""

from __future__ import annotations

from datetime import date

from portulan_core.effects import Effect
from portulan_core.model import Benefit, Initiative, World
from portulan_core.options import Option, compare, figures

DAY = date(2027, 3, 11)
MARCH = 2027 * 12 + 2


def _world() -> World:
    return World(
        initiatives={
            "a": Initiative(
                uid="a", code="A", name="A", state="planned", start=MARCH, months=2,
                costs_opex=(100, 100),
            ),
            "b": Initiative(
                uid="b", code="B", name="B", state="proposed", months=1, costs_opex=(50,)
            ),
        },
        benefits={
            "1": Benefit(uid="1", initiative="a", kind="revenue", year=2028, amount=10),
            "2": Benefit(uid="2", initiative="a", kind="revenue", year=2029, amount=30),
            "3": Benefit(uid="3", initiative="b", kind="user_time", year=2028, amount=7),
        },
    )  # fmt: skip


IN = (
    Effect("initiative.state", "b", "proposed", "planned"),
    Effect("initiative.place", "b", None, MARCH + 3),
)


def test_an_option_takes_in_what_it_decides_and_the_present_stays() -> None:
    world = _world()
    present, (taken, nothing) = compare(world, [Option("in", IN), Option("nothing")], DAY)
    assert (present.cost, present.value, present.hours, present.initiatives) == (200, 30, 0, 1)
    assert (taken.figures.cost, taken.figures.hours, taken.figures.initiatives) == (250, 7, 2)
    assert nothing.figures == present
    assert world == _world()


def test_the_best_year_of_a_benefit_counts_once() -> None:
    assert figures(_world(), DAY, ()).value == 30


def test_what_no_longer_fits_is_told() -> None:
    stale = Effect("initiative.place", "a", MARCH + 9, MARCH + 1)
    _present, (outcome,) = compare(_world(), [Option("x", (stale, *IN))], DAY)
    assert outcome.unfit == (stale,)
    assert outcome.figures.initiatives == 2


def test_findings_that_come_and_go_are_told_apart() -> None:
    without = _world()
    present, (outcome,) = compare(
        without, [Option("out", (Effect("initiative.state", "a", "planned", "stopped"),))], DAY
    )
    known = {(f.code, f.subject) for f in outcome.appeared}
    gone = {(f.code, f.subject) for f in outcome.settled}
    assert not known & gone
    total = sum(present.findings.values()) + len(outcome.appeared) - len(outcome.settled)
    assert sum(outcome.figures.findings.values()) == total
