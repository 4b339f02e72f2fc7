"""What can be done with indicators, and which roles may."""

from __future__ import annotations

from portulan.base.policy import Activity
from portulan.organisation.manifest import EVERYONE

INDICATOR_READ = Activity("indicator.read", EVERYONE, "RACI")
INDICATOR_EDIT = Activity(
    "indicator.edit", {"product_manager": "A", "product_owner": "R", "data": "R", "pmo": "R"}
)
