"""A scenario's effects grouped into lines to decide: one per initiative, envelope or capacity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portulan.governance.models import Envelope, Initiative, Product
from portulan_core.effects import Effect, inverse

#: Order in which lines are put to a committee.
CHANGES = ("in", "resized", "moved", "out", "keep", "stage", "envelope", "capacity")
_OUT = ("deferred", "refused", "stopped", "idea", "proposed")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a scenario changes.

    ``amount``: what it adds to the money decided (negative: gives back), minor units. ``name`` is
    empty for a target that has none of its own (an envelope, a capacity).
    """

    target: str
    change: str
    name: str
    initiative: Initiative | None
    product: Product | None
    amount: int
    effects: tuple[Effect, ...]
    reason: Mapping[str, Any]

    def to_json(self) -> list[dict[str, Any]]:
        """The effects as a line stores them."""
        return [effect.to_json() for effect in self.effects]


def differences(
    raw: Iterable[Mapping[str, Any]], reasons: Mapping[str, Any] | None = None
) -> list[Difference]:
    """Group effects by target, in the order in which they are put to a committee.

    ``reasons``: target uid → what the solver says of it.

    Raises:
        EffectError: an effect that cannot be read.
    """
    grouped: dict[str, list[Effect]] = {}
    for data in raw:
        effect = Effect.from_json(data)
        grouped.setdefault(effect.target, []).append(effect)
    reasons = reasons or {}
    initiatives = {
        str(row.uid): row for row in Initiative.objects.filter(uid__in=_uids(grouped))
    }
    served = initiative_products([row.pk for row in initiatives.values()])
    products = Product.objects.in_bulk({p for pairs in served.values() for p, _ in pairs[:1]})
    found = []
    for target, effects in grouped.items():
        initiative = initiatives.get(target)
        main = served.get(initiative.pk, [])[:1] if initiative else []
        found.append(
            Difference(
                target,
                change_of(effects),
                initiative.name if initiative else "",
                initiative,
                products.get(main[0][0]) if main else None,
                amount_of(effects, initiative),
                tuple(effects),
                reasons.get(target) or {},
            )
        )
    return sorted(found, key=lambda d: (CHANGES.index(d.change), -abs(d.amount), d.name))


def _uids(grouped: Mapping[str, Sequence[Effect]]) -> list[str]:
    return [
        target
        for target, effects in grouped.items()
        if any(effect.type.startswith("initiative.") for effect in effects)
    ]


def change_of(effects: Sequence[Effect]) -> str:
    """What a group of effects on one target amounts to."""
    kinds = {effect.type for effect in effects}
    if "product.stage" in kinds:
        return "stage"
    if "envelope.amount" in kinds:
        return "envelope"
    if "capacity.days" in kinds:
        return "capacity"
    for effect in effects:
        if effect.type == "initiative.state":
            if effect.after in _OUT and effect.before not in _OUT:
                return "out"
            if effect.before in _OUT and effect.after not in _OUT:
                return "in"
        if effect.type == "initiative.place":
            if effect.after is None:
                return "out"
            if effect.before is None:
                return "in"
    return "resized" if "initiative.resize" in kinds else "moved"


def amount_of(effects: Sequence[Effect], initiative: Initiative | None) -> int:
    """The money that a group of effects adds (or gives back, negative), minor units."""
    change = change_of(effects)
    if change == "envelope":
        return sum(int(e.after) - int(e.before) for e in effects if e.type == "envelope.amount")
    if initiative is None:
        return 0
    before, after = initiative.cost, initiative.cost
    for effect in effects:
        if effect.type == "initiative.resize":
            before = sum(effect.before["capex"]) + sum(effect.before["opex"])
            after = sum(effect.after["capex"]) + sum(effect.after["opex"])
    if change == "in":
        return after
    if change == "out":
        return -before
    return after - before


def undone(effects: Iterable[Effect]) -> list[Effect]:
    """The effects that undo these, in the order to apply them."""
    return [inverse(effect) for effect in reversed(list(effects))]


def envelope_of(target: str) -> Envelope | None:
    """The envelope that an effect is on."""
    return Envelope.objects.select_related("line", "entity").filter(uid=target).first()


def initiative_products(initiative_ids: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
    """Initiative id → (product id, share), largest share first (one query)."""
    found: dict[int, list[tuple[int, int]]] = {}
    rows = (
        Initiative.objects.filter(pk__in=set(initiative_ids), initiative_products__isnull=False)
        .order_by("pk", "-initiative_products__share", "initiative_products__pk")
        .values_list("pk", "initiative_products__product_id", "initiative_products__share")
    )
    for pk, product, share in rows:
        found.setdefault(pk, []).append((product, share))
    return found
