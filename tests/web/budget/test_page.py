"""Load and budget on one page: the overrun in words, the same figures everywhere."""

import io

import openpyxl

from portulan.portfolio.models import Capacity, CostLine, Envelope, Initiative
from tests.readmodels.company import JAN


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def test_the_conclusion_comes_first(sign_in):
    page = text(sign_in("pmo").get("/load"))
    lead = page.split('class="pt-lead">')[1].split("</p>")[0]
    assert "Data at 140% in Q2 2027; €33k over the envelope." in lead
    assert "€33k of it in development." in lead


def test_in_french_too(sign_in):
    page = text(sign_in("pmo", language="fr").get("/load"))
    lead = page.split('class="pt-lead">')[1].split("</p>")[0]
    lead = lead.replace("\u202f", " ").replace("\xa0", " ")
    assert "Data à 140 % au T2 2027 ; 33 k€ au-dessus de l’enveloppe." in lead
    assert "Dont 33 k€ en développement." in lead


def test_the_worst_cell_is_open_and_another_can_be_chosen(sign_in):
    client = sign_in("pmo")
    page = text(client.get("/load"))
    assert "Data, Q2 2027" in page and "capacity 300" in page and "120" in page
    other = text(client.get(f"/load?cell=T-WEB.{JAN + 4}"))
    assert "Web, Q2 2027" in other and "Preuve de covoiturage" in other


def test_both_readings_and_the_matrix_agree(sign_in):
    page = text(sign_in("pmo").get("/load"))
    assert "Total, the same along both axes" in page
    assert "Where the overrun is born" in page
    assert page.count("+33") >= 2


def test_who_may_not_read_budgets_sees_load_and_no_money(sign_in):
    page = text(sign_in("contributor").get("/load"))
    assert "Data at 140%" in page and "You may not read budgets" in page
    assert "€" not in page.split('id="content"')[1]


def test_the_workbook_has_the_same_figures(sign_in):
    found = sign_in("pmo").get("/load/export.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(found.content))
    assert book.sheetnames == ["Load", "Overloads", "Budget 2027", "Lines and funding times"]
    total = [cell.value for cell in book["Budget 2027"][book["Budget 2027"].max_row - 2]]
    assert total[1] == "Total" and total[3] == 215_000 and total[6] == 248_000
    load = [cell.value for cell in book["Load"][2]]
    assert load[0] == "Data" and load[5:8] == [420, 300, 1.4]


def test_an_instance_without_money_or_capacity_says_what_to_do(sign_in):
    client = sign_in("pmo")
    Envelope.objects.all().delete()
    CostLine.objects.all().delete()
    Capacity.objects.all().delete()
    Initiative.objects.update(efforts={}, costs_opex=[], costs_capex=[])
    page = text(client.get("/load?year=2033"))
    assert "No load to show" in page and "No money in this fiscal year" in page


def test_an_address_never_breaks_the_page(sign_in):
    client = sign_in("pmo")
    for query in (
        "year=x", "axis=x", "entity=x", "from=1", "cell=x", "cell=T-DATA.99999", "cell=..",
        "entity=BE", "axis=platform", "year=2026", f"from={JAN + 9}",
    ):
        assert client.get(f"/load?{query}").status_code == 200
