"""What can be done with products, lines and objectives, and which roles may."""

from __future__ import annotations

from portulan.base.policy import Activity
from portulan.organisation.manifest import EVERYONE

PRODUCT_READ = Activity("product.read", EVERYONE, "RACI")
PRODUCT_CREATE = Activity("product.create", {"pmo": "A", "head_of_product": "R"})
PRODUCT_EDIT = Activity(
    "product.edit",
    {
        "product_manager": "A",
        "product_owner": "R",
        "head_of_product": "R",
        "pmo": "R",
        "business": "C",
        "tech_lead": "C",
    },
)
PRODUCT_STAFF = Activity(
    "product.staff", {"head_of_product": "A", "pmo": "R", "product_manager": "R"}
)
STAGE_CHANGE = Activity("stage.change", {"pmo": "R", "executive": "A", "product_manager": "C"})
OBJECTIVE_EDIT = Activity(
    "objective.edit", {"head_of_product": "A", "pmo": "R", "product_manager": "R"}
)
LINE_EDIT = Activity("line.edit", {"pmo": "A", "head_of_product": "R"})
