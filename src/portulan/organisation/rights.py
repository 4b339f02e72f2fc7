"""From an account to an actor: the roles held today, and the matrix that gives them rights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q
from django.utils import timezone

from portulan.base.manifest import activities, manifests
from portulan.base.models import Account
from portulan.base.policy import Actor, Grant, NotFoundForActor, Override
from portulan.organisation.models import Entity, EntityRole, MatrixCell, Person


def in_force(day: date) -> Q:
    """The condition that an assignment holds on a day."""
    return (Q(starts=None) | Q(starts__lte=day)) & (Q(ends=None) | Q(ends__gte=day))


def entity_grants(person_id: int, day: date) -> Iterable[Grant]:
    """Roles held on entities."""
    found = EntityRole.objects.filter(in_force(day), person_id=person_id)
    return [
        Grant(role, entity=pk, above=ids_of_path(path) | {pk})
        for role, pk, path in found.values_list("role", "entity_id", "entity__path")
    ]


def ids_of_path(path: str) -> frozenset[int]:
    """The ids of a path ``/1/5/12/``."""
    return frozenset(int(part) for part in path.split("/") if part)


def whole_matrix() -> tuple[
    dict[str, Mapping[str, str]], dict[str, tuple[Override, ...]]
]:
    """Activity → role → letter in the whole company (the shipped letters, then its own), and
    the letters of its parts (one query).
    """
    matrix = {code: dict(activity.letters) for code, activity in activities().items()}
    parts: dict[str, list[Override]] = {}
    for cell in MatrixCell.objects.select_related("entity"):
        if cell.activity not in matrix:
            continue
        if cell.place:
            above = entities_with_ancestors(cell.entity)
            parts.setdefault(cell.activity, []).append(
                Override(
                    cell.activity, cell.role, cell.letter, cell.entity_id, cell.line_id,
                    cell.team_id, above,
                )
            )
        elif cell.letter:
            matrix[cell.activity][cell.role] = cell.letter
        else:
            matrix[cell.activity].pop(cell.role, None)
    overrides = {
        code: tuple(sorted(found, key=lambda o: (o.rank, o.role))) for code, found in parts.items()
    }
    return dict(matrix), overrides


def effective_matrix() -> Mapping[str, Mapping[str, str]]:
    """Activity → role → letter in the whole company: shipped letters, then its own."""
    return whole_matrix()[0]


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
    matrix, overrides = whole_matrix()
    return Actor(
        name=str(person or account),
        account_id=account.pk,
        person_id=person.pk if person else None,
        grants=tuple(grants),
        matrix=matrix,
        overrides=overrides,
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


def entity_uids(ids: Iterable[int]) -> frozenset[str]:
    """The uids of entities."""
    wanted = list(ids)
    if not wanted:
        return frozenset()
    return frozenset(
        str(uid) for uid in Entity.objects.filter(pk__in=wanted).values_list("uid", flat=True)
    )


def covered_uids(*held: Iterable[int]) -> list[frozenset[str] | None]:
    """For each set of entities, the uids of these and of everything below them; ``None`` when one
    of them stands above everything (one query for all the sets).
    """
    wanted = [frozenset(ids) for ids in held]
    if not any(wanted):
        return [frozenset() for _ in wanted]
    rows = list(Entity.objects.values_list("pk", "uid", "path", "parent_id"))
    roots = {pk for pk, _uid, _path, parent in rows if parent is None}
    found: list[frozenset[str] | None] = []
    for ids in wanted:
        if ids & roots:
            found.append(None)
            continue
        found.append(
            frozenset(
                str(uid) for pk, uid, path, _parent in rows if ids & (ids_of_path(path) | {pk})
            )
        )
    return found


def entity_and_below(code: str) -> frozenset[str]:
    """The uids of the entity with this code and of everything below it.

    Raises:
        NotFoundForActor: no entity has this code.
    """
    pk = Entity.objects.filter(code=code).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFoundForActor("entity", code)
    return entity_uids(entities_below([pk]))


def root_ids() -> frozenset[int]:
    """The entities above which there is nothing."""
    return frozenset(Entity.objects.filter(parent=None).values_list("pk", flat=True))


def entity_path(entity: Entity) -> str:
    """The path of an entity whose parent's path is known."""
    above = entity.parent.path if entity.parent is not None else "/"
    return f"{above}{entity.pk}/"


def refresh_paths() -> int:
    """Set the derived path of every entity; returns how many changed.

    A circle of parents cannot come from our actions; imported ones are cut where they close.
    """
    entities = {entity.pk: entity for entity in Entity.objects.all()}
    changed = []
    for entity in entities.values():
        chain: list[int] = []
        at: int | None = entity.pk
        while at is not None and at not in chain and at in entities:
            chain.append(at)
            at = entities[at].parent_id
        path = "/" + "/".join(str(pk) for pk in reversed(chain)) + "/"
        if path != entity.path:
            entity.path = path
            changed.append(entity)
    Entity.objects.bulk_update(changed, ["path"], batch_size=500)
    return len(changed)
