"""Who reads: the rows that an actor may see, and the small tables that every read needs.

A ``Reader`` lives for one request. Row filtering is one condition on products (and on what hangs
from them), made from the grants that permit an activity.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Q
from django.utils import timezone

from portulan.base.policy import Activity, Actor, held
from portulan.catalogue.manifest import PRODUCT_READ
from portulan.catalogue.models import Line, Product, ProductLine
from portulan.organisation.models import Entity, Team
from portulan.portfolio.manifest import BUDGET_READ
from portulan.portfolio.models import Initiative, InitiativeProduct
from portulan.readmodels import memo
from portulan_core.periods import fiscal_year, month_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EntityFact:
    """An entity with its ancestors (nearest last) and its calendar."""

    id: int
    uid: str
    code: str
    name: str
    parent: int | None
    above: tuple[int, ...]
    first_month: int
    currency: str


@dataclass(frozen=True, slots=True)
class LineFact:
    """A line with the line at the top of its branch."""

    id: int
    uid: str
    code: str
    name: str
    axis: str
    parent: int | None
    top: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Where an activity is granted to an actor: everywhere, or on these objects."""

    everywhere: bool = False
    entities: frozenset[int] = field(default_factory=frozenset)
    lines: frozenset[int] = field(default_factory=frozenset)
    products: frozenset[int] = field(default_factory=frozenset)
    initiatives: frozenset[int] = field(default_factory=frozenset)
    projects: frozenset[int] = field(default_factory=frozenset)
    teams: frozenset[int] = field(default_factory=frozenset)
    #: A grant on a part of the company without anything above: it covers what lies nowhere.
    root: bool = False
    #: The ids of objects are all there is: nothing else follows from the entities and lines.
    exact: bool = False

    @property
    def nothing(self) -> bool:
        """Whether it reaches no object at all."""
        return not (
            self.everywhere or self.entities or self.lines or self.products
            or self.initiatives or self.projects or self.teams
        )

    def product_filter(self) -> Q:
        """The condition on products."""
        if self.everywhere:
            return Q()
        if self.exact:
            return Q(pk__in=self.products)
        condition = Q(entity_id__in=self.entities) | Q(pk__in=self.products)
        if self.lines:
            placed = ProductLine.objects.filter(line_id__in=self.lines).values("product_id")
            condition |= Q(pk__in=placed)
        return condition | Q(entity_id=None) if self.root else condition

    def initiative_filter(self) -> Q:
        """The condition on initiatives: theirs, of their products, of their projects."""
        if self.everywhere:
            return Q()
        if self.exact:
            return Q(pk__in=self.initiatives)
        served = InitiativeProduct.objects.filter(
            product_id__in=Product.objects.filter(self.product_filter()).values("pk")
        ).values("initiative_id")
        condition = Q(entity_id__in=self.entities) | Q(pk__in=served)
        if self.projects:
            condition |= Q(project_id__in=self.projects)
        if self.initiatives:
            condition |= Q(pk__in=self.initiatives)
        if self.root:
            condition |= Q(entity_id=None, initiative_products=None)
        return condition

    def team_filter(self) -> Q:
        """The condition on teams: of their entities, or working on their products."""
        if self.everywhere:
            return Q()
        if self.exact:
            return Q(pk__in=self.teams)
        working = Product.objects.filter(self.product_filter(), team__isnull=False)
        condition = Q(entity_id__in=self.entities) | Q(pk__in=self.teams)
        condition |= Q(pk__in=working.values("team_id"))
        return condition | Q(entity_id=None) if self.root else condition


class Reader:
    """An actor on a day, with what was already read for it."""

    def __init__(self, actor: Actor, day: date | None = None) -> None:
        self.actor = actor
        self.day = day or timezone.localdate()
        self._own: dict[Hashable, Any] = {}
        self._reaches: dict[str, Reach] = {}
        self._ids: dict[tuple[str, str], frozenset[int] | None] = {}

    @cached_property
    def state(self) -> memo.State:
        """What names the state of the data, asked once a request."""
        return memo.state()

    def kept(self, name: str, key: Hashable, make: Callable[[], T]) -> T:
        """A derived table for this state of the data; asked once a request in any case."""
        place = (name, key)
        if place not in self._own:
            self._own[place] = memo.kept(name, self.state, key, make)
        found: T = self._own[place]
        return found

    def kept_own(self, name: str, make: Callable[[], T]) -> T:
        """A small result for this actor, day and state of the data."""
        actor = self.actor
        key = (
            actor.account_id, actor.person_id, actor.system, actor.grants, self.day,
            self._letters,
        )
        return memo.kept(name, self.state, key, make, own=True)

    @cached_property
    def _letters(self) -> Hashable:
        """The matrix under which the actor reads, as a key."""
        matrix = self.actor.matrix
        return (
            tuple(sorted((code, tuple(sorted(row.items()))) for code, row in matrix.items())),
            tuple(sorted(self.actor.overrides.items(), key=lambda item: item[0])),
        )

    @property
    def month(self) -> int:
        """The ordinal of the present month."""
        return month_of(self.day)

    @cached_property
    def entities(self) -> Mapping[int, EntityFact]:
        """Every entity by id (one query, kept)."""
        return self.kept("entities", (), _entities)

    @cached_property
    def lines(self) -> Mapping[int, LineFact]:
        """Every line by id, in order (one query, kept)."""
        return self.kept("lines", (), _lines)

    @cached_property
    def root(self) -> EntityFact | None:
        """The company: the entity above which there is nothing and that covers most."""
        tops = [e for e in self.entities.values() if e.parent is None]
        covered = {e.id: 0 for e in tops}
        for entity in self.entities.values():
            if entity.above:
                covered[entity.above[0]] = covered.get(entity.above[0], 0) + 1
        return max(tops, key=lambda e: (covered[e.id], -e.id), default=None)

    def below(self, entity: int) -> frozenset[int]:
        """An entity and everything below it."""
        return frozenset(
            e.id for e in self.entities.values() if e.id == entity or entity in e.above
        )

    def entity_by_code(self, code: str) -> EntityFact | None:
        """The entity with this code."""
        return next((e for e in self.entities.values() if e.code == code), None)

    def line_by_code(self, code: str) -> LineFact | None:
        """The line with this code."""
        return next((line for line in self.lines.values() if line.code == code), None)

    def lines_below(self, line: int) -> frozenset[int]:
        """A line and everything below it."""
        found = {line}
        grown = True
        while grown:
            more = {x.id for x in self.lines.values() if x.parent in found} - found
            found |= more
            grown = bool(more)
        return frozenset(found)

    def first_month(self, entity: int | None) -> int:
        """The first month of an entity's fiscal year."""
        fact = self.entities.get(entity) if entity is not None else None
        return fact.first_month if fact else 1

    @property
    def calendar(self) -> int:
        """The first month of the company's fiscal year."""
        return self.root.first_month if self.root else 1

    @property
    def currency(self) -> str:
        """The company's currency."""
        return self.root.currency if self.root else "EUR"

    @property
    def fiscal_year(self) -> int:
        """The company's present fiscal year."""
        return fiscal_year(self.month, self.calendar)

    def reach(self, activity: Activity) -> Reach:
        """Where the actor may do an activity."""
        if activity.code not in self._reaches:
            self._reaches[activity.code] = self._reach(activity)
        return self._reaches[activity.code]

    def _reach(self, activity: Activity) -> Reach:
        if self.actor.system:
            return Reach(everywhere=True, root=True)
        # It reads through this very reader, hence the late import.
        from portulan.readmodels import exact

        if exact.needed(self.actor, activity):
            return exact.reach(self, activity)
        grants = held(self.actor, activity)
        places = {g.entity for g in grants if g.entity is not None}
        covered = frozenset(
            e.id for e in self.entities.values() if e.id in places or places & set(e.above)
        )
        tops = {e.id for e in self.entities.values() if e.parent is None}
        return Reach(
            everywhere=bool(tops) and tops <= places,
            entities=covered,
            lines=frozenset(
                below for g in grants if g.line is not None for below in self.lines_below(g.line)
            ),
            products=frozenset(g.product for g in grants if g.product is not None),
            initiatives=frozenset(g.initiative for g in grants if g.initiative is not None),
            projects=frozenset(g.project for g in grants if g.project is not None),
            teams=frozenset(g.team for g in grants if g.team is not None),
            root=bool(tops & places),
        )

    def products(self, activity: Activity = PRODUCT_READ) -> frozenset[int] | None:
        """The ids of the products where an activity is granted; ``None``: all (no query)."""
        return self._visible(
            "product", activity, lambda reach: Product.objects.filter(reach.product_filter())
            .values_list("pk", flat=True)
        )

    def initiatives(self, activity: Activity) -> frozenset[int] | None:
        """The ids of the initiatives where an activity is granted; ``None``: all (no query)."""
        return self._visible(
            "initiative", activity, lambda reach: Initiative.objects.filter(
                reach.initiative_filter()
            ).values_list("pk", flat=True)
        )

    def teams(self, activity: Activity) -> frozenset[int] | None:
        """The ids of the teams where an activity is granted; ``None``: all (no query)."""
        return self._visible(
            "team", activity, lambda reach: Team.objects.filter(reach.team_filter())
            .values_list("pk", flat=True)
        )

    def _visible(
        self, kind: str, activity: Activity, query: Callable[[Reach], Iterable[int]]
    ) -> frozenset[int] | None:
        place = (kind, activity.code)
        if place not in self._ids:
            reach = self.reach(activity)
            self._ids[place] = None if reach.everywhere else self.kept_own(
                f"{kind}s:{activity.code}", lambda: frozenset(query(reach))
            )
        return self._ids[place]

    @property
    def sees_money(self) -> bool:
        """Whether the actor may read a budget somewhere."""
        return not self.reach(BUDGET_READ).nothing


def _entities() -> dict[int, EntityFact]:
    rows = {
        row["id"]: row
        for row in Entity.objects.order_by("folded").values(
            "id", "uid", "code", "name", "parent_id", "currency", "fiscal_first_month"
        )
    }
    found = {}
    for pk, row in rows.items():
        above: list[int] = []
        at = row["parent_id"]
        while at in rows and at not in above and at != pk:
            above.append(at)
            at = rows[at]["parent_id"]
        found[pk] = EntityFact(
            pk, str(row["uid"]), row["code"], row["name"], row["parent_id"],
            tuple(reversed(above)), row["fiscal_first_month"], row["currency"],
        )
    return found


def _lines() -> dict[int, LineFact]:
    rows = {
        row["id"]: row
        for row in Line.objects.order_by("axis", "position", "folded").values(
            "id", "uid", "code", "name", "axis", "parent_id"
        )
    }

    def top(pk: int) -> int:
        seen = {pk}
        while rows[pk]["parent_id"] in rows and rows[pk]["parent_id"] not in seen:
            pk = rows[pk]["parent_id"]
            seen.add(pk)
        return pk

    return {
        pk: LineFact(
            pk, str(row["uid"]), row["code"], row["name"], row["axis"], row["parent_id"], top(pk)
        )
        for pk, row in rows.items()
    }
