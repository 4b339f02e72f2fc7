"""Writes on comments: say, answer, correct, take away, settle."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from portulan.base.changes import Recorder, recording
from portulan.base.jobs import enqueue
from portulan.base.policy import Actor, Invalid, Refusal, Refused
from portulan.base.subjects import Subject, resolver
from portulan.collaboration.access import (
    check_own,
    check_take_away,
    check_write,
    comment_for,
    subject_for,
)
from portulan.collaboration.actions.watching import follow
from portulan.collaboration.activities import COMMENT_MODERATE, COMMENT_WRITE
from portulan.collaboration.marks import names_in
from portulan.collaboration.models import Comment, Mention
from portulan.organisation.queries import people_coded

LONGEST = 10_000
#: Codes that one comment may name.
MOST_NAMES = 30


def write(
    actor: Actor, kind: str, code: str, text: str, answer_to: UUID | str | None = None
) -> Comment:
    """Say something on an object, or answer; the author follows it from then on.

    Raises:
        NotFoundForActor: no such object, or no such comment on it, for the actor.
        Refused: the matrix does not let the actor speak.
        Invalid: no text, or too long a one.
    """
    subject = subject_for(actor, kind, code)
    _require(check_write(actor))
    text = _checked(text)
    parent = None
    if answer_to is not None:
        parent, on = comment_for(actor, answer_to)
        if on.uid != subject.uid:
            raise Invalid({"answer_to": Refusal("comment.elsewhere")})
        parent = parent.parent or parent
    with recording(actor, COMMENT_WRITE.code) as recorder:
        comment = recorder.create(
            Comment(
                subject_kind=subject.kind, subject_uid=subject.uid, author_id=actor.person_id,
                text=text, parent=parent,
            )
        )
        if parent is not None and parent.resolved_at is not None:
            recorder.update(parent, resolved_at=None, resolved_by=None)
        _name(actor, comment)
        follow(actor.person_id, subject)
        _tell(recorder)
    return comment


def edit(actor: Actor, uid: UUID | str, text: str, revision: int) -> Comment:
    """Correct one's own comment; what it said before stays readable in its history.

    Raises:
        NotFoundForActor, Refused: rights.
        Conflict: it was changed meanwhile.
        Invalid: no text, too long a one, or the comment was taken away.
    """
    comment, _subject = comment_for(actor, uid)
    _require(check_own(actor, comment.author_id))
    if comment.deleted_at is not None:
        raise Invalid({"text": Refusal("comment.gone")})
    text = _checked(text)
    if text == comment.text:
        return comment
    with recording(actor, COMMENT_WRITE.code) as recorder:
        recorder.update(comment, expected_revision=revision, text=text, edited_at=timezone.now())
        _name(actor, comment)
        _tell(recorder)
    return comment


def delete(actor: Actor, uid: UUID | str) -> Comment:
    """Take a comment away: its text goes, its place and its answers stay.

    Raises:
        NotFoundForActor, Refused: rights.
    """
    comment, _subject = comment_for(actor, uid)
    _require(check_take_away(actor, comment.author_id))
    if comment.deleted_at is not None:
        return comment
    own = comment.author_id == actor.person_id
    with recording(actor, (COMMENT_WRITE if own else COMMENT_MODERATE).code) as recorder:
        recorder.update(
            comment, text="", deleted_at=timezone.now(), deleted_by_id=actor.person_id
        )
        comment.mentions.all().delete()
    return comment


def settle(actor: Actor, uid: UUID | str, settled: bool) -> Comment:
    """Say that a thread is settled, or open again.

    Raises:
        NotFoundForActor, Refused: rights.
        Invalid: an answer is not a thread.
    """
    comment, _subject = comment_for(actor, uid)
    _require(check_write(actor))
    if comment.parent_id is not None:
        raise Invalid({"comment": Refusal("comment.answer")})
    if (comment.resolved_at is not None) == settled:
        return comment
    with recording(actor, COMMENT_WRITE.code) as recorder:
        recorder.update(
            comment, resolved_at=timezone.now() if settled else None,
            resolved_by_id=actor.person_id if settled else None,
        )
    return comment


def subject_of(actor: Actor, uid: UUID | str) -> Subject:
    """The object that a comment is on; raises as ``access.comment_for``."""
    return comment_for(actor, uid)[1]


def _require(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal)


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise Invalid({"text": Refusal("comment.empty")})
    if len(text) > LONGEST:
        raise Invalid({"text": Refusal("field.too_long", {"most": LONGEST})})
    return text


def _name(actor: Actor, comment: Comment) -> None:
    """Derive whom and what a comment names; an object only when its author may read it."""
    people, objects = names_in(comment.text)
    named = people_coded(sorted(people)[:MOST_NAMES])
    seen = resolver().coded(actor, sorted(objects)[:MOST_NAMES])
    comment.mentions.all().delete()
    Mention.objects.bulk_create(
        [
            *(
                Mention(comment=comment, mark=f"@{code}", person_id=pk)
                for code, pk in named.items()
            ),
            *(
                Mention(comment=comment, mark=f"#{code}", kind=subject.kind, uid=subject.uid)
                for code, subject in seen.items()
            ),
        ]
    )


def _tell(recorder: Recorder) -> None:
    """Whoever follows is told soon, by a worker."""
    key = str(recorder.change.uid)
    recorder.after_commit(lambda: _nudge(key))


def _nudge(key: str) -> None:
    try:
        enqueue("notifications.make", key=key)
    except KeyError:
        return
