"""What reports declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.reports.activities import REPORT_EXPORT

__all__ = ["MANIFEST", "REPORT_EXPORT"]

MANIFEST = Manifest(
    app="reports",
    activities=(REPORT_EXPORT,),
    jobs={
        "report.make": "portulan.reports.making.run",
        "report.sweep": "portulan.reports.making.sweep",
    },
    schedules={"report.sweep": 6 * 3600},
)
