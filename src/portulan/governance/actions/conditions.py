"""Conditions of decisions: followed by an action, settled in the register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from portulan.base.changes import Recorder, recording
from portulan.base.policy import Actor, Invalid, Refusal, Refused
from portulan.governance import sealing
from portulan.governance.access import check_any, decision_scopes, forum_scope
from portulan.governance.activities import ACTION_EDIT
from portulan.governance.company import company_of
from portulan.governance.machines import CONDITION, move
from portulan.governance.models import ActionItem, Condition, Decision, DossierLine, Person


def write_conditions(rec: Recorder, decision: Decision, lines: Sequence[DossierLine]) -> None:
    """The conditions of approved lines, each with the action by which it is followed."""
    dossier = decision.dossier
    for line in lines:
        text = line.condition.strip()
        if not text or line.verdict != DossierLine.Verdict.APPROVED:
            continue
        owner = dossier.owner if dossier else None
        action = rec.create(
            ActionItem(
                title=text[:300], meeting=decision.meeting, decision=decision, owner=owner,
                due_on=decision.review_on,
            )
        )  # fmt: skip
        rec.create(
            Condition(
                decision=decision, text=f"{line.title} — {text}", owner=owner,
                due_on=decision.review_on, action=action,
            )
        )  # fmt: skip


def _require_condition(actor: Actor, condition: Condition) -> None:
    if actor.person_id is not None and condition.owner_id == actor.person_id:
        return
    forum = condition.decision.forum
    scopes = (
        [forum_scope(forum)]
        if forum is not None
        else decision_scopes(actor, condition.decision, company_of())
    )
    refusal = check_any(actor, ACTION_EDIT, scopes)
    if refusal is not None:
        raise Refused(refusal)


def follow_condition(
    actor: Actor, condition: Condition, *, owner: Person | None, due_on: date | None
) -> None:
    """Say who follows a condition, and until when.

    Raises:
        Refused: no right on the committee, and not its owner.
    """
    _require_condition(actor, condition)
    with recording(actor, ACTION_EDIT.code) as rec:
        rec.update(condition, owner=owner, due_on=due_on)
        if condition.action is not None:
            rec.update(condition.action, owner=owner, due_on=due_on)


def settle_condition(actor: Actor, condition: Condition, event: str, note: str = "") -> None:
    """Say that a condition is met, not met, lifted, or open again; the register keeps it.

    Raises:
        Refused: no right, or not from this state.
        Invalid: not met or lifted without a word why.
    """
    _require_condition(actor, condition)
    state = move(CONDITION, condition.state, event)
    if event in ("fail", "lift") and len(note.strip()) < 5:
        raise Invalid({"note": Refusal("required")})
    today = timezone.localdate()
    with recording(actor, ACTION_EDIT.code) as rec:
        rec.update(
            condition,
            state=state,
            note=note.strip(),
            settled_on=None if state == Condition.State.OPEN else today,
        )
        action = condition.action
        if action is not None:
            done = state in (Condition.State.MET, Condition.State.LIFTED)
            rec.update(
                action,
                state=ActionItem.State.DONE if done else ActionItem.State.OPEN,
                done_on=today if done else None,
            )
        sealing.append(
            "condition", condition.decision, {"condition": str(condition.uid), "state": state}
        )
