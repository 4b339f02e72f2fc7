"""What the organisation holds."""

from portulan.organisation.models.matrix import MatrixCell
from portulan.organisation.models.sheets import RoleSheet, RoleSheetVersion
from portulan.organisation.models.standards import Standard
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
    "RoleSheet",
    "RoleSheetVersion",
    "Standard",
    "Team",
]
