"""The first reading of a table of work items: form, columns, order of dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone

from portulan.integrations.table.mapping import letter
from portulan.integrations.table.reading import Cell, FileRefused, Row, Sheet, shown, width
from portulan.integrations.workitems.headings import (
    heading_field,
    in_utc,
    no_flow,
    plain_heading,
    plainness,
)
from portulan.integrations.workitems.mapping import DATES, SPANS, STAGES, TRANSITIONS, Reading
from portulan.integrations.workitems.moments import (
    ambiguous,
    is_blank,
    is_clock,
    likely_order,
    order_of,
    read_moment,
)
from portulan.integrations.workitems.words import category, is_state_field

SAMPLE = 400
HEADER_ROWS = 15
#: A column whose values are so few is one of states or groups, not of identifiers.
FEW = 80
#: Share of the rows that name an item of their own, under which rows are changes of items.
OF_ITEMS = 0.75
_DATES = ("at", *DATES)
_UTC = ZoneInfo("UTC")
#: Fields that only some values can be of.
_SAYS = {"clock": is_clock, "field": lambda value: is_state_field(shown(value))}


@dataclass(slots=True)
class _Table:
    """The sample of a table: rows without those above and at the headings."""

    headings: list[str]
    body: Sequence[Row]
    #: The cells of each column that hold something.
    samples: list[list[Cell]]
    #: Columns of moments, and those of them that tell something of the flow.
    dated: list[int]
    flowing: list[int]

    def cell(self, row: Row, index: int) -> Cell:
        """A cell, or none where the row is short."""
        return row.cells[index] if index < len(row.cells) else None

    def pairs(self, first: int, second: int) -> int:
        """How many pairs of values two columns have together."""
        return len({(self.cell(r, first), self.cell(r, second)) for r in self.body})

    def distinct(self, index: int) -> int:
        """How many values a column has."""
        return len({shown(value) for value in self.samples[index]})


def choose_sheet(sheets: Sequence[Sheet]) -> Sheet:
    """The sheet with the most headings that are known, then the most rows."""
    return max(sheets, key=lambda s: (min(_score(s), 3), len(s.rows)))


def _score(sheet: Sheet) -> int:
    return max((_known(row.cells) for row in sheet.rows[:HEADER_ROWS]), default=0)


def _known(cells: Sequence[object]) -> int:
    found = {heading_field(cell) for cell in cells if isinstance(cell, str)} - {""}
    return len(found)


def header_row(sheet: Sheet) -> int:
    """The place of the headings among the rows of a sheet; -1 when it has none."""
    top = sheet.rows[:HEADER_ROWS]
    if not top:
        return 0
    header = max(range(len(top)), key=lambda i: (_known(top[i].cells), -i))
    cells = top[header].cells
    return -1 if not _known(cells) and any(_is_moment(cell) for cell in cells) else header


def guess_columns(sheet: Sheet) -> Reading:
    """Form, heading row and columns of a table.

    Raises:
        FileRefused: ``file.no_items``: no column of moments, or none of items.
    """
    header = header_row(sheet)
    size = width(sheet.rows[:SAMPLE])
    cells = sheet.rows[header].cells if header >= 0 and sheet.rows else ()
    headings = [shown(cell) for cell in cells]
    headings += [letter(index) for index in range(len(cells), size)]
    body = sheet.rows[header + 1 : header + 1 + SAMPLE]
    if not body:
        raise FileRefused("file.no_rows", {"headings": ", ".join(h for h in headings if h)[:300]})
    samples = [
        [row.cells[i] for row in body if i < len(row.cells) and row.cells[i] is not None]
        for i in range(size)
    ]
    dated = [i for i, values in enumerate(samples) if _is_dated(values, headings[i])]
    flowing = [i for i in dated if not no_flow(headings[i], category(headings[i]))]
    table = _Table(headings, body, samples, dated, flowing)
    reading = Reading(header=header, headings=headings)
    _columns(reading, table)
    _missing(reading, table)
    _form(reading, table)
    used = _used(reading)
    reading.order = _order(sheet.rows[header + 1 :], used)
    if used and all(in_utc(headings[i]) for i in used):
        reading.zone = "UTC"
    if "key" not in reading.columns or not used:
        raise FileRefused("file.no_items", {"headings": ", ".join(h for h in headings if h)[:300]})
    return reading


def _used(reading: Reading) -> list[int]:
    """The columns of moments that a reading uses."""
    if reading.form == STAGES:
        return reading.stages
    return sorted({reading.columns[name] for name in _DATES if name in reading.columns})


def _order(rows: Sequence[Row], used: Sequence[int]) -> str:
    """The order of dates: what the whole file proves, else what is likely."""

    def texts(row: Row) -> list[str]:
        cells = (row.cells[i] for i in used if i < len(row.cells))
        return [cell for cell in cells if isinstance(cell, str)]

    if not ambiguous(text for row in rows[:SAMPLE] for text in texts(row)):
        return order_of(text for row in rows[:SAMPLE] for text in texts(row))
    proved = order_of({text for row in rows for text in texts(row)})
    now = int(timezone.now().timestamp())
    return proved or likely_order([texts(row) for row in rows[:SAMPLE]], now)


def _is_moment(value: object) -> bool:
    return (
        (not isinstance(value, (int, float)))
        and read_moment(value, _UTC) is not None
        and not (isinstance(value, str) and value.strip().lstrip("-").isdigit())
    )


def _is_dated(values: Sequence[Cell], heading: str) -> bool:
    """Whether a column holds moments, what says that there is none set aside."""
    told = [value for value in values if not is_blank(value)]
    if not told:
        # A column of dates that are still all missing.
        return bool(values) and heading_field(heading) in DATES
    return sum(map(_is_moment, told)) >= 0.6 * len(told)


def _columns(reading: Reading, table: _Table) -> None:
    """Columns by their headings."""
    wanted: dict[str, list[int]] = {}
    for index, heading in enumerate(table.headings):
        field = heading_field(heading)
        if not field or not table.samples[index]:
            continue
        if all(is_clock(value) for value in table.samples[index]):
            field = "clock"
        if field in _SAYS and not any(map(_SAYS[field], table.samples[index])):
            continue
        if field in _DATES and index not in table.dated and not _numbers(table.samples[index]):
            continue
        if field not in _DATES and index in table.dated:
            continue
        wanted.setdefault(field, []).append(index)
    for field, places in wanted.items():
        if field == "key":
            # A number that is only unique within one of several projects identifies nothing.
            own = [i for i in places if _once(table, i) or not _numbered(table.headings[i])]
            places = own or places
        # The heading that stands first among the known words is the plainest.
        reading.columns[field] = min(
            places, key=lambda i: (plainness(field, table.headings[i]), i)
        )
    for field in _DATES:
        for index in wanted.get(field, ()):
            # Epoch seconds and days of a spreadsheet are dates by their heading alone.
            if index not in table.dated:
                table.dated.append(index)
                table.flowing.append(index)
    table.dated.sort()
    table.flowing.sort()


def _numbered(heading: str) -> bool:
    return plain_heading(heading) in ("number", "iid")


def _once(table: _Table, index: int) -> bool:
    return table.distinct(index) == len(table.samples[index]) == len(table.body)


def _numbers(values: Sequence[object]) -> bool:
    """Whether a column may hold epoch seconds or days of a spreadsheet."""
    told = [value for value in values if not is_blank(value)]
    return bool(told) and all(read_moment(value, _UTC) is not None for value in told)


def _missing(reading: Reading, table: _Table) -> None:
    """What no heading names, by the values of the columns."""
    used = set(reading.columns.values())
    samples = table.samples
    free = [
        i for i in range(len(samples)) if i not in used and i not in table.dated and samples[i]
    ]
    # A column that is called by a state or a date counts something, and identifies nothing.
    named = [
        i for i in free
        if header_named(reading)
        and (category(table.headings[i]) or heading_field(table.headings[i]) in _DATES)
    ]  # fmt: skip
    if "key" not in reading.columns and (may := [i for i in free if i not in named]):
        best = max(may, key=lambda i: (table.distinct(i), -i))
        if table.distinct(best) > 1 or len(samples[best]) == 1:
            reading.columns["key"] = best
            free.remove(best)
    if "state" in reading.columns or "key" not in reading.columns or not table.flowing:
        return
    key = reading.columns["key"]
    if not _of_changes(reading, table) and not (table.headings and len(table.flowing) == 1):
        return
    texts = [
        i
        for i in free
        if 1 < table.distinct(i) <= FEW
        and table.distinct(i) < len(samples[i])
        and not any(str(v).replace(".", "").isdigit() for v in samples[i])
    ]
    if texts:
        # What changes most within an item is its state.
        reading.columns["state"] = max(texts, key=lambda i: (table.pairs(key, i), -i))


def header_named(reading: Reading) -> bool:
    """Whether a table has headings of its own."""
    return reading.header >= 0


def _of_changes(reading: Reading, table: _Table) -> bool:
    """Whether items come again from row to row."""
    keys = table.samples[reading.columns["key"]]
    return len({shown(value) for value in keys}) < OF_ITEMS * len(keys)


def _form(reading: Reading, table: _Table) -> None:
    columns = reading.columns
    if "key" not in columns:
        return
    again = _of_changes(reading, table)
    keys = table.samples[columns["key"]]
    once = len({shown(value) for value in keys}) == len(keys)
    if "state" in columns and table.dated and (again or (not once and len(table.flowing) == 1)):
        _as_changes(reading, table)
        return
    if {"state", "at"} <= columns.keys() and len(table.flowing) == 1:
        # Few rows, each of an item of its own.
        _as_changes(reading, table)
        return
    _as_items(reading, table)


def _as_changes(reading: Reading, table: _Table) -> None:
    """One row a change: its moment is the one that changes most within an item."""
    columns = reading.columns
    key = columns["key"]
    if "at" not in columns or table.pairs(key, columns["at"]) < max(
        table.pairs(key, i) for i in table.dated
    ):
        started, finished = columns.get("started"), columns.get("finished")
        named = {columns.get("at"): 3, finished: 1, columns.get("created"): 0, started: 2}
        columns["at"] = max(
            table.dated,
            key=lambda i: (table.pairs(key, i), i in table.flowing, named.get(i, 1), -i),
        )
    for name in DATES:
        columns.pop(name, None)
    reading.form = TRANSITIONS


def _as_items(reading: Reading, table: _Table) -> None:
    """One row an item: three dates, or one a stage."""
    columns = reading.columns
    if columns.get("at") in table.flowing and (
        category(table.headings[columns["at"]]) == "" and len(table.flowing) > 2
    ):
        # The date of the last change is that of the record.
        table.flowing.remove(columns["at"])
    columns.pop("at", None) if len(table.flowing) > 1 else None
    named = {columns[name] for name in DATES if name in columns}
    others = [i for i in table.flowing if i not in named]
    stages = [i for i in others if category(table.headings[i]) or heading_field(table.headings[i])]
    if stages or len(others) >= 2:
        reading.form = STAGES
        reading.stages = _in_order(table)
        for name in _DATES:
            columns.pop(name, None)
        return
    reading.form = SPANS
    free = others
    if "created" not in columns and "started" not in columns:
        source = [columns.pop("at")] if "at" in columns else free[:1]
        if source:
            columns["created"] = source[0]
            free = [i for i in free if i != source[0]]
    if "created" not in columns and "started" in columns:
        columns["created"] = columns["started"]
    if "finished" not in columns and free:
        columns["finished"] = free[0]


def _in_order(table: _Table) -> list[int]:
    """The stages in the order of the columns; the creation first, and dates that all bear usual
    names (created, closed, resolved…) in the order of what they mean.
    """
    fields = {i: heading_field(table.headings[i]) for i in table.flowing}
    ranks = {i: DATES.index(field) if field in DATES else 1 for i, field in fields.items()}
    if not all(field in DATES for field in fields.values()):
        ranks = {i: 0 if field == DATES[0] else 1 for i, field in fields.items()}
    return sorted(table.flowing, key=lambda i: (ranks[i], i))
