"""What importers may fill in the organisation, set-wise (see ``portulan.base.sync``)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portulan.base.changes import Recorder
from portulan.base.models import Record
from portulan.base.sync import SyncTable
from portulan.organisation.models import Entity, EntityRole, Membership, Person, Team
from portulan.organisation.rights import entities_with_ancestors, refresh_paths


def _replaced(recorder: Recorder, records: Sequence[Record]) -> None:
    """Entities came or moved: their place in the tree follows."""
    refresh_paths()


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
    _replaced,
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
