"""What can be done with documents, and which roles may."""

from __future__ import annotations

from portulan.base.policy import Activity
from portulan.organisation.manifest import EVERYONE

REPORT_EXPORT = Activity(
    "report.export",
    {
        **EVERYONE, "forum_chair": "I", "forum_votes": "I", "forum_advises": "I",
        "forum_secretary": "I",
    },
    "RACI",
)
