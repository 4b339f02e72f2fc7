"""Statements of large writes: each for rows given one by one, or laid down in a table.

Table and column names come from the models; values are parameters. ``bulk`` executes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from portulan.base.models import HistoryRow, Record

Values = tuple[Any, ...]


@dataclass(slots=True)
class Statement:
    """One statement for many rows; ``expected`` rows must be touched by it.

    ``table`` and ``columns`` say what a row holds; ``move`` does the same from a table of such
    rows (``{stage}``, in the order ``{order}``).
    """

    sql: str
    rows: list[Values]
    kind: str
    expected: int | None = None
    table: str = ""
    columns: tuple[str, ...] = ()
    move: str = ""


def _quoted(columns: Sequence[models.Field[Any, Any]]) -> list[str]:
    return [connection.ops.quote_name(str(column.column)) for column in columns]


def insertion(model: type[Record], rows: list[Values]) -> Statement:
    """New records: rows hold every column."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = tuple(_quoted(model._meta.concrete_fields))
    listed, marks = ", ".join(names), ", ".join(["%s"] * len(names))
    return Statement(
        f"INSERT INTO {table} ({listed}) VALUES ({marks})",
        rows,
        model._meta.label_lower,
        None,
        table,
        names,
        f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {{stage}} ORDER BY {{order}}",
    )


def alteration(
    model: type[Record], columns: Sequence[models.Field[Any, Any]], rows: list[Values]
) -> Statement:
    """Changed records: rows hold the columns, the identifier and the revision that was read."""
    table, names = connection.ops.quote_name(model._meta.db_table), _quoted(columns)
    sets = ", ".join(f"{name} = %s" for name in names)
    moved = ", ".join(f"{name} = s.{name}" for name in names)
    return Statement(
        f"UPDATE {table} SET {sets}, revision = revision + 1 WHERE id = %s AND revision = %s",
        rows,
        model._meta.label_lower,
        len(rows),
        table,
        (*names, "id", "revision"),
        f"UPDATE {table} SET {moved}, revision = {table}.revision + 1 FROM {{stage}} AS s "
        f"WHERE {table}.id = s.id AND {table}.revision = s.revision",
    )


def derivation(
    model: type[Record], columns: Sequence[models.Field[Any, Any]], rows: list[Values]
) -> Statement:
    """Derived columns of records: rows hold the columns, the identifier, the revision read.

    A record that moved on since derived its own.
    """
    table, names = connection.ops.quote_name(model._meta.db_table), _quoted(columns)
    sets = ", ".join(f"{name} = %s" for name in names)
    moved = ", ".join(f"{name} = s.{name}" for name in names)
    return Statement(
        f"UPDATE {table} SET {sets} WHERE id = %s AND revision = %s",
        rows,
        "",
        None,
        table,
        (*names, "id", "revision"),
        f"UPDATE {table} SET {moved} FROM {{stage}} AS s "
        f"WHERE {table}.id = s.id AND {table}.revision = s.revision",
    )


def deletion(model: type[Record], rows: list[Values]) -> Statement:
    """The end of records: rows hold the identifier and the revision that was read."""
    table = connection.ops.quote_name(model._meta.db_table)
    return Statement(
        f"DELETE FROM {table} WHERE id = %s AND revision = %s",
        rows,
        model._meta.label_lower,
        len(rows),
        table,
        ("id", "revision"),
        f"DELETE FROM {table} WHERE id IN (SELECT s.id FROM {{stage}} AS s "
        f"JOIN {table} AS t ON t.id = s.id AND t.revision = s.revision)",
    )


def insertion_or_change(
    model: type[models.Model],
    columns: Sequence[models.Field[Any, Any]],
    unique: Sequence[str],
    rows: list[Values],
) -> Statement:
    """Rows of a table without history: new, or in place of those of the same key."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = tuple(_quoted(columns))
    listed, marks = ", ".join(names), ", ".join(["%s"] * len(names))
    target = ", ".join(connection.ops.quote_name(name) for name in unique)
    changed = [connection.ops.quote_name(str(c.column)) for c in columns if c.name not in unique]
    sets = ", ".join(f"{name} = excluded.{name}" for name in changed)
    conflict = f"ON CONFLICT ({target}) DO UPDATE SET {sets}"
    return Statement(
        f"INSERT INTO {table} ({listed}) VALUES ({marks}) {conflict}",
        rows,
        "",
        None,
        table,
        names,
        f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {{stage}} WHERE true "
        f"ORDER BY {{order}} {conflict}",
    )


#: Columns of the history but its change.
HISTORY = (
    "model", "record_id", "record_uid", "operation", "effective_on", "columns",
)  # fmt: skip


def history_sql() -> str:
    """History rows of a change, one by one."""
    table = connection.ops.quote_name(HistoryRow._meta.db_table)
    marks = ", ".join(["%s"] * len(HISTORY))
    return f"INSERT INTO {table} (change_id, {_listed()}) VALUES (%s, {marks})"


def history_move(stage: str, order: str) -> str:
    """History rows of a change, from where they were laid down."""
    table = connection.ops.quote_name(HistoryRow._meta.db_table)
    return (
        f"INSERT INTO {table} (change_id, {_listed()}) "
        f"SELECT %s, {_listed()} FROM {stage} ORDER BY {order}"
    )


def _listed() -> str:
    return ", ".join(connection.ops.quote_name(name) for name in HISTORY)
