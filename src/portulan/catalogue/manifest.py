"""What catalogue declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.base.policy import Activity
from portulan.catalogue.effects import PRODUCT_STAGE
from portulan.catalogue.rights import line_grants, product_grants
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
STAGE_CHANGE = Activity("stage.change", {"pmo": "R", "executive": "A", "product_manager": "C"})
OBJECTIVE_EDIT = Activity(
    "objective.edit", {"head_of_product": "A", "pmo": "R", "product_manager": "R"}
)
LINE_EDIT = Activity("line.edit", {"pmo": "A", "head_of_product": "R"})

MANIFEST = Manifest(
    app="catalogue",
    activities=(
        PRODUCT_READ,
        PRODUCT_CREATE,
        PRODUCT_EDIT,
        STAGE_CHANGE,
        OBJECTIVE_EDIT,
        LINE_EDIT,
    ),
    grants=(product_grants, line_grants),
    facts="portulan.catalogue.facts",
    effects=(PRODUCT_STAGE,),
)
