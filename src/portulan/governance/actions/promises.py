"""Writes on the promises of a dossier that is not fixed yet."""

from __future__ import annotations

from portulan.base.changes import recording
from portulan.base.policy import Actor, Invalid, Refusal, Refused
from portulan.governance.actions.dossiers import (
    PromiseInput,
    made_promise,
    require_edit,
    step_back,
)
from portulan.governance.activities import DOSSIER_EDIT
from portulan.governance.models import Dossier, Promise


def _check_promise(values: PromiseInput) -> None:
    errors: dict[str, Refusal] = {}
    if values.kind not in Promise.Kind.values:
        errors["kind"] = Refusal("invalid")
    if not values.title.strip():
        errors["title"] = Refusal("required")
    if values.kind == Promise.Kind.DATE and values.promised_on is None:
        errors["promised_on"] = Refusal("required")
    if values.kind != Promise.Kind.DATE and values.promised is None:
        errors["promised"] = Refusal("required")
    if values.kind != Promise.Kind.DATE and values.due_on is None:
        errors["due_on"] = Refusal("required")
    if values.kind == Promise.Kind.INDICATOR and values.indicator is None:
        errors["indicator"] = Refusal("required")
    if errors:
        raise Invalid(errors)


def add_promise(actor: Actor, dossier: Dossier, values: PromiseInput) -> Promise:
    """Add a promise that can be checked.

    Raises:
        Refused; Invalid: per column.
    """
    require_edit(actor, dossier)
    _check_promise(values)
    with recording(actor, DOSSIER_EDIT.code) as rec:
        return rec.create(made_promise(dossier, values))


def update_promise(
    actor: Actor, promise: Promise, values: PromiseInput, *, revision: int | None = None
) -> None:
    """Change a promise of a dossier that is not fixed yet.

    Raises:
        Refused, Invalid, Conflict.
    """
    dossier = promise.dossier
    if dossier is None or promise.decision_id is not None:
        raise Refused(Refusal("promise.decided"))
    require_edit(actor, dossier)
    _check_promise(values)
    fresh = made_promise(dossier, values)
    names = ("kind", "title", "due_on", "promised", "promised_on", "baseline", "unit")
    with recording(actor, DOSSIER_EDIT.code) as rec:
        rec.update(
            promise,
            expected_revision=revision,
            indicator=values.indicator,
            guarantor=values.guarantor,
            **{name: getattr(fresh, name) for name in names},
        )


def remove_promise(actor: Actor, promise: Promise) -> None:
    """Take a promise out of a dossier that is not fixed yet."""
    dossier = promise.dossier
    if dossier is None or promise.decision_id is not None:
        raise Refused(Refusal("promise.decided"))
    require_edit(actor, dossier)
    with recording(actor, DOSSIER_EDIT.code) as rec:
        rec.delete(promise)
        fresh = Dossier.objects.get(pk=dossier.pk)
        step_back(rec, fresh)
