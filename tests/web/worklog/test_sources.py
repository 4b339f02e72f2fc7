"""What the states of a source mean is settled anew, without importing again."""

from __future__ import annotations

import pytest
from django.test import Client

from portulan.base.changes import recording
from portulan.base.models import HistoryRow
from portulan.integrations.models import ImportBatch
from portulan.integrations.workitems import actions, sources, taking
from portulan.organisation.rights import actor_for
from portulan.portfolio.models import BacklogItem, WorkSource
from portulan.readmodels import flow, memo
from portulan.readmodels.flow import Part
from portulan.readmodels.reader import Reader
from tests.prioritisation.inline import run_jobs
from tests.web.actors import ENTITLED, Company, company
from tests.worklog_things import named

pytestmark = pytest.mark.django_db
ADDRESS = "/imports/work-items/sources/suivi"
TEXT = "id;state;date\n" + "".join(
    f"A-{i};À faire;02/03/2026\nA-{i};Zorg;0{3 + i}/03/2026\nA-{i};Terminé;20/03/2026\n"
    for i in range(5)
)


@pytest.fixture
def built() -> Company:
    from portulan.organisation.models import Team

    made = company()
    named(Team(code="T", name="Équipe", entity=made.home))
    actor = actor_for(made.accounts[ENTITLED])
    batch = actions.bring(actor, [("suivi.csv", TEXT.encode())], team="T")
    actions.correct(actor, batch, {"states": {"Zorg": "active"}})
    taking.apply(actor, batch)
    return made


def figures(built: Company) -> tuple[float | None, int]:
    memo.forget()
    actor = actor_for(built.accounts[ENTITLED])
    team = BacklogItem.objects.first().team
    view = flow.view(Reader(actor), Part("team", team.pk, "T", "Équipe", ""), 0)
    return view.cycle.p50, view.finished


def settle(client: Client, **meanings: str):
    record = WorkSource.objects.get(code="suivi")
    places = {name: place for place, (name, _) in enumerate(record.states)}
    data = {f"state-{places[name]}": kind for name, kind in meanings.items()}
    return client.post(ADDRESS, {**data, "revision": record.revision})


@pytest.mark.parametrize("later", [False, True])
def test_a_new_meaning_is_followed_by_flow_and_items(
    built: Company, later: bool, monkeypatch: pytest.MonkeyPatch
):
    client = built.client(ENTITLED)
    assert "suivi" in client.get("/imports/work-items").content.decode()
    before, finished = figures(built)
    assert before is not None and before > 5 and finished == 5
    if later:
        monkeypatch.setattr(sources, "AT_ONCE", 3)
    answer = settle(client, Zorg="done", Terminé="")
    assert answer.status_code == 302
    if later:
        assert "Giving states their meaning" in client.get(answer["location"]).content.decode()
        assert BacklogItem.objects.filter(finished_at__day=20).count() == 5
        assert run_jobs() == ["done"]
    page = client.get(answer["location"]).content.decode()
    assert "5 items. Their states are kept" in page
    assert figures(built) == (None, 5)
    assert not BacklogItem.objects.filter(finished_at__day=20).exists()
    rows = HistoryRow.objects.filter(operation="update")
    assert [row.model for row in rows] == ["portfolio.worksource"]


def test_a_meaning_without_an_end_or_of_an_older_page_is_refused(built: Company):
    client = built.client(ENTITLED)
    answer = settle(client, Terminé="waiting")
    assert answer.status_code == 422
    assert "Say which state means done." in answer.content.decode()
    assert settle(client, Zorg="wrong").status_code == 422
    assert client.post(ADDRESS, {"state-1": "waiting", "revision": "99"}).status_code == 409
    assert dict(WorkSource.objects.get(code="suivi").states)["Zorg"] == "active"


def test_a_later_import_keeps_the_meaning(built: Company):
    settle(built.client(ENTITLED), Zorg="waiting")
    actor = actor_for(built.accounts[ENTITLED])
    more = "id;state;date\nA-9;Zorg;02/03/2026\nA-9;Terminé;03/03/2026\n"
    batch = actions.bring(actor, [("suivi.csv", more.encode())], team="T")
    assert batch.mapping["states"] == {"Zorg": "waiting", "Terminé": "done"}


def test_the_page_costs_the_same_queries_whatever_the_size(built: Company):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = built.client(ENTITLED)
    client.get(ADDRESS)
    with CaptureQueriesContext(connection) as few:
        client.get(ADDRESS)
    actor = actor_for(built.accounts[ENTITLED])
    rows = "".join(f"B-{i};À faire;02/03/2026\nB-{i};Terminé;03/03/2026\n" for i in range(60))
    taking.apply(
        actor, actions.bring(actor, [("suivi.csv", ("id;state;date\n" + rows).encode())], team="T")
    )
    client.get(ADDRESS)
    with CaptureQueriesContext(connection) as many:
        client.get(ADDRESS)
    assert len(many) == len(few) <= 25


@pytest.mark.parametrize("later", [False, True])
def test_an_import_is_taken_back_once_the_former_meaning_is(
    built: Company, later: bool, monkeypatch: pytest.MonkeyPatch
):
    client = built.client(ENTITLED)
    batch = ImportBatch.objects.get()
    assert "Back to the former meaning" not in client.get(ADDRESS).content.decode()
    settle(client, Zorg="done", Terminé="")
    refused = client.post(f"/imports/work-items/{batch.uid}/undo")
    assert refused.status_code == 422
    said = refused.content.decode()
    assert "The source “suivi” changed since this import" in said and "page of the source" in said
    assert BacklogItem.objects.filter(finished_at__day=3).exists()
    page = client.get(ADDRESS).content.decode()
    assert "earlier imports of this source cannot be taken back" in page
    assert "Back to the former meaning" in page
    if later:
        monkeypatch.setattr(sources, "AT_ONCE", 3)
    assert client.post(f"{ADDRESS}/take-back").status_code == 302
    if later:
        assert run_jobs() == ["done"]
    assert dict(WorkSource.objects.get(code="suivi").states) == {
        "À faire": "before", "Zorg": "active", "Terminé": "done",
    }  # fmt: skip
    assert BacklogItem.objects.filter(finished_at__day=20).count() == 5
    assert "Back to the former meaning" not in client.get(ADDRESS).content.decode()
    assert client.post(f"/imports/work-items/{batch.uid}/undo").status_code == 302
    assert not BacklogItem.objects.exists() and not WorkSource.objects.exists()


def test_an_import_that_somebody_changed_items_of_is_kept_and_says_which(built: Company):
    client = built.client(ENTITLED)
    batch = ImportBatch.objects.get()
    item = BacklogItem.objects.get(key="A-1")
    with recording(actor_for(built.accounts[ENTITLED]), "item.edit") as recorder:
        recorder.update(item, name="Autre titre")
    refused = client.post(f"/imports/work-items/{batch.uid}/undo")
    assert refused.status_code == 422
    assert "such as “Autre titre” (allowed)" in refused.content.decode()
    assert BacklogItem.objects.count() == 5


def test_an_older_import_waits_for_the_later_one(built: Company):
    client = built.client(ENTITLED)
    actor = actor_for(built.accounts[ENTITLED])
    first = ImportBatch.objects.get()
    more = "id;state;date\nA-9;Zorg;02/03/2026\nA-9;Terminé;25/03/2026\n"
    second = taking.apply(actor, actions.bring(actor, [("suivi.csv", more.encode())], team="T"))
    refused = client.post(f"/imports/work-items/{first.uid}/undo")
    assert refused.status_code == 422 and "by a later import" in refused.content.decode()
    for batch in (second, first):
        assert client.post(f"/imports/work-items/{batch.uid}/undo").status_code == 302
    assert not BacklogItem.objects.exists()
