"""Pages of the work: what they show, their charts with tables, items edited in place."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portulan.coherence import queries as findings
from portulan.evidence.models import Indicator
from portulan.organisation.models import EntityRole, Person
from portulan.portfolio.models import BacklogItem, Release
from portulan.readmodels import memo
from tests.web.actors import ALLOWED_ROLES
from tests.worklog_things import NOW, history, home, named, take

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client(django_user_model) -> Client:
    """Somebody with every role on the entity of the product."""
    product, _team, _initiative = home()
    account = django_user_model.objects.create_account("a@example.org", "a long secret", name="A")
    person = named(Person(code="a", name="A", account=account, entity=product.entity))
    for role in ALLOWED_ROLES:
        EntityRole.objects.create(role=role, person=person, entity=product.entity)
    made = Client(headers={"accept-language": "en"})
    made.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    account.language = "en"
    account.save()
    return made


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:300]
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


@pytest.mark.parametrize("address", ["/products/P/flow", "/teams/T/flow", "/initiatives/I/flow"])
def test_a_flow_shows_its_charts_each_with_its_table(client: Client, address: str):
    take(history(30, 3, 12))
    page = text(client, address)
    for title in ("Cycle time", "Throughput", "Work in progress", "Cumulative flow"):
        assert f'aria-label="{title}"' in page
    assert page.count("Read as a table") == 4
    assert "Tried on the past" in page and "Flow efficiency" in page


def test_the_forecast_is_set_against_the_plan(client: Client):
    take(history(14, 3, 30))
    page = text(client, "/initiatives/I/flow")
    assert "85 %: January 2027; the plan says December 2026" in page
    assert "kept in 0 % of the simulated futures" in page or "kept in 0%" in page
    assert "No back-test: it takes 17 weeks of history, there are 14." in page
    few = text(client, "/initiatives/I/_/work")
    assert "85 %: January 2027; the plan says December 2026" in few


def test_without_items_the_page_says_what_to_do(client: Client):
    assert "No work item yet" in text(client, "/products/P/flow")


def test_faults_lead_to_their_rows(client: Client):
    made = history(12, 2, 0)
    made[3].moves.append((made[3].moves[-1][0] + 86_400, "Doing", "Done"))
    made[3].moves.append((made[3].moves[-1][0] + 86_400, "Done", "Doing"))
    take(made)
    assert "/products/P/flow/faults/reopened" in text(client, "/products/P/flow?weeks=0")
    rows = text(client, "/products/P/flow/faults/reopened")
    assert made[3].key in rows and made[4].key not in rows


def test_pages_cost_the_same_queries_whatever_the_size(client: Client):
    take(history(10, 1, 1))

    def count(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        return len(caught)

    addresses = (
        "/products/P/flow", "/initiatives/I/flow", "/products/P/backlog", "/products/P/_/work",
        "/initiatives/I/_/work", "/teams/T/_/work", "/work-items/A-0-0",
    )
    few = [count(address) for address in addresses]
    take(history(30, 6, 20, prefix="B"), source="Other")
    assert [count(address) for address in addresses] == few
    assert max(few) <= 25, dict(zip(addresses, few, strict=True))


def test_a_page_in_a_fresh_process_leaves_the_findings_for_later(client: Client):
    take(history(10, 1, 1))
    for address in ("/teams/T/flow", "/products/P/flow"):
        memo.forget()
        findings.forget()
        with CaptureQueriesContext(connection) as caught:
            page = text(client, address)
        assert 'hx-get="/coherence/_/count"' in page
        assert len(caught) <= 25, len(caught)
    assert text(client, "/coherence/_/count").strip()
    assert 'hx-get="/coherence/_/count"' not in text(client, "/teams/T/flow")


def test_one_old_item_is_told_in_the_singular(client: Client):
    made = history(30, 3, 1)
    made[-1].moves.append((made[-1].moves[0][0] + 3_600, "Doing", "To do"))
    take(made)
    assert "1 of 1 open items is older than 85 %" in text(client, "/teams/T/flow?weeks=0")


def test_an_item_is_added_moved_and_its_criteria_met(client: Client):
    answer = client.post(
        "/products/P/backlog/new",
        {"name": "Payer en deux fois", "criteria": "- Le total est juste\n[x] Au clavier"},
    )
    assert answer.status_code == 302
    item = BacklogItem.objects.get(name="Payer en deux fois")
    assert item.criteria == [["Le total est juste", False], ["Au clavier", True]]
    page = text(client, f"/work-items/{item.code}")
    assert "1 of 2 criteria met" in page
    moved = client.post(
        f"/work-items/{item.code}/_/field/standing",
        {"value": "active", "revision": str(item.revision)},
    )
    assert moved.status_code == 200
    item.refresh_from_db()
    assert item.standing == "active" and len(item.transitions) == 2


def test_what_the_source_tells_is_changed_in_the_source(client: Client):
    take(history(1, 1, 0))
    answer = client.post(
        "/work-items/A-0-0/_/field/name", {"value": "Autre", "revision": "1"}
    )
    assert answer.status_code in (403, 422)
    assert BacklogItem.objects.get(code="A-0-0").name == "Titre A-0-0"


def test_a_release_says_when_it_may_be_out(client: Client):
    take(history(20, 2, 6))
    client.post("/products/P/releases/new", {"name": "2.0", "due_on": "2027-03-01"})
    release = Release.objects.get(name="2.0")
    BacklogItem.objects.filter(key__contains="left").update(release=release)
    page = text(client, f"/releases/{release.code}")
    assert "the plan says March 2027" in page and "6 items left" in page


def test_a_product_is_followed_by_its_flow(client: Client):
    take(history(30, 2, 1))
    assert client.post("/products/P/flow/indicators").status_code == 302
    assert set(Indicator.objects.values_list("flow_measure", flat=True)) == {
        "cycle_p85", "throughput", "wip", "efficiency",
    }
    again = client.post("/products/P/flow/indicators", follow=True)
    assert "up to date already" in again.content.decode()
