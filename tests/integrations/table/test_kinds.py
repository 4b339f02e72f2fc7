# ruff: noqa: E501 - the tables under test read better on one line
"""Every kind of rows comes in, long or wide, in one file or several; our template needs no mapping."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.utils.translation import override

from portulan.catalogue.models import KeyResult, Line, Objective, Product, ProductLine, ProductRole
from portulan.integrations.table import sample
from portulan.organisation.models import Entity, Membership, Person, Team
from portulan.portfolio.models import Capacity, CostLine, Envelope, Initiative, InitiativeProduct
from portulan_core.periods import month_of
from tests.integrations.table.conftest import bring, codes, group, take
from tests.integrations.table.test_reading import workbook

pytestmark = pytest.mark.django_db


def test_capacities_in_quarters_as_columns_under_a_year():
    take("Équipe;Permanente\nWeb;Oui\nData;Oui\n", "equipes.csv")
    rows = [
        ("Capacités (jours)",),
        (None, 2027, None, None, None),
        ("Équipe", "T1", "T2", "T3", "T4"),
        ("Web", 240, 241, 200, 180),
        ("Data", 90, 90, 90, 91),
    ]
    batch = take(workbook(("Capacité", rows)), "capa.xlsx")
    assert batch.plan["counts"] == {"capacity": {"create": 2}}
    web = list(
        Capacity.objects.filter(team__name="Web").order_by("month").values_list("month", "days")
    )
    assert [month for month, _ in web] == list(range(2027 * 12, 2028 * 12))
    assert (
        sum(days for _, days in web[:3]) == 24_000 and sum(days for _, days in web[3:6]) == 24_100
    )
    assert bring(workbook(("Capacité", rows)), "capa.xlsx").plan["empty"]


def test_capacities_one_row_a_month_with_full_time_equivalents():
    take("Équipe\nWeb\n", "equipes.csv", only="team")
    take(
        "Équipe;Mois;Capacité (jours);Charge d'exploitation;ETP\nWeb;janv. 2027;80,5;12;4,5\nWeb;02/2027;78;;4\n",
        "capacites.csv",
    )
    first, second = Capacity.objects.order_by("month")
    assert (first.days, first.run_load, first.fte) == (8_050, 1_200, 450)
    assert (second.month, second.days, second.run_load) == (2027 * 12 + 1, 7_800, 0)


def test_budgets_by_line_with_versions_as_columns():
    batch = take(
        "Exercice;Ligne;Voté (k€);Révisé (k€)\n2027;Habitat;1 200;1 150,5\n2027;Mobilité;800;\n",
        "budget.csv",
    )
    found = {(e.line.name, e.version): e.amount for e in Envelope.objects.all()}
    assert found == {
        ("Habitat", "voted"): 120_000_000,
        ("Habitat", "revised"): 115_050_000,
        ("Mobilité", "voted"): 80_000_000,
    }
    assert Line.objects.count() == 2 and codes(batch) == []


def test_actual_costs_come_again_with_the_next_month_added():
    take("Produit\nRéservation\n", "produits.csv", only="product")
    text = "Type;Mois;Produit;Fournisseur;Montant (€)\nRéalisé;2027-01;Réservation;ACME;1000,50\nRéalisé;2027-01;Réservation;ACME;1000,50\n"
    take(text, "couts.csv")
    assert sorted(CostLine.objects.values_list("kind", "amount")) == [("actual", 100_050)] * 2
    batch = take(
        text.replace("1000,50\nR", "1100,50\nR") + "Engagé;2027-02;Réservation;ACME;10\n",
        "couts.csv",
    )
    assert batch.plan["totals"] == {"create": 1, "update": 1, "leave": 1, "ignore": 0, "block": 0}
    assert sorted(CostLine.objects.values_list("amount", flat=True)) == [1_000, 100_050, 110_050]


def test_costs_of_a_project_go_to_the_initiative_that_carries_it():
    take("Code;Projet;Coût (k€)\nP1;Alpha;10\n")
    take(
        "Type;Mois;Projet;Montant (k€)\nRéalisé;2027-01;P1;2\nPrévu;2027-02;Alpha;3\n", "couts.csv"
    )
    carrier = Initiative.objects.get()
    assert list(CostLine.objects.order_by("month").values_list("initiative", "kind", "amount")) == [
        (carrier.pk, "actual", 200_000),
        (carrier.pk, "plan", 300_000),
    ]


def test_people_with_several_roles_on_several_rows_are_one_person():
    take("Produit\nRéservation\nPaiement\n", "produits.csv", only="product")
    text = "Nom;Prénom;Courriel;Entité;Rôle;Produit;Quotité\nBenali;Nadia;n@ex.org;DSI;Product manager;Réservation;60 %\nBenali;Nadia;n@ex.org;DSI;Product owner;Paiement;40 %\nRoy;Luc;l@ex.org;DSI;Sorcier;Paiement;\n"
    take(text, "personnes.csv")
    assert Person.objects.count() == 2
    held = set(
        ProductRole.objects.values_list(
            "person__name", "role", "product__name", "fraction", "source_role"
        )
    )
    assert held == {
        ("Nadia Benali", "product_manager", "Réservation", 60, "Product manager"),
        ("Nadia Benali", "product_owner", "Paiement", 40, "Product owner"),
        ("Luc Roy", "contributor", "Paiement", None, "Sorcier"),
    }
    assert take(text, "personnes.csv").change is None


def test_products_with_lines_stage_and_manager():
    text = "Code;Produit;Ligne;Domaine;Étape;Product manager;Équipe\nR;Réservation;Mobilité;Vente;Exploitation;Nadia Benali;\n"
    take(text, "produits.csv")
    product = Product.objects.get()
    assert product.stage == "run" and product.stage_periods.get().source_stage == "Exploitation"
    assert set(ProductLine.objects.values_list("line__name", "line__axis", "primary")) == {
        ("Mobilité", "segment", True),
        ("Vente", "domain", True),
    }
    take(text.replace("Mobilité", "Habitat"), "produits.csv")
    assert set(ProductLine.objects.filter(primary=True).values_list("line__name", flat=True)) == {
        "Habitat",
        "Vente",
    }


def test_a_size_becomes_an_effort_of_the_team_on_a_curve():
    take("Équipe\nWeb\n", "equipes.csv", only="team")
    take("Initiative;Équipe;Taille;Début;Durée (mois)\nA;Web;L;2027-01-01;6\n", "initiatives.csv")
    initiative = Initiative.objects.get()
    [days] = initiative.efforts.values()
    assert initiative.size == "L" and sum(days) == 15_000 and len(days) == 6
    assert days[0] < days[1] < days[2] and days[:3] == days[:2:-1]
    assert list(initiative.efforts) == [str(Team.objects.get().uid)]


def test_an_initiative_serves_several_products_by_share():
    take("Produit\nA\nB\nC\n", "produits.csv", only="product")
    take("Initiative;Produits\nX;A ; B;\n".replace("A ; B;", '"A;B;C"'), "initiatives.csv")
    assert sorted(InitiativeProduct.objects.values_list("share", flat=True)) == [3333, 3333, 3334]


def test_objectives_with_their_key_results():
    take(
        "Objectif;Cycle;Résultat clé;Cible;Valeur initiale\nVendre en ligne;2027;Part en ligne;35;20\nVendre en ligne;2027;Panier;;\n",
        "objectifs.csv",
    )
    assert Objective.objects.count() == 1
    assert set(KeyResult.objects.values_list("name", "target", "baseline")) == {
        ("Part en ligne", 35.0, 20.0),
        ("Panier", None, None),
    }


def test_entities_form_a_tree_whatever_the_order():
    take("Code;Entité;Rattachement\nPAR;Paris;FR\nFR;France;GRP\nGRP;Groupe;\n", "entites.csv")
    paris = Entity.objects.get(code="PAR")
    assert [e.code for e in (paris, paris.parent, paris.parent.parent)] == ["PAR", "FR", "GRP"]
    assert (
        paris.path
        == "/" + "/".join(str(Entity.objects.get(code=c).pk) for c in ("GRP", "FR", "PAR")) + "/"
    )


def test_one_workbook_with_sheets_that_point_to_one_another():
    sheets = (
        (
            "Initiatives",
            [
                ("Initiative", "Équipe", "Charge (j-h)", "Produit", "Début", "Durée (mois)"),
                ("Refonte", "Web", 30, "Réservation", "T2 2027", 3),
            ],
        ),
        ("Équipes", [("Équipe", "Direction"), ("Web", "DSI")]),
        ("Produits", [("Produit", "Ligne de produits"), ("Réservation", "Mobilité")]),
        ("Capacités", [("Équipe", "T1 2027", "T2 2027"), ("Web", 200, 210)]),
        ("Notes", [("Bonjour",), ("À relire",)]),
    )
    batch = take(workbook(*sheets), "portefeuille.xlsx")
    assert [sheet["kind"] for sheet in batch.mapping["sheets"]] == [
        "initiative",
        "team",
        "product",
        "capacity",
        "",
    ]
    initiative = Initiative.objects.get()
    assert initiative.start == month_of(__import__("datetime").date(2027, 4, 1))
    assert initiative.efforts[str(Team.objects.get().uid)] == [900, 1200, 900]
    assert take(workbook(*sheets), "portefeuille.xlsx").change is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_our_template_is_read_back_without_any_correction(language):
    with override(language):
        data = sample.template_xlsx()
    empty = bring(data, "modele.xlsx")
    assert empty.plan["totals"] == {"create": 0, "update": 0, "leave": 0, "ignore": 11, "block": 0}
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book.worksheets[1:]:
        last = max(cell.column for cell in sheet[2] if cell.value is not None)
        sheet.cell(row=2, column=last).value = None
    out = io.BytesIO()
    book.save(out)
    batch = take(out.getvalue(), "modele.xlsx")
    assert codes(batch) == []
    assert {
        kind: counts["create"] for kind, counts in batch.plan["counts"].items()
    } == dict.fromkeys(
        (
            "entity",
            "line",
            "person",
            "team",
            "objective",
            "product",
            "project",
            "initiative",
            "capacity",
            "envelope",
            "cost_line",
        ),
        1,
    )
    unread = [
        c
        for s in batch.mapping["sheets"][1:]
        for c in s["columns"]
        if c["header"] and c["field"] in ("", "+fact")
    ]
    assert unread == []
    project = Initiative.objects.get(project__code="PRJ-1")
    assert (project.cost, project.months, sum(map(sum, project.efforts.values()))) == (
        45_000_000,
        9,
        12_000,
    )
    large = Initiative.objects.get(code="INI-1")
    assert (large.size, large.cost, large.months, sum(map(sum, large.efforts.values()))) == (
        "L",
        12_000_000,
        6,
        15_000,
    )
    assert Membership.objects.count() == 0 and bring(out.getvalue(), "modele.xlsx").plan["empty"]


def test_a_group_of_rows_says_its_place(settle):
    batch = bring("Projet;Coût (k€)\n" + "".join(f"P{i};douze\n" for i in range(9)))
    assert group(batch, "number.text")["rows"] == list(range(2, 11))
