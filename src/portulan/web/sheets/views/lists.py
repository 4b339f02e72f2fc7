"""The lists that lead to the pages of lines, teams, people, objectives and projects."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.base.policy import require
from portulan.catalogue.activities import PRODUCT_READ
from portulan.organisation.activities import ORGANISATION_READ
from portulan.organisation.roles import ROLES
from portulan.portfolio.activities import PROJECT_READ
from portulan.readmodels.reader import Reader
from portulan.readmodels.sheets import lists
from portulan.web.paging import Page, cut
from portulan.web.plugs import Link
from portulan.web.sheets import words
from portulan.web.sheets.answering import optional
from portulan.web.viewer import actor
from portulan.wording import vocabulary

SIZE = 50


def faces(here: str) -> list[Link]:
    """The lists, as faces of one thing."""
    return [
        Link(label, optional(f"sheets:{name}"), icon, current=name == here)
        for name, label, icon in (
            ("lines", _("Lines"), "route"),
            ("objectives", _("Objectives"), "target"),
            ("projects", _("Projects"), "clipboard-list"),
            ("teams", _("Teams"), "users"),
            ("people", _("People"), "user"),
        )
    ]


def _text(request: HttpRequest) -> str:
    return request.GET.get("q", "")[:100]


def _start(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    return max(0, number - 1) * SIZE


@require_GET
def lines(request: HttpRequest) -> HttpResponse:
    """Every line, axis by axis, with its products and its budget."""
    who = actor(request)
    require(who, PRODUCT_READ)
    reader = Reader(who)
    found = lists.lines(reader)
    context = {
        "axes": [(words.word(words.AXES, axis), rows) for axis, rows in found.items()],
        "money": reader.sees_money, "faces": faces("lines"),
    }
    return render(request, "sheets/lines.html", context)


@require_GET
def teams(request: HttpRequest) -> HttpResponse:
    """Every team with its load of the next quarters."""
    who = actor(request)
    require(who, ORGANISATION_READ)
    reader = Reader(who)
    rows, months = lists.teams(reader, _text(request))
    context = {
        "page": cut(request, rows, size=SIZE), "months": months, "first_month": reader.calendar,
        "text": _text(request), "faces": faces("teams"),
    }
    return render(request, "sheets/teams.html", context)


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, with the roles they hold."""
    who = actor(request)
    require(who, ORGANISATION_READ)
    role = request.GET.get("role", "")
    role = role if role in ROLES else ""
    start = _start(request)
    rows, total = lists.people(Reader(who), text=_text(request), role=role, start=start, size=SIZE)
    context = {
        "page": _page(request, rows, start, total), "text": _text(request), "role": role,
        "roles": [(code, vocabulary.role(code)) for code in ROLES], "faces": faces("people"),
    }
    return render(request, "sheets/people.html", context)


def _page(request: HttpRequest, rows: list, start: int, total: int) -> Page:  # type: ignore[type-arg] # rows of any list
    number = min(start // SIZE + 1, max(1, -(-total // SIZE)))
    return Page(rows, number, SIZE, total, request.GET.urlencode())


@require_GET
def objectives(request: HttpRequest) -> HttpResponse:
    """Every objective with what serves it; orphans and conflicts are said."""
    who = actor(request)
    require(who, PRODUCT_READ)
    rows = lists.objectives(Reader(who))
    context = {
        "page": cut(request, rows, size=200),
        "orphans": sum(1 for row in rows if row.orphan),
        "conflicts": sum(1 for row in rows if row.conflicts), "faces": faces("objectives"),
    }
    return render(request, "sheets/objectives.html", context)


@require_GET
def projects(request: HttpRequest) -> HttpResponse:
    """The projects with their status, their slip and their money."""
    who = actor(request)
    require(who, PROJECT_READ)
    status = request.GET.get("status", "")
    status = status if status in words.STATUSES else ""
    start = _start(request)
    reader = Reader(who)
    rows, total = lists.projects(
        reader, text=_text(request), status=status, start=start, size=SIZE
    )
    context = {
        "page": _page(request, rows, start, total), "text": _text(request), "status": status,
        "statuses": words.STATUSES, "states": words.PROJECT_STATES, "money": reader.sees_money,
        "faces": faces("projects"),
    }
    return render(request, "sheets/projects.html", context)
