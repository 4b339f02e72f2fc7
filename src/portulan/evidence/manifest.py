"""What evidence declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.evidence.activities import (
    INDICATOR_EDIT,
    INDICATOR_READ,
)

__all__ = [
    "INDICATOR_EDIT",
    "INDICATOR_READ",
    "MANIFEST",
]

MANIFEST = Manifest(
    app="evidence",
    activities=(INDICATOR_READ, INDICATOR_EDIT),
    facts="portulan.evidence.facts",
    jobs={"evidence.flow": "portulan.evidence.flow.run_job"},
    schedules={"evidence.flow": 86_400},
)
