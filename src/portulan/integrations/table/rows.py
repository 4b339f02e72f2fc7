"""Turns the rows of sheets into typed rows, under a mapping and the repairs chosen so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from portulan.base.text import fold
from portulan.integrations.table.cells import ColumnReader
from portulan.integrations.table.items import TypedRow
from portulan.integrations.table.kinds import KINDS, Field, Kind
from portulan.integrations.table.ledger import IGNORE, INFO, Ledger, Place, RowIgnored
from portulan.integrations.table.mapping import FACT, WIDE, Column, FileMap, SheetMap
from portulan.integrations.table.reading import Row, Sheet, shown

TOTALS = frozenset(
    ["total", "totaux", "total general", "sous-total", "sous total", "grand total", "subtotal"]
    + ["somme", "cumul", "totals"]
)
#: Marks the example line of our template.
EXAMPLES = frozenset(["exemple : a effacer", "exemple a effacer", "example: to delete"])
_WIDE_TYPES = {"days": "days", "amount": "money"}


def typed_rows(
    sheets: Sequence[Sheet], mapping: FileMap, ledger: Ledger
) -> Iterator[tuple[str, TypedRow]]:
    """Kind and values of every row of the sheets that are taken in, in the order of the file.

    Rows left out by a repair are not given; rows that block are, with what could be read.
    """
    by_name = {sheet.name: sheet for sheet in sheets}
    for index, read in enumerate(mapping.sheets):
        sheet = by_name.get(read.sheet)
        if sheet is None or not read.kind:
            continue
        yield from _sheet_rows(index, sheet, read, ledger)


def _sheet_rows(
    index: int, sheet: Sheet, read: SheetMap, ledger: Ledger
) -> Iterator[tuple[str, TypedRow]]:
    kind = KINDS[read.kind]
    body = [row for row in sheet.rows if row.number > read.header_row]
    readers = [
        (column, _reader(kind, column, body, ledger))
        for column in read.columns
        if column.field not in ("", FACT)
    ]
    fields = {column.field: column.index for column, _ in reversed(readers) if column.field != WIDE}
    facts = [column for column in read.columns if column.field == FACT]
    for row in body:
        place = Place(index, row.number)
        try:
            if _is_example(row):
                ledger.note(
                    "row.example",
                    INFO,
                    place,
                    read=_first(row),
                    choices=(IGNORE, "keep"),
                    default=IGNORE,
                )
            if _is_total(row):
                ledger.note(
                    "row.total",
                    INFO,
                    place,
                    read=_first(row),
                    choices=(IGNORE, "keep"),
                    default=IGNORE,
                )
            yield kind.code, _row(row, place, readers, facts, fields)
        except RowIgnored:
            continue


def _reader(kind: Kind, column: Column, body: Sequence[Row], ledger: Ledger) -> ColumnReader:
    field = kind.field(column.field)
    if field is None:
        field = Field(column.field, _WIDE_TYPES.get(kind.wide, "number"), ())
    cells = [row.cells[column.index] for row in body if column.index < len(row.cells)]
    return ColumnReader(field, column, cells, ledger)


def _row(
    row: Row,
    place: Place,
    readers: Sequence[tuple[Column, ColumnReader]],
    facts: Sequence[Column],
    fields: dict[str, int],
) -> TypedRow:
    values: dict[str, Any] = {}
    wide: list[tuple[int, int, int, str]] = []
    for column, reader in readers:
        if column.index >= len(row.cells):
            continue
        value = reader.value(row.cells[column.index], place)
        if value is None:
            continue
        if column.field == WIDE:
            assert column.start is not None
            wide.append((column.start, column.months, value, column.version))
        elif isinstance(value, tuple) and reader.base == "refs":
            values[column.field] = (*values.get(column.field, ()), *value)
        else:
            values.setdefault(column.field, value)
    kept = {
        column.header: shown(row.cells[column.index])
        for column in facts
        if column.index < len(row.cells) and row.cells[column.index] is not None
    }
    return TypedRow(place, values, fields, kept, tuple(wide))


def _first(row: Row) -> str:
    return next((shown(cell) for cell in row.cells if cell is not None), "")


def _is_total(row: Row) -> bool:
    first = fold(_first(row)).rstrip(" :.")
    return first in TOTALS


def _is_example(row: Row) -> bool:
    last = next((c for c in reversed(row.cells) if c is not None), None)
    return isinstance(last, str) and fold(last) in EXAMPLES
