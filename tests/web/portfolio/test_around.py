"""Value against effort, and what the portfolio leans on, within rights and filters."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.base.changes import recording
from portulan.base.policy import system_actor
from portulan.catalogue.models import Product
from portulan.organisation.models import Entity
from portulan.portfolio.models import Dependency, Initiative, InitiativeProduct, ProductDependency
from portulan.readmodels import links
from portulan.readmodels.reader import Reader
from portulan.readmodels.view import View
from tests.readmodels.company import JAN


def text(response) -> str:
    assert response.status_code == 200, response.content[:400]
    return response.content.decode()


@pytest.fixture
def leaning(small) -> None:
    """Amarre needs Escale, which needs Cabestan; an initiative of Amarre waits for Cabestan's."""
    product = {p.code: p for p in Product.objects.all()}
    with recording(system_actor("tests"), "test") as recorder:
        for one, other in (("AMA", "ESC"), ("ESC", "CAB")):
            recorder.create(ProductDependency(product=product[one], needs=product[other], note=""))
        waits = Initiative(
            code="WAITS",
            name="Attend la preuve",
            entity=Entity.objects.get(code="BE"),
            state="planned",
            start=JAN + 9,
            months=2,
            latest=JAN + 11,
        )
        waits.refresh_derived()
        recorder.create(waits)
        recorder.create(InitiativeProduct(initiative=waits, product=product["AMA"], share=10_000))
        before = Initiative.objects.get(code="PREUVE")
        recorder.create(Dependency(predecessor=before, successor=waits, lag=0))


def test_the_page_says_what_is_leaned_on_most_and_where_dates_conflict(sign_in, leaning):
    page = text(sign_in("pmo").get("/portfolio/dependencies"))
    assert "<b>Cabestan</b>: 2 products cannot work without it" in page
    # The legal deadline in July waits for what ends in September.
    assert "Dette commune" in page and "3 months" in page and "1 date conflict." in page
    assert page.count('class="pf-box ') == 3


def test_around_one_product_it_says_what_a_stop_reaches(sign_in, leaning):
    page = text(sign_in("pmo").get("/portfolio/dependencies?focus=CAB"))
    part = page.split('aria-label="If it stops"')[1].split("</section>")[0]
    assert part.index("Escale") < part.index("Amarre") and "through 2 steps" in part


def test_a_slip_moves_what_waits_and_tells_the_limit_it_breaks(sign_in, leaning):
    page = text(sign_in("pmo").get("/portfolio/dependencies?slip=PREUVE&by=3"))
    part = page.split('aria-label="What follows"')[1].split("</table>")[0]
    assert "Attend la preuve" in part and "2 months past its limit" in part
    page = text(sign_in("pmo", "FR").get("/portfolio/dependencies?slip=TARIF&by=3"))
    assert "Nothing else moves" in page


def test_who_sees_a_part_learns_no_name_of_the_rest(sign_in, leaning):
    page = text(sign_in("pmo", "FR").get("/portfolio/dependencies?focus=CAB&slip=PREUVE&by=9"))
    assert "Escale" in page
    assert "Amarre" not in page and "Attend la preuve" not in page
    assert "1 product that you may not see" in page
    assert "2 initiatives that you may not see" in page


def test_filters_and_unknown_codes_leave_a_page(sign_in, leaning):
    client = sign_in("pmo")
    assert "Nothing matches" in text(client.get("/portfolio/dependencies?stage=end_of_life"))
    for query in ("focus=%00", "slip=x&by=-4", "by=1e9", "focus=x&slip=x"):
        text(client.get(f"/portfolio/dependencies?{query}"))


def test_the_drawing_keeps_to_the_surroundings_when_there_is_too_much(leaning, monkeypatch):
    monkeypatch.setattr(links, "MOST_DRAWN", 2)
    found = links.links(Reader(system_actor("tests")), View())
    assert len(found.nodes) == 2 and found.linked == 3 and found.alone == 1


def test_value_and_effort_has_its_table_and_hides_money(sign_in, leaning):
    page = text(sign_in("pmo").get("/portfolio/value"))
    assert "initiatives ahead" in page
    assert "k€" not in text(sign_in("contributor").get("/portfolio/value"))


@pytest.mark.parametrize("address", ["/portfolio/value", "/portfolio/dependencies?focus=CAB"])
def test_queries_stay_under_the_bound(sign_in, leaning, address):
    client = sign_in("pmo")
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        client.get(address)
    assert len(seen) <= 25, [q["sql"][:80] for q in seen]
