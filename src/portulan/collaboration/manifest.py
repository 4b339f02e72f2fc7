"""What collaboration declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.collaboration.activities import VIEW_LOCK, VIEW_SHARE

MANIFEST = Manifest(
    app="collaboration",
    activities=(VIEW_SHARE, VIEW_LOCK),
    facts="portulan.collaboration.facts",
)
