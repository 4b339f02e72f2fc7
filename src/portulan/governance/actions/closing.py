"""Closing a decision: everything checked, recorded, applied and sealed in one transaction."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from portulan.base.changes import Recorder, recording
from portulan.base.policy import Actor, Refusal, Refused, require
from portulan.governance import freezing, sealing
from portulan.governance.access import forum_scope
from portulan.governance.actions.applying import apply_now
from portulan.governance.actions.conditions import write_conditions
from portulan.governance.actions.following import (
    settle_contradictions,
    settle_referrals,
)
from portulan.governance.actions.meetings import check_sitting, touch
from portulan.governance.activities import DECISION_DECIDE
from portulan.governance.company import company_of
from portulan.governance.contradictions import unanswered
from portulan.governance.drift import Drift, drifts
from portulan.governance.gates import completeness
from portulan.governance.impact import after, check_envelopes, lock_envelopes, promised_world
from portulan.governance.machines import DECISION, DOSSIER, check_move, move
from portulan.governance.mandate import (
    amount_of,
    check_kind,
    check_lines_decided,
    check_place,
    check_quorum,
    check_threshold,
)
from portulan.governance.models import (
    ActionItem,
    AgendaItem,
    Decision,
    DecisionSubject,
    Dossier,
    DossierLine,
    Forum,
    Person,
    Promise,
    Scenario,
    Vote,
)
from portulan_core.effects import Effect

APPROVED = DossierLine.Verdict.APPROVED


class Drifted(Exception):
    """Targets moved since the dossier was written: nothing was decided; the lines are named."""

    def __init__(self, found: Sequence[Drift]) -> None:
        super().__init__(f"{len(found)} effects no longer fit")
        self.found = list(found)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """An action that the decision asks of somebody."""

    title: str
    owner: Person | None = None
    due_on: date | None = None


def active_lines(dossier: Dossier) -> list[DossierLine]:
    """The lines that are put to the vote, in order."""
    return list(
        dossier.lines.filter(withdrawn=False)
        .select_related("product", "initiative")
        .order_by("position", "pk")
    )


def verdict_of(lines: Sequence[DossierLine]) -> str:
    """The verdict of a whole dossier from those of its lines."""
    verdicts = {line.verdict for line in lines}
    if verdicts == {APPROVED}:
        conditional = any(line.condition for line in lines)
        return Decision.Verdict.CONDITIONAL if conditional else Decision.Verdict.WHOLE
    if APPROVED in verdicts:
        return Decision.Verdict.PARTIAL
    if DossierLine.Verdict.DEFERRED in verdicts:
        return Decision.Verdict.DEFERRED
    return Decision.Verdict.REFUSED


def closing_refusals(item: AgendaItem) -> list[Refusal]:
    """Everything that stands in the way of closing a decision, but drifts and envelopes."""
    found: list[Refusal | None] = [check_sitting(item.meeting)]
    dossier = item.dossier
    if dossier is None:
        return [Refusal("item.no_dossier")]
    lines = active_lines(dossier)
    approved = [line for line in lines if line.verdict == APPROVED]
    forum = item.meeting.forum
    found += [
        check_move(DOSSIER, dossier.state, "decide"),
        check_lines_decided(lines),
        check_quorum(item.meeting),
        check_kind(forum, dossier.kind),
        check_place(forum, dossier, lines, company_of()),
        check_threshold(forum, amount_of(approved)),
    ]
    if not lines:
        found.append(Refusal("dossier.lines"))
    missing = completeness(dossier, lines).missing
    if missing:
        found.append(Refusal("dossier.incomplete", {"count": len(missing)}))
    found += unanswered(dossier, approved)
    if dossier.state == Dossier.State.FROZEN and not as_frozen(dossier):
        found.append(Refusal("dossier.altered"))
    return [refusal for refusal in found if refusal is not None]


def as_frozen(dossier: Dossier) -> bool:
    """Whether a dossier still reads as the committee saw it; one without a copy does.

    Facts that moved since are taken in line by line, and kept in a new copy.
    """
    kept = freezing.last(dossier)
    return kept is None or freezing.content_of(dossier) == kept.content


def check_close(item: AgendaItem) -> Refusal | None:
    """The first thing that stands in the way of closing a decision."""
    return next(iter(closing_refusals(item)), None)


#: Words that initials leave out, and the longest code of a committee that a number bears whole.
SMALL_WORDS = frozenset(
    ["a", "and", "au", "aux", "d", "de", "des", "du", "et", "for", "l", "la", "le", "les", "of"]
)
LONGEST_CODE = 14


def short_code(code: str) -> str:
    """A committee's code as numbers bear it: whole, or its initials when it is long."""
    if len(code) <= LONGEST_CODE:
        return code.upper()
    words = [word for word in re.split(r"[^0-9a-z]+", code.lower()) if word]
    kept = [word for word in words if word not in SMALL_WORDS] or words
    short = "".join(word[0] for word in kept) if len(kept) > 1 else code[:LONGEST_CODE]
    return short.upper()


def next_number(forum: Forum, day: date) -> str:
    """The number of the next decision of a committee in a year: ``D-CPF-2027-001``, no holes.

    Whoever asks for one holds the register until the end of the transaction, so that two
    committees, or two secretaries, take numbers one after another; a number that is not used
    because the transaction fails is given again.
    """
    sealing.hold()
    prefix = f"D-{short_code(forum.code)}-{day.year}-"
    codes = Decision.objects.filter(code__startswith=prefix).values_list("code", flat=True)
    numbers = [int(code[len(prefix) :]) for code in codes if code[len(prefix) :].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:03}"


def close_decision(
    actor: Actor,
    item: AgendaItem,
    *,
    effective_on: date | None = None,
    review_on: date | None = None,
    follow_ups: Iterable[FollowUp] = (),
) -> Decision:
    """Decide a dossier: record, apply what was approved, seal; all of it or nothing.

    ``effective_on`` in the future: the effects wait for that day (``apply_decision``).

    Raises:
        Refused: no right; mandate, threshold, quorum, completeness, envelope or state says no.
        Drifted: a target moved since the dossier was written.
    """
    require(actor, DECISION_DECIDE, forum_scope(item.meeting.forum))
    today = timezone.localdate()
    with transaction.atomic():
        lock_envelopes()
        dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=item.dossier_id or 0)
        item.dossier = dossier
        for refusal in closing_refusals(item):
            raise Refused(refusal)
        lines = active_lines(dossier)
        approved = [line for line in lines if line.verdict == APPROVED]
        effects = _checked(approved)
        decision = _record(
            actor, item, lines, effects, effective_on or today, review_on, tuple(follow_ups)
        )
        if effects and (effective_on or today) <= today:
            apply_now(actor, decision)
    return decision


def _checked(approved: Sequence[DossierLine]) -> list[Effect]:
    """The effects of the approved lines, after drifts and envelopes were looked at."""
    found = drifts(approved)
    if found:
        raise Drifted(found)
    effects = [Effect.from_json(raw) for line in approved for raw in line.effects]
    if effects:
        world = promised_world()
        refusal = check_envelopes(world, after(world, effects))
        if refusal is not None:
            raise Refused(refusal)
    return effects


def _record(
    actor: Actor,
    item: AgendaItem,
    lines: Sequence[DossierLine],
    effects: Sequence[Effect],
    effective_on: date,
    review_on: date | None,
    follow_ups: Sequence[FollowUp],
) -> Decision:
    dossier, meeting = item.dossier, item.meeting
    assert dossier is not None
    approved = [line for line in lines if line.verdict == APPROVED]
    today = timezone.localdate()
    with recording(actor, DECISION_DECIDE.code) as rec:
        decision = rec.create(
            Decision(
                code=next_number(meeting.forum, meeting.on),
                name=dossier.name,
                kind=dossier.kind,
                forum=meeting.forum,
                meeting=meeting,
                dossier=dossier,
                state=move(DECISION, DECISION.initial, "decide"),
                verdict=verdict_of(lines),
                text=item.decision_text,
                conditions="\n".join(f"{n.title} — {n.condition}" for n in lines if n.condition),
                dissent=_dissent(lines),
                decided_on=min(meeting.on, today),
                effective_on=effective_on,
                recorded_at=timezone.now(),
                review_on=review_on,
                amount=amount_of(approved),
                effects=[effect.to_json() for effect in effects],
                reverts=dossier.reverts,
                salt=secrets.token_hex(16),
            )
        )
        rec.create_many(
            [
                DecisionSubject(
                    decision=decision,
                    product=line.product,
                    initiative=line.initiative,
                    verdict=line.verdict,
                    change=line.change,
                )
                for line in lines
                if line.product_id or line.initiative_id
            ]
        )
        _carry(rec, item, decision, lines, follow_ups)
        write_conditions(rec, decision, lines)
        rec.update(dossier, state=move(DOSSIER, dossier.state, "decide"))
        if dossier.scenario is not None and approved:
            rec.update(dossier.scenario, state=Scenario.State.ADOPTED)
        settle_referrals(rec, decision)
        contradicted = settle_contradictions(rec, decision)
        sealing.append(
            "decided", decision, {**_sealed(dossier, lines), "contradicts": contradicted}
        )
        touch(meeting)
    return decision


def _carry(
    rec: Recorder,
    item: AgendaItem,
    decision: Decision,
    lines: Sequence[DossierLine],
    follow_ups: Sequence[FollowUp],
) -> None:
    """Promises of what was approved, and the actions, follow the decision."""
    dossier = decision.dossier
    assert dossier is not None
    kept_out = {n.initiative_id for n in lines if n.verdict != APPROVED and n.initiative_id}
    kept_in = {n.initiative_id for n in lines if n.verdict == APPROVED and n.initiative_id}
    granted = any(line.verdict == APPROVED for line in lines)
    rec.update_many(
        (promise, {"decision": decision})
        for promise in Promise.objects.filter(dossier=dossier, decision=None)
        if granted
        and not (promise.initiative_id in kept_out and promise.initiative_id not in kept_in)
    )
    rec.update_many((action, {"decision": decision}) for action in item.actions.all())
    rec.create_many(
        [
            ActionItem(
                title=follow.title[:300],
                meeting=item.meeting,
                item=item,
                decision=decision,
                owner=follow.owner,
                due_on=follow.due_on,
            )
            for follow in follow_ups
        ]
    )


def _dissent(lines: Sequence[DossierLine]) -> str:
    votes = (
        Vote.objects.filter(line__in=[line.pk for line in lines])
        .exclude(choice=Vote.Choice.FOR)
        .exclude(reason="")
        .select_related("person", "line")
        .order_by("line__position", "pk")
    )
    return "\n".join(f"{v.person.name} ({v.line.title}) — {v.reason}" for v in votes)


def _sealed(dossier: Dossier, lines: Sequence[DossierLine]) -> dict[str, Any]:
    """What the register keeps of lines and promises: references and figures, no names."""
    return {
        "dossier": dossier.code,
        "frozen": kept.digest if (kept := freezing.last(dossier)) else "",
        "reverts": dossier.reverts.code if dossier.reverts else "",
        "lines": [
            {
                "line": str(line.uid),
                "subject": str(
                    line.initiative.uid
                    if line.initiative
                    else line.product.uid
                    if line.product
                    else ""
                ),
                "change": line.change,
                "amount": line.amount,
                "verdict": line.verdict,
                "votes": [line.votes_for, line.votes_against, line.abstentions],
                "deferred_to": line.deferred_to.isoformat() if line.deferred_to else "",
            }
            for line in lines
        ],
        "promises": [
            {
                "promise": str(promise.uid),
                "kind": promise.kind,
                "promised": "" if promise.promised is None else repr(promise.promised),
                "promised_on": promise.promised_on.isoformat() if promise.promised_on else "",
                "due_on": promise.due_on.isoformat() if promise.due_on else "",
            }
            for promise in dossier.promises.order_by("pk")
        ],
    }
