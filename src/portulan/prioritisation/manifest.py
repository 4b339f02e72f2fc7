"""What prioritisation declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.prioritisation.activities import ACTIVITIES

MANIFEST = Manifest(
    app="prioritisation",
    activities=ACTIVITIES,
    facts="portulan.prioritisation.facts",
    jobs={
        "scenario.solve": "portulan.prioritisation.solving.run",
        "scenario.study": "portulan.prioritisation.studying.run",
    },
)
