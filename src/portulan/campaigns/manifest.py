"""What campaigns declare."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.campaigns.activities import CAMPAIGN_RUN

MANIFEST = Manifest(app="campaigns", activities=(CAMPAIGN_RUN,))
