"""Writes of a sitting under way: who is there, which point is treated, the clock."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from portulan.base.changes import Recorder, recording
from portulan.base.policy import Actor, Refusal, Refused, require
from portulan.governance import freezing
from portulan.governance.access import forum_scope
from portulan.governance.actions.meetings import require_not_closed, require_open, touch
from portulan.governance.activities import MEETING_RUN
from portulan.governance.gates import completeness
from portulan.governance.machines import DOSSIER, ITEM, MEETING, check_move, move
from portulan.governance.models import (
    AgendaItem,
    Attendance,
    Dossier,
    DossierLine,
    Meeting,
    Person,
)
from portulan.organisation.rights import in_force


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
                for member in meeting.forum.members.filter(in_force(meeting.on))
                .select_related("person")
                .order_by("pk")
                if member.person_id not in there
            ]
        )
        # Who was announced as represented is there by the deputy.
        rec.update_many(
            (row, {"present": True}) for row in meeting.attendances.filter(deputised=True)
        )
        touch(meeting)


def set_attendance(
    actor: Actor,
    meeting: Meeting,
    person: Person,
    *,
    present: bool,
    deputised: bool = False,
    deputy: Person | None = None,
) -> None:
    """Say whether a seat is taken, in person or by a deputy.

    ``deputy`` stands in at this sitting only, instead of the usual one; it can be said before.

    Raises:
        Refused: no right, the meeting is over, the person has no seat, nobody stands in, or who
        would has a seat of their own.
    """
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    require_not_closed(meeting)
    if not deputised:
        require_open(meeting)
    else:
        _check_deputy(meeting, person, deputy)
    with recording(actor, MEETING_RUN.code) as rec:
        row = meeting.attendances.filter(person=person).first()
        values: dict[str, Any] = {
            "present": present and meeting.state == Meeting.State.OPEN,
            "deputised": present and deputised,
            "deputy": deputy if present and deputised else None,
        }
        if row is None:
            rec.create(Attendance(meeting=meeting, person=person, **values))
        else:
            rec.update(row, **values)
        touch(meeting)


def _check_deputy(meeting: Meeting, person: Person, deputy: Person | None) -> None:
    seats = list(meeting.forum.members.filter(in_force(meeting.on)))
    seat = next((m for m in seats if m.person_id == person.pk), None)
    if seat is None:
        raise Refused(Refusal("vote.no_seat", {"person": person.name}))
    stand_in = deputy.pk if deputy is not None else seat.deputy_id
    if stand_in is None:
        raise Refused(Refusal("member.no_deputy", {"person": person.name}))
    if stand_in == person.pk:
        raise Refused(Refusal("member.own_deputy"))
    if deputy is not None and any(m.person_id == deputy.pk for m in seats):
        raise Refused(Refusal("member.deputy_seated", {"person": deputy.name}))


def all_present(actor: Actor, meeting: Meeting) -> None:
    """Mark every seat as taken in person."""
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    require_open(meeting)
    with recording(actor, MEETING_RUN.code) as rec:
        rec.update_many(
            (row, {"present": True}) for row in meeting.attendances.filter(present=False)
        )
        touch(meeting)


def open_item(actor: Actor, item: AgendaItem) -> None:
    """Come to a point: the one before is closed, a ready dossier is frozen for the vote."""
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    meeting = item.meeting
    require_open(meeting)
    state = move(ITEM, item.state, "open")
    with recording(actor, MEETING_RUN.code) as rec:
        now = timezone.now()
        for other in meeting.items.filter(state=AgendaItem.State.OPEN).exclude(pk=item.pk):
            end_item(rec, other)
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


def end_item(rec: Recorder, item: AgendaItem) -> None:
    """Stop a point and its clock."""
    now = timezone.now()
    values: dict[str, Any] = {"state": move(ITEM, item.state, "close"), "closed_at": now}
    if item.paused_at is not None:
        waited = int((now - item.paused_at).total_seconds())
        values |= {"paused_at": None, "paused_seconds": item.paused_seconds + max(0, waited)}
    rec.update(item, **values)


def close_item(actor: Actor, item: AgendaItem) -> None:
    """Leave a point; its clock stops."""
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    require_open(item.meeting)
    with recording(actor, MEETING_RUN.code) as rec:
        end_item(rec, item)
        if item.meeting.current_item_id == item.pk:
            rec.update(item.meeting, current_item=None)
        touch(item.meeting)


def pause_item(actor: Actor, item: AgendaItem) -> None:
    """Stop the clock of the open point, or let it run again."""
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    require_open(item.meeting)
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
    require_open(item.meeting)
    if line.dossier_id != item.dossier_id:
        raise Refused(Refusal("item.no_dossier"))
    with recording(actor, MEETING_RUN.code) as rec:
        rec.update(item, current_line=line)
        touch(item.meeting)
