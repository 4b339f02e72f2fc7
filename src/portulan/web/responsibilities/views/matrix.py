"""The matrix: activities by roles in one part of the company, as a page and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.base.policy import Actor, check_right, require
from portulan.organisation.activities import MATRIX_COMPARE, ORGANISATION_READ
from portulan.organisation.matrix import Origin, Place, Row, every_role, origins, rows
from portulan.organisation.responsibilities import check_edit
from portulan.readmodels.export import Sheet, SheetColumn, to_csv, to_xlsx
from portulan.readmodels.reader import Reader
from portulan.readmodels.responsibilities.holders import Answering, Staff, answering, staff_of
from portulan.readmodels.sheets.people import readable_projects
from portulan.web import navigation
from portulan.web.answers import reason
from portulan.web.paging import changed
from portulan.web.portfolio.views import XLSX, download
from portulan.web.responsibilities import places
from portulan.web.responsibilities.words import said_answering
from portulan.web.viewer import actor
from portulan.wording import formats, vocabulary
from portulan.wording.activities import LETTERS, TOPICS, activity, letter, topic


@dataclass(frozen=True, slots=True)
class Cell:
    """A letter as it is shown: its word, what it replaces, who set it."""

    role: str
    role_name: str
    letter: str
    word: str
    own: bool
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """An activity as it is shown."""

    code: str
    name: str
    cells: tuple[Cell, ...]
    answers: str
    answering: Answering | None
    held: str
    tone: str
    own: bool
    by_letter: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """The activities of a topic."""

    app: str
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page was asked for."""

    place: Place
    topic: str
    role: str
    edit: bool


def asked(request: HttpRequest, who: Actor) -> Asked:
    """The filters of a request.

    Raises:
        NotFoundForActor: a part of the company that is not there.
    """
    place = places.place_for(who, request.GET.get("place", "")[:130])
    known = request.GET.get("topic", "")
    role = request.GET.get("role", "")
    edit = request.GET.get("edit") == "1" and check_edit(who, place) is None
    return Asked(
        place, known if known in TOPICS else "", role if role in every_role() else "", edit
    )


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The matrix of the company or of one part of it."""
    who = actor(request)
    require(who, ORGANISATION_READ)
    want = asked(request, who)
    every = rows(want.place, known=(who.matrix, who.overrides))
    here = {row.app for row in every}
    topics = [(app, str(name)) for app, name in TOPICS.items() if app in here]
    chosen = want.topic or (topics[0][0] if want.edit else "")
    shown = [row for row in every if not chosen or row.app == chosen]
    reader = Reader(who)
    lines = _topics(reader, want, shown)
    roles = _roles(shown, want)
    own = sum(1 for row in every for cell in row.letters.values() if cell.own)
    query = request.GET.urlencode()
    context: dict[str, Any] = {
        "section": navigation.section("organisation", "responsibilities:home"),
        "faces": places.faces("matrix", check_right(who, MATRIX_COMPARE) is None),
        "topics": lines, "topic_choices": topics, "topic": chosen, "role": want.role,
        "role_choices": [(code, vocabulary.role(code)) for code in every_role()],
        "roles": [(code, vocabulary.role(code)) for code in roles],
        "place": places.asked_key(want.place), "place_name": places.place_name(want.place),
        "place_choices": places.choices(staff_of(reader)), "whole": not want.place.kind,
        "edit": want.edit, "edit_reason": reason(check_edit(who, want.place)),
        "edit_url": changed(query, {"edit": "1", "role": None}),
        "view_url": changed(query, {"edit": None}), "own": own,
        "activities": len(every), "letters": LETTERS,
        "unclear": sum(1 for t in lines for line in t.lines if line.tone == "warn"),
        "export_url": reverse("responsibilities:export") + (f"?{query}" if query else ""),
        "csv_url": reverse("responsibilities:export") + "?" + changed(
            query, {"format": "csv"}
        ).lstrip("?"),
    }
    return render(request, "responsibilities/home.html", context)


def _roles(shown: Sequence[Row], want: Asked) -> list[str]:
    """The roles to show: the one asked for, all when editing, else those with a part."""
    if want.role and not want.edit:
        return [want.role]
    return [
        role for role in every_role()
        if want.edit
        or any(row.letters[role].letter not in ("", "I") or row.letters[role].own for row in shown)
    ]


def _topics(reader: Reader, want: Asked, shown: Sequence[Row]) -> list[Topic]:
    staff = staff_of(reader)
    seen = {"product": reader.products(), "project": frozenset(readable_projects(reader))}
    cells = [c.uid for row in shown for c in row.letters.values() if c.uid is not None]
    known = origins(cells) if cells else {}
    roles = _roles(shown, want)
    found: dict[str, list[Line]] = {}
    for row in shown:
        if want.role and not want.edit and not row.letters[want.role].letter:
            continue
        found.setdefault(row.app, []).append(_line(row, roles, want, staff, seen, known))
    return [
        Topic(app, topic(app), tuple(found[app]))
        for app in [*TOPICS, *(a for a in found if a not in TOPICS)] if app in found
    ]


def _line(
    row: Row, roles: Sequence[str], want: Asked, staff: Staff, seen: Any, known: Any
) -> Line:
    answer = row.answers[0] if len(row.answers) == 1 else ""
    held = (
        answering(
            staff, row.activity, answer, want.place.scope, whole=not want.place.kind, seen=seen
        )
        if answer else None
    )
    said, tone = said_answering(held) if held else (_("nobody answers for it"), "warn")
    by_letter = tuple(
        (
            code, letter(code),
            ", ".join(
                vocabulary.role(role) for role, cell in row.letters.items() if cell.letter == code
            ),
        )
        for code in ("A", "R", "C", "X")
        if any(cell.letter == code for cell in row.letters.values())
    )
    return Line(
        row.activity.code, activity(row.activity.code),
        tuple(_cell(row, role, known, bool(want.place.kind)) for role in roles),
        vocabulary.role(answer) if answer else "", held, said, tone, bool(row.own), by_letter,
    )


def _cell(row: Row, role: str, known: dict[Any, Origin], part: bool) -> Cell:
    cell = row.letters[role]
    name = vocabulary.role(role)
    title = _("%(role)s: %(word)s") % {"role": name, "word": letter(cell.letter)}
    if cell.own:
        before = cell.inherited or "–"
        title += ". " + (
            _("Own letter; inherited: %(letter)s.") if part
            else _("The company's own letter; shipped: %(letter)s.")
        ) % {"letter": before}
        origin = known.get(cell.uid)
        if origin is not None:
            title += " " + _("Set by %(person)s on %(day)s: %(reason)s") % {
                "person": origin.actor, "day": formats.day(origin.at.date()),
                "reason": origin.note or "–",
            }
    return Cell(role, name, cell.letter, letter(cell.letter), cell.own, title)


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The matrix as a workbook or as CSV, as it is filtered."""
    who = actor(request)
    require(who, ORGANISATION_READ)
    want = asked(request, who)
    shown = [row for row in rows(want.place) if not want.topic or row.app == want.topic]
    order = list(TOPICS)
    shown.sort(key=lambda row: order.index(row.app) if row.app in order else len(order))
    roles = [want.role] if want.role else list(every_role())
    columns = [
        SheetColumn(_("Topic")), SheetColumn(_("Activity")), SheetColumn(_("Code")),
        SheetColumn(_("Who answers")), *(SheetColumn(vocabulary.role(role)) for role in roles),
        SheetColumn(_("Own letters")),
    ]
    body = [
        [
            topic(row.app), activity(row.activity.code), row.activity.code,
            ", ".join(vocabulary.role(role) for role in row.answers),
            *(row.letters[role].letter for role in roles),
            ", ".join(
                f"{vocabulary.role(role)} {row.letters[role].inherited or '–'} → {value or '–'}"
                for role, value in row.own.items()
            ),
        ]
        for row in shown
    ]
    day = Reader(who).day
    note = _("%(place)s. Taken from Portulan on %(day)s.") % {
        "place": places.place_name(want.place), "day": formats.day(day),
    }
    sheet = Sheet(_("Responsibilities"), columns, body, note=note)
    name = f"portulan-responsibilities-{day.isoformat()}"
    if request.GET.get("format") == "csv":
        return download(to_csv(sheet), f"{name}.csv", "text/csv; charset=utf-8")
    return download(to_xlsx([sheet]), f"{name}.xlsx", XLSX)
