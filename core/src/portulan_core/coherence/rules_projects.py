"""Rules on projects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from portulan_core.coherence.context import Context
from portulan_core.coherence.rule import Hit, Severity, rule

Thresholds = Mapping[str, float]


@rule("PRJ-01", "projects", Severity.MAJOR, "project", "projects", "name days", days=60)
def watermelon(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """Reported green although its end has slipped well beyond the baseline."""
    for uid, project in context.world.projects.items():
        if project.state != "running" or project.status != "green":
            continue
        if project.ends and project.baseline_ends:
            days = (project.ends - project.baseline_ends).days
            if days > thresholds["days"]:
                yield Hit(uid, {"name": project.name, "days": days}, weight=days)


@rule("PRJ-02", "projects", Severity.MAJOR, "project", "projects", "name end days")
def past_its_end(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A running project whose end date is past."""
    for uid, project in context.world.projects.items():
        if project.state == "running" and project.ends and project.ends < context.day:
            days = (context.day - project.ends).days
            yield Hit(
                uid,
                {"name": project.name, "end": project.ends.isoformat(), "days": days},
                weight=days,
            )


@rule("PRJ-03", "projects", Severity.MINOR, "project", "projects project_products", "name")
def serves_no_product(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A running project that serves no product: what will live on after it?"""
    serving = {share.project for share in context.world.project_products.values()}
    for uid, project in context.world.projects.items():
        if project.state == "running" and uid not in serving:
            yield Hit(uid, {"name": project.name})


@rule("PRJ-04", "projects", Severity.MINOR, "project", "projects initiatives", "name")
def not_framed(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A running project without a budget, whose initiatives cost nothing either."""
    costed = {i.project for i in context.world.initiatives.values() if i.cost}
    for uid, project in context.world.projects.items():
        if project.state == "running" and project.budget is None and uid not in costed:
            yield Hit(uid, {"name": project.name})


@rule(
    "PRJ-05", "projects", Severity.MINOR, "project", "projects initiatives",
    "name budget plan percent", percent=10,
)
def plan_off_budget(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """The initiatives that a project carries cost more than its budget."""
    plan: dict[str, int] = {}
    for initiative in context.world.initiatives.values():
        if initiative.project and initiative.state not in ("refused", "stopped", "idea"):
            plan[initiative.project] = plan.get(initiative.project, 0) + initiative.cost
    for uid, project in context.world.projects.items():
        if project.budget and project.state == "running":
            excess = plan.get(uid, 0) - project.budget
            if excess > project.budget * thresholds["percent"] / 100:
                yield Hit(
                    uid,
                    {
                        "name": project.name,
                        "budget": project.budget,
                        "plan": plan[uid],
                        "percent": round(100 * excess / project.budget),
                    },
                    weight=excess / 100,
                )


@rule("PRJ-06", "projects", Severity.INFO, "project", "projects", "name start", days=30)
def not_started(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A project still only proposed although its start is past."""
    for uid, project in context.world.projects.items():
        if project.state == "proposed" and project.starts:
            if project.starts < context.day - timedelta(days=int(thresholds["days"])):
                yield Hit(uid, {"name": project.name, "start": project.starts.isoformat()})
