"""The first reading of a table of work items: form, columns, order of dates."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from portulan.integrations.table.mapping import letter
from portulan.integrations.table.reading import FileRefused, Sheet, shown, width
from portulan.integrations.workitems.mapping import SPANS, STAGES, TRANSITIONS, Reading
from portulan.integrations.workitems.moments import order_of, read_moment
from portulan.integrations.workitems.words import HEADINGS, heading_field

SAMPLE = 400
HEADER_ROWS = 15
#: A column whose values are so few is one of states or groups, not of identifiers.
FEW = 80
_DATES = ("at", "created", "started", "finished")
_UTC = ZoneInfo("UTC")


def choose_sheet(sheets: Sequence[Sheet]) -> Sheet:
    """The sheet with the most headings that are known, then the most rows."""
    return max(sheets, key=lambda s: (min(_score(s), 3), len(s.rows)))


def _score(sheet: Sheet) -> int:
    return max((_known(row.cells) for row in sheet.rows[:HEADER_ROWS]), default=0)


def _known(cells: Sequence[object]) -> int:
    found = {heading_field(cell) for cell in cells if isinstance(cell, str)} - {""}
    return len(found)


def guess_columns(sheet: Sheet) -> Reading:
    """Form, heading row and columns of a table.

    Raises:
        FileRefused: ``file.no_items``: no column of moments, or none of items.
    """
    top = sheet.rows[:HEADER_ROWS]
    header = max(range(len(top)), key=lambda i: (_known(top[i].cells), -i)) if top else 0
    size = width(sheet.rows[:SAMPLE])
    cells = top[header].cells if top else ()
    if not _known(cells) and any(_is_moment(cell) for cell in cells):
        header = -1
        headings = [letter(index) for index in range(size)]
    else:
        headings = [shown(cell) for cell in cells] + [
            letter(index) for index in range(len(cells), size)
        ]
    body = sheet.rows[header + 1 : header + 1 + SAMPLE]
    samples = [
        [row.cells[i] for row in body if i < len(row.cells) and row.cells[i] is not None]
        for i in range(size)
    ]
    reading = Reading(header=header, headings=headings)
    dated = _columns(reading, headings, samples)
    _missing(reading, samples, dated)
    _form(reading, headings, samples, dated)
    texts = [str(v) for i in dated for v in samples[i] if isinstance(v, str)]
    reading.order = order_of(texts)
    if "key" not in reading.columns or not (dated or set(_DATES) & reading.columns.keys()):
        raise FileRefused("file.no_items")
    return reading


def _is_moment(value: object) -> bool:
    return (
        (not isinstance(value, (int, float)))
        and read_moment(value, _UTC) is not None
        and not (isinstance(value, str) and value.strip().lstrip("-").isdigit())
    )


def _columns(
    reading: Reading, headings: Sequence[str], samples: Sequence[Sequence[object]]
) -> list[int]:
    """Columns by their headings; returns those that hold moments."""
    dated = [
        i
        for i, values in enumerate(samples)
        if values and sum(map(_is_moment, values)) >= 0.6 * len(values)
    ]
    wanted: dict[str, list[int]] = {}
    for index, heading in enumerate(headings):
        field = heading_field(heading)
        if not field or not samples[index]:
            continue
        if field in _DATES and index not in dated and not _numbers(samples[index]):
            continue
        if field not in _DATES and index in dated:
            continue
        wanted.setdefault(field, []).append(index)
    for field, places in wanted.items():
        known = HEADINGS[field]
        # The heading that stands first among the known words is the plainest.
        reading.columns[field] = min(
            places, key=lambda i: known.index(f) if (f := headings[i].casefold()) in known else 99
        )
    return dated


def _numbers(values: Sequence[object]) -> bool:
    """Whether a column may hold epoch seconds or days of a spreadsheet."""
    return all(read_moment(value, _UTC) is not None for value in values)


def _missing(reading: Reading, samples: Sequence[Sequence[object]], dated: Sequence[int]) -> None:
    """What no heading names, by the values of the columns."""
    used = set(reading.columns.values())
    free = [i for i in range(len(samples)) if i not in used and i not in dated and samples[i]]
    distinct = {i: len({shown(v) for v in samples[i]}) for i in free}  # type: ignore[arg-type]
    if "key" not in reading.columns and free:
        best = max(free, key=lambda i: (distinct[i], -i))
        if distinct[best] > 1 or len(samples[best]) == 1:
            reading.columns["key"] = best
            free.remove(best)
    spans = {"created", "finished"} <= reading.columns.keys()
    if "state" not in reading.columns and not spans and len(dated) == 1:
        texts = [
            i
            for i in free
            if 1 < distinct[i] <= FEW
            and distinct[i] < len(samples[i])
            and not any(str(v).replace(".", "").isdigit() for v in samples[i])
        ]
        if texts:
            reading.columns["state"] = texts[0]


def _form(
    reading: Reading,
    headings: Sequence[str],
    samples: Sequence[Sequence[object]],
    dated: Sequence[int],
) -> None:
    columns = reading.columns
    keys = samples[columns["key"]] if "key" in columns else []
    once = len({shown(v) for v in keys}) == len(keys)  # type: ignore[arg-type]
    free = [i for i in dated if i not in columns.values()]
    if "state" in columns and "at" not in columns:
        # The only moment of a row that names a state is when it was entered.
        single = free or [columns[f] for f in ("started", "created", "finished") if f in columns]
        if len(dated) == 1 and single and not once:
            for name in ("created", "started", "finished"):
                if columns.get(name) == single[0]:
                    del columns[name]
            columns["at"] = single[0]
    if (
        "state" in columns
        and "at" in columns
        and not (once and {"created", "finished"} <= columns.keys())
    ):
        reading.form = TRANSITIONS
        return
    if len(free) >= 2 or len(dated) > 3:
        reading.form = STAGES
        reading.stages = list(dated)
        for name in _DATES:
            columns.pop(name, None)
        return
    reading.form = SPANS
    if "created" not in columns and "started" not in columns:
        source = [columns.pop("at")] if "at" in columns else free[:1]
        if source:
            columns["created"] = source[0]
            free = [i for i in free if i != source[0]]
    if "created" not in columns and "started" in columns:
        columns["created"] = columns["started"]
    if "finished" not in columns and free:
        columns["finished"] = free[0]
