"""What this app tells the World."""

from __future__ import annotations

from typing import Any

from portulan.compliance.models import Risk
from portulan.snapshot.tables import Table, key


def _risks(attname: str, table: str, kind: str) -> Table:
    common: dict[str, Any] = {
        "target": key(attname, table),
        "name": "name",
        "kind": "kind",
        "likelihood": "likelihood",
        "impact": "impact",
        "owner": key("owner_id", "people"),
        "state": "state",
        "review_on": "review_on",
    }
    return Table("risks", Risk, common, constants={"target_type": kind}, only=(attname,))


TABLES = (
    _risks("product_id", "products", "product"),
    _risks("initiative_id", "initiatives", "initiative"),
    _risks("project_id", "projects", "project"),
)
