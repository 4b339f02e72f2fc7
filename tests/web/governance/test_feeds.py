"""Calendar feeds: who is answered what, and what the file says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from portulan.base.models import Account
from portulan.governance import actions
from portulan.governance.actions.calendars import create_feed, revoke_feed
from portulan.governance.models import AgendaItem, Meeting
from portulan.web.feeds.urls import urlpatterns
from tests.governance.house import House, build
from tests.web.test_permissions import _routes

NEVER = "x" * 43


@pytest.fixture
def house(db: None) -> Iterator[House]:
    with time_machine.travel(datetime(2027, 3, 11, 9, 0, tzinfo=UTC), tick=False):
        built = build()
        built.forum.starts_at = time(14)
        built.forum.save()
        Meeting.objects.filter(pk=built.meeting.pk).update(at=time(14))
        AgendaItem.objects.create(meeting=built.meeting, title="Fermer le site de Brest")
        built.meeting.refresh_from_db()
        yield built


def read(token: str, **headers: str) -> tuple[int, bytes, str]:
    answer = Client().get(reverse("feeds:calendar", args=[token]), headers=headers)
    return answer.status_code, answer.content, answer.headers.get("ETag", "")


def events(token: str) -> list[dict[str, Any]]:
    status, body, _etag = read(token)
    assert status == 200
    return [
        {name.lower(): entry.decoded(name) for name in entry}
        for entry in Calendar.from_ical(body).walk("VEVENT")
    ]


def test_this_is_the_only_address_of_the_area() -> None:
    assert list(_routes(urlpatterns)) == ["calendar"]


def test_who_is_answered(house: House) -> None:
    """The table of the area: a secret that opens, and every way in which it does not."""
    member = house.refresh("voter")
    feed, token = create_feed(member)
    assert read(token)[0] == 200
    assert read(NEVER)[0] == 404
    assert read(token[:-1])[0] == 404
    Account.objects.filter(pk=member.account_id).update(is_active=False)
    assert read(token)[0] == 404
    Account.objects.filter(pk=member.account_id).update(is_active=True)
    revoke_feed(member, feed)
    assert read(token)[0] == 404
    assert Client().post(reverse("feeds:calendar", args=[token])).status_code == 405


def test_the_rights_are_those_of_the_day_it_is_read(house: House) -> None:
    _feed, token = create_feed(house.refresh("voter"), house.forum)
    assert len(events(token)) == 1
    actions.remove_member(house.actors["pmo"], house.forum.members.get(person__code="voter"))
    assert events(token) == []


def test_a_sitting_tells_its_committee_and_hour_never_its_agenda(house: House) -> None:
    _feed, token = create_feed(house.refresh("voter"))
    body = read(token)[1].decode()
    (event,) = events(token)
    assert event["summary"] == "Comité de portefeuille"
    assert event["dtstart"].astimezone(UTC) == datetime(2027, 3, 11, 13, tzinfo=UTC)
    assert "BEGIN:VTIMEZONE" in body
    assert "TZID=Europe/Paris" in body
    assert "Brest" not in body
    assert token not in body


def test_what_moves_keeps_its_identifier_and_grows_its_sequence(house: House) -> None:
    _feed, token = create_feed(house.refresh("voter"))
    (before,) = events(token)
    etag = read(token)[2]
    assert read(token, **{"If-None-Match": etag})[0] == 304
    pmo = house.actors["pmo"]
    actions.update_meeting(pmo, house.meeting, on=date(2027, 4, 8), at=time(14), place="")
    (moved,) = events(token)
    assert moved["uid"] == before["uid"]
    assert (before["sequence"], moved["sequence"]) == (0, 1)
    # The clocks changed meanwhile: it is fourteen hours all the same.
    assert moved["dtstart"].astimezone(UTC) == datetime(2027, 4, 8, 12, tzinfo=UTC)
    actions.cancel_meeting(pmo, house.meeting)
    (gone,) = events(token)
    assert (gone["status"], gone["sequence"]) == ("CANCELLED", 2)
    assert read(token, **{"If-None-Match": etag})[0] == 200


def test_a_sitting_on_the_island_is_told_in_its_own_time(house: House) -> None:
    house.forum.time_zone = "Indian/Reunion"
    house.forum.save()
    _feed, token = create_feed(house.refresh("voter"))
    (event,) = events(token)
    assert event["dtstart"].astimezone(UTC) == datetime(2027, 3, 11, 10, tzinfo=UTC)
    assert "TZID=Indian/Reunion" in read(token)[1].decode()
