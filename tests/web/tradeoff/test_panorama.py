"""The Panorama of 2017: ten percent to give back on a portfolio with no score and no team."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from portulan.base.models import Account
from portulan.base.policy import system_actor
from portulan.governance.effects import drifted
from portulan.governance.models import Dossier
from portulan.organisation.models import Entity, EntityRole, Person
from portulan.portfolio.models import Initiative
from portulan.prioritisation.models import Scenario
from portulan.snapshot.assemble import take
from portulan.snapshot.transfer import take_in
from portulan_core.effects import Effect, apply_all
from tests.prioritisation import panorama
from tests.prioritisation.inline import run_jobs


def signed_in(role: str = "pmo") -> Client:
    """A browser of somebody with a role on the whole company."""
    account = Account.objects.create_account(
        f"{role}@example.org", "a long enough secret", name="Ana", language="en"
    )
    person = Person(code=role, name="Ana", account=account)
    person.refresh_derived()
    person.save()
    EntityRole.objects.create(role=role, person=person, entity=Entity.objects.get(parent=None))
    client = Client(headers={"accept-language": "en"})
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.django_db
def test_a_tenth_is_given_back_by_stopping_as_few_projects_as_possible() -> None:
    rows = panorama.projects()
    take_in(panorama.world(rows), system_actor("test"), timezone.localdate())
    total = sum(int((row.cost or 0) * 100) for row in rows)
    client = signed_in()

    page = client.get("/scenarios/new?preset=cut").content.decode()
    assert "The present plan holds 61 initiatives for €2.6bn." in page
    limit = total - total // 10
    answer = client.post(
        "/scenarios/new", {"preset": "cut", "basis": "whole", "envelope": f"{limit // 100_000}"}
    )
    assert answer.status_code == 302
    assert run_jobs() == ["done"]

    scenario = Scenario.objects.get()
    assert answer.headers["Location"] == f"/scenarios/{scenario.code}"
    assert scenario.state == "solved"
    out = {row["name"] for row in scenario.result["rows"] if row["change"] == "out"}
    left = sum(int((row.cost or 0) * 100) for row in rows if row.name not in out)
    assert left <= limit
    # Nothing says what a project is worth: what is given back stays within two percent of the ask,
    # and few projects stop for it.
    assert left >= limit - total // 50
    assert 1 <= len(out) <= 5
    assert scenario.result["sources"] == {"score": 0, "benefit": 0, "neutral": 53}
    assert scenario.result["left_out"] == {"no_cost": 8}

    page = client.get(f"/scenarios/{scenario.code}").content.decode()
    for name in out:
        assert escape(name) in page
    assert "53 have neither score nor benefits" in page

    after = apply_all(take(), [Effect.from_json(raw) for raw in scenario.effects])
    stopped = {row.name for row in after.initiatives.values() if row.state == "stopped"}
    assert stopped == out
    assert drifted([Effect.from_json(raw) for raw in scenario.effects]) == []


@pytest.mark.django_db
def test_what_changed_since_is_said_and_a_committee_waits() -> None:
    take_in(panorama.world(panorama.projects()), system_actor("test"), timezone.localdate())
    client = signed_in()
    client.post("/scenarios/new", {"preset": "cut", "basis": "whole", "give_back": "100 000"})
    assert run_jobs() == ["done"]
    scenario = Scenario.objects.get()
    assert scenario.assumptions["give_back"] == 10_000_000_000
    stopped = next(row for row in scenario.result["rows"] if row["change"] == "out")
    Initiative.objects.filter(uid=stopped["item"]).update(state="done")
    page = client.get(f"/scenarios/{scenario.code}").content.decode()
    assert "1 initiative changed since this was computed." in page
    client.post(f"/scenarios/{scenario.code}/submit")
    scenario.refresh_from_db()
    assert scenario.state == "solved"


@pytest.mark.django_db
def test_the_same_case_goes_to_a_committee_line_by_line() -> None:
    take_in(panorama.world(panorama.projects()), system_actor("test"), timezone.localdate())
    client = signed_in()
    client.post("/scenarios/new", {"preset": "cut", "basis": "whole", "give_back": "256 110"})
    assert run_jobs() == ["done"]
    scenario = Scenario.objects.get()
    answer = client.post(f"/scenarios/{scenario.code}/submit")
    assert answer.status_code == 302
    scenario.refresh_from_db()
    assert scenario.state == "submitted"
    dossier = Dossier.objects.get(scenario=scenario)
    lines = list(dossier.lines.all())
    out = {row["name"] for row in scenario.result["rows"] if row["change"] == "out"}
    assert {line.title for line in lines} == out
    assert all(line.reason["code"] for line in lines)
    assert sum(line.amount for line in lines) == -sum(
        -row["cost"] for row in scenario.result["rows"] if row["change"] == "out"
    )
