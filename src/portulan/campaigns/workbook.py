"""A contributor's own rows as an Excel that goes out and comes back.

What may be written is unlocked, identifiers are hidden and signed; a sheet that nobody sees holds
the values as they went out, so that a file that comes back tells what its author changed, and what
somebody else changed meanwhile.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from portulan.base.policy import Actor, Invalid, Refusal, Refused
from portulan.campaigns.access import check_fill
from portulan.campaigns.actions import Given, give_many
from portulan.campaigns.fields import Field, Unfit, same
from portulan.campaigns.models import Answer, Ask, Campaign
from portulan.campaigns.queries import Cell, Fill, fill
from portulan.integrations.table.package import PackageRefused, check_package, kind_of
from portulan.integrations.table.rejects import FORMULA_STARTS, neutral
from portulan.wording import formats

SALT = "campaigns.workbook"
HIDDEN = "_portulan"
PIECE = 30_000
HEADER = 2  # rows above the first object: keys (hidden), titles
LISTED = 250


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps a file out: where (row and column as a spreadsheet shows them), what was found,
    what is expected. ``kind``: ``value``, ``row`` or ``moved``.
    """

    kind: str
    row: int
    column: str
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class Taken:
    """How the reading of a file went: proposals that changed, or faults and nothing."""

    changed: int
    faults: Sequence[Fault] = ()


def made(filled: Fill, person: str, sheet_name: str) -> bytes:
    """The workbook of one contributor."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    _explain(book, filled, person)
    _rows(book, filled, sheet_name)
    _memory(book, filled)
    book.close()
    return out.getvalue()


def _explain(book: Any, filled: Fill, person: str) -> None:
    sheet = book.add_worksheet(_("Read me first"))
    sheet.set_column(0, 0, 100)
    title = book.add_format({"bold": True, "font_size": 14})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    lines = [
        _("For %(name)s, until %(day)s.")
        % {"name": person, "day": formats.day_long(filled.campaign.due_on)},
        filled.campaign.message,
        _("Fill in the white cells of the next sheet; the grey ones cannot be changed."),
        _("An empty cell means that there is no value. Lists propose the values that are allowed."),
        _("Do not add, move or delete rows. Save the file, then bring it back in the page of the "
          "collection: all of it enters, or nothing, and you are told what to correct."),
        f"{settings.BASE_URL}/campaigns/{filled.campaign.uid}/mine",
    ]
    sheet.write_string(0, 0, neutral(filled.campaign.name), title)
    for row, line in enumerate((line for line in lines if line), 2):
        sheet.write_string(row, 0, neutral(line), text)
    sheet.protect()


def _rows(book: Any, filled: Fill, sheet_name: str) -> None:
    sheet = book.add_worksheet("".join(c for c in sheet_name if c not in "[]:*?/\\'")[:31])
    locked = book.add_format({"bg_color": "#ECEAE3", "border": 1, "valign": "top"})
    head = book.add_format(
        {"bold": True, "bg_color": "#173B63", "font_color": "#FFFFFF", "text_wrap": True}
    )
    free = book.add_format({"locked": False, "border": 1, "text_wrap": True, "valign": "top"})
    figure = book.add_format(
        {"locked": False, "border": 1, "num_format": "#,##0.##", "valign": "top"}
    )
    for at, field in enumerate(filled.fields, 3):
        unit = f" ({field.unit})" if field.unit else ""
        sheet.write_string(0, at, field.key)
        sheet.write_string(1, at, neutral(f"{field.label}{unit}"), head)
        if filled.rows:
            _rule(sheet, at, field, len(filled.rows))
    for at, word in enumerate(("", _("Code"), _("Name"))):
        sheet.write_string(1, at, word, head)
    for row, item in enumerate(filled.rows, HEADER):
        sheet.write_string(row, 0, str(item.ask.uid), locked)
        sheet.write_string(row, 1, neutral(item.subject.code), locked)
        sheet.write_string(row, 2, neutral(item.subject.name), locked)
        for at, cell in enumerate(item.cells, 3):
            typed = cell.field.typed(cell.value)
            if isinstance(typed, (int, float)) and not isinstance(typed, bool):
                sheet.write_number(row, at, typed, figure)
            elif typed is None:
                sheet.write_blank(row, at, None, figure if cell.field.type != "text" else free)
            else:
                sheet.write_string(row, at, neutral(str(typed))[:32_000], free)
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_column(0, 0, 4, None, {"hidden": True})
    sheet.set_column(1, 1, 14)
    sheet.set_column(2, 2, 36)
    if filled.fields:
        wide = 40 if any(field.type == "text" for field in filled.fields) else 16
        sheet.set_column(3, 2 + len(filled.fields), wide)
    sheet.freeze_panes(HEADER, 3)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _rule(sheet: Any, column: int, field: Field, rows: int) -> None:
    """The list or the bounds that the spreadsheet itself checks."""
    message = {
        "error_title": _("This value does not fit"), "error_message": field.expected[:LISTED],
    }
    where = (HEADER, column, HEADER + rows - 1, column)
    if field.type == "choice":
        words = [str(word) for word in field.choices.values()]
        if len(",".join(words)) < LISTED:
            sheet.data_validation(*where, {"validate": "list", "source": words, **message})
    elif field.type != "text":
        low, high = field.low, field.high
        bounds = (
            {"criteria": "between", "minimum": low, "maximum": high}
            if low is not None and high is not None
            else {"criteria": ">=", "value": low if low is not None else -1e12}
        )
        sheet.data_validation(*where, {"validate": "decimal", **bounds, **message})


def _memory(book: Any, filled: Fill) -> None:
    """What went out, signed: campaign, person, and the value of each place."""
    values = {
        str(row.ask.uid): {cell.field.key: cell.value for cell in row.cells}
        for row in filled.rows
    }
    person = filled.rows[0].ask.person_id if filled.rows else 0
    said = signing.dumps(
        {
            "campaign": str(filled.campaign.uid), "person": person, "values": values,
            "at": timezone.now().isoformat(),
        },
        salt=SALT, compress=True,
    )
    sheet = book.add_worksheet(HIDDEN)
    for row, start in enumerate(range(0, len(said), PIECE)):
        sheet.write_string(row, 0, said[start : start + PIECE])
    sheet.very_hidden()


def take(
    actor: Actor, campaign: Campaign, asks: Sequence[Ask], content: bytes, *, anyway: bool = False
) -> Taken:
    """Take a workbook back: every value that its author changed becomes a proposal, or nothing
    does and the faults are told.

    Raises:
        Refused: the campaign is closed.
        Invalid: not a workbook of ours, of another campaign, or of somebody else.
    """
    refusal = check_fill(campaign)
    if refusal is not None:
        raise Refused(refusal)
    said, rows = _read(content)
    if said.get("campaign") != str(campaign.uid):
        raise Invalid({"file": Refusal("campaign.other_file")})
    if said.get("person") != actor.person_id:
        raise Invalid({"file": Refusal("campaign.not_your_file")})
    filled = fill(actor, campaign, asks)
    given, faults = _compare(filled, said["values"], rows, anyway)
    if faults:
        return Taken(0, faults)
    return Taken(give_many(actor, campaign, given, Answer.Way.FILE))


def _read(content: bytes) -> tuple[Mapping[str, Any], list[list[Any]]]:
    """The memory of a workbook, and the rows of its sheet with the keys on top."""
    refused = Invalid({"file": Refusal("campaign.foreign_file")})
    if len(content) > settings.UPLOAD_MAX_BYTES:
        most = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        raise Invalid({"file": Refusal("file.too_large", {"megabytes": most})})
    if kind_of(content) != "xlsx":
        raise refused
    try:
        check_package(content, "xlsx")
    except PackageRefused as error:
        raise Invalid({"file": Refusal(error.code, error.params)}) from error
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            if HIDDEN not in book.sheet_names:
                raise refused
            memory = book.get_sheet_by_name(HIDDEN).to_python()
            names = [name for name in book.sheet_names if name != HIDDEN]
            tables = [
                book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names
            ]
    except CalamineError as error:
        raise Invalid({"file": Refusal("file.damaged")}) from error
    try:
        said = signing.loads("".join(str(row[0]) for row in memory if row), salt=SALT)
    except (signing.BadSignature, IndexError, json.JSONDecodeError):
        raise refused from None
    return said, tables[-1] if tables else []


def _compare(
    filled: Fill, out: Mapping[str, Mapping[str, Any]], table: Sequence[Sequence[Any]],
    anyway: bool,
) -> tuple[list[Given], list[Fault]]:
    keys = [str(cell or "") for cell in (table[0] if table else ())]
    by_ask = {str(row.ask.uid): row for row in filled.rows}
    given: list[Given] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for number, cells in enumerate(table[HEADER:], HEADER + 1):
        uid = str(cells[0] or "").strip() if cells else ""
        if not any(cell not in (None, "") for cell in cells):
            continue
        if uid not in by_ask or uid in seen:
            code = str(cells[1] if len(cells) > 1 else "")
            said = _("a row of this collection that is asked of you, once")
            faults.append(Fault("row", number, _("Code"), code, said))
            continue
        seen.add(uid)
        row = by_ask[uid]
        for cell in row.cells:
            if cell.field.key not in keys:
                said = _("the columns as they went out")
                faults.append(Fault("row", number, str(cell.field.label), "", said))
                continue
            at = keys.index(cell.field.key)
            found = cells[at] if at < len(cells) else None
            one = _one(row.ask, cell, found, out.get(uid, {}), number, anyway)
            if isinstance(one, Fault):
                faults.append(one)
            elif one is not None:
                given.append(one)
    return given, faults


def _one(
    ask: Ask, cell: Cell, found: Any, out: Mapping[str, Any], number: int, anyway: bool
) -> Given | Fault | None:
    """What a cell of the file means: nothing new, a value, or a fault."""
    field = cell.field
    if isinstance(found, str) and found.startswith("'") and found[1:].startswith(FORMULA_STARTS):
        found = found[1:]
    try:
        raw = field.read(found)
    except Unfit:
        return Fault("value", number, str(field.label), str(found)[:120], field.expected)
    if same(raw, out.get(field.key)):
        return None
    if not same(cell.value, out.get(field.key)) and not same(cell.value, raw) and not anyway:
        return Fault(
            "moved", number, str(field.label), str(field.typed(raw)),
            _("changed meanwhile to: %(value)s") % {"value": field.shown(cell.value)},
        )
    return Given(ask, field.key, raw, cell.present)
