"""The pages around a scenario: grow and stop from the page, studies as jobs, points that become
scenarios; queries stay few."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portulan.base.models import Job
from portulan.base.policy import system_actor
from portulan.prioritisation.models import Scenario, Study
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


def computed(client: Client, **answers: str) -> Scenario:
    """A scenario created from the page and computed."""
    answer = client.post("/scenarios/new", {"basis": "years", **answers})
    assert answer.status_code == 302, answer.content.decode()[:3_000]
    assert run_jobs() == ["done"]
    return Scenario.objects.order_by("-pk")[0]


def page(client: Client, url: str) -> str:
    """A page, which costs few queries."""
    client.get(url)  # what the frame keeps between pages
    with CaptureQueriesContext(connection) as spent:
        answer = client.get(url)
    assert answer.status_code == 200
    assert len(spent) <= 25, url
    return answer.content.decode()


def test_what_more_money_would_bring_is_computed_from_the_page(client: Client) -> None:
    form = page(client, "/scenarios/new?preset=grow")
    assert 'name="more"' in form and 'aria-current="true"' in form
    scenario = computed(client, preset="grow", more="800")
    assert scenario.name == "Spend €800k more"
    assert scenario.preset == "grow" and scenario.state == "solved"
    figures = scenario.result["figures"]
    assert figures["changes"] == 0
    assert 0 <= figures["cost_after"] - figures["cost_before"] <= 80_000_000
    shown = page(client, f"/scenarios/{scenario.code}")
    assert 'name="more"' in shown and 'value="800"' in shown
    empty = client.post("/scenarios/new", {"preset": "grow", "basis": "years"})
    assert empty.status_code == 422 and "Write how much more" in empty.content.decode()


def test_a_stop_starts_from_the_sheet_of_a_product_and_says_what_it_frees(client: Client) -> None:
    from portulan.portfolio.models import InitiativeProduct

    link = (
        InitiativeProduct.objects.filter(initiative__state="planned", share=10_000)
        .select_related("product")
        .order_by("pk")
        .first()
    )
    assert link is not None
    code = link.product.code
    sheet = client.get(f"/products/{code}").content.decode()
    assert f"/scenarios/new?preset=stop&amp;product={code}" in sheet
    form = page(client, f"/scenarios/new?preset=stop&product={code}")
    assert f'value="{code} · ' in form
    scenario = computed(
        client, preset="stop", stop_product=f"{code} · {link.product.name}", exit_cost="10"
    )
    assert scenario.result["stop"]["product"]["code"] == code
    shown = page(client, f"/scenarios/{scenario.code}")
    assert "What stopping costs and frees" in shown and "Stopping frees" in shown
    gone = {row["item"] for row in scenario.result["stop"]["stopped"]}
    out = {row["item"] for row in scenario.result["rows"] if row["change"] == "out"}
    assert gone & {row["item"] for row in scenario.result["rows"]} <= out
    wrong = client.post("/scenarios/new", {"preset": "stop", "stop_product": "nothing"})
    assert wrong.status_code == 422 and "“nothing” is not in the list." in wrong.content.decode()


@pytest.mark.parametrize(
    ("kind", "where", "heading"),
    [
        ("frontier", "frontier", "The same as a table"),
        ("uncertainty", "uncertainty", "In how many draws each is chosen"),
        ("mandatory", "constraints", "What has to stay"),
        ("stability", "constraints", "What staying close to the plan costs"),
    ],
)
def test_a_study_is_a_job_with_its_progress_and_its_page(
    client: Client, kind: str, where: str, heading: str
) -> None:
    scenario = computed(client, preset="cut", give_back="200")
    url = f"/scenarios/{scenario.code}/{where}"
    assert "not computed yet" in page(client, url)
    answer = client.post(f"/scenarios/{scenario.code}/studies/{kind}")
    assert answer.status_code == 302 and answer.headers["Location"] == url
    assert f'id="to-study-{kind}"' in page(client, url)
    waiting = client.get(f"/scenarios/{scenario.code}/studies/{kind}/progress")
    assert waiting.status_code == 200 and "Waiting for a worker" in waiting.content.decode()
    Job.objects.filter(kind="scenario.study").update(
        params={"scenario": str(scenario.uid), "kind": kind, "seconds": 5}
    )
    assert run_jobs() == ["done"]
    over = client.get(
        f"/scenarios/{scenario.code}/studies/{kind}/progress", headers={"HX-Request": "true"}
    )
    assert over.status_code == 204 and over.headers["HX-Redirect"] == url
    shown = page(client, url)
    assert heading in shown and f'id="to-study-{kind}"' not in shown
    study = Study.objects.get()
    assert study.kind == kind and study.basis == scenario.solved_at


def test_a_study_waiting_is_stopped_and_an_older_one_is_said_to_be(client: Client) -> None:
    scenario = computed(client, preset="cut", give_back="200")
    client.post(f"/scenarios/{scenario.code}/studies/stability")
    assert client.post(f"/scenarios/{scenario.code}/studies/stability/stop").status_code == 302
    assert Job.objects.get(kind="scenario.study").state == "cancelled"
    assert run_jobs() == []
    client.post(f"/scenarios/{scenario.code}/studies/stability")
    run_jobs()
    assert "computed again since" not in page(client, f"/scenarios/{scenario.code}/constraints")
    client.post(f"/scenarios/{scenario.code}/relax")
    run_jobs()
    assert "computed again since" in page(client, f"/scenarios/{scenario.code}/constraints")
    scenario.refresh_from_db()
    assert scenario.assumptions["close"] == 0
    assert client.post(f"/scenarios/{scenario.code}/studies/other").status_code == 404


def test_a_point_of_the_frontier_becomes_a_scenario_within_its_limits(client: Client) -> None:
    scenario = computed(client, preset="cut", give_back="200")
    client.post(f"/scenarios/{scenario.code}/studies/frontier")
    Job.objects.filter(kind="scenario.study").update(
        params={"scenario": str(scenario.uid), "kind": "frontier", "seconds": 8}
    )
    run_jobs()
    shown = page(client, f"/scenarios/{scenario.code}/frontier?point=0")
    assert "Make it a scenario" in shown
    points = Study.objects.get().result["points"]
    for place in (0, len(points) - 1):
        asked = client.post(f"/scenarios/{scenario.code}/frontier/take", {"point": str(place)})
        assert asked.status_code == 302
        assert run_jobs() == ["done"]
        made = Scenario.objects.order_by("-pk")[0]
        assert made.result["figures"]["cost_after"] <= points[place]["cost"]
        if points[place]["proven"]:
            assert made.result["figures"]["value_after"] == points[place]["value"]
        assert 'name="spend_at_most"' in page(client, f"/scenarios/{made.code}")
    gone = client.post(f"/scenarios/{scenario.code}/frontier/take", {"point": "999"})
    assert gone.status_code == 422


def test_plainer_plans_stand_beside_with_their_number_of_changes(client: Client) -> None:
    scenario = computed(client, preset="cut", give_back="200")
    shown = page(client, f"/scenarios/{scenario.code}")
    assert "By priority, as by hand" in shown
    table = shown[shown.index("Can one do better?") :]
    row = re.search(r"By priority, as by hand</th><td[^>]*>[^<]*</td><td[^>]*>([^<]*)</td>", table)
    assert row is not None and row[1] == str(scenario.result["greedy_changes"])


def test_what_is_committed_after_the_horizon_is_told_with_its_total(client: Client) -> None:
    scenario = computed(client, preset="fit")
    result = dict(scenario.result)
    rows = [
        {"item": f"i{n}", "code": "", "name": f"Chantier {n}", "before": 10_000_000,
         "after": 20_000_000, "until": 2028 * 12 + n}
        for n in range(10)
    ]  # fmt: skip
    result["after"] = {"rows": rows, "before": 100_000_000, "after": 200_000_000}
    Scenario.objects.filter(pk=scenario.pk).update(result=result)
    shown = page(client, f"/scenarios/{scenario.code}")
    part = shown[shown.index('id="to-after"'):]
    assert "Chantier 7" in part and "Chantier 8" not in part and "2 others" in part
    assert part.index("Total committed after the horizon") < part.index("€2.0M")
    assert "Chantier 9" in page(client, f"/scenarios/{scenario.code}?all=1")
    result["after"] = {"rows": [], "before": 0, "after": 0}
    Scenario.objects.filter(pk=scenario.pk).update(result=result)
    assert "to-after" not in page(client, f"/scenarios/{scenario.code}")
