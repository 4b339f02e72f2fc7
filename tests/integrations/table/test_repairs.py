# ruff: noqa: E501 - the tables under test read better on one line
"""Trouble is grouped by the repair that settles it; nothing doubtful is done silently."""

from __future__ import annotations

import pytest

from portulan.base.models import HistoryRow
from portulan.base.policy import Invalid, Refused
from portulan.integrations.table import actions, rejects
from portulan.organisation.models import Entity, Person, Team
from portulan.portfolio.models import Capacity, Initiative, Project
from tests.integrations.table.conftest import ME, bring, codes, group, take

pytestmark = pytest.mark.django_db


def test_a_doubtful_separator_is_one_group_with_both_readings(settle):
    batch = bring("Projet;Coût (k€)\nA;1.840\nB;2.500\nC;300\n")
    found = group(batch, "number.ambiguous")
    assert (found["rows"], found["letter"], found["read"]) == ([2, 3], "B", "1.840")
    assert found["params"]["readings"] == {"thousands": "184000000", "decimal": "184000"}
    settle(batch, "number.ambiguous", "thousands")
    actions.apply(ME, batch)
    assert dict(Project.objects.values_list("name", "budget")) == {
        "A": 184_000_000,
        "B": 250_000_000,
        "C": 30_000_000,
    }


def test_the_column_itself_settles_a_doubtful_separator():
    batch = take("Projet;Coût (k€)\nA;1.840\nB;2,5\n")
    assert dict(Project.objects.values_list("name", "budget")) == {"A": 184_000_000, "B": 250_000}
    assert "number.ambiguous" not in codes(batch)


def test_both_decimal_marks_in_one_column():
    take("Projet;Coût (M€)\nA;1,5\nB;2.75\nC;1 234,5\n")
    assert dict(Project.objects.values_list("name", "budget")) == {
        "A": 150_000_000,
        "B": 275_000_000,
        "C": 123_450_000_000,
    }


def test_an_unknown_team_blocks_until_it_is_created_matched_or_left_out(settle):
    take("Équipe;Permanente\nWeb;Oui\n", "equipes.csv")
    text = "Équipe;2027-01;2027-02\nWeb;80;80\nBI / Décisionnel;40;38\n"
    batch = bring(text, "capacites.csv")
    found = group(batch, "ref.unknown")
    assert found["open"] and found["rows"] == [3] and batch.plan["blocked_rows"] == 1
    with pytest.raises(Invalid):
        actions.apply(ME, batch)
    assert not Capacity.objects.exists()
    settle(batch, "ref.unknown", "create")
    actions.apply(ME, batch)
    assert Capacity.objects.filter(team__name="BI / Décisionnel").count() == 2
    other = bring(text.replace("BI / Décisionnel", "Wob"), "capacites.csv")
    settle(other, "ref.unknown", group(other, "ref.unknown")["choices"][0])
    assert not other.plan["blocked_rows"]
    third = bring(text.replace("BI / Décisionnel", "Zzz"), "capacites.csv")
    settle(third, "ref.unknown", "ignore")
    actions.apply(ME, third)
    assert third.plan["totals"]["ignore"] == 1 and not Team.objects.filter(name="Zzz").exists()


def test_a_cell_is_corrected_for_all_its_rows(settle):
    batch = bring(
        "Projet;Début;Coût (k€)\nA;bientot;5\nB;bientot;6\nC;2027-01-01;7\n", only="project"
    )
    assert group(batch, "date.text")["rows"] == [2, 3] and actions.check_apply(batch) is not None
    settle(batch, "date.text", "value:01/03/2027")
    actions.apply(ME, batch)
    assert {p.starts.isoformat() for p in Project.objects.exclude(name="C")} == {"2027-03-01"}


def test_a_choice_can_be_taken_back(settle):
    batch = settle(bring("Projet;Coût (k€)\nA;-5\n"), "money.negative", "missing")
    assert not batch.plan["blocked_rows"]
    settle(batch, "money.negative", "")
    assert batch.plan["blocked_rows"] == 1


def test_an_end_before_the_start(settle):
    text = "Projet;Début;Fin;Coût (k€)\nA;T4 2027;T2 2027;10\n"
    batch = bring(text)
    assert group(batch, "dates.backward")["open"]
    actions.apply(ME, settle(batch, "dates.backward", "swap"))
    initiative = Initiative.objects.get()
    assert (initiative.start, initiative.months) == (2027 * 12 + 5, 5)


def test_rows_that_contradict_one_another(settle):
    text = "Code;Projet;Coût (k€)\nP1;A;10\nP2;B;5\nP1;A;12\nP2;B;5\n"
    batch = bring(text)
    found = group(batch, "row.duplicate")
    assert found["open"] and found["rows"] == [4]
    actions.apply(ME, settle(batch, "row.duplicate", "last"))
    assert dict(Project.objects.values_list("code", "budget")) == {"P1": 1_200_000, "P2": 500_000}
    assert Initiative.objects.count() == 2


def test_totals_blank_columns_and_notes_are_no_projects():
    text = ";;;\nSuivi 2027;;;\n;;;\nProjet;;Direction;Coût (k€)\nA;;DSI;10\n;;;\nB;;DRH;20\nTotal;;;30\n"
    batch = take(text)
    assert sorted(Project.objects.values_list("name", flat=True)) == ["A", "B"]
    assert group(batch, "row.total")["rows"] == [8]


def test_money_without_a_duration_is_spread_as_chosen(settle):
    batch = bring("Projet;Début;Coût (k€)\nA;2027-01-01;10\n")
    assert group(batch, "duration.missing")["decision"] == "months:12"
    actions.apply(ME, settle(batch, "duration.missing", "months:3"))
    assert Initiative.objects.get().costs_opex == [333_334, 333_333, 333_333]


def test_an_unknown_phase_says_what_it_becomes(settle):
    batch = bring("Projet;Phase\nA;Jalon 3bis\nB;Terminé\n")
    assert group(batch, "phase.unknown")["decision"] == "state:in_progress"
    actions.apply(ME, settle(batch, "phase.unknown", "state:planned"))
    assert dict(Initiative.objects.values_list("name", "state")) == {"A": "planned", "B": "done"}
    assert Project.objects.get(name="A").phase == "Jalon 3bis"


def test_entities_named_by_rows_are_made_under_the_root():
    root = Entity.objects.create(code="GRP", name="Groupe", level="group")
    root.path = f"/{root.pk}/"
    root.save()
    batch = take("Projet;Direction\nA;DSI\nB;Groupe\nC;DSI\n")
    made = Entity.objects.get(name="DSI")
    assert made.parent == root and made.path == f"/{root.pk}/{made.pk}/"
    assert Project.objects.get(name="B").entity == root
    assert batch.plan["companions"] == {"entity": 1}
    assert group(batch, "ref.created")["params"]["names"] == ["DSI"]


def test_rows_left_out_are_handed_back_with_the_reason_and_no_formula_runs():
    batch = bring("Projet;Coût (k€);Note\nA;10;x\n=cmd();douze;=1+1\n")
    [(_, rows)] = rejects.rejected_sheets(ME, batch)
    assert rows[0][2:] == ["Projet", "Coût (k€)", "Note"] and rows[1][0] == 3
    assert "Write a number" in rows[1][1] and "douze" in rows[1][1]
    text = rejects.as_csv([("x", rows)]).decode("utf-8-sig")
    assert "'=cmd()" in text and "'=1+1" in text
    assert rejects.as_xlsx([("x", rows)])[:2] == b"PK"


def test_leaving_out_all_that_blocks():
    batch = bring("Projet;Coût (k€)\nA;10\nB;douze\nC;-4\n")
    assert batch.plan["blocked_rows"] == 2
    actions.choose_repair(ME, batch, "*", "ignore")
    actions.apply(ME, batch)
    assert list(Project.objects.values_list("name", flat=True)) == ["A"]
    assert batch.plan["totals"] == {"create": 1, "update": 0, "leave": 0, "ignore": 2, "block": 0}


def test_another_name_under_the_same_code_is_said():
    take("Code;Projet\nP1;Refonte du portail\n")
    batch = bring("Code;Projet\nP1;Achat de camions\n")
    assert group(batch, "match.other_name")["decision"] == "same"


def test_a_blank_cell_changes_nothing():
    take("Code;Projet;Description;Coût (k€)\nP1;A;Texte;10\n")
    take("Code;Projet;Description;Coût (k€)\nP1;A bis;;\n")
    project = Project.objects.get()
    assert (project.name, project.description, project.budget) == ("A bis", "Texte", 1_000_000)


def test_undo_is_refused_when_something_changed_since_and_says_what():
    batch = take("Code;Projet;Coût (k€)\nP1;Alpha;10\n")
    take("Code;Projet;Coût (k€)\nP1;Alpha;12\n")
    before = list(Project.objects.values()), HistoryRow.objects.count()
    with pytest.raises(Invalid) as caught:
        actions.undo(ME, batch)
    [refusal] = caught.value.errors.values()
    assert refusal.code == "undo.changed_since"
    assert {o.name for o in refusal.params["obstacles"]} == {"Alpha"}
    assert before == (list(Project.objects.values()), HistoryRow.objects.count())


def test_undo_is_refused_when_something_else_uses_what_came_in():
    batch = take("Nom;Prénom;Courriel\nBenali;Nadia;n@example.org\n", "personnes.csv")
    assert batch.plan["counts"]["person"]["create"] == 1
    team = Team.objects.create(code="T", name="T", manager=Person.objects.get())
    with pytest.raises(Invalid):
        actions.undo(ME, batch)
    team.delete()
    actions.undo(ME, batch)
    assert not Person.objects.exists()


def test_imports_are_undone_in_the_reverse_order():
    first = take("Code;Projet\nP1;Alpha\n")
    second = take("Code;Projet\nP1;Alphabet\nP2;Beta\n")
    actions.undo(ME, second)
    assert list(Project.objects.values_list("code", "name")) == [("P1", "Alpha")]
    actions.undo(ME, first)
    assert not Project.objects.exists()


def test_a_corrected_mapping_is_kept_and_wrong_ones_are_refused():
    batch = bring("Projet;Montant HT;Divers\nA;10;note\n", only="project")
    actions.correct_mapping(
        ME, batch, {"sheets": {0: {"columns": {1: {"field": "cost", "unit": "k"}}}}}
    )
    actions.apply(ME, batch)
    assert Project.objects.get().budget == 1_000_000
    for wrong in ({"field": "nope"}, {"field": "name"}):
        other = bring("Projet;Montant HT;Divers\nA;10;note\n", only="project")
        with pytest.raises(Invalid):
            actions.correct_mapping(ME, other, {"sheets": {0: {"columns": {2: wrong}}}})


def test_who_may_import_may_not_write_everything():
    from portulan.organisation.rights import actor_for
    from tests.web.actors import ENTITLED, OUTSIDER, company

    built = company()
    at_home, away = (actor_for(built.accounts[name]) for name in (ENTITLED, OUTSIDER))
    text = "Projet;Direction\nA;HOME\nB;ELSE\nC;Nouvelle\n"
    batch = actions.bring(at_home, "x.csv", text.encode())
    refused = [g for g in batch.plan["groups"] if g["code"] == "right.missing"]
    assert sorted({row for g in refused for row in g["rows"]}) == [3, 4]
    assert batch.plan["blocked_rows"] == 2
    assert actions.bring(away, "x.csv", text.encode()).plan["blocked_rows"] == 2
    controller = actor_for(built.accounts[ENTITLED])
    only_finance = type(controller)(
        controller.name,
        controller.account_id,
        controller.person_id,
        tuple(g for g in controller.grants if g.role == "finance"),
        matrix=controller.matrix,
    )
    people = "Nom;Prénom;Rôle;Entité\nBenali;Nadia;pmo;HOME\n"
    assert actions.bring(only_finance, "personnes.csv", people.encode()).plan["blocked_rows"] == 1
    with pytest.raises(Refused):
        actions.bring(type(controller)("nobody", matrix=controller.matrix), "x.csv", text.encode())
