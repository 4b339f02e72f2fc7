"""What a decision replaces, and matters handed up or down between committees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from portulan.base.changes import Recorder, recording
from portulan.base.policy import Actor, Invalid, Refusal, Refused, require
from portulan.governance import sealing
from portulan.governance.access import check_any, dossier_scopes, forum_scope
from portulan.governance.actions.meetings import touch
from portulan.governance.activities import DECISION_DECIDE, DOSSIER_EDIT, MEETING_RUN
from portulan.governance.company import company_of
from portulan.governance.contradictions import against
from portulan.governance.machines import DECISION, DOSSIER, REFERRAL, check_move, move
from portulan.governance.mandate import amount_of as amount_at_stake
from portulan.governance.mandate import check_kind, check_threshold, covers
from portulan.governance.models import (
    Contradiction,
    Decision,
    Dossier,
    DossierLine,
    Forum,
    Person,
    Referral,
    Vote,
)

#: From the field up.
LEVELS = ("operational", "architecture", "portfolio", "strategic")


# --- Contradictions


def answer_contradiction(
    actor: Actor, dossier: Dossier, earlier: Decision, choice: str, reason: str
) -> Contradiction:
    """Say what becomes of an earlier decision that the dossier goes against.

    Whoever edits the dossier or decides in the committee before which it is may say so, until the
    decision is closed.

    Raises:
        Refused: no right, decided already, or the dossier does not go against that decision.
        Invalid: an unknown choice, or no reason.
    """
    scopes = dossier_scopes(dossier)
    refusal = check_any(actor, DOSSIER_EDIT, scopes)
    if refusal is not None:
        forums = Forum.objects.filter(meetings__items__dossier=dossier).distinct()
        refusal = check_any(actor, DECISION_DECIDE, [forum_scope(f) for f in forums])
    if refusal is None and dossier.state in (Dossier.State.DECIDED, Dossier.State.WITHDRAWN):
        refusal = Refusal("dossier.fixed", {"state": dossier.state})
    lines = list(dossier.lines.filter(withdrawn=False).select_related("initiative", "product"))
    if refusal is None and earlier.pk not in {a.earlier.pk for a in against(dossier, lines)}:
        refusal = Refusal("contradiction.none", {"decision": earlier.code})
    if refusal is not None:
        raise Refused(refusal)
    errors: dict[str, Refusal] = {}
    if choice not in Contradiction.Choice.values:
        errors["choice"] = Refusal("invalid")
    if len(reason.strip()) < 10:
        errors["reason"] = Refusal("contradiction.reason")
    if errors:
        raise Invalid(errors)
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    values: dict[str, Any] = {
        "choice": choice,
        "reason": reason.strip()[:4000],
        "person": person,
        "on": timezone.localdate(),
    }
    with recording(actor, DOSSIER_EDIT.code) as rec:
        known = dossier.contradictions.filter(earlier=earlier).first()
        if known is None:
            known = rec.create(Contradiction(dossier=dossier, earlier=earlier, **values))
        else:
            rec.update(known, **values)
        for item in dossier.items.select_related("meeting").exclude(meeting__state="closed"):
            touch(item.meeting)
    return known


# --- Up: escalation


def above(forum: Forum | None, dossier: Dossier, amount: int) -> list[Forum]:
    """The committees above one whose kinds and threshold fit a dossier, nearest first (one query).

    Whether the mandate of each covers all that the dossier is about is looked at by ``higher``.
    """
    rank = LEVELS.index(forum.level) if forum and forum.level in LEVELS else -1
    fit = [
        row
        for row in Forum.objects.filter(active=True).order_by("folded")
        if row.level in LEVELS
        and LEVELS.index(row.level) > rank
        and (forum is None or row.pk != forum.pk)
        and check_threshold(row, amount) is None
        and check_kind(row, dossier.kind) is None
    ]
    return sorted(fit, key=lambda row: (LEVELS.index(row.level), row.name))


def higher(forum: Forum | None, dossier: Dossier) -> list[Forum]:
    """The committees above one that may decide a dossier whole, nearest first."""
    lines = list(dossier.lines.filter(withdrawn=False).select_related("product"))
    company = company_of()
    return [
        row
        for row in above(forum, dossier, amount_at_stake(lines))
        if covers(row, dossier, company) is None
    ]


def check_escalate(dossier: Dossier) -> Refusal | None:
    """Why a dossier cannot go up: its state, or it is on its way already."""
    refusal = check_move(DOSSIER, dossier.state, "escalate")
    if refusal is not None:
        return refusal
    waiting = dossier.referrals.filter(
        kind=Referral.Kind.ESCALATE, state=Referral.State.WAITING
    ).select_related("target")
    for referral in waiting:
        return Refusal("dossier.escalated", {"forum": referral.target.name})
    return None


def escalate(
    actor: Actor, dossier: Dossier, target: Forum, reason: str, source: Forum | None = None
) -> Referral:
    """Hand a dossier to a committee above, with what was voted so far; its lines open again.

    Raises:
        Refused: no right on the dossier or the committee, its state, or outside the mandate.
        Invalid: no reason.
    """
    scopes = dossier_scopes(dossier)
    refusal = check_any(actor, DOSSIER_EDIT, scopes)
    if refusal is not None and source is not None:
        refusal = check_any(actor, MEETING_RUN, [forum_scope(source)])
    refusal = refusal or check_escalate(dossier)
    if refusal is None and target.pk not in {row.pk for row in higher(source, dossier)}:
        refusal = Refusal("escalate.target", {"forum": target.name})
    if refusal is not None:
        raise Refused(refusal)
    if not reason.strip():
        raise Invalid({"reason": Refusal("required")})
    with recording(actor, DOSSIER_EDIT.code) as rec:
        lines = list(dossier.lines.filter(withdrawn=False).order_by("position", "pk"))
        votes = list(Vote.objects.filter(line__in=lines).select_related("person", "line"))
        referral = rec.create(
            Referral(
                kind=Referral.Kind.ESCALATE, dossier=dossier, source=source, target=target,
                subject=dossier.name, reason=reason.strip(), on=timezone.localdate(),
                history=[_voted(line, votes) for line in lines],
            )
        )  # fmt: skip
        for vote in votes:
            rec.delete(vote)
        rec.update_many(
            (
                line,
                {"verdict": DossierLine.Verdict.PENDING, "condition": "", "deferred_to": None,
                 "votes_for": None, "votes_against": None, "abstentions": None},
            )
            for line in lines
        )  # fmt: skip
        rec.update(dossier, state=move(DOSSIER, dossier.state, "escalate"))
        for item in dossier.items.select_related("meeting").exclude(meeting__state="closed"):
            touch(item.meeting)
    return referral


def _voted(line: DossierLine, votes: Iterable[Vote]) -> dict[str, Any]:
    return {
        "title": line.title,
        "verdict": line.verdict,
        "condition": line.condition,
        "votes": [line.votes_for, line.votes_against, line.abstentions],
        "against": [
            {"person": v.person.name, "reason": v.reason}
            for v in votes
            if v.line_id == line.pk and v.reason
        ],
    }


# --- Down: cascade


@dataclass(frozen=True, slots=True)
class Order:
    """What a committee is asked to do about a decision taken above it."""

    target: Forum
    subject: str
    due_on: date | None = None


def lower(decision: Decision) -> list[Forum]:
    """The committees below the one that decided, within what it governs."""
    forum = decision.forum
    if forum is None or forum.level not in LEVELS:
        return []
    rank = LEVELS.index(forum.level)
    inside = company_of().below(forum.entity_id)
    return [
        row
        for row in Forum.objects.filter(active=True).order_by("folded")
        if row.pk != forum.pk and row.level in LEVELS and LEVELS.index(row.level) < rank
        and (row.entity_id is None or row.entity_id in inside)
    ]  # fmt: skip


def cascade(actor: Actor, decision: Decision, orders: Sequence[Order]) -> list[Referral]:
    """Ask committees below to carry a decision out; each is tracked until it answers.

    Raises:
        Refused: no right to decide in that committee, or a committee that is not below it.
        Invalid: nothing asked.
    """
    if decision.forum is None:
        raise Refused(Refusal("decision.no_forum"))
    require(actor, DECISION_DECIDE, forum_scope(decision.forum))
    allowed = {row.pk for row in lower(decision)}
    for order in orders:
        if order.target.pk not in allowed:
            raise Refused(Refusal("cascade.target", {"forum": order.target.name}))
    if not orders or any(not order.subject.strip() for order in orders):
        raise Invalid({"subject": Refusal("required")})
    with recording(actor, DECISION_DECIDE.code) as rec:
        made = [
            rec.create(
                Referral(
                    kind=Referral.Kind.CASCADE, decision=decision, source=decision.forum,
                    target=order.target, subject=order.subject.strip()[:300],
                    on=timezone.localdate(), due_on=order.due_on,
                )
            )
            for order in orders
        ]  # fmt: skip
        sealing.append(
            "cascaded", decision, {"forums": [order.target.code for order in orders]}
        )
    return made


def answer_referral(
    actor: Actor, referral: Referral, answer: str, *, decision: Decision | None = None
) -> None:
    """A committee answers what was handed to it: what it did, and by which decision if any.

    Raises:
        Refused: no right to run that committee, or answered already.
        Invalid: no answer.
    """
    require(actor, MEETING_RUN, forum_scope(referral.target))
    state = move(REFERRAL, referral.state, "answer")
    if not answer.strip() and decision is None:
        raise Invalid({"answer": Refusal("required")})
    with recording(actor, MEETING_RUN.code) as rec:
        rec.update(
            referral,
            state=state,
            answer=answer.strip()[:4000],
            answered_on=timezone.localdate(),
            answered_by=decision,
        )


def drop_referral(actor: Actor, referral: Referral, reason: str) -> None:
    """Take back what was asked of a committee.

    Raises:
        Refused: no right to decide where it came from, or answered already.
        Invalid: no reason.
    """
    forum = referral.source or referral.target
    require(actor, DECISION_DECIDE, forum_scope(forum))
    state = move(REFERRAL, referral.state, "drop")
    if not reason.strip():
        raise Invalid({"reason": Refusal("required")})
    with recording(actor, DECISION_DECIDE.code) as rec:
        rec.update(
            referral, state=state, answer=reason.strip()[:4000], answered_on=timezone.localdate()
        )


def settle_referrals(rec: Recorder, decision: Decision) -> None:
    """A dossier that was handed up is answered by the decision taken on it."""
    if decision.dossier is None or decision.forum is None:
        return
    waiting = decision.dossier.referrals.filter(
        state=Referral.State.WAITING, target=decision.forum
    )
    rec.update_many(
        (
            row,
            {"state": move(REFERRAL, row.state, "answer"), "answered_by": decision,
             "answered_on": decision.decided_on},
        )
        for row in waiting
    )  # fmt: skip


def settle_contradictions(rec: Recorder, decision: Decision) -> list[dict[str, str]]:
    """Carry the answers over to the decision; what it replaces no longer stands.

    Returns what the register keeps of it: decision and choice.
    """
    if decision.dossier is None:
        return []
    kept = []
    for row in decision.dossier.contradictions.select_related("earlier").order_by("pk"):
        earlier = row.earlier
        rec.update(row, decision=decision)
        replaced = row.choice == Contradiction.Choice.SUPERSEDE
        if replaced and check_move(DECISION, earlier.state, "supersede") is None:
            rec.update(earlier, state=move(DECISION, earlier.state, "supersede"))
            sealing.append("superseded", earlier, {"by": decision.code})
        kept.append({"decision": earlier.code, "choice": row.choice})
    return kept
