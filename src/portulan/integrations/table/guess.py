"""Guesses how a file is to be read: heading row, kind of each sheet, field of each column, units.

Headings count first, then what the cells hold: a column of words never becomes a cost. Every guess
can be corrected; a unit that no heading tells is shown as a guess.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from datetime import date, datetime

from portulan.base.text import fold
from portulan.integrations.table import words
from portulan.integrations.table.dates import read_date, read_duration, read_period
from portulan.integrations.table.headers import (
    currency,
    field_likeness,
    kind_words,
    known_words,
    likeness,
    money_unit,
    tidy,
    time_unit,
)
from portulan.integrations.table.kinds import KINDS, Field, Kind
from portulan.integrations.table.mapping import FACT, IGNORED, WIDE, Column, FileMap, SheetMap
from portulan.integrations.table.numbers import Unreadable, read_number
from portulan.integrations.table.reading import Cell, Row, Sheet, width

SAMPLE = 200
HEADER_SEARCH = 25
#: Types whose cells decide: below this share of readable ones the column is something else.
READABLE = 0.5


def guess(sheets: Sequence[Sheet], file_name: str = "", only: str = "") -> FileMap:
    """The likely reading of a file; ``only`` forces one kind on every sheet."""
    return FileMap([guess_sheet(sheet, file_name, only) for sheet in sheets])


def guess_sheet(sheet: Sheet, file_name: str = "", only: str = "") -> SheetMap:
    """The likely reading of one sheet."""
    at = header_position(sheet.rows)
    best: tuple[float, Kind, list[Column]] | None = None
    for kind in [KINDS[only]] if only else KINDS.values():
        score, columns = _try(kind, sheet, at, file_name)
        if best is None or score > best[0]:
            best = (score, kind, columns)
    assert best is not None
    score, kind, columns = best
    code = kind.code if only or score > 0 else IGNORED
    found = SheetMap(sheet.name, code, sheet.rows[at].number, columns, len(sheet.rows) - at - 1)
    found.currency = _currency(sheet, at, columns)
    return found


def read_as(sheet: Sheet, kind: str, header_row: int) -> SheetMap:
    """The reading of a sheet whose kind and heading row are told."""
    numbers = [row.number for row in sheet.rows]
    at = numbers.index(header_row) if header_row in numbers else header_position(sheet.rows)
    columns = _try(KINDS[kind], sheet, at, "")[1] if kind else _bare(sheet, at)
    found = SheetMap(sheet.name, kind, sheet.rows[at].number, columns, len(sheet.rows) - at - 1)
    found.currency = _currency(sheet, at, columns)
    return found


def header_position(rows: Sequence[Row]) -> int:
    """Which row holds the headings: titles and notes above the table are passed over."""
    known = known_words()
    best, best_score = 0, -1.0
    for position, row in enumerate(rows[:HEADER_SEARCH]):
        texts = [c for c in row.cells if c is not None]
        named = {tidy(c) for c in texts if isinstance(c, str) and len(c) <= 80}
        periods = sum(1 for c in texts if read_period(c) is not None)
        score = len(named) + 2.0 * len(named & known) + 0.6 * periods
        score -= 0.8 * sum(1 for c in texts if isinstance(c, (int, float))) - 0.6 * periods
        if score > best_score + 0.5:
            best, best_score = position, score
    return best


def _headings(sheet: Sheet, at: int) -> list[Cell]:
    """The headings; a quarter or month whose year stands above takes that year."""
    cells = list(sheet.rows[at].cells)
    cells += [None] * (width(sheet.rows) - len(cells))
    above = sheet.rows[at - 1].cells if at else ()
    year: Cell = None
    for index, cell in enumerate(cells):
        if index < len(above) and above[index] is not None:
            year = above[index]
        if isinstance(cell, str) and year is not None and read_period(cell) is None:
            text = f"{cell} {int(year) if isinstance(year, float) else year}"
            if read_period(text) is not None:
                cells[index] = text
    return cells


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    if isinstance(cell, (date, datetime)):
        return cell.isoformat()[:10]
    return " ".join(str(cell).split())


def _bare(sheet: Sheet, at: int) -> list[Column]:
    body = sheet.rows[at + 1 :]
    columns = []
    for index, cell in enumerate(_headings(sheet, at)):
        values = _sample(body, index)
        if cell is None and not values:
            continue
        column = Column(index, _text(cell))
        column.samples = [_text(value)[:60] for value in dict.fromkeys(values)][:3]
        columns.append(column)
    return columns


def _sample(body: Sequence[Row], index: int) -> list[Cell]:
    step = max(1, len(body) // SAMPLE)
    found = [r.cells[index] for r in body[::step] if index < len(r.cells)]
    found = [cell for cell in found if cell is not None]
    if not found and step > 1:
        found = [
            r.cells[index] for r in body if index < len(r.cells) and r.cells[index] is not None
        ]
    return found[:SAMPLE]


def _try(kind: Kind, sheet: Sheet, at: int, file_name: str) -> tuple[float, list[Column]]:
    """How well a sheet reads as a kind, and its columns then."""
    body = sheet.rows[at + 1 :]
    columns = _bare(sheet, at)
    headings = _headings(sheet, at)
    samples = {column.index: _sample(body, column.index) for column in columns}
    pairs = []
    for column in columns:
        name = tidy(column.header)
        for field in kind.fields:
            score = field_likeness(name, field) if name else 0.0
            if score >= 0.55:
                fit = _fits(field, samples[column.index], kind)
                # A heading that says it exactly is believed: its odd cells are to be repaired.
                score *= max(fit, 0.6) if score == 1.0 and name != "date" else fit
                if score >= 0.5:
                    pairs.append((score, column, field))
    pairs.sort(key=lambda pair: (-pair[0], pair[1].index))
    taken: dict[str, float] = {}
    for score, column, field in pairs:
        if column.field == IGNORED and (field.name not in taken or field.many):
            column.field = field.name
            taken[field.name] = max(score, taken.get(field.name, 0.0))
    _settle(columns, taken)
    wide = _widen(kind, columns, headings, samples)
    for column in columns:
        if column.field == IGNORED and kind.facts and column.header and samples[column.index]:
            column.field = FACT
        _unit(kind, column, columns, samples)
    return _score(kind, sheet, columns, taken, wide, file_name), columns


def _settle(columns: list[Column], taken: dict[str, float]) -> None:
    """An entity's long name alone is the entity; first and last names make a name."""
    if "entity_name" in taken and "entity" not in taken:
        for column in columns:
            if column.field == "entity_name":
                column.field = "entity"
        taken["entity"] = taken.pop("entity_name")
    if "first_name" in taken and "name" in taken and "last_name" not in taken:
        for column in columns:
            if column.field == "name":
                column.field = "last_name"
        taken["last_name"] = taken["name"]


def _widen(
    kind: Kind, columns: list[Column], headings: list[Cell], samples: dict[int, list[Cell]]
) -> int:
    if not kind.wide:
        return 0
    found = 0
    for column in columns:
        if column.field not in (IGNORED, "voted", "revised", "forecast"):
            continue
        heading = headings[column.index]
        version = ""
        if kind.code == "envelope" and isinstance(heading, str):
            *before, last = heading.split()
            version = words.read_choice("version", " ".join(before)) or "" if before else ""
            heading = last if version else heading
        span = read_period(heading)
        if span is None or not _share(samples[column.index], _is_number):
            continue
        column.field, column.start, column.months = WIDE, span.start, span.months
        column.version = version
        found += 1
    return found


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return False
    if isinstance(cell, (int, float)):
        return True
    try:
        return isinstance(cell, str) and read_number(cell) is not None
    except Unreadable:
        return False


def _is_date(cell: Cell) -> bool:
    try:
        return read_date(cell) is not None
    except Unreadable:
        return False


def _is_duration(cell: Cell) -> bool:
    try:
        return read_duration(cell, "d") is not None
    except Unreadable:
        return False


def _share(cells: Sequence[Cell], test: object) -> float:
    """The share of cells that pass, words for "unknown" apart; 1 when nothing is left to judge."""
    assert callable(test)
    judged = [c for c in cells if not (isinstance(c, str) and fold(c) in words.MISSING)]
    return sum(1 for cell in judged if test(cell)) / len(judged) if judged else 1.0


def _fits(field: Field, cells: Sequence[Cell], kind: Kind) -> float:
    """How well cells suit a field: 0 (something else) to 1."""
    if not cells:
        return 0.75
    base = field.type.partition(":")[0]
    if base in ("money", "number", "days", "percent", "int"):
        share = _share(cells, _is_number)
    elif base in ("date", "date_end", "period", "year"):
        share = _share(cells, _is_date)
    elif base == "duration":
        share = _share(cells, _is_duration)
    elif base == "flag":
        share = _share(cells, lambda c: isinstance(c, bool) or words.read_flag(str(c)) is not None)
    elif base == "size":
        share = _share(cells, lambda c: words.read_size(str(c)) is not None)
    elif base == "email":
        share = _share(cells, lambda c: "@" in str(c))
    elif base == "choice":
        table = field.type.partition(":")[2]
        share = _share(cells, lambda c: words.read_choice(table, str(c)) is not None)
        share = max(share, 0.6) if table == "role" else share
    elif base == "code":
        texts = [_text(cell) for cell in cells]
        short = sum(1 for text in texts if len(text) <= 64) / len(texts)
        unique = len(set(texts)) / len(texts)
        lists = kind.code in ("person", "objective")
        return short if unique > 0.95 or lists else 0.0
    elif field.name == "name" or base in ("ref", "refs", "phase", "stage"):
        share = 1 - _share(cells, lambda c: _is_date(c) and not isinstance(c, (int, float)))
        if field.name == "name" or base == "phase" or field.type == "ref:person":
            share = min(share, 1 - _share(cells, _is_number))
    else:
        share = 1.0
    return 0.0 if share < READABLE else 0.5 + 0.5 * share


def _unit(
    kind: Kind, column: Column, columns: list[Column], samples: dict[int, list[Cell]]
) -> None:
    field = kind.field(column.field)
    wide_money = column.field == WIDE and kind.wide == "amount"
    if field is not None and field.type == "duration":
        told = time_unit(column.header)
        column.unit, column.told_by = (
            (told, "header") if told else (_length(samples[column.index]), "values")
        )
    elif wide_money or (field is not None and field.type == "money"):
        scale, told_here = money_unit(column.header)
        if told_here:
            column.unit, column.told_by = scale, "header"
            return
        hint = _neighbour_unit(column, columns, samples)
        if hint:
            column.unit, column.told_by = hint, "cells"
        else:
            column.unit, column.told_by = _scale(samples[column.index]), "values"


def _neighbour_unit(column: Column, columns: list[Column], samples: dict[int, list[Cell]]) -> str:
    """A sister column ("cost by bracket": "between 5 and 9 M€") that tells the unit."""
    mine = tidy(column.header)
    for other in columns:
        if other is column or not mine or likeness(tidy(other.header), mine) < 0.6:
            continue
        told = {money_unit(cell)[0] for cell in samples[other.index] if isinstance(cell, str)} - {
            ""
        }
        if len(told) == 1:
            return told.pop()
    return ""


def _numbers(cells: Sequence[Cell]) -> list[float]:
    found = []
    for cell in cells:
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            found.append(float(cell))
        elif isinstance(cell, str):
            try:
                number, _ = read_number(cell)
            except Unreadable:
                continue
            if not number.unit:
                found.append(float(number.value))
    return [value for value in found if value]


def _scale(cells: Sequence[Cell]) -> str:
    """The likely scale of amounts whose heading tells none: small with decimals is millions."""
    values = _numbers(cells)
    if not values:
        return ""
    middle = statistics.median(abs(value) for value in values)
    broken = sum(1 for value in values if value != int(value)) / len(values)
    if middle < 100 and broken > 0.3:
        return "m"
    return "k" if 1 <= middle < 2_000 else ""


def _length(cells: Sequence[Cell]) -> str:
    """The likely unit of durations: decimals up to 20 are years, beyond 90 days."""
    values = _numbers(cells)
    if not values:
        return "m"
    middle = statistics.median(values)
    broken = sum(1 for value in values if value != int(value)) / len(values)
    if middle > 90:
        return "d"
    return "y" if middle <= 20 and broken > 0.2 else "m"


def _currency(sheet: Sheet, at: int, columns: list[Column]) -> str:
    for column in columns:
        if column.told_by:
            found = currency(column.header)
            for cell in _sample(sheet.rows[at + 1 :], column.index)[:20]:
                found = found or (currency(cell) if isinstance(cell, str) else "")
            if found:
                return found
    return ""


def _score(
    kind: Kind,
    sheet: Sheet,
    columns: list[Column],
    taken: dict[str, float],
    wide: int,
    file_name: str,
) -> float:
    common = {"code", "name", "description", "starts", "ends", "entity", "entity_name"}
    score = sum(value * (0.6 if name in common else 1.0) for name, value in taken.items())
    nouns = kind_words(kind)
    title = tidy(sheet.name)
    if title in nouns:
        score += 4
    elif any(noun in title.split() for noun in nouns):
        score += 2
    if any(noun in tidy(file_name.rpartition(".")[0]).split() for noun in nouns):
        score += 1
    mentions = sum(1 for c in columns if set(tidy(c.header).split()) & set(nouns))
    score += min(mentions, 3) * 0.5
    if wide >= 2 or (wide and kind.code == "capacity"):
        score += 3
    return score - _gaps(kind, taken, wide)


def _gaps(kind: Kind, taken: dict[str, float], wide: int) -> float:
    """What a kind misses to be readable at all."""
    missing = sum(1 for field in kind.fields if field.required and field.name not in taken)
    if kind.code == "person" and "name" not in taken and "last_name" in taken:
        missing = 0
    if kind.code == "capacity" and not wide and not {"month"} <= taken.keys():
        missing += 1
    if kind.code == "envelope":
        missing += not (
            "amount" in taken or wide or {"voted", "revised", "forecast"} & taken.keys()
        )
        missing += not ("fiscal_year" in taken or wide)
    if kind.code == "cost_line":
        missing += not ({"amount", "plan", "commitment", "actual"} & taken.keys() or wide)
        missing += not ("month" in taken or wide)
        missing += not ({"product", "initiative", "project"} & taken.keys())
    return missing * 6.0
