"""The roles of a product organisation. Codes are fixed; names are given in the pages."""

from __future__ import annotations

#: Role code → family.
ROLES: dict[str, str] = {
    "pmo": "pmo",
    "executive": "direction",
    "sponsor": "direction",
    "finance": "direction",
    "head_of_product": "product",
    "product_manager": "product",
    "product_owner": "product",
    "business": "business",
    "marketing": "business",
    "tech_lead": "tech",
    "architect": "tech",
    "developer": "tech",
    "designer": "product",
    "data": "data",
    "legal": "control",
    "compliance": "control",
    "dpo": "control",
    "security": "control",
    "support": "operations",
    "deployment": "operations",
    "project_manager": "project",
    "coach": "pmo",
    "hr": "control",
    "contributor": "other",
}

#: Seats of committees, which hold letters like roles.
SEATS = ("forum_chair", "forum_votes", "forum_advises", "forum_secretary")
