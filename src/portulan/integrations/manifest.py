"""What integrations declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.integrations.activities import IMPORT_RUN

MANIFEST = Manifest(
    app="integrations",
    activities=(IMPORT_RUN,),
    jobs={
        "workitems.read": "portulan.integrations.workitems.running.read",
        "workitems.states": "portulan.integrations.workitems.sources.run",
        "workitems.take": "portulan.integrations.workitems.running.take",
        "workitems.undo": "portulan.integrations.workitems.running.undo_batch",
    },
)
