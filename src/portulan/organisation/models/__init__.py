"""What the organisation holds."""

from portulan.organisation.models.lessons import Lesson, LessonSubject
from portulan.organisation.models.matrix import MatrixCell
from portulan.organisation.models.sheets import RoleSheet, RoleSheetVersion
from portulan.organisation.models.skills import (
    DevelopmentStep,
    Enrolment,
    PersonSkill,
    Skill,
    Training,
    TrainingSession,
)
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
    "DevelopmentStep",
    "Enrolment",
    "Entity",
    "EntityRole",
    "Lesson",
    "LessonSubject",
    "MatrixCell",
    "Membership",
    "Person",
    "PersonSkill",
    "RoleAssignment",
    "RoleSheet",
    "RoleSheetVersion",
    "Skill",
    "Standard",
    "Team",
    "Training",
    "TrainingSession",
]
