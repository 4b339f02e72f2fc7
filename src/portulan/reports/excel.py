"""A document as a workbook: one sheet a section, values and not pictures."""

from __future__ import annotations

import io
import re
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from portulan.reports.document import KINDS, Chart, Document, Figures, Section, Table, Text

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def workbook(document: Document) -> bytes:
    """The document as XLSX. Text that a spreadsheet could take for a formula stays text."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": document.title, "subject": document.subtitle})
    styles = _Styles(book)
    used: set[str] = set()
    for number, section in enumerate(document.sections, start=1):
        _sheet(book, section, styles, _name(section, number, used))
    book.close()
    return out.getvalue()


class _Styles:
    """The formats of the workbook, made once each."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.lead = book.add_format({"italic": True, "font_color": "#43566b"})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._cells: dict[tuple[str, bool], Any] = {}

    def cell(self, kind: str, strong: bool) -> Any:
        """The format of a value."""
        key = (kind, strong)
        if key not in self._cells:
            options: dict[str, Any] = {"bold": strong, "valign": "top"}
            if KINDS[kind].pattern:
                options["num_format"] = KINDS[kind].pattern
            else:
                options["text_wrap"] = True
            self._cells[key] = self.book.add_format(options)
        return self._cells[key]


def _name(section: Section, number: int, used: set[str]) -> str:
    base = _FORBIDDEN.sub(" ", section.name or section.heading).strip()[:28] or str(number)
    name, extra = base, 2
    while name.casefold() in used:
        name, extra = f"{base[:25]} {extra}", extra + 1
    used.add(name.casefold())
    return name


def _sheet(book: Workbook, section: Section, styles: _Styles, name: str) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, section.heading, styles.title)
    row = 1
    for text in (section.lead, section.source):
        if text:
            sheet.write_string(row, 0, text, styles.lead)
            row += 1
    for block in section.blocks:
        row = _block(book, sheet, name, block, row + 1, styles)


def _block(
    book: Workbook, sheet: Worksheet, name: str, block: object, row: int, styles: _Styles
) -> int:
    if isinstance(block, Table):
        return _table(sheet, block, row, styles)
    if isinstance(block, Chart):
        return _chart(book, sheet, name, block, row, styles)
    if isinstance(block, Text):
        for paragraph in block.paragraphs:
            sheet.write_string(row, 0, _safe(paragraph), styles.cell("text", False))
            row += 1
        return row
    assert isinstance(block, Figures)
    for label, value, meaning in block.items:
        sheet.write_string(row, 0, _safe(label), styles.cell("text", True))
        sheet.write_string(row, 1, _safe(value), styles.cell("text", False))
        sheet.write_string(row, 2, _safe(meaning), styles.cell("text", False))
        row += 1
    return row


def _table(sheet: Worksheet, table: Table, row: int, styles: _Styles) -> int:
    for at, column in enumerate(table.columns):
        sheet.write_string(row, at, _safe(column.label), styles.head)
        sheet.set_column(at, at, max(10, min(60, 14 * column.width)))
    for number, values in enumerate(table.rows):
        row += 1
        for at, value in enumerate(values):
            _value(sheet, row, at, value, table.columns[at].kind, number in table.strong, styles)
    if table.total is not None:
        row += 1
        for at, value in enumerate(table.total):
            _value(sheet, row, at, value, table.columns[at].kind, True, styles)
    if table.note:
        row += 1
        sheet.write_string(row, 0, _safe(table.note), styles.lead)
    return row + 1


def _value(
    sheet: Worksheet, row: int, at: int, value: Any, kind: str, strong: bool, styles: _Styles
) -> None:
    style = styles.cell(kind, strong)
    known = KINDS[kind]
    if known.number is not None and isinstance(value, (int, float)):
        number = known.number(value)
        if number is not None:
            sheet.write_number(row, at, number, style)
            return
    if value is None:
        sheet.write_blank(row, at, None, style)
        return
    text = known.write(value) if known.number is None else str(value)
    sheet.write_string(row, at, _safe(text), style)


def _chart(
    book: Workbook, sheet: Worksheet, name: str, chart: Chart, row: int, styles: _Styles
) -> int:
    top = row
    sheet.write_string(row, 0, _safe(chart.title), styles.head)
    for at, (label, _) in enumerate(chart.series, start=1):
        sheet.write_string(row, at, _safe(label), styles.head)
    for number, category in enumerate(chart.categories):
        sheet.write_string(top + 1 + number, 0, _safe(category), styles.cell("text", False))
    for at in range(len(chart.series)):
        for number, value in enumerate(chart.values(at)):
            if value is not None:
                style = styles.cell(chart.kind, False)
                sheet.write_number(top + 1 + number, at + 1, value, style)
    last = top + len(chart.categories)
    forms = {"bars": "bar", "columns": "column", "lines": "line"}
    drawn = book.add_chart({"type": forms[chart.form]})
    assert drawn is not None
    drawn.set_title({"name": chart.title})
    for at, (label, _) in enumerate(chart.series, start=1):
        drawn.add_series(
            {
                "name": label,
                "categories": [name, top + 1, 0, last, 0],
                "values": [name, top + 1, at, last, at],
            }
        )
    sheet.insert_chart(top, len(chart.series) + 2, drawn)
    return max(last + 1, top + 16)


def _safe(text: str) -> str:
    """Text that starts like a formula gets an apostrophe, so that it stays text everywhere."""
    return f"'{text}" if text.startswith(_RISKY) else text
