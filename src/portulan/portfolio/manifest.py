"""What portfolio declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.base.policy import Activity
from portulan.organisation.manifest import EVERYONE
from portulan.portfolio.effects import (
    CAPACITY_DAYS,
    ENVELOPE_AMOUNT,
    INITIATIVE_PLACE,
    INITIATIVE_RESIZE,
    INITIATIVE_STATE,
)
from portulan.portfolio.rights import project_grants

INITIATIVE_READ = Activity("initiative.read", EVERYONE, "RACI")
INITIATIVE_EDIT = Activity(
    "initiative.edit",
    {
        "product_manager": "A",
        "product_owner": "R",
        "head_of_product": "R",
        "pmo": "R",
        "tech_lead": "R",
        "project_manager": "R",
    },
)
PROJECT_READ = Activity("project.read", EVERYONE, "RACI")
PROJECT_EDIT = Activity("project.edit", {"project_manager": "A", "pmo": "R"})
BUDGET_READ = Activity(
    "budget.read",
    {
        "finance": "A",
        "pmo": "R",
        "executive": "I",
        "sponsor": "I",
        "head_of_product": "C",
        "product_manager": "C",
        "project_manager": "I",
        "business": "I",
    },
    "RACI",
)
BUDGET_EDIT = Activity("budget.edit", {"finance": "A", "pmo": "R"})
CAPACITY_READ = Activity("capacity.read", EVERYONE, "RACI")
CAPACITY_EDIT = Activity("capacity.edit", {"tech_lead": "A", "pmo": "R"})
REQUEST_ANSWER = Activity("request.answer", {"product_manager": "A", "product_owner": "R"})

MANIFEST = Manifest(
    app="portfolio",
    activities=(
        INITIATIVE_READ,
        INITIATIVE_EDIT,
        PROJECT_READ,
        PROJECT_EDIT,
        BUDGET_READ,
        BUDGET_EDIT,
        CAPACITY_READ,
        CAPACITY_EDIT,
        REQUEST_ANSWER,
    ),
    grants=(project_grants,),
    facts="portulan.portfolio.facts",
    effects=(
        INITIATIVE_PLACE,
        INITIATIVE_STATE,
        INITIATIVE_RESIZE,
        ENVELOPE_AMOUNT,
        CAPACITY_DAYS,
    ),
)
