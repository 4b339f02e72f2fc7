"""Reads documents back from their files: what a reader's own programs would find in them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
from pptx import Presentation
from pypdf import PdfReader


def deck(data: bytes) -> Any:
    """The presentation."""
    return Presentation(io.BytesIO(data))


def tables(data: bytes) -> list[list[list[str]]]:
    """Every native table of the slides, as rows of texts."""
    return [
        [[cell.text for cell in row.cells] for row in shape.table.rows]
        for slide in deck(data).slides
        for shape in slide.shapes
        if shape.has_table
    ]


def table_with(data: bytes, *headers: str) -> list[list[str]]:
    """The rows under these headers, gathered over the slides on which the table goes on."""
    found = [t for t in tables(data) if set(headers) <= set(t[0])]
    assert found, f"no table with {headers}"
    return [found[0][0]] + [row for table in found if table[0] == found[0][0] for row in table[1:]]


def charts(data: bytes) -> dict[str, dict[str, dict[str, float]]]:
    """Title of a native chart → series → category → value, from the chart's own XML."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for slide in deck(data).slides:
        for shape in slide.shapes:
            if not shape.has_chart:
                continue
            chart = shape.chart
            names = [str(c) for c in chart.plots[0].categories]
            found[chart.chart_title.text_frame.text] = {
                s.name: dict(zip(names, s.values, strict=True)) for s in chart.plots[0].series
            }
    return found


def workbooks_of_charts(data: bytes) -> list[Any]:
    """The workbooks behind the native charts: what "edit data" opens."""
    return [
        workbook(shape.chart.part.chart_workbook.xlsx_part.blob)
        for slide in deck(data).slides
        for shape in slide.shapes
        if shape.has_chart
    ]


def texts(data: bytes) -> str:
    """Everything written on the slides."""
    return "\n".join(_texts(data))


def _texts(data: bytes) -> Iterator[str]:
    for slide in deck(data).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield shape.text_frame.text
            if shape.has_table:
                for row in shape.table.rows:
                    for cell in row.cells:
                        yield cell.text


def notes(data: bytes) -> str:
    """The notes of all slides."""
    return "\n".join(
        slide.notes_slide.notes_text_frame.text
        for slide in deck(data).slides
        if slide.has_notes_slide
    )


def workbook(data: bytes) -> Any:
    """The workbook."""
    return openpyxl.load_workbook(io.BytesIO(data))


def cells(data: bytes) -> list[Any]:
    """Every value of a workbook."""
    return [
        cell.value
        for sheet in workbook(data)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]


def rows_under(data: bytes, *headers: str) -> list[list[Any]]:
    """The rows of a workbook under these headers, down to the first empty row."""
    for sheet in workbook(data):
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        for at, row in enumerate(rows):
            if set(headers) <= set(row):
                found = []
                for below in rows[at + 1 :]:
                    if not any(value is not None for value in below):
                        break
                    found.append(below)
                return [row, *found]
    raise AssertionError(f"no sheet with {headers}")


def pdf_text(data: bytes) -> str:
    """The text of a PDF, its spaces made plain."""
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return plain(text)


def plain(text: str) -> str:
    """Spaces of any width become one plain space."""
    return " ".join(text.replace("\u200b", "").split())


def problems(data: bytes) -> list[str]:
    """What a PMO would have to mend by hand: shapes outside a slide or over others, prompts."""
    found = []
    presentation = deck(data)
    wide, high = presentation.slide_width, presentation.slide_height
    for number, slide in enumerate(presentation.slides, start=1):
        boxes = []
        for shape in slide.shapes:
            place = f"slide {number}, {shape.name}"
            if shape.is_placeholder and shape.has_text_frame and not shape.text_frame.text.strip():
                found.append(f"{place}: empty placeholder")
            if shape.left is None or shape.width is None:
                continue
            height = shape.height
            if shape.has_table:
                height = sum(row.height for row in shape.table.rows)
                if sum(c.width for c in shape.table.columns) > shape.width + 9525:
                    found.append(f"{place}: columns wider than the table")
            if shape.left < 0 or shape.top < 0:
                found.append(f"{place}: starts outside")
            if shape.left + shape.width > wide or shape.top + height > high:
                found.append(f"{place}: ends outside")
            if shape.has_table or shape.has_chart:
                boxes.append((shape.top, shape.top + height, shape.left, shape.left + shape.width))
        boxes.sort()
        for at, (_top, bottom, left, right) in enumerate(boxes):
            for other_top, _bottom, other_left, other_right in boxes[at + 1 :]:
                if other_top < bottom and other_left < right and left < other_right:
                    found.append(f"slide {number}: a table covers another block")
    return found


def too_high(data: bytes) -> list[str]:
    """Rows of tables whose texts, by their own estimate, need more room than the row has."""
    found = []
    for number, slide in enumerate(deck(data).slides, start=1):
        for shape in slide.shapes:
            if not shape.has_table:
                continue
            across = [column.width / 12700 - 14.4 for column in shape.table.columns]
            for row in shape.table.rows:
                for cell, room in zip(row.cells, across, strict=True):
                    lines, size = 0, 11.5
                    for paragraph in cell.text_frame.paragraphs:
                        for run in paragraph.runs:
                            size = run.font.size.pt
                        # Half an em a letter: the mean of common sans-serif fonts.
                        lines += max(1, -(-len(paragraph.text) * size * 0.5 // max(room, 1)))
                    if lines * size * 1.2 > row.height / 12700 + 2:
                        found.append(f"slide {number}: {cell.text[:40]!r}")
    return found
