"""The rows of a table as items with their histories, in each of the three forms of tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from portulan.integrations.table.reading import Cell, Row, Sheet, shown
from portulan.integrations.workitems.jira import MAX_TEXT
from portulan.integrations.workitems.mapping import (
    DROPPED,
    SPANS,
    STAGES,
    TRANSITIONS,
    Entry,
    LeftOut,
    Log,
    Reading,
)
from portulan.integrations.workitems.moments import (
    ambiguous,
    is_blank,
    is_clock,
    order_of,
    read_moment,
)
from portulan.integrations.workitems.words import GROUPS, category, is_state_field

MAX_NAME, MAX_KEY, MAX_STATE = 300, 200, 120
_EARLIER, _LATER = ("created", "started", "created"), ("started", "finished", "finished")


def read_table(sheet: Sheet, reading: Reading, zone: ZoneInfo) -> Log:
    """The items of a table under a reading."""
    table = _Table(reading, zone)
    rows = sheet.rows[reading.header + 1 :]
    if reading.form == TRANSITIONS:
        _transitions(table, rows)
    else:
        take = {SPANS: _span, STAGES: _stages}[reading.form]
        for row in rows:
            key = table.text(row, "key", MAX_KEY)
            if not key:
                table.refuse(row, "no_case", table.columns.get("key"))
            else:
                take(table, row, key)
    table.close()
    return table.log


class _Table:
    """The rows of a table under a reading."""

    def __init__(self, reading: Reading, zone: ZoneInfo) -> None:
        self.columns, self.reading, self.zone = reading.columns, reading, zone
        self.latest = int((timezone.now() + timedelta(days=1)).timestamp())
        self.log = Log()
        self._moments: dict[Cell, int | None] = {}
        #: Exports of Jira repeat a heading for each value of a field.
        self.places = {
            name: [i for i, h in enumerate(reading.headings) if h == reading.headings[place] and h]
            or [place]
            for name, place in reading.columns.items()
            if name in (*GROUPS, "release") and 0 <= place < len(reading.headings)
        }

    def cell(self, row: Row, field: str) -> Cell:
        """The cell of a field."""
        index = self.columns.get(field)
        return row.cells[index] if index is not None and index < len(row.cells) else None

    def text(self, row: Row, field: str, limit: int = MAX_NAME) -> str:
        """The text of a field."""
        return shown(self.cell(row, field)).replace("\x00", "")[:limit].strip()

    def texts(self, row: Row, field: str) -> list[str]:
        """The texts of all the columns that bear the heading of a field, each once."""
        found = (
            shown(row.cells[i]).replace("\x00", "")[:MAX_NAME].strip()
            for i in self.places[field]
            if i < len(row.cells)
        )
        return list(dict.fromkeys(text for text in found if text))

    def moment(self, value: Cell) -> int | None:
        """The moment of a cell; the same text is read once."""
        if value not in self._moments:
            self._moments[value] = read_moment(value, self.zone, self.reading.order)
        return self._moments[value]

    def date(self, row: Row, index: int | None) -> tuple[int | None, str]:
        """The moment of a cell that may be empty, and why the row cannot be used ("" if it can).

        What stands for no date (``-1``, ``NULL``) is counted and read as none.
        """
        value = row.cells[index] if index is not None and index < len(row.cells) else None
        if value is None:
            return None, ""
        second = self.moment(value)
        if second is None:
            if is_blank(value):
                said = shown(value)
                self.log.blanks[said] = self.log.blanks.get(said, 0) + 1
                return None, ""
            return None, "bad_time"
        return (None, "future") if second > self.latest else (second, "")

    def refuse(self, row: Row, code: str, index: int | None = None) -> None:
        """Leave a row out, and say so: which cell, when it is one."""
        text = " | ".join(shown(cell) for cell in row.cells if cell is not None)
        column = said = ""
        if index is not None:
            headings = self.reading.headings
            column = headings[index] if 0 <= index < len(headings) else ""
            said = shown(row.cells[index])[:80] if index < len(row.cells) else ""
        self.log.left_out.append(LeftOut(row.number, code, text[:300], column[:80], said))

    def entry(self, row: Row, key: str) -> Entry:
        """The item of a row; the first text told of it counts."""
        entry = self.log.entries.get(key)
        if entry is None:
            entry = self.log.entries[key] = Entry(row.number, key)
        for name in ("title", "kind"):
            if not getattr(entry, name) and name in self.columns:
                setattr(entry, name, self.text(row, name))
        if not entry.release and "release" in self.columns:
            entry.release = next(reversed(self.texts(row, "release")), "")
        for name in ("description", "criteria"):
            if not getattr(entry, name) and name in self.columns:
                setattr(entry, name, self.text(row, name, MAX_TEXT))
        for name in GROUPS:
            if name in self.columns and name not in entry.groups:
                values = self.texts(row, name)
                if values:
                    entry.groups[name] = values
        return entry

    def close(self) -> None:
        """Say of the whole table what no row says: dates that may be read two ways, no dates."""
        blanks = self.log.blanks
        if blanks:
            said = ", ".join(sorted(blanks, key=lambda text: -blanks[text])[:5])
            self.log.warnings.append(("blank", {"count": sum(blanks.values()), "said": said}))
        texts = [text for text in self._moments if isinstance(text, str)]
        proved = order_of(texts)
        order = self.reading.order or "dmy"
        if (not proved or proved != order) and ambiguous(texts):
            self.log.warnings.append((f"order.{order}", {}))


def _transitions(table: _Table, rows: Sequence[Row]) -> None:
    """The rows of a table of changes: many, so that the same text is read once."""
    columns, log = table.columns, table.log
    key_at, state_at = columns.get("key", -1), columns.get("state", -1)
    moment_at, left_at = columns.get("at", -1), columns.get("left", -1)
    clock_at, field_at = columns.get("clock", -1), columns.get("field", -1)
    others = 0
    wordy = bool({"title", "kind", "release", "description", "criteria", *GROUPS} & columns.keys())
    most = max(key_at, state_at, moment_at, left_at, clock_at, field_at)
    entries: dict[Cell, Entry] = {}
    states: dict[Cell, str] = {}
    for row in rows:
        cells = row.cells
        if len(cells) <= most:
            cells = (*cells, *[None] * (most + 1 - len(cells)))
        if field_at >= 0 and not is_state_field(shown(cells[field_at])):
            others += 1
            continue
        raw, raw_state = cells[key_at], cells[state_at] if state_at >= 0 else None
        entry = entries.get(raw) if type(raw) is str else None
        key = entry.key if entry is not None else table.text(row, "key", MAX_KEY)
        if not key:
            table.refuse(row, "no_case", key_at)
            continue
        state = states.get(raw_state) if type(raw_state) is str else None
        if state is None:
            state = table.text(row, "state", MAX_STATE)
            if type(raw_state) is str:
                states[raw_state] = state
        second = table.moment(cells[moment_at]) if moment_at >= 0 else None
        if clock_at >= 0 and second is not None and is_clock(cells[clock_at]):
            second = table.moment(f"{shown(cells[moment_at])} {cells[clock_at]}") or second
        if not state:
            table.refuse(row, "no_state", state_at)
        elif second is None:
            empty = moment_at < 0 or cells[moment_at] is None or is_blank(cells[moment_at])
            table.refuse(row, "no_date" if empty else "bad_time", moment_at)
        elif second > table.latest:
            table.refuse(row, "future", moment_at)
        else:
            if entry is None or wordy:
                entry = entries[raw] = table.entry(row, key)
            left = table.text(row, "left", MAX_STATE) if left_at >= 0 else ""
            entry.moves.append((second, state, left))
            log.events += 1
    if others:
        log.warnings.append(("fields", {"count": others}))


def _span(table: _Table, row: Row, key: str) -> None:
    if key in table.log.entries:
        return table.refuse(row, "duplicate", table.columns.get("key"))
    found: dict[str, int] = {}
    for name in ("created", "started", "finished"):
        index = table.columns.get(name)
        second, why = table.date(row, index)
        if why:
            return table.refuse(row, why, index)
        if second is not None:
            found[name] = second
    if "created" not in found and "started" in found:
        found["created"] = found["started"]
    if "created" not in found:
        return table.refuse(row, "no_creation", table.columns.get("created"))
    _same_day(table, found)
    state, outcome = table.text(row, "state", MAX_STATE), table.text(row, "outcome", MAX_STATE)
    if "finished" in found and "dropped" in (category(state), category(outcome)):
        found[DROPPED] = found.pop("finished")
    entry = table.entry(row, key)
    entry.moves, entry.state = [(second, name, "") for name, second in found.items()], state
    table.log.events += len(found)
    return None


def _same_day(table: _Table, found: dict[str, int]) -> None:
    """A day without a clock is the whole day: it does not come before a moment of that day."""
    for earlier, later in zip(_EARLIER, _LATER, strict=True):
        if earlier not in found or later not in found or found[later] >= found[earlier]:
            continue
        midnight = read_midnight(found[earlier], table.zone)
        if found[later] == midnight:
            found[later] = found[earlier]


def read_midnight(second: int, zone: ZoneInfo) -> int:
    """The first second of the day of a moment, on the clock of a zone."""
    moment = datetime.fromtimestamp(second, zone)
    return int(moment.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())


def _stages(table: _Table, row: Row, key: str) -> None:
    if key in table.log.entries:
        return table.refuse(row, "duplicate", table.columns.get("key"))
    moves: list[tuple[int, str, str]] = []
    first: int | None = None
    for index in table.reading.stages:
        second, why = table.date(row, index)
        if why:
            return table.refuse(row, why, index)
        if second is None:
            continue
        if index == table.reading.stages[0]:
            first = second
        elif first is not None and second < first:
            if second != read_midnight(first, table.zone):
                return table.refuse(row, "before_creation", index)
            second = first
        moves.append((second, table.reading.headings[index][:MAX_STATE], ""))
    if not moves:
        return table.refuse(row, "no_creation")
    state, outcome = table.text(row, "state", MAX_STATE), table.text(row, "outcome", MAX_STATE)
    entry = table.entry(row, key)
    entry.moves, entry.state = moves, state
    why = outcome if category(outcome) == "dropped" else state
    if category(why) == "dropped" and category(moves[-1][1]) != "dropped":
        last = max(moves, key=lambda move: move[0])
        moves.append((last[0], why, ""))
    table.log.events += len(moves)
    return None
