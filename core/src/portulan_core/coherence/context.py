"""What several rules look up in a World, computed once and only when asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from portulan_core.lifecycle import current_period
from portulan_core.model import (
    PLANNED_STATES,
    Assignment,
    Decision,
    Initiative,
    InitiativeProduct,
    StagePeriod,
    World,
)
from portulan_core.periods import month_of

T = TypeVar("T")

ACTIVE_STAGES = ("exploration", "development", "run")


def in_force(starts: date | None, ends: date | None, day: date) -> bool:
    """Whether a dated fact holds on a day; both ends are inclusive, a missing end is open."""
    return (starts is None or starts <= day) and (ends is None or day <= ends)


class Context:
    """A World on a day, with the indexes that rules share."""

    def __init__(self, world: World, day: date, currency: str = "EUR") -> None:
        self.world, self.day, self.currency = world, day, currency
        self.month = month_of(day)
        #: What rules that share a long computation keep for one another.
        self.kept: dict[Any, Any] = {}

    @cached_property
    def periods(self) -> dict[str, list[StagePeriod]]:
        """Stage periods by product, in source order."""
        return _by(
            sorted(self.world.stage_periods.values(), key=lambda p: p.position),
            lambda p: p.product,
        )

    @cached_property
    def stages(self) -> dict[str, str | None]:
        """Product → its current stage (``None``: none in force or unknown word)."""
        found: dict[str, str | None] = {}
        for uid in self.world.products:
            period = current_period(self.periods.get(uid, []), self.day)
            found[uid] = period.stage if period else None
        return found

    @cached_property
    def active(self) -> frozenset[str]:
        """Products in exploration, development or run."""
        return frozenset(uid for uid, stage in self.stages.items() if stage in ACTIVE_STAGES)

    @cached_property
    def stopped(self) -> frozenset[str]:
        """Products at their end of life."""
        return frozenset(uid for uid, stage in self.stages.items() if stage == "end_of_life")

    @cached_property
    def assignments(self) -> dict[str, list[Assignment]]:
        """Role assignments in force on products, by product."""
        return _by(
            (
                a
                for a in self.world.assignments.values()
                if a.target_type == "product" and in_force(a.starts, a.ends, self.day)
            ),
            lambda a: a.target,
        )

    @cached_property
    def team_people(self) -> dict[str, int]:
        """Team → how many people are members today."""
        count: dict[str, int] = defaultdict(int)
        for membership in self.world.memberships.values():
            if in_force(membership.starts, membership.ends, self.day):
                count[membership.team] += 1
        return count

    @cached_property
    def initiative_products(self) -> dict[str, list[InitiativeProduct]]:
        """Shares by initiative."""
        return _by(self.world.initiative_products.values(), lambda s: s.initiative)

    @cached_property
    def product_initiatives(self) -> dict[str, list[Initiative]]:
        """Initiatives by product that they serve."""
        found: dict[str, list[Initiative]] = defaultdict(list)
        for share in self.world.initiative_products.values():
            initiative = self.world.initiatives.get(share.initiative)
            if initiative is not None:
                found[share.product].append(initiative)
        return found

    @cached_property
    def plan(self) -> list[Initiative]:
        """The present plan: placed initiatives that are planned or in progress."""
        return [
            i
            for i in self.world.initiatives.values()
            if i.start is not None and i.state in PLANNED_STATES
        ]

    @cached_property
    def decided(self) -> dict[str, list[Decision]]:
        """Decisions taken, by initiative and by product."""
        found: dict[str, list[Decision]] = defaultdict(list)
        for decision in self.world.decisions.values():
            if decision.state in ("decided", "applied"):
                for uid in decision.initiatives + decision.products:
                    found[uid].append(decision)
        return found

    def entity_chain(self, uid: str | None) -> list[str]:
        """An entity and those above it; a circle in the facts ends the walk."""
        chain: list[str] = []
        while uid is not None and uid not in chain:
            chain.append(uid)
            entity = self.world.entities.get(uid)
            uid = entity.parent if entity else None
        return chain

    def first_fiscal_month(self, entity: str | None) -> int:
        """The first month of the fiscal year of an entity (of the root when it is unknown)."""
        found = self.world.entities.get(entity) if entity else None
        if found is None:
            found = next((e for e in self.world.entities.values() if e.parent is None), None)
        return found.fiscal_first_month if found else 1

    def name(self, table: str, uid: str | None) -> str:
        """An object's name for a sentence ("" when it is unknown)."""
        row = self.world.table(table).get(uid) if uid else None
        return str(getattr(row, "name", "")) if row else ""


def _by(rows: Iterable[T], key: object) -> dict[str, list[T]]:
    grouped: dict[str, list[T]] = defaultdict(list)
    assert callable(key)
    for row in rows:
        grouped[key(row)].append(row)
    return grouped
