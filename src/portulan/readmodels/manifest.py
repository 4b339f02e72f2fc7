"""What the reads that join several apps declare."""

from __future__ import annotations

from portulan.base.manifest import Manifest

MANIFEST = Manifest(app="readmodels", subjects="portulan.readmodels.subjects")
