"""What the diagnosis declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.diagnosis.activities import (
    COACHING_READ,
    COACHING_WRITE,
    DIAGNOSIS_PLAN,
    DIAGNOSIS_READ,
)

MANIFEST = Manifest(
    app="diagnosis",
    activities=(DIAGNOSIS_READ, DIAGNOSIS_PLAN, COACHING_READ, COACHING_WRITE),
    facts="portulan.diagnosis.facts",
    jobs={
        "diagnosis.monthly": "portulan.diagnosis.actions.run_monthly",
        "diagnosis.rebuild": "portulan.diagnosis.actions.run_rebuild",
    },
    schedules={"diagnosis.monthly": 86_400},
)
