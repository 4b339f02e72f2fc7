"""Fetches an import for somebody: one's own, or any for those who may import everywhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from portulan.base.policy import ANYWHERE, Actor, NotFoundForActor, Scope, check_right, require
from portulan.integrations.activities import IMPORT_RUN
from portulan.integrations.models import ImportBatch
from portulan.organisation.sync import root_ids

KIND = "table"


def may_see_all(actor: Actor) -> bool:
    """Whether an actor may import for the whole company, hence see the files of others."""
    roots = root_ids()
    return actor.system or (
        bool(roots)
        and all(
            check_right(actor, IMPORT_RUN, Scope(entities=frozenset({pk}))) is None for pk in roots
        )
    )


def batches_for(actor: Actor) -> QuerySet[ImportBatch]:
    """The imports that an actor may see.

    Raises:
        Refused: no right to import.
    """
    require(actor, IMPORT_RUN, ANYWHERE)
    found = ImportBatch.objects.filter(kind=KIND)
    if may_see_all(actor):
        return found
    return found.filter(account__pk=actor.account_id) if actor.account_id else found.none()


def batch(actor: Actor, uid: UUID) -> ImportBatch:
    """One import.

    Raises:
        Refused: no right to import.
        NotFoundForActor: none of this identifier, or somebody else's.
    """
    found = batches_for(actor).select_related("change", "account").filter(uid=uid).first()
    if found is None:
        raise NotFoundForActor("import", str(uid))
    return found


def past(actor: Actor, limit: int = 50) -> list[dict[str, Any]]:
    """The latest imports, newest first, without their files."""
    rows = batches_for(actor).defer("content", "mapping", "repairs").select_related("account")
    return [
        {
            "uid": row.uid,
            "file_name": row.file_name,
            "source": row.source,
            "state": row.state,
            "created_at": row.created_at,
            "applied_at": row.applied_at,
            "who": str(row.account) if row.account else "",
            "totals": row.plan.get("totals", {}),
        }
        for row in rows.order_by("-created_at")[:limit]
    ]
