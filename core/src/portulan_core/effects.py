"""Changes to a World as values: a closed, versioned union of effects.

A scenario, and a decision, is a list of effects. ``before`` is the precondition: applied to a World
where the target reads otherwise, an effect raises ``EffectConflict`` that shows the drift.
``inverse(e)`` undoes ``e``: ``apply(apply(w, e), inverse(e)) == w``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from portulan_core.model import INITIATIVE_STATES, STAGES, Initiative, StagePeriod, World

VERSION = 1


@dataclass(frozen=True, slots=True)
class Effect:
    """One change of one target.

    ``type`` is one of ``TYPES``; ``target`` the uid of the object; ``before`` and ``after`` plain
    JSON values whose shape the type fixes (``None``: absent).
    """

    type: str
    target: str
    before: Any
    after: Any
    v: int = VERSION

    def to_json(self) -> dict[str, Any]:
        """``{"v": 1, "type": …, "target": …, "before": …, "after": …}``."""
        return {
            "v": self.v,
            "type": self.type,
            "target": self.target,
            "before": self.before,
            "after": self.after,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Effect:
        """Read and check one effect.

        Raises:
            EffectError: unknown version or type, or a value of another shape.
        """
        if data.get("v") != VERSION:
            raise EffectError("version", data.get("v"))
        effect = cls(
            str(data.get("type")), str(data.get("target")), data.get("before"), data.get("after")
        )
        check(effect)
        return effect


class EffectError(ValueError):
    """An effect that cannot be read: ``code`` and what was ``found``."""

    def __init__(self, code: str, found: object) -> None:
        super().__init__(f"effect {code}: {found!r}")
        self.code, self.found = code, found


class EffectConflict(Exception):
    """The target is no longer what ``before`` says: ``actual`` is what it reads now."""

    def __init__(self, effect: Effect, actual: Any) -> None:
        super().__init__(
            f"{effect.type} {effect.target}: expected {effect.before!r}, now {actual!r}"
        )
        self.effect, self.actual = effect, actual


@dataclass(frozen=True, slots=True)
class EffectType:
    """How one type reads its target in a World, writes it, and which values it takes.

    Without ``table`` the target is no part of a World (who may do what): there, such an effect
    always fits and changes nothing.
    """

    name: str
    table: str
    read: Callable[[World, str], Any]
    write: Callable[[World, str, Any], World]
    valid: Callable[[Any], bool]


def _initiative(world: World, uid: str) -> Initiative:
    try:
        return world.initiatives[uid]
    except KeyError:
        raise EffectError("target", uid) from None


def _read_place(world: World, uid: str) -> Any:
    return _initiative(world, uid).start


def _write_place(world: World, uid: str, value: Any) -> World:
    return world.with_rows("initiatives", [replace(_initiative(world, uid), start=value)])


def _read_state(world: World, uid: str) -> Any:
    return _initiative(world, uid).state


def _write_state(world: World, uid: str, value: Any) -> World:
    return world.with_rows("initiatives", [replace(_initiative(world, uid), state=value)])


def _read_size(world: World, uid: str) -> Any:
    row = _initiative(world, uid)
    return {
        "months": row.months,
        "capex": list(row.costs_capex),
        "opex": list(row.costs_opex),
        "efforts": [[team, list(days)] for team, days in sorted(row.efforts)],
    }


def _write_size(world: World, uid: str, value: Any) -> World:
    row = replace(
        _initiative(world, uid),
        months=value["months"],
        costs_capex=tuple(value["capex"]),
        costs_opex=tuple(value["opex"]),
        efforts=tuple((team, tuple(days)) for team, days in sorted(value["efforts"])),
    )
    return world.with_rows("initiatives", [row])


def _ints(value: Any) -> bool:
    return isinstance(value, list) and all(_int(item) for item in value)


def _int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _size_valid(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"months", "capex", "opex", "efforts"}
        and _int(value["months"])
        and value["months"] >= 1
        and _ints(value["capex"])
        and _ints(value["opex"])
        and isinstance(value["efforts"], list)
        and all(
            isinstance(e, list) and len(e) == 2 and isinstance(e[0], str) and _ints(e[1])
            for e in value["efforts"]
        )
    )


def _read_envelope(world: World, uid: str) -> Any:
    row = world.envelopes.get(uid)
    if row is None:
        raise EffectError("target", uid)
    return row.amount


def _write_envelope(world: World, uid: str, value: Any) -> World:
    if uid not in world.envelopes:
        raise EffectError("target", uid)
    return world.with_rows("envelopes", [replace(world.envelopes[uid], amount=value)])


def _read_capacity(world: World, uid: str) -> Any:
    row = world.capacities.get(uid)
    if row is None:
        raise EffectError("target", uid)
    return row.days


def _write_capacity(world: World, uid: str, value: Any) -> World:
    if uid not in world.capacities:
        raise EffectError("target", uid)
    return world.with_rows("capacities", [replace(world.capacities[uid], days=value)])


# A stage effect creates or removes one period: its target is the uid of the period, so that the
# effect can be written before the row exists.
def _read_stage(world: World, uid: str) -> Any:
    row = world.stage_periods.get(uid)
    if row is None:
        return None
    return {
        "product": row.product,
        "stage": row.stage,
        "starts": row.starts.isoformat() if row.starts else None,
        "ends": row.ends.isoformat() if row.ends else None,
        "market": row.market,
    }


def _write_stage(world: World, uid: str, value: Any) -> World:
    if value is None:
        return world.without("stage_periods", [uid])
    if value["product"] not in world.products:
        raise EffectError("target", value["product"])
    known = world.stage_periods.get(uid)
    position = (
        known.position
        if known
        else 1
        + max(
            (p.position for p in world.stage_periods.values() if p.product == value["product"]),
            default=-1,
        )
    )
    row = StagePeriod(
        uid=uid,
        product=value["product"],
        stage=value["stage"],
        starts=date.fromisoformat(value["starts"]) if value["starts"] else None,
        ends=date.fromisoformat(value["ends"]) if value["ends"] else None,
        market=value["market"],
        source_stage=known.source_stage if known else "",
        position=position,
    )
    return world.with_rows("stage_periods", [row])


def _is_date(value: Any) -> bool:
    if value is None:
        return True
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _stage_valid(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict)
        and set(value) == {"product", "stage", "starts", "ends", "market"}
        and isinstance(value["product"], str)
        and value["stage"] in STAGES
        and _is_date(value["starts"])
        and _is_date(value["ends"])
        and isinstance(value["market"], str)
    )


def _outside(world: World, uid: str) -> Any:
    return None


def _unchanged(world: World, uid: str, value: Any) -> World:
    return world


#: Letters of the responsibility matrix; "" takes a role out, X says that it must not.
MATRIX_LETTERS = frozenset({"R", "A", "C", "I", "X", ""})


def _letters_valid(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(role, str) and role and letter in MATRIX_LETTERS
        for role, letter in value.items()
    )


TYPES: dict[str, EffectType] = {
    t.name: t
    for t in (
        EffectType(
            "initiative.place",
            "initiatives",
            _read_place,
            _write_place,
            lambda v: v is None or _int(v),
        ),
        EffectType(
            "initiative.state",
            "initiatives",
            _read_state,
            _write_state,
            lambda v: v in INITIATIVE_STATES,
        ),
        EffectType("initiative.resize", "initiatives", _read_size, _write_size, _size_valid),
        EffectType("envelope.amount", "envelopes", _read_envelope, _write_envelope, _int),
        EffectType("capacity.days", "capacities", _read_capacity, _write_capacity, _int),
        EffectType("product.stage", "stage_periods", _read_stage, _write_stage, _stage_valid),
        EffectType("matrix.set", "", _outside, _unchanged, _letters_valid),
    )
}


def check(effect: Effect) -> None:
    """Refuse an effect of unknown type or with a value of another shape.

    Raises:
        EffectError: ``type``, ``before`` or ``after``, with what was found.
    """
    kind = TYPES.get(effect.type)
    if kind is None:
        raise EffectError("type", effect.type)
    for side in ("before", "after"):
        if not kind.valid(getattr(effect, side)):
            raise EffectError(side, getattr(effect, side))


def actual(world: World, effect: Effect) -> Any:
    """What the target of an effect reads in a World, in the shape of ``before``."""
    return TYPES[effect.type].read(world, effect.target)


def apply(world: World, effect: Effect) -> World:
    """The World after one effect.

    Raises:
        EffectError: unknown type, ill-shaped value or absent target.
        EffectConflict: the target does not read ``before``.
    """
    check(effect)
    if not TYPES[effect.type].table:
        return world
    found = actual(world, effect)
    if found != effect.before:
        raise EffectConflict(effect, found)
    return TYPES[effect.type].write(world, effect.target, effect.after)


def apply_all(world: World, effects: Iterable[Effect]) -> World:
    """The World after effects in order, all or none (the given World is never changed)."""
    for effect in effects:
        world = apply(world, effect)
    return world


def conflicts(world: World, effects: Iterable[Effect]) -> list[EffectConflict]:
    """Every effect whose precondition no longer holds, each tested after those that do hold."""
    found = []
    for effect in effects:
        try:
            world = apply(world, effect)
        except EffectConflict as conflict:
            found.append(conflict)
    return found


def inverse(effect: Effect) -> Effect:
    """The effect that undoes this one."""
    return Effect(effect.type, effect.target, effect.after, effect.before, effect.v)
