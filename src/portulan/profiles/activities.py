"""What can be done with profiles, and which roles may."""

from __future__ import annotations

from portulan.base.policy import Activity
from portulan.organisation.manifest import EVERYONE

PROFILE_READ = Activity("profile.read", EVERYONE, "RACI")
PROFILE_APPLY = Activity("profile.apply", {"pmo": "A"})
