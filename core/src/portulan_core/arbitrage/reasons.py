"""Why an item is out or has moved, and what would bring it in.

An item left out is put into the plan found, in the way that breaks the least: what breaks is the
reason, what must be added for nothing to break is the remedy. The remedy is checked in exact
integers; with time left it is also solved again. Codes and parameters only.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from portulan_core.arbitrage import measure
from portulan_core.arbitrage.compiled import Compiled, compile_problem
from portulan_core.arbitrage.conflicts import conflicts
from portulan_core.arbitrage.greedy import Plan
from portulan_core.arbitrage.problem import BASIS, Item, Placement, Problem
from portulan_core.arbitrage.result import Result
from portulan_core.arbitrage.solve import solve
from portulan_core.arbitrage.verify import violations

Check = Literal["resolved", "feasible", "none"]


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a remedy.

    ``add_capacity`` (resource, period, amount), ``add_budget`` (envelope, amount), ``lower_floor``
    (envelope, amount), ``allow_changes`` (amount), ``relax_guardrail`` (guardrail, limit, to),
    ``include`` (item: decide that it is in), ``leave_out`` (item), ``lift_exclusion`` (item).
    """

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remedy:
    """Steps that admit the item.

    ``check``: ``resolved`` (solved again after the steps, by proof: the item is in every best plan,
    or stands in the best plan found where the present plan has it; with a tolerance between goals,
    it is in the best plan found), ``feasible`` (after the steps a plan was found that holds the
    item and breaks nothing, in exact integers: the present answer plus the item, or another; the
    steps then include the decision to take it), ``none`` (not checked).
    """

    steps: tuple[Step, ...]
    check: Check


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item is out, or elsewhere than in the present plan.

    Codes for items that are out: ``excluded``, ``window`` (no start is open), ``infeasible_alone``
    (limit), ``bottleneck`` (limits, dominated_by), ``precedence`` (missing or late), ``group``,
    ``guardrail``, ``max_changes``, ``floor``, ``not_worth`` (gain), ``impossible`` (conflict: a
    minimal set of limits that no plan with the item can hold), ``improvable`` (it would fit and
    gain: the search was cut short). For items that moved: ``window``, ``bottleneck``,
    ``precedence``, ``group``, ``guardrail``, ``max_changes``, ``gain``, ``tie``, ``improvable``.
    ``leave``: which items go out when it is decided in, as solving again found.
    ``heuristic``: the reason or remedy is likely, not checked.
    """

    item: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    remedy: Remedy | None = None
    heuristic: bool = False


def apply_remedy(problem: Problem, remedy: Remedy) -> Problem:
    """The problem after the steps of a remedy."""
    items = {item.key: item for item in problem.items}
    changed: dict[str, Item] = {}
    resources = {r.key: list(r.capacity) for r in problem.resources}
    envelopes = {e.key: e for e in problem.envelopes}
    rails = {g.key: g for g in problem.guardrails}
    changes = problem.max_changes
    for step in remedy.steps:
        params = step.params
        if step.code == "add_capacity":
            resources[params["resource"]][params["period"]] += params["amount"]
        elif step.code in ("add_budget", "lower_floor"):
            envelope = envelopes[params["envelope"]]
            if step.code == "add_budget" and envelope.ceiling is not None:
                envelope = replace(envelope, ceiling=envelope.ceiling + params["amount"])
            elif step.code == "lower_floor" and envelope.floor is not None:
                envelope = replace(envelope, floor=envelope.floor - params["amount"])
            envelopes[envelope.key] = envelope
        elif step.code == "allow_changes" and changes is not None:
            changes += params["amount"]
        elif step.code == "relax_guardrail":
            rail = rails[params["guardrail"]]
            rails[rail.key] = replace(rail, **{params["limit"]: params["to"]})
        else:
            item = changed.get(params["item"], items[params["item"]])
            if step.code == "include":
                item = replace(item, mandatory=True, excluded=False)
            elif step.code == "leave_out":
                item = replace(item, mandatory=False, excluded=True)
            elif step.code == "lift_exclusion":
                item = replace(item, excluded=False)
            changed[item.key] = item
    return replace(
        problem.with_items(changed),
        resources=tuple(replace(r, capacity=tuple(resources[r.key])) for r in problem.resources),
        envelopes=tuple(envelopes[e.key] for e in problem.envelopes),
        guardrails=tuple(rails[g.key] for g in problem.guardrails),
        max_changes=changes,
    )


def explain(
    problem: Problem,
    result: Result,
    time_limit: float = 5.0,
    items: tuple[str, ...] | None = None,
    seed: int = 0,
) -> list[Reason]:
    """A reason for each item that is out or has moved (or for ``items`` only).

    Remedies are all checked for feasibility; those of the items worth most are solved again while
    the time lasts, and then no longer ask that the item be decided in.
    """
    if not result.found:
        return []
    deadline = time.monotonic() + time_limit
    explainer = _Explainer(problem, result)
    reasons = []
    for index, item in enumerate(problem.items):
        if items is not None and item.key not in items:
            continue
        placed = result.placements.get(item.key)
        if placed is None:
            reasons.append(explainer.out(index))
        elif item.present is not None and placed != item.present:
            reasons.append(explainer.moved(index))
    order = sorted(
        range(len(reasons)),
        key=lambda n: -explainer.worth(reasons[n].item),
    )
    for n in order:
        left = deadline - time.monotonic()
        if left < 0.05:
            break
        reason = reasons[n]
        if reason.heuristic and reason.item not in result.placements:
            reasons[n] = explainer.decided(reason, min(2.0, left), seed)
        elif reason.remedy is not None and not reason.heuristic:
            reasons[n] = explainer.resolved(reason, min(2.0, left), seed)
    return reasons


class _Explainer:
    def __init__(self, problem: Problem, result: Result) -> None:
        self.problem = problem
        self.placements: dict[str, Placement] = dict(result.placements)
        open_again = {i.key: replace(i, excluded=False) for i in problem.items if i.excluded}
        self.open = problem.with_items(open_again)
        self.c: Compiled = compile_problem(self.open, prune=False)
        held = self.c.selected(self.placements)
        if held is None:
            raise ValueError("the result does not belong to this problem")
        self.plan = Plan(self.c)
        for option in held.values():
            self.plan.add(option)
        self.rank = measure.rank(problem, self.placements)
        self.proven = result.status == "optimal"
        self.index = self.c.index
        self.groups: dict[str, list[Any]] = {}
        for group in problem.groups:
            for key in group.items:
                self.groups.setdefault(key, []).append(group)

    def worth(self, key: str) -> int:
        """The most points an item can bring."""
        span = self.c.span(self.index[key])
        return int(self.c.value[span.start : span.stop].max()) if len(span) else 0

    # -- items that are out ------------------------------------------------------------------

    def out(self, index: int) -> Reason:
        item = self.problem.items[index]
        if not len(self.c.span(index)):
            return Reason(item.key, "excluded" if item.excluded else "window", self.room(item))
        inserted = self.insertion(index)
        if inserted is None:
            code, told = self.blocked(index)
            return Reason(item.key, "excluded" if item.excluded else code, told, heuristic=True)
        added, removed, steps, limits, rows = inserted
        first = self.gain(added, removed)
        missing = [self.problem.items[i].key for i in added if i != index]
        params: dict[str, Any] = {"limits": limits, "gain": first}
        if limits:
            params["dominated_by"] = self.dominating(index, added[index], rows)
        if item.excluded:
            code = "excluded"
        elif first <= 0 and not removed:
            code = "not_worth"
        elif removed:
            code, params["rivals"] = "group", removed
        elif missing and self.linked(index, missing):
            code, params["missing"] = "precedence", missing
        elif missing:
            code, params["missing"] = "group", missing
        elif not steps and self.proven:
            # Nothing better exists: what it gives to one goal, a later one would lose.
            code, params["gain"] = "not_worth", self.later_loss(added)
        elif not steps:
            code = "improvable"
        else:
            alone = self.alone(index)
            if alone is not None:
                code, params["limit"] = "infeasible_alone", alone
            else:
                kinds = {limit["code"] for limit in limits}
                code = "bottleneck"
                if not kinds & {"capacity", "ceiling"}:
                    code = sorted(kinds)[0] if kinds else "bottleneck"
        remedy_steps = [*steps]
        for key in (item.key, *missing):
            if self.problem.items[self.index[key]].excluded:
                remedy_steps.append(Step("lift_exclusion", {"item": key}))
        remedy_steps += [Step("leave_out", {"item": key}) for key in removed]
        remedy_steps.append(Step("include", {"item": item.key}))
        remedy = Remedy(tuple(remedy_steps), "feasible")
        relaxes = any(step.code == "relax_guardrail" for step in steps)
        if (removed or missing or relaxes) and not self.admits(remedy, added, removed):
            return Reason(item.key, code, params, replace(remedy, check="none"), heuristic=True)
        return Reason(item.key, code, params, remedy)

    def gain(self, added: dict[int, int], removed: list[str]) -> int:
        """How much the first goal that changes gains from a change to the plan."""
        c, out = self.c, [self.plan.options[self.index[key]] for key in removed]
        out += [self.plan.options[i] for i in added if i in self.plan.options]
        if self.problem.synergies or any(g.measure == "makespan" for g in self.problem.goals):
            after = self.after(added, removed)
            rank = measure.rank(self.problem, after)
            return next((a - b for a, b in zip(rank, self.rank, strict=True) if a != b), 0)
        total = 0
        for goal in self.problem.goals:
            table = {"value": c.value, "cost": c.cost, "stability": c.change}[goal.measure]
            change = sum(int(table[o]) for o in added.values()) - sum(int(table[o]) for o in out)
            change *= measure.SENSE[goal.measure]
            if self.problem.order == "weighted":
                total += goal.weight * change
            elif change:
                return change
        return total

    def later_loss(self, added: dict[int, int]) -> int:
        """What the first goal that loses from a change loses (negative; 0: none does)."""
        after = measure.rank(self.problem, self.after(added, []))
        return next((a - b for a, b in zip(after, self.rank, strict=True) if a < b), 0)

    def after(self, added: dict[int, int], removed: list[str]) -> dict[str, Placement]:
        """The plan found with a change."""
        plan = {k: p for k, p in self.placements.items() if k not in removed}
        for i, option in added.items():
            plan[self.problem.items[i].key] = self.c.placement(option)
        return plan

    def admits(self, remedy: Remedy, added: dict[int, int], removed: list[str]) -> bool:
        """Whether nothing breaks once the remedy is taken, by the text of every rule."""
        changed = apply_remedy(self.problem, remedy)
        return not violations(changed, self.after(added, removed))

    def resolved(self, reason: Reason, seconds: float, seed: int) -> Reason:
        """The reason with a remedy that no longer asks for the decision, if solving confirms it."""
        assert reason.remedy is not None
        steps = tuple(
            s
            for s in reason.remedy.steps
            if not (s.code == "include" and s.params["item"] == reason.item)
        )
        if not steps:
            return reason
        lighter = Remedy(steps, "resolved")
        changed = apply_remedy(self.problem, lighter)
        until = time.monotonic() + seconds
        again = solve(changed, seconds, workers=1, seed=seed, start=self.placements)
        if again.status != "optimal":
            return reason
        placed = again.placements.get(reason.item)
        if reason.item in self.placements:
            if placed == self.problem.item(reason.item).present:
                return replace(reason, remedy=lighter)
            return reason
        if placed is not None and self.needed(changed, reason.item, again, until, seed):
            return replace(reason, remedy=lighter)
        return reason

    def needed(self, changed: Problem, key: str, best: Result, until: float, seed: int) -> bool:
        """Whether every best plan holds an item: without it, by proof, the best is worse."""
        if changed.order == "lexicographic" and any(g.tolerance for g in changed.goals[:-1]):
            return True
        out = replace(changed.item(key), mandatory=False, excluded=True)
        left = max(0.1, until - time.monotonic())
        without = solve(changed.with_items({key: out}), left, workers=1, seed=seed)
        if without.status == "optimal":
            worse = measure.rank(changed, without.placements)
            return worse < measure.rank(changed, best.placements)
        return without.status == "infeasible"

    def decided(self, reason: Reason, seconds: float, seed: int) -> Reason:
        """A reason with no checked remedy, with what solving finds when the item has to come in."""
        steps = [Step("include", {"item": reason.item})]
        if self.problem.item(reason.item).excluded:
            steps.insert(0, Step("lift_exclusion", {"item": reason.item}))
        remedy = Remedy(tuple(steps), "feasible")
        changed = apply_remedy(self.problem, remedy)
        until = time.monotonic() + seconds
        again = solve(changed, seconds, workers=1, seed=seed)
        if again.found:
            out = [key for key in self.placements if key not in again.placements]
            params = {**reason.params, "leave": out}
            named = reason.code == "excluded" or any(reason.params.values())
            return replace(reason, params=params, remedy=remedy, heuristic=not named)
        if again.status != "infeasible":
            return reason
        conflict = conflicts(changed, max(0.1, until - time.monotonic()), seed)
        if conflict is None or not conflict.minimal:
            return reason
        told = [{"code": limit.code, **limit.params} for limit in conflict.limits]
        if reason.code == "excluded":
            params = {**reason.params, "conflict": told}
            return replace(reason, params=params, remedy=None, heuristic=False)
        return Reason(reason.item, "impossible", {"conflict": told})

    def room(self, item: Item) -> dict[str, Any]:
        """What of a window leaves no start."""
        return {
            "earliest": max(0, item.earliest),
            "latest": item.latest,
            "latest_end": item.latest_end,
            "periods": self.problem.periods,
            "duration": min(m.duration for m in item.modes),
        }

    def linked(self, index: int, missing: list[str]) -> bool:
        """Whether a required precedence (rather than a group) asks for what is missing."""
        asked, todo = set(), [index]
        while todo:
            for before, _, required, _ in self.plan.needs.get(todo.pop(), ()):
                if required and before not in asked:
                    asked.add(before)
                    todo.append(before)
        return any(self.index[key] in asked for key in missing)

    def alone(self, index: int) -> dict[str, Any] | None:
        """The limit that the item breaks by itself in each of its options, if so."""
        c = self.c
        worst: dict[str, Any] | None = None
        least = None
        for option in c.span(index):
            rows, amounts = c.usage(option)
            over = None
            for row, amount in zip(rows.tolist(), amounts.tolist(), strict=True):
                if c.rows[row].kind in ("capacity", "ceiling") and amount > max(0, c.rhs[row]):
                    excess = amount - int(c.rhs[row])
                    if over is None or excess > over[0]:
                        over = (excess, row, amount)
            if over is None:
                return None
            if least is None or over[0] < least:
                least = over[0]
                named = self.limit(over[1])
                worst = {**named, "needs": over[2], "has": int(c.rhs[over[1]])}
        return worst

    def insertion(
        self, index: int
    ) -> tuple[dict[int, int], list[str], list[Step], list[dict[str, Any]], set[int]] | None:
        """The cheapest way in: options added, items removed, steps, limits and rows broken."""
        c, plan = self.c, self.plan
        removed: list[int] = []
        cluster = plan.cluster(index)
        members = set(cluster)
        for i in cluster:
            for rivals in plan.rivals.get(i, ()):
                for rival in rivals:
                    if rival != i and rival in members:
                        return None
                    if rival in plan.options and rival not in removed:
                        removed.append(rival)
        taken = {i: plan.options[i] for i in removed}
        if any(self.problem.items[i].mandatory for i in removed):
            return None
        for i in removed:
            plan.drop(i)
        added: dict[int, int] = {}
        try:
            for i in cluster:
                best = None
                for option in c.span(i):
                    if not self.in_order(i, option):
                        continue
                    rows, amounts = c.usage(option)
                    short = np.maximum(amounts - np.maximum(plan.left[rows], 0), 0)
                    short = np.where(amounts > 0, short, 0)
                    scale = np.maximum(1, np.abs(c.rhs[rows]))
                    price = (
                        float((short / scale).sum()),
                        -int(c.value[option]),
                        int(c.start[option]),
                    )
                    if best is None or price < best[0]:
                        best = (price, option)
                if best is None:
                    return None
                plan.add(best[1])
                added[i] = best[1]
            return added, [self.problem.items[i].key for i in removed], *self.steps()
        finally:
            for i in added:
                plan.drop(i)
            for option in taken.values():
                plan.add(option)

    def in_order(self, item: int, option: int) -> bool:
        """Whether an option respects the precedences with what the plan holds."""
        c, plan = self.c, self.plan
        for before, lag, _, from_end in plan.needs.get(item, ()):
            held = plan.options.get(before)
            if held is not None:
                ready = c.end[held] if from_end else c.start[held]
                if c.start[option] < ready + lag:
                    return False
        for after, lag, _, from_end in plan.feeds.get(item, ()):
            held = plan.options.get(after)
            if held is not None:
                ready = c.end[option] if from_end else c.start[option]
                if c.start[held] < ready + lag:
                    return False
        return True

    def steps(self) -> tuple[list[Step], list[dict[str, Any]], set[int]]:
        """What must be added for the plan being built to hold; the limits and rows it breaks."""
        c, plan = self.c, self.plan
        steps: list[Step] = []
        limits: list[dict[str, Any]] = []
        broken = set(np.flatnonzero(plan.left < 0).tolist())
        for row in sorted(broken):
            tag, short = c.rows[row], -int(plan.left[row])
            named = self.limit(row)
            limits.append({**named, "short": short})
            if tag.kind == "capacity":
                steps.append(
                    Step(
                        "add_capacity", {"resource": tag.key, "period": tag.detail, "amount": short}
                    )
                )
            elif tag.kind == "ceiling":
                steps.append(Step("add_budget", {"envelope": tag.key, "amount": short}))
            elif tag.kind == "floor":
                steps.append(Step("lower_floor", {"envelope": tag.key, "amount": short}))
            elif tag.kind == "max_changes":
                steps.append(Step("allow_changes", {"amount": short}))
            else:
                steps.append(self.relaxed(tag.key, str(tag.detail)))
        return steps, limits, broken

    def relaxed(self, key: str, limit: str) -> Step:
        """The nearest setting of a guardrail that lets the plan being built through."""
        rail = next(g for g in self.problem.guardrails if g.key == key)
        inside, total = measure.rail_use(self.problem, rail, self.c.placements(self.plan.options))
        if limit in ("floor", "ceiling"):
            to = inside
        elif total <= 0:
            to = 0 if limit == "floor_share" else BASIS
        else:
            exact = inside * BASIS
            to = exact // total if limit == "floor_share" else -(-exact // total)
        return Step("relax_guardrail", {"guardrail": key, "limit": limit, "to": to})

    def limit(self, row: int) -> dict[str, Any]:
        """A row of the compiled problem as a code with its keys."""
        tag = self.c.rows[row]
        if tag.kind == "capacity":
            return {"code": "capacity", "resource": tag.key, "period": tag.detail}
        if tag.kind in ("ceiling", "floor"):
            return {"code": tag.kind, "envelope": tag.key}
        if tag.kind == "guardrail":
            return {"code": "guardrail", "guardrail": tag.key, "limit": tag.detail}
        return {"code": "max_changes"}

    def dominating(
        self, index: int, option: int, rows: set[int], most: int = 5
    ) -> list[dict[str, Any]]:
        """Chosen items that use the bottleneck and give at least as many points per unit of it."""
        c = self.c
        mine = self.use(option, rows)
        found = []
        for other, held in self.plan.options.items():
            theirs = self.use(held, rows)
            if other == index or theirs <= 0:
                continue
            if int(c.value[held]) * max(mine, 1e-12) >= int(c.value[option]) * theirs:
                found.append((theirs, other, held))
        found.sort(key=lambda row: (-row[0], row[1]))
        return [
            {"item": self.problem.items[other].key, "value": int(c.value[held])}
            for _, other, held in found[:most]
        ]

    def use(self, option: int, rows: set[int]) -> float:
        """How much of these limits an option uses, each as a share of the limit."""
        own, amounts = self.c.usage(option)
        return math.fsum(
            amount / max(1, int(self.c.rhs[row]))
            for row, amount in zip(own.tolist(), amounts.tolist(), strict=True)
            if row in rows and amount > 0
        )

    def blocked(self, index: int) -> tuple[str, dict[str, Any]]:
        """Why no way in was found: a precedence that comes too late, or a group."""
        plan, c = self.plan, self.c
        for i in plan.cluster(index):
            for before, lag, _, from_end in plan.needs.get(i, ()):
                held = plan.options.get(before)
                if held is not None:
                    ready = int(c.end[held] if from_end else c.start[held]) + lag
                    if all(c.start[o] < ready for o in c.span(i)):
                        key = self.problem.items[before].key
                        return "precedence", {"late": [key], "ready": ready}
            for group in self.groups.get(self.problem.items[i].key, ()):
                if group.kind == "exclusive":
                    inside = [k for k in group.items if self.index[k] in plan.options]
                    if inside:
                        return "group", {"group": group.key, "rivals": inside}
        return "precedence", {}

    # -- items that moved --------------------------------------------------------------------

    def moved(self, index: int) -> Reason:
        item = self.problem.items[index]
        present: Mapping[str, Placement] = {item.key: item.present} if item.present else {}
        former = self.c.selected(present)
        if not former:
            return Reason(item.key, "window", self.room(item))
        plan = self.plan
        now = plan.options[index]
        plan.drop(index)
        option = former[index]
        try:
            if not self.in_order(index, option):
                late = [
                    self.problem.items[b].key
                    for b, *_ in (*plan.needs.get(index, ()), *plan.feeds.get(index, ()))
                    if b in plan.options
                ]
                return Reason(item.key, "precedence", {"late": late})
            plan.add(option)
            steps, limits, rows = self.steps()
            plan.drop(index)
        finally:
            plan.add(now)
        gain = -self.gain({index: option}, [])
        if limits:
            kinds = {limit["code"] for limit in limits}
            code = "bottleneck" if kinds & {"capacity", "ceiling"} else sorted(kinds)[0]
            params = {
                "limits": limits,
                "dominated_by": self.dominating(index, option, rows),
                "gain": gain,
            }
            remedy = Remedy(tuple(steps), "feasible")
            relaxes = any(step.code == "relax_guardrail" for step in steps)
            if relaxes and not self.admits(remedy, {index: option}, []):
                return Reason(item.key, code, params, replace(remedy, check="none"), heuristic=True)
            return Reason(item.key, code, params, remedy)
        if self.proven and gain < 0:
            gain = -self.later_loss({index: option})
        if gain > 0:
            return Reason(item.key, "gain", {"gain": gain})
        if gain < 0:
            return Reason(item.key, "improvable", {"gain": gain})
        return Reason(item.key, "tie", {}, heuristic=True)
