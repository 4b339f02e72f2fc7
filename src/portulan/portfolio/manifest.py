"""What portfolio declares."""

from __future__ import annotations

from portulan.base.manifest import Manifest
from portulan.portfolio.activities import (
    BACKLOG_EDIT,
    BACKLOG_READ,
    BUDGET_EDIT,
    BUDGET_READ,
    CAPACITY_EDIT,
    CAPACITY_READ,
    INITIATIVE_EDIT,
    INITIATIVE_READ,
    PROJECT_EDIT,
    PROJECT_READ,
    REQUEST_ANSWER,
)
from portulan.portfolio.effects import (
    CAPACITY_DAYS,
    ENVELOPE_AMOUNT,
    INITIATIVE_PLACE,
    INITIATIVE_RESIZE,
    INITIATIVE_STATE,
)
from portulan.portfolio.rights import project_grants

__all__ = [
    "BACKLOG_EDIT",
    "BACKLOG_READ",
    "BUDGET_EDIT",
    "BUDGET_READ",
    "CAPACITY_EDIT",
    "CAPACITY_READ",
    "INITIATIVE_EDIT",
    "INITIATIVE_READ",
    "MANIFEST",
    "PROJECT_EDIT",
    "PROJECT_READ",
    "REQUEST_ANSWER",
]

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
        BACKLOG_READ,
        BACKLOG_EDIT,
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
