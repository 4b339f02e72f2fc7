"""Promised against realised: what the page says of kinds of estimate, and never of people."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portulan.base.policy import system_actor
from portulan.catalogue.models import Product
from portulan.evidence.models import Indicator, Measure
from portulan.governance.models import Decision, Forum, Promise
from portulan.governance.queries.promises import ledger
from portulan.governance.queries.reviews import calibration_of
from portulan.organisation.models import Person
from portulan.portfolio.models import Initiative
from portulan.prioritisation.actions.scoring import ensure_model
from portulan.prioritisation.models import Score
from tests.web.actors import ENTITLED, Company, company

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def built() -> Company:
    """Six promises of each kind: dates 20 days late, costs a quarter over, faults halved less."""
    found = company()
    model = ensure_model(system_actor("test"))
    person = Person(code="guarantor", name="Garante Unique")
    person.refresh_derived()
    person.save()
    product = Product(code="P-1", name="Produit", entity=found.home)
    product.refresh_derived()
    product.save()
    forum = Forum(code="CPF", name="Comité", entity=found.home)
    forum.refresh_derived()
    forum.save()
    decided = TODAY - timedelta(days=200)
    decision = Decision(
        code="DEC-1", name="Lancer", decided_on=decided, state="applied", forum=forum
    )
    decision.refresh_derived()
    decision.save()
    due = TODAY - timedelta(days=60)
    for n in range(6):
        made = Initiative(
            code=f"I-{n}", name=f"Initiative {n}", entity=found.home, state="proposed"
        )
        made.refresh_derived()
        made.save()
        Score.objects.create(
            model=model, initiative=made, criterion="gain", value=5, author=person,
            scored_on=TODAY,
        )  # fmt: skip
        Promise.objects.create(
            kind="date", title=f"Ouverture {n}", decision=decision, product=product,
            guarantor=person, due_on=due, promised_on=due,
            realised_on=due + timedelta(days=20 + n),
        )  # fmt: skip
        Promise.objects.create(
            kind="cost", title=f"Coût {n}", decision=decision, product=product, guarantor=person,
            due_on=due, promised=100_000_00, realised=(124_000 + 500 * n) * 100.0, unit="EUR",
        )  # fmt: skip
        Promise.objects.create(
            kind="benefit", title=f"Gain {n}", decision=decision, initiative=made,
            guarantor=person, due_on=due, promised=100_000_00, realised=(80_000 - 100 * n) * 100.0,
            unit="EUR",
        )  # fmt: skip
    return found


def page(client: Client, url: str) -> str:
    """A page, which costs few queries."""
    client.get(url)
    with CaptureQueriesContext(connection) as spent:
        answer = client.get(url)
    assert answer.status_code == 200
    assert len(spent) <= 25
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def test_each_kind_says_its_lean_and_what_to_do_next(built: Company) -> None:
    shown = page(built.client(ENTITLED), "/prioritisation/calibration")
    assert "18 of 18 promises have an outcome." in shown
    assert "Add 22 days to the next dates." in shown or "Add 23 days to the next dates." in shown
    assert "Put 125% of what you would have put." in shown.replace("125 %", "125%")
    assert "Promise 80% of what you would have promised." in shown.replace("80 %", "80%")
    assert "Garante Unique" not in shown


def test_a_criterion_whose_high_marks_do_not_come_true_is_shown(built: Company) -> None:
    shown = page(built.client(ENTITLED), "/prioritisation/calibration")
    row = shown[shown.index("Expected gain") :]
    row = row[: row.index("</tr>")]
    assert re.search(r"80 ?%", row) and "6 outcomes" in row


def test_a_plan_is_not_an_outcome(built: Company) -> None:
    """A date that only the plan tells, and a promise still to come, count as to come."""
    decision = Decision.objects.get()
    late = Initiative.objects.get(code="I-0")
    late.start, late.months, late.state = 12 * (TODAY.year - 1), 3, "in_progress"
    late.save()
    Promise.objects.create(
        kind="date", title="En cours", decision=decision, initiative=late,
        due_on=TODAY - timedelta(days=5), promised_on=TODAY - timedelta(days=5),
    )  # fmt: skip
    Promise.objects.create(
        kind="benefit", title="Plus tard", decision=decision, initiative=late, promised=1_000_00,
        realised=900_00,
        due_on=TODAY + timedelta(days=90), unit="EUR",
    )  # fmt: skip
    by_title = {row.kept.promise.title: row for row in ledger(system_actor("t"))}
    for title in ("En cours", "Plus tard"):
        outcome = by_title[title].outcome
        assert outcome is not None and outcome.realised is None
    client = built.client(ENTITLED)
    assert "Plus tard" not in page(client, "/prioritisation/calibration")
    assert "Plus tard" in page(client, "/prioritisation/calibration?show=all")


def test_less_than_promised_of_what_should_fall_is_better(built: Company) -> None:
    """200 faults for 100 promised is half the value, not twice."""
    decision = Decision.objects.get()
    product = Product.objects.get()
    Promise.objects.all().delete()
    faults = Indicator(code="F", name="Pannes", product=product, family="quality", direction="down")
    faults.refresh_derived()
    faults.save()
    due = TODAY - timedelta(days=10)
    Measure.objects.create(indicator=faults, on=due, value=200)
    for n in range(5):
        Promise.objects.create(
            kind="indicator", title=f"Pannes {n}", decision=decision, product=product,
            indicator=faults, promised=100, due_on=due,
        )  # fmt: skip
    rows = ledger(system_actor("t"))
    assert {row.outcome.realised for row in rows if row.outcome} == {0.5}
    (line,) = calibration_of([row.kept for row in rows])
    assert line.bias == 0.5


def test_money_is_for_those_who_may_read_the_budget(built: Company) -> None:
    shown = page(built.client("no right"), "/prioritisation/calibration?show=all")
    assert "Coût 0" not in shown and "100 k€" not in shown


def test_without_a_promise_the_page_says_where_they_come_from(built: Company) -> None:
    Promise.objects.all().delete()
    shown = page(built.client(ENTITLED), "/prioritisation/calibration")
    assert "No promise yet" in shown
