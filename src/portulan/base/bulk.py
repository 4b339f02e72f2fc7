"""Large writes in a short transaction: everything is made ready before it begins.

A transaction of SQLite holds every other writer back, so statements and values, history included,
are prepared first; inside, they are only executed. Identifiers are reserved beforehand: from the
sequence where there is one, else after the greatest in use, which is verified inside.

A named place of raw SQL: table and column names come from the models, values are parameters.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Max

from portulan.base.changes import Recorder, derived_columns, plain, tracked_columns
from portulan.base.models import HistoryRow, Record
from portulan.base.policy import Conflict

Values = tuple[Any, ...]
Operation = HistoryRow.Operation


class Stale(Exception):
    """Somebody wrote between preparation and transaction: prepare again."""


@dataclass(slots=True)
class Statement:
    """One statement for many rows; ``expected`` rows must be touched by it."""

    sql: str
    rows: list[Values]
    kind: str
    expected: int | None = None


@dataclass(slots=True)
class Prepared:
    """Statements and history of an action, ready to execute."""

    statements: list[Statement] = field(default_factory=list)
    #: ``(model, id, uid, operation, effective on, columns as JSON)``.
    history: list[Values] = field(default_factory=list)
    #: Model → first reserved identifier, where the database has no sequence.
    reserved: dict[type[Record], int] = field(default_factory=dict)

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
        rows = [tuple(_stored(f, record) for f in columns) for record in records]
        self.statements.append(Statement(_insert_sql(model), rows, model._meta.label_lower))
        for record in records:
            values = ((name, getattr(record, name)) for name in names)
            told = {n: [None, plain(value)] for n, value in values if value not in (None, "")}
            self._note(record, Operation.CREATE, on, told)

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
            sql = _update_sql(model, [_field(model, name) for name in names])
            self.statements.append(Statement(sql, rows, model._meta.label_lower, len(rows)))

    def delete(self, records: Sequence[Record], on: date | None) -> None:
        """Prepare the end of records of one model, each at the revision it was read at."""
        if not records:
            return
        model = type(records[0])
        names = tracked_columns(model)
        rows = [(record.pk, record.revision) for record in records]
        table = connection.ops.quote_name(model._meta.db_table)
        sql = f"DELETE FROM {table} WHERE id = %s AND revision = %s"
        self.statements.append(Statement(sql, rows, model._meta.label_lower, len(rows)))
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
        table = connection.ops.quote_name(model._meta.db_table)
        names = _quoted(columns)
        target = ", ".join(connection.ops.quote_name(name) for name in unique)
        changed = [
            connection.ops.quote_name(str(c.column)) for c in columns if c.name not in unique
        ]
        sets = ", ".join(f"{name} = excluded.{name}" for name in changed)
        marks = ", ".join(["%s"] * len(columns))
        sql = (
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks}) "
            f"ON CONFLICT ({target}) DO UPDATE SET {sets}"
        )
        stored = [tuple(_stored(column, row) for column in columns) for row in rows]
        self.statements.append(Statement(sql, stored, "", None))

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
            for statement in self.statements:
                cursor.executemany(statement.sql, statement.rows)
                if statement.expected is not None and cursor.rowcount != statement.expected:
                    raise Conflict(statement.kind, "", {})
            if self.history:
                change = recorder.change.pk
                cursor.executemany(_history_sql(), [(change, *row) for row in self.history])

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
        uid = _uuid(record.uid)
        effective = connection.ops.adapt_datefield_value(on)
        columns = json.dumps(told)
        self.history.append(
            (record._meta.label_lower, record.pk, uid, operation.value, effective, columns)
        )


def _uuid(value: UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex


def _field(model: type[Record], name: str) -> models.Field[Any, Any]:
    return next(f for f in model._meta.concrete_fields if name in (f.attname, f.name))


def _stored(column: models.Field[Any, Any], record: models.Model) -> Any:
    value = getattr(record, column.attname)
    if value is None or (type(value) in (int, str) and not isinstance(column, models.JSONField)):
        return value
    return column.get_db_prep_save(value, connection)


def _quoted(columns: Sequence[models.Field[Any, Any]]) -> list[str]:
    return [connection.ops.quote_name(str(column.column)) for column in columns]


def _insert_sql(model: type[Record]) -> str:
    table = connection.ops.quote_name(model._meta.db_table)
    columns = model._meta.concrete_fields
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {table} ({', '.join(_quoted(columns))}) VALUES ({marks})"


def _update_sql(model: type[Record], columns: Sequence[models.Field[Any, Any]]) -> str:
    table = connection.ops.quote_name(model._meta.db_table)
    sets = ", ".join(f"{name} = %s" for name in _quoted(columns))
    return f"UPDATE {table} SET {sets}, revision = revision + 1 WHERE id = %s AND revision = %s"


def _history_sql() -> str:
    table = connection.ops.quote_name(HistoryRow._meta.db_table)
    names = ["change_id", "model", "record_id", "record_uid"]
    names += ["operation", "effective_on", "columns"]
    columns = ", ".join(connection.ops.quote_name(name) for name in names)
    return f"INSERT INTO {table} ({columns}) VALUES (%s, %s, %s, %s, %s, %s, %s)"
