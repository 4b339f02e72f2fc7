"""What a solved scenario says, as plain JSON: figures, differences, reasons, prices. Pure.

Names stand beside uids everywhere, so that pages, dossiers and reports need no look-up, and so
that a scenario still reads the same when a team or a line has gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portulan.prioritisation.after import after_json
from portulan.prioritisation.baselines import baselines
from portulan.prioritisation.floors import shares
from portulan.prioritisation.plan_effects import effects_of
from portulan.prioritisation.problem import Built
from portulan.prioritisation.questions import CUT, QUESTIONS
from portulan.prioritisation.remedies import written
from portulan.prioritisation.staying import kept_reasons
from portulan_core.arbitrage import (
    Comparison,
    Conflict,
    Placement,
    Price,
    Problem,
    Reason,
    Result,
    differences,
    measure,
    present_plan,
)
from portulan_core.arbitrage.frontier import RISK_LIMIT
from portulan_core.effects import Effect
from portulan_core.model import World

Plan = Mapping[str, Placement]
#: Of the form below; an answer of another form is computed again before it is shown.
VERSION = 3


@dataclass(frozen=True, slots=True)
class Names:
    """Names of initiatives, teams, lines and entities by uid."""

    world: World

    def item(self, uid: str) -> dict[str, str]:
        """An initiative: uid, code, name."""
        row = self.world.initiatives.get(uid)
        return {"item": uid, "code": row.code if row else "", "name": row.name if row else uid}

    def team(self, uid: str) -> str:
        """A team's name."""
        row = self.world.teams.get(uid)
        return row.name if row else uid

    def limit(self, key: str) -> dict[str, Any]:
        """An envelope's parts, in words that a page can put together."""
        if key in QUESTIONS or key == RISK_LIMIT:
            return {"envelope": key, "year": None, "line": "", "stage": "", "entity": ""}
        year, entity, line, stage = key.removeprefix("floor:").split("|")
        in_line, in_entity = self.world.lines.get(line), self.world.entities.get(entity)
        return {
            "envelope": key,
            "year": int(year) if year else None,
            "line": in_line.name if in_line else "",
            "stage": stage,
            "entity": in_entity.name if in_entity and in_entity.parent else "",
        } | ({"least": True} if key.startswith("floor:") else {})


def named(
    params: Mapping[str, Any], names: Names, built: Built, of: str = ""
) -> dict[str, Any]:
    """Parameters of a reason (of an initiative), step or limit with names in the place of keys."""
    out: dict[str, Any] = {}
    for key, value in params.items():
        if key in ("limits", "dominated_by"):
            out[key] = [named(each, names, built) for each in value]
        elif key == "limit" and isinstance(value, Mapping):
            out[key] = named(value, names, built)
        elif key == "conflict":
            out[key] = [
                limit_json(one["code"], one, names, built)
                for one in value
                if not (one["code"] == "mandatory" and one.get("item") == of)
            ]
        elif key in ("missing", "late", "rivals", "leave"):
            out[key] = [names.item(uid) for uid in value]
        elif key == "item":
            out |= names.item(value)
        elif key == "resource":
            out |= {"resource": value, "team": names.team(value)}
        elif key == "period" and value is not None:
            out |= {"period": value, "month": built.months[value]}
        elif key in ("envelope", "guardrail"):
            out |= names.limit(value)
        else:
            out[key] = value
    return out


def reason_json(reason: Reason, names: Names, built: Built) -> dict[str, Any]:
    """A reason with its remedy, names in place."""
    return {
        "code": reason.code,
        "params": named(reason.params, names, built, reason.item),
        "heuristic": reason.heuristic,
        "remedy": None
        if reason.remedy is None
        else {
            "check": reason.remedy.check,
            "steps": [
                {"code": s.code, "params": named(s.params, names, built) | written(s, built)}
                for s in reason.remedy.steps
            ],
        },
    }


def price_json(price: Price, names: Names, built: Built) -> dict[str, Any]:
    """What more of a limit brings."""
    target: dict[str, Any] = {}
    if price.target.envelope is not None:
        target = {"code": "ceiling", **names.limit(price.target.envelope)}
    else:
        target = {"code": "capacity"} | named(
            {"resource": price.target.resource, "period": price.target.period}, names, built
        )
    return {
        "target": target,
        "delta": price.delta,
        "gain": price.gain,
        "high": price.high,
        "exact": price.exact,
        "enter": [names.item(uid) for uid in price.enter],
        "leave": [names.item(uid) for uid in price.leave],
    }


def conflict_json(conflict: Conflict | None, names: Names, built: Built) -> dict[str, Any] | None:
    """Limits that cannot all hold."""
    if conflict is None:
        return None
    rows = [limit_json(limit.code, limit.params, names, built) for limit in conflict.limits]
    return {"limits": rows, "minimal": conflict.minimal}


def limit_json(
    code: str, params: Mapping[str, Any], names: Names, built: Built
) -> dict[str, Any]:
    """A limit of a contradiction: its code, and its parameters with names."""
    told = {key: value for key, value in params.items() if key != "code"}
    for key in ("before", "after"):
        if key in told:
            told[key] = names.item(told[key])
    said = named(told, names, built)
    row = names.world.initiatives.get(told.get("item", ""))
    if row is not None:
        said |= {"begun": row.state == "in_progress", "law": row.mandatory}
        said |= {"why": row.mandatory_reason}
    return {"code": code, "params": said}


# --- Figures


def plan_of(world: World, built: Built) -> dict[str, list[Any]]:
    """Where each candidate stood when the scenario was solved, to see what changed since."""
    return {uid: standing(world.initiatives[uid]) for uid in built.worth}


def standing(row: Any) -> list[Any]:
    """State, start, months and cost of an initiative (a row of the World or a record)."""
    return [row.state, row.start, row.months, row.cost]


def teams_json(problem: Problem, before: Plan, after: Plan, names: Names, built: Built) -> Any:
    """Demand of each team and period in both plans, where a capacity is known."""
    old, new = measure.resource_use(problem, before), measure.resource_use(problem, after)
    rows = []
    for resource in problem.resources:
        for t, capacity in enumerate(resource.capacity):
            if capacity < 10**11 and (old[resource.key][t] or new[resource.key][t]):
                rows.append(
                    {
                        "resource": resource.key,
                        "team": names.team(resource.key),
                        "month": built.months[t],
                        "before": old[resource.key][t],
                        "after": new[resource.key][t],
                        "capacity": capacity,
                    }
                )
    return rows


def limits_json(problem: Problem, before: Plan, after: Plan, names: Names, built: Built) -> Any:
    """Both plans against each envelope, what cannot be changed included."""
    old, new = measure.account_cost(problem, before), measure.account_cost(problem, after)
    rows = []
    for envelope in problem.envelopes:
        fixed = built.fixed.get(envelope.key, 0)
        rows.append(
            {
                **names.limit(envelope.key),
                "fixed": fixed,
                "before": fixed + measure.envelope_use(problem, envelope, old),
                "after": fixed + measure.envelope_use(problem, envelope, new),
                "limit": None if envelope.ceiling is None else fixed + envelope.ceiling,
                "floor": envelope.floor,
            }
        )
    return rows


def rows_json(
    world: World, built: Built, comparison: Comparison, reasons: Mapping[str, Any], names: Names
) -> list[dict[str, Any]]:
    """One row per initiative of either plan: change, money, value, effort, dates, reason."""
    asked = _asked_periods(built.problem)
    rows = []
    for change in comparison.differences:
        row = world.initiatives[change.item]
        before = None if change.before is None else row.start
        after = None if change.after is None else row.start
        if built.basis == "years":
            if change.after is not None:
                after = built.month(row.uid, change.after.start)
        item = built.problem.item(row.uid)
        placed = change.after or change.before
        assert placed is not None
        mode = item.mode(placed.mode)
        rows.append(
            {
                **names.item(row.uid),
                "change": change.code,
                "state": row.state,
                "cost": change.cost,
                "back": -sum(change.cost_periods[t] for t in asked),
                "remaining": sum(map(sum, mode.cost.values())),
                "value": change.value,
                "points": item.value_of(mode, placed.start),
                "source": built.worth[row.uid].source,
                "effort": dict(change.effort),
                "days": sum(change.effort.values()),
                "before": before,
                "after": after,
                "mandatory": row.mandatory,
                "mandatory_reason": row.mandatory_reason,
                "mode": placed.mode,
                "reason": {"code": "stopped", "params": {}}
                if row.uid in built.stopped
                else reasons.get(row.uid),
            }
        )
    return rows


def _asked_periods(problem: Problem) -> range:
    """The periods in which money is to be given back; all of them when nothing is asked."""
    held = next((e for e in problem.envelopes if e.key == CUT), None)
    if held is None or held.periods is None:
        return range(problem.periods)
    return range(max(held.periods, default=-1) + 1)


def outcome(
    world: World,
    built: Built,
    result: Result,
    *,
    reasons: list[Reason],
    prices: list[Price],
    conflict: Conflict | None,
) -> tuple[dict[str, Any], list[Effect]]:
    """The whole answer as JSON, and the effects of its plan (none when there is no plan)."""
    names = Names(world)
    problem = built.problem
    now = present_plan(problem)
    said = {r.item: reason_json(r, names, built) for r in reasons}
    out: dict[str, Any] = {
        "version": VERSION,
        "core": result.to_json(),
        "basis": built.basis,
        "step": built.step,
        "months": list(built.months),
        "first_month": built.first_month,
        "status": result.status,
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "seconds": result.seconds,
        "stopped": result.stopped,
        "sources": _sources(built),
        "left_out": dict(built.left_out),
        "loose": built.loose,
        "unused": [names.limit(key) for key in built.unused],
        "close": built.close,
        "exceeded": [{**names.limit(k), "over": v} for k, v in built.exceeded.items()],
        "limits": limits_json(problem, now, now, names, built),
        "shares": shares(problem, now, now, names.limit),
        "conflict": conflict_json(conflict, names, built),
        "movable": _movable(problem, now),
        "plan": plan_of(world, built),
        "reasons": {},
        "rows": [],
        "prices": [],
    }
    if not result.found:
        return out, []
    comparison = differences(problem, result.placements)
    kept = kept_reasons(world, built, comparison, names.item)
    rows = rows_json(world, built, comparison, {**kept, **said}, names)
    out |= {
        "figures": {
            "given": sum(row["back"] for row in rows),
            "counts": {
                code: len(comparison.of(code)) for code in ("out", "moved", "resized", "in")
            },
            "value_before": comparison.value_before,
            "value_after": comparison.value_after,
            "cost_before": comparison.cost_before,
            "cost_after": comparison.cost_after,
            "changes": comparison.changes,
            "entered": len(comparison.of("in")),
            "present": sum(d.before is not None for d in comparison.differences),
            "kept": len(comparison.of("unchanged")),
        },
        **baselines(problem),
        "limits": limits_json(problem, now, result.placements, names, built),
        "shares": shares(problem, now, result.placements, names.limit),
        "teams": teams_json(problem, now, result.placements, names, built),
        "after": after_json(world, built, now, result.placements, names),
        "reasons": said,
        "rows": rows,
        "prices": [price_json(p, names, built) for p in prices],
        "waiting": [
            {**names.item(item.key), "reason": said.get(item.key), **_size(built, item.key)}
            for item in problem.items
            if item.present is None and item.key not in result.placements and not item.excluded
        ],
    }
    return out, effects_of(world, built, comparison)


def _size(built: Built, uid: str) -> dict[str, Any]:
    mode = built.problem.item(uid).modes[0]
    return {
        "remaining": sum(map(sum, mode.cost.values())),
        "points": built.worth[uid].points,
        "source": built.worth[uid].source,
        "days": sum(map(sum, mode.effort.values())),
    }


def _sources(built: Built) -> dict[str, int]:
    counts = {"score": 0, "benefit": 0, "neutral": 0}
    for worth in built.worth.values():
        counts[worth.source] += 1
    return counts


def _movable(problem: Problem, now: Plan) -> int:
    """The money of the present plan that could be given back at most."""
    free = {k: p for k, p in now.items() if not problem.item(k).mandatory}
    return sum(
        amount
        for uid, placed in free.items()
        for amounts in problem.item(uid).mode(placed.mode).cost.values()
        for _, amount in measure.within(amounts, placed.start, problem.periods)
    )
