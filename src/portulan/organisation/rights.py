"""From an account to an actor: the roles held today, and the matrix that gives them rights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q
from django.utils import timezone

from portulan.base.manifest import activities, manifests
from portulan.base.models import Account
from portulan.base.policy import Actor, Grant
from portulan.organisation.models import Entity, EntityRole, MatrixCell, Person


def in_force(day: date) -> Q:
    """The condition that an assignment holds on a day."""
    return (Q(starts=None) | Q(starts__lte=day)) & (Q(ends=None) | Q(ends__gte=day))


def entity_grants(person_id: int, day: date) -> Iterable[Grant]:
    """Roles held on entities."""
    found = EntityRole.objects.filter(in_force(day), person_id=person_id)
    return [Grant(role, entity=pk) for role, pk in found.values_list("role", "entity_id")]


def effective_matrix() -> Mapping[str, Mapping[str, str]]:
    """Activity → role → letter: shipped letters, then the company's own."""
    matrix = {code: dict(activity.letters) for code, activity in activities().items()}
    for activity, role, letter in MatrixCell.objects.filter(entity=None).values_list(
        "activity", "role", "letter"
    ):
        if activity in matrix:
            if letter:
                matrix[activity][role] = letter
            else:
                matrix[activity].pop(role, None)
    return matrix


def actor_for(account: Account, day: date | None = None) -> Actor:
    """The actor of an account: its person, the roles held on ``day`` (today), the matrix.

    A constant number of queries: one for the person, one per assignment table, one for the matrix.
    """
    day = day or timezone.localdate()
    person = Person.objects.filter(account=account).first()
    grants: list[Grant] = []
    if person is not None:
        for manifest in manifests():
            for held in manifest.grants:
                grants.extend(held(person.pk, day))
    return Actor(
        name=str(person or account),
        account_id=account.pk,
        person_id=person.pk if person else None,
        grants=tuple(grants),
        matrix=effective_matrix(),
    )


def entities_with_ancestors(entity: Entity | None) -> frozenset[int]:
    """The ids of an entity and of everything above it: what a grant on any of them covers."""
    if entity is None:
        return frozenset()
    return frozenset(int(part) for part in entity.path.split("/") if part) | {entity.pk}


def entities_below(ids: Iterable[int]) -> set[int]:
    """The ids of these entities and of everything below them (one query)."""
    wanted = set(ids)
    if not wanted:
        return set()
    condition = Q(pk__in=wanted)
    for pk in wanted:
        condition |= Q(path__contains=f"/{pk}/")
    return set(Entity.objects.filter(condition).values_list("pk", flat=True))
