"""What can be done in prioritisation, and which roles may: the letters shipped with Portulan."""

from __future__ import annotations

from portulan.base.policy import Activity
from portulan.organisation.manifest import EVERYONE

RANKING_READ = Activity("ranking.read", EVERYONE, "RACI")
SCORE_RECORD = Activity(
    "score.record",
    {
        "product_manager": "A",
        "product_owner": "R",
        "head_of_product": "R",
        "business": "R",
        "marketing": "R",
        "tech_lead": "R",
        "compliance": "R",
        "dpo": "R",
        "pmo": "R",
    },
)
SCORING_MODEL_EDIT = Activity("scoring_model.edit", {"pmo": "A"})
RANK_OVERRIDE = Activity("rank.override", {"head_of_product": "A", "pmo": "R"})
SCENARIO_READ = Activity(
    "scenario.read",
    {
        "pmo": "A",
        "finance": "C",
        "executive": "I",
        "head_of_product": "C",
        "product_manager": "I",
        "sponsor": "I",
    },
    "RACI",
)
SCENARIO_EDIT = Activity("scenario.edit", {"pmo": "A", "head_of_product": "R", "finance": "R"})

ACTIVITIES = (
    RANKING_READ,
    SCORE_RECORD,
    SCORING_MODEL_EDIT,
    RANK_OVERRIDE,
    SCENARIO_READ,
    SCENARIO_EDIT,
)
