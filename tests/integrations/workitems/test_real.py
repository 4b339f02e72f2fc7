"""Real histories of work items: every figure can be counted again from the file."""

from __future__ import annotations

import csv
import json

import pytest

from portulan.base.policy import system_actor
from portulan.integrations.workitems import actions, taking
from portulan.organisation.models import Team
from portulan.portfolio import flow
from portulan.portfolio.models import BacklogItem, WorkSource
from tests.shared_data import shared_data

pytestmark = pytest.mark.django_db
ACTOR = system_actor("test")


def team(code: str = "T1") -> Team:
    """A team to give items to."""
    made = Team(code=code, name=f"Équipe {code}")
    made.refresh_derived()
    made.save()
    return made


def take(files: list[tuple[str, bytes]], **options: str):
    """Bring files and take them in."""
    return taking.apply(ACTOR, actions.bring(ACTOR, files, **options))


def helpdesk() -> list[tuple[str, bytes]]:
    path = shared_data("flow") / "helpdesk_transitions.csv"
    return [(path.name, path.read_bytes())]


def test_a_help_desk_is_read_without_being_told_anything():
    made = team()
    batch = take(helpdesk(), team="T1")
    plan = batch.plan
    assert (plan["items"], plan["events"], plan["create"]) == (4580, 21348, 4580)
    assert batch.mapping["states"]["Resolve ticket"] == "done"
    assert batch.mapping["states"]["Take in charge ticket"] == "active"
    assert plan["lead"][0] == pytest.approx(6.0, abs=0.1)
    assert plan["lead"][1] == pytest.approx(25, abs=0.5)
    assert plan["dirt"]["duplicate"]["count"] == 127
    assert plan["dirt"]["reopened"]["count"] >= 149
    found = flow.flow_of(
        BacklogItem.objects.filter(team=made), "", flow.end_of(batch.applied_at.date())
    )
    assert found.items == 4580
    assert found.report.dirt_count("duplicate") == 127
    # The history ends with the file: years without a ticket are not years without work.
    assert found.known_until.year == 2014


def test_the_same_file_again_adds_nothing_and_goes_back_whole():
    first = take(helpdesk())
    again = actions.bring(ACTOR, helpdesk())
    assert (again.plan["create"], again.plan["update"], again.plan["same"]) == (0, 0, 4580)
    assert again.plan["nothing"] is True
    assert taking.apply(ACTOR, again).change is None
    taking.undo(ACTOR, first)
    assert not BacklogItem.objects.exists()
    assert not WorkSource.objects.exists()


def test_a_later_export_adds_only_its_new_changes():
    name, content = helpdesk()[0]
    lines = content.decode().splitlines(keepends=True)
    half = [lines[0], *lines[1:10_000]]
    take([(name, "".join(half).encode())])
    before = sum(len(row) for row in BacklogItem.objects.values_list("transitions", flat=True))
    batch = take([(name, content)])
    after = sum(len(row) for row in BacklogItem.objects.values_list("transitions", flat=True))
    assert (before, after) == (9_999, 21_348)
    assert batch.plan["new_moves"] == 21_348 - 9_999
    taking.undo(ACTOR, batch)
    left = sum(len(row) for row in BacklogItem.objects.values_list("transitions", flat=True))
    assert left == 9_999


def test_dates_that_end_before_they_begin_are_counted_and_named():
    path = shared_data("flow") / "rueedlinger_jira" / "jira.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    made = team()
    batch = take([(path.name, path.read_bytes())], team="T1")
    negative = [row["id"] for row in rows if float(row["cycle_time_days"]) < 0]
    assert (batch.plan["items"], len(negative)) == (4123, 1662)
    assert batch.plan["dirt"]["negative"]["count"] == 1662
    assert set(batch.plan["dirt"]["negative"]["names"]) <= set(negative)
    found = flow.flow_of(
        BacklogItem.objects.filter(team=made), "", flow.end_of(batch.applied_at.date())
    )
    dirt = next(entry for entry in found.report.dirt if entry.code == "negative")
    assert dirt.count == len(dirt.examples) == 1662
    assert found.report.finished == 4123 - 1662


def jira(*names: str) -> list[tuple[str, bytes]]:
    folder = shared_data("formats/jira_json")
    return [(name, (folder / name).read_bytes()) for name in names]


def test_a_jira_search_gives_its_issues_with_every_change():
    files = jira("actionableagile_search_changelog.json")
    batch = take(files)
    issues = json.loads(files[0][1])["issues"]
    changes = sum(
        item["field"] == "status"
        for issue in issues
        for history in issue["changelog"]["histories"]
        for item in history["items"]
    )
    assert batch.plan["items"] == len(issues) == 25
    assert batch.plan["events"] == changes + 25
    item = BacklogItem.objects.get(key="UT-27")
    assert item.standing == "done"
    assert item.opened_at.isoformat() == "2015-11-21T12:03:02+00:00"
    states = batch.mapping["states"]
    assert states["Done"] == "done" and states["Analysis Done"] == "waiting"
    assert batch.mapping["source"] == "Jira UT"


def test_pages_of_one_search_are_one_import_even_with_an_empty_page():
    names = ("jira_issues_page_1.json", "jira_issues_page_2.json", "jira_issues_page_empty.json")
    batch = actions.bring(ACTOR, jira(*names))
    assert batch.plan["items"] == 3
    assert batch.plan["warnings"] == [["jira.untold", {"count": 3}]]
    one = actions.bring(ACTOR, jira(names[0]))
    assert ["jira.missing", {"count": 1}] in one.plan["warnings"]


def test_an_empty_page_alone_cannot_be_taken_in():
    batch = actions.bring(ACTOR, jira("jira_issues_page_empty.json"))
    assert taking.check_apply(batch).code == "work.empty"


@pytest.mark.parametrize("name", ["jira_fields.json", "jira_comments_issue_page_1.json"])
def test_json_of_something_else_is_refused_with_its_reason(name: str):
    with pytest.raises(Exception) as caught:
        actions.bring(ACTOR, jira(name))
    assert caught.value.errors["file"].code == "file.no_issues"
