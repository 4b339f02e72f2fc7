"""Records of other trackers in JSON or XES, as one table.

GitHub, GitLab, Azure DevOps, Redmine, YouTrack and others answer with a list of objects, alone or
inside a page; what hangs one level below an object is named by its own name. An event log in XES
(IEEE 1849) is a list of traces of events: one row an event.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, ParseError  # noqa: TID251 - types; defusedxml parses

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from portulan.integrations.table.package import MAX_CELLS
from portulan.integrations.table.reading import Cell, FileRefused, Row, Sheet

MAX_DEPTH, MAX_COLUMNS, MAX_TEXT = 6, 200, 20_000
#: What an object is called by, the best first.
_NAMES = ("name", "title", "value", "displayName", "full", "login", "key", "path")
_OLD = " (old)"
#: What a table made of JSON is called.
JSON_NAME = "JSON"


def table_of(documents: Iterable[Any]) -> Sheet | None:
    """The records of JSON documents as a table with its headings; ``None`` without any.

    Raises:
        FileRefused: ``file.cells``: too many.
    """
    records = [flat(record) for document in documents for record in _records(document, 0)]
    changed = {heading.removesuffix(_OLD) for row in records for heading in row if _OLD in heading}
    if changed:
        # Updates of a work item: those that leave its state alone are none of its changes.
        state = next((h for h in changed if h.rpartition(".")[2] == "State"), "")
        records = [row for row in records if not state or row.get(state) not in (None, "")]
    if not records:
        return None
    columns = dict.fromkeys(heading for row in records for heading in row)
    headings = [h for h in columns if any(row.get(h) not in (None, "") for row in records)]
    headings = headings[:MAX_COLUMNS]
    if len(records) * len(headings) > MAX_CELLS:
        raise FileRefused("file.cells", {"cells": MAX_CELLS})
    shown = tuple("from state" if h.endswith("State" + _OLD) else h for h in headings)
    rows = [Row(0, shown)]
    rows += [
        Row(number, tuple(row.get(heading) for heading in headings))
        for number, row in enumerate(records, 1)
    ]
    return Sheet(JSON_NAME, tuple(rows), {"encoding": "utf-8"})


def _records(value: Any, depth: int) -> Sequence[Mapping[str, Any]]:
    """The longest list of objects in a document: its items, whatever page holds them."""
    if depth > MAX_DEPTH:
        return ()
    if isinstance(value, list):
        rows = [row for row in value if isinstance(row, dict)]
        rows = [row["node"] if set(row) <= {"node", "cursor"} else row for row in rows]
        pages = [_records(row, depth + 1) for row in rows if not _dated(row)]
        inner = [row for page in pages for row in page if _dated(row)]
        own = [row for row in rows if isinstance(row, dict) and _dated(row)]
        return own if len(own) >= len(inner) else inner
    if not isinstance(value, dict):
        return ()
    if depth == 0 and _dated(value) and not _lists(value):
        return [value]
    found = [_records(part, depth + 1) for part in value.values() if isinstance(part, (list, dict))]
    best = max(found, key=len, default=())
    return best or ([value] if depth == 0 and _dated(value) else ())


def _lists(value: Mapping[str, Any]) -> bool:
    return any(isinstance(part, list) and len(part) > 1 for part in value.values())


def _dated(value: Mapping[str, Any]) -> bool:
    """Whether an object has plain values of its own, two at least."""
    return sum(isinstance(part, (str, int)) for part in value.values()) > 1 or isinstance(
        value.get("fields"), dict
    )


def flat(record: Mapping[str, Any], depth: int = 0) -> dict[str, Cell]:
    """One object as cells by heading; lists become names separated by commas."""
    cells: dict[str, Cell] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            if "newValue" in value or "oldValue" in value:
                cells[name] = _text(value.get("newValue"))
                cells[name + _OLD] = _text(value.get("oldValue"))
                continue
            named = next((_text(value[n]) for n in _NAMES if _plain(value.get(n))), None)
            if named is not None:
                cells.setdefault(name, named)
            elif depth < 2:
                for inner, cell in flat(value, depth + 1).items():
                    cells.setdefault(inner, cell)
        else:
            cells[name] = _text(value)
    return cells


def _plain(value: Any) -> bool:
    return isinstance(value, (str, int, float)) and value != ""


def _text(value: Any) -> Cell:
    if isinstance(value, bool) or value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, list):
        names = [
            next((str(v[n]) for n in _NAMES if _plain(v.get(n))), "") if isinstance(v, dict)
            else str(v)
            for v in value[:20]
        ]  # fmt: skip
        return ", ".join(name for name in names if name)[:MAX_TEXT] or None
    if isinstance(value, dict):
        return next((_text(value[n]) for n in _NAMES if _plain(value.get(n))), None)
    return str(value).strip()[:MAX_TEXT] or None


# ---------------------------------------------------------------------------- XES


def is_xes(content: bytes) -> bool:
    """Whether a file is an event log in XES."""
    head = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:4_000]
    return head.startswith(b"<") and b"<log" in head


def xes_table(content: bytes) -> Sheet:
    """The events of a log in XES, one a row: case, activity, moment, life cycle.

    Raises:
        FileRefused: ``file.damaged``: no XML, or one that asks for entities.
    """
    rows = [Row(0, ("case:concept:name", "concept:name", "time:timestamp", "case:title"))]
    number = 0
    try:
        for _event, node in iterparse(io.BytesIO(content), events=("end",), forbid_dtd=True):
            if _tag(node) != "trace":
                continue
            case = _values(node)
            number += 1
            key = case.get("concept:name") or str(number)
            for event in node:
                if _tag(event) == "event":
                    said = _values(event)
                    rows.append(
                        Row(
                            len(rows),
                            (key, said.get("concept:name"), said.get("time:timestamp"),
                             case.get("title")),
                        )
                    )  # fmt: skip
            node.clear()
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise FileRefused("file.damaged") from error
    if len(rows) * 4 > MAX_CELLS:
        raise FileRefused("file.cells", {"cells": MAX_CELLS})
    return Sheet("XES", tuple(rows))


def _tag(node: Element) -> str:
    return node.tag.rpartition("}")[2]


def _values(node: Element) -> dict[str, str]:
    return {
        str(child.get("key")): str(child.get("value") or "").strip()
        for child in node
        if child.get("key") and _tag(child) not in ("event", "list")
    }
