"""The diagnosis kept over time, recomputed from the history; the plan and its progress; notes."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from portulan.base.changes import recording
from portulan.base.policy import Invalid, Refused, system_actor
from portulan.catalogue.models import Product
from portulan.diagnosis import actions, queries
from portulan.diagnosis.models import DiagnosisRun, PlanStep
from portulan.web.diagnosis import words
from portulan_core.maturity import DOMAINS, TESTS
from tests.governance.conftest import house, thursday  # noqa: F401 - the same company
from tests.governance.house import House

ROBOT = system_actor("test")


def _share(code: str, at: date | None = None) -> tuple[int, int]:
    found = queries.computed(at).diagnosis
    result = next(r for d in found.domains for r in d.results if r.code == code)
    return result.passed, result.total


def test_every_domain_and_test_has_its_words() -> None:
    assert set(words.DOMAINS) == set(DOMAINS)
    assert set(words.TESTS) == set(TESTS)
    assert all(len(said.anchors) == 5 for said in words.DOMAINS.values())


def test_the_past_is_computed_from_the_history(house: House, thursday) -> None:  # noqa: F811
    assert _share("vision.written") == (2, 2)
    thursday.move_to("2027-05-10T08:00:00+00:00")
    with recording(ROBOT, "test", effective_on=date(2027, 5, 10)) as rec:
        rec.update(Product.objects.get(code="ESC"), vision="")
    assert _share("vision.written") == (1, 2)
    assert _share("vision.written", date(2027, 5, 9)) == (2, 2)
    kept = list(actions.rebuild(2))
    assert [run.on for run in kept] == [date(2027, 3, 31), date(2027, 4, 30)]
    assert [run.tests["vision.written"] for run in kept] == [[2, 2], [2, 2]]
    # Computed again, the same days are replaced, not doubled.
    list(actions.rebuild(2))
    assert DiagnosisRun.objects.count() == 2


def test_the_month_that_ended_is_kept_once(house: House) -> None:  # noqa: F811
    assert actions.run_monthly(None) == {"kept": "2027-02-28"}
    assert actions.run_monthly(None) == {"kept": None}
    assert DiagnosisRun.objects.get().on == date(2027, 2, 28)


def test_the_progress_of_a_step_is_read_from_the_facts(house: House) -> None:  # noqa: F811
    step = actions.add_step(
        house.actors["pmo"],
        actions.StepInput(
            "Nommer les responsables", "roles", test="roles.manager", target=100,
            due_on=date(2027, 4, 1),
        ),
    )  # fmt: skip
    assert step.start == 0
    (row,) = queries.plan(queries.computed().diagnosis)
    assert (row.percent, row.measured, row.late) == (0, True, False)
    from portulan.catalogue.models import ProductRole

    with recording(ROBOT, "test") as rec:
        rec.create(
            ProductRole(
                role="product_manager", person=house.people["manager"],
                product=house.products["ESC"],
            )
        )  # fmt: skip
    (row,) = queries.plan(queries.computed().diagnosis)
    assert row.percent == 50
    with time_machine.travel(date(2027, 4, 2), tick=False):
        (row,) = queries.plan(queries.computed().diagnosis)
        assert row.late
    actions.move_step(house.actors["pmo"], step, "done")
    assert queries.plan(queries.computed().diagnosis)[0].percent == 100


def test_a_step_must_make_sense_and_the_plan_is_not_everybodys(house: House) -> None:  # noqa: F811
    with pytest.raises(Invalid) as caught:
        actions.add_step(
            house.actors["pmo"], actions.StepInput("", "nowhere", test="no.such", target=0)
        )
    assert set(caught.value.errors) == {"title", "domain", "test", "target"}
    with pytest.raises(Refused):
        actions.add_step(house.actors["manager"], actions.StepInput("Étape", "vision"))
    assert not PlanStep.objects.exists()


def test_notes_are_about_a_product_and_its_gaps_are_named(house: House) -> None:  # noqa: F811
    product = house.products["CAR"]
    note = actions.add_note(house.actors["pmo"], product, "Écrire un indicateur", "value.usage")
    found = queries.products_to_coach(house.actors["manager"], queries.computed().diagnosis)
    rows = {row.product.code: row for row in found}
    assert rows["CAR"].notes == 1
    assert "value.usage" in rows["CAR"].tests
    actions.settle_note(house.actors["pmo"], note)
    assert queries.notes_of(product)[0].done_on == date(2027, 3, 11)
    with pytest.raises(Refused):
        actions.add_note(house.actors["manager"], product, "De moi-même")
    assert queries.products_to_coach(house.actors["outsider"], queries.computed().diagnosis) == []
