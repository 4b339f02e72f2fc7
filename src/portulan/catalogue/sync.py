"""What importers may fill in the catalogue, set-wise (see ``portulan.base.sync``)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from portulan.base.changes import Recorder
from portulan.base.models import Record
from portulan.base.sync import SyncTable
from portulan.catalogue.lifecycle import refresh_stages
from portulan.catalogue.models import (
    KeyResult,
    Line,
    LineRole,
    Objective,
    ObjectiveProduct,
    Product,
    ProductEntity,
    ProductEvent,
    ProductLine,
    ProductLink,
    ProductRole,
    StagePeriod,
)


def _refresh(recorder: Recorder, records: Sequence[Record]) -> None:
    products = {r.product_id for r in records if isinstance(r, StagePeriod)}
    ids = None if len(products) > 500 else products
    refresh_stages(timezone.localdate(), ids)


_ROLE = ("role", "fraction", "source_role", "starts", "ends", "origin")

LINE = SyncTable(
    "line",
    Line,
    ("code", "name", "axis", "description", "position", "origin"),
    {"parent": "line"},
)
PRODUCT = SyncTable(
    "product",
    Product,
    (
        "code",
        "name",
        "kind",
        "summary",
        "vision",
        "value_users",
        "value_business",
        "users",
        "markets",
        "strategy",
        "constraints_field",
        "constraints_operations",
        "team_impacts",
        "debt",
        "exit_strategy",
        "stop_cost",
        "personal_data",
        "facts",
        "origin",
    ),
    {"entity": "entity", "team": "team", "parent": "product", "successor": "product"},
)
PRODUCT_LINK = SyncTable(
    "product_link", ProductLink, ("kind", "url", "origin"), {"product": "product"}
)
PRODUCT_LINE = SyncTable(
    "product_line",
    ProductLine,
    ("primary", "starts", "ends", "origin"),
    {"product": "product", "line": "line"},
)
PRODUCT_ENTITY = SyncTable(
    "product_entity",
    ProductEntity,
    ("part", "share", "origin"),
    {"product": "product", "entity": "entity"},
)
STAGE_PERIOD = SyncTable(
    "stage_period",
    StagePeriod,
    ("stage", "source_stage", "market", "starts", "ends", "position", "comment", "origin"),
    {"product": "product"},
    _refresh,
)
PRODUCT_EVENT = SyncTable(
    "product_event", ProductEvent, ("kind", "on", "comment", "origin"), {"product": "product"}
)
PRODUCT_ROLE = SyncTable(
    "product_role", ProductRole, _ROLE, {"person": "person", "product": "product"}
)
LINE_ROLE = SyncTable("line_role", LineRole, _ROLE, {"person": "person", "line": "line"})
OBJECTIVE = SyncTable(
    "objective",
    Objective,
    ("code", "name", "cycle", "description", "starts", "ends", "origin"),
    {"parent": "objective", "entity": "entity", "owner": "person"},
)
OBJECTIVE_PRODUCT = SyncTable(
    "objective_product",
    ObjectiveProduct,
    ("origin",),
    {"objective": "objective", "product": "product"},
)
KEY_RESULT = SyncTable(
    "key_result",
    KeyResult,
    ("name", "unit", "baseline", "target", "current", "origin"),
    {"objective": "objective"},
)

SYNC = (
    LINE,
    PRODUCT,
    PRODUCT_LINK,
    PRODUCT_LINE,
    PRODUCT_ENTITY,
    STAGE_PERIOD,
    PRODUCT_EVENT,
    PRODUCT_ROLE,
    LINE_ROLE,
    OBJECTIVE,
    OBJECTIVE_PRODUCT,
    KEY_RESULT,
)
