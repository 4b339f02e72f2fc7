"""Writes on meetings: the agenda before, the sitting, the minutes after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db.models import F, Max
from django.utils import timezone

from portulan.base.changes import Recorder, recording
from portulan.base.policy import Actor, Invalid, Refusal, Refused, require
from portulan.governance import freezing
from portulan.governance.access import forum_scope
from portulan.governance.activities import MEETING_RUN
from portulan.governance.gates import completeness
from portulan.governance.machines import DOSSIER, ITEM, MEETING, check_move, move
from portulan.governance.models import (
    AgendaItem,
    Attendance,
    Dossier,
    DossierLine,
    Forum,
    Meeting,
    Person,
    Product,
)

ITEM_KINDS = ("information", "decision", "review", "actions", "discussion")


@dataclass(frozen=True, slots=True)
class ItemInput:
    """A point to put on an agenda: ``minutes`` planned for it."""

    title: str
    kind: str = "information"
    minutes: int = 10
    dossier: Dossier | None = None
    product: Product | None = None


def touch(meeting: Meeting) -> None:
    """Tell the screens of a sitting that there is something newer, in the same transaction."""
    Meeting.objects.filter(pk=meeting.pk).update(tick=F("tick") + 1)
    meeting.tick += 1


def plan_meeting(
    actor: Actor, forum: Forum, on: date, *, at: time | None = None, place: str = ""
) -> Meeting:
    """Plan a sitting of a forum.

    Raises:
        Refused: no right on the forum, or the forum is no longer active.
    """
    require(actor, MEETING_RUN, forum_scope(forum))
    if not forum.active:
        raise Refused(Refusal("forum.inactive", {"forum": forum.name}))
    base = f"{forum.code[:50]}-{on.isoformat()}"
    taken = set(Meeting.objects.filter(code__startswith=base).values_list("code", flat=True))
    code = next(c for c in [base, *(f"{base}-{n}" for n in range(2, 100))] if c not in taken)
    with recording(actor, MEETING_RUN.code) as rec:
        return rec.create(Meeting(code=code, forum=forum, on=on, at=at, place=place.strip()))


def update_meeting(
    actor: Actor, meeting: Meeting, *, on: date, at: time | None, place: str
) -> None:
    """Move a planned meeting to another day, hour or place."""
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    _require_not_closed(meeting)
    with recording(actor, MEETING_RUN.code) as rec:
        rec.update(meeting, on=on, at=at, place=place.strip())
        touch(meeting)


def check_agenda_open(meeting: Meeting) -> Refusal | None:
    """Why an agenda can no longer change."""
    if meeting.state == Meeting.State.CLOSED:
        return Refusal("meeting.closed")
    return None


def _require_not_closed(meeting: Meeting) -> None:
    refusal = check_agenda_open(meeting)
    if refusal is not None:
        raise Refused(refusal)


def add_items(actor: Actor, meeting: Meeting, inputs: Iterable[ItemInput]) -> list[AgendaItem]:
    """Put points at the end of an agenda; a dossier already there is left alone.

    Raises:
        Refused: no right, or the meeting is closed.
        Invalid: an empty title, an unknown kind, minutes outside 1..600.
    """
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    _require_not_closed(meeting)
    there = set(meeting.items.exclude(dossier=None).values_list("dossier_id", flat=True))
    last = meeting.items.aggregate(last=Max("position"))["last"]
    position = -1 if last is None else last
    fresh: list[AgendaItem] = []
    for values in inputs:
        if values.dossier is not None and values.dossier.pk in there:
            continue
        _check_item(values)
        position += 1
        fresh.append(
            AgendaItem(
                meeting=meeting,
                position=position,
                title=values.title.strip()[:300],
                kind=values.kind,
                minutes_planned=values.minutes,
                dossier=values.dossier,
                product=values.product,
            )
        )
    with recording(actor, MEETING_RUN.code) as rec:
        rec.create_many(fresh)
        touch(meeting)
    return fresh


def _check_item(values: ItemInput) -> None:
    errors: dict[str, Refusal] = {}
    if not values.title.strip():
        errors["title"] = Refusal("required")
    if values.kind not in ITEM_KINDS:
        errors["kind"] = Refusal("invalid")
    if not 1 <= values.minutes <= 600:
        errors["minutes"] = Refusal("item.minutes")
    if errors:
        raise Invalid(errors)


def update_item(actor: Actor, item: AgendaItem, *, title: str, minutes: int) -> None:
    """Change a point's title or time."""
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    _require_not_closed(item.meeting)
    _check_item(ItemInput(title, item.kind, minutes))
    with recording(actor, MEETING_RUN.code) as rec:
        rec.update(item, title=title.strip()[:300], minutes_planned=minutes)
        touch(item.meeting)


def check_removable(item: AgendaItem) -> Refusal | None:
    """Why a point cannot leave the agenda: it was treated, or the meeting is over."""
    if item.state != AgendaItem.State.PLANNED:
        return Refusal("item.treated")
    return check_agenda_open(item.meeting)


def remove_item(actor: Actor, item: AgendaItem) -> None:
    """Take a point off the agenda; its dossier stays as it is."""
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    refusal = check_removable(item)
    if refusal is not None:
        raise Refused(refusal)
    with recording(actor, MEETING_RUN.code) as rec:
        rec.delete(item)
        touch(item.meeting)


def move_item(actor: Actor, item: AgendaItem, position: int) -> None:
    """Put a point at a place of the agenda (0 is the first); the others follow."""
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    _require_not_closed(item.meeting)
    items = list(item.meeting.items.order_by("position", "pk"))
    ordered = [other for other in items if other.pk != item.pk]
    moved = next(other for other in items if other.pk == item.pk)
    ordered.insert(max(0, min(position, len(ordered))), moved)
    with recording(actor, MEETING_RUN.code) as rec:
        rec.update_many((row, {"position": index}) for index, row in enumerate(ordered))
        touch(item.meeting)


def open_meeting(actor: Actor, meeting: Meeting) -> None:
    """Start sitting: everyone with a seat is listed, absent until told present."""
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    state = move(MEETING, meeting.state, "open")
    with recording(actor, MEETING_RUN.code) as rec:
        rec.update(meeting, state=state, opened_at=timezone.now())
        there = set(meeting.attendances.values_list("person_id", flat=True))
        rec.create_many(
            [
                Attendance(meeting=meeting, person=member.person, present=False)
                for member in meeting.forum.members.select_related("person").order_by("pk")
                if member.person_id not in there
            ]
        )
        touch(meeting)


def set_attendance(
    actor: Actor, meeting: Meeting, person: Person, *, present: bool, deputised: bool = False
) -> None:
    """Say whether a seat is taken, in person or by its deputy.

    Raises:
        Refused: no right, the meeting does not sit, or the seat has no deputy.
    """
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    _require_open(meeting)
    if deputised:
        seat = meeting.forum.members.filter(person=person).exclude(deputy=None)
        if not seat.exists():
            raise Refused(Refusal("member.no_deputy", {"person": person.name}))
    with recording(actor, MEETING_RUN.code) as rec:
        row = meeting.attendances.filter(person=person).first()
        values = {"present": present, "deputised": present and deputised}
        if row is None:
            rec.create(Attendance(meeting=meeting, person=person, **values))
        else:
            rec.update(row, **values)
        touch(meeting)


def all_present(actor: Actor, meeting: Meeting) -> None:
    """Mark every seat as taken in person."""
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    _require_open(meeting)
    with recording(actor, MEETING_RUN.code) as rec:
        rec.update_many((row, {"present": True}) for row in meeting.attendances.all())
        touch(meeting)


def check_sitting(meeting: Meeting) -> Refusal | None:
    """Why nothing can be decided now: the meeting does not sit."""
    if meeting.state != Meeting.State.OPEN:
        return Refusal("meeting.not_open", {"state": meeting.state})
    return None


def _require_open(meeting: Meeting) -> None:
    refusal = check_sitting(meeting)
    if refusal is not None:
        raise Refused(refusal)


def open_item(actor: Actor, item: AgendaItem) -> None:
    """Come to a point: the one before is closed, a ready dossier is frozen for the vote."""
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    meeting = item.meeting
    _require_open(meeting)
    state = move(ITEM, item.state, "open")
    with recording(actor, MEETING_RUN.code) as rec:
        now = timezone.now()
        for other in meeting.items.filter(state=AgendaItem.State.OPEN).exclude(pk=item.pk):
            _close(rec, other)
        values: dict[str, Any] = {"state": state, "closed_at": None, "paused_at": None}
        if item.opened_at is None:
            values |= {"opened_at": now, "paused_seconds": 0}
        elif item.closed_at is not None:
            away = int((now - item.closed_at).total_seconds())
            values["paused_seconds"] = item.paused_seconds + max(0, away)
        rec.update(item, **values)
        rec.update(meeting, current_item=item)
        if item.dossier is not None and item.dossier.state == Dossier.State.READY:
            freeze(rec, item.dossier)
        if item.dossier is not None and item.current_line_id is None:
            first = item.dossier.lines.filter(withdrawn=False).order_by("position", "pk").first()
            rec.update(item, current_line=first)
        touch(meeting)


def freeze(rec: Recorder, dossier: Dossier) -> None:
    """Fix a ready dossier for the vote.

    Raises:
        Refused: it is not complete, or not ready.
    """
    state = move(DOSSIER, dossier.state, "freeze")
    found = completeness(dossier)
    if not found.complete:
        raise Refused(Refusal("dossier.incomplete", {"count": len(found.missing)}))
    rec.update(dossier, state=state)
    freezing.keep(rec, dossier)


def _close(rec: Recorder, item: AgendaItem) -> None:
    now = timezone.now()
    values: dict[str, Any] = {"state": move(ITEM, item.state, "close"), "closed_at": now}
    if item.paused_at is not None:
        waited = int((now - item.paused_at).total_seconds())
        values |= {"paused_at": None, "paused_seconds": item.paused_seconds + max(0, waited)}
    rec.update(item, **values)


def close_item(actor: Actor, item: AgendaItem) -> None:
    """Leave a point; its clock stops."""
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    _require_open(item.meeting)
    with recording(actor, MEETING_RUN.code) as rec:
        _close(rec, item)
        if item.meeting.current_item_id == item.pk:
            rec.update(item.meeting, current_item=None)
        touch(item.meeting)


def pause_item(actor: Actor, item: AgendaItem) -> None:
    """Stop the clock of the open point, or let it run again."""
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    _require_open(item.meeting)
    refusal = check_move(ITEM, item.state, "close")
    if refusal is not None:
        raise Refused(refusal)
    now = timezone.now()
    with recording(actor, MEETING_RUN.code) as rec:
        if item.paused_at is None:
            rec.update(item, paused_at=now)
        else:
            waited = max(0, int((now - item.paused_at).total_seconds()))
            rec.update(item, paused_at=None, paused_seconds=item.paused_seconds + waited)
        touch(item.meeting)


def show_line(actor: Actor, item: AgendaItem, line: DossierLine) -> None:
    """Put a line before the committee: every screen shows its votes."""
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    _require_open(item.meeting)
    if line.dossier_id != item.dossier_id:
        raise Refused(Refusal("item.no_dossier"))
    with recording(actor, MEETING_RUN.code) as rec:
        rec.update(item, current_line=line)
        touch(item.meeting)


def check_closable(meeting: Meeting) -> Refusal | None:
    """Why a meeting cannot be closed: it does not sit, or a frozen dossier has no decision yet."""
    refusal = check_move(MEETING, meeting.state, "close")
    if refusal is not None:
        return refusal
    waiting = meeting.items.filter(dossier__state=Dossier.State.FROZEN)
    if waiting.exists():
        return Refusal("meeting.undecided", {"count": waiting.count()})
    return None


def close_meeting(actor: Actor, meeting: Meeting, minutes: str) -> None:
    """End the sitting and keep its minutes.

    Raises:
        Refused: no right, not open, or a dossier was opened and not decided.
    """
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    refusal = check_closable(meeting)
    if refusal is not None:
        raise Refused(refusal)
    with recording(actor, MEETING_RUN.code) as rec:
        for item in meeting.items.filter(state=AgendaItem.State.OPEN):
            _close(rec, item)
        rec.update(
            meeting,
            state=move(MEETING, meeting.state, "close"),
            closed_at=timezone.now(),
            minutes=minutes.strip(),
            current_item=None,
        )
        touch(meeting)
