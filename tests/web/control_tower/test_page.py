"""The control tower: what awaits me, the portfolio in words, what changed; a guide when empty."""

from datetime import date

import pytest
from django.test import Client

from portulan.base.changes import recording
from portulan.base.models import Account
from portulan.base.policy import system_actor
from portulan.governance.models import ActionItem, Dossier, Forum, Meeting
from portulan.organisation.models import Person
from portulan.portfolio.models import Initiative
from tests.readmodels.company import JAN


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def test_the_portfolio_is_told_in_words(sign_in):
    page = text(sign_in("pmo").get("/"))
    assert 'Data at <em class="pt-bad">140%</em> in Q2' in page
    assert '<em class="pt-bad">€33k</em> over the envelope' in page
    assert "Escale" in page and "Tuesday 9 March 2027" in page


def test_what_awaits_me_is_mine_and_the_most_urgent_first(sign_in):
    client = sign_in("pmo")
    me = Person.objects.get(name="Pmo")
    other = Person(code="o", name="Other")
    other.refresh_derived()
    with recording(system_actor("tests"), "test") as recorder:
        recorder.create(other)
        recorder.create_many([
            ActionItem(title="Call back", owner=me, due_on=date(2027, 3, 20)),
            ActionItem(title="Overdue thing", owner=me, due_on=date(2027, 3, 3)),
            ActionItem(title="Not mine", owner=other, due_on=date(2027, 3, 9)),
            ActionItem(title="Done already", owner=me, state="done"),
        ])
        recorder.create(Dossier(code="D1", name="Lanterne", owner=me, kind="fund"))
    page = text(client.get("/"))
    waits = page.split("What awaits me")[1].split("</section>")[0]
    assert waits.index("Overdue thing") < waits.index("Call back") < waits.index("Lanterne")
    assert "6 days late" in waits
    assert "Not mine" not in waits and "Done already" not in waits


def test_changes_since_the_last_committee_show_old_and_new(sign_in):
    client = sign_in("pmo")
    with recording(system_actor("tests"), "test") as recorder:
        forum = recorder.create(Forum(code="F", name="Committee"))
        recorder.create(Meeting(code="M1", forum=forum, on=date(2027, 3, 4), state="closed"))
        recorder.update(Initiative.objects.get(code="PREUVE"), start=JAN + 6)
    page = text(client.get("/"))
    told = page.split("Since 4 Mar")[1].split("</section>")[0]
    assert "<del>Q2 2027</del>" in told and "<ins>Q3 2027</ins>" in told
    assert "slips by 3 months" in told


def test_a_reader_of_another_entity_sees_its_part(sign_in):
    page = text(sign_in("contributor", "BE").get("/"))
    content = page.split('id="content"')[1]
    assert "Amarre" in content and "Escale" not in content and "Data at" not in content
    assert "€" not in content


@pytest.mark.django_db
def test_an_empty_instance_says_how_to_begin():
    account = Account.objects.create_account("a@example.org", language="fr")
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    page = text(client.get("/"))
    assert "Importer votre Excel" in page and "Charger la démonstration" in page
