"""Saved views as rows."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from portulan.base.policy import Actor
from portulan.collaboration.access import check_edit
from portulan.collaboration.models import SavedView


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A saved view: the page it belongs to, its name, the query string that holds it."""

    uid: str
    page: str
    name: str
    query: str
    sharing: str
    mine: bool
    editable: bool


def saved_views(actor: Actor, page: str | None = None) -> list[ViewRow]:
    """The views that the actor may open, locked ones first, then shared, then its own (1 query)."""
    found = SavedView.objects.filter(
        Q(sharing__in=(SavedView.Sharing.SHARED, SavedView.Sharing.LOCKED))
        | Q(account_id=actor.account_id, account_id__isnull=False)
    )
    if page is not None:
        found = found.filter(page=page)
    order = (SavedView.Sharing.LOCKED, SavedView.Sharing.SHARED, SavedView.Sharing.MINE)
    rows = sorted(found, key=lambda v: (order.index(SavedView.Sharing(v.sharing)), v.name.lower()))
    return [
        ViewRow(
            str(view.uid), view.page, view.name, view.query, view.sharing,
            view.account_id is not None and view.account_id == actor.account_id,
            check_edit(actor, view) is None,
        )
        for view in rows
    ]
