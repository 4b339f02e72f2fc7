"""Why initiatives stay in a plan, and why some come in. Pure: no database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portulan.prioritisation.problem import Built
from portulan_core.arbitrage import Comparison
from portulan_core.model import World


def kept_reasons(
    world: World, built: Built, comparison: Comparison, named: Callable[[str], dict[str, str]]
) -> dict[str, dict[str, Any]]:
    """Why the others stay, and why some come in: forced, needed, or their value for their cost."""
    plan = {d.item for d in comparison.differences if d.after is not None}
    needed: dict[str, list[str]] = {}
    for link in built.problem.precedences:
        if link.required and link.after in plan and link.before in plan:
            needed.setdefault(link.before, []).append(link.after)
    present = [d.item for d in comparison.differences if d.before is not None]

    def density(uid: str) -> float:
        mode = built.problem.item(uid).modes[0]
        cost = sum(map(sum, mode.cost.values()))
        return built.worth[uid].points / cost if cost else float("inf")

    order = sorted(present, key=density, reverse=True)
    rank = {uid: place for place, uid in enumerate(order, start=1)}
    gone = [density(d.item) for d in comparison.differences if d.code == "out"]
    found: dict[str, dict[str, Any]] = {}
    for change in comparison.of("unchanged"):
        item, row = built.problem.item(change.item), world.initiatives[change.item]
        params: dict[str, Any] = {"rank": rank[item.key], "of": len(present)}
        if row.mandatory:
            code, params = "mandatory", {"why": row.mandatory_reason}
        elif not item.movable:
            code = "pinned"
        elif item.mandatory:
            code = "begun" if row.state == "in_progress" else "kept"
        elif needed.get(item.key):
            code, params = "needed", {"by": [named(k) for k in needed[item.key][:3]]}
        elif gone and density(item.key) >= max(gone):
            code = "worth"
        else:
            code = "fits"
        found[item.key] = {"code": code, "params": params}
    waited = [item.key for item in built.problem.items if item.present is None]
    place = {uid: n for n, uid in enumerate(sorted(waited, key=density, reverse=True), start=1)}
    for change in comparison.of("in"):
        row, params = world.initiatives[change.item], {}
        if row.mandatory:
            code, params = "mandatory", {"why": row.mandatory_reason}
        elif built.problem.item(change.item).mandatory:
            code = "asked"
        elif needed.get(change.item):
            code, params = "needed", {"by": [named(k) for k in needed[change.item][:3]]}
        else:
            code, params = "enters", {"rank": place[change.item], "of": len(waited)}
        found[change.item] = {"code": code, "params": params}
    return found
