"""Moving an initiative in the plan: a plain edit within one's rights, with its undo."""

from __future__ import annotations

from uuid import UUID

from portulan.base.changes import recording
from portulan.base.models import Change
from portulan.base.policy import Actor, Invalid, NotFoundForActor, Refusal, Refused
from portulan.base.undo import undo
from portulan.portfolio.access import initiative_for
from portulan.portfolio.activities import INITIATIVE_EDIT
from portulan.portfolio.models import Initiative

MOVABLE = ("idea", "proposed", "planned", "deferred")
#: Months that a plan may hold: 2000 to 2099.
FIRST, LAST = 2000 * 12, 2100 * 12


def check_move(initiative: Initiative, start: int | None) -> Refusal | None:
    """Why an initiative may not start in this month: it has begun or ended, or its own bounds."""
    if initiative.state not in MOVABLE:
        return Refusal("initiative.not_movable", {"state": initiative.state})
    if start is None:
        return None
    if not FIRST <= start < LAST:
        return Refusal("initiative.month_unknown", {"month": start})
    if initiative.earliest is not None and start < initiative.earliest:
        return Refusal("initiative.too_early", {"month": initiative.earliest})
    if initiative.latest is not None and start + initiative.months - 1 > initiative.latest:
        return Refusal("initiative.too_late", {"month": initiative.latest})
    return None


def place(
    actor: Actor, code: str, start: int | None, expected_revision: int | None = None
) -> tuple[Initiative, UUID | None]:
    """Start an initiative in another month (``None``: take it out of the plan).

    Returns the initiative and the change to undo, or ``None`` when nothing differed.

    Raises:
        NotFoundForActor, Refused: rights.
        Invalid: a rule says no; the error of ``start`` is the reason.
        Conflict: it moved on since ``expected_revision``.
    """
    initiative = initiative_for(actor, code, INITIATIVE_EDIT)
    refusal = check_move(initiative, start)
    if refusal is not None:
        raise Invalid({"start": refusal})
    with recording(actor, INITIATIVE_EDIT.code) as recorder:
        recorder.update(initiative, expected_revision, start=start)
    return initiative, recorder.change.uid if recorder.changed else None


def undo_placing(actor: Actor, change: UUID) -> None:
    """Take one's own move back.

    Raises:
        NotFoundForActor: no such change of this actor.
        Invalid: something moved on since.
    """
    found = Change.objects.filter(uid=change, activity=INITIATIVE_EDIT.code).first()
    if found is None or (not actor.system and found.account_id != actor.account_id):
        raise NotFoundForActor("change", str(change))
    row = found.rows.filter(model="portfolio.initiative").first()
    code = Initiative.objects.filter(uid=row.record_uid).values_list("code", flat=True).first() \
        if row else None
    if code is None:
        raise NotFoundForActor("change", str(change))
    initiative_for(actor, code, INITIATIVE_EDIT)
    if found.rows.count() != 1:
        raise Refused(Refusal("undo.too_wide"))
    undo(actor, found, INITIATIVE_EDIT.code)
