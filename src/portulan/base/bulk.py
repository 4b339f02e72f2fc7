"""Large writes in a short transaction: everything is made ready before it begins.

A transaction of SQLite holds every other writer back, so statements and values, history included,
are prepared first; inside, they are only executed. Identifiers are reserved beforehand: from the
sequence where there is one, else after the greatest in use, which is verified inside.

Many rows are laid down first in tables of this connection alone (``Prepared.staged``): nobody sees
them, no other writer waits for them, and the transaction only copies them.

A named place of raw SQL: table and column names come from the models, values are parameters.
"""

from __future__ import annotations

import gc
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from django.db.models import Max

from portulan.base.changes import Recorder, derived_columns, plain, tracked_columns
from portulan.base.models import HistoryRow, Record
from portulan.base.policy import Conflict
from portulan.base.statements import (
    HISTORY,
    Statement,
    Values,
    alteration,
    deletion,
    derivation,
    history_move,
    history_sql,
    insertion,
    insertion_or_change,
)

Operation = HistoryRow.Operation
#: Rows of a statement from which they are laid down beforehand, and how many at a time.
STAGED_FROM, STAGED_AT_ONCE = 1_000, 5_000
#: Told after each chunk laid down: rows so far, rows in all.
Tell = Callable[[int, int], None]


class Stale(Exception):
    """Somebody wrote between preparation and transaction: prepare again."""


@dataclass(slots=True)
class Prepared:
    """Statements and history of an action, ready to execute."""

    statements: list[Statement] = field(default_factory=list)
    #: ``(model, id, uid, operation, effective on, columns as JSON)``.
    history: list[Values] = field(default_factory=list)
    #: Model → first reserved identifier, where the database has no sequence.
    reserved: dict[type[Record], int] = field(default_factory=dict)
    #: Table of the rows laid down, by the place of their statement (-1: history).
    stages: dict[int, str] = field(default_factory=dict)

    def insert(self, records: Sequence[Record]) -> None:
        """Prepare new records of one model; their identifiers are set at once."""
        if not records:
            return
        model = type(records[0])
        for pk, record in zip(self._reserve(model, len(records)), records, strict=True):
            record.pk = pk
            record.refresh_derived()
        self._add(records, None)

    def restore(self, records: Sequence[Record], on: date | None) -> None:
        """Prepare deleted records to return, with the identifiers that they had."""
        for record in records:
            record.refresh_derived()
        if records:
            self._add(records, on)

    def _add(self, records: Sequence[Record], on: date | None) -> None:
        model = type(records[0])
        columns = model._meta.concrete_fields
        names = tracked_columns(model)
        native = connection.features.has_native_uuid_field
        day = connection.ops.adapt_datefield_value(on)
        label = model._meta.label_lower
        read = [_reader(column) for column in columns]
        rows = [tuple([one(record) for one in read]) for record in records]
        self.statements.append(insertion(model, rows))
        for record in records:
            held = record.__dict__
            told = {
                name: [None, value if type(value) in _PLAIN else plain(value)]
                for name in names
                if (value := held[name]) is not None and value != ""
            }
            uid = record.uid if native else record.uid.hex
            operation = Operation.CREATE.value
            self.history.append((label, record.pk, uid, operation, day, json.dumps(told)))

    def update(self, changes: Sequence[tuple[Record, Mapping[str, Any]]], on: date | None) -> None:
        """Prepare changes of existing records of one model, each at the revision it was read at.

        ``changes`` hold new values by column (``attname``); equal ones are left out.
        """
        by_columns: dict[tuple[str, ...], list[Values]] = defaultdict(list)
        model: type[Record] | None = None
        for record, values in changes:
            model = type(record)
            derived = derived_columns(model)
            before = {n: getattr(record, n) for n in derived}
            told = {}
            for name, value in values.items():
                old = getattr(record, name)
                if plain(old) != plain(value):
                    told[name] = [plain(old), plain(value)]
                    setattr(record, name, value)
            if not told:
                continue
            record.refresh_derived()
            names = (*sorted(told), *(n for n in derived if getattr(record, n) != before[n]))
            fields = [_field(model, name) for name in names]
            stored = tuple(_stored(f, record) for f in fields)
            by_columns[names].append((*stored, record.pk, record.revision))
            record.revision += 1
            self._note(record, Operation.UPDATE, on, told)
        for names, rows in by_columns.items():
            assert model is not None
            columns = [_field(model, name) for name in names]
            self.statements.append(alteration(model, columns, rows))

    def derive(self, records: Sequence[Record], names: Sequence[str]) -> None:
        """Prepare derived columns of existing records: neither a revision nor history."""
        if not records:
            return
        model = type(records[0])
        columns = [_field(model, name) for name in names]
        rows: list[Values] = [
            (*(_stored(f, record) for f in columns), record.pk, record.revision)
            for record in records
        ]
        self.statements.append(derivation(model, columns, rows))

    def delete(self, records: Sequence[Record], on: date | None) -> None:
        """Prepare the end of records of one model, each at the revision it was read at."""
        if not records:
            return
        model = type(records[0])
        names = tracked_columns(model)
        rows: list[Values] = [(record.pk, record.revision) for record in records]
        self.statements.append(deletion(model, rows))
        for record in records:
            values = ((name, getattr(record, name)) for name in names)
            told = {n: [plain(value), None] for n, value in values if value not in (None, "")}
            self._note(record, Operation.DELETE, on, told)

    def upsert(self, rows: Sequence[models.Model], unique: Sequence[str]) -> None:
        """Prepare rows of a table without history: new, or in place of those of the same key."""
        if not rows:
            return
        model = type(rows[0])
        columns = [c for c in model._meta.concrete_fields if not c.primary_key]
        stored = [tuple(_stored(column, row) for column in columns) for row in rows]
        self.statements.append(insertion_or_change(model, columns, unique, stored))

    @contextmanager
    def staged(self, tell: Tell | None = None) -> Iterator[None]:
        """Lay many rows down in tables of this connection alone, for the time of the block.

        Call it outside of any transaction, around the one that executes.
        """
        many = [
            (place, statement.table, statement.columns, statement.rows)
            for place, statement in enumerate(self.statements)
            if statement.move and len(statement.rows) >= STAGED_FROM
        ]
        if len(self.history) >= STAGED_FROM:
            table = connection.ops.quote_name(HistoryRow._meta.db_table)
            many.append((-1, table, HISTORY, self.history))
        try:
            done, whole = 0, sum(len(rows) for *_, rows in many)
            for place, table, columns, rows in many:
                name = _stage(place + 1, table, columns)
                self.stages[place] = name
                for start in range(0, len(rows), STAGED_AT_ONCE):
                    part = rows[start : start + STAGED_AT_ONCE]
                    _lay_down(name, len(columns), part)
                    done += len(part)
                    if tell is not None:
                        tell(done, whole)
            yield
        finally:
            for name in self.stages.values():
                _drop(name)
            self.stages = {}

    def execute(self, recorder: Recorder) -> None:
        """Write everything inside the recorder's transaction.

        Raises:
            Stale: identifiers were taken meanwhile; prepare again.
            Conflict: a record moved on meanwhile.
        """
        for model, first in self.reserved.items():
            if model._default_manager.filter(pk__gte=first).exists():
                raise Stale
        with connection.cursor() as cursor:
            for place, statement in enumerate(self.statements):
                stage = self.stages.get(place)
                if stage is None:
                    cursor.executemany(statement.sql, statement.rows)
                else:
                    cursor.execute(statement.move.format(stage=stage, order=_order()))
                if statement.expected is not None and cursor.rowcount != statement.expected:
                    raise Conflict(statement.kind, "", {})
            if self.history:
                change = recorder.change.pk
                stage = self.stages.get(-1)
                if stage is None:
                    cursor.executemany(history_sql(), [(change, *row) for row in self.history])
                else:
                    cursor.execute(history_move(stage, _order()), [change])

    def _reserve(self, model: type[Record], count: int) -> Sequence[int]:
        if connection.vendor == "postgresql":
            table = connection.ops.quote_name(model._meta.db_table)
            sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            with connection.cursor() as cursor:
                cursor.execute(sql, [table, count])
                return [row[0] for row in cursor.fetchall()]
        inserts = [s for s in self.statements if s.expected is None]
        taken = sum(len(s.rows) for s in inserts if s.kind == model._meta.label_lower)
        if model not in self.reserved:
            greatest = model._default_manager.aggregate(last=Max("pk"))["last"] or 0
            self.reserved[model] = greatest + 1
        first = self.reserved[model] + taken
        return range(first, first + count)

    def _note(
        self, record: Record, operation: HistoryRow.Operation, on: date | None, told: dict[str, Any]
    ) -> None:
        uid = record.uid if connection.features.has_native_uuid_field else record.uid.hex
        effective = connection.ops.adapt_datefield_value(on)
        columns = json.dumps(told)
        self.history.append(
            (record._meta.label_lower, record.pk, uid, operation.value, effective, columns)
        )


def _backend() -> Any:
    """The connection itself: asked for a value of each row, its proxy would cost more than it."""
    return connections[DEFAULT_DB_ALIAS]


def _field(model: type[Record], name: str) -> models.Field[Any, Any]:
    return next(f for f in model._meta.concrete_fields if name in (f.attname, f.name))


def _stored(column: models.Field[Any, Any], record: models.Model) -> Any:
    value = getattr(record, column.attname)
    if value is None or (type(value) in (int, str) and not isinstance(column, models.JSONField)):
        return value
    return column.get_db_prep_save(value, _backend())


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cycles while very many objects are made that have none.

    They are freed as ever when nothing refers to them; only looking through all of them again and
    again, which took most of the time of large imports, waits for the end.
    """
    held = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if held:
            gc.enable()


_PLAIN = frozenset({int, str, bool, float, list, dict})


def _reader(column: models.Field[Any, Any]) -> Callable[[models.Model], Any]:
    """What gives the stored value of a column of a record."""
    name, backend = column.attname, _backend()
    as_is = frozenset() if isinstance(column, models.JSONField) else frozenset({int, str})

    def read(record: models.Model) -> Any:
        value = record.__dict__[name]
        if value is None or type(value) in as_is:
            return value
        return column.get_db_prep_save(value, backend)

    return read


def _order() -> str:
    """What gives rows of a table back in the order in which they were laid down."""
    return "ctid" if connection.vendor == "postgresql" else "rowid"


def _stage(number: int, table: str, columns: Sequence[str]) -> str:
    """An empty table of this connection with columns of a table; its name."""
    name = connection.ops.quote_name(f"stage_{number}")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_schema()}{name}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {name} AS SELECT {', '.join(columns)} FROM {table} LIMIT 0"
        )
    return _schema() + name


def _schema() -> str:
    return "pg_temp." if connection.vendor == "postgresql" else "temp."


def _lay_down(stage: str, width: int, rows: Sequence[Values]) -> None:
    sql = f"INSERT INTO {stage} VALUES ({', '.join(['%s'] * width)})"
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(sql, rows)
        return
    # A transaction of Django would begin by holding the other writers back.
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT laying_down")
        try:
            cursor.executemany(sql, rows)
        finally:
            cursor.execute("RELEASE laying_down")


def _drop(stage: str) -> None:
    if connection.needs_rollback:
        return  # it goes with the transaction that failed around it
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {stage}")
