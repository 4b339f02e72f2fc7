"""What profiles declare."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.profiles.activities import PROFILE_APPLY, PROFILE_READ

MANIFEST = Manifest(app="profiles", activities=(PROFILE_READ, PROFILE_APPLY))
