"""What can be done with money, initiatives and projects, and which roles may."""

from __future__ import annotations

from portulan.base.policy import Activity
from portulan.organisation.manifest import EVERYONE

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
BACKLOG_READ = Activity("backlog.read", EVERYONE, "RACI")
BACKLOG_EDIT = Activity(
    "backlog.edit",
    {
        "product_owner": "A",
        "product_manager": "R",
        "tech_lead": "R",
        "project_manager": "R",
        "pmo": "R",
    },
)
