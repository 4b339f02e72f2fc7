"""Pages of the Jira REST search (``/rest/api/2/search``, ``/3/search``, ``/search/jql``).

Every page may come alone, in a list, or one issue a line. What a page lacks is counted: issues that
no page holds, histories that the page cuts short, issues without any history.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portulan.integrations.table.reading import FileRefused

#: Types of issues that hold others: their time is that of what they hold.
MAX_TEXT = 20_000
_CRITERIA = ("acceptance criteria", "criteres d'acceptation", "criteres d’acceptation")


@dataclass(slots=True)
class Issue:
    """An issue as its page says it; ``place`` counts from 1 through all pages."""

    place: int
    key: str
    fields: Mapping[str, Any]
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    told: bool = False


@dataclass(slots=True)
class Pages:
    """The issues of some pages, and what is missing from them."""

    issues: list[Issue]
    #: Issues that the search found and no page holds.
    missing: int
    #: Issues whose history is cut short in the page.
    cut: int
    #: Issues without a history: the search was not asked for it.
    untold: int


def is_json(content: bytes) -> bool:
    """Whether a file begins as JSON does."""
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return start in (b"{", b"[")


def read_pages(contents: Iterable[bytes]) -> Pages:
    """The issues of all pages, each issue once (the last page that holds it counts).

    Raises:
        FileRefused: ``file.json`` (damaged), ``file.no_issues`` (JSON of something else).
    """
    found: dict[str, Issue] = {}
    total, cut, place, pages = 0, 0, 0, 0
    names: dict[str, str] = {}
    for content in contents:
        for page in _pages(_parsed(content)):
            pages += 1
            total = max(total, _whole(page.get("total")))
            names.update(page.get("names") or {})
            for raw in page.get("issues") or ():
                if not isinstance(raw, dict):
                    continue
                place += 1
                issue, short = _issue(raw, place)
                cut += short
                found[issue.key or f"\x00{place}"] = issue
    if not pages:
        raise FileRefused("file.no_issues")
    issues = list(found.values())
    criteria = _criteria_field(names)
    if criteria:
        for issue in issues:
            issue.fields = {**issue.fields, "acceptance": issue.fields.get(criteria)}
    return Pages(issues, max(0, total - len(issues)), cut, sum(not issue.told for issue in issues))


def _criteria_field(names: Mapping[str, str]) -> str:
    wanted = (key for key, name in names.items() if str(name).strip().casefold() in _CRITERIA)
    return next(wanted, "")


def _parsed(content: bytes) -> Any:
    text = content.decode("utf-8-sig", "replace")
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


def _pages(value: Any) -> Iterator[Mapping[str, Any]]:
    """Pages in whatever holds them; a page without issues is a page."""
    if isinstance(value, dict):
        if isinstance(value.get("issues"), list):
            yield value
        elif isinstance(value.get("fields"), dict):
            yield {"issues": [value]}
    elif isinstance(value, list):
        issues = [row for row in value if isinstance(row, dict) and _is_issue(row)]
        if issues:
            yield {"issues": issues}
        for row in value:
            if isinstance(row, dict) and not _is_issue(row):
                yield from _pages(row)


def _is_issue(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("fields"), dict) and "issues" not in row


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _issue(raw: Mapping[str, Any], place: int) -> tuple[Issue, bool]:
    fields = raw.get("fields")
    fields = fields if isinstance(fields, dict) else {}
    issue = Issue(place, str(raw.get("key") or raw.get("id") or ""), fields)
    log = raw.get("changelog")
    histories = log.get("histories") if isinstance(log, dict) else None
    if histories is None and isinstance(log, dict):
        histories = log.get("values")
    issue.told = isinstance(histories, list)
    held = [h for h in histories or () if isinstance(h, dict)]
    for history in held:
        for item in history.get("items") or ():
            if not isinstance(item, dict) or str(item.get("field", "")).lower() != "status":
                continue
            issue.changes.append(
                (
                    str(history.get("created") or ""),
                    str(item.get("fromString") or ""),
                    str(item.get("toString") or ""),
                )
            )
    total = _whole(log.get("total")) if isinstance(log, dict) else 0
    return issue, total > len(held) and issue.told


def name_of(value: Any) -> str:
    """The name of an object of Jira (status, type, project…), or the text itself."""
    if isinstance(value, dict):
        for part in ("name", "value", "displayName", "key", "id"):
            if value.get(part):
                return str(value[part])
        return ""
    return "" if value is None else str(value)


def names_of(value: Any) -> list[str]:
    """The names of a list of objects."""
    found = value if isinstance(value, list) else [value] if value else []
    return [name for name in map(name_of, found) if name]


def release_of(value: Any) -> tuple[str, date | None, bool]:
    """The last version that an issue is fixed in: name, day it came out or is due, whether out.

    A version that is out counts before one that is only planned.
    """
    found: tuple[str, date | None, bool] = ("", None, False)
    for version in value if isinstance(value, list) else [value] if value else []:
        name = name_of(version)
        if not name:
            continue
        told = version if isinstance(version, dict) else {}
        out = told.get("released") is True
        if out or not found[2]:
            found = (name, _day(told.get("releaseDate")), out)
    return found


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value or "")[:10])
    except ValueError:
        return None


def epic_of(fields: Mapping[str, Any]) -> str:
    """The key of the epic that an issue belongs to: its parent, or the old epic link."""
    parent = fields.get("parent")
    if isinstance(parent, dict) and parent.get("key"):
        return str(parent["key"])
    epic = fields.get("epic")
    if isinstance(epic, dict) and (epic.get("key") or epic.get("name")):
        return str(epic.get("key") or epic.get("name"))
    link = fields.get("customfield_10014") or fields.get("customfield_10008")
    return link if isinstance(link, str) and "-" in link else ""


def text_of(value: Any) -> str:
    """A text, or what a document of Atlassian says, paragraph by paragraph."""
    if isinstance(value, str):
        return value.replace("\x00", "")[:MAX_TEXT]
    return "\n".join(line for line in _paragraphs(value, 0) if line.strip())[:MAX_TEXT]


def _paragraphs(node: Any, depth: int) -> list[str]:
    if depth > 60:
        return []
    if isinstance(node, list):
        return [line for child in node for line in _paragraphs(child, depth + 1)]
    if not isinstance(node, dict):
        return []
    if node.get("type") == "text":
        return [str(node.get("text") or "")]
    if node.get("type") == "hardBreak":
        return ["\n"]
    inner = _paragraphs(node.get("content"), depth + 1)
    if node.get("type") in ("paragraph", "heading", "listItem", "codeBlock"):
        return ["".join(inner)]
    return inner


def category_of(status: Any) -> str:
    """Our category of a status, from Jira's own; "" when the page does not say it."""
    kind = status.get("statusCategory") if isinstance(status, dict) else None
    key = kind.get("key") if isinstance(kind, dict) else None
    return {"new": "before", "undefined": "before", "indeterminate": "active", "done": "done"}.get(
        str(key), ""
    )
