"""Issues of a Jira search as items with their histories."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from portulan.integrations.workitems import jira
from portulan.integrations.workitems.mapping import Entry, LeftOut, Log
from portulan.integrations.workitems.moments import read_moment
from portulan.integrations.workitems.tabular import MAX_KEY, MAX_NAME, MAX_STATE
from portulan.integrations.workitems.words import category


def read_issues(pages: jira.Pages, zone: ZoneInfo) -> Log:
    """The items of the pages of a Jira search."""
    log = Log()
    latest = int((timezone.now() + timedelta(days=1)).timestamp())
    for issue in pages.issues:
        _take_issue(log, issue, zone, latest)
    for code, count in (
        ("jira.missing", pages.missing),
        ("jira.cut", pages.cut),
        ("jira.untold", 0 if pages.bare == len(pages.issues) else pages.untold),
        ("jira.bare", pages.bare),
        ("jira.strangers", pages.strangers),
    ):
        if count:
            log.warnings.append((code, {"count": count}))
    if pages.more:
        log.warnings.append(("jira.more", {}))
    return log


def _take_issue(log: Log, issue: jira.Issue, zone: ZoneInfo, latest: int) -> None:
    fields = issue.fields
    status = jira.name_of(fields.get("status"))[:MAX_STATE]
    created = read_moment(fields.get("created"), zone)
    if not issue.key:
        log.left_out.append(LeftOut(issue.place, "no_case", jira.name_of(fields.get("summary"))))
        return
    if created is None or created > latest:
        said = str(fields.get("created") or "")
        code = "future" if created is not None else "bad_time" if said else "no_creation"
        log.left_out.append(LeftOut(issue.place, code, issue.key, "created" if said else "", said))
        return
    changes = []
    for at, left, to in issue.changes:
        second = read_moment(at, zone)
        if second is None or not to or second > latest:
            code = "no_state" if second is not None and not to else "bad_time"
            code = "future" if second is not None and to else code
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
    _name_outcome(entry, jira.name_of(fields.get("resolution")), status)
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


def _name_outcome(entry: Entry, outcome: str, status: str) -> None:
    """Closed as a duplicate or as never to be done is not done: the last state says so."""
    if not outcome or category(outcome) != "dropped" or not entry.moves:
        return
    at, to, left = entry.moves[-1]
    if to == status and category(status) in ("done", ""):
        entry.moves[-1] = (at, f"{status} ({outcome})"[:MAX_STATE], left)


def _without_history(
    entry: Entry, fields: Mapping[str, object], status: str, first: str, zone: ZoneInfo, latest: int
) -> None:
    """The only change that a page without histories tells: when it was resolved."""
    resolved = read_moment(fields.get("resolutiondate"), zone)
    kind = jira.category_of(fields.get("status")) or category(status)
    if resolved is None or resolved > latest or kind != "done" or not entry.moves:
        return
    entry.moves = [(entry.moves[0][0], "Created", ""), (resolved, status, "")]
