"""What this app tells the World."""

from __future__ import annotations

from typing import Any

from portulan.catalogue.lifecycle import refresh_stages
from portulan.catalogue.models import (
    KeyResult,
    Line,
    LineRole,
    Objective,
    ObjectiveConflict,
    ObjectiveProduct,
    Product,
    ProductEntity,
    ProductLine,
    ProductRole,
    StagePeriod,
)
from portulan.snapshot.tables import Column, Table, blank, key


def _role_table(model: Any, attname: str, table: str, kind: str) -> Table:
    return Table(
        "assignments",
        model,
        {
            "person": key("person_id", "people"),
            "role": "role",
            "target": key(attname, table),
            "fraction": "fraction",
            "starts": "starts",
            "ends": "ends",
        },
        constants={"target_type": kind},
    )


TABLES = (
    Table(
        "lines",
        Line,
        {"code": "code", "name": "name", "axis": "axis", "parent": key("parent_id", "lines")},
    ),
    Table(
        "products",
        Product,
        {
            "code": "code",
            "name": "name",
            "kind": "kind",
            "entity": key("entity_id", "entities"),
            "parent": key("parent_id", "products"),
            "successor": key("successor_id", "products"),
            "vision": "vision",
            "value_users": "value_users",
            "value_business": "value_business",
            "personal_data": "personal_data",
            "team": key("team_id", "teams"),
            "source_key": Column(
                "facts",
                to_row=lambda facts: (facts or {}).get("source_key"),
                to_model=lambda value: {"source_key": value} if value else {},
            ),
        },
    ),
    Table(
        "product_lines",
        ProductLine,
        {
            "product": key("product_id", "products"),
            "line": key("line_id", "lines"),
            "primary": "primary",
            "starts": "starts",
            "ends": "ends",
        },
    ),
    Table(
        "product_entities",
        ProductEntity,
        {
            "product": key("product_id", "products"),
            "entity": key("entity_id", "entities"),
            "part": "part",
            "share": "share",
        },
    ),
    Table(
        "stage_periods",
        StagePeriod,
        {
            "product": key("product_id", "products"),
            "stage": blank("stage"),
            "starts": "starts",
            "ends": "ends",
            "market": "market",
            "source_stage": "source_stage",
            "position": "position",
        },
    ),
    _role_table(ProductRole, "product_id", "products", "product"),
    _role_table(LineRole, "line_id", "lines", "line"),
    Table(
        "objectives",
        Objective,
        {
            "code": "code",
            "name": "name",
            "parent": key("parent_id", "objectives"),
            "entity": key("entity_id", "entities"),
            "owner": key("owner_id", "people"),
            "cycle": "cycle",
            "starts": "starts",
            "ends": "ends",
        },
    ),
    Table(
        "objective_products",
        ObjectiveProduct,
        {
            "objective": key("objective_id", "objectives"),
            "product": key("product_id", "products"),
        },
    ),
    Table(
        "objective_conflicts",
        ObjectiveConflict,
        {
            "first": key("first_id", "objectives"),
            "second": key("second_id", "objectives"),
            "reason": "reason",
            "resolved": "resolved",
        },
    ),
    Table(
        "key_results",
        KeyResult,
        {
            "objective": key("objective_id", "objectives"),
            "name": "name",
            "baseline": "baseline",
            "target": "target",
            "current": "current",
        },
    ),
)

#: What is computed again after rows came in set-wise.
REFRESH = (refresh_stages,)
