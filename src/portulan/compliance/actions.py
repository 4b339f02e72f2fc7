"""Writes on risks."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from portulan.base.changes import recording
from portulan.base.editing import take_back
from portulan.base.models import HistoryRow
from portulan.base.policy import Actor, Invalid, NotFoundForActor, Refusal
from portulan.catalogue.access import product_for
from portulan.compliance.access import risk_for
from portulan.compliance.activities import RISK_EDIT
from portulan.compliance.models import Risk
from portulan.organisation.access import person_for
from portulan.portfolio.access import initiative_for, project_at


def add_risk(
    actor: Actor, target: str, code: str, *, name: str, kind: str = "delivery", likelihood: int = 3,
    impact: int = 3, mitigation: str = "", owner: str = "", review_on: date | None = None,
) -> UUID:
    """Note a risk on a product, an initiative or a project (``target``).

    Raises:
        NotFoundForActor, Refused: rights.
        Invalid: no name, an unknown kind, a figure that is not 1 to 5.
    """
    errors: dict[str, Refusal] = {}
    if not name.strip():
        errors["name"] = Refusal("required")
    if kind not in Risk.Kind.values:
        errors["kind"] = Refusal("kind.unknown", {"found": kind})
    for column, value in (("likelihood", likelihood), ("impact", impact)):
        if not 1 <= value <= 5:
            errors[column] = Refusal("scale.range")
    if errors:
        raise Invalid(errors)
    place: dict[str, Any]
    if target == "product":
        place = {"product": product_for(actor, code, RISK_EDIT)}
    elif target == "initiative":
        place = {"initiative": initiative_for(actor, code, RISK_EDIT)}
    elif target == "project":
        place = {"project": project_at(actor, code, RISK_EDIT)[0]}
    else:
        raise NotFoundForActor(target, code)
    with recording(actor, RISK_EDIT.code) as recorder:
        recorder.create(
            Risk(
                name=name.strip()[:300], kind=kind, likelihood=likelihood, impact=impact,
                mitigation=mitigation.strip(), review_on=review_on,
                owner=person_for(actor, owner)[0] if owner else None, **place,
            )
        )
    return recorder.change.uid


def set_state(actor: Actor, uid: str, state: str) -> UUID | None:
    """Accept, close or open a risk again.

    Raises:
        NotFoundForActor, Refused: rights.
        Invalid: an unknown state.
    """
    if state not in Risk.State.values:
        raise Invalid({"state": Refusal("kind.unknown", {"found": state})})
    risk = risk_for(actor, uid, RISK_EDIT)[0]
    with recording(actor, RISK_EDIT.code) as recorder:
        recorder.update(risk, state=state)
    return recorder.change.uid if recorder.changed else None


def undo_edit(actor: Actor, uid: UUID | str) -> None:
    """Take one's own last edit back, while the right still holds.

    Raises:
        NotFoundForActor, Refused: not one's own, too old, or the right is gone.
        Invalid: something changed since.
    """

    def authorise(rows: list[HistoryRow]) -> None:
        for row in rows:
            risk_for(actor, str(row.record_uid), RISK_EDIT)

    take_back(actor, uid, (RISK_EDIT,), authorise)
