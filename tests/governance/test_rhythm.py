"""When a forum meets: its rule, holidays, time zones, the year it plans, calendar feeds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.base.policy import Invalid, NotFoundForActor, Refused
from portulan.governance import actions
from portulan.governance.actions.calendars import create_feed, plan_year, revoke_feed
from portulan.governance.feeds import feed_by_secret, feed_for
from portulan.governance.models import CalendarFeed, Forum, Meeting
from portulan.governance.queries import calendars
from portulan.governance.rhythm import check_rule, hours, occurrences, works, zone_of
from portulan.organisation.models import Entity
from tests.governance.house import House

PARIS, REUNION = Entity(country="FR", name="Siège"), Entity(country="RE", name="La Réunion")
YEAR = (date(2027, 1, 1), date(2028, 1, 1))


def forum(rule: str = "FREQ=MONTHLY;BYDAY=2TH", **values: Any) -> Forum:
    return Forum(**({"name": "Comité", "cadence": rule, "entity": PARIS} | values))


def test_a_year_of_second_thursdays_moves_off_the_armistice() -> None:
    found = occurrences(forum(), *YEAR)
    assert len(found) == 12
    assert [(one.planned_for, one.on) for one in found if one.moved] == [
        (date(2027, 11, 11), date(2027, 11, 12))
    ]


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        ("next", date(2027, 11, 12)),
        ("previous", date(2027, 11, 10)),
        ("keep", date(2027, 11, 11)),
        ("skip", None),
    ],
)
def test_what_becomes_of_a_holiday(rule: str, day: date | None) -> None:
    found = occurrences(forum(on_holiday=rule), date(2027, 11, 1), date(2027, 12, 1))
    assert [one.on for one in found] == ([day] if day else [])


def test_the_holidays_are_those_of_the_country_where_it_sits() -> None:
    assert not works(REUNION, date(2027, 12, 20))
    assert works(PARIS, date(2027, 12, 20))
    assert works(Entity(country="ZZ"), date(2027, 7, 14))
    assert not works(Entity(country="ZZ"), date(2027, 7, 17))


def test_every_second_week_counts_from_the_day_that_is_given() -> None:
    one = forum("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", cadence_from=date(2027, 1, 4))
    other = forum("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", cadence_from=date(2027, 1, 11))
    mine = {o.planned_for for o in occurrences(one, *YEAR)}
    theirs = {o.planned_for for o in occurrences(other, *YEAR)}
    assert date(2027, 1, 4) in mine
    assert not mine & theirs


@pytest.mark.parametrize(
    "rule",
    [
        "chaque jeudi", "FREQ=SECONDLY", "FREQ=WEEKLY;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=-1",
        "FREQ=WEEKLY;BYHOUR=3", "FREQ=MONTHLY;BYDAY=9TH", "FREQ=WEEKLY;BYDAY=", "FREQ=WEEKLY;;",
        "FREQ=WEEKLY;INTERVAL=²", "FREQ=WEEKLY;FREQ=DAILY",
    ],
)  # fmt: skip
def test_what_is_no_rhythm_is_refused(rule: str) -> None:
    refusal = check_rule(rule)
    assert refusal is not None
    assert refusal.params["rule"] == rule


@given(st.text(alphabet="FREQWKLYMONTH=;,-0123456789BDAUISP", max_size=60))
def test_any_text_is_a_rhythm_or_is_refused(text: str) -> None:
    if check_rule(text) is None:
        assert len(occurrences(forum(text), date(2027, 1, 1), date(2027, 3, 1))) <= 59


def test_hours_stay_where_they_are_when_the_clocks_change() -> None:
    """Fourteen hours is fourteen hours in Paris in March and in April; and on the island."""
    paris, island = forum(), forum(entity=REUNION)
    assert str(zone_of(island)) == "Indian/Reunion"
    assert str(zone_of(forum(time_zone="Indian/Reunion"))) == "Indian/Reunion"

    def starts(one: Forum, day: date) -> datetime:
        moments = hours(Meeting(forum=one, on=day, at=time(14)))
        assert moments is not None
        return moments[0].astimezone(UTC)

    assert starts(paris, date(2027, 3, 27)).hour == 13
    assert starts(paris, date(2027, 3, 29)).hour == 12
    assert {starts(island, date(2027, month, 29)).hour for month in (3, 7, 11)} == {10}


def test_the_nights_on_which_the_clocks_change() -> None:
    """An hour that does not exist is told as the moment it stands for; the length holds."""
    skipped = hours(Meeting(forum=forum(duration=90), on=date(2027, 3, 28), at=time(2, 30)))
    doubled = hours(Meeting(forum=forum(duration=90), on=date(2027, 10, 31), at=time(2, 30)))
    assert skipped is not None
    assert doubled is not None
    assert skipped[0].hour == 3
    for start, end in (skipped, doubled):
        assert (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() == 90 * 60


def give_rhythm(house: House, **values: Any) -> Forum:
    actions.update_forum(
        house.actors["pmo"],
        house.forum,
        actions.ForumInput(
            house.forum.name,
            entity=house.forum.entity,
            quorum=house.forum.quorum,
            **({"cadence": "FREQ=MONTHLY;BYDAY=2TH", "starts_at": time(14)} | values),
        ),
    )
    house.forum.refresh_from_db()
    return house.forum


def test_a_year_is_planned_once(house: House) -> None:
    pmo, committee = house.actors["pmo"], give_rhythm(house)
    first, last = date(2027, 4, 1), date(2028, 4, 1)
    assert plan_year(pmo, committee, first, last).made == 12
    again = plan_year(pmo, committee, first, last)
    assert (again.made, again.cancelled) == (0, 0)


def test_what_was_moved_or_called_off_by_hand_stays_so(house: House) -> None:
    pmo, committee = house.actors["pmo"], give_rhythm(house)
    first, last = date(2027, 4, 1), date(2027, 8, 1)
    plan_year(pmo, committee, first, last)
    moved, called_off = committee.meetings.filter(planned_for__gte=first).order_by("on")[:2]
    actions.update_meeting(pmo, moved, on=date(2027, 4, 9), at=time(9), place="Ailleurs")
    actions.cancel_meeting(pmo, called_off)
    assert moved.sequence == 1
    assert plan_year(pmo, committee, first, last).made == 0
    called_off.refresh_from_db()
    assert called_off.state == "cancelled"


def test_a_new_rhythm_calls_off_what_it_no_longer_gives(house: House) -> None:
    """But not what has an agenda."""
    pmo, committee = house.actors["pmo"], give_rhythm(house)
    first, last = date(2027, 4, 1), date(2027, 8, 1)
    plan_year(pmo, committee, first, last)
    prepared = committee.meetings.filter(planned_for__gte=first).order_by("on").first()
    assert prepared is not None
    actions.add_items(pmo, prepared, [actions.ItemInput("Point")])
    give_rhythm(house, cadence="FREQ=MONTHLY;BYDAY=3TU")
    done = plan_year(pmo, committee, first, last)
    assert (done.made, done.cancelled) == (4, 3)
    prepared.refresh_from_db()
    assert prepared.state == "planned"


def test_planning_asks_for_the_right_and_a_rhythm(house: House) -> None:
    with pytest.raises(Refused):
        plan_year(house.actors["reader"], give_rhythm(house), *YEAR)
    with pytest.raises(Invalid):
        plan_year(house.actors["pmo"], house.forum, date(2027, 1, 1), date(2031, 1, 1))
    bare = give_rhythm(house, cadence="")
    with pytest.raises(Refused) as refused:
        plan_year(house.actors["pmo"], bare, *YEAR)
    assert refused.value.refusal.code == "forum.no_cadence"


def test_a_feed_keeps_a_digest_only_and_answers_until_it_is_closed(house: House) -> None:
    feed, token = create_feed(house.actors["voter"])
    assert token not in str(CalendarFeed.objects.values().get())
    assert feed_by_secret(feed.digest) is not None
    with pytest.raises(NotFoundForActor):
        feed_for(house.actors["pmo"], str(feed.uid))
    revoke_feed(house.actors["voter"], feed_for(house.actors["voter"], str(feed.uid)))
    assert feed_by_secret(feed.digest) is None


def test_a_feed_tells_the_sittings_of_ones_own_seats(house: House) -> None:
    voter = house.refresh("voter")
    feed, _token = create_feed(voter)
    assert [event.code for event in calendars.told_by(feed, voter)] == [house.meeting.code]
    reader_feed, _token = create_feed(house.actors["reader"])
    assert calendars.told_by(reader_feed, house.actors["reader"]) == []
    with pytest.raises(Refused):
        create_feed(house.actors["reader"], house.forum)


def test_attendance_is_told_of_the_forum_never_of_a_person(house: House) -> None:
    house.sitting(house.dossier())
    pmo = house.actors["pmo"]
    actions.set_attendance(pmo, house.meeting, house.people["voter"], present=False)
    Meeting.objects.filter(pk=house.meeting.pk).update(state="closed")
    found = calendars.presence(house.forum)
    assert found.sittings == 1
    assert found.taken < found.seats
    assert not any(person.name in str(found) for person in house.people.values())
