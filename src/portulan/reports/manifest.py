"""What reports declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.base.policy import Activity
from portulan.organisation.manifest import EVERYONE

REPORT_EXPORT = Activity("report.export", EVERYONE, "RACI")

MANIFEST = Manifest(app="reports", activities=(REPORT_EXPORT,))
