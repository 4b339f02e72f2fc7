"""The rows that stay out, with the reason, as a file to correct and bring again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from portulan.base.policy import Actor
from portulan.integrations.models import ImportBatch
from portulan.integrations.table.actions import sheets_of
from portulan.integrations.table.mapping import FileMap
from portulan.integrations.table.planning import make_plan
from portulan.integrations.table.reading import Cell, shown
from portulan.integrations.table.sentences import group_title

#: A cell that begins so would be run as a formula by a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """A text that no spreadsheet runs."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not _number(text) else text


def _number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def rejected_sheets(actor: Actor, batch: ImportBatch) -> list[tuple[str, list[list[Cell]]]]:
    """For each sheet with rows that stay out: its name, headings and rows, each with its reason."""
    sheets = sheets_of(batch.file_name, bytes(batch.content or b""))
    mapping = FileMap.from_json(batch.mapping)
    plan = make_plan(sheets, mapping, batch.repairs, actor)
    groups = {group.id: group for group in plan.groups}
    by_name = {sheet.name: sheet for sheet in sheets}
    found = []
    for index, read in enumerate(mapping.sheets):
        rows = {row.number: row for row in by_name[read.sheet].rows}
        out: list[list[Cell]] = []
        for place, ids in sorted(plan.rejected.items(), key=lambda pair: pair[0].row):
            if place.sheet == index and place.row in rows:
                why = " ; ".join(dict.fromkeys(_why(groups, id) for id in ids if id in groups))
                out.append([place.row, why, *rows[place.row].cells])
        if out:
            headings = rows[read.header_row].cells if read.header_row in rows else ()
            found.append((read.sheet, [[_("Row"), _("Reason"), *headings], *out]))
    return found


def _why(groups: dict[str, Any], id: str) -> str:
    group = groups[id]
    read = f" ({group.read})" if group.read else ""
    return f"{group_title(group.to_json())}{read}"


def as_csv(sheets: Sequence[tuple[str, list[list[Cell]]]]) -> bytes:
    """One CSV of all sheets, for a French or an English spreadsheet (UTF-8 with mark, ``;``)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    for _name, rows in sheets:
        for row in rows:
            writer.writerow([neutral(shown(cell)) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Sequence[tuple[str, list[list[Cell]]]]) -> bytes:
    """A workbook with a sheet for each sheet that has rows left out."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    bold = book.add_format({"bold": True})
    for number, (name, rows) in enumerate(sheets or [(_("Rows left out"), [])], 1):
        sheet = book.add_worksheet(_sheet_name(name, number))
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, (date, datetime)):
                    sheet.write_datetime(at, column, cell, days)
                elif isinstance(cell, (int, float)) and not isinstance(cell, bool):
                    sheet.write_number(at, column, cell)
                elif cell is not None:
                    sheet.write_string(at, column, shown(cell)[:32_000], bold if at == 0 else None)
        sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _sheet_name(name: str, number: int) -> str:
    tidy = "".join(char for char in name if char not in "[]:*?/\\'")[:28]
    return f"{tidy or number}" if number == 1 else f"{tidy[:24]} {number}"
