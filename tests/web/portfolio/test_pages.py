"""The portfolio pages say what the readmodels say, within rights, and their views can be kept."""

import csv
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.collaboration.models import SavedView
from portulan.portfolio.models import Initiative
from portulan.readmodels.initiatives import INITIATIVE_GROUPS, INITIATIVE_SORTS
from portulan.readmodels.selection import GROUPS, SORTS
from tests.readmodels.company import JAN


def text(response):
    assert response.status_code == 200, response.content[:400]
    return response.content.decode()


def test_the_table_has_groups_sums_and_an_envelope_by_line(sign_in):
    page = text(sign_in("pmo").get("/portfolio?group=line"))
    assert "4 products" in page
    table = page.split('class="pt-table pf-table')[1]
    assert table.index("Habitat") < table.index("Mobilité") < table.index("Without a line")
    assert "envelope 150" in table
    assert ">194<" in table  # Mobilité lands at 193.8 k€


def test_french_readers_get_french(sign_in):
    page = text(sign_in("pmo", language="fr").get("/portfolio?group=line"))
    assert "4 produits" in page and "Sans ligne" in page and "enveloppe" in page


def test_money_is_not_on_the_page_of_who_may_not_read_it(sign_in):
    client = sign_in("contributor")
    for address in (
        "/portfolio", "/portfolio?show=initiatives", "/portfolio/board", "/portfolio/roadmap",
        "/portfolio?sort=-landing&columns=landing,planned,drift,bar",
    ):
        page = text(client.get(address))
        assert "194" not in page and "193" not in page and "k€" not in page
    rows = client.get("/portfolio/export.csv?columns=landing").content.decode("utf-8-sig")
    assert "193" not in rows and "Landing" not in rows


def test_filters_stand_as_chips_that_can_be_removed(sign_in):
    page = text(sign_in("pmo").get("/portfolio?line=MOB&stage=run&q=esc"))
    assert "Escale" in page and "Cabestan" not in page
    assert "Remove the filter Line" in page and "Remove the filter Stage" in page
    assert 'href="/portfolio?stage=run&amp;q=esc"' in page


@pytest.mark.parametrize("bad", ["sort=password", "group=__class__", "page=-1", "page=9999999",
                                 "columns=<script>", "axis=x", "year=1e9", "show=x", "entity=%00",
                                 "from=99999999999", "zoom=x", "team=nobody", "baseline=x"])
@pytest.mark.parametrize("page", ["/portfolio", "/portfolio/board", "/portfolio/roadmap"])
def test_an_address_never_breaks_a_page(sign_in, page, bad):
    assert sign_in("pmo").get(f"{page}?{bad}").status_code == 200


@pytest.mark.parametrize(("show", "sorts", "groups"), [
    ("products", SORTS, GROUPS), ("initiatives", INITIATIVE_SORTS, INITIATIVE_GROUPS)])
def test_every_order_and_grouping_has_a_page_and_an_export(sign_in, show, sorts, groups):
    client = sign_in("pmo")
    for query in [f"sort=-{s}" for s in sorts] + [f"group={g}" for g in groups]:
        assert client.get(f"/portfolio?show={show}&{query}").status_code == 200
        assert client.get(f"/portfolio/export.csv?show={show}&{query}").status_code == 200


def test_the_export_holds_what_is_shown_and_its_total(sign_in):
    client = sign_in("pmo")
    found = client.get("/portfolio/export.xlsx?group=line&line=MOB&columns=stage,landing")
    assert found.headers["Content-Disposition"].startswith("attachment")
    sheet = openpyxl.load_workbook(io.BytesIO(found.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(values_only=False)]
    assert rows[0] == ["Line", "Code", "Product", "Stage", "Landing 2027 (EUR)"]
    assert rows[1] == ["Mobilité", "CAB", "Cabestan", "Development", 120_000]
    assert rows[3][4] == pytest.approx(193_800)
    lines = list(csv.reader(io.StringIO(client.get("/portfolio/export.csv?line=MOB").content.decode(
        "utf-8-sig")), delimiter=";"))
    assert [line[1] for line in lines[1:3]] == ["Cabestan", "Escale"]


def test_a_view_is_kept_and_comes_back_in_the_side_bar(sign_in):
    client = sign_in("pmo")
    kept = client.post("/portfolio/views", {"name": "Revue", "page": "table",
                                            "query": "group=line&stage=run", "sharing": "shared"})
    assert kept.status_code == 302
    view = SavedView.objects.get()
    assert kept.headers["Location"] == f"/portfolio?group=line&stage=run&view={view.uid}"
    page = text(client.get(kept.headers["Location"]))
    assert "View: Revue" in page and "Changed since" not in page
    changed = text(client.get(f"/portfolio?group=line&view={view.uid}"))
    assert "Changed since" in changed
    assert "Revue" in text(sign_in("contributor").get("/portfolio"))
    assert client.post(f"/portfolio/views/{view.uid}/delete").status_code == 302
    assert not SavedView.objects.exists()


def test_the_board_links_a_change_of_stage_to_a_decision_and_moves_nothing(sign_in):
    page = text(sign_in("pmo").get("/portfolio/board"))
    assert page.index("Amarre") < page.index("Cabestan") < page.index("Escale")
    assert "Without a stage" in page and 'method="post" action="/products' not in page


def test_an_initiative_moves_by_menu_and_the_move_is_undone(sign_in):
    client = sign_in("pmo")
    page = text(client.get("/portfolio/roadmap"))
    assert "Move Preuve de covoiturage" in page
    assert "Move Tarification" not in page  # it has begun
    preuve = Initiative.objects.get(code="PREUVE")
    moved = client.post("/portfolio/initiatives/PREUVE/place", {
        "start": JAN + 6, "revision": preuve.revision, "back": "/portfolio/roadmap?zoom=year"})
    assert moved.headers["Location"] == "/portfolio/roadmap?zoom=year"
    preuve.refresh_from_db()
    assert preuve.start == JAN + 6
    told = text(client.get("/portfolio/roadmap"))
    undo = told.split('data-undo="/portfolio/placed/')[1].split('"')[0]
    assert client.post(f"/portfolio/placed/{undo}").status_code == 204
    preuve.refresh_from_db()
    assert preuve.start == JAN + 3


def test_a_move_on_an_old_page_conflicts(sign_in):
    client = sign_in("pmo")
    client.post("/portfolio/initiatives/PREUVE/place", {"start": JAN + 6, "revision": 1})
    late = client.post("/portfolio/initiatives/PREUVE/place", {"start": JAN + 4, "revision": 1})
    assert late.status_code == 409
    assert Initiative.objects.get(code="PREUVE").start == JAN + 6


def test_a_reader_without_the_right_has_no_menu_and_cannot_move(sign_in):
    client = sign_in("contributor")
    assert "Move Preuve" not in text(client.get("/portfolio/roadmap"))
    assert client.post("/portfolio/initiatives/PREUVE/place", {"start": JAN}).status_code == 403


def test_going_back_stays_on_this_site(sign_in):
    moved = sign_in("pmo").post("/portfolio/initiatives/PREUVE/place",
                                {"start": JAN + 6, "back": "https://elsewhere.example/"})
    assert moved.headers["Location"] == "/portfolio/roadmap"


def test_the_roadmap_as_a_table_holds_the_same_initiatives(sign_in):
    page = text(sign_in("pmo").get("/portfolio/roadmap"))
    table = page.split("Read as a table")[1]
    for name in ("Tarification", "Preuve de covoiturage", "Dette commune"):
        assert name in page.split("Read as a table")[0] and name in table
    assert "Dette commune starts before Preuve de covoiturage" in page


def test_objects_are_found_from_the_palette(sign_in):
    page = text(sign_in("pmo").get("/palette?q=escale"))
    assert "/products/ESC" in page


@pytest.mark.parametrize("address", ["/portfolio?group=line", "/portfolio?show=initiatives",
                                     "/portfolio/board", "/portfolio/roadmap", "/load", "/"])
def test_queries_stay_under_the_bound(sign_in, address):
    client = sign_in("pmo")
    client.get(address)
    with CaptureQueriesContext(connection, ) as queries:
        client.get(address)
    assert len(queries) <= 25
