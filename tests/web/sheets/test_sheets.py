"""Pages of single objects: what they say, what they hide, what they cost, what they take in."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from portulan.base.changes import KNOWN_SINCE_EVER, recording
from portulan.base.policy import system_actor
from portulan.catalogue.models import Product, ProductEvent, ProductLink, ProductRole, StagePeriod
from portulan.evidence.models import Indicator, Measure
from portulan.organisation.models import EntityRole, Person
from portulan.organisation.rights import actor_for
from portulan.portfolio import actions
from portulan.portfolio.models import CostLine, Initiative, InitiativeProduct, Project
from portulan.readmodels.book import book, default_year
from portulan.readmodels.reader import Reader
from portulan.readmodels.sheets import project as project_sheets
from portulan_core.money import Amounts
from tests.web.actors import ENTITLED, UNENTITLED, Company, company
from tests.web.sheets.things import a_product, saved

pytestmark = pytest.mark.django_db

#: An amount that nothing else on a page looks like: 7 654 321,00 €.
CANARY = 765_432_100
SHOWN = re.compile(r"7[\s\u00a0\u202f,.]?654|7[,.]7[\s\u00a0]*M|765432100|€")


@pytest.fixture
def built() -> Company:
    return company()


@pytest.fixture
def client(built: Company) -> Client:
    return built.client(ENTITLED)


def month_now() -> int:
    today = localdate()
    return today.year * 12 + today.month - 1


def a_portfolio(built: Company, products: int = 1) -> Product:
    """A product with an initiative, a project and money everywhere money can be."""
    product = a_product(built)
    product.stop_cost = CANARY
    product.save()
    with recording(system_actor("test"), "test", effective_on=KNOWN_SINCE_EVER) as rec:
        project = rec.create(
            Project(code="PRJ1", name="Billettique", entity=built.home, budget=CANARY)
        )
        for rank in range(products):
            initiative = rec.create(
                Initiative(
                    code=f"I{rank + 1}", name=f"Tarif {rank}", entity=built.home, state="planned",
                    start=month_now(), months=2, project=project, costs_opex=[CANARY, 0],
                )
            )
            rec.create(InitiativeProduct(initiative=initiative, product=product))
            rec.create(
                CostLine(kind="commitment", initiative=initiative, month=month_now(),
                         amount=CANARY, product=None)
            )
            rec.create(Indicator(code=f"K{rank}", name=f"Voyageurs {rank}", product=product))
            person = rec.create(Person(code=f"someone-{rank}", name=f"Quelqu’un {rank}"))
            rec.create(ProductRole(product=product, person=person, role="product_owner"))
    return product


PAGES = (
    "/products/P1", "/products/P1/_/value", "/products/P1/_/around", "/products/P1/_/history",
    "/initiatives/I1", "/initiatives/I1/_/history", "/initiatives/I1/_/score", "/projects/PRJ1",
    "/projects/PRJ1/_/history", "/lines/L1", "/entities/HOME", "/objectives/O1", "/lines",
    "/projects", "/objectives", "/people", "/teams", "/indicators", "/settings",
)


@pytest.mark.parametrize("page", PAGES)
def test_no_amount_without_the_right_to_read_budgets(built: Company, page: str) -> None:
    a_portfolio(built)
    # Somebody who may edit everything of the product, but reads no budget.
    EntityRole.objects.create(
        person=built.people[UNENTITLED], entity=built.home, role="product_owner"
    )
    response = built.client(UNENTITLED).get(page)
    assert response.status_code == 200
    found = SHOWN.search(re.sub(r"<(script|style)[^>]*>.*?</\1>", "", response.text, flags=re.S))
    assert found is None, response.text[max(0, found.start() - 200): found.end() + 40]


@pytest.mark.parametrize(
    "page", ["/products/P1", "/initiatives/I1", "/projects/PRJ1", "/lines/L1", "/entities/HOME"]
)
def test_amounts_with_the_right(built: Company, client: Client, page: str) -> None:
    a_portfolio(built)
    assert SHOWN.search(client.get(page).text)


def test_money_fields_are_not_found_without_the_right(built: Company) -> None:
    a_portfolio(built)
    EntityRole.objects.create(
        person=built.people[UNENTITLED], entity=built.home, role="product_owner"
    )
    hidden = built.client(UNENTITLED)
    assert hidden.get("/products/P1/_/field/stop_cost").status_code == 404
    assert hidden.get("/projects/PRJ1/_/field/budget").status_code == 404
    assert hidden.get("/initiatives/I1/cost").status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_queries_are_bounded_and_do_not_grow(page: str) -> None:
    counts = []
    house = company()
    for fill in (a_portfolio, _more):
        fill(house)
        client = house.client(ENTITLED)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 25


def _more(built: Company) -> None:
    product = Product.objects.get(code="P1")
    project = Project.objects.get(code="PRJ1")
    with recording(system_actor("test"), "test", effective_on=KNOWN_SINCE_EVER) as rec:
        for rank in range(20, 32):
            other = rec.create(Product(code=f"X{rank}", name=f"Autre {rank}", entity=built.home))
            initiative = rec.create(
                Initiative(code=f"I{rank}", name=f"Suite {rank}", entity=built.home,
                           state="planned", start=month_now(), project=project)
            )
            rec.create(InitiativeProduct(initiative=initiative, product=product, share=5000))
            rec.create(InitiativeProduct(initiative=initiative, product=other, share=5000))
            gauge = rec.create(Indicator(code=f"K{rank}", name=f"Mesure {rank}", product=product))
            rec.create(Measure(indicator=gauge, on=date(2024, 1, 1), value=rank))
            rec.create(StagePeriod(product=product, stage="run", market=f"M{rank}",
                                   starts=date(2024, 1, 1), position=rank))
            person = rec.create(Person(code=f"more-{rank}", name=f"Encore {rank}"))
            rec.create(ProductRole(product=product, person=person, role="designer"))


def test_a_text_is_edited_in_place_and_the_conflict_is_shown(
    built: Company, client: Client
) -> None:
    a_product(built)
    url = reverse("sheets:product_field", args=["P1", "vision"])
    form = client.get(url + "?edit=1").text
    assert "<textarea" in form
    done = client.post(url, {"value": "Un <b>titre</b>", "revision": 1})
    assert done.status_code == 200 and "Un &lt;b&gt;titre&lt;/b&gt;" in done.text
    assert "/undo" in done.headers["HX-Trigger"]
    late = client.post(url, {"value": "Un autre", "revision": 1})
    assert late.status_code == 409
    assert "Un autre" in late.text and "titre" in late.text
    assert client.get(reverse("sheets:product_field", args=["P1", "stage"])).status_code == 404


def test_undo_of_the_toast_takes_back(built: Company, client: Client) -> None:
    product = a_product(built)
    url = reverse("sheets:product_field", args=["P1", "vision"])
    done = client.post(url, {"value": "Trop vite", "revision": 1})
    undo = re.search(r"/changes/catalogue/[0-9a-f-]+/undo", done.headers["HX-Trigger"])
    assert undo and client.post(undo[0]).status_code == 204
    product.refresh_from_db()
    assert product.vision == ""


def test_history_says_from_what_to_what(built: Company, client: Client) -> None:
    a_product(built)
    url = reverse("sheets:product_field", args=["P1", "vision"])
    client.post(url, {"value": "La première", "revision": 1})
    client.post(url, {"value": "La seconde", "revision": 2})
    text = client.get("/products/P1/_/history").text
    assert re.search(r"<del>La première</del>.*<ins>La seconde</ins>", text)
    assert built.people[ENTITLED].name in text


def test_an_imported_product_shows_its_facts_as_safe_text(built: Company, client: Client) -> None:
    """Phases without a stage or out of order, links, events and the source's Markdown are kept."""
    product = saved(
        Product(
            code="startup", name="Une startup", entity=built.home, origin="betagouv",
            facts={
                "thematiques": ["Santé", "Emploi"], "source_key": "startup",
                "text": "# Le constat\n\nDu **gras**, [un lien](https://example.org) "
                        "<script>alert(1)</script> [piège](javascript:alert(1))",
            },
        )
    )
    StagePeriod.objects.create(product=product, stage="", source_stage="alumni",
                               starts=date(2022, 1, 1), ends=date(2021, 1, 1), position=2)
    StagePeriod.objects.create(product=product, stage="run", starts=date(2020, 1, 1), position=1)
    StagePeriod.objects.create(product=product, stage="exploration", position=0)
    ProductLink.objects.create(product=product, kind="repository", url="https://example.org/code")
    ProductEvent.objects.create(product=product, kind="committee", on=date(2021, 5, 4))
    page = client.get("/products/startup")
    assert page.status_code == 200 and "alumni" in page.text
    text = client.get("/products/startup/_/around").text
    assert "<strong>gras</strong>" in text and "Santé, Emploi" in text
    assert "example.org/code" in text and "committee" in text
    assert "<script" not in text and 'href="javascript' not in text


def test_a_product_with_nothing_at_all_shows(built: Company, client: Client) -> None:
    saved(Product(code="bare", name="Nu", entity=built.home))
    for part in ("", "/_/value", "/_/around", "/_/history"):
        assert client.get(f"/products/bare{part}").status_code == 200
    assert "0%" in client.get("/products/bare").text


def _total(reader: Reader, project: Project) -> Amounts:
    found = book(reader, default_year(reader))
    mine = project.initiatives.values_list("pk", flat=True)
    return sum((found.by_initiative.get(pk, Amounts()) for pk in mine), Amounts())


@pytest.fixture
def odd_project(built: Company) -> Project:
    """A project whose initiatives give odd shares to another product, or serve none."""
    other = a_product(built)
    with recording(system_actor("test"), "test", effective_on=KNOWN_SINCE_EVER) as rec:
        project = rec.create(Project(code="PRJ1", name="Billettique", entity=built.home))
        for rank, (cost, share) in enumerate(((100_001, 3333), (99_999, 0), (777, 10_000))):
            row = rec.create(
                Initiative(
                    code=f"I{rank}", name=f"Lot {rank}", entity=built.home, state="planned",
                    start=month_now(), project=project, costs_capex=[cost],
                )
            )
            rec.create(CostLine(kind="commitment", initiative=row, month=month_now(), amount=101))
            if share:
                rec.create(InitiativeProduct(initiative=row, product=other, share=share))
    return project


def test_project_and_products_agree_to_the_cent_before_and_after_conversion(
    built: Company, odd_project: Project
) -> None:
    who = actor_for(built.accounts[ENTITLED])
    before = _total(Reader(who), odd_project)
    made, _change = actions.convert_project(
        who, "PRJ1", product_code="NEW", stage="development", on=localdate()
    )
    reader = Reader(who)
    odd_project.refresh_from_db()
    assert made.product is not None and odd_project.state == "converted"
    assert _total(reader, odd_project) == before
    sheet = project_sheets.sheet(reader, odd_project, sees_money=True)
    assert sheet.money == before
    assert sum((row.money for row in sheet.products if row.money), Amounts()) == before
    # What is the new product's is what the other one does not have.
    by_product = book(reader, default_year(reader)).by_product
    other = Product.objects.get(code="P1")
    assert by_product[made.product.pk] + by_product[other.pk] == before
    assert before.landing == 100_001 + 99_999 + 777


def test_conversion_is_refused_twice(built: Company, odd_project: Project) -> None:
    client = built.client(ENTITLED)
    data = {"name": "Billettique", "stage": "run", "on": localdate().isoformat()}
    assert client.post("/projects/PRJ1/convert", data).status_code == 302
    assert client.post("/projects/PRJ1/convert", data).status_code == 422
    assert Product.objects.filter(name="Billettique").count() == 1


def test_a_size_spreads_evenly_and_a_new_total_keeps_the_shape(built: Company) -> None:
    from portulan.organisation.models import Team

    who = actor_for(built.accounts[ENTITLED])
    team = saved(Team(code="T1", name="Données", entity=built.home))
    row = saved(Initiative(code="I1", name="Lot", entity=built.home, months=3))
    actions.set_size(who, "I1", team="T1", size="M")
    row.refresh_from_db()
    assert row.efforts == {str(team.uid): [2667, 2667, 2666]} and row.effort == 8000
    row.efforts = {str(team.uid): [100, 300]}
    row.save()
    actions.set_effort(who, "I1", team="T1", days=800)
    row.refresh_from_db()
    assert row.efforts == {str(team.uid): [200, 600]} and row.effort == 800
    actions.set_effort(who, "I1", team="T1", days=0)
    row.refresh_from_db()
    assert row.efforts == {} and row.effort == 0


def test_shares_of_an_initiative_never_pass_the_whole(built: Company, client: Client) -> None:
    a_portfolio(built)
    saved(Product(code="P2", name="Autre", entity=built.home))
    url = "/initiatives/I1/products/new"
    assert client.post(url, {"product": "P2", "share": "10"}).status_code == 422
    assert client.post(url, {"product": "P1", "share": "90"}).status_code == 302
    assert client.post(url, {"product": "P2", "share": "10"}).status_code == 302


def test_a_state_that_committees_decide_is_not_typed(built: Company, client: Client) -> None:
    saved(Initiative(code="I1", name="Lot", entity=built.home, state="proposed"))
    url = reverse("sheets:initiative_field", args=["I1", "state"])
    assert client.post(url, {"value": "planned", "revision": 1}).status_code == 422
    assert client.post(url, {"value": "idea", "revision": 1}).status_code == 200


def test_measures_refresh_the_last_value(built: Company, client: Client) -> None:
    gauge = saved(Indicator(code="K1", name="Voyageurs", product=a_product(built)))
    url = reverse("sheets:measure_add", args=["K1"])
    client.post(url, {"on": "2024-02-01", "value": "12"})
    client.post(url, {"on": "2024-01-01", "value": "7"})
    gauge.refresh_from_db()
    assert (gauge.last_on, gauge.last_value) == (date(2024, 2, 1), 12)
    client.post(url, {"on": "2024-02-01", "value": "13"})
    assert Measure.objects.filter(indicator=gauge).count() == 2
    assert client.post(url, {"on": "2999-01-01", "value": "1"}).status_code == 422


def test_a_request_is_never_closed_without_an_answer(built: Company, client: Client) -> None:
    from portulan.portfolio.models import Request

    row = saved(Request(code="R1", name="Un export", product=a_product(built)))
    state = reverse("sheets:request_field", args=["R1", "state"])
    assert client.post(state, {"value": "refused", "revision": 1}).status_code == 422
    answer = reverse("sheets:request_field", args=["R1", "answer"])
    assert client.post(answer, {"value": "Pas cette année", "revision": 1}).status_code == 200
    row.refresh_from_db()
    assert client.post(state, {"value": "refused", "revision": row.revision}).status_code == 200
    row.refresh_from_db()
    assert row.state == "refused" and row.answered_on == localdate()


def test_the_last_pmo_keeps_the_keys(built: Company, client: Client) -> None:
    EntityRole.objects.filter(role="pmo").exclude(person=built.people[ENTITLED]).delete()
    held = EntityRole.objects.get(role="pmo", person=built.people[ENTITLED])
    assert client.post(reverse("administration:role_end", args=[held.uid])).status_code == 422
    held.refresh_from_db()
    assert held.ends is None
