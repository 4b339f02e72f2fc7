"""The pages of collections: from the request to the value, in few queries."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portulan.campaigns.models import Answer, Ask, Campaign
from portulan.catalogue.models import Product, ProductRole
from tests.web.actors import ENTITLED, UNENTITLED, Company, company

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NEW = {
    "kind": "sheets", "name": "Fiches", "fields": ["summary"], "entity": "HOME",
    "due_on": (timezone.localdate() + timedelta(days=10)).isoformat(),
}


def _products(built: Company, numbers: range) -> None:
    for number in numbers:
        product = Product(code=f"P-{number}", name=f"Produit <{number}>", entity=built.home)
        product.refresh_derived()
        product.save()
        ProductRole.objects.create(
            product=product, person=built.people[UNENTITLED], role="product_owner"
        )


@pytest.fixture
def built() -> Company:
    made = company()
    _products(made, range(2))
    return made


def _launched(built: Company) -> Campaign:
    client = built.client(ENTITLED)
    answer = client.post("/campaigns/_/new", NEW)
    code = answer.headers["Location"].rsplit("/", 1)[1]
    html = client.get(f"/campaigns/{code}").content.decode()
    assert "would be asked for" in html
    client.post(f"/campaigns/{code}/launch")
    return Campaign.objects.get(code=code)


def test_a_whole_collection_by_page_and_by_excel(built: Company) -> None:
    campaign = _launched(built)
    pmo, me = built.client(ENTITLED), built.client(UNENTITLED)
    assert "Fiches" in me.get("/").content.decode(), "it awaits in the control tower"
    mine = f"/campaigns/{campaign.uid}"
    html = me.get(f"{mine}/mine").content.decode()
    assert "Produit &lt;0&gt;" in html and "2 objects to fill in" in html
    ask = Ask.objects.order_by("position").first()
    cell = me.post(f"/campaigns/_/cell/{ask.uid}/summary", {"value": "Par la page"}, headers=HTMX)
    assert "Par la page" in cell.content.decode() and "ca-proposed" in cell.content.decode()
    book = openpyxl.load_workbook(io.BytesIO(me.get(f"{mine}/workbook.xlsx").content))
    sheet = book.worksheets[1]
    assert sheet["D3"].value == "Par la page"
    sheet["D4"] = "Par le fichier"
    out = io.BytesIO()
    book.save(out)
    file = SimpleUploadedFile("x.xlsx", out.getvalue())
    assert me.post(f"{mine}/upload", {"file": file}).status_code == 302
    assert me.post(f"{mine}/done", {"done": "1"}).status_code == 302
    assert "Everything is finished" in me.get(f"{mine}/mine").content.decode()
    html = pmo.get(f"/campaigns/{campaign.code}").content.decode()
    assert "2 of 2 objects finished" in html and "Par le fichier" in html
    pmo.post(f"/campaigns/{campaign.code}/settle", {"do": "all"})
    assert set(Product.objects.values_list("summary", flat=True)) == {
        "Par la page", "Par le fichier",
    }
    assert pmo.get(f"/campaigns/{campaign.code}/export.xlsx").status_code == 200


def test_a_wrong_value_is_told_in_its_place_and_a_wrong_file_as_a_list(built: Company) -> None:
    asked = {**NEW, "fields": ["personal_data"]}
    client = built.client(ENTITLED)
    code = client.post("/campaigns/_/new", asked).headers["Location"].rsplit("/", 1)[1]
    client.post(f"/campaigns/{code}/launch")
    me, campaign = built.client(UNENTITLED), Campaign.objects.get()
    ask = Ask.objects.order_by("position").first()
    cell = me.post(
        f"/campaigns/_/cell/{ask.uid}/personal_data", {"value": "bof"}, headers=HTMX
    )
    assert cell.status_code == 422 and "Expected: Yes, No." in cell.content.decode()
    book = openpyxl.load_workbook(
        io.BytesIO(me.get(f"/campaigns/{campaign.uid}/workbook.xlsx").content)
    )
    book.worksheets[1]["D3"] = "bof"
    out = io.BytesIO()
    book.save(out)
    answer = me.post(
        f"/campaigns/{campaign.uid}/upload", {"file": SimpleUploadedFile("x.xlsx", out.getvalue())}
    )
    assert answer.status_code == 422 and "1 thing to correct" in answer.content.decode()
    assert not Answer.objects.exists()


def test_refusing_asks_for_a_word_and_ticks(built: Company) -> None:
    campaign = _launched(built)
    ask = Ask.objects.first()
    built.client(UNENTITLED).post(f"/campaigns/_/cell/{ask.uid}/summary", {"value": "x"})
    pmo, address = built.client(ENTITLED), f"/campaigns/{campaign.code}/settle"
    assert pmo.post(address, {"do": "chosen"}).status_code == 422
    uid = str(Answer.objects.get().uid)
    assert pmo.post(address, {"do": "refuse", "answers": [uid]}).status_code == 422
    assert pmo.post(address, {"do": "refuse", "answers": [uid], "word": "Non"}).status_code == 302
    assert "not taken: Non" in built.client(UNENTITLED).get(
        f"/campaigns/{campaign.uid}/mine"
    ).content.decode()


def _queries(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_queries_do_not_grow_with_what_is_asked(built: Company) -> None:
    few = _launched(built)
    _products(built, range(2, 30))
    many = _launched(built)
    for campaign in (few, many):
        for ask in campaign.asks.all():
            built.client(UNENTITLED).post(
                f"/campaigns/_/cell/{ask.uid}/summary", {"value": "x"}
            )
    pages = ((UNENTITLED, "/campaigns/{0.uid}/mine"), (ENTITLED, "/campaigns/{0.code}"))
    for who, address in pages:
        client = built.client(who)
        counts = [_queries(client, address.format(c)) for c in (few, many)]
        assert counts[0] == counts[1] <= 25, (address, counts)
