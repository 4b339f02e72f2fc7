"""What collaboration declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.collaboration.activities import (
    COMMENT_MODERATE,
    COMMENT_WRITE,
    VIEW_LOCK,
    VIEW_SHARE,
)

MANIFEST = Manifest(
    app="collaboration",
    activities=(VIEW_SHARE, VIEW_LOCK, COMMENT_WRITE, COMMENT_MODERATE),
    facts="portulan.collaboration.facts",
)
