"""What organisation declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.base.policy import Activity
from portulan.organisation.rights import entity_grants
from portulan.organisation.roles import ROLES

EVERYONE = {role: "I" for role in ROLES}

ORGANISATION_READ = Activity("organisation.read", EVERYONE, "RACI")
ORGANISATION_EDIT = Activity("organisation.edit", {"pmo": "A"})
PEOPLE_EDIT = Activity("people.edit", {"pmo": "A"})
MATRIX_EDIT = Activity("matrix.edit", {"pmo": "A"})
SETTINGS_EDIT = Activity("settings.edit", {"pmo": "A"})

MANIFEST = Manifest(
    app="organisation",
    activities=(ORGANISATION_READ, ORGANISATION_EDIT, PEOPLE_EDIT, MATRIX_EDIT, SETTINGS_EDIT),
    grants=(entity_grants,),
    facts="portulan.organisation.facts",
)
