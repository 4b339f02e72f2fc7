"""What collaboration declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.base.policy import Activity
from portulan.organisation.manifest import EVERYONE

#: Offer a view of a page to everybody; lock one so that nobody else changes it.
VIEW_SHARE = Activity("view.share", EVERYONE, "RACI")
VIEW_LOCK = Activity("view.lock", {"pmo": "A", "head_of_product": "R"})

MANIFEST = Manifest(
    app="collaboration",
    activities=(VIEW_SHARE, VIEW_LOCK),
    facts="portulan.collaboration.facts",
)
