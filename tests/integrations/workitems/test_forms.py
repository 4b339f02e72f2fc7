# ruff: noqa: E501 - the tables under test read better on one line
"""The kinds of files: headings in several languages, delimiters, dates, zones, missing fields."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from portulan.base.policy import Actor, Invalid, Refused, system_actor
from portulan.cli.main import main
from portulan.integrations.workitems import actions, taking, words
from portulan.integrations.workitems.moments import read_moment
from portulan.organisation.models import Team
from portulan.portfolio.models import BacklogItem, Release

pytestmark = pytest.mark.django_db
ACTOR = system_actor("test")
PARIS = ZoneInfo("Europe/Paris")


def bring(text: str, name: str = "suivi.csv", encoding: str = "utf-8", **options: str):
    return actions.bring(ACTOR, [(name, text.encode(encoding))], **options)


@pytest.mark.parametrize(
    ("text", "form", "columns"),
    [
        ("Clé de ticket;Résumé;Ancien statut;Nouveau statut;Date de changement\nA-1;Un;À faire;En cours;03/02/2026 10:00\nA-1;Un;En cours;Terminé;13/02/2026 10:00\n", "transitions", {"key": 0, "title": 1, "left": 2, "state": 3, "at": 4}),
        ("case:concept:name,concept:name,time:timestamp,org:resource\n1,Registered,2026-01-02 10:00:00,Bob\n1,Closed,2026-01-05 10:00:00,Ann\n", "transitions", {"key": 0, "state": 1, "at": 2}),
        ("1\tNeu\t05.02.2026 10:00\n1\tFertig\t25.02.2026 10:00\n2\tNeu\t26.02.2026 10:00\n", "transitions", {"key": 0, "state": 1, "at": 2}),
        ("Ticket;Ouvert le;Clôturé le\n1;01/02/2026;02/02/2026\n2;01/02/2026;\n", "spans", {"key": 0, "created": 1, "finished": 2}),
        ("Issue key|Issue Type|Status|Created|Resolved\nP-1|Story|Done|03/Mar/16 1:40 PM|13/Mar/16 1:40 PM\nP-2|Bug|To Do|04/Mar/16 1:40 PM|\n", "spans", {"key": 0, "kind": 1, "state": 2, "created": 3, "finished": 4}),
        ("ID,Name,Backlog,Analysis,Dev,Done\nA-1,x,2026-01-02,2026-01-03,2026-01-05,2026-01-09\nA-2,y,2026-01-02,2026-01-03,,\n", "stages", {"key": 0, "title": 1}),
    ],
)  # fmt: skip
def test_tables_are_understood_without_help(text: str, form: str, columns: dict[str, int]):
    batch = bring(text, encoding="cp1252")
    assert batch.mapping["form"] == form
    assert batch.mapping["columns"] == columns
    assert not batch.plan["left"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2016-03-03T13:40:01.000+0000", datetime(2016, 3, 3, 13, 40, 1, tzinfo=UTC)),
        ("2015-11-21T07:03:02.000-0500", datetime(2015, 11, 21, 12, 3, 2, tzinfo=UTC)),
        ("03/12/2026 14h05", datetime(2026, 12, 3, 14, 5, tzinfo=PARIS)),
        ("12/28/2026 2:05 PM", datetime(2026, 12, 28, 14, 5, tzinfo=PARIS)),
        ("03/Mar/16 1:40 PM", datetime(2016, 3, 3, 13, 40, tzinfo=PARIS)),
        ("1er avril 2026 à 9h30", datetime(2026, 4, 1, 9, 30, tzinfo=PARIS)),
        ("1710000000000", datetime(2024, 3, 9, 16, 0, tzinfo=UTC)),
        (45000.5, datetime(2023, 3, 15, 12, tzinfo=PARIS)),
        ("Thu, 5 Mar 2026 10:00:00 +0100", datetime(2026, 3, 5, 9, tzinfo=UTC)),
        ("31/02/2026", None), ("bientôt", None), ("", None), (None, None), ("42", None),
    ],
)  # fmt: skip
def test_moments_are_read_as_trackers_write_them(said: object, expected: datetime | None):
    found = read_moment(said, PARIS)
    assert found == (None if expected is None else int(expected.timestamp()))


def test_a_column_that_proves_month_first_is_read_so():
    batch = bring("id,state,date\n1,Open,02/03/2026\n1,Done,02/25/2026\n2,Open,02/04/2026\n")
    assert batch.mapping["order"] == "mdy"
    assert (batch.plan["first"], batch.plan["last"]) == ("2026-02-03", "2026-02-25")


@pytest.mark.parametrize(
    ("state", "category"),
    [
        ("À faire", "before"), ("En cours", "active"), ("Terminé", "done"), ("Annulée", "dropped"),
        ("En attente client", "waiting"), ("To Do", "before"), ("Analysis Done", "waiting"),
        ("Done", "done"), ("Won't Do", "dropped"), ("Fertig", "done"), ("In Arbeit", "active"),
        ("Cerrado", "done"), ("Code review", "waiting"), ("Prêt pour recette", "waiting"),
        ("Mis en production", "done"), ("Blocked", "waiting"), ("Xyzzy", ""),
    ],
)  # fmt: skip
def test_states_of_several_languages_have_a_category(state: str, category: str):
    assert words.category(state) == category


def test_states_that_no_word_explains_are_guessed_from_where_they_stand_and_said_to_be():
    rows = "".join(
        f"{i},{state},2026-01-{day + i % 3:02}T10:00\n"
        for i in range(10)
        for state, day in (("Alef", 1), ("Bet", 5), ("Gimel", 20))
    )
    batch = bring("id,state,at\n" + rows)
    assert batch.mapping["states"] == {"Alef": "before", "Bet": "active", "Gimel": "done"}
    assert batch.mapping["guessed"] == ["Alef", "Bet", "Gimel"]
    actions.correct(ACTOR, batch, {"states": {"Bet": "waiting"}})
    assert batch.mapping["states"]["Bet"] == "waiting"
    assert batch.mapping["guessed"] == ["Alef", "Gimel"]


def test_rows_that_cannot_be_used_are_named_with_their_reason():
    batch = bring(
        "id;état;date\nA;À faire;02/03/2026\n;En cours;03/03/2026\nB;;03/03/2026\nC;Terminé;hier\n"
        "D;Terminé;02/03/2090\nA;Terminé;05/03/2026\n"
    )
    assert batch.plan["left"] == {"no_case": 1, "no_state": 1, "bad_time": 1, "future": 1}
    assert [row[0] for row in batch.plan["left_rows"]] == [3, 4, 5, 6]
    assert batch.plan["left_rows"][2][2] == "C | Terminé | hier"


def test_items_called_done_without_a_finish_are_told():
    batch = bring("id;statut;créé le;terminé le\nA;Terminé;02/03/2026;\nB;Terminé;02/03/2026;05/03/2026\n")
    assert batch.plan["dirt"]["no_end"] == {"count": 1, "names": ["A"]}


def issue(key: str, **fields: object) -> dict[str, object]:
    status = fields.pop("status", "Done")
    history = fields.pop("history", [("2026-01-05T10:00:00.000+0100", "To Do", "In Progress"), ("2026-01-09T10:00:00.000+0100", "In Progress", "Done")])
    return {
        "key": key,
        "fields": {"summary": f"Titre {key}", "created": "2026-01-01T10:00:00.000+0100", "status": {"name": status}, "issuetype": {"name": "Story"}, "project": {"key": "P"}, **fields},
        "changelog": {"histories": [{"created": at, "items": [{"field": "status", "fromString": a, "toString": b}]} for at, a, b in history]},
    }


def test_jira_pages_in_one_archive_with_documents_epics_and_releases():
    adf = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Pour"}, {"type": "text", "text": " payer"}]}]}
    first = {"issues": [issue("P-1", description=adf, parent={"key": "P-9"}, fixVersions=[{"name": "2.1"}], customfield_1="- Un\n- Deux")], "isLast": False, "nextPageToken": "x", "names": {"customfield_1": "Acceptance Criteria"}}
    second = {"issues": [issue("P-9", issuetype={"name": "Epic"})], "isLast": True}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        bundle.writestr("1.json", json.dumps(first))
        bundle.writestr("2.json", json.dumps(second))
    batch = actions.bring(ACTOR, [("jira.zip", packed.getvalue())])
    assert batch.mapping["kinds_out"] == ["Epic"]
    assert batch.plan["items"] == 1 and batch.plan["left"] == {"kind_out": 1}
    assert dict(batch.plan["groups"])["epic:P-9"] == 1
    taking.apply(ACTOR, batch)
    item = BacklogItem.objects.get(key="P-1")
    assert (item.name, item.description) == ("Titre P-1", "Pour payer")
    assert item.criteria == [["Un", False], ["Deux", False]]
    # A release belongs to a product, and this item to none yet.
    assert not Release.objects.exists()


def test_what_somebody_gave_an_item_to_here_is_left_as_it_is():
    for code in ("T1", "T2", "T3"):
        made = Team(code=code, name=code)
        made.refresh_derived()
        made.save()
    page = json.dumps({"issues": [issue("P-1"), issue("P-2")]}).encode()
    files = [("page.json", page)]
    taking.apply(ACTOR, actions.bring(ACTOR, files, team="T1"))
    moved = BacklogItem.objects.get(key="P-1")
    moved.team = Team.objects.get(code="T2")
    moved.save()
    taking.apply(ACTOR, actions.bring(ACTOR, files, team="T3"))
    assert BacklogItem.objects.get(key="P-1").team.code == "T2"
    assert BacklogItem.objects.get(key="P-2").team.code == "T3"


def test_a_code_that_nothing_has_blocks_and_says_which():
    batch = bring("id,state,date\n1,Open,2026-02-03\n1,Done,2026-02-25\n", team="NOPE")
    refusal = taking.check_apply(batch)
    assert (refusal.code, refusal.params) == ("work.unknown_team", {"code": "NOPE"})
    with pytest.raises(Invalid):
        taking.apply(ACTOR, batch)
    assert not BacklogItem.objects.exists()


def test_who_may_not_import_brings_nothing():
    with pytest.raises(Refused):
        actions.bring(Actor(name="nobody"), [("a.csv", b"id,state,date\n1,Open,2026-02-03\n")])


def test_the_command_reports_then_writes_then_has_nothing_to_do(tmp_path, capsys):
    path = tmp_path / "suivi.csv"
    path.write_text("id,state,date\n1,Open,2026-02-03\n1,Done,2026-02-25\n2,Open,2026-02-04\n")
    assert main(["import", "workitems", str(path), "--dry-run"]) == 0
    assert "Dry run" in capsys.readouterr().out and not BacklogItem.objects.exists()
    assert main(["import", "workitems", str(path), "--state", "Open=active"]) == 0
    said = capsys.readouterr().out
    assert "2 items, 3 dates or changes, 2026-02-03 – 2026-02-25" in said
    assert BacklogItem.objects.get(key="2").standing == "active"
    assert main(["import", "workitems", str(path)]) == 0
    assert "Nothing to do" in capsys.readouterr().out
    assert main(["import", "workitems", str(path), "--team", "NOPE"]) == 1
    assert main(["import", "workitems", str(tmp_path / "absent.csv")]) == 2
