"""A year of sittings planned from the rhythm, and the addresses that calendar programs read."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils import timezone

from portulan.base.changes import recording
from portulan.base.policy import Actor, Invalid, Refusal, Refused, require
from portulan.governance.access import forum_scope
from portulan.governance.actions.meetings import free_codes, require_active
from portulan.governance.activities import FORUM_READ, MEETING_READ, MEETING_RUN
from portulan.governance.machines import MEETING, move
from portulan.governance.models import CalendarFeed, Forum, Meeting, Person
from portulan.governance.rhythm import occurrences

LONGEST_DAYS = 800


@dataclass(frozen=True, slots=True)
class Planned:
    """What planning did: sittings made, called off as no longer in the rhythm, left as they are."""

    made: int
    cancelled: int
    kept: int


def plan_year(actor: Actor, forum: Forum, first: date, last: date) -> Planned:
    """Plan the sittings of a forum's rhythm in ``[first, last)``; planning again changes nothing.

    A sitting of the rhythm that was moved or called off by hand stays so. When the rhythm changed,
    what it no longer gives is called off, but for what has an agenda or was announced.

    Raises:
        Refused: no right, no rhythm, or the forum no longer meets; Invalid: more than two years.
    """
    require(actor, MEETING_RUN, forum_scope(forum))
    require_active(forum)
    if not forum.cadence:
        raise Refused(Refusal("forum.no_cadence", {"forum": forum.name}))
    if not 0 < (last - first).days <= LONGEST_DAYS:
        raise Invalid({"last": Refusal("calendar.range")})
    wanted = occurrences(forum, first, last)
    there = list(
        forum.meetings.filter(planned_for__gte=first, planned_for__lt=last).annotate(
            points=Count("items")
        )
    )
    known = {meeting.planned_for for meeting in there}
    taken = set(
        forum.meetings.filter(on__gte=first, on__lt=last, planned_for=None)
        .exclude(state=Meeting.State.CANCELLED)
        .values_list("on", flat=True)
    )
    fresh = [one for one in wanted if one.planned_for not in known and one.on not in taken]
    given = {one.planned_for for one in wanted}
    gone = [
        meeting
        for meeting in there
        if meeting.planned_for not in given
        and meeting.state == Meeting.State.PLANNED
        and meeting.sent_at is None
        and not meeting.points
        and meeting.on >= timezone.localdate()
    ]
    codes = free_codes(forum, [one.on for one in fresh])
    with recording(actor, MEETING_RUN.code) as rec:
        rec.create_many(
            [
                Meeting(
                    code=code,
                    forum=forum,
                    on=one.on,
                    planned_for=one.planned_for,
                    at=forum.starts_at,
                    place=forum.place,
                )
                for code, one in zip(codes, fresh, strict=True)
            ]
        )
        rec.update_many(
            (
                meeting,
                {
                    "state": move(MEETING, meeting.state, "cancel"),
                    "sequence": meeting.sequence + 1,
                },
            )
            for meeting in gone
        )
    return Planned(len(fresh), len(gone), len(wanted) - len(fresh))


def digest_of(token: str) -> str:
    """What is kept of a feed's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def create_feed(actor: Actor, forum: Forum | None = None) -> tuple[CalendarFeed, str]:
    """An address for one's own calendar program, with its secret: told once, kept as a digest.

    Raises:
        Refused: nobody behind the account, or the forum's sittings are not for the actor.
    """
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is None:
        raise Refused(Refusal("feed.no_person"))
    if forum is not None:
        require(actor, MEETING_READ, forum_scope(forum))
    token = secrets.token_urlsafe(32)
    with recording(actor, FORUM_READ.code, note="feed.created") as rec:
        feed = rec.create(
            CalendarFeed(
                person=person, forum=forum, digest=digest_of(token), created_at=timezone.now()
            )
        )
    return feed, token


def revoke_feed(actor: Actor, feed: CalendarFeed) -> None:
    """Close an address that was fetched for the actor: it answers nothing from now on."""
    with recording(actor, FORUM_READ.code, note="feed.revoked") as rec:
        rec.update(feed, revoked_at=timezone.now())
