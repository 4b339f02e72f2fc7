"""What governance declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.governance.activities import ACTIVITIES
from portulan.governance.rights import forum_grants

MANIFEST = Manifest(
    app="governance",
    activities=ACTIVITIES,
    grants=(forum_grants,),
    facts="portulan.governance.facts",
    jobs={
        "consultation.run_due": "portulan.governance.actions.consultations.run_due",
        "decision.apply_due": "portulan.governance.actions.applying.run_due",
    },
    schedules={"consultation.run_due": 3600, "decision.apply_due": 3600},
)
