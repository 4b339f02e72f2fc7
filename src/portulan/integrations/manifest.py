"""What integrations declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.base.policy import Activity

IMPORT_RUN = Activity("import.run", {"pmo": "A", "finance": "R"})

MANIFEST = Manifest(app="integrations", activities=(IMPORT_RUN,))
