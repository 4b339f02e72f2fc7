"""What organisation declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.organisation.activities import (
    EVERYONE,
    MATRIX_COMPARE,
    MATRIX_EDIT,
    ORGANISATION_EDIT,
    ORGANISATION_READ,
    PEOPLE_EDIT,
    SETTINGS_EDIT,
    SHEET_EDIT,
    SHEET_READ,
)
from portulan.organisation.effects import MATRIX
from portulan.organisation.rights import entity_grants

__all__ = [
    "EVERYONE",
    "MANIFEST",
    "MATRIX_COMPARE",
    "MATRIX_EDIT",
    "ORGANISATION_EDIT",
    "ORGANISATION_READ",
    "PEOPLE_EDIT",
    "SETTINGS_EDIT",
    "SHEET_EDIT",
    "SHEET_READ",
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
    ),
    grants=(entity_grants,),
    facts="portulan.organisation.facts",
    effects=(MATRIX,),
)
