"""What this app tells the World."""

from __future__ import annotations

from datetime import date

from portulan.organisation.models import Entity, EntityRole, Membership, Person, Team
from portulan.organisation.rights import refresh_paths
from portulan.snapshot.tables import Table, key

TABLES = (
    Table(
        "entities",
        Entity,
        {
            "code": "code",
            "name": "name",
            "parent": key("parent_id", "entities"),
            "level": "level",
            "currency": "currency",
            "fiscal_first_month": "fiscal_first_month",
        },
    ),
    Table(
        "people",
        Person,
        {
            "code": "code",
            "name": "name",
            "entity": key("entity_id", "entities"),
            "active": "active",
        },
    ),
    Table(
        "teams",
        Team,
        {
            "code": "code",
            "name": "name",
            "entity": key("entity_id", "entities"),
            "permanent": "permanent",
            "manager": key("manager_id", "people"),
            "starts": "starts",
            "ends": "ends",
        },
    ),
    Table(
        "memberships",
        Membership,
        {
            "person": key("person_id", "people"),
            "team": key("team_id", "teams"),
            "fraction": "fraction",
            "starts": "starts",
            "ends": "ends",
        },
    ),
    Table(
        "assignments",
        EntityRole,
        {
            "person": key("person_id", "people"),
            "role": "role",
            "target": key("entity_id", "entities"),
            "fraction": "fraction",
            "starts": "starts",
            "ends": "ends",
        },
        constants={"target_type": "entity"},
    ),
)


def _paths(today: date) -> None:
    refresh_paths()


#: What is computed again after rows came in set-wise.
REFRESH = (_paths,)
