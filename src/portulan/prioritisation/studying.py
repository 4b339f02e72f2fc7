"""What is computed around a scenario's answer, each as a job: frontier, uncertainty, costs.

Results are plain JSON with names beside uids, like the answer itself (see ``outcome``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from portulan.base import jobs
from portulan.base.changes import Cause, recording
from portulan.base.jobs import JobContext
from portulan.base.policy import Actor, Invalid, Refusal, Refused, require, system_actor
from portulan.organisation.rights import actor_for
from portulan.prioritisation.access import scenario_scope
from portulan.prioritisation.activities import SCENARIO_EDIT
from portulan.prioritisation.doubts import Doubts, ranges
from portulan.prioritisation.models import Scenario, Study
from portulan.prioritisation.outcome import VERSION, Names
from portulan.prioritisation.problem import Built
from portulan.prioritisation.queries.scenarios import built_for, doubts, world_for
from portulan_core.arbitrage import (
    FrontierPoint,
    MandatoryCost,
    Placement,
    Problem,
    Result,
    differences,
    frontier,
    mandatory_costs,
    measure,
    stability_costs,
    uncertainty,
)
from portulan_core.model import World

KINDS = tuple(Study.Kind.values)
#: Seconds of search by default, and at most.
SECONDS: Mapping[str, int] = {
    "frontier": 40, "uncertainty": 60, "mandatory": 30, "stability": 30,
}  # fmt: skip
LONGEST = 600
#: Draws solved again and draws counted; what all initiatives share of their doubts.
DRAWS, CHECKS, COMMON = 150, 1_000, 0.3
#: Mandatory initiatives looked at one by one.
MANDATORY = 300
Tell = Callable[[int, int], None]
Stop = Callable[[], bool]


def request_study(
    actor: Actor, scenario: Scenario, kind: str, seconds: int | None = None
) -> Study:
    """Ask for a study; one of the kind under way is given up for this one.

    Raises:
        Refused: no right, or the scenario has no answer; Invalid: no such study, or the time.
    """
    require(actor, SCENARIO_EDIT, scenario_scope(scenario.entity_id))
    given = SECONDS.get(kind, 0) if seconds is None else seconds
    if kind not in KINDS:
        raise Invalid({"kind": Refusal("invalid")})
    if not 1 <= given <= LONGEST:
        raise Invalid({"seconds": Refusal("assumptions.seconds", {"most": LONGEST})})
    if (scenario.result or {}).get("status") not in ("optimal", "feasible"):
        raise Refused(Refusal("scenario.state", {"state": scenario.state}))
    known = Study.objects.filter(scenario=scenario, kind=kind).first()
    if known is not None and known.job_uid:
        jobs.cancel(known.job_uid)
    job = jobs.enqueue(
        "scenario.study", {"scenario": str(scenario.uid), "kind": kind, "seconds": given},
        account_id=actor.account_id,
    )  # fmt: skip
    with recording(actor, SCENARIO_EDIT.code) as rec:
        values: dict[str, Any] = {"params": {"seconds": given}, "job_uid": job.uid}
        if known is None:
            return rec.create(Study(scenario=scenario, kind=kind, **values))
        rec.update(known, **values)
        return known


def stop_study(actor: Actor, scenario: Scenario, kind: str) -> bool:
    """Stop a study; what it found so far is kept. Whether there was one to stop."""
    require(actor, SCENARIO_EDIT, scenario_scope(scenario.entity_id))
    known = Study.objects.filter(scenario=scenario, kind=kind).first()
    return known is not None and known.job_uid is not None and jobs.cancel(known.job_uid)


def run(context: JobContext) -> None:
    """The job ``scenario.study``; stopped by the user, it keeps what it found so far."""
    scenario = Scenario.objects.get(uid=context.params["scenario"])
    kind, seconds = str(context.params["kind"]), float(context.params["seconds"])
    actor = actor_for(context.account) if context.account else system_actor("scenario.study")
    context.progress(10, "reading")
    world = world_for(scenario)
    built = built_for(world, scenario)

    def tell(done: int, asked: int) -> None:
        context.progress(20 + 960 * done // max(1, asked), kind, done=done, asked=asked)

    found = study(
        kind, world, built, scenario.result or {}, doubts(world), seconds, tell,
        context.should_stop,
    )  # fmt: skip
    if context.closing():
        return
    with context.last_step() as give:
        keep(actor, scenario, kind, found, Cause("job", context.uid))
        give({"kind": kind})


def study_now(actor: Actor, scenario: Scenario, kind: str, seconds: float) -> dict[str, Any]:
    """Compute a study at once, in this process (demonstration, commands, tests)."""
    world = world_for(scenario)
    found = study(
        kind, world, built_for(world, scenario), scenario.result or {}, doubts(world), seconds
    )
    keep(actor, scenario, kind, found, None)
    return found


def keep(
    actor: Actor, scenario: Scenario, kind: str, found: Mapping[str, Any], cause: Cause | None
) -> None:
    """Store a study with its scenario."""
    values: dict[str, Any] = {
        "result": dict(found), "basis": scenario.solved_at, "computed_at": timezone.now(),
    }  # fmt: skip
    with recording(actor, SCENARIO_EDIT.code, cause=cause) as rec:
        known = Study.objects.filter(scenario=scenario, kind=kind).first()
        if known is None:
            rec.create(Study(scenario=scenario, kind=kind, **values))
        else:
            rec.update(known, **values)


def study(
    kind: str,
    world: World,
    built: Built,
    result: Mapping[str, Any],
    sure: Doubts,
    seconds: float,
    tell: Tell | None = None,
    should_stop: Stop | None = None,
) -> dict[str, Any]:
    """One study as plain JSON; ``result`` is the scenario's answer."""
    plan = placements_of(built.problem, result)
    names = Names(world)
    if kind == "frontier":
        found = _frontier(built, plan, seconds, tell, should_stop)
    elif kind == "uncertainty":
        found = _uncertainty(world, built, plan, sure, seconds, tell, should_stop, names)
    elif kind == "mandatory":
        found = _mandatory(world, built, result, plan, seconds, tell, should_stop, names)
    else:
        found = _stability(built, plan, seconds, tell, should_stop)
    return {"version": VERSION, "kind": kind, "basis": built.basis, **found}


def placements_of(problem: Problem, result: Mapping[str, Any]) -> dict[str, Placement]:
    """The plan of a scenario's answer, without what the problem no longer holds."""
    known = {item.key: item for item in problem.items}
    stored = (result.get("core") or {}).get("placements") or {}
    found = {}
    for key, placed in stored.items():
        if key in known and any(mode.key == placed["mode"] for mode in known[key].modes):
            found[key] = Placement(str(placed["mode"]), int(placed["start"]))
    return found


def _frontier(
    built: Built, plan: Mapping[str, Placement], seconds: float, tell: Tell | None,
    should_stop: Stop | None,
) -> dict[str, Any]:
    problem = built.problem

    def progress(done: int, asked: int, _point: FrontierPoint | None) -> None:
        if tell is not None:
            tell(done, asked)

    found = frontier(
        problem, built.risks, levels=8, risk_levels=(100, 75, 50), time_limit=seconds,
        progress=progress, should_stop=should_stop,
    )  # fmt: skip
    points = []
    for point in found.points:
        against = differences(problem, point.placements)
        points.append(
            {
                "value": point.value, "cost": point.cost, "risk": point.risk,
                "cost_limit": point.cost_limit, "risk_limit": point.risk_limit,
                "bound": point.bound, "proven": point.proven, "gap": point.gap,
                "changes": against.changes,
                "counts": {c: len(against.of(c)) for c in ("out", "moved", "resized", "in")},
                "plan": {k: [p.mode, p.start] for k, p in point.placements.items()},
            }
        )  # fmt: skip
    here = None
    if plan:
        risk = sum(built.risks.get(key, 0) for key in plan)
        here = [measure.value(problem, plan), measure.cost(problem, plan), risk]
    return {
        "points": points,
        "present": list(found.present) if found.present else None,
        "scenario": here,
        "solved": found.solved,
        "asked": found.asked,
    }


def _uncertainty(
    world: World, built: Built, plan: Mapping[str, Placement], sure: Doubts, seconds: float,
    tell: Tell | None, should_stop: Stop | None, names: Names,
) -> dict[str, Any]:
    found = uncertainty(
        built.problem, plan, ranges(world, built.worth, sure), count=DRAWS, checks=CHECKS,
        common=COMMON, time_limit=seconds, raise_limits=True, progress=tell,
        should_stop=should_stop,
    )  # fmt: skip
    present = {item.key for item in built.problem.items if item.present is not None}
    breaks = []
    for one in found.breaks[:30]:
        row: dict[str, Any] = {"code": one.code, "share": one.share, "excess": round(one.excess)}
        if one.code == "capacity" and one.period is not None:
            row |= {"resource": one.key, "team": names.team(one.key)}
            row |= {"month": built.months[one.period]}
        elif one.code in ("ceiling", "floor"):
            row |= names.limit(one.key)
        breaks.append(row)
    return {
        "solved": found.solved, "without": found.without, "raised": found.raised,
        "checked": found.checked,
        "holds": _share(found.holds), "breaks": breaks, "value": found.value, "cost": found.cost,
        "regret": found.regret, "gap": found.gap, "common": COMMON,
        "items": [
            {
                **names.item(row.item), "share": row.share, "low": row.low, "high": row.high,
                "chosen": row.chosen, "present": row.item in present,
                "points": built.worth[row.item].points,
            }
            for row in found.items
        ],
        "unknown_cost": sum(uid not in sure.estimates for uid in built.worth),
        "usual_cost": sure.usual,
    }  # fmt: skip


def _share(found: Any) -> dict[str, float] | None:
    return None if found is None else {
        "share": found.share, "low": found.low, "high": found.high,
    }  # fmt: skip


def _mandatory(
    world: World, built: Built, result: Mapping[str, Any], plan: Mapping[str, Placement],
    seconds: float, tell: Tell | None, should_stop: Stop | None, names: Names,
) -> dict[str, Any]:
    problem = built.problem
    rows = {item.key: world.initiatives[item.key] for item in problem.items if item.mandatory}

    def order(uid: str) -> tuple[bool, bool, int]:
        # What is asked for first, then what is only kept because it has begun; the dearest first.
        item = problem.item(uid)
        cost = sum(sum(row) for row in item.modes[0].cost.values())
        asked = rows[uid].mandatory or not item.movable or rows[uid].state != "in_progress"
        return (not rows[uid].mandatory, not asked, -cost)

    listed = sorted(rows, key=order)
    values = measure.goal_values(problem, plan) if plan else ()
    whole = Result.from_json(result["core"])
    held = Result(
        status=whole.status, placements=plan, objective=measure.objective(problem, values),
        bound=whole.bound,
    )  # fmt: skip
    found = mandatory_costs(
        problem, held, listed[:MANDATORY], time_limit=seconds, progress=tell,
        should_stop=should_stop,
    )  # fmt: skip

    def said(row: MandatoryCost) -> dict[str, Any]:
        out: dict[str, Any] = {
            "loss": row.loss, "low": row.low, "high": row.high, "exact": row.exact,
            "stays": row.stays,
            "enter": [names.item(uid) for uid in row.enter],
            "leave": [names.item(uid) for uid in row.leave],
        }  # fmt: skip
        if row.item:
            one = rows[row.item]
            item = problem.item(row.item)
            why = "law" if one.mandatory else "pinned" if not item.movable else (
                "begun" if one.state == "in_progress" else "kept"
            )  # fmt: skip
            out |= names.item(row.item) | {"why": why, "reason": one.mandatory_reason}
            out["cost"] = sum(sum(amounts) for amounts in item.modes[0].cost.values())
        return out

    return {
        "items": [said(row) for row in found.items],
        "together": said(found.together) if found.together else None,
        "total": len(rows),
        "left": len(found.left) + max(0, len(listed) - MANDATORY),
    }


def _stability(
    built: Built, plan: Mapping[str, Placement], seconds: float, tell: Tell | None,
    should_stop: Stop | None,
) -> dict[str, Any]:
    problem = built.problem
    found = stability_costs(
        problem, time_limit=seconds, start=plan or None, progress=tell, should_stop=should_stop
    )
    now = {item.key for item in problem.items if item.present is not None}
    return {
        "points": [
            {
                "changes": p.changes, "value": p.value, "bound": p.bound, "proven": p.proven,
                "infeasible": p.infeasible, "entered": p.entered,
            }
            for p in found.points
        ],
        "least": found.least, "least_proven": found.least_proven, "most": found.most,
        "present": len(now),
        "scenario": [measure.stability(problem, plan), measure.value(problem, plan)]
        if plan else None,
    }  # fmt: skip
