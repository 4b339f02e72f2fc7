"""What this app tells the World."""

from __future__ import annotations

from portulan.portfolio.models import (
    Baseline,
    Benefit,
    Capacity,
    CostLine,
    Dependency,
    Envelope,
    Initiative,
    InitiativeProduct,
    ProductDependency,
    Project,
    ProjectProduct,
    ProjectRole,
    Request,
)
from portulan.snapshot.tables import Column, Table, ints, key


def _efforts_to_row(value: dict[str, list[int]]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple(sorted((team, tuple(days)) for team, days in value.items()))


def _efforts_to_model(value: tuple[tuple[str, tuple[int, ...]], ...]) -> dict[str, list[int]]:
    return {team: list(days) for team, days in value}


TABLES = (
    Table(
        "envelopes",
        Envelope,
        {
            "entity": key("entity_id", "entities"),
            "line": key("line_id", "lines"),
            "stage": "stage",
            "fiscal_year": "fiscal_year",
            "version": "version",
            "amount": "amount",
        },
    ),
    Table(
        "projects",
        Project,
        {
            "code": "code",
            "name": "name",
            "entity": key("entity_id", "entities"),
            "manager": key("manager_id", "people"),
            "status": "status",
            "state": "state",
            "baseline_starts": "baseline_starts",
            "baseline_ends": "baseline_ends",
            "starts": "starts",
            "ends": "ends",
            "budget": "budget",
            "phase": "phase",
        },
    ),
    Table(
        "project_products",
        ProjectProduct,
        {
            "project": key("project_id", "projects"),
            "product": key("product_id", "products"),
            "share": "share",
        },
    ),
    Table(
        "assignments",
        ProjectRole,
        {
            "person": key("person_id", "people"),
            "role": "role",
            "target": key("project_id", "projects"),
            "fraction": "fraction",
            "starts": "starts",
            "ends": "ends",
        },
        constants={"target_type": "project"},
    ),
    Table(
        "initiatives",
        Initiative,
        {
            "code": "code",
            "name": "name",
            "state": "state",
            "stage": "stage",
            "entity": key("entity_id", "entities"),
            "project": key("project_id", "projects"),
            "start": "start",
            "months": "months",
            "earliest": "earliest",
            "latest": "latest",
            "mandatory": "mandatory",
            "mandatory_reason": "mandatory_reason",
            "costs_capex": ints("costs_capex"),
            "costs_opex": ints("costs_opex"),
            "efforts": Column("efforts", to_row=_efforts_to_row, to_model=_efforts_to_model),
            "estimate_author": key("estimate_author_id", "people"),
        },
    ),
    Table(
        "initiative_products",
        InitiativeProduct,
        {
            "initiative": key("initiative_id", "initiatives"),
            "product": key("product_id", "products"),
            "share": "share",
        },
    ),
    Table(
        "benefits",
        Benefit,
        {
            "initiative": key("initiative_id", "initiatives"),
            "kind": "kind",
            "year": "year",
            "amount": "amount",
            "owner": key("owner_id", "people"),
            "validated": "validated",
        },
    ),
    Table(
        "cost_lines",
        CostLine,
        {
            "kind": "kind",
            "month": "month",
            "amount": "amount",
            "product": key("product_id", "products"),
            "initiative": key("initiative_id", "initiatives"),
            "stage": "stage",
            "nature": "nature",
        },
    ),
    Table(
        "capacities",
        Capacity,
        {
            "team": key("team_id", "teams"),
            "month": "month",
            "days": "days",
            "run_load": "run_load",
        },
    ),
    Table(
        "dependencies",
        Dependency,
        {
            "kind": "kind",
            "predecessor": key("predecessor_id", "initiatives"),
            "successor": key("successor_id", "initiatives"),
            "lag": "lag",
        },
        constants={"subject": "initiative"},
    ),
    Table(
        "dependencies",
        ProductDependency,
        {
            "predecessor": key("needs_id", "products"),
            "successor": key("product_id", "products"),
        },
        constants={"subject": "product", "kind": "needs", "lag": 0},
    ),
    Table(
        "requests",
        Request,
        {
            "code": "code",
            "name": "name",
            "product": key("product_id", "products"),
            "source": "source",
            "asked_on": "asked_on",
            "answered_on": "answered_on",
            "state": "state",
        },
    ),
)

#: What a transfer carries beside the World.
DETAILS = (Baseline,)
