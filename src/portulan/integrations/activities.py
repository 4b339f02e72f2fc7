"""What can be done with imports, and which roles may."""

from __future__ import annotations

from portulan.base.policy import Activity

IMPORT_RUN = Activity("import.run", {"pmo": "A", "finance": "R"})
