"""The pages of lines, entities, teams, people, objectives and requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.forms import FloatField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portulan.base.policy import Activity, Actor, Refusal, Scope, check_right
from portulan.catalogue import actions as catalogue
from portulan.catalogue.access import line_at, objective_at
from portulan.catalogue.activities import LINE_EDIT, OBJECTIVE_EDIT
from portulan.organisation import actions as organisation
from portulan.organisation.access import entity_for, person_for, team_for
from portulan.organisation.activities import ORGANISATION_EDIT, PEOPLE_EDIT
from portulan.organisation.queries import entity_choices, people_choices
from portulan.portfolio import actions as portfolio
from portulan.portfolio.access import request_at
from portulan.portfolio.activities import REQUEST_ANSWER
from portulan.readmodels.reader import Reader
from portulan.readmodels.sheets import places as sheets
from portulan.readmodels.sheets.people import person_sheet
from portulan.readmodels.sheets.places import Result
from portulan.web import inline
from portulan.web.answers import reason
from portulan.web.inline import InlineField
from portulan.web.sheets import fields, words
from portulan.web.sheets.answering import findings_on, optional
from portulan.web.viewer import actor
from portulan.wording import formats

NAME = fields.line("name", gettext_lazy("Name"), required=True)
LINE = fields.table(NAME, fields.text("description", gettext_lazy("Description")))
ENTITY = fields.table(
    NAME, fields.text("description", gettext_lazy("Description")),
    fields.line("country", gettext_lazy("Country code"), length=2),
)
TEAM = fields.table(
    NAME, fields.line("skill", gettext_lazy("Skill"), length=100),
    fields.key("manager", gettext_lazy("Manager"), people_choices),
    fields.yes_no("permanent", gettext_lazy("Permanent"), unknown=False),
)
PERSON = fields.table(
    NAME, fields.line("job_title", gettext_lazy("Job"), length=200),
    fields.line("email", gettext_lazy("E-mail"), length=254),
    fields.key("entity", gettext_lazy("Entity"), entity_choices),
    fields.key("manager", gettext_lazy("Manager"), people_choices),
    fields.yes_no("active", gettext_lazy("Works here"), unknown=False),
)
OBJECTIVE = fields.table(
    NAME, fields.text("description", gettext_lazy("Description")),
    fields.line("cycle", gettext_lazy("Cycle"), length=40),
    fields.key("owner", pgettext_lazy("column", "Owner"), people_choices),
    fields.day("starts", pgettext_lazy("column", "From")),
    fields.day("ends", pgettext_lazy("column", "Until")),
)
REQUEST = fields.table(
    NAME, fields.text("need", gettext_lazy("Need")), fields.text("answer", gettext_lazy("Answer")),
    fields.choice("state", gettext_lazy("State"), words.REQUEST_STATES),
)


def _above(label: str, name: str) -> list[tuple[str, str]]:
    return [(label, optional(name))]


@require_GET
def line(request: HttpRequest, code: str) -> HttpResponse:
    """A line: its products, its budget, its people."""
    who = actor(request)
    record, at = line_at(who, code)
    reader = Reader(who)
    places = fields.places("line", record, LINE, at.refusal(LINE_EDIT), sees_money=True)
    context = {
        "record": record, "places": places, "sheet": sheets.line_sheet(reader, record),
        "axis": words.word(words.AXES, record.axis), "crumbs": _above(_("Lines"), "sheets:lines"),
        "findings": findings_on(reader, str(record.uid)),
        "all_url": optional("portfolio:table"),
    }
    return render(request, "sheets/line.html", context)


@require_GET
def entity(request: HttpRequest, code: str) -> HttpResponse:
    """An entity: what it owns, who decides in it, its budget."""
    who = actor(request)
    record, scope = entity_for(who, code)
    reader = Reader(who)
    refusal = check_right(who, ORGANISATION_EDIT, scope)
    context = {
        "record": record, "sheet": sheets.entity_sheet(reader, record),
        "places": fields.places("entity", record, ENTITY, refusal, sees_money=True),
        "level": words.word(words.LEVELS, record.level),
        "crumbs": _above(_("Settings"), "administration:home"),
        "findings": findings_on(reader, str(record.uid)),
        "all_url": optional("portfolio:table"),
    }
    return render(request, "sheets/entity.html", context)


@require_GET
def team(request: HttpRequest, code: str) -> HttpResponse:
    """A team: members, load against capacity, initiatives."""
    who = actor(request)
    record, scope = team_for(who, code)
    reader = Reader(who)
    refusal = check_right(who, ORGANISATION_EDIT, scope)
    places = fields.places("team", record, TEAM, refusal, sees_money=True)
    context = {
        "record": record, "sheet": sheets.team_sheet(reader, record), "places": places,
        "identity": [places[name] for name in ("skill", "manager", "permanent")],
        "first_month": reader.calendar, "states": words.INITIATIVE_STATES,
        "crumbs": _above(_("Teams"), "sheets:teams"),
        "findings": findings_on(reader, str(record.uid)), "load_url": optional("load:home"),
    }
    return render(request, "sheets/team.html", context)


@require_GET
def person(request: HttpRequest, code: str) -> HttpResponse:
    """A person: roles held, teams, and what they have to do (for themselves and the PMO)."""
    who = actor(request)
    record, scope = person_for(who, code)
    reader = Reader(who)
    refusal = check_right(who, PEOPLE_EDIT, scope)
    mine = who.person_id == record.pk or refusal is None
    places = fields.places("person", record, PERSON, refusal, sees_money=True)
    context = {
        "record": record, "sheet": person_sheet(reader, record, tasks=mine),
        "identity": [
            places[name] for name in ("job_title", "email", "entity", "manager", "active")
        ],
        "places": places, "mine": mine, "crumbs": _above(_("People"), "sheets:people"),
        "findings": findings_on(reader, str(record.uid)),
    }
    return render(request, "sheets/person.html", context)


@require_GET
def objective(request: HttpRequest, code: str) -> HttpResponse:
    """An objective: what serves it, its key results, its conflicts."""
    who = actor(request)
    record, at = objective_at(who, code)
    reader = Reader(who)
    refusal = at.refusal(OBJECTIVE_EDIT)
    places = fields.places("objective", record, OBJECTIVE, refusal, sees_money=True)
    sheet = sheets.objective_sheet(reader, record)
    context = {
        "record": record, "sheet": sheet, "places": places,
        "identity": [places[n] for n in ("description", "cycle", "owner", "starts", "ends")],
        "results": [(r, None if r.indicator else _result(code, r, refusal)) for r in sheet.results],
        "states": words.INITIATIVE_STATES, "first_month": reader.calendar,
        "crumbs": _above(_("Objectives"), "sheets:objectives"),
        "findings": findings_on(reader, str(record.uid)),
    }
    return render(request, "sheets/objective.html", context)


def _result(code: str, result: Result, refusal: Refusal | None) -> InlineField:
    return InlineField(
        f"result-{result.uid}", _("Value of %(name)s") % {"name": result.name},
        reverse("sheets:key_result_field", args=[code, result.uid]),
        FloatField(required=False, localize=True), result.current, formats.number(result.current),
        result.revision, reason(refusal),
    )


@require_http_methods(["GET", "POST"])
def key_result(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Where a key result stands, edited in place."""
    who = actor(request)

    def load() -> InlineField:
        record, at = objective_at(who, code)
        found = sheets.result_of(record, uid)
        return _result(code, found, at.refusal(OBJECTIVE_EDIT))

    def save(value: float | None, revision: int) -> str | None:
        change = catalogue.edit_key_result(who, code, uid, value, revision)
        return reverse("sheets:undo", args=["catalogue", change]) if change else None

    return inline.answer(request, load, save)


@require_GET
def request_page(request: HttpRequest, code: str) -> HttpResponse:
    """A request: what is needed, what was answered, what became of it."""
    who = actor(request)
    record, at = request_at(who, code)
    refusal = at.refusal(REQUEST_ANSWER)
    places = fields.places("request", record, REQUEST, refusal, sees_money=True)
    context = {
        "record": record, "places": places,
        "said": [places[name] for name in ("need", "answer", "state")],
        "source": words.word(words.SOURCES, record.source), "states": words.REQUEST_STATES,
        "crumbs": [(_("Portfolio"), optional("portfolio:table"))],
    }
    return render(request, "sheets/request.html", context)


Load = Callable[[Actor, str], tuple[Any, Scope]]
Save = Callable[[Actor, str, str, Any, int], UUID | None]


def _of_line(who: Actor, code: str) -> tuple[Any, Scope]:
    record, at = line_at(who, code)
    return record, at.scope


def _of_objective(who: Actor, code: str) -> tuple[Any, Scope]:
    record, at = objective_at(who, code)
    return record, at.scope


def _of_request(who: Actor, code: str) -> tuple[Any, Scope]:
    record, at = request_at(who, code)
    return record, at.scope


#: Kind → columns, how it is fetched, the right to edit, the action, the app that undoes.
KINDS: Mapping[str, tuple[Mapping[str, fields.Editable], Load, Activity, Save, str]] = {
    "line": (LINE, _of_line, LINE_EDIT, catalogue.edit_line, "catalogue"),
    "objective": (
        OBJECTIVE, _of_objective, OBJECTIVE_EDIT, catalogue.edit_objective, "catalogue",
    ),
    "entity": (ENTITY, entity_for, ORGANISATION_EDIT, organisation.edit_entity, "organisation"),
    "team": (TEAM, team_for, ORGANISATION_EDIT, organisation.edit_team, "organisation"),
    "person": (PERSON, person_for, PEOPLE_EDIT, organisation.edit_person, "organisation"),
    "request": (REQUEST, _of_request, REQUEST_ANSWER, portfolio.edit_request, "portfolio"),
}


@require_http_methods(["GET", "POST"])
def field(request: HttpRequest, kind: str, code: str, column: str) -> HttpResponse:
    """One thing of a line, entity, team, person, objective or request, edited in place."""
    who = actor(request)
    editables, fetch, activity, edit, app = KINDS[kind]

    def load() -> tuple[Any, Refusal | None, bool]:
        record, scope = fetch(who, code)
        return record, check_right(who, activity, scope), True

    def save(name: str, value: Any, revision: int) -> UUID | None:
        return edit(who, code, name, value, revision)

    return fields.answer(request, kind, editables, column, load, save, app)
