"""What the organisation holds."""

from portulan.organisation.models.matrix import MatrixCell
from portulan.organisation.models.structure import (
    Entity,
    EntityRole,
    Membership,
    Person,
    RoleAssignment,
    Team,
)

__all__ = [
    "Entity",
    "EntityRole",
    "MatrixCell",
    "Membership",
    "Person",
    "RoleAssignment",
    "Team",
]
