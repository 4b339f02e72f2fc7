"""What can be done with views, comments and files, and which roles may."""

from __future__ import annotations

from portulan.base.policy import Activity
from portulan.organisation.activities import EVERYONE

#: Offer a view of a page to everybody; lock one so that nobody else changes it.
VIEW_SHARE = Activity("view.share", EVERYONE, "RACI")
VIEW_LOCK = Activity("view.lock", {"pmo": "A", "head_of_product": "R"})

_SEATS = {"forum_chair": "I", "forum_votes": "I", "forum_advises": "I", "forum_secretary": "I"}
#: Say something, or add a file, on an object that one may read; take away what others said.
COMMENT_WRITE = Activity("comment.write", {**EVERYONE, **_SEATS}, "RACI")
COMMENT_MODERATE = Activity("comment.moderate", {"pmo": "A"})
