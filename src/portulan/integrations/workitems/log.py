"""From the content of files to items with their histories, under a reading."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from portulan.base.text import fold
from portulan.integrations.table.reading import FileRefused, Row, Sheet, decode, read_sheets, shown
from portulan.integrations.workitems import jira, records
from portulan.integrations.workitems.guess import choose_sheet, guess_columns, header_row
from portulan.integrations.workitems.issues import read_issues
from portulan.integrations.workitems.mapping import JIRA, LeftOut, Log, Reading
from portulan.integrations.workitems.tabular import read_table
from portulan.integrations.workitems.words import is_container

MAX_UNPACKED = 200 * 1024 * 1024
MAX_FILES = 500
Files = Sequence[tuple[str, bytes]]


def unpack(name: str, content: bytes) -> Files:
    """The files of an upload: itself, unpacked by gzip, or those of a ZIP of pages.

    Raises:
        FileRefused: what would unpack into too much, or is damaged.
    """
    if content.startswith(b"\x1f\x8b"):
        return [(name.removesuffix(".gz"), _gunzip(content))]
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


def _gunzip(content: bytes) -> bytes:
    try:
        reader = zlib.decompressobj(wbits=31)
        found = reader.decompress(content, MAX_UNPACKED)
    except zlib.error as error:
        raise FileRefused("file.damaged") from error
    if reader.unconsumed_tail:
        raise FileRefused("file.unpacked", {"megabytes": MAX_UNPACKED // 1024 // 1024})
    return found


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
    #: Files or sheets of which nothing is read: their headings are others.
    unused: tuple[str, ...] = ()


def load(files: Files) -> Loaded:
    """Read files, whatever their columns mean.

    Raises:
        FileRefused: they cannot be read, or some are tables and others are not.
    """
    texts = [jira.is_json(content) for _, content in files]
    if not any(texts):
        sheets = [sheet for name, content in files for sheet in _sheets(name, content)]
        return _together(sheets)
    if not all(texts):
        raise FileRefused("file.mixed", {"name": files[texts.index(False)][0]})
    documents = [(name, parsed(content)) for name, content in files]
    pages = jira.read_pages(documents)
    if pages is not None:
        return Loaded(pages=pages)
    for _name, document in documents:
        _refuse_errors(document)
    sheet = records.table_of(document for _name, document in documents)
    if sheet is None:
        raise FileRefused("file.no_issues")
    return Loaded(sheet=sheet)


def _sheets(name: str, content: bytes) -> list[Sheet]:
    return [records.xes_table(content)] if records.is_xes(content) else read_sheets(name, content)


def _together(sheets: Sequence[Sheet]) -> Loaded:
    """The best sheet, with the rows of those that have its headings."""
    best = choose_sheet(sheets)
    at = header_row(best)
    if len(sheets) == 1 or at < 0:
        return Loaded(best, unused=tuple(s.name for s in sheets if s is not best))
    wanted = _headings(best.rows[at])
    rows, unused = list(best.rows), []
    for sheet in sheets:
        if sheet is best:
            continue
        place = header_row(sheet)
        if place < 0 or _headings(sheet.rows[place]) != wanted:
            unused.append(sheet.name)
        else:
            rows += sheet.rows[place + 1 :]
    return Loaded(Sheet(best.name, tuple(rows), best.format), unused=tuple(unused))


def _headings(row: Row) -> tuple[str, ...]:
    return tuple(fold(shown(cell)) for cell in row.cells)


def parsed(content: bytes) -> Any:
    """The document of a JSON file; a list of those of its lines when it has one a line.

    Raises:
        FileRefused: ``file.json``: damaged, with its line.
    """
    text, _encoding = decode(content)
    try:
        return json.loads(text)
    except RecursionError as error:
        raise FileRefused("file.json", {"line": 1}) from error
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and lines[0].lstrip().startswith("{"):
            try:
                return [json.loads(line) for line in lines]
            except (ValueError, RecursionError):
                pass
        line = getattr(error, "lineno", 1)
        raise FileRefused("file.json", {"line": line}) from error


def _refuse_errors(document: Any) -> None:
    """Refuse an answer that says why there is none, in the words of the tracker."""
    if not isinstance(document, dict):
        return
    said = document.get("errorMessages") or document.get("message") or document.get("error")
    if isinstance(said, list):
        said = " ".join(str(part) for part in said)
    if isinstance(said, str) and said and not any(
        isinstance(part, list) and part for name, part in document.items()
        if name != "errorMessages"
    ):  # fmt: skip
        raise FileRefused("file.error_answer", {"said": said[:300]})


def guess(loaded: Loaded) -> Reading:
    """The first reading of files.

    Raises:
        FileRefused: they hold no work items.
    """
    if loaded.sheet is None:
        return Reading(form=JIRA)
    if loaded.sheet.name != records.JSON_NAME:
        return guess_columns(loaded.sheet)
    try:
        reading = guess_columns(loaded.sheet)
    except FileRefused as error:
        raise FileRefused("file.no_issues") from error
    if not {"title", "state", "finished"} & reading.columns.keys():
        # Comments, work logs: dated, and no items.
        raise FileRefused("file.no_issues")
    return reading


def read(loaded: Loaded, reading: Reading) -> Log:
    """The items of files under a reading, types left out included.

    Raises:
        FileRefused: there is none.
    """
    zone = ZoneInfo(reading.zone or "UTC")
    if loaded.sheet is None:
        return read_issues(loaded.pages or jira.Pages([], 0, 0, 0), zone)
    log = read_table(loaded.sheet, reading, zone)
    if not log.entries and not log.left_out:
        said = ", ".join(heading for heading in reading.headings if heading)
        raise FileRefused("file.no_items", {"headings": said[:300]})
    if loaded.unused:
        said = ", ".join(loaded.unused[:5])
        log.warnings.append(("unused", {"count": len(loaded.unused), "said": said}))
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
    return sorted(kind for kind in kinds if is_container(kind))
