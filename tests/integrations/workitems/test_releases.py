# ruff: noqa: E501 - the tables under test read better on one line
"""Versions of a Jira search: their days are taken, what somebody typed here stays."""

from __future__ import annotations

import json
from datetime import date

import pytest

from portulan.base.policy import system_actor
from portulan.catalogue.models import Product
from portulan.integrations.workitems import actions, taking
from portulan.integrations.workitems.jira import release_of
from portulan.portfolio.models import BacklogItem, Release
from tests.integrations.workitems.test_forms import issue
from tests.worklog_things import named

pytestmark = pytest.mark.django_db
ACTOR = system_actor("test")


def taken(*issues: dict[str, object]) -> object:
    page = json.dumps({"issues": list(issues)}).encode()
    batch = actions.bring(ACTOR, [("page.json", page)], product="P1", source="Jira P")
    return taking.apply(ACTOR, batch).change


def version(name: str, on: str = "", released: bool = False) -> dict[str, object]:
    return {"name": name, "released": released, **({"releaseDate": on} if on else {})}


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        (None, ("", None, False)),
        ([{"name": "1"}, {"name": "2"}], ("2", None, False)),
        ([version("1", "2026-03-02", True), version("2", "2026-09-01")], ("1", date(2026, 3, 2), True)),
        ([version("1", "2026-03-02"), version("2", "soon")], ("2", None, False)),
        ([version("1", "2026-03-02", True), version("2", "2026-04-02", True)], ("2", date(2026, 4, 2), True)),
    ],
)  # fmt: skip
def test_a_version_that_is_out_counts_before_one_that_is_planned(versions, expected):
    assert release_of(versions) == expected


def test_days_of_versions_are_taken_and_come_later_to_those_that_had_none():
    named(Product(code="P1", name="Produit"))
    taken(
        issue("P-1", fixVersions=[version("1.0", "2026-03-02", True)]),
        issue("P-2", fixVersions=[version("2.0", "2026-12-01")]),
        issue("P-3", fixVersions=[version("3.0")]),
    )
    rows = Release.objects.order_by("name").values_list("name", "state", "released_on", "due_on")
    assert list(rows) == [
        ("1.0", "released", date(2026, 3, 2), None),
        ("2.0", "planned", None, date(2026, 12, 1)),
        ("3.0", "planned", None, None),
    ]
    assert BacklogItem.objects.get(key="P-1").release.name == "1.0"
    Release.objects.filter(name="2.0").update(due_on=date(2026, 11, 15))
    again = (
        issue("P-2", fixVersions=[version("2.0", "2026-12-20")]),
        issue("P-3", fixVersions=[version("3.0", "2026-05-04", True)]),
    )
    assert taken(*again) is not None
    assert Release.objects.get(name="2.0").due_on == date(2026, 11, 15)
    third = Release.objects.get(name="3.0")
    assert (third.state, third.released_on) == ("released", date(2026, 5, 4))
    assert taken(*again) is None
