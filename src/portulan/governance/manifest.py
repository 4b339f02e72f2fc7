"""What governance declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.base.policy import Activity
from portulan.governance.rights import forum_grants
from portulan.organisation.manifest import EVERYONE

_SEATS = {"forum_chair": "I", "forum_votes": "I", "forum_advises": "I", "forum_secretary": "I"}

FORUM_READ = Activity("forum.read", {**EVERYONE, **_SEATS}, "RACI")
FORUM_EDIT = Activity("forum.edit", {"pmo": "A"})
MEETING_RUN = Activity("meeting.run", {"pmo": "R", "forum_secretary": "R", "forum_chair": "A"})
MEETING_READ = Activity(
    "meeting.read", {"pmo": "R", "executive": "I", **_SEATS, "finance": "I"}, "RACI"
)
DOSSIER_READ = Activity(
    "dossier.read",
    {
        "pmo": "R",
        "executive": "I",
        "finance": "I",
        "head_of_product": "I",
        "product_manager": "I",
        "sponsor": "I",
        **_SEATS,
    },
    "RACI",
)
DOSSIER_EDIT = Activity(
    "dossier.edit", {"pmo": "A", "product_manager": "R", "head_of_product": "R"}
)
DECISION_DECIDE = Activity(
    "decision.decide", {"forum_chair": "A", "forum_secretary": "R", "pmo": "R"}
)
REGISTER_READ = Activity("register.read", {**EVERYONE, **_SEATS}, "RACI")
ACTION_EDIT = Activity("action.edit", {"pmo": "A", "forum_secretary": "R"})
VALUE_REVIEW = Activity(
    "value.review", {"product_manager": "A", "head_of_product": "R", "pmo": "R", "business": "C"}
)

MANIFEST = Manifest(
    app="governance",
    activities=(
        FORUM_READ,
        FORUM_EDIT,
        MEETING_RUN,
        MEETING_READ,
        DOSSIER_READ,
        DOSSIER_EDIT,
        DECISION_DECIDE,
        REGISTER_READ,
        ACTION_EDIT,
        VALUE_REVIEW,
    ),
    grants=(forum_grants,),
    facts="portulan.governance.facts",
)
