"""Takes a whole change back, from its history: exact previous values, or a clear refusal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models

from portulan.base.bulk import Prepared, Stale
from portulan.base.changes import Cause, Recorder, recording
from portulan.base.models import Change, HistoryRow, Record
from portulan.base.policy import Actor, Invalid, Refusal

CHUNK = 5000
#: Other writers may come between preparation and transaction.
ATTEMPTS = 5
Operation = HistoryRow.Operation


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a record cannot go back: ``changed`` since, ``used`` by another record, or ``gone``."""

    code: str
    model: str
    name: str
    uid: UUID
    by: str = ""


def record_models() -> dict[str, type[Record]]:
    """Every concrete record model by its label (``app.model``)."""
    found: dict[str, Any] = {}

    def walk(subclasses: Iterable[type[Record]]) -> None:
        for model in subclasses:
            if not model._meta.abstract:
                found[model._meta.label_lower] = model
            walk(model.__subclasses__())

    walk(Record.__subclasses__())
    return found


def obstacles(change: Change, limit: int = 50) -> list[Obstacle]:
    """What stands in the way of taking a change back, at most ``limit`` of them."""
    found: list[Obstacle] = []
    for obstacle in _obstacles(change):
        found.append(obstacle)
        if len(found) >= limit:
            break
    return found


def _obstacles(change: Change) -> Iterator[Obstacle]:
    known = record_models()
    rows: dict[str, dict[UUID, HistoryRow]] = defaultdict(dict)
    for row in change.rows.order_by("pk"):
        rows[row.model][row.record_uid] = row
    for label, mine in rows.items():
        model = known[label]
        names = _names(model, mine)
        for part in _chunks(mine):
            later = HistoryRow.objects.filter(
                # What was undone since, and the undoing, cancel out.
                ~models.Exists(Change.objects.filter(undone_by=models.OuterRef("change"))),
                model=label,
                record_uid__in=part,
                change_id__gt=change.pk,
                change__undone_by=None,
            ).select_related("change")
            for row in later.order_by("pk"):
                yield Obstacle(
                    "changed",
                    label,
                    names.get(row.record_uid, ""),
                    row.record_uid,
                    row.change.actor,
                )
        kept = {uid for uid, row in mine.items() if row.operation != Operation.DELETE}
        for uid in kept - names.keys():
            yield Obstacle("gone", label, "", uid)
    created: dict[str, dict[UUID, int]] = {label: {} for label in rows}
    #: Columns that go back to their old value, so that what they point to now does not count.
    restored: dict[str, dict[UUID, frozenset[str]]] = {label: {} for label in rows}
    for row in change.rows.exclude(operation=Operation.DELETE).order_by("pk"):
        if row.operation == Operation.CREATE:
            created[row.model][row.record_uid] = row.record_id
        else:
            restored[row.model][row.record_uid] = frozenset(row.columns)
    for label, ids in created.items():
        if ids:
            together = {k: set(v) for k, v in created.items()}
            yield from _used(known[label], ids, together, restored)


def _used(
    model: type[Record],
    ids: dict[UUID, int],
    created: dict[str, set[UUID]],
    restored: dict[str, dict[UUID, frozenset[str]]],
) -> Iterator[Obstacle]:
    """Records of others that point to a record which would go."""
    by_id = {pk: uid for uid, pk in ids.items()}
    names = _names(model, ids)
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        other = relation.related_model
        if not (isinstance(other, type) and issubclass(other, Record)):
            continue
        column = relation.field.name
        together = created.get(other._meta.label_lower, set())
        going_back = restored.get(other._meta.label_lower, {})
        pks = list(by_id)
        for start in range(0, len(pks), CHUNK):
            users = other._default_manager.filter(**{f"{column}__in": pks[start : start + CHUNK]})
            for uid, pk in users.values_list("uid", f"{column}_id"):
                if uid not in together and f"{column}_id" not in going_back.get(uid, ()):
                    yield Obstacle(
                        "used",
                        model._meta.label_lower,
                        names.get(by_id[pk], ""),
                        by_id[pk],
                        other._meta.label_lower,
                    )


def _names(model: Any, uids: Iterable[UUID]) -> dict[UUID, str]:
    has_name = any(f.name == "name" for f in model._meta.concrete_fields)
    found: dict[UUID, str] = {}
    for part in _chunks(uids):
        rows = model._default_manager.filter(uid__in=part)
        if has_name:
            found.update(rows.values_list("uid", "name"))
        else:
            found.update((uid, "") for uid in rows.values_list("uid", flat=True))
    return found


@dataclass(slots=True)
class Undo:
    """A change made ready to be taken back in a short transaction."""

    change: Change
    prepared: Prepared
    #: The latest history row when it was made ready.
    seen: int


def prepare(change: Change) -> Undo:
    """Make ready, outside of any transaction, to take a change back.

    Created records go, changed columns read as before, deleted records return. What was effective
    at a day is taken back at that day, so that no day shows it any more. The caller has asked for
    the right.

    Raises:
        Invalid: undone already, or something changed since; the refusal carries the obstacles.
    """
    seen = _latest()
    if Change.objects.filter(pk=change.pk).exclude(undone_by=None).exists():
        raise Invalid({"change": Refusal("undo.already")})
    blocked = obstacles(change)
    if blocked:
        raise Invalid({"change": Refusal("undo.changed_since", {"obstacles": blocked})})
    known = record_models()
    prepared = Prepared()
    for label, group in _runs(list(change.rows.order_by("-pk"))):
        _take_back(prepared, known[label], group)
    return Undo(change, prepared, seen)


def execute(recorder: Recorder, ready: Undo) -> None:
    """Take a change back, inside the recorder's transaction.

    Raises:
        Stale: somebody wrote since it was made ready; prepare again.
        Conflict: a record moved on meanwhile.
    """
    locked = Change.objects.select_for_update().get(pk=ready.change.pk)
    if locked.undone_by_id is not None or _latest() != ready.seen:
        raise Stale
    ready.prepared.execute(recorder)
    locked.undone_by = recorder.change
    locked.save(update_fields=["undone_by"])


def undo(actor: Actor, change: Change, activity: str, cause: Cause | None = None) -> Recorder:
    """Take one change back at once; the caller has asked for the right.

    Raises:
        Invalid: as ``prepare``.
    """
    for attempt in range(ATTEMPTS):
        ready = prepare(change)
        try:
            with (
                ready.prepared.staged(),
                recording(actor, activity, cause=cause) as recorder,
            ):
                execute(recorder, ready)
            break
        except Stale:
            if attempt == ATTEMPTS - 1:
                raise
    return recorder


def _latest() -> int:
    return HistoryRow.objects.aggregate(last=models.Max("pk"))["last"] or 0


def _runs(rows: Sequence[HistoryRow]) -> Iterator[tuple[str, list[HistoryRow]]]:
    """Consecutive rows of one model, operation and day."""
    group: list[HistoryRow] = []
    for row in rows:
        if group and (row.model, row.operation, row.effective_on) != (
            group[0].model,
            group[0].operation,
            group[0].effective_on,
        ):
            yield group[0].model, group
            group = []
        group.append(row)
    if group:
        yield group[0].model, group


def _take_back(prepared: Prepared, model: Any, rows: Sequence[HistoryRow]) -> None:
    day = rows[0].effective_on
    operation = rows[0].operation
    if operation == Operation.DELETE:
        prepared.restore(
            [
                model(pk=r.record_id, uid=r.record_uid, **_typed(model, r, only_set=True))
                for r in rows
            ],
            day,
        )
        return
    records: dict[UUID, Record] = {}
    for part in _chunks(row.record_uid for row in rows):
        for record in model._default_manager.filter(uid__in=part):
            records[record.uid] = record
    if operation == Operation.CREATE:
        prepared.delete([records[row.record_uid] for row in rows], day)
    else:
        prepared.update([(records[row.record_uid], _typed(model, row)) for row in rows], day)


def _typed(model: type[Record], row: HistoryRow, only_set: bool = False) -> dict[str, Any]:
    """The old values of a history row, in the types of the columns."""
    fields = {f.attname: f for f in model._meta.concrete_fields}
    values: dict[str, Any] = {}
    for name, (old, _new) in row.columns.items():
        if name not in fields or (only_set and old is None):
            continue
        column = fields[name]
        if isinstance(column, models.ForeignKey):
            column = column.target_field
        values[name] = old if isinstance(column, models.JSONField) else column.to_python(old)
    return values


def _chunks(values: Iterable[UUID]) -> Iterator[list[UUID]]:
    everything = list(values)
    for start in range(0, len(everything), CHUNK):
        yield everything[start : start + CHUNK]
