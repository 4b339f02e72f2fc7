"""What compliance declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.compliance.activities import (
    RISK_EDIT,
    RISK_READ,
)

__all__ = [
    "MANIFEST",
    "RISK_EDIT",
    "RISK_READ",
]

MANIFEST = Manifest(
    app="compliance",
    activities=(RISK_READ, RISK_EDIT),
    facts="portulan.compliance.facts",
)
