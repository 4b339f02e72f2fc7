"""What can be done in governance, and which roles may: the letters shipped with Portulan."""

from __future__ import annotations

from portulan.base.policy import Activity
from portulan.organisation.manifest import EVERYONE

_SEATS = {"forum_chair": "I", "forum_votes": "I", "forum_advises": "I", "forum_secretary": "I"}

FORUM_READ = Activity("forum.read", {**EVERYONE, **_SEATS}, "RACI")
FORUM_EDIT = Activity("forum.edit", {"pmo": "A"})
MEETING_READ = Activity(
    "meeting.read", {"pmo": "A", "executive": "I", **_SEATS, "finance": "I"}, "RACI"
)
MEETING_RUN = Activity("meeting.run", {"pmo": "R", "forum_secretary": "R", "forum_chair": "A"})
DOSSIER_READ = Activity(
    "dossier.read",
    {
        "pmo": "A",
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
VOTE_CAST = Activity("vote.cast", {"forum_chair": "A", "forum_votes": "R"})
#: To score together at a sitting, once the secretary asks for it.
ROUND_SCORE = Activity(
    "round.score", {"forum_chair": "A", "forum_votes": "R", "forum_advises": "R"}
)
DECISION_DECIDE = Activity(
    "decision.decide", {"forum_chair": "A", "forum_secretary": "R", "pmo": "R"}
)
REGISTER_READ = Activity("register.read", {**EVERYONE, **_SEATS}, "RACI")
ACTION_EDIT = Activity("action.edit", {"pmo": "A", "forum_secretary": "R", "forum_chair": "R"})
VALUE_READ = Activity("value.read", {**EVERYONE, **_SEATS}, "RACI")
VALUE_REVIEW = Activity(
    "value.review", {"product_manager": "A", "head_of_product": "R", "pmo": "R", "business": "C"}
)

ACTIVITIES = (
    FORUM_READ,
    FORUM_EDIT,
    MEETING_READ,
    MEETING_RUN,
    DOSSIER_READ,
    DOSSIER_EDIT,
    VOTE_CAST,
    ROUND_SCORE,
    DECISION_DECIDE,
    REGISTER_READ,
    ACTION_EDIT,
    VALUE_READ,
    VALUE_REVIEW,
)
