"""Rules on decisions, promises, actions, committees, risks and requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from portulan_core.coherence.context import Context, in_force
from portulan_core.coherence.rule import Hit, Severity, rule

Thresholds = Mapping[str, float]


@rule(
    "GOV-01", "governance", Severity.MAJOR, "decision", "decisions", "name days code", days=14
)
def not_applied(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A decision taken, effective for some time, whose effects are not applied."""
    for uid, decision in context.world.decisions.items():
        effective = decision.effective_on or decision.decided_on
        if decision.state != "decided" or decision.applied or effective is None:
            continue
        if decision.verdict in ("refused", "deferred"):
            continue
        days = (context.day - effective).days
        if days > thresholds["days"]:
            yield Hit(
                uid, {"name": decision.title, "days": days, "code": decision.code}, weight=days
            )


@rule("GOV-02", "governance", Severity.MINOR, "action", "action_items", "name days")
def overdue_action(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """An action that is due and not done."""
    for uid, action in context.world.action_items.items():
        if action.state == "open" and action.due_on is not None and action.due_on < context.day:
            days = (context.day - action.due_on).days
            yield Hit(
                uid,
                {"name": action.title, "days": days},
                related=(("person", action.owner),) if action.owner else (),
                weight=days,
            )


@rule(
    "GOV-03", "governance", Severity.MAJOR, "promise", "promises decisions products initiatives",
    "name days", days=30,
)
def promise_unchecked(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A promise that is due and that nobody has compared with what came."""
    for uid, promise in context.world.promises.items():
        if promise.realised is not None or promise.due_on is None:
            continue
        days = (context.day - promise.due_on).days
        if days > thresholds["days"]:
            name = context.name("products", promise.product) or context.name(
                "initiatives", promise.initiative
            )
            yield Hit(
                uid,
                {"name": name, "days": days},
                related=(("decision", promise.decision),),
                weight=days,
            )


@rule(
    "GOV-04", "governance", Severity.BLOCKING, "initiative", "initiatives decisions forums",
    "name amount threshold", limit=10_000_000,
)
def engaged_without_decision(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """Work in progress above the amount that needs a decision, and no decision covers it.

    ``limit`` is in minor units. A company without any decision recorded has nothing to compare
    with: the rule is silent there.
    """
    if not context.world.decisions:
        return
    for initiative in context.plan:
        if (
            initiative.state == "in_progress"
            and initiative.cost > thresholds["limit"]
            and not context.decided.get(initiative.uid)
        ):
            yield Hit(
                initiative.uid,
                {
                    "name": initiative.name,
                    "amount": initiative.cost,
                    "threshold": int(thresholds["limit"]),
                },
                weight=initiative.cost / 100,
            )


@rule(
    "GOV-05", "governance", Severity.MINOR, "product",
    "products stage_periods forums entities", "name",
)
def no_forum(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """An active product that no portfolio committee covers (silent before the first forum)."""
    seats = {f.entity for f in context.world.forums.values() if f.active and f.level == "portfolio"}
    if not seats or None in seats:
        return
    for uid in sorted(context.active):
        product = context.world.products[uid]
        if not seats & set(context.entity_chain(product.entity)):
            yield Hit(uid, {"name": product.name})


@rule(
    "GOV-06", "governance", Severity.MAJOR, "forum", "forums forum_members", "name votes quorum"
)
def cannot_decide(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """An active committee that cannot reach its quorum, or without anybody to preside."""
    for uid, forum in context.world.forums.items():
        if not forum.active:
            continue
        seats = [
            m
            for m in context.world.forum_members.values()
            if m.forum == uid and in_force(m.starts, m.ends, context.day)
        ]
        votes = sum(1 for m in seats if m.right in ("votes", "chair"))
        if votes < max(forum.quorum, 1) or not any(m.right == "chair" for m in seats):
            yield Hit(uid, {"name": forum.name, "votes": votes, "quorum": forum.quorum})


@rule("GOV-07", "governance", Severity.MINOR, "request", "requests", "name days", days=60)
def unanswered(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A request that waits for an answer."""
    for uid, request in context.world.requests.items():
        if request.answered_on is not None or request.asked_on is None:
            continue
        if request.state in ("accepted", "refused"):
            continue
        days = (context.day - request.asked_on).days
        if days > thresholds["days"]:
            yield Hit(
                uid,
                {"name": request.name, "days": days},
                related=(("product", request.product),) if request.product else (),
                weight=days,
            )


@rule(
    "RSK-01", "governance", Severity.MAJOR, "risk", "risks", "name score missing", score=12
)
def unattended_risk(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A grave open risk without an owner, or whose review is past."""
    for uid, risk in context.world.risks.items():
        score = risk.likelihood * risk.impact
        if risk.state != "open" or score < thresholds["score"]:
            continue
        past = risk.review_on is not None and risk.review_on < context.day - timedelta(days=1)
        if risk.owner is None or past:
            yield Hit(
                uid,
                {
                    "name": risk.name,
                    "score": score,
                    "missing": "owner" if risk.owner is None else "review",
                },
                related=((risk.target_type, risk.target),),
                weight=score,
            )
