"""Applies effects to the database: all in one transaction, each only if its target still agrees."""

from __future__ import annotations

from collections.abc import Sequence

from portulan.base.changes import Recorder
from portulan.base.manifest import effect_handlers
from portulan_core.effects import Effect, EffectConflict, check


def apply_effects(recorder: Recorder, effects: Sequence[Effect]) -> None:
    """Write effects in order, inside the caller's transaction.

    Raises:
        EffectError: unknown type, ill-shaped value or absent target.
        EffectConflict: a target no longer reads ``before``; nothing of the transaction stays.
    """
    handlers = effect_handlers()
    for effect in effects:
        check(effect)
        handler = handlers[effect.type]
        found = handler.read(effect.target, effect.after)
        if found != effect.before:
            raise EffectConflict(effect, found)
        handler.write(recorder, effect.target, effect.after)


def drifted(effects: Sequence[Effect]) -> list[EffectConflict]:
    """Effects whose target no longer reads ``before``; earlier effects on a target count."""
    handlers = effect_handlers()
    expected: dict[tuple[str, str], object] = {}
    found = []
    for effect in effects:
        place = (effect.type, effect.target)
        actual = (
            expected[place]
            if place in expected
            else handlers[effect.type].read(effect.target, effect.after)
        )
        if actual != effect.before:
            found.append(EffectConflict(effect, actual))
        else:
            expected[place] = effect.after
    return found
