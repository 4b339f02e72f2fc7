"""Documents from the pages: within rights, in the reader's language, always a file to keep."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pptx import Presentation

from portulan.base import jobs
from portulan.base.jobs import JobContext
from portulan.base.models import Job
from portulan.governance import actions
from portulan.governance.models import Dossier, ForumMember
from portulan.reports import making
from portulan.reports.models import MadeReport, SlideTemplate
from tests.governance.house import House, build
from tests.reports import reading

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@pytest.fixture
def house(db: None) -> Iterator[House]:
    """Thursday 11 March 2027, with the dossier of the scenario on the agenda."""
    with time_machine.travel(datetime(2027, 3, 11, 9, 0, tzinfo=UTC), tick=False):
        made = build()
        dossier = made.dossier()
        actions.add_items(
            made.actors["pmo"], made.meeting,
            [actions.ItemInput("Plan 2027", "decision", 45, dossier)],
        )
        yield made


def browser(house: House, person: str, language: str = "fr") -> Client:
    account = house.people[person].account
    account.language = language
    account.save()
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def pack(house: House, form: str = "pptx") -> str:
    return reverse("reports:committee_pack", args=[house.meeting.code, form])


@pytest.mark.parametrize("form", ["pptx", "pdf", "xlsx"])
def test_a_pack_is_a_file_to_keep(house: House, form: str) -> None:
    answer = browser(house, "pmo").get(pack(house, form))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == making.TYPES[form]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    expected = f'attachment; filename="pack-du-comite-comite-de-portefeuille-2027-03-11.{form}"'
    assert answer.headers["Content-Disposition"] == expected
    assert len(answer.content) > 5_000


def test_a_pack_speaks_the_language_of_who_asks(house: House) -> None:
    french = reading.texts(browser(house, "pmo", "fr").get(pack(house)).content)
    english = reading.texts(browser(house, "pmo", "en").get(pack(house)).content)
    assert "Enveloppe révisée" in french and "Revised envelope" not in french
    assert "Revised envelope" in english and "Enveloppe révisée" not in english


def test_a_pack_needs_a_right_on_its_committee(house: House) -> None:
    assert browser(house, "reader").get(pack(house)).status_code == 404
    assert browser(house, "outsider").get(pack(house)).status_code == 404
    assert browser(house, "voter").get(pack(house)).status_code == 200


def test_money_is_in_documents_only_for_who_may_read_it(house: House) -> None:
    page = reverse("reports:one_page", args=["pptx"])
    assert "Enveloppe révisée" in reading.texts(browser(house, "pmo").get(page).content)
    for form, read in (("pptx", reading.texts), ("pdf", reading.pdf_text),
                       ("xlsx", lambda data: str(reading.cells(data)))):
        for name in ("one_page", "budget", "roadmap"):
            address = reverse(f"reports:{name}", args=[form])
            content = read(browser(house, "reader").get(address).content)
            assert "€" not in content and "Enveloppe" not in content, (name, form)


def test_a_seat_that_decides_sees_the_amounts_of_its_dossiers(house: House) -> None:
    ForumMember.objects.filter(person=house.people["voter"]).update(right="votes")
    content = reading.texts(browser(house, "voter").get(pack(house)).content)
    assert "−400" in content, "what the lines give back"
    assert "Enveloppe révisée" not in content, "the budget of the company is not theirs"


def test_the_roadmap_follows_the_filters_of_its_page(house: House) -> None:
    address = reverse("reports:roadmap", args=["pptx"])
    whole = reading.texts(browser(house, "pmo").get(address).content)
    part = reading.texts(browser(house, "pmo").get(address + "?product=CAR").content)
    assert "Tarification solidaire" in whole and "Jumeau énergétique" in whole
    assert "Tarification solidaire" not in part and "Jumeau énergétique" in part


def test_another_format_is_no_document(house: House) -> None:
    client = browser(house, "pmo")
    for form in ("docx", "exe", "pptx%2f.."):
        assert client.get(f"/meetings/{house.meeting.code}/pack.{form}").status_code == 404
    assert client.get("/meetings/nothing/pack.pptx").status_code == 404
    assert client.get("/decisions/nothing/record.pdf").status_code == 404


def test_pages_lead_to_their_documents(house: House) -> None:
    client = browser(house, "pmo")
    meeting = client.get(reverse("governance:meeting", args=[house.meeting.code]))
    assert pack(house) in meeting.content.decode()
    everything = client.get(reverse("reports:pack")).content.decode()
    assert pack(house) in everything
    assert reverse("reports:one_page", args=["pdf"]) in everything


# --- Long packs


def test_a_long_pack_is_asked_for_then_made_by_a_worker(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "LONG", 1)
    client = browser(house, "pmo")
    asked = client.get(pack(house))
    assert asked.status_code == 200 and "text/html" in asked.headers["Content-Type"]
    assert not Job.objects.exists(), "looking asks for nothing"
    answer = client.post(pack(house))
    job = Job.objects.get(kind="report.make")
    assert answer.headers["Location"] == reverse("reports:made", args=[job.uid])
    page = client.get(reverse("reports:made", args=[job.uid]))
    assert "every 1s" in page.content.decode()
    taken = jobs.claim("worker")
    assert taken is not None
    making.run(JobContext(taken, "worker"))
    page = client.get(reverse("reports:made", args=[job.uid]), headers={"hx-request": "true"})
    assert reverse("reports:made_file", args=[job.uid]) in page.content.decode()
    made = client.get(reverse("reports:made_file", args=[job.uid]))
    assert made.headers["Content-Type"] == PPTX
    assert "Plan 2027 révisé" in reading.texts(made.content)
    other = browser(house, "chair")
    assert other.get(reverse("reports:made_file", args=[job.uid])).status_code == 404


def test_a_document_made_is_forgotten_after_a_day(house: House) -> None:
    client = browser(house, "pmo")
    uid = making.request(house.actors["pmo"], making.Wanted("one_page", "pdf", "", "fr"))
    taken = jobs.claim("worker")
    assert taken is not None
    making.run(JobContext(taken, "worker"))
    assert client.get(reverse("reports:made_file", args=[uid])).status_code == 200
    with time_machine.travel(datetime(2027, 3, 12, 10, 0, tzinfo=UTC), tick=False):
        client = browser(house, "pmo")
        assert client.get(reverse("reports:made_file", args=[uid])).status_code == 404
        jobs.enqueue("report.sweep")
        sweeping = jobs.claim("worker")
        assert sweeping is not None
        making.sweep(JobContext(sweeping, "worker"))
    assert not MadeReport.objects.exists()


# --- The template


def a_presentation() -> bytes:
    out = io.BytesIO()
    Presentation().save(out)
    return out.getvalue()


def test_a_template_is_brought_shown_used_and_taken_away(house: House) -> None:
    client = browser(house, "pmo")
    page = reverse("reports:template")
    assert "Modèle de Portulan" in client.get(page).content.decode()
    file = SimpleUploadedFile("Charte 2027.pptx", a_presentation())
    assert client.post(page, {"file": file}).status_code == 302
    shown = client.get(page).content.decode()
    assert "Charte 2027.pptx" in shown and "Title Only" in shown
    deck = Presentation(io.BytesIO(client.get(pack(house)).content))
    assert deck.slide_width == 9144000, "4:3, as the template"
    sample = client.get(reverse("reports:template_sample"))
    assert reading.problems(sample.content) == []
    assert client.post(reverse("reports:template_remove")).status_code == 302
    assert not SlideTemplate.objects.exists()


@pytest.mark.parametrize(
    ("content", "told"), [(b"rien", "pas une présentation"), (b"", "Choisissez")]
)
def test_what_is_no_template_is_refused_with_its_reason(
    house: House, content: bytes, told: str
) -> None:
    file = SimpleUploadedFile("a.pptx", content)
    answer = browser(house, "pmo").post(reverse("reports:template"), {"file": file})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not SlideTemplate.objects.exists()


def test_making_documents_writes_nothing(house: House) -> None:
    before = Dossier.objects.values_list("revision", flat=True).get()
    browser(house, "pmo").get(pack(house))
    assert Dossier.objects.values_list("revision", flat=True).get() == before
