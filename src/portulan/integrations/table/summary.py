"""A plan as the batch keeps it: counts, groups, examples of changes. Codes, no sentences."""

from __future__ import annotations

from typing import Any

from portulan.integrations.table.mapping import FileMap
from portulan.integrations.table.planning import Plan

MAX_ROWS = 2_000
MAX_GROUPS = 400


def summary(plan: Plan, mapping: FileMap) -> dict[str, Any]:
    """What the preview shows, as JSON."""
    groups = []
    for group in plan.groups[:MAX_GROUPS]:
        data = group.to_json()
        data["count"] = len(group.rows)
        data["rows"] = group.rows[:MAX_ROWS]
        data["sheet_name"] = mapping.sheets[group.sheet].sheet
        groups.append(data)
    return {
        "counts": {kind: dict(counts) for kind, counts in plan.counts.items()},
        "totals": {o: plan.total(o) for o in ("create", "update", "leave", "ignore", "block")},
        "blocked_rows": len({(g.sheet, row) for g in plan.blocking for row in g.rows}),
        "groups": groups,
        "more_groups": max(0, len(plan.groups) - MAX_GROUPS),
        "companions": dict(plan.companions),
        "changes": plan.changes,
        "empty": plan.empty,
        "records": {
            "create": {kind: len(rows) for kind, rows in plan.creates.items() if rows},
            "update": {kind: len(rows) for kind, rows in plan.updates.items() if rows},
        },
    }
