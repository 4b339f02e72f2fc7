"""Writes on the capacity of teams, month by month."""

from __future__ import annotations

from uuid import UUID

from portulan.base.changes import recording
from portulan.base.policy import Actor, Invalid, Refusal
from portulan.organisation.access import team_for
from portulan.portfolio.activities import CAPACITY_EDIT
from portulan.portfolio.models import Capacity

#: More days than any team gives in a month.
MOST = 1_000_000


def set_capacity(actor: Actor, team: str, *, month: int, days: int) -> UUID | None:
    """Say what a team gives in a month, in hundredths of person-days; its run load stays.

    Returns the change to undo, or ``None`` when nothing differed.

    Raises:
        NotFoundForActor, Refused: rights on the team.
        Invalid: a negative capacity, or one that no team has.
    """
    if not 0 <= days <= MOST:
        raise Invalid({"days": Refusal("invalid")})
    found, _scope = team_for(actor, team, CAPACITY_EDIT)
    with recording(actor, CAPACITY_EDIT.code) as recorder:
        known = Capacity.objects.select_for_update().filter(team=found, month=month).first()
        if known is None:
            recorder.create(Capacity(team=found, month=month, days=days))
        else:
            recorder.update(known, days=days, fte=None, focus=None)
    return recorder.change.uid if recorder.changed else None
