# ruff: noqa: E501 - the tables under test read better on one line
"""Real portfolios come in as they are: the figures are read here again, with the csv module alone."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import pytest

from portulan.base.models import Change, ExternalKey, HistoryRow
from portulan.integrations.table import actions
from portulan.organisation.models import Entity
from portulan.portfolio.models import Initiative, Project
from portulan_core.model import PLANNED_STATES
from tests.integrations.table.conftest import ME, bring, codes, group, take
from tests.shared_data import shared_data

FIRST, SECOND = "edition_2016-11_panorama_projets_si.csv", "edition_2017-06-30.csv"
US = "us_it_dashboard_projects_2013.csv"

pytestmark = pytest.mark.django_db


def content(name):
    return (shared_data("govport") / name).read_bytes()


def rows(name):
    with (shared_data("govport") / name).open(encoding="utf-8-sig", newline="") as file:
        found = [
            {k.strip(): v.strip() for k, v in row.items() if k} for row in csv.DictReader(file)
        ]
    return [row for row in found if any(row.values())]


def cents(text, scale=10**6):
    try:
        return int((Decimal(text) * scale * 100).to_integral_value())
    except ArithmeticError:
        return None


@pytest.mark.parametrize("name", [FIRST, SECOND])
def test_every_project_of_an_edition_comes_in_with_its_money_to_the_cent(name):
    batch = take(content(name), name)
    expected = rows(name)
    assert batch.plan["totals"] == {
        "create": len(expected),
        "update": 0,
        "leave": 0,
        "ignore": 0,
        "block": 0,
    }
    assert Project.objects.count() == Initiative.objects.count() == len(expected)
    for row in expected:
        project = Project.objects.select_related("entity").get(
            name=" ".join(row["Nom du projet"].split())
        )
        carrier = Initiative.objects.get(project=project)
        cost = cents(row["Coût estimé"])
        assert project.budget == cost
        assert (carrier.name, carrier.code, carrier.cost) == (project.name, project.code, cost or 0)
        assert sum(carrier.costs_opex) == (cost or 0)
        assert project.phase == row["Phase du projet en cours"]
        assert (project.entity.code, project.entity.name) == (
            row["Ministère porteur"],
            row["Ministère nom complet"],
        )
        if row["Début"]:
            start = date.fromisoformat(row["Début"])
            assert project.starts == start and carrier.start == start.year * 12 + start.month - 1
        else:
            assert project.starts is None and carrier.start is None
        if cost is not None:
            months = max(1, round(float(row["Durée prévisionnelle en année"]) * 12))
            assert carrier.months == len(carrier.costs_opex) == months
        assert carrier.state == ("proposed" if project.phase == "Cadrage" else "in_progress")
        assert project.facts["Zone fonctionnelle"] == row["Zone fonctionnelle"]
    total = sum(cents(row["Coût estimé"]) or 0 for row in expected)
    planned = Initiative.objects.filter(state__in=PLANNED_STATES, start__isnull=False)
    assert sum(initiative.cost for initiative in planned) == total


def test_projects_without_a_cost_come_in_with_a_warning_and_nothing_blocks():
    batch = bring(content(FIRST), FIRST)
    without = [i for i, row in enumerate(rows(FIRST), 2) if cents(row["Coût estimé"]) is None]
    found = group(batch, "work.not_framed")
    assert found["rows"] == without and found["letter"] == "J"
    assert actions.check_apply(batch) is None


def test_the_unit_of_the_cost_is_found_beside_it_and_shown():
    batch = bring(content(FIRST), FIRST)
    [cost] = [c for c in batch.mapping["sheets"][0]["columns"] if c["field"] == "cost"]
    assert (cost["header"], cost["unit"], cost["told_by"]) == ("Coût estimé", "m", "cells")


def test_the_same_edition_three_times_changes_nothing():
    take(content(FIRST), FIRST)
    before = (
        HistoryRow.objects.count(),
        Change.objects.count(),
        list(ExternalKey.objects.values_list("pk", "digest")),
    )
    for _ in range(2):
        batch = take(content(FIRST), FIRST)
        assert batch.change is None and batch.plan["totals"]["leave"] == len(rows(FIRST))
    assert before == (
        HistoryRow.objects.count(),
        Change.objects.count(),
        list(ExternalKey.objects.values_list("pk", "digest")),
    )


def test_what_was_edited_here_stays_when_the_source_says_the_same():
    take(content(FIRST), FIRST)
    Project.objects.filter(name="PNR").update(description="Réécrit ici", revision=2)
    take(content(FIRST), FIRST)
    assert Project.objects.get(name="PNR").description == "Réécrit ici"


def test_the_second_edition_updates_the_first_and_proposes_the_renamed():
    take(content(FIRST), FIRST)
    batch = bring(content(SECOND), SECOND)
    before = {" ".join(r["Nom du projet"].split()).casefold() for r in rows(FIRST)}
    after = [" ".join(r["Nom du projet"].split()) for r in rows(SECOND)]
    same = [name for name in after if name.casefold() in before]
    assert batch.plan["totals"]["create"] == len(after) - len(same)
    assert batch.plan["totals"]["update"] == len(same)
    proposed = {
        g["read"]: g["becomes"] for g in batch.plan["groups"] if g["code"] == "match.renamed"
    }
    assert proposed["CASSIOPEE V2"].endswith("CASSIOPEE") and proposed["GENESIS V2"].endswith(
        "GENESIS"
    )
    assert proposed["MISTR@L"].endswith("PIB/MISTRAL")
    assert proposed["FRANCECONNECT PHASE II"].endswith("FRANCE CONNECT")
    moved = group(batch, "match.moved")
    assert moved["count"] == 18 and "SAPHIR" in moved["params"]["names"]


def test_matching_a_renamed_project_updates_it_and_its_money_once():
    take(content(FIRST), FIRST)
    old = Project.objects.get(name="CASSIOPEE")
    batch = bring(content(SECOND), SECOND)
    [found] = [g for g in batch.plan["groups"] if g["read"] == "CASSIOPEE V2"]
    actions.choose_repair(ME, batch, found["id"], found["choices"][0])
    actions.apply(ME, batch)
    new = Project.objects.get(pk=old.pk)
    assert (new.name, new.code) == ("CASSIOPEE V2", "CASSIOPEE")
    carrier = Initiative.objects.get(project=new)
    assert (carrier.name, carrier.months, carrier.cost) == ("CASSIOPEE V2", 72, 990_000_000)
    again = bring(content(SECOND), SECOND)
    assert again.plan["totals"]["leave"] == 61 and again.plan["empty"]


def test_undo_of_the_second_edition_gives_back_the_first_exactly():
    take(content(FIRST), FIRST)
    models = (Entity, Project, Initiative)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    batch = take(content(SECOND), SECOND)
    actions.undo(ME, batch)
    after = [list(model.objects.order_by("pk").values()) for model in models]
    for old, new in zip(before, after, strict=True):
        for row in (*old, *new):
            row.pop("revision")
        assert old == new
    batch.refresh_from_db()
    assert batch.state == "undone" and batch.change.undone_by is not None
    assert bring(content(SECOND), SECOND).plan["totals"]["update"] == 46


def test_creations_are_facts_known_since_ever_and_changes_are_of_today():
    batch = take(content(FIRST), FIRST)
    assert set(batch.change.rows.values_list("effective_on", flat=True)) == {None}
    assert (batch.change.cause_type, batch.change.cause_uid) == ("import", batch.uid)
    update = take(content(SECOND), SECOND).change.rows.filter(operation="update")
    assert update.exists() and not update.filter(effective_on=None).exists()


def test_the_american_portfolio_in_dollars_without_units():
    batch = take(content(US), US)
    expected = rows(US)
    assert batch.plan["totals"]["create"] == len(expected) == 1547
    [cost] = [c for c in batch.mapping["sheets"][0]["columns"] if c["field"] == "cost"]
    assert (cost["unit"], cost["told_by"]) == ("m", "values")
    projects = {p.code: p for p in Project.objects.select_related("entity")}
    total = 0
    for row in expected:
        project = projects[row["Project_ID"]]
        amount = cents(row["PlannedCost"])
        total += amount
        assert project.budget == amount and project.entity.name == row["Agency_Name"]
        start = date.fromisoformat(row["Start_Date"])
        days = max(1, int(float(row["Planned_Duration"])))
        assert project.starts == start and (project.ends - start).days == days - 1
    assert sum(i.cost for i in Initiative.objects.only("cost")) == total
    assert codes(batch) == []
