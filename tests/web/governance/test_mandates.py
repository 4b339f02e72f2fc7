"""The map of mandates, the calendar page, the agenda template, the screen of what is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portulan.governance import actions
from portulan.governance.actions import secret_votes
from portulan.governance.models import Forum, ForumMember
from portulan.governance.queries.mandates import delay_of, mandates
from tests.governance.house import House, K, build


@pytest.fixture
def house(db: None) -> Iterator[House]:
    with time_machine.travel(datetime(2027, 3, 11, 9, 0, tzinfo=UTC), tick=False):
        yield build()


def client(house: House, code: str) -> Client:
    signed = Client()
    account = house.people[code].account
    assert account is not None
    account.language = "en"
    account.save()
    signed.force_login(account)
    return signed


def add(house: House, name: str, **values: Any) -> Forum:
    return actions.create_forum(
        house.actors["pmo"], actions.ForumInput(name, **({"entity": house.forum.entity} | values))
    )


def codes(house: House) -> list[str]:
    return [finding.code for finding in mandates(house.actors["pmo"]).findings]


def test_an_amount_that_nobody_may_decide_is_a_gap(house: House) -> None:
    assert "mandate.gap_amount" in codes(house)
    add(house, "Comité stratégique", level="strategic")
    assert codes(house) == []
    row = mandates(house.actors["pmo"], "UNI").rows[0]
    powers = [power for cell in row.cells for power in cell.powers]
    assert [(p.above, p.up_to) for p in powers] == [(0, 2_000 * K), (2_000 * K, None)]


def test_two_committees_with_one_mandate_overlap_unless_their_lines_differ(house: House) -> None:
    add(house, "Comité stratégique", level="strategic")
    twin = add(house, "Comité jumeau", threshold=2_000 * K)
    assert "mandate.overlap" in codes(house)
    twin.threshold = 100 * K
    twin.save()
    assert codes(house) == []


def test_a_ritual_decides_nothing_and_covers_nothing(house: House) -> None:
    add(house, "Synchro", ritual="inter_product_sync")
    assert "mandate.gap_amount" in codes(house)


def test_crowds_and_people_without_a_right_are_found(house: House) -> None:
    add(house, "Comité stratégique", level="strategic")
    for number in range(9):
        person = house.person(f"p{number}", "unit")
        ForumMember.objects.create(forum=house.forum, person=person, right="votes")
    for number in range(12):
        person = house.person(f"q{number}", "unit")
        ForumMember.objects.create(forum=house.forum, person=person, right="advises")
    assert codes(house) == ["mandate.crowd", "mandate.no_right"]


def test_delays_are_a_median_and_a_high_quantile() -> None:
    found = delay_of([1, 2, 3, 4, 5, 6, 7, 8, 9, 100])
    assert found is not None
    assert (found.count, found.median, found.p85) == (10, 6, 9)
    assert delay_of([]) is None


@pytest.mark.parametrize("page", ["calendar", "forums", "mandates"])
def test_a_page_asks_as_much_whatever_the_number_of_committees(house: House, page: str) -> None:
    reader = client(house, "pmo")
    counts = []
    for start in (0, 4):
        for number in range(start, start + 4):
            add(house, f"Comité {number}", threshold=number * K, cadence="FREQ=WEEKLY;BYDAY=MO")
        reader.get(reverse(f"governance:{page}"))  # what the frame keeps of the portfolio is there
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(reverse(f"governance:{page}")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_month_shows_the_sitting_and_its_day_off(house: House) -> None:
    body = client(house, "pmo").get("/governance/calendar?month=2027-05").content.decode()
    assert "Ascension" in body
    body = client(house, "pmo").get("/governance/calendar?month=2027-03").content.decode()
    assert f"/meetings/{house.meeting.code}" in body
    for bad in ("2027-13", "abc", "9999-12", "0000-01"):
        assert client(house, "pmo").get(f"/governance/calendar?month={bad}").status_code == 200


def test_the_template_is_proposed_on_each_agenda(house: House) -> None:
    pmo = client(house, "pmo")
    lines = {
        "title": ["Suites", "Tour de table"], "purpose": ["Savoir", ""],
        "kind": ["actions", "discussion"], "minutes": ["10", "15"], "who": ["PMO", ""],
    }  # fmt: skip
    address = reverse("governance:forum_template", args=[house.forum.code])
    assert pmo.post(address, lines).status_code == 302
    bad = lines | {"minutes": ["0", "15"]}
    assert pmo.post(address, bad).status_code == 422
    pmo.post(reverse("governance:fill", args=[house.meeting.code]), {"all": "1"})
    found = list(house.meeting.items.order_by("position").values_list("title", "who"))
    assert found == [("Suites", "PMO"), ("Tour de table", "")]
    pmo.post(reverse("governance:fill", args=[house.meeting.code]), {"all": "1"})
    assert house.meeting.items.count() == 2


def test_a_screen_never_tells_what_another_seat_said_in_secret(house: House) -> None:
    """Every screen reads the same whoever cast which ballot, until the vote is closed."""
    house.person("third", "unit")
    actions.add_member(house.actors["pmo"], house.forum, house.people["third"], "votes")
    item = house.sitting(house.dossier())
    assert item.dossier is not None
    line = item.dossier.lines.order_by("position").first()
    poll = secret_votes.open_poll(house.actors["pmo"], item, line=line)
    for code, choice in (("chair", "for"), ("voter", "against")):
        secret_votes.cast_ballot(house.refresh(code), poll, choice)
    for code in ("pmo", "third", "chair"):
        screen = client(house, code).get(reverse("governance:sit", args=[house.meeting.code]))
        body = screen.content.decode()
        assert "2 of 3 ballots in" in body
        assert "1 for, 1 against" not in body
        assert "gov-cast" not in body
