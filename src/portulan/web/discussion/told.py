"""What is said and what happened, as the pages show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portulan.base.subjects import Subject
from portulan.collaboration.queries.discussion import CommentRow, Discussion, Person
from portulan.readmodels.activity import Happened
from portulan.web.objects import FOLDERS, address
from portulan.web.sheets.tags import history_line
from portulan.web.sheets.words import COLUMNS
from portulan.wording import markdown
from portulan.wording.formats import NOTHING

#: What a kind of object is called.
KINDS: dict[str, str | Promise] = {
    "product": pgettext_lazy("kind of object", "Product"),
    "initiative": pgettext_lazy("kind of object", "Initiative"),
    "project": pgettext_lazy("kind of object", "Project"),
    "person": pgettext_lazy("kind of object", "Person"),
    "team": pgettext_lazy("kind of object", "Team"),
    "entity": pgettext_lazy("kind of object", "Entity"),
    "line": pgettext_lazy("kind of object", "Line"),
    "objective": pgettext_lazy("kind of object", "Objective"),
    "indicator": pgettext_lazy("kind of object", "Indicator"),
    "request": pgettext_lazy("kind of object", "Request"),
    "risk": pgettext_lazy("kind of object", "Risk"),
    "scenario": pgettext_lazy("kind of object", "Scenario"),
    "forum": pgettext_lazy("kind of object", "Committee"),
    "meeting": pgettext_lazy("kind of object", "Sitting"),
    "dossier": pgettext_lazy("kind of object", "Dossier"),
    "decision": pgettext_lazy("kind of object", "Decision"),
}
ICONS = {
    "product": "stack-2", "initiative": "route", "project": "clipboard-list", "person": "user",
    "team": "users", "entity": "building", "line": "route", "objective": "target",
    "indicator": "activity", "request": "message", "risk": "alert-triangle",
    "scenario": "adjustments-alt", "forum": "users-group", "meeting": "calendar",
    "dossier": "folder", "decision": "gavel",
}
NOBODY = _("somebody who has left")


def url_of(subject: Subject, anchor: str = "") -> str:
    """The page of an object; what has no page of its own has that of its discussion."""
    if subject.kind in FOLDERS:
        page = address(subject.kind, subject.code)
    else:
        page = reverse("discussion:panel", args=[subject.kind, subject.code])
    return page + (f"#{anchor}" if anchor else "")


def named_of(
    people: Mapping[str, Person], objects: Mapping[str, Subject]
) -> dict[str, markdown.Named]:
    """What the marks of texts stand for, with their addresses."""
    return {
        **{
            mark: markdown.Named(f"@{person.name}", address("person", person.code))
            for mark, person in people.items()
        },
        **{
            mark: markdown.Named(f"{subject.code} {subject.name}", url_of(subject))
            for mark, subject in objects.items()
        },
    }


@dataclass(frozen=True, slots=True)
class Said:
    """A comment ready to be shown."""

    row: CommentRow
    html: SafeString
    author: str
    answers: tuple[Said, ...] = ()


def threads(found: Discussion) -> list[Said]:
    """The comments of a discussion, open threads first, then settled ones."""
    named = named_of(found.people, found.objects)
    shown = [_said(row, named) for row in found.threads]
    return sorted(shown, key=lambda item: item.row.resolved_at is not None)


def _said(row: CommentRow, named: Mapping[str, markdown.Named]) -> Said:
    return Said(
        row, markdown.rendered(row.text, named), row.author.name if row.author else str(NOBODY),
        tuple(_said(answer, named) for answer in row.answers),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened, in words."""

    item: Happened
    icon: str
    kind: str
    url: str
    text: str
    lines: tuple[SafeString, ...] = ()
    decision_url: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on a day."""

    on: date
    items: Sequence[Told] = field(default_factory=tuple)


def days(found: Sequence[Happened]) -> list[Day]:
    """What happened, by day, latest first."""

    def day(item: Happened) -> date:
        return _local(item.at).date()

    return [Day(on, [_told(item) for item in items]) for on, items in groupby(found, key=day)]


def _local(at: datetime) -> datetime:
    return timezone.localtime(at)


def _told(item: Happened) -> Told:
    kind = str(KINDS.get(item.subject.kind, item.subject.kind))
    icon = {"comment": "message", "decision": "gavel"}.get(item.kind, "pencil")
    text = markdown.plain(item.text, 240) if item.kind == "comment" else item.text
    lines = tuple(
        history_line(change) for change in item.changed
        if change.operation != "update" or change.column in COLUMNS
    )
    anchor = f"comment-{item.comment}" if item.comment else ""
    decision = address("decision", item.decision) if item.decision else ""
    return Told(item, icon, kind, url_of(item.subject, anchor), text or NOTHING, lines, decision)
