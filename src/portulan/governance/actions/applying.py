"""Applying decisions: the effects in one transaction, with the decision as their cause."""

from __future__ import annotations

import secrets
from datetime import date

from django.db import transaction
from django.utils import timezone

from portulan.base.changes import Cause, recording
from portulan.base.jobs import JobContext
from portulan.base.policy import Actor, Refusal, Refused, require, system_actor
from portulan.governance import sealing
from portulan.governance.access import forum_scope
from portulan.governance.activities import DECISION_DECIDE
from portulan.governance.effects import apply_effects, drifted
from portulan.governance.impact import lock_envelopes
from portulan.governance.machines import DECISION, check_move, move
from portulan.governance.models import Decision
from portulan_core.effects import Effect, EffectConflict, EffectError

APPLY = "decision.apply"


def check_apply(decision: Decision, today: date) -> Refusal | None:
    """Why a decision's effects cannot be applied: its state, no effects, or its day to come."""
    refusal = check_move(DECISION, decision.state, "apply")
    if refusal is not None:
        return refusal
    if not decision.effects:
        return Refusal("decision.no_effects")
    if decision.effective_on is not None and decision.effective_on > today:
        return Refusal("decision.later", {"day": decision.effective_on})
    return None


def apply_now(actor: Actor, decision: Decision) -> None:
    """Write the effects with the decision as their cause, and undo what it reverts."""
    effects = [Effect.from_json(raw) for raw in decision.effects]
    cause = Cause("decision", decision.uid)
    with recording(actor, APPLY, cause=cause, effective_on=decision.effective_on) as rec:
        apply_effects(rec, effects)
        rec.update(
            decision,
            state=move(DECISION, decision.state, "apply"),
            applied_at=timezone.now(),
        )
        sealing.append("applied", decision, {"count": len(effects)})
        former = decision.reverts
        if former is not None:
            rec.update(former, state=move(DECISION, former.state, "revert"))
            sealing.append("reverted", former, {"by": decision.code})


def apply_decision(actor: Actor, decision: Decision) -> None:
    """Apply a decision whose day has come.

    Raises:
        Refused: no right, or not now.
        EffectConflict: a target moved; nothing was applied.
    """
    if decision.forum is not None:
        require(actor, DECISION_DECIDE, forum_scope(decision.forum))
    with transaction.atomic():
        lock_envelopes()
        fresh = (
            Decision.objects.select_for_update(of=("self",))
            .select_related("forum", "meeting", "reverts")
            .get(pk=decision.pk)
        )
        refusal = check_apply(fresh, timezone.localdate())
        if refusal is not None:
            raise Refused(refusal)
        apply_now(actor, fresh)


def drop_conflicts(actor: Actor, decision: Decision) -> int:
    """Apply what still fits of a decision whose targets moved; returns how many effects fell away.

    What fell away stays in the register's first entry; the entry of the application tells it.

    Raises:
        Refused: no right, or not now.
    """
    if decision.forum is not None:
        require(actor, DECISION_DECIDE, forum_scope(decision.forum))
    with transaction.atomic():
        fresh = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
        refusal = check_apply(fresh, timezone.localdate())
        if refusal is not None:
            raise Refused(refusal)
        effects = [Effect.from_json(raw) for raw in fresh.effects]
        gone = {id(conflict.effect) for conflict in drifted(effects)}
        left = [effect for effect in effects if id(effect) not in gone]
        with recording(
            actor, APPLY, cause=Cause("decision", fresh.uid), effective_on=fresh.effective_on
        ) as rec:
            apply_effects(rec, left)
            rec.update(
                fresh, state=move(DECISION, fresh.state, "apply"), applied_at=timezone.now()
            )
            sealing.append("applied", fresh, {"count": len(left), "dropped": len(gone)})
    return len(gone)


def apply_due(actor: Actor, today: date | None = None) -> tuple[int, int]:
    """Apply every decision whose day has come; returns how many were, and how many could not."""
    day = today or timezone.localdate()
    done = held = 0
    waiting = Decision.objects.filter(
        state=Decision.State.DECIDED, effective_on__lte=day
    ).select_related("forum", "meeting", "reverts")
    for decision in waiting.order_by("effective_on", "pk"):
        if not decision.effects:
            continue
        try:
            apply_decision(actor, decision)
            done += 1
        except (EffectConflict, EffectError, Refused):
            held += 1
    return done, held


def seal_past() -> int:
    """Enter decisions that came with imported or sample data into the register, oldest first."""
    sealed = set(
        Decision.objects.filter(entries__isnull=False).values_list("pk", flat=True)
    )
    past = (
        Decision.objects.exclude(state=Decision.State.DRAFT)
        .exclude(pk__in=sealed)
        .select_related("forum", "meeting")
        .order_by("decided_on", "pk")
    )
    count = 0
    with transaction.atomic():
        for decision in past:
            if not decision.salt:
                decision.salt = secrets.token_hex(16)
                Decision.objects.filter(pk=decision.pk).update(salt=decision.salt)
            sealing.append("decided", decision, {"taken_in": True})
            count += 1
    return count


def run_due(context: JobContext) -> dict[str, int]:
    """The job: apply what is due; a decision whose targets moved waits for somebody to look."""
    done, held = apply_due(system_actor("decision.apply_due"))
    return {"applied": done, "held": held}
