# ruff: noqa: E501 - the tables under test read better on one line
"""From the page: a file is brought, corrected, repaired, taken in and taken back."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.integrations.models import ImportBatch
from portulan.organisation.models import EntityRole
from portulan.portfolio.models import Initiative, Project
from tests.shared_data import shared_data
from tests.web.actors import ENTITLED, OUTSIDER, company

pytestmark = pytest.mark.django_db
TEXT = "Projet;Direction;Montant HT;Début;Durée (mois)\nAlpha;HOME;1.840;2027-01-01;6\nBêta;HOME;douze;2027-01-01;6\n"


@pytest.fixture
def built():
    found = company()
    EntityRole.objects.create(role="pmo", person=found.people[ENTITLED], entity=found.group)
    return found


def send(client, text=TEXT, name="projets.csv", **more):
    content = text.encode() if isinstance(text, str) else text
    return client.post("/imports", {"file": SimpleUploadedFile(name, content), **more})


def the_batch():
    return ImportBatch.objects.order_by("-pk").first()


def test_a_file_walks_from_upload_to_undo(built):
    client = built.client(ENTITLED)
    answer = send(client)
    batch = the_batch()
    assert answer.status_code == 302 and answer.url == f"/imports/{batch.uid}"
    page = client.get(answer.url).content.decode()
    assert (
        "Nothing is written yet." in page and "Montant HT" in page and not Project.objects.exists()
    )
    if not any(c["field"] == "cost" for c in batch.mapping["sheets"][0]["columns"]):
        client.post(f"/imports/{batch.uid}/mapping/0", {"field-2": "cost", "unit-2": "k"})
        batch.refresh_from_db()
    refused = client.post(f"/imports/{batch.uid}/apply")
    assert refused.status_code == 422 and not Project.objects.exists()
    groups = {g["code"]: g["id"] for g in batch.plan["groups"]}
    client.post(f"/imports/{batch.uid}/mapping/0", {"unit-2": "k"})
    client.post(
        f"/imports/{batch.uid}/repair", {"group": groups["number.ambiguous"], "choice": "thousands"}
    )
    client.post(
        f"/imports/{batch.uid}/repair",
        {"group": groups["number.text"], "choice": "", "value": "12,5"},
    )
    assert client.post(f"/imports/{batch.uid}/apply").status_code == 302
    assert dict(Project.objects.values_list("name", "budget")) == {
        "Alpha": 184_000_000,
        "Bêta": 1_250_000,
    }
    page = client.get(f"/imports/{batch.uid}").content.decode()
    assert "Take the import back" in page
    assert client.post(f"/imports/{batch.uid}/undo").status_code == 302
    assert not Project.objects.exists() and not Initiative.objects.exists()
    assert "Taken back" in client.get("/imports").content.decode()


def test_the_page_says_where_and_what_in_the_language_of_the_reader(built):
    client = built.client(ENTITLED)
    send(client, "Projet;Coût (k€)\n" + "".join(f"P{i};1.840\n" for i in range(9)))
    built.accounts[ENTITLED].language = "fr"
    built.accounts[ENTITLED].save()
    client.cookies["language"] = "fr"
    page = re.sub(r"\s+", " ", client.get(f"/imports/{the_batch().uid}").content.decode())
    assert "colonne B, lignes 2, 3, 4 et 6 autres" in page
    assert "Dire si le séparateur marque les milliers ou les décimales" in page
    assert "<code>1.840</code>" in page


def test_undo_says_what_changed_since(built):
    client = built.client(ENTITLED)
    send(client, "Code;Projet\nP1;Alpha\n")
    first = the_batch()
    client.post(f"/imports/{first.uid}/apply")
    send(client, "Code;Projet\nP1;Alphabet\n")
    client.post(f"/imports/{the_batch().uid}/apply")
    answer = client.post(f"/imports/{first.uid}/undo")
    assert answer.status_code == 422 and "Alphabet was changed since" in answer.content.decode()
    assert Project.objects.get().name == "Alphabet"


def test_what_is_no_table_is_said_beside_its_name(built):
    answer = send(built.client(ENTITLED), b"%PDF-1.4", "rapport.pdf")
    assert answer.status_code == 422
    assert (
        "rapport.pdf" in answer.content.decode()
        and "not an XLSX, ODS or CSV" in answer.content.decode()
    )
    assert built.client(ENTITLED).post("/imports").status_code == 422
    assert not ImportBatch.objects.exists()


def test_several_files_at_once_make_several_imports(built):
    files = [
        SimpleUploadedFile("produits.csv", b"Produit\nA\n"),
        SimpleUploadedFile("equipes.csv", "Équipe;Compétence\nWeb;dev\n".encode()),
    ]
    answer = built.client(ENTITLED).post("/imports", {"file": files})
    assert answer.status_code == 302 and answer.url == "/imports"
    assert {b.mapping["sheets"][0]["kind"] for b in ImportBatch.objects.all()} == {
        "product",
        "team",
    }


def test_files_of_others_are_not_seen_outside_of_the_whole_company(built):
    send(built.client(ENTITLED))
    other = built.client(OUTSIDER)
    assert other.get(f"/imports/{the_batch().uid}").status_code == 404
    assert "projets.csv" not in other.get("/imports").content.decode()
    send(other, name="ailleurs.csv")
    assert "ailleurs.csv" in built.client(ENTITLED).get("/imports").content.decode()


def test_rows_left_out_and_the_template_are_downloads_that_no_browser_runs(built):
    client = built.client(ENTITLED)
    send(client)
    batch = the_batch()
    for address, head in (
        (f"/imports/{batch.uid}/rows-left-out.csv", b"\xef\xbb\xbf"),
        (f"/imports/{batch.uid}/rows-left-out.xlsx", b"PK"),
        ("/imports/template.xlsx?language=fr", b"PK"),
    ):
        answer = client.get(address)
        assert answer.status_code == 200 and answer.content.startswith(head)
        assert (
            answer["Content-Disposition"].startswith("attachment")
            and answer["X-Content-Type-Options"] == "nosniff"
        )
    assert client.get(f"/imports/{batch.uid}/rows-left-out.html").status_code == 404


def test_markup_in_a_file_stays_text(built):
    client = built.client(ENTITLED)
    evil = "<script>alert(1)</script>"
    send(client, f"Projet;Coût (k€);{evil}\n{evil};{evil};x\n", f"{evil}.csv")
    page = client.get(f"/imports/{the_batch().uid}").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_queries_of_the_page_are_bounded(built):
    client = built.client(ENTITLED)
    send(client, "Projet\nPremier\n")
    client.post(f"/imports/{the_batch().uid}/apply")
    client.get("/imports")  # the findings of the portfolio are worked out once per change
    counts = []
    for size in (5, 500):
        send(client, "Projet;Coût (k€)\n" + "".join(f"P{i};{i}\n" for i in range(size)))
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/imports/{the_batch().uid}")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 25


def test_the_panorama_from_the_page_needs_no_correction(built):
    name = "edition_2017-06-30.csv"
    client = built.client(ENTITLED)
    send(client, (shared_data("govport") / name).read_bytes(), name)
    batch = the_batch()
    page = client.get(f"/imports/{batch.uid}").content.decode()
    assert "No cost yet: not framed" in page
    client.post(f"/imports/{batch.uid}/apply")
    assert Project.objects.count() == 61
    assert {p.entity.parent.code for p in Project.objects.select_related("entity__parent")} == {
        "GRP"
    }
