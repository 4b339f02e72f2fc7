"""The one way to write: a recorder that keeps revision and history of every record.

One action is one ``recording`` block: one transaction, one ``Change``, its history rows written
set-wise at the end. A block that changed nothing leaves no trace.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from portulan.base.models import Change, HistoryRow, Record
from portulan.base.policy import Actor, Conflict

R = TypeVar("R", bound=Record)
BATCH = 500


@dataclass(frozen=True, slots=True)
class Cause:
    """What a change comes from: a decision, an import, a job."""

    type: str
    uid: uuid.UUID


def tracked_columns(model: type[Record]) -> tuple[str, ...]:
    """The attribute names of the columns whose history is kept."""
    return tuple(
        f.attname for f in model._meta.concrete_fields if f.name not in model.untracked
    )


def derived_columns(model: type[Record]) -> tuple[str, ...]:
    """The columns that are derived from others: neither tracked nor identity."""
    apart = {"id", "uid", "revision"}
    return tuple(
        f.attname for f in model._meta.concrete_fields if f.name in model.untracked - apart
    )


def plain(value: Any) -> Any:
    """A column's value as JSON can hold it; equal values have equal forms."""
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, (uuid.UUID, Decimal)):
        return str(value)
    return value


@dataclass
class Recorder:
    """Collects the writes of one action. Get one from ``recording``."""

    actor: Actor
    activity: str
    cause: Cause | None = None
    effective_on: date | None = None
    note: str = ""
    _rows: list[HistoryRow] = field(default_factory=list)
    _change: Change | None = None
    _on_commit: list[Callable[[], None]] = field(default_factory=list)

    @property
    def change(self) -> Change:
        """The change of this action, stored at first use."""
        if self._change is None:
            self._change = Change.objects.create(
                at=timezone.now(),
                account_id=self.actor.account_id,
                actor=self.actor.name[:200],
                activity=self.activity,
                cause_type=self.cause.type if self.cause else "",
                cause_uid=self.cause.uid if self.cause else None,
                note=self.note[:300],
            )
        return self._change

    @property
    def changed(self) -> bool:
        """Whether anything was written so far."""
        return self._change is not None

    def create(self, record: R) -> R:
        """Insert one record."""
        self.create_many([record])
        return record

    def create_many(self, records: Sequence[R]) -> list[R]:
        """Insert records of one model set-wise, in order."""
        if not records:
            return []
        model = type(records[0])
        for record in records:
            record.refresh_derived()
        manager = model._default_manager
        created = list(manager.bulk_create(records, batch_size=BATCH))
        if any(record.pk is None for record in created):
            ids = dict(
                manager.filter(uid__in=[r.uid for r in created]).values_list("uid", "pk")
            )
            for record in created:
                record.pk = ids[record.uid]
        columns = tracked_columns(model)
        for record in created:
            values = {
                name: [None, plain(getattr(record, name))]
                for name in columns
                if getattr(record, name) not in (None, "")
            }
            self._note(record, HistoryRow.Operation.CREATE, values)
        return created

    def update(self, record: Record, expected_revision: int | None = None, **values: Any) -> bool:
        """Change columns of one record; tells whether anything differed.

        With ``expected_revision`` a record that moved on meanwhile conflicts.

        Raises:
            Conflict: the record is at another revision and the columns read otherwise.
        """
        if expected_revision is not None:
            fresh = type(record)._default_manager.select_for_update().get(pk=record.pk)
            if fresh.revision != expected_revision:
                drift = {
                    name: (plain(value), plain(getattr(fresh, _attname(type(record), name))))
                    for name, value in values.items()
                }
                raise Conflict(record._meta.model_name or "", str(record.uid), drift)
        return self.update_many([(record, values)]) == 1

    def update_many(self, changes: Iterable[tuple[R, Mapping[str, Any]]]) -> int:
        """Change columns of records of one model set-wise; returns how many really differed."""
        touched: list[R] = []
        names: set[str] = set()
        derived: set[str] = set()
        for record, values in changes:
            diff: dict[str, list[Any]] = {}
            for name, value in values.items():
                attname = _attname(type(record), name)
                new = value.pk if isinstance(value, models.Model) else value
                old = getattr(record, attname)
                if plain(old) != plain(new):
                    diff[attname] = [plain(old), plain(new)]
                    setattr(record, name, value)
            if not diff:
                continue
            names.update(diff)
            record.revision += 1
            columns = derived_columns(type(record))
            before = [getattr(record, name) for name in columns]
            record.refresh_derived()
            pairs = zip(columns, before, strict=True)
            derived.update(name for name, old in pairs if getattr(record, name) != old)
            touched.append(record)
            self._note(record, HistoryRow.Operation.UPDATE, diff)
        if touched:
            model = type(touched[0])
            fields = {model._meta.get_field(_field_name(model, n)).name for n in names}
            model._default_manager.bulk_update(
                touched, sorted(fields | derived | {"revision"}), batch_size=200
            )
        return len(touched)

    def delete(self, record: Record) -> None:
        """Delete one record; its last values stay in the history."""
        self.delete_many([record])

    def delete_many(self, records: Sequence[Record]) -> None:
        """Delete records of one model set-wise."""
        if not records:
            return
        model = type(records[0])
        columns = tracked_columns(model)
        for record in records:
            values = {
                name: [plain(getattr(record, name)), None]
                for name in columns
                if getattr(record, name) not in (None, "")
            }
            self._note(record, HistoryRow.Operation.DELETE, values)
        ids = [record.pk for record in records]
        for start in range(0, len(ids), BATCH):
            model._default_manager.filter(pk__in=ids[start : start + BATCH]).delete()

    def after_commit(self, call: Callable[[], None]) -> None:
        """Do this once the transaction is through (notifications, cache keys)."""
        self._on_commit.append(call)

    def _note(
        self, record: Record, operation: HistoryRow.Operation, columns: dict[str, Any]
    ) -> None:
        self._rows.append(
            HistoryRow(
                change=self.change,
                model=record._meta.label_lower,
                record_id=record.pk,
                record_uid=record.uid,
                operation=operation,
                effective_on=self.effective_on,
                columns=columns,
            )
        )

    def flush(self) -> None:
        """Write the history rows; ``recording`` calls it before the transaction ends."""
        if self._rows:
            HistoryRow.objects.bulk_create(self._rows, batch_size=BATCH)
            self._rows = []


def _field_name(model: type[models.Model], attname: str) -> str:
    for f in model._meta.concrete_fields:
        if attname in (f.attname, f.name):
            return f.name
    raise AttributeError(f"{model.__name__} has no column {attname}")


def _attname(model: type[models.Model], name: str) -> str:
    return model._meta.get_field(_field_name(model, name)).attname  # type: ignore[union-attr]


KNOWN_SINCE_EVER = date.min


@contextmanager
def recording(
    actor: Actor,
    activity: str,
    *,
    cause: Cause | None = None,
    effective_on: date | None = None,
    note: str = "",
) -> Iterator[Recorder]:
    """One action: a transaction with its recorder.

    ``effective_on`` defaults to today; ``KNOWN_SINCE_EVER`` marks facts taken in from elsewhere,
    which were so before we knew of them.
    """
    if effective_on is None:
        stored: date | None = timezone.localdate()
    else:
        stored = None if effective_on == KNOWN_SINCE_EVER else effective_on
    with transaction.atomic():
        recorder = Recorder(actor, activity, cause, stored, note)
        yield recorder
        recorder.flush()
        for call in recorder._on_commit:
            transaction.on_commit(call)
