"""What one does after an answer, from the page: a percentage, a guardrail, a remedy, a way out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from portulan.base.policy import system_actor
from portulan.catalogue.models import Line
from portulan.prioritisation.assumptions import from_json
from portulan.prioritisation.models import Scenario
from portulan.prioritisation.remedies import taken
from portulan.snapshot.transfer import take_in
from portulan_core.generate import clean_world
from tests.prioritisation.inline import run_jobs
from tests.web.tradeoff.test_panorama import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """A PMO in front of a generated portfolio."""
    world = clean_world(5, 12, 40, today=timezone.localdate())
    take_in(world, system_actor("test"), timezone.localdate())
    return signed_in()


def computed(client: Client, url: str, **answers: str) -> Scenario:
    """The scenario after a form was sent and the search is over."""
    answer = client.post(url, answers)
    assert answer.status_code == 302, answer.content.decode()[:3_000]
    assert run_jobs() == ["done"]
    return Scenario.objects.get()


def cut(client: Client, back: str) -> Scenario:
    """A scenario that gives back so much on the whole cost, with what has begun free to stop."""
    return computed(client, "/scenarios/new", preset="cut", basis="whole", give_back=back)


def test_a_tenth_may_be_asked_as_a_percentage(client: Client) -> None:
    found = cut(client, "10 %")
    held = from_json(found.assumptions)
    before = found.result["figures"]["cost_before"]
    assert held.give_back is not None
    assert before // 10 <= held.give_back < before // 10 + 100_000
    assert found.result["figures"]["given"] >= held.give_back
    page = client.post("/scenarios/new", {"preset": "cut", "basis": "whole", "give_back": "150 %"})
    assert page.status_code == 422
    assert "is not a percentage between 0 and 100" in page.content.decode()


def test_a_remedy_is_taken_from_the_page_and_brings_the_initiative_back(client: Client) -> None:
    found = cut(client, "20 %")
    out = [row for row in found.result["rows"] if row["change"] == "out"]
    row = next(row for row in out if taken(from_json(found.assumptions), row))
    page = client.get(f"/scenarios/{found.code}").content.decode()
    assert "Apply and compute again" in page
    after = computed(client, f"/scenarios/{found.code}/remedy", initiative=row["item"])
    kept = {r["item"] for r in after.result["rows"] if r["change"] != "out"}
    assert row["item"] in kept
    # What is no longer there is told, and nothing changes.
    answer = client.post(f"/scenarios/{found.code}/remedy", {"initiative": "nothing"}, follow=True)
    assert "This no longer applies" in answer.content.decode()
    assert run_jobs() == []


def test_a_line_is_protected_from_the_sheet_and_the_page_shows_it(client: Client) -> None:
    found = cut(client, "20 %")
    line = Line.objects.filter(parent=None).order_by("pk")[0]
    sheet = {
        "preset": "cut", "basis": "whole", "give_back": "20 %", "stop_started": "1",
        "floor-new": "100", "floor-new-of": "plan", "floor-new-line": str(line.uid),
    }  # fmt: skip
    after = computed(client, f"/scenarios/{found.code}/assumptions", **sheet)
    (row,) = [row for row in after.result["limits"] if row.get("floor") is not None]
    assert row["line"] == line.name
    if after.result["status"] != "infeasible":
        assert row["after"] >= row["floor"]
    assert line.name in client.get(f"/scenarios/{found.code}").content.decode()
    lifted = computed(
        client, f"/scenarios/{found.code}/assumptions", **{**sheet, "floor-new": "", "floor-0": ""}
    )
    assert from_json(lifted.assumptions).floors == ()
    wrong = client.post(
        f"/scenarios/{found.code}/assumptions", {**sheet, "floor-new-line": "", "floor-new": "50"}
    )
    assert wrong.status_code == 422


def test_what_cannot_be_given_back_says_what_can_and_goes_there(client: Client) -> None:
    found = cut(client, "20 %")
    line = Line.objects.filter(parent=None).order_by("pk")[0]
    after = computed(
        client, f"/scenarios/{found.code}/assumptions", preset="cut", basis="whole",
        give_back="99 %", stop_started="1",
        **{"floor-new": "50", "floor-new-of": "plan", "floor-new-line": str(line.uid)},
    )  # fmt: skip
    assert after.result["status"] == "infeasible"
    page = client.get(f"/scenarios/{found.code}").content.decode()
    assert "What is to be given back:" in page
    assert "can be given back with everything else held." in page
    solved = computed(client, f"/scenarios/{found.code}/give-up", limit="most")
    assert solved.result["status"] in ("optimal", "feasible")
    assert from_json(solved.assumptions).give_back == after.result["most_back"]


def test_the_search_may_be_given_longer(client: Client) -> None:
    found = cut(client, "5 %")
    sheet = {"preset": "cut", "basis": "whole", "give_back": "10 000", "seconds": "60"}
    client.post(f"/scenarios/{found.code}/assumptions", sheet)
    found.refresh_from_db()
    assert from_json(found.assumptions).seconds == 60
    client.post(f"/scenarios/{found.code}/assumptions", {**sheet, "seconds": "9999"})
    found.refresh_from_db()
    assert from_json(found.assumptions).seconds == 60
