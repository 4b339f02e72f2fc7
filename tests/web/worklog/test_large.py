"""Large files of work items: read, taken in and taken back by a worker, followed and stopped."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portulan.base.jobs import JobContext, claim, run
from portulan.base.models import Change, HistoryRow, Job
from portulan.base.policy import Conflict
from portulan.integrations.models import ImportBatch
from portulan.integrations.workitems import running, taking
from portulan.portfolio.models import BacklogItem
from tests.prioritisation.inline import run_jobs
from tests.web.actors import ENTITLED, company
from tests.worklog_things import named

pytestmark = pytest.mark.django_db
ROWS = "".join(f"A-{i};Open;02/03/2026\nA-{i};Done;0{3 + i % 5}/03/2026\n" for i in range(40))
TEXT = "id;state;date\n" + ROWS


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    from portulan.organisation.models import Team

    built = company()
    named(Team(code="T", name="Équipe", entity=built.home))
    monkeypatch.setattr(running, "LARGE_TEXT", 300)
    monkeypatch.setattr(running, "AT_ONCE", 20)
    return built.client(ENTITLED)


def bring(client: Client, text: str = TEXT) -> ImportBatch:
    answer = client.post(
        "/imports/work-items",
        {"file": SimpleUploadedFile("suivi.csv", text.encode()), "team": "T"},
    )
    assert answer.status_code == 302
    return ImportBatch.objects.latest("pk")


def page_of(client: Client, batch: ImportBatch, what: str = "") -> str:
    return client.get(f"/imports/work-items/{batch.uid}{what}").content.decode()


def test_a_large_import_is_read_taken_in_and_taken_back_by_a_worker(client: Client):
    batch = bring(client)
    address = f"/imports/work-items/{batch.uid}"
    assert batch.plan == {} and batch.state == "uploaded"
    assert "Waiting for a worker" in page_of(client, batch)
    assert "Reading the files" in page_of(client, batch, "/progress")
    assert run_jobs() == ["done"]
    assert client.get(f"{address}/progress", headers={"HX-Request": "true"})["HX-Redirect"]
    batch.refresh_from_db()
    assert (batch.state, batch.plan["create"], batch.plan["events"]) == ("planned", 40, 80)
    assert "What the import will do" in page_of(client, batch)
    client.post(f"{address}/reading", {"source": "Suivi"})
    assert run_jobs() == ["done"]
    batch.refresh_from_db()
    assert batch.source == "Suivi"
    client.post(f"{address}/apply")
    assert "Taking the items in" in page_of(client, batch)
    assert not BacklogItem.objects.exists()
    assert run_jobs() == ["done"]
    batch.refresh_from_db()
    assert batch.state == "applied" and bytes(batch.content or b"") == b""
    assert BacklogItem.objects.filter(standing="done", team__code="T").count() == 40
    assert batch.change.account is not None
    client.post(f"{address}/undo")
    assert "Taking the import back" in page_of(client, batch)
    assert run_jobs() == ["done"]
    assert not BacklogItem.objects.exists()
    assert "taken back" in page_of(client, batch)


def test_asking_twice_takes_in_once(client: Client):
    batch = bring(client)
    run_jobs()
    for _again in range(2):
        assert client.post(f"/imports/work-items/{batch.uid}/apply").status_code == 302
    assert Job.objects.filter(kind="workitems.take").count() == 1
    assert run_jobs() == ["done"]
    before = Change.objects.count()
    # A worker that died after its last step, and another that takes the job again.
    Job.objects.filter(kind="workitems.take").update(state="queued", attempt=0)
    assert run_jobs() == ["done"]
    assert (Change.objects.count(), BacklogItem.objects.count()) == (before, 40)


def test_work_that_is_stopped_writes_nothing_and_can_be_asked_again(client: Client):
    batch = bring(client)
    address = f"/imports/work-items/{batch.uid}"
    client.post(f"{address}/stop")
    assert run_jobs() == []
    page = page_of(client, batch)
    assert "Stopped: nothing was written." in page and "Not read yet" in page
    client.post(f"{address}/reading")
    run_jobs()
    client.post(f"{address}/apply")
    job = claim("test")
    assert job is not None
    client.post(f"{address}/stop")
    assert run(JobContext(job, "test")) == "cancelled"
    assert not BacklogItem.objects.exists() and not Change.objects.filter(
        activity="import.run", cause_uid=batch.uid
    )
    assert "Stopped: nothing was written." in page_of(client, batch)
    client.post(f"{address}/apply")
    assert run_jobs() == ["done"]
    assert BacklogItem.objects.count() == 40


def test_a_file_that_cannot_be_read_says_so_on_its_page_and_can_be_thrown_away(client: Client):
    batch = bring(client, "alpha;beta\n" + "1;2\n" * 200)
    assert run_jobs() == ["done"]
    assert "a column of identifiers and a column of dates" in page_of(client, batch)
    assert client.post(f"/imports/work-items/{batch.uid}/discard").status_code == 302
    assert not ImportBatch.objects.exists()


def test_what_breaks_or_moves_meanwhile_is_told_and_nothing_is_written(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    batch = bring(client)
    run_jobs()
    for error, said in (
        (RuntimeError("x"), "The work broke and nothing was written."),
        (Conflict("item", "", {}), "Somebody changed the backlog at this very moment"),
    ):
        def broken(*_args: object, _error: Exception = error, **_more: object) -> None:
            raise _error

        with monkeypatch.context() as patch:
            patch.setattr(taking.work_intake, "take_in", broken)
            client.post(f"/imports/work-items/{batch.uid}/apply")
            run_jobs()
        assert said in page_of(client, batch)
        assert not BacklogItem.objects.exists() and not HistoryRow.objects.filter(
            model="portfolio.backlogitem"
        )
    client.post(f"/imports/work-items/{batch.uid}/apply")
    assert run_jobs() == ["done"]
    assert BacklogItem.objects.count() == 40


def test_what_must_be_settled_first_is_refused_before_a_worker_is_asked(client: Client):
    batch = bring(client)
    run_jobs()
    client.post(f"/imports/work-items/{batch.uid}/reading", {"team-0": "NOPE"})
    run_jobs()
    answer = client.post(f"/imports/work-items/{batch.uid}/apply")
    assert answer.status_code == 422 and "No team has the code NOPE" in answer.content.decode()
    assert not Job.objects.filter(kind="workitems.take").exists()
