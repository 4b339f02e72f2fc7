"""A certificate check that knows nothing of the solvers: plain integers, the text of the rules."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from portulan_core.arbitrage import measure
from portulan_core.arbitrage.problem import BASIS, Placement, Problem
from portulan_core.arbitrage.result import STATUSES, Result


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a plan breaks: ``code``, and what and by how much in ``params``."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


def verify(problem: Problem, result: Result) -> list[Violation]:
    """Every rule that a result breaks, none when it stands. Reads no solver.

    Also checks that the numbers it states (objective, goals, usage) are those of its plan, that no
    bound is passed by what it holds, and that what is said to be optimal meets its bounds, up to
    what tolerances allow. That nothing is feasible, or that a bound holds, only a solver can tell.
    """
    if result.status not in STATUSES:
        return [Violation("unknown_status", {"status": result.status})]
    if not result.found:
        if result.placements or result.objective is not None or result.goals:
            return [Violation("plan_without_status", {"status": result.status})]
        return []
    found = violations(problem, dict(result.placements))
    if any(v.code in ("unknown_item", "unknown_mode", "not_a_period") for v in found):
        return found
    values = measure.goal_values(problem, result.placements)
    stated = tuple(g.value for g in result.goals)
    if stated != values:
        found.append(Violation("goals_misstated", {"stated": stated, "counted": values}))
    named = tuple(g.measure for g in result.goals)
    asked = tuple(g.measure for g in problem.goals)
    if named != asked:
        found.append(Violation("goals_misnamed", {"stated": named, "asked": asked}))
    objective = measure.objective(problem, values)
    if result.objective != objective:
        params = {"stated": result.objective, "counted": objective}
        found.append(Violation("objective_misstated", params))
    if result.usage != measure.usage(problem, result.placements):
        found.append(Violation("usage_misstated"))
    if named == asked:
        _bounds(problem, result, objective, values, found)
    return found


def _bounds(
    problem: Problem,
    result: Result,
    objective: int,
    values: tuple[int, ...],
    out: list[Violation],
) -> None:
    """Bounds against what the plan holds: (bound, what is held, sense, what may be given up)."""
    rows: list[tuple[float | None, int, int, int]] = []
    if problem.order == "weighted":
        rows.append((result.bound, objective, 1, 0))
    else:
        last = len(problem.goals) - 1
        for k, (goal, told, value) in enumerate(
            zip(problem.goals, result.goals, values, strict=True)
        ):
            sense = measure.SENSE[goal.measure]
            rows.append((told.bound, value, sense, goal.tolerance if k < last else 0))
        if result.bound != result.goals[0].bound:
            told_twice = {"bound": result.bound, "goal": result.goals[0].bound}
            out.append(Violation("bound_misstated", told_twice))
    for bound, value, sense, tolerance in rows:
        params = {"objective": value, "bound": bound}
        if bound is None:
            if result.status == "optimal":
                out.append(Violation("optimality_contradicted", params))
            continue
        slack = 1e-6 + 1e-9 * abs(value)
        if math.isnan(bound) or sense * (value - bound) > slack:
            out.append(Violation("bound_contradicted", params))
        elif result.status == "optimal":
            given = abs(bound) * tolerance / BASIS
            if sense * (bound - value) > given + slack:
                out.append(Violation("optimality_contradicted", params))


def violations(problem: Problem, placements: dict[str, Placement]) -> list[Violation]:
    """Every rule of the problem that a plan breaks."""
    out: list[Violation] = []
    known = {item.key: item for item in problem.items}
    for key, placed in placements.items():
        if key not in known:
            out.append(Violation("unknown_item", {"item": key}))
        elif placed.mode not in {m.key for m in known[key].modes}:
            out.append(Violation("unknown_mode", {"item": key, "mode": placed.mode}))
        elif isinstance(placed.start, bool) or not isinstance(placed.start, int):
            out.append(Violation("not_a_period", {"item": key, "start": placed.start}))
    if out:
        return out
    _items(problem, placements, out)
    _links(problem, placements, out)
    _limits(problem, placements, out)
    return out


def _items(problem: Problem, placements: dict[str, Placement], out: list[Violation]) -> None:
    for item in problem.items:
        placed = placements.get(item.key)
        if placed is None:
            if item.mandatory:
                out.append(Violation("mandatory", {"item": item.key}))
            continue
        params = {"item": item.key, "mode": placed.mode, "start": placed.start}
        if item.excluded:
            out.append(Violation("excluded", params))
        present = item.present
        if present is not None and not item.movable:
            if placed != present:
                out.append(Violation("not_movable", params))
            continue
        if present is not None and item.started:
            if placed.start != present.start:
                out.append(Violation("started", params))
            continue
        end = placed.start + item.mode(placed.mode).duration
        if placed.start < max(item.earliest, 0):
            out.append(Violation("earliest", {**params, "limit": max(item.earliest, 0)}))
        if item.latest is not None and placed.start > item.latest:
            out.append(Violation("latest", {**params, "limit": item.latest}))
        if item.latest_end is not None and end > item.latest_end:
            out.append(Violation("latest_end", {**params, "limit": item.latest_end}))
        late = placed.start >= problem.periods and item.mode(placed.mode).duration > 0
        if (
            late
            or placed.start > problem.periods
            or (end > problem.periods and not problem.may_end_after)
        ):
            out.append(Violation("horizon", {**params, "limit": problem.periods}))


def _links(problem: Problem, placements: dict[str, Placement], out: list[Violation]) -> None:
    known = {item.key: item for item in problem.items}
    for group in problem.groups:
        inside = [key for key in group.items if key in placements]
        params = {"group": group.key, "items": inside}
        if group.kind == "exclusive" and len(inside) > 1:
            out.append(Violation("exclusive", params))
        if group.kind == "all_or_none" and inside and len(inside) < len(group.items):
            out.append(Violation("all_or_none", params))
    for link in problem.precedences:
        after, before = placements.get(link.after), placements.get(link.before)
        if after is None:
            continue
        named = {"before": link.before, "after": link.after}
        if before is None:
            if link.required:
                out.append(Violation("precedence_missing", named))
            continue
        ready = before.start + link.lag
        if link.link == "finish_to_start":
            ready += known[link.before].mode(before.mode).duration
        if after.start < ready:
            out.append(Violation("precedence", {**named, "start": after.start, "ready": ready}))


def _limits(problem: Problem, placements: dict[str, Placement], out: list[Violation]) -> None:
    used = measure.resource_use(problem, placements)
    for resource in problem.resources:
        for t, amount in enumerate(used[resource.key]):
            if amount > resource.capacity[t]:
                params = {"resource": resource.key, "period": t, "used": amount}
                out.append(Violation("capacity", {**params, "limit": resource.capacity[t]}))
    costs = measure.account_cost(problem, placements)
    for envelope in problem.envelopes:
        spent = measure.envelope_use(problem, envelope, costs)
        params = {"envelope": envelope.key, "used": spent}
        if envelope.ceiling is not None and spent > envelope.ceiling:
            out.append(Violation("ceiling", {**params, "limit": envelope.ceiling}))
        if envelope.floor is not None and spent < envelope.floor:
            out.append(Violation("floor", {**params, "limit": envelope.floor}))
    for rail in problem.guardrails:
        inside, total = measure.rail_use(problem, rail, placements)
        for name, a, b, low, bound in measure.rail_limits(rail):
            held = a * inside + b * total
            if low * held < low * bound:
                params = {
                    "guardrail": rail.key,
                    "limit": name,
                    "inside": inside,
                    "total": total,
                }
                out.append(Violation("guardrail", params))
    if problem.max_changes is not None:
        changes = measure.stability(problem, placements)
        if changes > problem.max_changes:
            params = {"changes": changes, "limit": problem.max_changes}
            out.append(Violation("max_changes", params))
