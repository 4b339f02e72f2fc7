"""Pages of the Jira REST search (``/rest/api/2/search``, ``/3/search``, ``/search/jql``).

Every page may come alone, in a list, or one issue a line. What a page lacks is counted: issues that
no page holds, histories that the page cuts short, issues without any history.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portulan.integrations.table.reading import FileRefused

#: Types of issues that hold others: their time is that of what they hold.
MAX_TEXT = 20_000
_ADDRESS = re.compile(r"/issue/([^/?#]+)/changelog")
_KEY = re.compile(r"(?<![A-Za-z0-9])([A-Z][A-Z0-9_]+-\d+)(?!\d)")
_CRITERIA = ("acceptance criteria", "criteres d'acceptation", "criteres d’acceptation")


@dataclass(slots=True)
class Issue:
    """An issue as its page says it; ``place`` counts from 1 through all pages."""

    place: int
    key: str
    fields: Mapping[str, Any]
    id: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    told: bool = False
    #: Histories that the source has, and those that were read.
    total: int = 0
    seen: set[str] = field(default_factory=set)


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
    #: Issues without any field: the search was not asked for them.
    bare: int = 0
    #: Issues whose history came apart and that no page holds.
    strangers: int = 0
    #: Whether every page says that another one follows.
    more: bool = False


def is_json(content: bytes) -> bool:
    """Whether a file begins as JSON does."""
    head = content[:64]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode()
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def read_pages(documents: Iterable[tuple[str, Any]]) -> Pages | None:
    """The issues of all pages, each issue once (the last page that holds it counts).

    Histories that come apart (``/issue/KEY/changelog``, ``/changelog/bulkfetch``) go to their
    issues. ``documents``: name of the file and its JSON; ``None`` when they hold no issue of Jira.

    Raises:
        FileRefused: ``file.history_alone``: histories without the issues that they belong to.
    """
    found: dict[str, Issue] = {}
    total, place, pages, last = 0, 0, 0, False
    names: dict[str, str] = {}
    apart: dict[str, list[Any]] = {}
    whole: dict[str, int] = {}
    for name, document in documents:
        for key, histories, count in _apart(name, document):
            apart.setdefault(key, []).extend(histories)
            whole[key] = max(whole.get(key, 0), count)
        for page in _pages(document):
            pages += 1
            total = max(total, _whole(page.get("total")))
            last |= not page.get("nextPageToken") and page.get("isLast") is not False
            names.update(page.get("names") or {})
            for raw in page.get("issues") or ():
                if not isinstance(raw, dict):
                    continue
                place += 1
                issue = _issue(raw, place)
                found[issue.key or f"\x00{place}"] = issue
    if not pages:
        if apart:
            raise FileRefused("file.history_alone")
        return None
    issues = list(found.values())
    for issue in issues:
        for key in (issue.key, issue.id):
            if key in apart:
                _add_histories(issue, apart.pop(key))
                issue.total = max(issue.total, whole[key])
    criteria = _criteria_field(names)
    if criteria:
        for issue in issues:
            issue.fields = {**issue.fields, "acceptance": issue.fields.get(criteria)}
    return Pages(
        issues,
        max(0, total - len(issues)),
        sum(issue.total > len(issue.seen) and issue.told for issue in issues),
        sum(not issue.told for issue in issues),
        sum(not issue.fields for issue in issues),
        len(apart),
        not last,
    )


def _criteria_field(names: Mapping[str, str]) -> str:
    wanted = (key for key, name in names.items() if str(name).strip().casefold() in _CRITERIA)
    return next(wanted, "")


def _pages(value: Any) -> Iterator[Mapping[str, Any]]:
    """Pages in whatever holds them; a page without issues is a page."""
    if isinstance(value, dict):
        issues = value.get("issues")
        if isinstance(issues, list):
            if all(isinstance(row, dict) and _may_be_issue(row) for row in issues):
                yield value
        elif _is_issue(value):
            yield {"issues": [value]}
    elif isinstance(value, list):
        issues = [row for row in value if isinstance(row, dict) and _is_issue(row)]
        if issues:
            yield {"issues": issues}
        for row in value:
            if isinstance(row, dict) and not _is_issue(row):
                yield from _pages(row)


def _is_issue(row: Mapping[str, Any]) -> bool:
    fields = row.get("fields")
    if not isinstance(fields, dict) or "issues" in row:
        return False
    # Azure DevOps calls its fields by their path.
    return not any(name.startswith(("System.", "Microsoft.")) for name in fields)


def _may_be_issue(row: Mapping[str, Any]) -> bool:
    """An issue, or what a search gives of one when it is asked for no field."""
    return _is_issue(row) or row.keys() <= {"id", "key", "self", "expand", "changelog"}


def _apart(name: str, value: Any) -> Iterator[tuple[str, list[Any], int]]:
    """Histories outside of their issue: its key or number, changes, how many there are in all."""
    if isinstance(value, list):
        for row in value:
            if isinstance(row, dict) and not _is_issue(row):
                yield from _apart(name, row)
        return
    if not isinstance(value, dict):
        return
    bulk = value.get("issueChangeLogs")
    if isinstance(bulk, list):
        for row in bulk:
            if isinstance(row, dict) and isinstance(row.get("changeHistories"), list):
                yield str(row.get("issueId") or ""), row["changeHistories"], 0
        return
    rows = value.get("values") or value.get("histories")
    if not isinstance(rows, list) or not any(isinstance(r, dict) and "items" in r for r in rows):
        return
    told = _ADDRESS.search(str(value.get("self") or value.get("nextPage") or ""))
    key = told or _KEY.search(name.rpartition("/")[2])
    if key:
        yield key[1], rows, _whole(value.get("total"))


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _issue(raw: Mapping[str, Any], place: int) -> Issue:
    fields = raw.get("fields")
    fields = fields if isinstance(fields, dict) else {}
    number = str(raw.get("id") or "")
    issue = Issue(place, str(raw.get("key") or number), fields, number)
    log = raw.get("changelog")
    histories = log.get("histories") if isinstance(log, dict) else None
    if histories is None and isinstance(log, dict):
        histories = log.get("values")
    if isinstance(histories, list):
        issue.total = _whole(log.get("total")) if isinstance(log, dict) else 0
        _add_histories(issue, histories)
    return issue


def _add_histories(issue: Issue, histories: Iterable[Any]) -> None:
    """Changes of status out of histories; the same history twice counts once."""
    issue.told = True
    for history in histories:
        if not isinstance(history, dict):
            continue
        mark = str(history.get("id") or f"{history.get('created')} {len(issue.seen)}")
        if mark in issue.seen:
            continue
        issue.seen.add(mark)
        for item in history.get("items") or ():
            if not isinstance(item, dict) or "status" not in (
                str(item.get("field", "")).lower(),
                str(item.get("fieldId", "")).lower(),
            ):
                continue
            issue.changes.append(
                (
                    str(history.get("created") or ""),
                    str(item.get("fromString") or ""),
                    str(item.get("toString") or ""),
                )
            )


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
