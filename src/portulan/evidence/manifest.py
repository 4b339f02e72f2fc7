"""What evidence declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.base.policy import Activity
from portulan.organisation.manifest import EVERYONE

INDICATOR_READ = Activity("indicator.read", EVERYONE, "RACI")
INDICATOR_EDIT = Activity(
    "indicator.edit", {"product_manager": "A", "product_owner": "R", "data": "R", "pmo": "R"}
)

MANIFEST = Manifest(
    app="evidence",
    activities=(INDICATOR_READ, INDICATOR_EDIT),
    facts="portulan.evidence.facts",
)
