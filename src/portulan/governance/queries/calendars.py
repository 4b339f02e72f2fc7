"""Reads on the calendar: a span of days, what feeds tell, what the rhythm would give."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from portulan.base.policy import Actor
from portulan.governance.access import forums_sitting
from portulan.governance.mandate import quorum_of
from portulan.governance.models import (
    CalendarFeed,
    Forum,
    ForumMember,
    Meeting,
    RegisterEntry,
)
from portulan.governance.rhythm import holiday, hours, occurrences
from portulan.organisation.rights import in_force

#: What a feed tells: past sittings that still matter, and two years ahead.
FEED_PAST = timedelta(days=400)
FEED_AHEAD = timedelta(days=800)


@dataclass(frozen=True, slots=True)
class Event:
    """A sitting in a calendar, with its moments in the forum's own time (``None``: all day)."""

    uid: UUID
    code: str
    forum: str
    forum_code: str
    level: str
    ritual: str
    form: str
    state: str
    on: date
    starts: datetime | None
    ends: datetime | None
    place: str
    points: int
    mine: bool
    sequence: int = 0
    moved_from: date | None = None

    @property
    def hour(self) -> str:
        """The hour at which it starts where the forum sits, ``14:30``; "" when it has none."""
        return self.starts.strftime("%H:%M") if self.starts is not None else ""

    @property
    def end_hour(self) -> str:
        """The hour at which it ends where the forum sits."""
        return self.ends.strftime("%H:%M") if self.ends is not None else ""

    @property
    def zone(self) -> str:
        """The time zone of the hours when it is not the company's, ``Indian/Reunion``; else ""."""
        if self.starts is None or self.starts.tzinfo is None:
            return ""
        here = self.starts.astimezone(ZoneInfo(settings.TIME_ZONE))
        return "" if here.utcoffset() == self.starts.utcoffset() else str(self.starts.tzinfo)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month page."""

    on: date
    inside: bool
    today: bool
    holiday: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class YearAhead:
    """What planning a span would make for a forum: new sittings, those there, those moved."""

    forum: Forum
    first: date
    last: date
    new: int
    there: int
    moved: tuple[tuple[date, date], ...]


def own(actor: Actor, day: date | None = None) -> frozenset[int]:
    """The forums in which the actor has a seat, or is somebody's usual deputy."""
    if actor.person_id is None:
        return frozenset()
    found = ForumMember.objects.filter(
        in_force(day or timezone.localdate()),
        Q(person_id=actor.person_id) | Q(deputy_id=actor.person_id),
    )
    return frozenset(found.values_list("forum_id", flat=True))


def events(
    actor: Actor,
    first: date,
    last: date,
    *,
    forums: frozenset[int] | None = None,
    cancelled: bool = False,
) -> list[Event]:
    """The sittings in ``[first, last)`` that the actor may read, in order."""
    allowed = set(forums_sitting(actor))
    if forums is not None:
        allowed &= forums
    mine = own(actor)
    found = (
        Meeting.objects.filter(forum_id__in=allowed, on__gte=first, on__lt=last)
        .select_related("forum", "forum__entity")
        .annotate(points=Count("items"))
        .order_by("on", "at", "pk")
    )
    if not cancelled:
        found = found.exclude(state=Meeting.State.CANCELLED)
    rows = []
    for meeting in found:
        moments = hours(meeting) if meeting.form == Meeting.Form.SITTING else None
        rows.append(
            Event(
                meeting.uid,
                meeting.code,
                meeting.forum.name,
                meeting.forum.code,
                meeting.forum.level,
                meeting.forum.ritual,
                meeting.form,
                meeting.state,
                meeting.on,
                moments[0] if moments else None,
                moments[1] if moments else None,
                meeting.place or meeting.forum.place,
                meeting.points,
                meeting.forum_id in mine,
                meeting.sequence,
                meeting.planned_for
                if meeting.planned_for not in (None, meeting.on)
                else None,
            )
        )
    return rows


def month(
    actor: Actor, year: int, number: int, *, mine: bool = False, language: str = ""
) -> list[list[Day]]:
    """The weeks of a month, Monday first, with the sittings and the company's holidays."""
    first = date(year, number, 1)
    following = date(year + number // 12, number % 12 + 1, 1)
    start = first - timedelta(days=first.weekday())
    end = following + timedelta(days=-following.weekday() % 7)
    by_day: dict[date, list[Event]] = {}
    for event in events(actor, start, end, forums=own(actor) if mine else None):
        by_day.setdefault(event.on, []).append(event)
    today = timezone.localdate()
    days = [start + timedelta(days=n) for n in range((end - start).days)]
    built = [
        Day(
            day, first <= day < following, day == today, holiday(None, day, language),
            tuple(by_day.get(day, ())),
        )
        for day in days
    ]  # fmt: skip
    return [built[n : n + 7] for n in range(0, len(built), 7)]


def year_ahead(forum: Forum, first: date, last: date) -> YearAhead:
    """What ``plan_year`` would do."""
    wanted = occurrences(forum, first, last)
    there = set(
        forum.meetings.filter(planned_for__gte=first, planned_for__lt=last).values_list(
            "planned_for", flat=True
        )
    ) | set(
        forum.meetings.filter(on__gte=first, on__lt=last, planned_for=None)
        .exclude(state=Meeting.State.CANCELLED)
        .values_list("on", flat=True)
    )
    new = [one for one in wanted if one.planned_for not in there and one.on not in there]
    return YearAhead(
        forum,
        first,
        last,
        len(new),
        len(wanted) - len(new),
        tuple((one.planned_for, one.on) for one in wanted if one.moved),
    )


def feeds(actor: Actor) -> list[CalendarFeed]:
    """The actor's own feeds that still answer, newest first."""
    if actor.person_id is None:
        return []
    found = CalendarFeed.objects.filter(person_id=actor.person_id, revoked_at=None)
    return list(found.select_related("forum").order_by("-created_at", "-pk"))


def told_by(feed: CalendarFeed, actor: Actor, day: date | None = None) -> list[Event]:
    """What a feed tells its owner today: called-off sittings too, so that calendars drop them."""
    day = day or timezone.localdate()
    forums = frozenset([feed.forum_id]) if feed.forum_id is not None else own(actor, day)
    return events(actor, day - FEED_PAST, day + FEED_AHEAD, forums=forums, cancelled=True)


def made_at(uid: UUID) -> datetime:
    """When a record was made: what its identifier says (UUIDv7), else the year 2024."""
    if uid.version == 7:
        return datetime.fromtimestamp((uid.int >> 80) / 1000, UTC).replace(microsecond=0)
    return datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Presence:
    """How many seats were taken over past sittings of a forum: never who."""

    sittings: int
    #: Seats that decide and were taken, of those there were, over all sittings.
    taken: int
    seats: int
    by_deputy: int
    #: Sittings that reached their quorum.
    quorate: int
    #: Day → share of the seats taken, oldest first.
    trend: tuple[tuple[date, float], ...]

    @property
    def share(self) -> float | None:
        """Seats taken of all seats, 0 to 1."""
        return self.taken / self.seats if self.seats else None


def presence(forum: Forum, last: int = 12) -> Presence:
    """Attendance over the last sittings of a forum, as a whole: nobody is counted by name."""
    meetings = list(
        forum.meetings.filter(state=Meeting.State.CLOSED, form=Meeting.Form.SITTING)
        .order_by("-on", "-pk")
        .prefetch_related("attendances")[:last]
    )
    deciding = list(
        forum.members.filter(right__in=("chair", "votes")).values_list(
            "person_id", "starts", "ends"
        )
    )
    count: Counter[str] = Counter()
    trend = []
    for meeting in reversed(meetings):
        seats = {
            person
            for person, starts, ends in deciding
            if (starts is None or starts <= meeting.on) and (ends is None or ends >= meeting.on)
        }
        rows = [a for a in meeting.attendances.all() if a.present and a.person_id in seats]
        count["taken"] += len(rows)
        count["seats"] += len(seats)
        count["deputy"] += sum(a.deputised for a in rows)
        count["quorate"] += len(rows) >= quorum_of(forum, len(seats))
        if seats:
            trend.append((meeting.on, len(rows) / len(seats)))
    return Presence(
        len(meetings), count["taken"], count["seats"], count["deputy"], count["quorate"],
        tuple(trend),
    )  # fmt: skip


def signed_as(meeting: Meeting) -> int | None:
    """The number of the register's entry that seals a sitting's minutes; ``None``: none does."""
    found = RegisterEntry.objects.filter(
        decision=None, payload__uid=str(meeting.uid), payload__event="minutes"
    )
    return found.values_list("number", flat=True).first()
