"""What is shown, as a sheet: XLSX and CSV; values are numbers, texts cannot be formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter

#: A text that starts with one of these would be read as a formula.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its header, and ``money`` (minor units), ``days`` (hundredths), or plain."""

    label: str
    kind: str = ""

    def value(self, raw: Any) -> Cell:
        """The value as a spreadsheet holds it: units instead of hundredths."""
        if raw is None:
            return None
        if self.kind in ("money", "days"):
            return int(raw) / 100
        return raw if isinstance(raw, (int, float, date)) else str(raw)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to take away. ``rows`` hold raw values; ``bold`` the ranks of rows with sums."""

    name: str
    columns: Sequence[SheetColumn]
    rows: Sequence[Sequence[Any]]
    bold: frozenset[int] = frozenset()
    note: str = ""


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def to_csv(sheet: Sheet) -> bytes:
    """CSV with a byte order mark, semicolons, and points in numbers: Excel opens it in columns."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutral(c.label) for c in sheet.columns])
    for row in sheet.rows:
        writer.writerow(
            [_csv(c.value(raw)) for c, raw in zip(sheet.columns, row, strict=True)]
        )
    return out.getvalue().encode("utf-8-sig")


def _csv(value: Cell) -> Any:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.2f}" if isinstance(value, float) else value


def to_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A workbook: header frozen and filtered, money and days as numbers, dates as dates."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for sheet in sheets:
        page = book.add_worksheet(_sheet_name(sheet.name))
        formats = {
            (kind, strong): book.add_format({"num_format": pattern, "bold": strong})
            for kind, pattern in (
                ("money", "#,##0.00"), ("days", "#,##0.0"), ("percent", "0 %"),
                ("date", "yyyy-mm-dd"), ("", "General"),
            )
            for strong in (False, True)
        }
        widths = [len(c.label) for c in sheet.columns]
        for index, column in enumerate(sheet.columns):
            page.write_string(0, index, neutral(column.label), head)
        for rank, row in enumerate(sheet.rows):
            strong = rank in sheet.bold
            for index, (column, raw) in enumerate(zip(sheet.columns, row, strict=True)):
                value = column.value(raw)
                if value is None:
                    continue
                if isinstance(value, str):
                    widths[index] = min(60, max(widths[index], len(value)))
                    page.write_string(rank + 1, index, neutral(value), formats["", strong])
                elif isinstance(value, date):
                    page.write_datetime(rank + 1, index, value, formats["date", strong])
                else:
                    plain = formats["", strong]
                    page.write_number(
                        rank + 1, index, value, formats.get((column.kind, strong), plain)
                    )
        for index, width in enumerate(widths):
            page.set_column(index, index, max(10, min(60, width + 2)))
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(1, len(sheet.rows)), max(0, len(sheet.columns) - 1))
        if sheet.note:
            page.write_string(len(sheet.rows) + 2, 0, neutral(sheet.note))
    book.close()
    return buffer.getvalue()


def _sheet_name(name: str) -> str:
    kept = "".join(c for c in name if c not in "[]:*?/\\'")
    return kept[:31] or "Portulan"
