"""Set-wise writes for what comes from elsewhere: many records of many kinds, by public identifier.

An app says in its ``sync.py`` which of its tables importers may fill; the values name other records
by ``uid``, so that a row may point to one that is created with it. Rights are the caller's: an
importer asks for its own activity before it writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

from portulan.base.bulk import Prepared
from portulan.base.changes import Recorder
from portulan.base.models import Record
from portulan.base.policy import Conflict

CHUNK = 5000


@dataclass(frozen=True, slots=True)
class SyncTable:
    """A table that importers may fill: its plain columns and its keys to other kinds."""

    kind: str
    model: type[Record]
    columns: tuple[str, ...]
    #: Column → kind of the record it points to; values are given as ``uid``.
    refs: Mapping[str, str] = field(default_factory=dict)
    #: Brings derived columns up to date once rows were written.
    after: Callable[[Recorder, Sequence[Record]], None] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that may be written."""
        return (*self.columns, *self.refs)


@dataclass(frozen=True, slots=True)
class Present:
    """A record as it stands: its revision and its values (keys as ``uid``)."""

    uid: UUID
    revision: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """What to write: all values of a new record, or the columns to change of an existing one.

    ``revision`` is the one that the comparison saw; ``None`` for a new record.
    """

    uid: UUID
    values: Mapping[str, Any]
    revision: int | None = None


def read(table: SyncTable, uids: Iterable[UUID] | None = None) -> dict[UUID, Present]:
    """Records of a table by ``uid``: all, or those asked for (one query per 5,000)."""
    names = [*table.columns, *(f"{name}__uid" for name in table.refs)]
    rows = table.model._default_manager.order_by("pk")
    found: dict[UUID, Present] = {}
    parts = [rows] if uids is None else (rows.filter(uid__in=part) for part in _chunks(uids))
    for part in parts:
        for uid, revision, *values in part.values_list("uid", "revision", *names):
            found[uid] = Present(uid, revision, dict(zip(table.names, values, strict=True)))
    return found


@dataclass(slots=True)
class Staged:
    """Records of many kinds, ready to be written in a short transaction."""

    prepared: Prepared
    written: list[tuple[SyncTable, list[Record]]] = field(default_factory=list)


def stage(
    tables: Sequence[SyncTable],
    creates: Mapping[str, Sequence[Row]],
    updates: Mapping[str, Sequence[Row]],
) -> Staged:
    """Make ready, outside of any transaction, what ``write_staged`` writes.

    Creations are facts that were so before we knew of them; changes take effect today.

    Raises:
        Conflict: a record moved on since it was compared.
        KeyError: a row points to a record that does not exist.
    """
    today = timezone.localdate()
    ids: dict[str, dict[UUID, int]] = {table.kind: {} for table in tables}
    by_kind = {table.kind: table for table in tables}
    staged = Staged(Prepared())
    for table in tables:
        new, changed = creates.get(table.kind, ()), updates.get(table.kind, ())
        if not new and not changed:
            continue
        _load_targets(by_kind, table, [*new, *changed], ids)
        records: list[Record] = []
        for wave in _waves(table, new, ids):
            made = [table.model(uid=row.uid, **_values(table, row.values, ids)) for row in wave]
            staged.prepared.insert(made)
            ids[table.kind].update({record.uid: record.pk for record in made})
            records += made
        found = _current(table, changed)
        staged.prepared.update(
            [(found[row.uid], _values(table, row.values, ids)) for row in changed], today
        )
        staged.written.append((table, [*records, *found.values()]))
    return staged


def write_staged(recorder: Recorder, staged: Staged) -> None:
    """Write what was staged, in the recorder's transaction.

    Raises:
        Stale: somebody else wrote meanwhile; stage again.
        Conflict: a record moved on meanwhile.
    """
    staged.prepared.execute(recorder)
    for table, records in staged.written:
        if table.after is not None:
            table.after(recorder, records)


def write(
    recorder: Recorder,
    tables: Sequence[SyncTable],
    creates: Mapping[str, Sequence[Row]],
    updates: Mapping[str, Sequence[Row]],
) -> None:
    """Stage and write at once, for amounts that are ready in no time.

    Raises:
        Conflict, KeyError: as ``stage``.
    """
    write_staged(recorder, stage(tables, creates, updates))


def remove(recorder: Recorder, table: SyncTable, uids: Iterable[UUID]) -> int:
    """Delete records of a table by ``uid``; those already gone are passed over."""
    count = 0
    for part in _chunks(uids):
        records = list(table.model._default_manager.filter(uid__in=part))
        recorder.delete_many(records)
        count += len(records)
        if table.after is not None and records:
            table.after(recorder, records)
    return count


def _current(table: SyncTable, rows: Sequence[Row]) -> dict[UUID, Record]:
    """The records to change, at the revision that the comparison saw."""
    found: dict[UUID, Record] = {}
    manager = table.model._default_manager
    for part in _chunks(row.uid for row in rows):
        for record in manager.filter(uid__in=part):
            found[record.uid] = record
    for row in rows:
        fresh = found.get(row.uid)
        if fresh is None or fresh.revision != row.revision:
            raise Conflict(table.kind, str(row.uid), dict.fromkeys(row.values, (None, None)))
    return found


def _values(
    table: SyncTable, values: Mapping[str, Any], ids: Mapping[str, Mapping[UUID, int]]
) -> dict[str, Any]:
    done: dict[str, Any] = {}
    for name, value in values.items():
        if name in table.refs:
            done[f"{name}_id"] = None if value is None else ids[table.refs[name]][value]
        elif name in table.columns:
            done[name] = value
        else:
            raise KeyError(f"{table.kind} has no column {name}")
    return done


def _load_targets(
    tables: Mapping[str, SyncTable],
    table: SyncTable,
    rows: Sequence[Row],
    ids: dict[str, dict[UUID, int]],
) -> None:
    wanted: dict[str, set[UUID]] = {}
    for row in rows:
        for name, kind in table.refs.items():
            value = row.values.get(name)
            if value is not None and value not in ids[kind]:
                wanted.setdefault(kind, set()).add(value)
    for kind, uids in wanted.items():
        manager = tables[kind].model._default_manager
        for part in _chunks(uids):
            ids[kind].update(manager.filter(uid__in=part).values_list("uid", "pk"))


def _waves(
    table: SyncTable, rows: Sequence[Row], ids: Mapping[str, Mapping[UUID, int]]
) -> Iterator[list[Row]]:
    """Rows in waves, so that a row comes after the one of its own table it points to."""
    own = [name for name, kind in table.refs.items() if kind == table.kind]
    left = list(rows)
    while left:
        waiting = {row.uid for row in left}
        ready = [r for r in left if not any(r.values.get(name) in waiting for name in own)]
        if not ready:
            raise ValueError(f"{table.kind}: rows point to one another in a circle")
        yield ready
        if len(ready) == len(left):
            return
        done = {row.uid for row in ready}
        left = [row for row in left if row.uid not in done]


def _chunks(values: Iterable[UUID]) -> Iterator[list[UUID]]:
    everything = list(values)
    for start in range(0, len(everything), CHUNK):
        yield everything[start : start + CHUNK]
