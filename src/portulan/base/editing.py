"""A value edited where it stands, and one's own last actions taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from portulan.base.changes import plain, recording
from portulan.base.models import Change, HistoryRow, Record
from portulan.base.policy import Activity, Actor, Conflict, NotFoundForActor
from portulan.base.undo import undo

#: How long one may take one's own action back.
WINDOW = timedelta(minutes=30)


def edit_column(
    actor: Actor, activity: Activity, record: Record, column: str, value: Any, revision: int
) -> UUID | None:
    """Change one column of a record that was fetched for the actor.

    Somebody who changed another column meanwhile is no conflict. Returns the change to undo, or
    ``None`` when nothing differed.

    Raises:
        Conflict: the column itself changed since ``revision``.
    """
    with recording(actor, activity.code) as recorder:
        fresh = type(record)._default_manager.select_for_update().get(pk=record.pk)
        if fresh.revision != revision and _touched(fresh, column, fresh.revision - revision):
            now = getattr(fresh, column)
            found = now.pk if isinstance(now, Record) else now
            asked = value.pk if isinstance(value, Record) else value
            raise Conflict(
                record._meta.model_name or "",
                str(record.uid),
                {column: (plain(asked), plain(found))},
            )
        recorder.update_many([(fresh, {column: value})])
    return recorder.change.uid if recorder.changed else None


def _touched(record: Record, column: str, steps: int) -> bool:
    """Whether one of the record's last ``steps`` updates wrote this column."""
    if steps <= 0:
        return True
    rows = (
        HistoryRow.objects.filter(
            model=record._meta.label_lower,
            record_uid=record.uid,
            operation=HistoryRow.Operation.UPDATE,
        )
        .order_by("-pk")
        .values_list("columns", flat=True)[:steps]
    )
    names = {column, f"{column}_id"}
    return len(rows) < steps or any(names & set(columns) for columns in rows)


def take_back(
    actor: Actor,
    uid: UUID | str,
    activities: Collection[Activity],
    authorise: Callable[[list[HistoryRow]], None],
) -> None:
    """Undo one's own recent action; ``authorise`` asks again for the right on what it touched.

    Raises:
        NotFoundForActor: no such change of this actor, under these activities, in the last while.
        Invalid: something changed since.
    """
    found = Change.objects.filter(uid=uid, activity__in=[a.code for a in activities]).first()
    mine = found is not None and (actor.system or found.account_id == actor.account_id)
    if found is None or not mine or found.at < timezone.now() - WINDOW:
        raise NotFoundForActor("change", str(uid))
    authorise(list(found.rows.order_by("pk")))
    undo(actor, found, found.activity)
