"""What importers may fill in the portfolio, set-wise (see ``portulan.base.sync``)."""

from __future__ import annotations

from portulan.base.sync import SyncTable
from portulan.portfolio.models import (
    Capacity,
    CostLine,
    Envelope,
    Initiative,
    InitiativeProduct,
    Project,
    ProjectProduct,
    ProjectRole,
)

PROJECT = SyncTable(
    "project",
    Project,
    (
        "code",
        "name",
        "description",
        "state",
        "status",
        "status_text",
        "phase",
        "baseline_starts",
        "baseline_ends",
        "starts",
        "ends",
        "budget",
        "facts",
        "origin",
    ),
    {"entity": "entity", "manager": "person"},
)
PROJECT_PRODUCT = SyncTable(
    "project_product",
    ProjectProduct,
    ("share", "origin"),
    {"project": "project", "product": "product"},
)
PROJECT_ROLE = SyncTable(
    "project_role",
    ProjectRole,
    ("role", "fraction", "source_role", "starts", "ends", "origin"),
    {"person": "person", "project": "project"},
)
INITIATIVE = SyncTable(
    "initiative",
    Initiative,
    (
        "code",
        "name",
        "state",
        "stage",
        "problem",
        "expected_value",
        "start",
        "months",
        "earliest",
        "latest",
        "mandatory",
        "mandatory_reason",
        "size",
        "costs_capex",
        "costs_opex",
        "efforts",
        "estimate_on",
        "estimate_range",
        "facts",
        "origin",
    ),
    {
        "entity": "entity",
        "project": "project",
        "owner": "person",
        "objective": "objective",
        "estimate_author": "person",
    },
)
INITIATIVE_PRODUCT = SyncTable(
    "initiative_product",
    InitiativeProduct,
    ("share", "origin"),
    {"initiative": "initiative", "product": "product"},
)
ENVELOPE = SyncTable(
    "envelope",
    Envelope,
    ("stage", "fiscal_year", "version", "amount", "vouched_by", "vouched_on", "origin"),
    {"entity": "entity", "line": "line"},
)
COST_LINE = SyncTable(
    "cost_line",
    CostLine,
    ("kind", "stage", "nature", "category", "supplier", "month", "amount", "origin"),
    {"product": "product", "initiative": "initiative"},
)
CAPACITY = SyncTable(
    "capacity", Capacity, ("month", "days", "run_load", "fte", "focus", "origin"), {"team": "team"}
)

SYNC = (
    PROJECT,
    PROJECT_PRODUCT,
    PROJECT_ROLE,
    INITIATIVE,
    INITIATIVE_PRODUCT,
    ENVELOPE,
    COST_LINE,
    CAPACITY,
)
