"""One's own skills and plan; those of one's team, for the manager and human resources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portulan.base.policy import Actor, Invalid, Refusal, check_right, require
from portulan.organisation.access import person_for
from portulan.organisation.activities import ORGANISATION_READ, PEOPLE_EDIT
from portulan.organisation.queries import people_choices
from portulan.organisation.skills import access, actions, queries
from portulan.organisation.skills.access import Person
from portulan.organisation.skills.queries import LevelRow
from portulan.readmodels.reader import Reader
from portulan.readmodels.responsibilities.holders import holdings_of, staff_of
from portulan.web import navigation
from portulan.web.answers import sentence
from portulan.web.htmx import go, tell
from portulan.web.objects import address
from portulan.web.skills import words
from portulan.web.viewer import actor
from portulan.wording import vocabulary


@dataclass(frozen=True, slots=True)
class Family:
    """The skills of a family with somebody's levels."""

    name: str
    rows: tuple[tuple[LevelRow, str, str], ...]


def _families(rows: Sequence[LevelRow]) -> list[Family]:
    def shown(some: Iterable[LevelRow]) -> tuple[tuple[LevelRow, str, str], ...]:
        return tuple(
            (row, words.name(row.name, row.name_en),
             ", ".join(vocabulary.role(role) for role in row.roles))
            for row in some
        )

    groups = [(_("What the roles ask for"), shown(row for row in rows if row.expected))]
    groups += [
        (str(label), shown(row for row in rows if row.family == code and not row.expected))
        for code, label in words.FAMILIES.items()
    ]
    return [Family(name, mine) for name, mine in groups if mine]


def read_levels(form: QueryDict) -> dict[str, int | None]:
    """The levels that a form gives, by skill."""
    found: dict[str, int | None] = {}
    for key, raw in form.items():
        if key.startswith("level-"):
            text = str(raw).strip()
            if text and not (text.isascii() and text.isdecimal()):
                raise Invalid({"level": Refusal("skill.level", {"found": text})})
            found[key.removeprefix("level-")] = int(text[:3]) if text else None
    return found


def _context(who: Actor, person: Person, held: str, whole: bool) -> dict[str, Any]:
    staff = staff_of(Reader(who))
    roles = sorted({h.role for h in holdings_of(staff, person.pk)})
    rows = queries.levels(person, roles)
    asked = [row for row in rows if row.expected]
    shown = [row for row in rows if whole or row.expected or row.declared or row.agreed] or rows
    return {
        "section": navigation.section("organisation", "skills:home"),
        "faces": words.faces(who, "home" if held == "self" else ""),
        "person": person, "held": held, "families": _families(shown), "count": len(rows),
        "hidden": len(rows) - len(shown),
        "roles": [vocabulary.role(role) for role in roles],
        "gaps": [(words.name(r.name, r.name_en), r.level, r.expected) for r in asked if r.gap],
        "asked": len(asked), "met": sum(1 for row in asked if not row.gap),
        "levels": words.LEVELS, "steps": [
            (step, str(words.KINDS.get(step.kind, step.kind))) for step in queries.steps(person)
        ],
        "enrolments": [
            (row, words.STATES[row.state]) for row in queries.enrolments(person)
        ],
        "kinds": words.KINDS, "skills": [
            (row.code, words.name(row.name, row.name_en)) for row in rows
        ],
        "people": people_choices(), "manager": person.manager,
        "manage_refused": check_right(who, PEOPLE_EDIT) is not None,
    }


@require_http_methods(["GET", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """One's own skills: declared by oneself, agreed with one's manager, asked by one's roles."""
    who = actor(request)
    require(who, ORGANISATION_READ)
    person = access.me(who)
    if person is None:
        context = {
            "section": navigation.section("organisation", "skills:home"),
            "faces": words.faces(who, "home"), "person": None,
        }
        return render(request, "skills/nobody.html", context)
    if request.method == "POST":
        change = actions.declare(who, read_levels(request.POST))
        tell(request, _("Your levels are saved.") if change else _("Nothing changed."))
        return go(request, "skills:home")
    context = _context(who, person, "self", request.GET.get("all") == "1") | {
        "reports": queries.reports(person.pk), "coached": queries.coached(person.pk),
    }
    return render(request, "skills/person.html", context)


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody's skills, for their manager and human resources; for all others there is no page."""
    who = actor(request)
    found, held = access.skills_of(who, code)
    if request.method == "POST":
        change = actions.agree(who, code, read_levels(request.POST))
        tell(request, _("The levels are agreed.") if change else _("Nothing changed."))
        return go(request, "skills:person", code)
    context = _context(who, found, held, request.GET.get("all") == "1")
    context |= {"reports": [], "coached": []}
    return render(request, "skills/person.html", context)


def _back(who: Actor, found: Person) -> str:
    if found.pk == who.person_id:
        return reverse("skills:home")
    return reverse("skills:person", args=[found.code])


@require_POST
def step(request: HttpRequest, code: str) -> HttpResponse:
    """Add a step to a plan."""
    who = actor(request)
    found = access.skills_of(who, code)[0]
    form = request.POST
    try:
        due = date.fromisoformat(form["due_on"]) if form.get("due_on") else None
    except ValueError:
        due = None
    try:
        actions.add_step(
            who, code, kind=form.get("kind", ""), title=form.get("title", "")[:300],
            skill=form.get("skill", "")[:120], coach=form.get("coach", "")[:120], due_on=due,
        )
    except Invalid as invalid:
        said = " ".join(sentence(refusal) for refusal in invalid.errors.values())
        tell(request, said, tone="error")
    else:
        tell(request, _("The step is in the plan."))
    return go(request, _back(who, found))


@require_POST
def done(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say that a step of a plan is done, or open again."""
    who = actor(request)
    found = access.step_for(who, uid)
    actions.finish_step(who, uid, request.POST.get("done") == "1")
    return go(request, _back(who, found.person))


@require_POST
def manager(request: HttpRequest, code: str) -> HttpResponse:
    """Name somebody's manager."""
    who = actor(request)
    found = person_for(who, code, PEOPLE_EDIT)[0]
    wanted = request.POST.get("manager", "")[:120]
    actions.set_manager(who, found, person_for(who, wanted)[0] if wanted else None)
    tell(request, _("The manager is named."))
    return go(request, address("person", found.code))
