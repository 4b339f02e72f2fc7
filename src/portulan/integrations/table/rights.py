"""Whether an actor may write what a file brings: the same activities as in the pages.

Whoever may import does not thereby get the right to write everything: a controller imports
budgets, the PMO of a subsidiary its own entity.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from portulan.base.policy import Activity, Actor, Scope, check_right
from portulan.catalogue.manifest import LINE_EDIT, OBJECTIVE_EDIT, PRODUCT_CREATE, PRODUCT_EDIT
from portulan.integrations.activities import IMPORT_RUN
from portulan.integrations.table.items import Item
from portulan.integrations.table.known import Everything
from portulan.organisation.manifest import ORGANISATION_EDIT, PEOPLE_EDIT
from portulan.organisation.sync import entity_scopes
from portulan.portfolio.manifest import BUDGET_EDIT, CAPACITY_EDIT, INITIATIVE_EDIT, PROJECT_EDIT

ACTIVITIES: dict[str, Activity] = {
    "entity": ORGANISATION_EDIT,
    "team": ORGANISATION_EDIT,
    "membership": PEOPLE_EDIT,
    "person": PEOPLE_EDIT,
    "entity_role": PEOPLE_EDIT,
    "product_role": PEOPLE_EDIT,
    "line_role": PEOPLE_EDIT,
    "project_role": PEOPLE_EDIT,
    "line": LINE_EDIT,
    "product_line": PRODUCT_EDIT,
    "product_link": PRODUCT_EDIT,
    "stage_period": PRODUCT_CREATE,
    "objective": OBJECTIVE_EDIT,
    "objective_product": OBJECTIVE_EDIT,
    "key_result": OBJECTIVE_EDIT,
    "project": PROJECT_EDIT,
    "project_product": PROJECT_EDIT,
    "initiative": INITIATIVE_EDIT,
    "initiative_product": INITIATIVE_EDIT,
    "envelope": BUDGET_EDIT,
    "cost_line": BUDGET_EDIT,
    "capacity": CAPACITY_EDIT,
}
#: Where a record lies when it names no entity: that of what it belongs to.
_OWNERS = ("project", "initiative", "product", "team", "objective", "person", "parent")


@dataclass(frozen=True, slots=True)
class RightMissing:
    """The activity that lacks, and the entity where it lacks ("" for the whole company)."""

    code: str
    entity: str


class Rights:
    """Answers for one actor; entities are read once."""

    def __init__(self, actor: Actor, known: Everything) -> None:
        self.actor, self.known = actor, known
        self._scopes = entity_scopes()
        roots = [
            uid for uid, p in known.kind("entity").records.items() if p.values["parent"] is None
        ]
        self._roots = frozenset(pk for uid in roots for pk in self._scopes.get(uid, ()))
        self._answer = lru_cache(maxsize=None)(self._ask)

    def refusal(self, item: Item) -> RightMissing | None:
        """Why an item may not be written, or ``None``."""
        activity = ACTIVITIES.get(item.kind)
        if item.kind == "product":
            new = item.uid not in self.known.kind("product").records
            activity = PRODUCT_CREATE if new else PRODUCT_EDIT
        if activity is None:
            return RightMissing(item.kind, "")
        for entity in self._entities(item):
            refused = self._answer(activity.code, entity)
            if refused is not None:
                return refused
        return None

    def _ask(self, code: str, entity: UUID | None) -> RightMissing | None:
        activity = next(
            a for a in (*ACTIVITIES.values(), PRODUCT_CREATE, PRODUCT_EDIT) if a.code == code
        )
        if entity is None:
            scopes = [Scope(entities=frozenset({pk})) for pk in sorted(self._roots)] or [Scope()]
        else:
            scopes = [Scope(entities=self._scopes.get(entity, frozenset()))]
        for needed in (IMPORT_RUN, activity):
            if any(check_right(self.actor, needed, scope) is not None for scope in scopes):
                return RightMissing(needed.code, self._name(entity))
        return None

    def _name(self, entity: UUID | None) -> str:
        known = self.known.kind("entity")
        return known.name(entity) if entity in known.records and entity is not None else ""

    def _entities(self, item: Item) -> set[UUID | None]:
        """The entities where an item lies: as it stands and as it would be."""
        found: set[UUID | None] = set()
        present = self.known.kind(item.kind).records.get(item.uid) if item.uid else None
        if item.kind == "entity":
            found.add(item.uid if present is not None else self._above(item))
        if present is not None and "entity" in present.values:
            found.add(present.values["entity"])
        ref = item.refs.get("entity")
        if ref is not None:
            found.add(self._existing(ref))
        if not found:
            for name in _OWNERS:
                owner = item.refs.get(name)
                if isinstance(owner, Item):
                    return self._entities(owner)
                if isinstance(owner, UUID):
                    values = self.known.kind(name).records[owner].values
                    return {values.get("entity")}
        return found or {None}

    def _existing(self, ref: object) -> UUID | None:
        """An entity that exists: this one, or the nearest above one that the file makes."""
        if isinstance(ref, UUID):
            return ref
        if isinstance(ref, Item):
            return ref.uid if ref.uid in self.known.kind("entity").records else self._above(ref)
        return None

    def _above(self, item: Item) -> UUID | None:
        parent = item.refs.get("parent")
        return self._existing(parent) if parent is not None else None
