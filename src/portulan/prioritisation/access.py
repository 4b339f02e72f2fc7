"""Fetch and authorise in one call: what cannot be read is not found, what may not be done says why.

An initiative lies in its entity and the entities, lines and products it serves; what lies nowhere
belongs to the whole company. A scenario lies in its entity, or in the whole company.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.db.models.fields.json import KeyTransform

from portulan.base.policy import (
    Activity,
    Actor,
    NotFoundForActor,
    Refusal,
    Refused,
    Scope,
    check_right,
    require,
)
from portulan.portfolio.manifest import INITIATIVE_READ
from portulan.prioritisation.activities import SCENARIO_READ
from portulan.prioritisation.models import (
    Entity,
    Initiative,
    InitiativeProduct,
    Line,
    ProductLine,
    Scenario,
)


class Territory:
    """Entities with those above them, and lines: read once for a request (two queries).

    ``entities``, ``lines``: what is above each one, when the caller knows it already (no query).
    """

    def __init__(
        self,
        entities: Mapping[int, int | None] | None = None,
        lines: Mapping[int, int | None] | None = None,
    ) -> None:
        self._entities, self._lines = entities, lines

    @cached_property
    def _parents(self) -> Mapping[int, int | None]:
        if self._entities is not None:
            return self._entities
        return dict(Entity.objects.values_list("pk", "parent_id"))

    @cached_property
    def _line_parents(self) -> Mapping[int, int | None]:
        if self._lines is not None:
            return self._lines
        return dict(Line.objects.values_list("pk", "parent_id"))

    @property
    def roots(self) -> frozenset[int]:
        """The entities above which there is nothing."""
        return frozenset(pk for pk, parent in self._parents.items() if parent is None)

    def above(self, entity: int | None) -> frozenset[int]:
        """An entity and all above it; without entity, the roots."""
        return self.roots if entity is None else _chain(entity, self._parents)

    def lines(self, ids: Iterable[int]) -> frozenset[int]:
        """Lines and all above them."""
        found: frozenset[int] = frozenset()
        for pk in ids:
            found |= _chain(pk, self._line_parents)
        return found


def _chain(pk: int, parents: Mapping[int, int | None]) -> frozenset[int]:
    found: set[int] = set()
    at: int | None = pk
    while at is not None and at not in found:
        found.add(at)
        at = parents.get(at)
    return frozenset(found)


def initiative_scopes(
    initiatives: Iterable[Initiative], territory: Territory | None = None
) -> dict[int, Scope]:
    """Where initiatives lie, by id (four queries, whatever their number)."""
    rows = list(initiatives)
    territory = territory or Territory()
    served: dict[int, list[tuple[int, int | None, int | None]]] = {}
    for pk, product, part, team in InitiativeProduct.objects.filter(
        initiative_id__in=[row.pk for row in rows]
    ).values_list("initiative_id", "product_id", "product__entity_id", "product__team_id"):
        served.setdefault(pk, []).append((product, part, team))
    lines: dict[int, list[int]] = {}
    wanted = {product for found in served.values() for product, _, _ in found}
    for product, line in ProductLine.objects.filter(product_id__in=wanted).values_list(
        "product_id", "line_id"
    ):
        lines.setdefault(product, []).append(line)
    found = {}
    for row in rows:
        pairs = served.get(row.pk, [])
        entities: frozenset[int] = frozenset()
        for entity in {row.entity_id, *(entity for _, entity, _ in pairs)}:
            if entity is not None:
                entities |= territory.above(entity)
        teams = {team for _, _, team in pairs}
        found[row.pk] = Scope(
            entities=entities or territory.roots,
            lines=territory.lines(
                line for product, _, _ in pairs for line in lines.get(product, ())
            ),
            products=frozenset(product for product, _, _ in pairs),
            initiative=row.pk,
            project=row.project_id,
            team=teams.pop() if len(teams) == 1 else None,
            on=("initiative", row.code),
        )
    return found


def initiative_scope(initiative: Initiative) -> Scope:
    """Where one initiative lies."""
    return initiative_scopes([initiative])[initiative.pk]


def initiative_for(
    actor: Actor,
    code: str,
    activity: Activity = INITIATIVE_READ,
    territory: Territory | None = None,
) -> tuple[Initiative, Scope]:
    """The initiative with this code, and where it lies.

    Raises:
        NotFoundForActor: none, or none that the actor may read.
        Refused: it may be read, but not this.
    """
    found = Initiative.objects.select_related("entity", "project").filter(code=code).first()
    if found is None:
        raise NotFoundForActor("initiative", code)
    scope = initiative_scopes([found], territory)[found.pk]
    if check_right(actor, INITIATIVE_READ, scope) is not None:
        raise NotFoundForActor("initiative", code)
    if activity is not INITIATIVE_READ:
        require(actor, activity, scope)
    return found, scope


def scenario_scope(entity: int | None, territory: Territory | None = None) -> Scope:
    """Where a scenario on this entity (``None``: the whole company) lies."""
    return Scope(entities=(territory or Territory()).above(entity))


def scenario_for(
    actor: Actor,
    code: str,
    activity: Activity = SCENARIO_READ,
    territory: Territory | None = None,
) -> Scenario:
    """The scenario with this code.

    Raises:
        NotFoundForActor: none, or none that the actor may read.
        Refused: it may be read, but not this.
    """
    found = Scenario.objects.select_related("entity", "owner").filter(code=code).first()
    if found is None:
        raise NotFoundForActor("scenario", code)
    scope = scenario_scope(found.entity_id, territory)
    if check_right(actor, SCENARIO_READ, scope) is not None:
        raise NotFoundForActor("scenario", code)
    if activity is not SCENARIO_READ:
        require(actor, activity, scope)
    return found


def check_scenario(
    actor: Actor, scenario: Scenario, activity: Activity, territory: Territory | None = None
) -> Refusal | None:
    """Why the actor may not do this with a scenario, or ``None``."""
    return check_right(actor, activity, scenario_scope(scenario.entity_id, territory))


def check_open(scenario: Scenario) -> Refusal | None:
    """Why a scenario can no longer be changed: it is before a committee, adopted or dropped."""
    if scenario.state in (Scenario.State.DRAFT, Scenario.State.SOLVED):
        return None
    return Refusal("scenario.fixed", {"state": scenario.state})


def check_anywhere(actor: Actor, activity: Activity) -> Refused | None:
    """The exception for an actor who may do this nowhere, or ``None``."""
    refusal = check_right(actor, activity)
    return None if refusal is None else Refused(refusal)


def may_anywhere(actor: Actor, activity: Activity) -> bool:
    """Whether the actor may do this somewhere."""
    return check_right(actor, activity) is None


def may_on_entity(
    actor: Actor, activity: Activity, entity: int | None, territory: Territory | None = None
) -> bool:
    """Whether the actor may do this on an entity, or on the whole company (``None``)."""
    return check_right(actor, activity, scenario_scope(entity, territory)) is None


def readable_scenarios(actor: Actor, territory: Territory | None = None) -> list[Any]:
    """The scenarios that the actor may read, latest first, with the figures of their results only.

    ``summary`` holds those figures, ``status``, ``gap``, ``basis``, ``form`` (two queries).
    """
    territory = territory or Territory()
    listed = (
        Scenario.objects.select_related("entity", "owner")
        .defer("problem", "result", "effects", "assumptions")
        .annotate(
            **{
                name: KeyTransform(key, "result")
                for name, key in (
                    ("summary", "figures"),
                    ("status", "status"),
                    ("gap", "gap"),
                    ("basis", "basis"),
                    ("form", "version"),
                )
            }
        )
        .order_by("-pk")
    )
    return [
        scenario
        for scenario in listed
        if check_right(actor, SCENARIO_READ, scenario_scope(scenario.entity_id, territory)) is None
    ]


def may_on_company(actor: Actor, activity: Activity, tops: Iterable[int]) -> bool:
    """Whether the actor may do this on the whole company, whose entities at the top are known."""
    return check_right(actor, activity, Scope(entities=frozenset(tops))) is None


def may(actor: Actor, activity: Activity, scope: Scope) -> bool:
    """Whether the actor may do this there."""
    return check_right(actor, activity, scope) is None
