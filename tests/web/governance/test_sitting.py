"""The sitting on the wall: polls that cost nothing, votes and verdicts, one decision at the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portulan.governance import actions
from portulan.governance.models import Decision, Dossier, DossierLine, RegisterEntry
from tests.governance.house import House, build


@pytest.fixture
def house(db: None) -> Iterator[House]:
    with time_machine.travel(datetime(2027, 3, 11, 9, 0, tzinfo=UTC), tick=False):
        yield build()


def browser(house: House, person: str, language: str = "en") -> Client:
    account = house.people[person].account
    account.language = language
    account.save(update_fields=["language"])
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def live(client: Client, house: House, etag: str = "") -> Any:
    headers = {"HX-Request": "true"} | ({"If-None-Match": etag} if etag else {})
    return client.get(f"/meetings/{house.meeting.code}/_/live", headers=headers)


def test_a_poll_with_nothing_newer_is_304_in_few_queries(house: House) -> None:
    house.sitting(house.dossier())
    client = browser(house, "voter")
    first = live(client, house)
    assert first.status_code == 200
    with CaptureQueriesContext(connection) as queries:
        again = live(client, house, first.headers["ETag"])
    assert again.status_code == 304
    assert not again.content
    # The session, the account, the rights, the meeting: nothing of the sitting.
    assert len(queries) <= 14


def test_a_poll_tells_what_is_newer_to_everybody(house: House) -> None:
    item = house.sitting(house.dossier())
    voter = browser(house, "voter")
    seen = live(voter, house).headers["ETag"]
    line = item.dossier.lines.order_by("position").first()
    actions.decide_line(house.actors["secretary"], item, line, "approved")
    newer = live(voter, house, seen)
    assert newer.status_code == 200
    assert "1 approved" in newer.content.decode()
    assert newer.headers["ETag"] != seen


def test_the_etag_changes_with_the_rights_of_the_reader(house: House) -> None:
    house.sitting(house.dossier())
    etags = {
        live(browser(house, who), house).headers["ETag"] for who in ("voter", "secretary", "pmo")
    }
    assert len(etags) == 3


def test_only_who_decides_sees_the_means_to_decide(house: House) -> None:
    house.sitting(house.dossier())
    address = f"/meetings/{house.meeting.code}/sit"
    assert 'name="verdict"' in browser(house, "secretary").get(address).content.decode()
    assert 'name="verdict"' not in browser(house, "voter").get(address).content.decode()


def test_a_committee_decides_line_by_line_from_the_page(house: House) -> None:
    item = house.sitting(house.dossier())
    secretary, voter = browser(house, "secretary"), browser(house, "voter")
    base = f"/meetings/{house.meeting.code}/sit/{item.uid}"
    lines = {line.initiative.code: line for line in item.dossier.lines.all()}
    own = {"line": str(lines["I2"].uid), "person": "voter", "choice": "against",
           "reason": "Trop tôt"}
    assert voter.post(f"{base}/vote", own).status_code == 302
    refusedly = voter.post(f"{base}/verdict", {"do": "approve_rest"})
    assert refusedly.status_code == 403
    for code, verdict in (("I3", "approved"), ("I4", "approved"), ("I2", "deferred")):
        secretary.post(
            f"{base}/verdict",
            {"line": str(lines[code].uid), "verdict": verdict, "deferred_to": "2028-01-15"},
        )
    secretary.post(f"{base}/text", {"text": "Deux lignes sur trois.", "seen": ""})
    answer = secretary.post(f"{base}/decide", {}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    decision = Decision.objects.get()
    assert (decision.verdict, decision.state) == ("partial", "applied")
    assert decision.text == "Deux lignes sur trois."
    assert "Trop tôt" in decision.dissent
    assert decision.actions.get().title.startswith("Bring")
    page = browser(house, "reader").get(f"/decisions/{decision.code}")
    assert page.status_code == 200
    text = page.content.decode()
    assert RegisterEntry.objects.get(number=1).seal in text
    # A contributor may not read budgets: no amount of the decision is in the page.
    assert "400" not in text
    assert "650" not in text


def test_two_who_type_one_decision_see_it(house: House) -> None:
    item = house.sitting(house.dossier())
    base = f"/meetings/{house.meeting.code}/sit/{item.uid}/text"
    first = browser(house, "secretary").post(
        base, {"text": "Un", "seen": ""}, headers={"HX-Request": "true"}
    )
    assert first.status_code == 200
    second = browser(house, "chair").post(
        base, {"text": "Deux", "seen": ""}, headers={"HX-Request": "true"}
    )
    assert second.status_code == 409
    assert "Un" in second.content.decode()


def test_a_fact_that_moved_is_shown_with_its_author_and_can_be_refreshed(house: House) -> None:
    from portulan.base.changes import recording
    from tests.governance.house import JANUARY

    item = house.sitting(house.dossier())
    with recording(house.actors["manager"], "initiative.edit") as rec:
        rec.update(house.initiatives["I2"], start=JANUARY + 9)
    secretary = browser(house, "secretary")
    page = secretary.get(f"/meetings/{house.meeting.code}/sit").content.decode()
    assert "One fact changed since the dossier was written." in page
    assert "Manager" in page
    line = DossierLine.objects.get(initiative__code="I2")
    secretary.post(
        f"/meetings/{house.meeting.code}/sit/{item.uid}/line",
        {"do": "refresh", "line": str(line.uid)},
    )
    line.refresh_from_db()
    assert line.effects[0]["before"] == JANUARY + 9


def test_a_dossier_is_written_from_a_scenario_in_one_click_in_french(house: House) -> None:
    answer = browser(house, "pmo", "fr").post(f"/scenarios/{house.scenario.code}/dossier")
    assert answer.status_code == 302
    dossier = Dossier.objects.get()
    assert answer.headers["Location"] == f"/dossiers/{dossier.code}"
    assert all(dossier.sections.values()), "every section is prefilled from the facts"
    assert "atterrit" in dossier.sections["context"]
    assert "Titres interrégionaux" in dossier.sections["rollout"]
    kinds = set(dossier.promises.values_list("kind", flat=True))
    assert kinds == {"benefit", "cost", "date"}
    assert actions.check_submit(dossier) is None


@pytest.mark.parametrize(
    "address", ["/governance", "/forums", "/dossiers", "/decisions", "/reviews"]
)
def test_lists_take_as_many_queries_for_many_rows(house: House, address: str) -> None:
    client = browser(house, "pmo")
    counts = []
    for numbers in (range(2), range(2, 14)):
        for number in numbers:
            copy = Dossier(
                code=f"X-{number}", name=f"Dossier {number}", entity=house.entities["unit"]
            )
            copy.refresh_derived()
            copy.save()
            made = Decision(
                code=f"D-2026-{number:03}", name=f"Décision {number}", kind="fund",
                forum=house.forum, state="applied", verdict="whole", decided_on="2026-05-05",
            )
            made.refresh_derived()
            made.save()
            made.promises.create(
                kind="benefit", title="Recettes", promised=10, due_on="2026-12-31",
                product=house.products["ESC"],
            )
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 31
