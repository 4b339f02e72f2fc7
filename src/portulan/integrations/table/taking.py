"""Writes a plan in one transaction, and takes it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from uuid import UUID

from django.utils import timezone

from portulan.base.bulk import Stale
from portulan.base.changes import Cause, recording
from portulan.base.models import Change, ExternalKey, HistoryRow
from portulan.base.policy import Actor
from portulan.base.sync import Staged, stage, write_staged
from portulan.base.undo import Undo, execute, prepare
from portulan.integrations.activities import IMPORT_RUN
from portulan.integrations.models import ImportBatch
from portulan.integrations.table.known import TABLES
from portulan.integrations.table.planning import Plan

CAUSE = "import"
CHUNK = 5000
#: Other writers may take identifiers between preparation and transaction.
ATTEMPTS = 5
_OLD = {HistoryRow.Operation.UPDATE, HistoryRow.Operation.DELETE}


def take_in(actor: Actor, batch: ImportBatch, plan: Plan) -> Change | None:
    """Write everything or nothing; the batch says so in the same transaction.

    Returns the change, or ``None`` when nothing differed.

    Raises:
        Conflict: a record moved on since the plan was made; nothing is written.
    """
    keys = [
        ExternalKey(source=batch.source, kind=kind, key=key, record_uid=uid, digest=digest)
        for kind, key, uid, digest in plan.keys
    ]
    for attempt in range(ATTEMPTS):
        staged = stage(TABLES, plan.creates, plan.updates)
        staged.prepared.upsert(keys, ("source", "kind", "key"))
        try:
            _write(actor, batch, staged)
            break
        except Stale:
            if attempt == ATTEMPTS - 1:
                raise
    return batch.change


def _write(actor: Actor, batch: ImportBatch, staged: Staged) -> None:
    with (
        staged.prepared.staged(),
        recording(
            actor, IMPORT_RUN.code, cause=Cause(CAUSE, batch.uid), note=batch.file_name
        ) as recorder,
    ):
        write_staged(recorder, staged)
        batch.change = recorder.change if recorder.changed else None
        batch.state = ImportBatch.State.APPLIED
        batch.applied_at = timezone.now()
        batch.save(update_fields=["change", "state", "applied_at", "plan"])


def take_back(actor: Actor, batch: ImportBatch) -> None:
    """Undo a batch: created records go, changed ones read as before; keys follow.

    Raises:
        Invalid: something changed since; the refusal carries what.
    """
    change = batch.change
    made = _uids(change, {HistoryRow.Operation.CREATE}) if change is not None else []
    touched = _uids(change, _OLD) if change is not None else []
    for attempt in range(ATTEMPTS):
        ready = prepare(change) if change is not None else None
        try:
            _unwrite(actor, batch, ready, made, touched)
            break
        except Stale:
            if attempt == ATTEMPTS - 1:
                raise


def _unwrite(
    actor: Actor,
    batch: ImportBatch,
    ready: Undo | None,
    made: Sequence[UUID],
    touched: Sequence[UUID],
) -> None:
    with (
        ready.prepared.staged() if ready is not None else nullcontext(),
        recording(
            actor, IMPORT_RUN.code, cause=Cause(CAUSE, batch.uid), note=batch.file_name
        ) as recorder,
    ):
        if ready is not None:
            execute(recorder, ready)
        for part in _chunks(made):
            ExternalKey.objects.filter(record_uid__in=part).delete()
        for part in _chunks(touched):
            # Without a digest the next import of the file compares these records again.
            ExternalKey.objects.filter(record_uid__in=part).update(digest="")
        batch.state = ImportBatch.State.UNDONE
        batch.save(update_fields=["state"])


def _uids(change: Change, operations: set[HistoryRow.Operation]) -> list[UUID]:
    rows = change.rows.filter(operation__in=operations)
    return list(rows.values_list("record_uid", flat=True))


def _chunks(uids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(uids), CHUNK):
        yield uids[start : start + CHUNK]
