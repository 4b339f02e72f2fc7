"""Before and after a sitting: the pack that goes out, the minutes that are signed, corrections."""

from __future__ import annotations

import secrets
from typing import Any

from django.utils import timezone

from portulan.base.changes import Recorder, recording
from portulan.base.policy import Actor, Invalid, Refusal, Refused, require
from portulan.governance import sealing
from portulan.governance.access import forum_scope
from portulan.governance.actions.meetings import require_not_closed, touch
from portulan.governance.actions.sitting import end_item
from portulan.governance.activities import MEETING_RUN
from portulan.governance.machines import MEETING, check_move, move
from portulan.governance.models import (
    AgendaItem,
    Dossier,
    Meeting,
    MeetingNote,
    Person,
    RoundScore,
    ScoringRound,
    SecretPoll,
    SecretTally,
)

LONGEST_NOTE = 4_000


def send_pack(actor: Actor, meeting: Meeting) -> None:
    """Say that the pre-read pack went out to the members: they are told, and it shows.

    Raises:
        Refused: no right, nothing on the agenda, or the meeting is over.
    """
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    require_not_closed(meeting)
    if not meeting.items.exists():
        raise Refused(Refusal("meeting.empty"))
    with recording(actor, MEETING_RUN.code, note="meeting.sent") as rec:
        rec.update(meeting, sent_at=timezone.now())
        touch(meeting)


def check_closable(meeting: Meeting) -> Refusal | None:
    """Why a meeting cannot be closed: it does not sit, or something in it is not ended."""
    refusal = check_move(MEETING, meeting.state, "close")
    if refusal is not None:
        return refusal
    waiting = meeting.items.filter(dossier__state=Dossier.State.FROZEN)
    if waiting.exists():
        return Refusal("meeting.undecided", {"count": waiting.count()})
    if SecretPoll.objects.filter(item__meeting=meeting, state=SecretPoll.State.OPEN).exists():
        return Refusal("meeting.poll_open")
    return None


def close_meeting(actor: Actor, meeting: Meeting, minutes: str) -> None:
    """End the sitting: its minutes are kept, signed by who closes, and sealed in the register.

    There is no way back; ``add_note`` corrects.

    Raises:
        Refused: no right, not open, or a dossier was opened and not decided.
    """
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    refusal = check_closable(meeting)
    if refusal is not None:
        raise Refused(refusal)
    with recording(actor, MEETING_RUN.code, note="meeting.closed") as rec:
        end(rec, actor, meeting, minutes)


def end(rec: Recorder, actor: Actor, meeting: Meeting, minutes: str) -> None:
    """Close, sign and seal, inside the caller's recording."""
    for item in meeting.items.filter(state=AgendaItem.State.OPEN):
        end_item(rec, item)
    _forget_secrets(rec, meeting)
    signer = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    rec.update(
        meeting,
        state=move(MEETING, meeting.state, "close"),
        closed_at=timezone.now(),
        minutes=minutes.replace("\r\n", "\n").strip(),
        signed_by=signer,
        current_item=None,
    )
    meeting.salt = secrets.token_hex(16)
    Meeting.objects.filter(pk=meeting.pk).update(salt=meeting.salt)
    sealing.append_minutes("minutes", meeting, {"decisions": _decisions(meeting)})
    touch(meeting)


def _decisions(meeting: Meeting) -> list[str]:
    return list(meeting.decisions.order_by("code").values_list("code", flat=True))


def _forget_secrets(rec: Recorder, meeting: Meeting) -> None:
    """Scores that were never revealed go with the sitting; so do ballots of votes left void."""
    rounds = list(
        ScoringRound.objects.filter(item__meeting=meeting, state=ScoringRound.State.SCORING)
    )
    RoundScore.objects.filter(round__in=rounds).delete()
    rec.update_many((each, {"state": ScoringRound.State.DROPPED}) for each in rounds)
    SecretTally.objects.filter(poll__item__meeting=meeting).delete()


def add_note(actor: Actor, meeting: Meeting, text: str) -> MeetingNote:
    """Correct signed minutes by a note beside them; it is sealed in the register too.

    Raises:
        Refused: no right, or the meeting is not closed; Invalid: an empty or too long text.
    """
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    if meeting.state != Meeting.State.CLOSED:
        raise Refused(Refusal("meeting.not_closed"))
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid({"text": Refusal("required")})
    if len(text) > LONGEST_NOTE:
        raise Invalid({"text": Refusal("text.long", {"most": LONGEST_NOTE})})
    author = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    with recording(actor, MEETING_RUN.code, note="meeting.corrected") as rec:
        note = rec.create(
            MeetingNote(meeting=meeting, author=author, at=timezone.now(), text=text)
        )
        digest = sealing.text_commitment(meeting.salt, text)
        sealing.append_minutes("corrected", meeting, {"note": str(note.uid), "said": digest})
    return note


def write_notes(
    actor: Actor, item: AgendaItem, *, notes: str | None = None, learned: str | None = None
) -> None:
    """Keep what the secretary types on a point: notes, and what was learned.

    Raises:
        Refused: no right, or the meeting is over; Invalid: too long.
    """
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    require_not_closed(item.meeting)
    values: dict[str, Any] = {
        name: text.replace("\r\n", "\n").strip()
        for name, text in (("notes", notes), ("learned", learned))
        if text is not None
    }
    for name, text in values.items():
        if len(text) > 10_000:
            raise Invalid({name: Refusal("text.long", {"most": 10_000})})
    with recording(actor, MEETING_RUN.code) as rec:
        rec.update(item, **values)
        touch(item.meeting)
