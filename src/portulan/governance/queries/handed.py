"""Conditions of decisions, and matters that committees hand to one another."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from portulan.base.policy import Actor
from portulan.governance.access import readable_forums
from portulan.governance.models import Condition, Decision, Referral


def conditions(decision: Decision) -> list[Condition]:
    """The conditions of a decision, open ones first."""
    found = decision.asked.select_related("owner").order_by("due_on", "pk")
    return sorted(found, key=lambda c: c.state not in ("open", "unmet"))


def referrals(decision: Decision) -> list[Referral]:
    """What a decision asked of other committees, and the way its dossier came up."""
    found = Referral.objects.filter(Q(decision=decision) | Q(dossier=decision.dossier_id or 0))
    return list(found.select_related("source", "target", "answered_by").order_by("on", "pk"))


def handed_over(actor: Actor, *, forum: int | None = None) -> list[Referral]:
    """What waits for an answer, of committees that the actor may know of; soonest due first."""
    found = Referral.objects.filter(state=Referral.State.WAITING).select_related(
        "source", "target", "decision", "dossier"
    )
    if forum is not None:
        found = found.filter(target_id=forum)
    if not actor.system:
        found = found.filter(target_id__in=readable_forums(actor))
    return sorted(found, key=lambda r: (r.due_on or date.max, r.on, r.pk))
