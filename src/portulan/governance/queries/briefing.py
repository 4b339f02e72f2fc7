"""The facts from which the eight sections of a dossier are written; the pages put them in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from portulan.governance.differences import Difference, differences, initiative_products, undone
from portulan.governance.impact import TABLES, Impact, impact
from portulan.governance.models import Decision, DossierLine, Initiative, Product, Scenario
from portulan.governance.planning import effects_of, move_on, moves_of
from portulan.snapshot.assemble import take
from portulan_core.effects import Effect
from portulan_core.model import World

_MORE = frozenset({"objectives", "objective_products", "indicators", "risks", "dependencies",
                   "benefits", "people"})


@dataclass(frozen=True, slots=True)
class BenefitFact:
    """What an initiative is expected to bring: minor units, or hours for user time."""

    initiative: str
    uid: str
    kind: str
    year: int
    amount: int


@dataclass(frozen=True, slots=True)
class IndicatorFact:
    """An indicator of a product as it stands."""

    uid: str
    name: str
    unit: str
    product: str
    target: float | None
    value: float | None
    on: date | None


@dataclass(frozen=True, slots=True)
class RiskFact:
    """An open risk: likelihood times impact, 1 to 25."""

    name: str
    subject: str
    level: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where an initiative stands after the decision, in months; ``cost`` in minor units."""

    uid: str
    name: str
    change: str
    start: int | None
    end: int | None
    cost: int


@dataclass(frozen=True, slots=True)
class Briefing:
    """The facts of a dossier to be."""

    day: date
    products: tuple[tuple[str, str, str], ...]
    objectives: tuple[tuple[str, str], ...]
    indicators: tuple[IndicatorFact, ...]
    risks: tuple[RiskFact, ...]
    waiting: tuple[tuple[str, str], ...]
    benefits: tuple[BenefitFact, ...]
    places: tuple[Place, ...]
    differences: tuple[Difference, ...]
    impact: Impact


def of_scenario(scenario: Scenario, day: date | None = None) -> Briefing:
    """The facts of a scenario's differences.

    Raises:
        EffectError: the scenario holds an effect that cannot be read.
    """
    return _briefing(tuple(differences(scenario.effects)), (), day)


def of_product(
    product: Product, effects: Sequence[Effect] = (), day: date | None = None
) -> Briefing:
    """The facts of one product."""
    found = tuple(differences([effect.to_json() for effect in effects]))
    return _briefing(found, (str(product.uid),), day)


def of_kind(
    product: Product, kind: str, stage: str = "", day: date | None = None
) -> Briefing:
    """The facts of one product, with what a kind of dossier would change for it."""
    on = day or timezone.localdate()
    return of_product(product, effects_of(moves_of(product, kind, stage, on)))


def of_work(work: Sequence[Initiative], kind: str, day: date | None = None) -> Briefing:
    """The facts of some work, with what a kind of dossier would change for it."""
    on = day or timezone.localdate()
    effects = effects_of([move_on(initiative, kind, on) for initiative in work])
    served = initiative_products([initiative.pk for initiative in work])
    ids = {product for pairs in served.values() for product, _ in pairs}
    uids = Product.objects.filter(pk__in=ids).values_list("uid", flat=True)
    found = tuple(differences([effect.to_json() for effect in effects]))
    return _briefing(found, [str(uid) for uid in uids], None)


def of_decision(decision: Decision, day: date | None = None) -> Briefing:
    """The facts of undoing a decision."""
    turned = undone(Effect.from_json(raw) for raw in decision.effects)
    return _briefing(tuple(differences([e.to_json() for e in turned])), (), day)


def _briefing(
    found: tuple[Difference, ...], products: Collection[str], day: date | None
) -> Briefing:
    day = day or timezone.localdate()
    world = take(TABLES | _MORE)
    initiatives = {d.target for d in found if d.initiative is not None}
    served = {
        row.product for row in world.initiative_products.values() if row.initiative in initiatives
    } | set(products)
    lines = [(d.target, d.effects) for d in found]
    return Briefing(
        day,
        tuple(
            (row.code, row.name, row.vision)
            for uid, row in world.products.items()
            if uid in served
        ),
        _objectives(world, served),
        _indicators(world, served),
        _risks(world, served | initiatives),
        _waiting(world, {d.target for d in found if d.change == "out"}, initiatives),
        tuple(
            BenefitFact(
                world.initiatives[row.initiative].name, row.initiative, row.kind, row.year,
                row.amount,
            )
            for row in world.benefits.values()
            if row.initiative in initiatives and row.initiative in world.initiatives
        ),
        tuple(_place(world, d) for d in found if d.target in world.initiatives),
        found,
        impact(lines, [uid for uid, _ in lines], world=world, today=day),
    )


def _objectives(world: World, products: set[str]) -> tuple[tuple[str, str], ...]:
    found: dict[str, list[str]] = {}
    for link in world.objective_products.values():
        if link.product in products and link.objective in world.objectives:
            found.setdefault(link.objective, []).append(world.products[link.product].name)
    return tuple((world.objectives[uid].name, ", ".join(names)) for uid, names in found.items())


def _indicators(world: World, products: set[str]) -> tuple[IndicatorFact, ...]:
    return tuple(
        IndicatorFact(
            row.uid, row.name, row.unit, world.products[row.product].name, row.target,
            row.last_value, row.last_at,
        )
        for row in world.indicators.values()
        if row.product in products and row.product in world.products
    )


def _risks(world: World, subjects: set[str]) -> tuple[RiskFact, ...]:
    found = []
    for row in world.risks.values():
        if row.target not in subjects or row.state != "open":
            continue
        subject = world.products.get(row.target) or world.initiatives.get(row.target)
        name = subject.name if subject is not None else ""
        found.append(RiskFact(row.name, name, row.likelihood * row.impact))
    return tuple(sorted(found, key=lambda r: (-r.level, r.name))[:8])


def _waiting(world: World, out: set[str], inside: set[str]) -> tuple[tuple[str, str], ...]:
    """Initiatives that stay and depend on one that goes."""
    return tuple(
        (world.initiatives[row.successor].name, world.initiatives[row.predecessor].name)
        for row in world.dependencies.values()
        if row.subject == "initiative"
        and row.predecessor in out
        and row.successor not in out
        and row.successor in world.initiatives
        and row.predecessor in world.initiatives
    )


def _place(world: World, difference: Difference) -> Place:
    row = world.initiatives[difference.target]
    start, months = row.start, row.months
    for effect in difference.effects:
        if effect.type == "initiative.place":
            start = effect.after
        elif effect.type == "initiative.resize":
            months = effect.after["months"]
    cost = row.cost
    return Place(
        row.uid, row.name, difference.change, start, None if start is None else start + months, cost
    )


def line_effects(lines: Sequence[DossierLine]) -> list[tuple[str, list[Effect]]]:
    """The lines of a dossier as ``impact`` takes them."""
    return [(str(line.uid), [Effect.from_json(raw) for raw in line.effects]) for line in lines]
