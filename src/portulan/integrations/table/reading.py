"""Reads a file into sheets of cells: its real kind, its encoding, within limits.

The kind is found in the content, never in the name. A file that would unpack into more than the
limits is refused before anything is unpacked for good (``security``: bombs).
"""

from __future__ import annotations

import csv
import io
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from portulan.integrations.table.package import MAX_CELLS, PackageRefused, check_package, kind_of

MAX_PACKED = 25 * 1024 * 1024
MAX_CELL = 200_000
MAX_SHEETS = 60
DELIMITERS = (";", ",", "\t", "|")

Cell = str | int | float | bool | date | datetime | time | timedelta | None


class FileRefused(Exception):
    """A file that cannot be taken in at all: a code and parameters."""

    def __init__(self, code: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code, self.params = code, dict(params or {})


class Row(NamedTuple):
    """A row that is not blank, with its number as a spreadsheet shows it (from 1)."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a file, without its blank rows; ``format`` tells how a CSV was read."""

    name: str
    rows: tuple[Row, ...]
    format: Mapping[str, str] = field(default_factory=dict)


def read_sheets(name: str, content: bytes) -> list[Sheet]:
    """The visible sheets of a file that hold anything.

    Raises:
        FileRefused: too large, a bomb, protected by a password, not a table, or damaged.
    """
    if len(content) > MAX_PACKED:
        raise FileRefused("file.too_large", {"megabytes": MAX_PACKED // 1024 // 1024})
    if not content.strip():
        raise FileRefused("file.empty")
    kind = kind_of(content)
    if kind == "text":
        sheets = [_read_text(name, content)]
    elif kind in ("xlsx", "ods"):
        try:
            check_package(content, kind)
        except PackageRefused as error:
            raise FileRefused(error.code, error.params) from error
        sheets = _read_workbook(content)
    else:
        raise FileRefused("file.kind", {"kind": kind})
    sheets = [sheet for sheet in sheets if sheet.rows]
    if not sheets:
        raise FileRefused("file.empty")
    return sheets


def _read_workbook(content: bytes) -> list[Sheet]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            visible = [
                meta.name
                for meta in book.sheets_metadata
                if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet
            ]
            return [_read_sheet(book, name) for name in visible[:MAX_SHEETS]]
    except CalamineError as error:
        raise FileRefused("file.damaged") from error
    except BaseException as error:
        # The reader is a native library: its own panics are no ordinary exceptions.
        if type(error).__name__ == "PanicException":
            raise FileRefused("file.damaged") from error
        raise


def _read_sheet(book: CalamineWorkbook, name: str) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    if sheet.start is None:
        return Sheet(name, ())
    first_row, first_column = sheet.start
    before: tuple[Cell, ...] = (None,) * first_column
    rows = []
    for number, values in enumerate(sheet.to_python(), first_row + 1):
        cells = tuple(_clean(value) for value in values)
        if any(cell is not None for cell in cells):
            rows.append(Row(number, before + cells))
    return Sheet(name, tuple(rows))


def _clean_text(text: str) -> Cell:
    """The same of a text without odd blanks."""
    return text.strip()[:MAX_CELL] or None


def _clean(value: Any) -> Cell:
    if isinstance(value, str):
        text = value.replace("\u00a0", " ").replace("\u202f", " ").strip()
        return text[:MAX_CELL] or None
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date()
    result: Cell = value
    return result


def decode(content: bytes) -> tuple[str, str]:
    """The text of a CSV file and the encoding it was read in.

    Raises:
        FileRefused: it is no text.
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            try:
                return content.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise FileRefused("file.encoding", {"encoding": encoding}) from error
    if b"\x00" in content:
        raise FileRefused("file.kind", {"kind": "binary"})
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "windows-1252"


def find_delimiter(text: str) -> str:
    """The separator that cuts the first lines most regularly into several columns."""
    sample = text[:200_000]
    best, best_score = ",", -1.0
    for delimiter in DELIMITERS:
        widths = []
        reader = csv.reader(io.StringIO(sample), delimiter=delimiter)
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    widths.append(len(row))
                if len(widths) >= 60:
                    break
        except csv.Error:
            continue
        if not widths:
            continue
        usual, times = Counter(widths).most_common(1)[0]
        if usual < 2:
            # A title above the table hides nothing: look at the widest half.
            usual = int(statistics.median_high(widths))
            times = widths.count(usual)
        if usual < 2:
            continue
        score = times / len(widths) + min(usual, 20) / 100
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _read_text(name: str, content: bytes) -> Sheet:
    text, encoding = decode(content)
    told = ""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        told, text = first.strip()[4], rest
    delimiter = told or find_delimiter(text)
    csv.field_size_limit(MAX_PACKED)
    rows: list[Row] = []
    cells_seen = 0
    clean = _clean if "\u00a0" in text or "\u202f" in text else _clean_text
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for number, values in enumerate(reader, 2 if told else 1):
            cells_seen += len(values)
            if cells_seen > MAX_CELLS:
                raise FileRefused("file.cells", {"cells": MAX_CELLS})
            cells = tuple([clean(value) for value in values])
            if any(cells):  # texts: none of them is empty
                rows.append(Row(number, cells))
    except csv.Error as error:
        raise FileRefused("file.damaged") from error
    stem = name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1].rsplit(".", 1)[0]
    return Sheet(stem or "CSV", tuple(rows), {"encoding": encoding, "delimiter": delimiter})


def width(rows: Sequence[Row]) -> int:
    """How many columns the widest row has."""
    return max((len(row.cells) for row in rows), default=0)


def shown(cell: Cell) -> str:
    """A cell as text: whole numbers without decimals, dates as ISO."""
    if isinstance(cell, float) and cell == int(cell) and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    return cell.isoformat() if isinstance(cell, date) else "" if cell is None else str(cell)
