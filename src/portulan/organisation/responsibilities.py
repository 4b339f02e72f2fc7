"""Writes on the responsibility matrix: checked as a whole, traced with their reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from portulan.base.changes import Cause, recording
from portulan.base.manifest import activities
from portulan.base.policy import Actor, Conflict, Invalid, Refusal, Refused, require
from portulan.organisation.activities import MATRIX_EDIT
from portulan.organisation.effects import MATRIX, set_effect
from portulan.organisation.matrix import GUARDED, Place, adaptable, check_row, own_letters
from portulan.organisation.models import EntityRole
from portulan.organisation.rights import in_force, root_ids
from portulan_core.effects import Effect, check


@dataclass(frozen=True, slots=True)
class Asked:
    """The own letters that a place would have on an activity; ``before`` those seen."""

    activity: str
    before: Mapping[str, str]
    after: Mapping[str, str]


def check_changes(place: Place, changes: Sequence[Asked]) -> dict[str, Refusal]:
    """Activity → why its letters cannot be taken; empty when all can."""
    allowed = adaptable()
    found = {}
    for change in changes:
        refusal = check_row(change.activity, place, change.after, allowed)
        if refusal is None and change.activity in GUARDED:
            refusal = _locked_out(change)
        if refusal is not None:
            found[change.activity] = refusal
    return found


def _locked_out(change: Asked, day: date | None = None) -> Refusal | None:
    """Why nobody who signs in could undo this change, if so."""
    known = activities()[change.activity]
    letters = {**known.letters, **change.after}
    roles = [role for role, letter in letters.items() if letter and letter in known.permits]
    held = EntityRole.objects.filter(
        in_force(day or timezone.localdate()),
        Q(role__in=roles),
        entity_id__in=root_ids(),
        person__account__is_active=True,
    )
    return None if held.exists() else Refusal("matrix.nobody_left", {"activity": change.activity})


def effects_of(place: Place, changes: Sequence[Asked]) -> list[Effect]:
    """The changes as effects that a dossier or a decision can carry."""
    return [
        set_effect(change.activity, place, dict(change.after))
        for change in changes
        if dict(change.after) != own_letters(change.activity, place)
    ]


def set_letters(
    actor: Actor,
    place: Place,
    changes: Sequence[Asked],
    *,
    reason: str,
    decision: UUID | None = None,
) -> UUID | None:
    """Change letters of the company or of one part of it; ``decision`` is what it comes from.

    Returns the change, or ``None`` when nothing differed.

    Raises:
        Refused: the actor may not change the matrix there.
        Invalid: no reason, or letters that cannot be taken, by activity.
        Conflict: somebody changed a row meanwhile.
    """
    require(actor, MATRIX_EDIT, place.scope)
    errors = check_changes(place, changes)
    if not reason.strip():
        errors["reason"] = Refusal("required")
    if errors:
        raise Invalid(errors)
    cause = Cause("decision", decision) if decision is not None else None
    with recording(actor, MATRIX_EDIT.code, cause=cause, note=reason.strip()[:300]) as recorder:
        for change in changes:
            effect = set_effect(change.activity, place, dict(change.after))
            check(effect)
            found = MATRIX.read(effect.target, effect.after)
            if found != dict(change.before):
                raise Conflict(
                    "matrix", change.activity,
                    {change.activity: (said(change.before), said(found))},
                )
            MATRIX.write(recorder, effect.target, effect.after)
    return recorder.change.uid if recorder.changed else None


def said(letters: Mapping[str, str]) -> str:
    """Own letters on one line, for a conflict to show."""
    return ", ".join(f"{role} {letter or '–'}" for role, letter in sorted(letters.items())) or "–"


def check_edit(actor: Actor, place: Place) -> Refusal | None:
    """Why the actor may not change the letters of a place, or ``None``."""
    try:
        require(actor, MATRIX_EDIT, place.scope)
    except Refused as refused:
        return refused.refusal
    if place.kind and place.kind not in adaptable():
        return Refusal("matrix.not_adaptable", {"kind": place.kind})
    return None
