# ruff: noqa: E501 - the tables under test read better on one line
"""Exports as trackers give them: what is read without being told, and what is told instead."""

from __future__ import annotations

import gzip
import io
import json
from datetime import datetime

import pytest
from openpyxl import Workbook

from portulan.base.policy import Invalid, system_actor
from portulan.integrations.workitems import actions, taking, words
from portulan.portfolio.models import BacklogItem

pytestmark = pytest.mark.django_db
ACTOR = system_actor("test")


def bring(text: str | bytes, name: str = "suivi.csv", **options: str):
    content = text if isinstance(text, bytes) else text.encode()
    return actions.bring(ACTOR, [(name, content)], **options)


def columns(batch) -> dict[str, str]:
    """Field → heading."""
    return {f: batch.mapping["headings"][place] for f, place in batch.mapping["columns"].items()}


JIRA_FR = (
    "Résumé;Clé de ticket;ID de ticket;Type de ticket;État;Clé du projet;Résolution;Création;Mise à jour;Dernière consultation;Résolu;Versions corrigées;Versions corrigées;Composants;Composants;Champ personnalisé (Lien d'epic);Date d'échéance\n"
    '"Un ; et\nsa suite";CLI-1;201;Récit;Terminé(e);CLI;Terminé;02/mars/26 9:15 AM;20/mai/26 9:00 AM;;12/mai/26 4:20 PM;1.0;1.1;Panier;Recherche;CLI-9;01/juin/26 9:00 AM\n'
    "Deux;CLI-2;202;Tâche;Terminé(e);CLI;Ne sera pas corrigé;02/mars/26 9:15 AM;20/mai/26 9:00 AM;;14/mai/26 4:20 PM;;;;;;\n"
    "Trois;CLI-3;203;Bogue;En cours;CLI;;03/mars/26 9:15 AM;20/mai/26 9:00 AM;;;;;Panier;;;\n"
    "Épique;CLI-9;204;Épopée;En cours;CLI;;03/mars/26 9:15 AM;20/mai/26 9:00 AM;;;;;;;;\n"
)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_french_jira_table_with_repeated_headings(encoding: str):
    batch = bring(JIRA_FR.encode(encoding))
    assert batch.mapping["form"] == "spans"
    found = columns(batch)
    assert (found["created"], found["finished"], found["key"]) == ("Création", "Résolu", "Clé de ticket")
    assert found["epic"] == "Champ personnalisé (Lien d'epic)"
    assert batch.mapping["kinds_out"] == ["Épopée"] and batch.plan["left"] == {"kind_out": 1}
    groups = dict(batch.plan["groups"])
    assert (groups["component:Panier"], groups["component:Recherche"], groups["epic:CLI-9"]) == (2, 1, 1)
    taking.apply(ACTOR, batch)
    # Closed as never to be fixed is not done.
    assert dict(BacklogItem.objects.values_list("key", "standing")) == {
        "CLI-1": "done", "CLI-2": "dropped", "CLI-3": "before",
    }  # fmt: skip


TABLES = {
    "gitlab": (
        "Title,Issue ID,URL,State,Author,Due Date,Created At (UTC),Updated At (UTC),Closed At (UTC),Milestone,Labels\n"
        'A,1,https://x/1,Closed,Ann,2026-05-01,2026-03-01 10:00:00,2026-05-02 10:00:00,2026-03-04 10:00:00,v1,"bug,web"\n'
        "B,2,https://x/2,Open,Ann,,2026-03-02 10:00:00,2026-05-03 10:00:00,,v1,\n",
        "spans", {"created": "Created At (UTC)", "finished": "Closed At (UTC)"}, 3.0,
    ),
    "azure": (
        "ID,Work Item Type,Title,State,Created Date,Activated Date,Resolved Date,Closed Date,State Change Date,Area Path\n"
        "1,Bug,A,Closed,3/1/2026 9:00:00 AM,3/2/2026 9:00:00 AM,3/11/2026 9:00:00 AM,3/12/2026 9:00:00 AM,3/12/2026 9:00:00 AM,P\\T\n"
        "2,Bug,B,Active,3/1/2026 9:00:00 AM,3/2/2026 9:00:00 AM,,,3/2/2026 9:00:00 AM,P\\T\n",
        "stages", {"key": "ID", "team": "Area Path"}, 10.0,
    ),
    "glpi": (
        "ID;Titre;Statut;Dernière modification;Date d'ouverture;Date de résolution;Date de clôture\n"
        "1;A;Clos;2026-05-01 10:00;2026-03-01 10:00;2026-03-06 10:00;2026-03-20 10:00\n"
        "2;B;En cours (Attribué);2026-05-01 10:00;2026-03-02 10:00;;\n",
        "stages", {"key": "ID", "title": "Titre"}, 5.0,
    ),
    "redmine": (
        "#;Tracker;Statut;Sujet;Mis-à-jour;Créé;Fermé;Version cible;Projet\n"
        "1;Anomalie;Fermé;A;21/05/2026 10:00;13/03/2026 10:00;17/03/2026 10:00;v1;P\n"
        "2;Anomalie;Nouveau;B;21/05/2026 10:00;13/03/2026 10:00;;v1;P\n",
        "spans", {"created": "Créé", "finished": "Fermé", "release": "Version cible"}, 4.0,
    ),
    "one row for each update": (
        "number,incident_state,opened_at,sys_created_at,sys_updated_at,closed_at,resolved_at\n"
        + "".join(
            f"INC{i},{state},29/2/2016 01:16,29/2/2016 01:23,{day}/3/2016 08:00,20/3/2016 10:00,15/3/2016 11:29\n"
            for i in range(3)
            for state, day in (("New", 1), ("Active", 2), ("Awaiting User Info", 5), ("Resolved", 9), ("Closed", 14))
        ),
        "transitions", {"at": "sys_updated_at", "state": "incident_state"}, 8.0,
    ),
    "revisions": (
        "WorkItemId,Title,State,ChangedDate,CreatedDate,Revision\n"
        + "".join(f"{i},A,{s},2026-0{m}-01T09:00:00Z,2026-01-01T09:00:00Z,{m}\n" for i in range(3) for m, s in enumerate(("New", "Active", "Closed"), 1)),
        "transitions", {"at": "ChangedDate", "state": "State"}, 59.0,
    ),
    "the help desk as it was published": (
        "CaseID,ActivityID,CompleteTimestamp\n"
        + "".join(f"{i},{a},2012-04-0{d} 16:55:10\n" for i in range(2, 7) for a, d in ((1, 1), (8, 3), (6, 9))),
        "transitions", {"key": "CaseID", "state": "ActivityID"}, 8.0,
    ),
    "cards": (
        "Card ID;Card;List;Entered;Exited\n"
        + "".join(f"c{i};C;{s};2026-03-0{d}T08:00:00+02:00;\n" for i in range(3) for s, d in (("Backlog", 1), ("Doing", 2), ("Done", 5))),
        "transitions", {"state": "List", "at": "Entered"}, 4.0,
    ),
    "begin and end of each activity": (
        "incident;activite;debut;fin\n"
        + "".join(f"I{i};{s};{d}/03/2026 08:00;{d + 1}/03/2026 09:00\n" for i in range(3) for s, d in (("Ouverture", 13), ("Prise en charge", 15), ("Résolution", 20), ("Clôture", 24))),
        "transitions", {"state": "activite", "at": "debut"}, 7.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_tables_of_usual_trackers(name: str):
    text, form, expected, lead = TABLES[name]
    batch = bring(text)
    assert batch.mapping["form"] == form
    found = columns(batch)
    assert {field: found.get(field) for field in expected} == expected
    assert batch.plan["left"] == {} and taking.check_apply(batch) is None
    assert batch.plan["lead"][0] == pytest.approx(lead, abs=0.05)


def test_moments_that_a_heading_calls_utc_are_utc():
    assert bring(TABLES["gitlab"][0]).mapping["zone"] == "UTC"
    assert bring(TABLES["redmine"][0]).mapping["zone"] != "UTC"
    assert bring(TABLES["gitlab"][0], zone="Asia/Tokyo").mapping["zone"] == "Asia/Tokyo"


GITHUB = [
    {"id": 900 + i, "number": i, "title": f"T{i}", "state": "closed" if i < 3 else "open", "created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-06-01T10:00:00Z", "closed_at": "2026-03-05T10:00:00Z" if i < 3 else None, "state_reason": "not_planned" if i == 2 else None, "user": {"login": "ann"}, "milestone": {"title": "v1"}, "labels": [{"name": "bug"}], "body": "x"}
    for i in range(1, 5)
]  # fmt: skip
JSONS = {
    "a list": GITHUB,
    "a search": {"total_count": 4, "items": GITHUB},
    "one object a line": "\n".join(json.dumps(row) for row in GITHUB),
    "graphql": {"data": {"repository": {"issues": {"nodes": [{"number": r["number"], "title": r["title"], "state": str(r["state"]).upper(), "createdAt": r["created_at"], "closedAt": r["closed_at"], "stateReason": str(r["state_reason"] or "").upper() or None} for r in GITHUB]}}}},
    "azure": {"count": 4, "value": [{"id": r["number"], "rev": 3, "fields": {"System.Title": r["title"], "System.State": "Removed" if r["number"] == 2 else "Closed" if r["closed_at"] else "New", "System.CreatedDate": r["created_at"], "Microsoft.VSTS.Common.ClosedDate": r["closed_at"]}} for r in GITHUB]},
}  # fmt: skip


@pytest.mark.parametrize("name", JSONS)
def test_lists_of_items_in_json(name: str):
    told = JSONS[name]
    batch = bring(told if isinstance(told, str) else json.dumps(told), "issues.json")
    assert batch.mapping["form"] == "spans" and batch.plan["items"] == 4
    taking.apply(ACTOR, batch)
    assert dict(BacklogItem.objects.values_list("key", "standing")) == {
        "1": "done", "2": "dropped", "3": "before", "4": "before",
    }  # fmt: skip


def test_updates_of_work_items_of_azure_are_changes():
    updates = [
        {"id": n, "workItemId": 7, "rev": n, "revisedDate": "9999-01-01T00:00:00Z", "fields": {"System.State": {"newValue": new, **({"oldValue": old} if old else {})}, "System.ChangedDate": {"newValue": f"2026-03-0{n}T09:00:00Z"}}}
        for n, (old, new) in enumerate((("", "New"), ("New", "Active"), ("Active", "Closed")), 1)
    ]  # fmt: skip
    updates.append({"id": 4, "workItemId": 7, "rev": 4, "fields": {"System.Title": {"newValue": "x"}}})
    batch = bring(json.dumps({"count": 4, "value": updates}), "updates.json")
    assert batch.mapping["form"] == "transitions" and batch.plan["events"] == 3
    assert batch.plan["lead"][0] == pytest.approx(2.0) and batch.plan["left"] == {}


XES = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<log xmlns="http://www.xes-standard.org/"><trace><string key="concept:name" value="C1"/>'
    + "".join(f'<event><string key="concept:name" value="{s}"/><date key="time:timestamp" value="2026-03-0{d}T08:00:00.000+01:00"/></event>' for s, d in (("Registered", 1), ("In progress", 2), ("Closed", 6)))
    + "</trace></log>"
)  # fmt: skip


@pytest.mark.parametrize("packed", [False, True])
def test_an_event_log_in_xes(packed: bool):
    content = gzip.compress(XES.encode()) if packed else XES.encode()
    batch = bring(content, "log.xes.gz" if packed else "log.xes")
    assert batch.mapping["form"] == "transitions" and batch.plan["lead"][0] == pytest.approx(5.0)


def test_xml_that_asks_for_entities_is_refused():
    bomb = XES.replace("<log ", '<!DOCTYPE log [<!ENTITY a "b">]><log ')
    with pytest.raises(Invalid) as caught:
        bring(bomb, "log.xes")
    assert caught.value.errors["file"].code == "file.damaged"


@pytest.mark.parametrize("said", ["-1", "NULL", "n/a", "0000-00-00", "-"])
def test_what_stands_for_no_date_is_none_and_is_counted(said: str):
    rows = "".join(f"T{i};1{i % 10}/03/2026;{said if i % 2 else '15/04/2026'};{said}\n" for i in range(8))
    batch = bring("id;date_creation;date_fin;duree\n" + rows)
    assert batch.plan["items"] == 8 and batch.plan["left"] == {}
    assert batch.plan["warnings"] == [["blank", {"count": 4, "said": said}]]
    taking.apply(ACTOR, batch)
    assert BacklogItem.objects.filter(standing="done").count() == 4


def test_a_cell_that_cannot_be_read_is_named_with_its_column():
    batch = bring("id;créé le;terminé le\nA;12/03/2026;bientôt\nB;12/03/2026;13/03/2026\nB;14/03/2026;\nC;12/03/2026;13/03/2091\n")
    told = [(row[0], row[1], *row[3:]) for row in batch.plan["left_rows"]]
    assert told == [
        (2, "bad_time", "terminé le", "bientôt"),
        (4, "duplicate", "id", "B"),
        (5, "future", "terminé le", "13/03/2091"),
    ]


def test_a_stage_dated_before_the_creation_is_left_out_and_told():
    batch = bring("ID,Name,Backlog,Dev,Done\nA,x,2026-03-10,2026-03-12,2026-03-05\nB,y,2026-03-10,2026-03-12,2026-03-15\n")
    assert batch.plan["left"] == {"before_creation": 1}
    assert batch.plan["left_rows"][0][3:] == ["Done", "2026-03-05"]


def test_a_finish_on_the_day_of_a_timed_creation_is_not_before_it():
    batch = bring("id;créé le;terminé le\nA;12/03/2026 10:30;12/03/2026\nB;14/03/2026 09:00;13/03/2026\n")
    assert batch.plan["dirt"]["negative"] == {"count": 1, "names": ["B"]}


@pytest.mark.parametrize(
    ("rows", "order", "warned"),
    [
        ("1,3/4/2026 9:00 AM,3/9/2026 9:00 AM\n2,4/5/2026 1:00 PM,4/6/2026 1:00 PM\n", "mdy", "order.mdy"),
        ("".join(f"{i},{1 + i % 3}/9/2026,{2 + i % 3}/4/2026\n" for i in range(12)), "mdy", "order.mdy"),
        ("1,03/04/2026,05/04/2026\n2,03/04/2026,\n", "", "order.dmy"),
        ("1,03/04/2026,25/04/2026\n", "dmy", ""),
        ("1,2026-04-03,2026-04-25\n", "", ""),
    ],
)  # fmt: skip
def test_dates_that_may_be_read_two_ways_are_told(rows: str, order: str, warned: str):
    batch = bring("id,created,closed\n" + rows)
    assert batch.mapping["order"] == order
    assert [code for code, _ in batch.plan["warnings"]] == ([warned] if warned else [])


def test_the_order_is_proved_by_any_row_of_the_file():
    rows = "".join(f"{i},03/04/2026\n" for i in range(600))
    batch = bring("id,created\n" + rows + "X,12/25/2025\n")
    assert batch.mapping["order"] == "mdy" and batch.plan["last"] == "2026-03-04"


def test_tables_of_the_same_headings_are_one_and_others_are_told():
    head = "id;créé le;terminé le\n"
    files = [("1.csv", (head + "A;12/03/2026;13/03/2026\n").encode()), ("2.csv", (head + "B;12/03/2026;15/03/2026\n").encode()), ("notes.csv", b"nom;note\nx;y\n")]
    batch = actions.bring(ACTOR, files)
    assert batch.plan["items"] == 2
    assert batch.plan["warnings"] == [["unused", {"count": 1, "said": "notes"}]]
    with pytest.raises(Invalid) as caught:
        actions.bring(ACTOR, [files[0], ("x.json", b"[]")])
    assert caught.value.errors["file"].code == "file.mixed"


def test_columns_of_stages_are_chosen_by_hand_and_what_lacks_blocks():
    batch = bring("ref;alpha;beta;gamma\nA;12/03/2026;13/03/2026;14/03/2026\nB;12/03/2026;13/03/2026;\n")
    assert batch.mapping["stages"] == [1, 2, 3]
    actions.correct(ACTOR, batch, {"stages": [1, 3]})
    assert list(batch.mapping["states"]) == ["alpha", "gamma"]
    actions.correct(ACTOR, batch, {"form": "transitions"})
    assert taking.check_apply(batch).code == "work.needs_state"
    actions.correct(ACTOR, batch, {"form": "spans"})
    assert taking.check_apply(batch).code == "work.needs_created"
    actions.correct(ACTOR, batch, {"columns": {"created": 1, "finished": 3}})
    assert taking.check_apply(batch) is None and batch.plan["lead"][0] == pytest.approx(2.0)


def issue(key: str, history: bool = True) -> dict[str, object]:
    """An issue of Jira Cloud, version 3."""
    made: dict[str, object] = {"id": key[2:], "key": key, "fields": {"summary": key, "created": "2026-03-01T10:00:00.000+0100", "status": {"name": "Terminé(e)", "statusCategory": {"key": "done"}}, "issuetype": {"name": "Récit"}, "project": {"key": "K"}}}
    return {**made, "changelog": {"total": 2, "histories": histories()}} if history else made


def histories(first: int = 0, last: int = 2) -> list[dict[str, object]]:
    moves = (("2026-03-05T10:00:00.000+0100", "À faire", "En cours"), ("2026-03-09T10:00:00.000+0100", "En cours", "Terminé(e)"))
    return [{"id": str(n), "created": at, "items": [{"field": "status", "fieldId": "status", "fromString": a, "toString": b}]} for n, (at, a, b) in enumerate(moves)][first:last]


APART = {
    "pages of one issue": [{"self": f"https://x/rest/api/3/issue/K-7/changelog?startAt={n}", "total": 2, "startAt": n, "values": histories(n, n + 1)} for n in (0, 1)],
    "many at once": [{"issueChangeLogs": [{"issueId": "7", "changeHistories": [{**h, "created": 1772701200000 + 345600000 * n} for n, h in enumerate(histories())]}]}],
}  # fmt: skip


@pytest.mark.parametrize("name", APART)
def test_histories_that_come_apart_join_their_issues(name: str):
    pages = [{"issues": [issue("K-7", False)], "isLast": True}, *APART[name]]
    files = [(f"{n}.json", json.dumps(page).encode()) for n, page in enumerate(pages)]
    batch = actions.bring(ACTOR, files)
    assert (batch.plan["items"], batch.plan["events"], batch.plan["warnings"]) == (1, 3, [])
    assert batch.plan["lead"][0] == pytest.approx(8.0) and batch.plan["cycle"][0] == pytest.approx(4.0)
    with pytest.raises(Invalid) as caught:
        actions.bring(ACTOR, files[1:])
    assert caught.value.errors["file"].code == "file.history_alone"


def test_a_search_that_was_not_asked_for_fields_says_so():
    batch = bring(json.dumps({"issues": [{"id": "1"}, {"id": "2"}], "isLast": True}), "page.json")
    assert batch.plan["warnings"] == [["jira.bare", {"count": 2}]]
    assert taking.check_apply(batch).code == "work.empty"
    with pytest.raises(Invalid) as caught:
        bring(json.dumps({"errorMessages": ["No project."], "errors": {}}), "page.json")
    refusal = caught.value.errors["file"]
    assert (refusal.code, refusal.params) == ("file.error_answer", {"said": "No project."})


def test_pages_written_by_powershell_are_read():
    batch = bring(json.dumps({"issues": [issue("K-1")]}).encode("utf-16"), "page.json")
    assert batch.plan["items"] == 1 and batch.mapping["states"]["Terminé(e)"] == "done"


def test_an_issue_closed_as_never_to_be_done_is_not_done():
    wontfix = issue("K-2")
    wontfix["fields"]["resolution"] = {"name": "Won't Do"}
    batch = bring(json.dumps({"issues": [issue("K-1"), wontfix]}), "page.json")
    assert batch.mapping["states"]["Terminé(e) (Won't Do)"] == "dropped"
    taking.apply(ACTOR, batch)
    assert dict(BacklogItem.objects.values_list("key", "standing")) == {"K-1": "done", "K-2": "dropped"}


def test_the_hour_in_a_column_of_its_own_counts():
    rows = "".join(f"{i};{s};{d}/03/2026;{h}\n" for i in range(3) for s, d, h in (("Nouveau", 13, "08:00"), ("En cours", 14, "09:00"), ("Clos", 15, "20h00")))
    batch = bring("Ticket;Statut;Date;Heure\n" + rows)
    assert columns(batch)["clock"] == "Heure" and batch.plan["lead"][0] == pytest.approx(2.5)


def test_a_history_of_all_fields_keeps_the_state_only_and_says_so():
    rows = "".join(f"P-{i},2026-03-01 10:00,assignee,,bob\nP-{i},2026-03-02 10:00,status,To Do,In Progress\nP-{i},2026-03-05 10:00,status,In Progress,Done\n" for i in range(4))
    batch = bring("Issue Key,Date,Field,From,To\n" + rows)
    assert set(batch.mapping["states"]) == {"To Do", "In Progress", "Done"}
    assert batch.plan["events"] == 8 and batch.plan["warnings"] == [["fields", {"count": 4}]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Date;À faire;En cours;Terminé\n" + "".join(f"{13 + i}/03/2026;{9 - i};{i};{i}\n" for i in range(9)), "file.no_items"),
        ("Semaine;Terminés\n2026-01-05;0\n2026-01-12;1\n2026-01-19;2\n", "file.no_items"),
        ("ID;À faire (j);En cours (j)\n1;2,5;3,1\n2;1;2\n", "file.no_items"),
        ("id;état;date\n", "file.no_rows"),
        ("", "file.empty"),
    ],
)  # fmt: skip
def test_tables_of_counts_or_durations_are_refused_with_their_headings(text: str, code: str):
    with pytest.raises(Invalid) as caught:
        bring(text)
    refusal = caught.value.errors["file"]
    assert refusal.code == code
    assert code == "file.empty" or refusal.params["headings"].startswith(text[:2])


def test_days_of_a_spreadsheet_with_decimal_commas():
    rows = "".join(f"{i};{46000 + i},5;{46010 + i},25\n" for i in range(1, 9))
    assert bring("Id;Créé;Terminé\n" + rows).plan["lead"][0] == pytest.approx(9.75)


def test_a_workbook_with_a_title_above_and_moments_as_cells():
    book = Workbook()
    sheet = book.active
    for row in (["Export du 12/03/2026"], [], ["Clé", "Résumé", "Statut", "Créée", "Résolue"]):
        sheet.append(row)
    for i in range(1, 12):
        sheet.append([f"K-{i}", "x", "Terminé", datetime(2026, 3, i, 9, 30), datetime(2026, 4, i, 9, 30) if i < 9 else None])  # noqa: DTZ001 - cells have no zone
    book.create_sheet("Notice").append(["Lisez-moi"])
    packed = io.BytesIO()
    book.save(packed)
    batch = bring(packed.getvalue(), "suivi.xlsx")
    assert batch.mapping["form"] == "spans" and batch.plan["items"] == 11
    assert batch.plan["warnings"] == [["unused", {"count": 1, "said": "Notice"}]]
    assert batch.plan["dirt"]["no_end"]["names"] == ["K-9", "K-10", "K-11"]


@pytest.mark.parametrize(
    ("state", "category"),
    [
        ("Terminé(e)", "done"), ("Résolu·e", "done"), ("3. Done", "done"), ("✅ Livré", "done"), ("05_DONE", "done"),
        ("Closed (Fixed)", "done"), ("Closed (Won't Do)", "dropped"), ("Removed", "dropped"), ("NOT_PLANNED", "dropped"),
        ("Awaiting User Info", "waiting"), ("2 - En cours", "active"), ("🚧 In progress", "active"), ("Affecté", "before"),
        ("Ouverture", "before"), ("Registered", "before"), ("Ne sera pas corrigé", "dropped"), ("Résolution", "done"),
        ("Clôturé automatiquement", "done"), ("Closed by requester", "done"), ("UAT", "active"), ("Pré-production", "active"),
    ],
)  # fmt: skip
def test_names_of_states_as_they_are_dressed(state: str, category: str):
    assert words.category(state) == category


def test_a_later_export_is_read_as_the_first_was_corrected():
    head = "id,opened,closed\n"
    first = bring(head + "A,03/04/2026,05/04/2026\n", "suivi.csv")
    actions.correct(ACTOR, first, {"order": "mdy", "zone": "America/New_York"})
    taking.apply(ACTOR, first)
    later = bring(head + "A,03/04/2026,05/04/2026\nB,03/05/2026,\n", "suivi.csv")
    assert (later.mapping["order"], later.mapping["zone"]) == ("mdy", "America/New_York")
    # The same rows are the same moments: nothing is told twice.
    assert (later.plan["create"], later.plan["same"], later.plan["new_moves"]) == (1, 1, 1)
    proved = bring(head + "C,25/04/2026,\n", "suivi.csv")
    assert proved.mapping["order"] == "dmy"


def test_the_stages_that_were_chosen_are_those_of_the_next_export():
    text = "ref;alpha;beta;gamma\nA;12/03/2026;13/03/2026;14/03/2026\nB;12/03/2026;13/03/2026;14/03/2026\n"
    first = bring(text)
    actions.correct(ACTOR, first, {"stages": [1, 3], "states": {"gamma": "done"}})
    taking.apply(ACTOR, first)
    again = bring(text)
    assert again.mapping["stages"] == [1, 3] and again.plan["nothing"] is True


def test_planned_dates_of_a_jira_table_are_left_alone():
    head = "Issue key,Status,Created,Resolved,Custom field (Start date),Custom field (Target end),Due Date\n"
    batch = bring(head + "K-1,Done,2026-03-01 09:00,2026-03-05 09:00,2099-01-01,2099-02-01,2099-02-01\nK-2,To Do,2026-03-01 09:00,,2099-01-01,2099-02-01,\n")
    assert batch.mapping["form"] == "spans" and batch.plan["left"] == {} and batch.plan["items"] == 2
    assert "started" not in columns(batch)


def test_pages_that_announce_another_one_say_so_until_the_last_is_there():
    pages = [{"issues": [issue("K-1")], "nextPageToken": "b", "isLast": False}, {"issues": [issue("K-2")], "isLast": True}]
    files = [(f"{n}.json", json.dumps(page).encode()) for n, page in enumerate(pages)]
    assert actions.bring(ACTOR, files[:1]).plan["warnings"] == [["jira.more", {}]]
    assert actions.bring(ACTOR, files).plan["warnings"] == []
    half = {"self": "https://x/rest/api/3/issue/K-7/changelog", "total": 2, "isLast": False, "values": histories(0, 1)}
    batch = actions.bring(ACTOR, [("a.json", json.dumps({"issues": [issue("K-7", False)]}).encode()), ("b.json", json.dumps(half).encode())])
    assert batch.plan["warnings"] == [["jira.cut", {"count": 1}]]
