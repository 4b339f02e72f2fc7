"""A document as a workbook: one sheet a section, values and not pictures."""

from __future__ import annotations

import io
import re
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from portulan.reports.document import (
    FILLS,
    KINDS,
    Cell,
    Chart,
    Document,
    Figures,
    Section,
    Table,
    Text,
    clean,
    written,
)

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_TONES = {"good": "#43642a", "warn": "#7f540a", "bad": "#ad3620", "muted": "#43566b"}
#: A cell holds no more letters.
LONGEST = 32_000
#: Letters that a column of width one takes.
LETTERS, NARROWEST, WIDEST = 15, 10, 70


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
    book.set_properties(
        {"title": clean(document.title), "subject": clean(document.subtitle), "author": "Portulan"}
    )
    styles = _Styles(book)
    used: set[str] = set()
    for number, section in enumerate(document.sections, start=1):
        _Sheet(book, section, styles, _name(section, number, used))
    book.close()
    return out.getvalue()


def numbers_of(chart: Chart) -> bytes:
    """The workbook behind a chart of a slide: categories, then a column for each series.

    The library that draws charts makes the same, but takes a name that begins with "=" for a
    formula.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Sheet1")
    for row, category in enumerate(chart.categories, start=1):
        sheet.write_string(row, 0, clean(category)[:LONGEST])
    for at, (label, _values) in enumerate(chart.series):
        sheet.write_string(0, at + 1, clean(label)[:LONGEST])
        for row, value in enumerate(chart.values(at), start=1):
            if value is not None:
                sheet.write_number(row, at + 1, value)
    book.close()
    return out.getvalue()


class _Styles:
    """The formats of the workbook, made once each."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.lead = book.add_format({"italic": True, "font_color": "#43566b"})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._cells: dict[tuple[str, bool, str, bool], Any] = {}

    def filled(self, stage: str) -> Any:
        """The format of a cell filled with a stage's colour."""
        key = ("fill", False, stage, False)
        if key not in self._cells:
            ground, ink = FILLS.get(stage, FILLS[""])
            options = {"bg_color": f"#{ground}", "font_color": f"#{ink}", "valign": "top"}
            self._cells[key] = self.book.add_format(options)
        return self._cells[key]

    def cell(
        self, kind: str = "text", strong: bool = False, tone: str = "", text: str = ""
    ) -> Any:
        """The format of a value; a text that looks like a formula is marked as text."""
        risky = text.startswith(RISKY)
        key = (kind, strong, tone, risky)
        if key not in self._cells:
            options: dict[str, Any] = {"bold": strong, "valign": "top"}
            if KINDS[kind].pattern:
                options["num_format"] = KINDS[kind].pattern
            else:
                options["text_wrap"] = True
            if tone:
                options["font_color"] = _TONES[tone]
            if risky:
                options["quote_prefix"] = True
            self._cells[key] = self.book.add_format(options)
        return self._cells[key]


def _name(section: Section, number: int, used: set[str]) -> str:
    base = _FORBIDDEN.sub(" ", clean(section.name or section.heading)).strip()[:28] or str(number)
    name, extra = base, 2
    while name.casefold() in used:
        name, extra = f"{base[:25]} {extra}", extra + 1
    used.add(name.casefold())
    return name


class _Sheet:
    """One sheet, filled from the top."""

    def __init__(self, book: Workbook, section: Section, styles: _Styles, name: str) -> None:
        self.book, self.styles, self.name = book, styles, name
        self.sheet: Worksheet = book.add_worksheet(name)
        self.row = 0
        self.widths: dict[int, float] = {}
        self.text(0, section.heading, styles.title)
        for said in (section.lead, section.source):
            if said:
                self.row += 1
                self.text(0, said, styles.lead)
        self.row += 2
        for block in section.blocks:
            self.block(block)
            self.row += 1
        for at, width in self.widths.items():
            self.sheet.set_column(at, at, max(NARROWEST, min(WIDEST, width)))
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.hide_gridlines(2)

    def text(self, at: int, value: str, style: Any) -> None:
        """A text, whole as far as a cell can hold it, never a formula."""
        self.sheet.write_string(self.row, at, clean(value)[:LONGEST], style)

    def block(self, block: object) -> None:
        """One block under the last one."""
        if isinstance(block, Table):
            self.table(block)
        elif isinstance(block, Chart):
            self.chart(block)
        elif isinstance(block, Text):
            if block.title:
                self.text(0, block.title, self.styles.head)
                self.row += 1
            for paragraph in block.paragraphs:
                plain = paragraph[2:] if paragraph.startswith("- ") else paragraph
                self.text(0, plain, self.styles.cell(text=plain))
                self.row += 1
            self.wide(0, 4)
        else:
            assert isinstance(block, Figures)
            self.figures(block)

    def wide(self, at: int, width: float) -> None:
        """A column wants so much room."""
        self.widths[at] = max(self.widths.get(at, 0), LETTERS * width)

    def figures(self, block: Figures) -> None:
        """Label, value, meaning."""
        for item in block.items:
            self.text(0, item.label, self.styles.cell(strong=True, text=item.label))
            self.value(1, item.value, item.kind, True, item.tone)
            self.text(2, item.meaning, self.styles.cell(text=item.meaning))
            self.row += 1
        for at, width in ((0, 2), (1, 1), (2, 3)):
            self.wide(at, width)

    def table(self, table: Table) -> None:
        """Title, header, rows, total, note."""
        if table.title:
            self.text(0, table.title, self.styles.lead)
            self.row += 1
        for at, column in enumerate(table.columns):
            self.text(at, column.label, self.styles.head)
            self.wide(at, column.width)
        for number, values in enumerate(table.rows):
            self.row += 1
            for at, value in enumerate(values):
                strong, tone = number in table.strong, table.tones.get((number, at), "")
                fill = table.fills.get((number, at))
                if fill is not None and isinstance(value, str):
                    self.text(at, value, self.styles.filled(fill))
                    continue
                self.value(at, value, table.columns[at].kind, strong, tone)
        if table.total is not None:
            self.row += 1
            for at, value in enumerate(table.total):
                tone = table.tones.get((len(table.rows), at), "")
                self.value(at, value, table.columns[at].kind, True, tone)
        if table.note:
            self.row += 1
            self.text(0, table.note, self.styles.lead)
        self.row += 1

    def value(self, at: int, value: Any, kind: str, strong: bool, tone: str) -> None:
        """A value: a number where it is one."""
        if isinstance(value, Cell):
            value, kind = value.value, value.kind
        known = KINDS[kind]
        if known.number is not None and isinstance(value, (int, float)):
            number = known.number(value)
            if number is not None:
                style = self.styles.cell(kind, strong, tone)
                self.sheet.write_number(self.row, at, number, style)
                return
        if value is None:
            self.sheet.write_blank(self.row, at, None, self.styles.cell("text", strong, tone))
            return
        text = clean(written(kind, value))
        self.text(at, text, self.styles.cell("text", strong, tone, text))

    def chart(self, chart: Chart) -> None:
        """The numbers, and beside them a chart of Excel that reads them."""
        top = self.row
        self.text(0, chart.title, self.styles.head)
        for at, (label, _values) in enumerate(chart.series, start=1):
            self.text(at, label, self.styles.head)
        self.wide(0, 2)
        columns = [chart.values(at) for at in range(len(chart.series))]
        for number, category in enumerate(chart.categories):
            self.row += 1
            self.text(0, category, self.styles.cell(text=category))
            for at, values in enumerate(columns, start=1):
                value = values[number]
                if value is not None:
                    style = self.styles.cell(chart.kind)
                    self.sheet.write_number(self.row, at, value, style)
        forms = {"bars": "bar", "columns": "column", "lines": "line"}
        drawn = self.book.add_chart({"type": forms[chart.form]})
        assert drawn is not None
        # Names are read from cells: given as texts, one that begins with "=" would be a formula.
        drawn.set_title({"name": [self.name, top, 0], "name_font": {"size": 11}})
        drawn.set_legend({"position": "bottom", "none": len(chart.series) < 2})
        if chart.form == "bars":
            drawn.set_y_axis({"reverse": True})
            drawn.set_x_axis({"major_gridlines": {"visible": False}})
        for at in range(1, len(chart.series) + 1):
            drawn.add_series(
                {
                    "name": [self.name, top, at],
                    "categories": [self.name, top + 1, 0, self.row, 0],
                    "values": [self.name, top + 1, at, self.row, at],
                }
            )
        self.sheet.insert_chart(
            top, len(chart.series) + 2, drawn, {"description": clean(chart.title)}
        )
        self.row = max(self.row + 1, top + 16)
