"""What catalogue declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.catalogue.activities import (
    LINE_EDIT,
    OBJECTIVE_EDIT,
    PRODUCT_CREATE,
    PRODUCT_EDIT,
    PRODUCT_READ,
    PRODUCT_STAFF,
    STAGE_CHANGE,
)
from portulan.catalogue.effects import PRODUCT_STAGE
from portulan.catalogue.rights import line_grants, product_grants

__all__ = [
    "LINE_EDIT",
    "MANIFEST",
    "OBJECTIVE_EDIT",
    "PRODUCT_CREATE",
    "PRODUCT_EDIT",
    "PRODUCT_READ",
    "PRODUCT_STAFF",
    "STAGE_CHANGE",
]

MANIFEST = Manifest(
    app="catalogue",
    activities=(
        PRODUCT_READ,
        PRODUCT_CREATE,
        PRODUCT_EDIT,
        PRODUCT_STAFF,
        STAGE_CHANGE,
        OBJECTIVE_EDIT,
        LINE_EDIT,
    ),
    grants=(product_grants, line_grants),
    facts="portulan.catalogue.facts",
    effects=(PRODUCT_STAGE,),
)
