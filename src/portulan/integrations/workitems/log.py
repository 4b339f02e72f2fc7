"""From the content of files to items with their histories, under a reading."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from portulan.integrations.table.reading import Cell, FileRefused, Row, Sheet, read_sheets, shown
from portulan.integrations.workitems import jira
from portulan.integrations.workitems.guess import choose_sheet, guess_columns
from portulan.integrations.workitems.mapping import (
    DATES,
    JIRA,
    SPANS,
    STAGES,
    TRANSITIONS,
    Entry,
    LeftOut,
    Log,
    Reading,
)
from portulan.integrations.workitems.moments import read_moment
from portulan.integrations.workitems.words import CONTAINERS, GROUPS, category

MAX_UNPACKED = 200 * 1024 * 1024
MAX_FILES = 500
MAX_NAME, MAX_KEY, MAX_STATE = 300, 200, 120
Files = Sequence[tuple[str, bytes]]


def unpack(name: str, content: bytes) -> Files:
    """The files of an upload: itself, or those of a ZIP of pages.

    Raises:
        FileRefused: a ZIP that would unpack into too much.
    """
    if not content.startswith(b"PK\x03\x04") or not _is_bundle(content):
        return [(name, content)]
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        found = [
            info
            for info in bundle.infolist()
            if not info.is_dir() and not info.filename.startswith("__MACOSX")
        ]
        if len(found) > MAX_FILES or sum(info.file_size for info in found) > MAX_UNPACKED:
            raise FileRefused("file.unpacked", {"megabytes": MAX_UNPACKED // 1024 // 1024})
        return [(info.filename, bundle.read(info)) for info in found]


def _is_bundle(content: bytes) -> bool:
    """Whether a ZIP holds files of its own, and is no spreadsheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            names = bundle.namelist()
    except zipfile.BadZipFile as error:
        raise FileRefused("file.damaged") from error
    return "[Content_Types].xml" not in names and "mimetype" not in names


def pack(files: Files) -> bytes:
    """Several files as one, to keep."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for place, (name, content) in enumerate(files):
            bundle.writestr(f"{place:04d} {name.rsplit('/', 1)[-1]}", content)
    return packed.getvalue()


@dataclass(frozen=True, slots=True)
class Loaded:
    """Files read once: the table that holds the items, or the pages of a search."""

    sheet: Sheet | None = None
    pages: jira.Pages | None = None


def load(files: Files) -> Loaded:
    """Read files, whatever their columns mean.

    Raises:
        FileRefused: they cannot be read.
    """
    if all(jira.is_json(content) for _, content in files):
        return Loaded(pages=jira.read_pages(content for _, content in files))
    return Loaded(sheet=_sheet(files))


def guess(loaded: Loaded) -> Reading:
    """The first reading of files.

    Raises:
        FileRefused: they hold no work items.
    """
    return Reading(form=JIRA) if loaded.sheet is None else guess_columns(loaded.sheet)


def _sheet(files: Files) -> Sheet:
    sheets = [sheet for name, content in files for sheet in read_sheets(name, content)]
    return choose_sheet(sheets)


def read(loaded: Loaded, reading: Reading) -> Log:
    """The items of files under a reading, types left out included.

    Raises:
        FileRefused: there is none.
    """
    zone = ZoneInfo(reading.zone or "UTC")
    if loaded.sheet is None:
        return _read_jira(loaded.pages or jira.Pages([], 0, 0, 0), zone)
    log = _read_table(loaded.sheet, reading, zone)
    if not log.entries and not log.left_out:
        raise FileRefused("file.no_items")
    return log


def leave_out(log: Log, kinds: Sequence[str]) -> None:
    """Leave items of these types out."""
    out = set(kinds)
    for entry in [e for e in log.entries.values() if e.kind in out]:
        log.left_out.append(LeftOut(entry.place, "kind_out", f"{entry.key} {entry.kind}"))
        log.events -= len(entry.moves)
        del log.entries[entry.key]


def containers(log: Log) -> list[str]:
    """The types of a file that hold other items."""
    kinds = {entry.kind for entry in log.entries.values()}
    return sorted(kind for kind in kinds if kind.casefold() in CONTAINERS)


class _Table:
    """The rows of a table under a reading."""

    def __init__(self, reading: Reading, zone: ZoneInfo) -> None:
        self.columns, self.reading, self.zone = reading.columns, reading, zone
        self.latest = int((timezone.now() + timedelta(days=1)).timestamp())
        self.log = Log()
        self._moments: dict[Cell, int | None] = {}

    def cell(self, row: Row, field: str) -> Cell:
        """The cell of a field."""
        index = self.columns.get(field)
        return row.cells[index] if index is not None and index < len(row.cells) else None

    def text(self, row: Row, field: str, limit: int = MAX_NAME) -> str:
        """The text of a field."""
        return shown(self.cell(row, field)).replace("\x00", "")[:limit].strip()

    def moment(self, value: Cell) -> int | None:
        """The moment of a cell; the same text is read once."""
        if value not in self._moments:
            self._moments[value] = read_moment(value, self.zone, self.reading.order)
        return self._moments[value]

    def refuse(self, row: Row, code: str) -> None:
        """Leave a row out, and say so."""
        said = " | ".join(shown(cell) for cell in row.cells if cell is not None)
        self.log.left_out.append(LeftOut(row.number, code, said[:300]))

    def entry(self, row: Row, key: str) -> Entry:
        """The item of a row; the first text told of it counts."""
        entry = self.log.entries.get(key)
        if entry is None:
            entry = self.log.entries[key] = Entry(row.number, key)
        for name in ("title", "kind", "release"):
            if not getattr(entry, name) and name in self.columns:
                setattr(entry, name, self.text(row, name))
        for name in ("description", "criteria"):
            if not getattr(entry, name) and name in self.columns:
                setattr(entry, name, self.text(row, name, jira.MAX_TEXT))
        for name in GROUPS:
            if name in self.columns and name not in entry.groups:
                value = self.text(row, name)
                if value:
                    entry.groups[name] = [value]
        return entry


def _read_table(sheet: Sheet, reading: Reading, zone: ZoneInfo) -> Log:
    table = _Table(reading, zone)
    if reading.form == TRANSITIONS:
        return _transitions(table, sheet.rows[reading.header + 1 :])
    take = {SPANS: _span, STAGES: _stages}[reading.form]
    for row in sheet.rows[reading.header + 1 :]:
        key = table.text(row, "key", MAX_KEY)
        if not key:
            table.refuse(row, "no_case")
        else:
            take(table, row, key)
    return table.log


def _transitions(table: _Table, rows: Sequence[Row]) -> Log:
    """The rows of a table of changes: many, so that the same text is read once."""
    columns, log = table.columns, table.log
    key_at, state_at = columns.get("key", -1), columns.get("state", -1)
    moment_at, left_at = columns.get("at", -1), columns.get("left", -1)
    wordy = bool({"title", "kind", "release", "description", "criteria", *GROUPS} & columns.keys())
    most = max(key_at, state_at, moment_at, left_at)
    entries: dict[Cell, Entry] = {}
    states: dict[Cell, str] = {}
    for row in rows:
        cells = row.cells
        if len(cells) <= most:
            cells = (*cells, *[None] * (most + 1 - len(cells)))
        raw, raw_state = cells[key_at], cells[state_at] if state_at >= 0 else None
        entry = entries.get(raw) if type(raw) is str else None
        key = entry.key if entry is not None else table.text(row, "key", MAX_KEY)
        if not key:
            table.refuse(row, "no_case")
            continue
        state = states.get(raw_state) if type(raw_state) is str else None
        if state is None:
            state = table.text(row, "state", MAX_STATE)
            if type(raw_state) is str:
                states[raw_state] = state
        second = table.moment(cells[moment_at]) if moment_at >= 0 else None
        if not state:
            table.refuse(row, "no_state")
        elif second is None:
            table.refuse(row, "bad_time")
        elif second > table.latest:
            table.refuse(row, "future")
        else:
            if entry is None or wordy:
                entry = entries[raw] = table.entry(row, key)
            left = table.text(row, "left", MAX_STATE) if left_at >= 0 else ""
            entry.moves.append((second, state, left))
            log.events += 1
    return log


def _span(table: _Table, row: Row, key: str) -> None:
    if key in table.log.entries:
        return table.refuse(row, "duplicate")
    moves: list[tuple[int, str, str]] = []
    for name in DATES:
        value = table.cell(row, name)
        if value is None:
            continue
        second = table.moment(value)
        if second is None:
            return table.refuse(row, "bad_time")
        if second > table.latest:
            return table.refuse(row, "future")
        moves.append((second, name, ""))
    if not moves or moves[0][1] != DATES[0]:
        return table.refuse(row, "no_creation")
    entry = table.entry(row, key)
    entry.moves, entry.state = moves, table.text(row, "state", MAX_STATE)
    table.log.events += len(moves)
    return None


def _stages(table: _Table, row: Row, key: str) -> None:
    if key in table.log.entries:
        return table.refuse(row, "duplicate")
    moves: list[tuple[int, str, str]] = []
    for index in table.reading.stages:
        value = row.cells[index] if index < len(row.cells) else None
        if value is None:
            continue
        second = table.moment(value)
        if second is None:
            return table.refuse(row, "bad_time")
        if second > table.latest:
            return table.refuse(row, "future")
        moves.append((second, table.reading.headings[index][:MAX_STATE], ""))
    if not moves:
        return table.refuse(row, "no_creation")
    table.entry(row, key).moves = moves
    table.log.events += len(moves)
    return None


def _read_jira(pages: jira.Pages, zone: ZoneInfo) -> Log:
    log = Log()
    latest = int((timezone.now() + timedelta(days=1)).timestamp())
    for issue in pages.issues:
        _take_issue(log, issue, zone, latest)
    for code, count in (
        ("jira.missing", pages.missing),
        ("jira.cut", pages.cut),
        ("jira.untold", pages.untold),
    ):
        if count:
            log.warnings.append((code, {"count": count}))
    return log


def _take_issue(log: Log, issue: jira.Issue, zone: ZoneInfo, latest: int) -> None:
    fields = issue.fields
    status = jira.name_of(fields.get("status"))[:MAX_STATE]
    created = read_moment(fields.get("created"), zone)
    if not issue.key:
        log.left_out.append(LeftOut(issue.place, "no_case", jira.name_of(fields.get("summary"))))
        return
    if created is None or created > latest:
        log.left_out.append(LeftOut(issue.place, "bad_time", issue.key))
        return
    changes = []
    for at, left, to in issue.changes:
        second = read_moment(at, zone)
        if second is None or not to or second > latest:
            code = "no_state" if second is not None and not to else "bad_time"
            log.left_out.append(LeftOut(issue.place, code, f"{issue.key} {at} {left} → {to}"))
        else:
            changes.append((second, to[:MAX_STATE], left[:MAX_STATE]))
    changes.sort(key=lambda change: change[0])
    entry = Entry(issue.place, issue.key[:MAX_KEY])
    first = changes[0][2] if changes and changes[0][2] else status
    if first:
        entry.moves.append((created, first, ""))
    if not issue.told or (not changes and status):
        _without_history(entry, fields, status, first, zone, latest)
    entry.moves += changes
    entry.title = jira.name_of(fields.get("summary"))[:MAX_NAME]
    entry.kind = jira.name_of(fields.get("issuetype"))[:80]
    entry.description = jira.text_of(fields.get("description"))
    entry.criteria = jira.text_of(fields.get("acceptance"))
    entry.state = status
    name, entry.release_on, entry.released = jira.release_of(fields.get("fixVersions"))
    entry.release = name[:MAX_NAME]
    project = fields.get("project")
    key = project.get("key") if isinstance(project, dict) else ""
    entry.groups = {
        "project": [str(key or issue.key.rpartition("-")[0] or jira.name_of(project))],
        "component": jira.names_of(fields.get("components")),
        "epic": [epic] if (epic := jira.epic_of(fields)) else [],
    }
    hint = jira.category_of(fields.get("status"))
    if status and hint:
        log.hints.setdefault(status, hint)
    log.entries[entry.key] = entry
    log.events += len(entry.moves)


def _without_history(
    entry: Entry, fields: Mapping[str, object], status: str, first: str, zone: ZoneInfo, latest: int
) -> None:
    """The only change that a page without histories tells: when it was resolved."""
    resolved = read_moment(fields.get("resolutiondate"), zone)
    kind = jira.category_of(fields.get("status")) or category(status)
    if resolved is None or resolved > latest or kind != "done" or not entry.moves:
        return
    entry.moves = [(entry.moves[0][0], "Created", ""), (resolved, status, "")]
