"""The letters of the whole company for an activity, as a governance profile writes them."""

from __future__ import annotations

from collections.abc import Mapping

from portulan.base.changes import Recorder
from portulan.base.policy import Refusal, Refused
from portulan.organisation.effects import MATRIX, target_of
from portulan.organisation.matrix import Place
from portulan.organisation.models import MatrixCell
from portulan_core.effects import EffectError


def put_letters(
    recorder: Recorder, activity: str, letters: Mapping[str, str], *, clear_parts: bool = False
) -> None:
    """Give the company these letters of its own, instead of the shipped ones (no right asked).

    ``clear_parts``: the letters that parts of the company settled for themselves give way.

    Raises:
        Refused: not exactly one role would answer, somewhere.
    """
    if clear_parts:
        cells = MatrixCell.objects.filter(activity=activity).exclude(place="")
        recorder.delete_many(list(cells))
    try:
        MATRIX.write(recorder, target_of(activity, Place()), dict(letters))
    except EffectError as error:
        raise Refused(Refusal("profile.matrix", {"activity": activity})) from error
