"""What can be done with views, and which roles may."""

from __future__ import annotations

from portulan.base.policy import Activity
from portulan.organisation.activities import EVERYONE

#: Offer a view of a page to everybody; lock one so that nobody else changes it.
VIEW_SHARE = Activity("view.share", EVERYONE, "RACI")
VIEW_LOCK = Activity("view.lock", {"pmo": "A", "head_of_product": "R"})
