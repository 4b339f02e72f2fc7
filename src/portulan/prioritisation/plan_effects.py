"""The effects whose application to the World gives exactly a scenario's plan. Pure."""

from __future__ import annotations

from typing import Any

from portulan.prioritisation.problem import Built
from portulan_core.arbitrage import Comparison
from portulan_core.effects import Effect
from portulan_core.model import Initiative as Row
from portulan_core.model import World


def effects_of(world: World, built: Built, comparison: Comparison) -> list[Effect]:
    """The effects whose application to the World gives exactly the plan."""
    found: list[Effect] = []
    for change in comparison.differences:
        row = world.initiatives[change.item]
        if change.code == "out":
            found += _out(row, change.item in built.stopped)
        elif change.after is not None and change.code != "unchanged":
            if change.code == "in" and row.state != "planned":
                found.append(Effect("initiative.state", row.uid, row.state, "planned"))
            if built.basis == "years":
                start = built.month(row.uid, change.after.start)
                if start != row.start:
                    found.append(Effect("initiative.place", row.uid, row.start, start))
            if change.after.mode != "full":
                found.append(_resized(row, built, change.after.mode))
    return found


def _out(row: Row, stopped: bool) -> list[Effect]:
    """What has begun is stopped and keeps its dates; the rest waits, without a place.

    What a *stop* takes out waits for nothing: it is stopped too.
    """
    if row.state == "in_progress":
        return [Effect("initiative.state", row.uid, row.state, "stopped")]
    after = "stopped" if stopped else "deferred"
    effects = [Effect("initiative.state", row.uid, row.state, after)]
    if row.start is not None:
        effects.append(Effect("initiative.place", row.uid, row.start, None))
    return effects


def _resized(row: Row, built: Built, mode: str) -> Effect:
    before: dict[str, Any] = {
        "months": row.months,
        "capex": list(row.costs_capex),
        "opex": list(row.costs_opex),
        "efforts": [[team, list(days)] for team, days in sorted(row.efforts)],
    }
    full = built.problem.item(row.uid)
    whole, part = full.mode("full"), full.mode(mode)
    total = sum(map(sum, whole.cost.values())) or sum(map(sum, whole.effort.values())) or 1
    kept = sum(map(sum, part.cost.values())) or sum(map(sum, part.effort.values()))
    percent = round(100 * kept / total)

    def scale(amounts: list[int]) -> list[int]:
        return [(a * percent + 50) // 100 for a in amounts]

    after = {
        "months": row.months,
        "capex": scale(before["capex"]),
        "opex": scale(before["opex"]),
        "efforts": [[team, scale(days)] for team, days in before["efforts"]],
    }
    return Effect("initiative.resize", row.uid, before, after)
