"""The discussion of an object, in its page: safe, under today's rights, in few queries."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.base.changes import recording
from portulan.catalogue.models import Product
from portulan.collaboration.models import Attachment, Comment
from portulan.organisation.rights import actor_for
from tests.collaboration.test_markdown import CORPUS
from tests.web.actors import ENTITLED, OUTSIDER, UNENTITLED, Company, company

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
URL = "/discussion/product/TALK"


@pytest.fixture
def built() -> Company:
    made = company()
    for code, entity in (("TALK", made.home), ("CANARI", made.elsewhere)):
        product = Product(code=code, name=f"Nom {code}", entity=entity)
        product.refresh_derived()
        product.save()
    return made


def test_the_object_s_page_leads_to_its_discussion(built: Company) -> None:
    html = built.client(ENTITLED).get("/products/TALK").content.decode()
    assert f'hx-get="{URL}"' in html and 'id="discussion"' in html


def test_a_comment_appears_with_its_author_and_can_be_answered(built: Company) -> None:
    client = built.client(UNENTITLED)
    said = {"text": "**Oui** @allowed"}
    html = client.post(f"{URL}/comments", said, headers=HTMX).content.decode()
    assert "<strong>Oui</strong>" in html and 'href="/people/allowed"' in html
    parent = Comment.objects.get()
    html = client.post(
        f"{URL}/comments", {"text": "Suite", "answer_to": str(parent.uid)}, headers=HTMX
    ).content.decode()
    assert html.count('class="di-comment"') == 2 and "2 comments" in html


def test_an_empty_comment_is_answered_in_place(built: Company) -> None:
    answer = built.client(ENTITLED).post(f"{URL}/comments", {"text": " "}, headers=HTMX)
    assert answer.status_code == 422 and "Write something first." in answer.content.decode()


@pytest.mark.parametrize("text", CORPUS)
def test_nothing_that_is_said_runs_in_the_page(built: Company, text: str) -> None:
    html = built.client(ENTITLED).post(f"{URL}/comments", {"text": text}, headers=HTMX)
    said = html.content.decode().split('class="di-text">')[1].split('id="versions-')[0]
    for forbidden in ("<script", "<img", "<svg", "<iframe", "<style", "<form", "<div h", "<but"):
        assert forbidden not in said.lower()


def test_a_file_comes_back_as_a_download_that_runs_nothing(built: Company) -> None:
    client = built.client(ENTITLED)
    html = client.post(
        f"{URL}/files", {"file": SimpleUploadedFile("é\"><b>.txt", b"contenu")}, headers=HTMX
    ).content.decode()
    assert "<b>.txt" not in html
    answer = client.get(f"/discussion/files/{Attachment.objects.get().uid}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.content == b"contenu"
    refused = client.post(
        f"{URL}/files", {"file": SimpleUploadedFile("a.pdf", b"<html>")}, headers=HTMX
    )
    assert refused.status_code == 422 and Attachment.objects.count() == 1


def test_no_feed_tells_what_its_reader_may_not_read(built: Company) -> None:
    """CANARI is talked about, named and changed elsewhere; at home nobody hears its name."""
    outsider = actor_for(built.accounts[OUTSIDER])
    built.client(OUTSIDER).post("/discussion/product/CANARI/comments", {"text": "CANARI parle"})
    with recording(outsider, "product.edit") as recorder:
        recorder.update(Product.objects.get(code="CANARI"), name="CANARI bis")
    client = built.client(ENTITLED)
    client.post(f"{URL}/comments", {"text": "Et #CANARI ?"})
    from portulan.collaboration.models import Watch

    product = Product.objects.get(code="CANARI")
    Watch.objects.create(
        person=built.people[ENTITLED], subject_kind="product", subject_uid=product.uid
    )
    for address in (
        "/activity/_/list", f"{URL}/activity", "/discussion/_/names?q=%23can", "/activity",
        "/discussion/product/CANARI", "/discussion/product/CANARI/activity",
    ):
        html = client.get(address, headers=HTMX).content.decode()
        for secret in ("Nom CANARI", "CANARI bis", "CANARI parle", "/products/CANARI"):
            assert secret not in html, address
    html = client.get(URL, headers=HTMX).content.decode()
    assert "CANARI bis" not in html and "/products/CANARI" not in html
    seen = built.client(OUTSIDER).get("/activity/_/list", headers=HTMX).content.decode()
    assert "CANARI parle" in seen


def test_what_one_follows_tells_comments_and_changes(built: Company) -> None:
    client = built.client(ENTITLED)
    client.post(f"{URL}/comments", {"text": "Premier mot"})
    with recording(actor_for(built.accounts[ENTITLED]), "product.edit") as recorder:
        recorder.update(Product.objects.get(code="TALK"), name="Nouveau nom")
    for address in ("/activity/_/list", f"{URL}/activity"):
        html = client.get(address, headers=HTMX).content.decode()
        assert "Premier mot" in html and "Nouveau nom" in html


def _queries(client, address: str) -> int:
    client.get(address, headers=HTMX)
    with CaptureQueriesContext(connection) as seen:
        client.get(address, headers=HTMX)
    return len(seen)


def test_queries_do_not_grow_with_what_is_said(built: Company) -> None:
    client = built.client(ENTITLED)
    client.post(f"{URL}/comments", {"text": "Un @allowed #TALK"})
    few = [_queries(client, a) for a in (URL, f"{URL}/activity", "/activity/_/list")]
    for number in range(12):
        client.post(f"{URL}/comments", {"text": f"Encore {number} @no-right #TALK"})
    many = [_queries(client, a) for a in (URL, f"{URL}/activity", "/activity/_/list")]
    assert many == few and max(many) <= 25
