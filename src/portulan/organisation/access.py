"""Fetch-and-authorise of entities, teams and people; nothing else fetches them for a user."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from portulan.base.policy import Activity, Actor, NotFoundForActor, Scope, check_right, require
from portulan.organisation.activities import ORGANISATION_READ
from portulan.organisation.models import Entity, Person, Team
from portulan.organisation.rights import entities_with_ancestors, root_ids


def entity_scope(entity: Entity | None) -> Scope:
    """Where an entity lies; what has none belongs to the company as a whole."""
    if entity is None:
        return Scope(entities=root_ids())
    return Scope(entities=entities_with_ancestors(entity), on=("entity", entity.code))


def _known(actor: Actor, kind: str, code: str) -> None:
    """The organisation is known to whoever holds a role in it."""
    if check_right(actor, ORGANISATION_READ) is not None:
        raise NotFoundForActor(kind, code)


def entity_for(actor: Actor, code: str, activity: Activity | None = None) -> tuple[Entity, Scope]:
    """The entity with this code, and where it lies.

    Raises:
        NotFoundForActor: no such entity, or the actor holds no role at all.
        Refused: it may be read, and nothing more.
    """
    _known(actor, "entity", code)
    found = Entity.objects.select_related("parent").filter(code=code).first()
    if found is None:
        raise NotFoundForActor("entity", code)
    scope = entity_scope(found)
    if activity is not None:
        require(actor, activity, scope)
    return found, scope


def team_for(actor: Actor, code: str, activity: Activity | None = None) -> tuple[Team, Scope]:
    """The team with this code, and where it lies; raises as ``entity_for``."""
    _known(actor, "team", code)
    found = Team.objects.select_related("entity", "manager").filter(code=code).first()
    if found is None:
        raise NotFoundForActor("team", code)
    scope = Scope(
        entities=entity_scope(found.entity).entities, team=found.pk, on=("team", found.code)
    )
    if activity is not None:
        require(actor, activity, scope)
    return found, scope


def teams_by_code(codes: Iterable[str]) -> dict[str, Team]:
    """Teams with these codes, for who may import everywhere (one query)."""
    found = Team.objects.select_related("entity").filter(code__in=set(codes))
    return {team.code: team for team in found}


def person_for(actor: Actor, code: str, activity: Activity | None = None) -> tuple[Person, Scope]:
    """The person with this code, and where they work; raises as ``entity_for``."""
    _known(actor, "person", code)
    found = Person.objects.select_related("entity", "manager").filter(code=code).first()
    if found is None:
        raise NotFoundForActor("person", code)
    scope = replace(entity_scope(found.entity), on=("person", found.code))
    if activity is not None:
        require(actor, activity, scope)
    return found, scope
