"""How a file is read: each sheet's kind and heading row, each column's field and unit.

Guessed first, then corrected by the reader of the page; kept with the batch as JSON.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

#: A column kept beside our fields, as a fact of the source.
FACT = "+fact"
#: A column that names a period: its value belongs to ``wide`` of the kind.
WIDE = "+wide"
IGNORED = ""


@dataclass(slots=True)
class Column:
    """One column: its place (from 0), heading, field, and how its cells are read.

    ``unit`` is a scale of money (``""``, ``k``, ``m``, ``g``) or a length of time (``y``, ``m``,
    ``d``…); ``told_by`` says where the unit comes from: ``header``, ``cells``, ``values``,
    ``user`` or ``""`` when the column needs none. ``start`` and ``months`` place a wide column.
    """

    index: int
    header: str
    field: str = IGNORED
    unit: str = ""
    told_by: str = ""
    mark: str = ""
    order: str = ""
    start: int | None = None
    months: int = 0
    version: str = ""
    samples: list[str] = dataclasses.field(default_factory=list)


@dataclass(slots=True)
class SheetMap:
    """One sheet: its kind (``""`` leaves it out), heading row number and columns."""

    sheet: str
    kind: str
    header_row: int
    columns: list[Column]
    rows: int = 0
    currency: str = ""


@dataclass(slots=True)
class FileMap:
    """The reading of a whole file, and the name of its source."""

    sheets: list[SheetMap]
    source: str = "table"

    def to_json(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FileMap:
        """The inverse of ``to_json``."""
        return cls(
            [
                SheetMap(**{**sheet, "columns": [Column(**column) for column in sheet["columns"]]})
                for sheet in data["sheets"]
            ],
            data.get("source", "table"),
        )


def letter(index: int) -> str:
    """The letter of a column as spreadsheets show it (0 → A, 26 → AA)."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def columns_of(columns: Sequence[Column], name: str) -> list[Column]:
    """The columns that feed a field."""
    return [column for column in columns if column.field == name]
