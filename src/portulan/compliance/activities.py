"""What can be done with risks, and which roles may."""

from __future__ import annotations

from portulan.base.policy import Activity
from portulan.organisation.manifest import EVERYONE

RISK_READ = Activity("risk.read", EVERYONE, "RACI")
RISK_EDIT = Activity(
    "risk.edit",
    {
        "product_manager": "A",
        "product_owner": "R",
        "project_manager": "R",
        "compliance": "R",
        "dpo": "R",
        "security": "R",
        "pmo": "R",
    },
)
