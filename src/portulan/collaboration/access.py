"""Fetch-and-authorise of saved views, comments and files."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from portulan.base.policy import Actor, NotFoundForActor, Refusal, Refused, check_right
from portulan.base.subjects import Subject, resolver
from portulan.collaboration.activities import COMMENT_MODERATE, COMMENT_WRITE, VIEW_LOCK
from portulan.collaboration.models import Attachment, Comment, SavedView


def view_for(actor: Actor, uid: UUID | str) -> SavedView:
    """A saved view that the actor may open: its own, or one shared.

    Raises:
        NotFoundForActor: there is none, or it is somebody else's own.
    """
    found = SavedView.objects.filter(uid=uid).first()
    if found is None or (
        found.sharing == SavedView.Sharing.MINE and found.account_id != actor.account_id
    ):
        raise NotFoundForActor("view", str(uid))
    return found


def check_edit(actor: Actor, view: SavedView) -> Refusal | None:
    """Why the actor may not change a view: its owner may, and who may lock views."""
    if actor.system or check_right(actor, VIEW_LOCK) is None:
        return None
    if view.sharing == SavedView.Sharing.LOCKED:
        return Refusal("view.locked")
    if view.account_id != actor.account_id:
        return Refusal("view.not_yours")
    return None


def view_to_edit(actor: Actor, uid: UUID | str) -> SavedView:
    """A saved view that the actor may change.

    Raises:
        NotFoundForActor: as ``view_for``.
        Refused: it may be opened, not changed.
    """
    view = view_for(actor, uid)
    refusal = check_edit(actor, view)
    if refusal is not None:
        raise Refused(refusal)
    return view


def subject_for(actor: Actor, kind: str, code: str) -> Subject:
    """The object that is talked about: who may read it may read what is said of it.

    Raises:
        NotFoundForActor: there is none that the actor may know of.
    """
    return resolver().find(actor, kind, code)


def check_write(actor: Actor) -> Refusal | None:
    """Why the actor may say nothing on objects that it may read, or ``None``."""
    if not actor.system and actor.person_id is None:
        return Refusal("comment.nobody")
    return check_right(actor, COMMENT_WRITE)


def check_own(actor: Actor, author: int | None) -> Refusal | None:
    """Why the actor may not change what somebody wrote."""
    if actor.system or (actor.person_id is not None and actor.person_id == author):
        return check_write(actor)
    return Refusal("comment.not_yours")


def check_take_away(actor: Actor, author: int | None) -> Refusal | None:
    """Why the actor may not take away what somebody wrote: its author may, and who moderates."""
    if check_own(actor, author) is None or check_right(actor, COMMENT_MODERATE) is None:
        return None
    return Refusal("comment.not_yours")


def comment_for(actor: Actor, uid: UUID | str) -> tuple[Comment, Subject]:
    """A comment and the object it is on, which the actor may read.

    Raises:
        NotFoundForActor: there is none, or none that the actor may know of.
    """
    found = (
        Comment.objects.select_related("author", "parent").filter(uid=uid).first()
    )
    return _with_subject(actor, "comment", str(uid), found)


def attachment_for(actor: Actor, uid: UUID | str) -> tuple[Attachment, Subject]:
    """A file and the object it is on; raises as ``comment_for``."""
    found = Attachment.objects.select_related("author").filter(uid=uid).first()
    return _with_subject(actor, "attachment", str(uid), found)


R = TypeVar("R", Comment, Attachment)


def _with_subject(actor: Actor, kind: str, uid: str, found: R | None) -> tuple[R, Subject]:
    if found is None:
        raise NotFoundForActor(kind, uid)
    seen = resolver().readable(actor, {found.subject_kind: [found.subject_uid]})
    if found.subject_uid not in seen:
        raise NotFoundForActor(kind, uid)
    return found, seen[found.subject_uid]
