"""Fetch-and-authorise of saved views."""

from __future__ import annotations

from uuid import UUID

from portulan.base.policy import Actor, NotFoundForActor, Refusal, Refused, check_right
from portulan.collaboration.activities import VIEW_LOCK
from portulan.collaboration.models import SavedView


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
