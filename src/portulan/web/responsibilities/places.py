"""The part of the company that a page looks at, and the objects that a right is asked about."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.base.policy import Actor, NotFoundForActor, Scope
from portulan.catalogue.access import line_at, objective_at, product_at
from portulan.governance.access import forum_for, forum_scope
from portulan.organisation.access import entity_for, person_for, team_for
from portulan.organisation.matrix import (
    Place,
    adaptable,
    company,
    entity_place,
    line_place,
    team_place,
)
from portulan.portfolio.access import initiative_at, project_at
from portulan.readmodels.responsibilities.holders import Staff
from portulan.web.plugs import Link

Group = tuple[str, list[tuple[str, str]]]


def choices(staff: Staff) -> list[Group]:
    """The parts of the company that may have letters of their own, by kind."""
    kinds: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "entity": (
            _("Entities"),
            [
                (one.code, "\u2003" * (len(one.scope.entities) - 1) + one.name)
                for one in staff.entities.values()
            ],
        ),
        "line": (_("Product lines"), [(one.code, one.name) for one in staff.lines.values()]),
        "team": (_("Product teams"), list(staff.teams.values())),
    }
    allowed = adaptable()
    return [
        (label, [(f"{kind}:{code}", name) for code, name in items])
        for kind, (label, items) in kinds.items()
        if kind in allowed
    ]


def place_for(actor: Actor, text: str) -> Place:
    """The place that an address names (``entity:FR``), the company for "".

    Raises:
        NotFoundForActor: there is none.
    """
    kind, _sep, code = text.partition(":")
    if not text:
        return company()
    if kind == "entity":
        return entity_place(entity_for(actor, code)[0])
    if kind == "team":
        return team_place(team_for(actor, code)[0])
    if kind == "line":
        line = line_at(actor, code)[0]
        return line_place(line.pk, line.code, line.name)
    raise NotFoundForActor("place", text)


def place_name(place: Place) -> str:
    """The name of a place."""
    return place.name or _("The whole company")


def asked_key(place: Place) -> str:
    """What names a place in an address."""
    return f"{place.kind}:{place.code}" if place.kind else ""


@dataclass(frozen=True, slots=True)
class On:
    """The object of a question about a right."""

    kind: str
    code: str
    name: str
    scope: Scope


def object_for(actor: Actor, text: str) -> On | None:
    """The object that an address names (``product:MOB-01``); ``None`` for "".

    Raises:
        NotFoundForActor: none that the actor may know of.
    """
    kind, _sep, code = text.partition(":")
    if not text:
        return None
    if kind == "product":
        product, located = product_at(actor, code)
        return On(kind, code, product.name, located.scope)
    if kind == "initiative":
        initiative, located = initiative_at(actor, code)
        return On(kind, code, initiative.name, located.scope)
    if kind == "project":
        project, located = project_at(actor, code)
        return On(kind, code, project.name, located.scope)
    if kind == "line":
        line, located = line_at(actor, code)
        return On(kind, code, line.name, located.scope)
    if kind == "objective":
        objective, located = objective_at(actor, code)
        return On(kind, code, objective.name, located.scope)
    if kind == "entity":
        entity, scope = entity_for(actor, code)
        return On(kind, code, entity.name, scope)
    if kind == "team":
        team, scope = team_for(actor, code)
        return On(kind, code, team.name, scope)
    if kind == "person":
        person, scope = person_for(actor, code)
        return On(kind, code, person.name, scope)
    if kind == "forum":
        forum = forum_for(actor, code)
        return On(kind, code, forum.name, forum_scope(forum))
    raise NotFoundForActor("object", text)


def faces(current: str, compares: bool) -> list[Link]:
    """The pages of the responsibilities, as tabs below the section."""
    links = [
        Link(
            _("Matrix"), reverse("responsibilities:home"), "table",
            current=current == "matrix",
        ),
        Link(
            _("Why can I, why can't I?"), reverse("responsibilities:why"), "help",
            current=current == "why",
        ),
    ]
    if compares:
        links.append(
            Link(
                _("Matrix and reality"), reverse("responsibilities:reality"), "scale",
                current=current == "reality",
            )
        )
    return links
