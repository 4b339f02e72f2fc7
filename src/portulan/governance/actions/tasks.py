"""Writes on action items: what somebody must do because of a sitting or a decision."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from portulan.base.changes import recording
from portulan.base.policy import Actor, Invalid, Refusal, require
from portulan.governance.access import forum_scope
from portulan.governance.actions.meetings import touch
from portulan.governance.activities import ACTION_EDIT
from portulan.governance.machines import ACTION, move
from portulan.governance.models import ActionItem, AgendaItem, Meeting, Person


def add_action(
    actor: Actor,
    meeting: Meeting,
    title: str,
    *,
    owner: Person | None = None,
    due_on: date | None = None,
    item: AgendaItem | None = None,
) -> ActionItem:
    """Note what somebody must do.

    Raises:
        Refused: no right on the meeting.
        Invalid: no title.
    """
    require(actor, ACTION_EDIT, forum_scope(meeting.forum))
    if not title.strip():
        raise Invalid({"title": Refusal("required")})
    decision = None
    if item is not None and item.dossier is not None:
        decision = item.dossier.decisions.order_by("-pk").first()
    with recording(actor, ACTION_EDIT.code) as rec:
        action = rec.create(
            ActionItem(
                title=title.strip()[:300],
                meeting=meeting,
                item=item,
                decision=decision,
                owner=owner,
                due_on=due_on,
            )
        )
        touch(meeting)
    return action


def move_action(actor: Actor, action: ActionItem, event: str) -> None:
    """Finish, drop or reopen an action that was fetched for the actor."""
    state = move(ACTION, action.state, event)
    with recording(actor, ACTION_EDIT.code) as rec:
        rec.update(
            action,
            state=state,
            done_on=timezone.localdate() if state == ActionItem.State.DONE else None,
        )
        if action.meeting is not None:
            touch(action.meeting)
