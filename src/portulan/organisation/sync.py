"""What importers may fill in the organisation, set-wise (see ``portulan.base.sync``)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portulan.base.changes import Recorder
from portulan.base.models import Record
from portulan.base.sync import SyncTable
from portulan.organisation.models import Entity, EntityRole, Membership, Person, Team
from portulan.organisation.rights import entities_with_ancestors


def refresh_paths(recorder: Recorder, records: Sequence[Record]) -> None:
    """Set the path of every entity whose place in the tree says otherwise (two queries)."""
    entities = {entity.pk: entity for entity in Entity.objects.only("pk", "parent_id", "path")}
    known: dict[int, str] = {}

    def path(pk: int, seen: frozenset[int] = frozenset()) -> str:
        if pk not in known:
            parent = entities[pk].parent_id
            above = path(parent, seen | {pk}) if parent and parent not in seen else "/"
            known[pk] = f"{above}{pk}/"
        return known[pk]

    moved = []
    for entity in entities.values():
        if entity.path != path(entity.pk):
            entity.path = path(entity.pk)
            moved.append(entity)
    Entity.objects.bulk_update(moved, ["path"], batch_size=500)


_ROLE = ("role", "fraction", "source_role", "starts", "ends")

ENTITY = SyncTable(
    "entity",
    Entity,
    (
        "code",
        "name",
        "level",
        "currency",
        "fiscal_first_month",
        "country",
        "description",
        "origin",
    ),
    {"parent": "entity"},
    refresh_paths,
)
PERSON = SyncTable(
    "person",
    Person,
    ("code", "name", "email", "job_title", "active", "origin"),
    {"entity": "entity"},
)
TEAM = SyncTable(
    "team",
    Team,
    ("code", "name", "permanent", "skill", "starts", "ends", "origin"),
    {"entity": "entity", "manager": "person"},
)
MEMBERSHIP = SyncTable(
    "membership",
    Membership,
    ("fraction", "starts", "ends", "origin"),
    {"person": "person", "team": "team"},
)
ENTITY_ROLE = SyncTable(
    "entity_role", EntityRole, (*_ROLE, "origin"), {"person": "person", "entity": "entity"}
)

SYNC = (ENTITY, PERSON, TEAM, MEMBERSHIP, ENTITY_ROLE)


def entity_scopes() -> dict[UUID, frozenset[int]]:
    """Every entity with the ids that cover it: its own and those above (one query)."""
    return {
        entity.uid: entities_with_ancestors(entity)
        for entity in Entity.objects.only("pk", "uid", "path")
    }


def root_ids() -> list[int]:
    """The entities that nothing stands above (one query)."""
    return list(Entity.objects.filter(parent=None).order_by("pk").values_list("pk", flat=True))
