"""What organisation declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.organisation.activities import (
    EVERYONE,
    LESSON_EDIT,
    LESSON_READ,
    LESSON_WRITE,
    MATRIX_COMPARE,
    MATRIX_EDIT,
    ORGANISATION_EDIT,
    ORGANISATION_READ,
    PEOPLE_EDIT,
    SETTINGS_EDIT,
    SHEET_EDIT,
    SHEET_READ,
    SKILL_EDIT,
    SKILL_SEE,
    TRAINING_EDIT,
)
from portulan.organisation.effects import MATRIX
from portulan.organisation.rights import entity_grants

__all__ = [
    "EVERYONE",
    "LESSON_EDIT",
    "LESSON_READ",
    "LESSON_WRITE",
    "MANIFEST",
    "MATRIX_COMPARE",
    "MATRIX_EDIT",
    "ORGANISATION_EDIT",
    "ORGANISATION_READ",
    "PEOPLE_EDIT",
    "SETTINGS_EDIT",
    "SHEET_EDIT",
    "SHEET_READ",
    "SKILL_EDIT",
    "SKILL_SEE",
    "TRAINING_EDIT",
]

MANIFEST = Manifest(
    app="organisation",
    activities=(
        ORGANISATION_READ,
        ORGANISATION_EDIT,
        PEOPLE_EDIT,
        MATRIX_EDIT,
        MATRIX_COMPARE,
        SETTINGS_EDIT,
        SHEET_READ,
        SHEET_EDIT,
        LESSON_READ,
        LESSON_WRITE,
        LESSON_EDIT,
        SKILL_SEE,
        SKILL_EDIT,
        TRAINING_EDIT,
    ),
    grants=(entity_grants,),
    facts="portulan.organisation.facts",
    effects=(MATRIX,),
)
