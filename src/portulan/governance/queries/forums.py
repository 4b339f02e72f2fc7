"""Reads on forums: who decides what, when they meet, what they decided and how long it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from portulan.base.policy import Actor
from portulan.governance.access import readable_forums
from portulan.governance.models import Decision, Dossier, Forum, ForumMember, Line, Meeting


@dataclass(frozen=True, slots=True)
class ForumRow:
    """A forum in a list: its next and last sitting, how many decide, how much it decided."""

    code: str
    name: str
    level: str
    entity: str
    threshold: int | None
    kinds: tuple[str, ...]
    voters: int
    active: bool
    last_on: date | None
    next_on: date | None
    decisions: int
    delay: int | None
    ritual: str = ""


@dataclass(frozen=True, slots=True)
class Delay:
    """Days from request to decision: median of ``count`` decisions, and the longest."""

    median: int
    longest: int
    count: int


@dataclass(frozen=True, slots=True)
class ForumPage:
    """All that the page of a forum shows."""

    forum: Forum
    lines: tuple[Line, ...]
    members: tuple[ForumMember, ...]
    former: tuple[ForumMember, ...]
    coming: tuple[Meeting, ...]
    past: tuple[Meeting, ...]
    decisions: tuple[Decision, ...]
    delay: Delay | None
    waiting: tuple[Dossier, ...]


def forums(actor: Actor, day: date | None = None) -> list[ForumRow]:
    """The forums that the actor may know of, active first, by level and name."""
    day = day or timezone.localdate()
    known = readable_forums(actor)
    delays = _delays(known)
    found = (
        Forum.objects.filter(pk__in=known)
        .select_related("entity")
        .annotate(
            voters=Count(
                "members", filter=Q(members__right__in=("chair", "votes")), distinct=True
            ),
            last_on=Max("meetings__on", filter=Q(meetings__state="closed")),
            next_on=Min(
                "meetings__on",
                filter=Q(meetings__on__gte=day) & ~Q(meetings__state="cancelled"),
            ),
        )
    )
    order = list(Forum.Level.values)
    rows = [
        ForumRow(
            forum.code,
            forum.name,
            forum.level,
            forum.entity.name if forum.entity else "",
            forum.threshold,
            tuple(forum.kinds),
            forum.voters,
            forum.active,
            forum.last_on,
            forum.next_on,
            delays[forum.pk].count if forum.pk in delays else 0,
            delays[forum.pk].median if forum.pk in delays else None,
            forum.ritual,
        )
        for forum in found
    ]
    return sorted(rows, key=lambda r: (not r.active, order.index(r.level), r.name))


def _delays(forums: frozenset[int]) -> dict[int, Delay]:
    days: dict[int, list[int]] = {}
    for forum, asked, decided in Decision.objects.filter(
        forum_id__in=forums, decided_on__isnull=False
    ).values_list("forum_id", "dossier__requested_on", "decided_on"):
        if forum is not None:
            days.setdefault(forum, [])
            if asked is not None and decided is not None:
                days[forum].append(max(0, (decided - asked).days))
    return {pk: found for pk, values in days.items() if (found := _delay(values)) is not None}


def _delay(values: Sequence[int]) -> Delay | None:
    if not values:
        return None
    ordered = sorted(values)
    return Delay(ordered[len(ordered) // 2], ordered[-1], len(ordered))


def forum_page(forum: Forum, day: date | None = None) -> ForumPage:
    """A forum with its members, meetings, decisions and what waits for it."""
    day = day or timezone.localdate()
    members = list(
        forum.members.select_related("person", "deputy").order_by("person__folded", "pk")
    )
    held = {
        m.pk
        for m in members
        if (m.starts is None or m.starts <= day) and (m.ends is None or m.ends >= day)
    }
    order = list(ForumMember.Right.values)
    members.sort(key=lambda m: order.index(m.right))
    meetings = list(forum.meetings.order_by("-on", "-at").select_related("forum")[:160])
    decisions = list(
        forum.decisions.exclude(state=Decision.State.DRAFT)
        .select_related("dossier", "meeting")
        .order_by("-decided_on", "-pk")[:20]
    )
    delay = _delay(
        [
            max(0, (d.decided_on - d.dossier.requested_on).days)
            for d in decisions
            if d.decided_on and d.dossier is not None and d.dossier.requested_on
        ]
    )
    waiting = (
        Dossier.objects.filter(items__meeting__forum=forum, state__in=("ready", "frozen"))
        .exclude(items__meeting__state=Meeting.State.CLOSED)
        .select_related("owner")
        .distinct()
        .order_by("requested_on")
    )
    return ForumPage(
        forum,
        tuple(forum.lines.order_by("position", "folded")),
        tuple(m for m in members if m.pk in held),
        tuple(m for m in members if m.pk not in held),
        tuple(
            sorted(
                (m for m in meetings if m.state in (Meeting.State.PLANNED, Meeting.State.OPEN)),
                key=lambda m: (m.on, m.at is None, m.at),
            )
        ),
        tuple(m for m in meetings if m.state == Meeting.State.CLOSED)[:12],
        tuple(decisions),
        delay,
        tuple(waiting),
    )
