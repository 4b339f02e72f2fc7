"""A change of the responsibility matrix as a dossier: line by line, its letters as effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portulan.base.changes import recording
from portulan.base.policy import Actor, Invalid, Refusal, require
from portulan.governance.actions.dossiers import Draft, new_dossier
from portulan.governance.activities import DOSSIER_EDIT
from portulan.governance.models import Dossier, DossierLine, Entity
from portulan.organisation.activities import MATRIX_EDIT
from portulan.organisation.matrix import Place
from portulan.organisation.responsibilities import Asked, check_changes, effects_of


def dossier_from_letters(
    actor: Actor,
    place: Place,
    changes: Sequence[Asked],
    *,
    title: str,
    reason: str,
    titles: Mapping[str, str],
) -> Dossier:
    """A dossier of the kind "change a standard": one line for each activity whose letters change.

    ``titles`` gives the sentence of each activity. The decision applies the letters; a later one
    takes them back.

    Raises:
        Refused: no right to change the matrix there, or to write dossiers.
        Invalid: no reason, nothing changes, or letters that cannot be taken, by activity.
    """
    require(actor, MATRIX_EDIT, place.scope)
    require(actor, DOSSIER_EDIT, place.scope)
    errors = check_changes(place, changes)
    if not reason.strip():
        errors["reason"] = Refusal("required")
    effects = [] if errors else effects_of(place, changes)
    if not errors and not effects:
        errors["changes"] = Refusal("matrix.nothing")
    if errors:
        raise Invalid(errors)
    entity = Entity.objects.filter(pk=place.id or 0).first() if place.kind == "entity" else None
    draft = Draft(name=title, sections={"context": reason.strip()})
    with recording(actor, DOSSIER_EDIT.code) as rec:
        dossier = new_dossier(rec, actor, "change_standard", draft, entity=entity)
        rec.create_many(
            [
                DossierLine(
                    dossier=dossier,
                    position=position,
                    title=titles.get(effect.target.partition("@")[0], effect.target)[:300],
                    change="matrix",
                    effects=[effect.to_json()],
                )
                for position, effect in enumerate(effects)
            ]
        )
    return dossier
