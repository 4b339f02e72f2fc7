"""Writes on saved views."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from portulan.base.changes import recording
from portulan.base.policy import Actor, Invalid, Refusal, require
from portulan.collaboration.access import view_to_edit
from portulan.collaboration.activities import VIEW_LOCK, VIEW_SHARE
from portulan.collaboration.models import SavedView

SAVE = "view.save"


def save_view(
    actor: Actor, *, page: str, name: str, query: str, sharing: str = "mine"
) -> SavedView:
    """Keep a view under a name; one's own view of the same name and page is replaced.

    Raises:
        Refused: sharing or locking is not granted.
        Invalid: no name, too long, or an unknown sharing.
    """
    name = name.strip()
    errors = {}
    if not name:
        errors["name"] = Refusal("field.required")
    elif len(name) > 100:
        errors["name"] = Refusal("field.too_long", {"most": 100})
    if sharing not in SavedView.Sharing.values:
        errors["sharing"] = Refusal("field.unknown", {"value": sharing})
    if errors:
        raise Invalid(errors)
    _require_sharing(actor, sharing)
    own = None
    if actor.account_id is not None:
        own = SavedView.objects.filter(
            account_id=actor.account_id, page=page, name=name
        ).first()
    with recording(actor, SAVE) as recorder:
        if own is not None:
            view_to_edit(actor, own.uid)
            recorder.update(own, query=query, sharing=sharing)
            return own
        return recorder.create(
            SavedView(
                account_id=actor.account_id, page=page, name=name, query=query, sharing=sharing
            )
        )


def change_view(
    actor: Actor, uid: UUID | str, *, name: str | None = None, query: str | None = None,
    sharing: str | None = None,
) -> SavedView:
    """Rename a view, keep another state of the page in it, or share it otherwise.

    Raises:
        NotFoundForActor, Refused: rights.
        Invalid: a value that cannot be taken.
    """
    view = view_to_edit(actor, uid)
    given = {"name": name, "query": query, "sharing": sharing}
    values: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if name is not None and not name.strip():
        raise Invalid({"name": Refusal("field.required")})
    if sharing is not None:
        if sharing not in SavedView.Sharing.values:
            raise Invalid({"sharing": Refusal("field.unknown", {"value": sharing})})
        _require_sharing(actor, sharing)
    with recording(actor, SAVE) as recorder:
        recorder.update(view, **values)
    return view


def delete_view(actor: Actor, uid: UUID | str) -> None:
    """Remove a view.

    Raises:
        NotFoundForActor, Refused: rights.
    """
    view = view_to_edit(actor, uid)
    with recording(actor, SAVE) as recorder:
        recorder.delete(view)


def _require_sharing(actor: Actor, sharing: str) -> None:
    if sharing == SavedView.Sharing.LOCKED:
        require(actor, VIEW_LOCK)
    elif sharing == SavedView.Sharing.SHARED:
        require(actor, VIEW_SHARE)
