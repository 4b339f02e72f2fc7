"""How an effect on the responsibility matrix reads and writes the database."""

from __future__ import annotations

from typing import Any

from portulan.base.changes import Recorder
from portulan.base.manifest import EffectHandler
from portulan.base.policy import NotFoundForActor
from portulan.organisation.matrix import Place, check_row, own_letters, place_of
from portulan.organisation.models import MatrixCell
from portulan_core.effects import Effect, EffectError

MATRIX_SET = "matrix.set"


def target_of(activity: str, place: Place) -> str:
    """The target of an effect: one activity, in the company or one part of it."""
    return f"{activity}@{place.key}"


def read_target(target: str) -> tuple[str, Place]:
    """The activity and the place of a target.

    Raises:
        EffectError: there is no such place.
    """
    activity, _, key = target.partition("@")
    try:
        return activity, place_of(key)
    except NotFoundForActor:
        raise EffectError("target", target) from None


def letters_now(target: str) -> dict[str, str]:
    """The own letters that a target reads now.

    Raises:
        EffectError: there is no such place.
    """
    return own_letters(*read_target(target))


def set_effect(activity: str, place: Place, after: dict[str, str]) -> Effect:
    """The effect that gives a place these own letters on an activity, from those of now."""
    return Effect(MATRIX_SET, target_of(activity, place), own_letters(activity, place), after)


def _read(target: str, after: Any) -> Any:
    activity, place = read_target(target)
    list(MatrixCell.objects.select_for_update().filter(activity=activity))
    return own_letters(activity, place)


def _write(recorder: Recorder, target: str, after: Any) -> None:
    activity, place = read_target(target)
    refusal = check_row(activity, place, after)
    if refusal is not None:
        raise EffectError(refusal.code, target)
    known = {
        cell.role: cell
        for cell in MatrixCell.objects.filter(
            activity=activity, place=f"{place.kind}:{place.id}" if place.kind else ""
        )
    }
    recorder.delete_many([cell for role, cell in known.items() if role not in after])
    recorder.update_many(
        [(known[role], {"letter": letter}) for role, letter in after.items() if role in known]
    )
    part = place.part
    recorder.create_many(
        [
            MatrixCell(
                activity=activity, role=role, letter=letter, entity_id=part.entity,
                team_id=part.team, line_id=part.line,
            )
            for role, letter in after.items()
            if role not in known
        ]
    )


MATRIX = EffectHandler(MATRIX_SET, _read, _write)
