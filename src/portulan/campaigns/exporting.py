"""A campaign as an Excel: what was asked, given, accepted and refused."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.campaigns.queries import CampaignPage
from portulan.integrations.table.rejects import neutral


def exported(it: CampaignPage) -> bytes:
    """The workbook: one sheet of contributors, one of values."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    bold = book.add_format({"bold": True})
    stamp = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet(_("Contributors"))
    _line(sheet, 0, [_("Name"), _("Asked"), _("Finished"), _("Values given")], bold)
    for row, person in enumerate(it.people, 1):
        _line(sheet, row, [person.name, person.asks, person.done, person.given])
    sheet.set_column(0, 0, 32)
    sheet.freeze_panes(1, 0)
    sheet = book.add_worksheet(_("Values"))
    heads = [
        _("Code"), _("Name"), _("Field"), _("Before"), _("Given"), _("By"), _("State"), _("Word"),
        _("When"),
    ]
    _line(sheet, 0, heads, bold)
    for row, d in enumerate((*it.differences, *it.settled), 1):
        _line(
            sheet, row,
            [
                d.subject.code, d.subject.name, str(d.field.label), d.field.typed(d.answer.old),
                d.field.typed(d.answer.new), d.author, d.answer.state, d.answer.word,
            ],
        )
        at = timezone.localtime(d.answer.given_at).replace(tzinfo=None)
        sheet.write_datetime(row, 8, at, stamp)
    sheet.set_column(1, 4, 32)
    sheet.set_column(8, 8, 16)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _line(sheet: Any, row: int, cells: list[Any], how: Any = None) -> None:
    for column, cell in enumerate(cells):
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            sheet.write_number(row, column, cell, how)
        elif cell is not None:
            sheet.write_string(row, column, neutral(str(cell))[:32_000], how)
