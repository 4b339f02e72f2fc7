"""What coherence declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.base.policy import Activity
from portulan.organisation.manifest import EVERYONE

FINDING_READ = Activity("finding.read", EVERYONE, "RACI")
FINDING_ACCEPT = Activity("finding.accept", {"pmo": "A", "head_of_product": "R"})

MANIFEST = Manifest(
    app="coherence",
    activities=(FINDING_READ, FINDING_ACCEPT),
    jobs={"coherence.daily": "portulan.coherence.actions.run_daily"},
    schedules={"coherence.daily": 86_400},
)
