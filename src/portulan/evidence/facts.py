"""What this app tells the World."""

from __future__ import annotations

from portulan.evidence.models import Indicator, KeyResultIndicator, Measure
from portulan.snapshot.tables import Link, Table, key

TABLES = (
    Table(
        "indicators",
        Indicator,
        {
            "code": "code",
            "name": "name",
            "product": key("product_id", "products"),
            "family": "family",
            "unit": "unit",
            "direction": "direction",
            "target": "target",
            "owner": key("owner_id", "people"),
            "freshness_days": "freshness_days",
            "last_at": "last_on",
            "last_value": "last_value",
        },
    ),
    Table(
        "measures",
        Measure,
        {"indicator": key("indicator_id", "indicators"), "at": "on", "value": "value"},
    ),
)

#: A key result reads its current value from an indicator.
LINKS = (
    Link(
        "key_results",
        "indicator",
        KeyResultIndicator,
        "key_result_id",
        "indicator_id",
        "indicators",
    ),
)
