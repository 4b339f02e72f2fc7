"""The sheet of a product: everything that one page says about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from portulan.catalogue.models import Product, ProductEntity, ProductEvent, ProductLine, ProductLink
from portulan.catalogue.queries import Completeness, completeness, facts_shown
from portulan.compliance.queries import RiskRow, risks_on
from portulan.portfolio.activities import BUDGET_READ
from portulan.portfolio.models import InitiativeProduct, Project, ProjectProduct, Request
from portulan.readmodels import catalog
from portulan.readmodels.book import book, default_year
from portulan.readmodels.reader import Reader
from portulan.readmodels.sheets import parts
from portulan.readmodels.sheets.parts import Decided, Gauge, Held, Ref, Work
from portulan_core.lifecycle import effective_ends
from portulan_core.model import StagePeriod as StageRow
from portulan_core.money import Amounts


@dataclass(frozen=True, slots=True)
class Placed:
    """A line that a product is on."""

    code: str
    name: str
    axis: str
    primary: bool


@dataclass(frozen=True, slots=True)
class Period:
    """A stage on a market; ``until`` is its end, or the next start, or ``None`` (it goes on)."""

    uid: str
    stage: str
    source_stage: str
    market: str
    starts: date | None
    ends: date | None
    until: date | None
    comment: str


@dataclass(frozen=True, slots=True)
class Purse:
    """The product's money of a fiscal year, as the budget page counts it."""

    year: int
    currency: str
    amounts: Amounts
    closed_before: int | None

    @property
    def ratio(self) -> float | None:
        """The landing beyond the plan, as a part of the plan."""
        return self.amounts.drift / self.amounts.planned if self.amounts.planned else None


@dataclass(frozen=True, slots=True)
class Served:
    """An objective that the product serves, and those that pull against it."""

    code: str
    name: str
    cycle: str
    owner: str
    against: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ProductSheet:
    """A product's page."""

    product: Product
    entity: Ref | None
    lines: tuple[Placed, ...]
    markets: tuple[str, ...]
    people: tuple[Held, ...]
    past_people: tuple[Held, ...]
    periods: tuple[Period, ...]
    decisions: tuple[Decided, ...]
    objectives: tuple[Served, ...]
    gauges: tuple[Gauge, ...]
    works: tuple[Work, ...]
    needs: tuple[Ref, ...]
    needed_by: tuple[Ref, ...]
    risks: tuple[RiskRow, ...]
    purse: Purse | None
    completeness: Completeness
    imported: bool

    @property
    def since(self) -> date | None:
        """The day the present stage began."""
        current = [p for p in self.periods if p.stage == self.product.stage and p.starts]
        return max((p.starts for p in current if p.starts), default=None)


def sheet(reader: Reader, product: Product, *, sees_money: bool) -> ProductSheet:
    """The sheet of a product that was fetched for the reader (at most 8 queries, 2 warm)."""
    own = reader.kept("product_parts", (product.pk, reader.day), lambda: _own(reader, product))
    people = tuple(h for h in own.people if h.now)
    served = _served(reader, product)
    known = catalog.initiatives(reader)
    mine = [fact.id for fact in known.values() if product.pk in fact.products]
    needs, needed = parts.dependencies(reader).get(product.pk, ((), ()))
    entity = reader.entities.get(product.entity_id or 0)
    roles = {held.role for held in people}
    return ProductSheet(
        product=product,
        entity=Ref("entity", entity.code, entity.name) if entity else None,
        lines=own.lines,
        markets=tuple(dict.fromkeys(p.market for p in own.periods if p.market)),
        people=people,
        past_people=tuple(h for h in own.people if not h.now),
        periods=own.periods,
        decisions=tuple(parts.decisions_on(reader, "product", [product.pk])),
        objectives=served,
        gauges=own.gauges,
        works=tuple(parts.works(reader, mine)),
        needs=parts.product_refs(reader, needs),
        needed_by=parts.product_refs(reader, needed),
        risks=own.risks,
        purse=_purse(reader, product) if sees_money else None,
        completeness=complete(
            product, lines=bool(own.lines), roles=roles, objective=bool(served),
            indicator=bool(own.gauges),
        ),
        imported=bool(product.origin),
    )


@dataclass(frozen=True, slots=True)
class _Own:
    """What hangs from a product alone, the same for every reader."""

    lines: tuple[Placed, ...]
    people: tuple[Held, ...]
    periods: tuple[Period, ...]
    gauges: tuple[Gauge, ...]
    risks: tuple[RiskRow, ...]


def _own(reader: Reader, product: Product) -> _Own:
    return _Own(
        _lines(product, reader.day),
        tuple(parts.people_on(product.pk, reader.day)),
        _periods(product),
        tuple(parts.gauges(reader, Q(product_id=product.pk), points=8)),
        tuple(risks_on("product", product.pk)),
    )


def complete(
    product: Product, *, lines: bool, roles: set[str], objective: bool, indicator: bool
) -> Completeness:
    """The completeness of a sheet, from what was read of it."""
    return completeness(
        product,
        {
            "line": lines,
            "manager": bool(roles & set(catalog.OWNERS)),
            "sponsor": "sponsor" in roles,
            "objective": objective,
            "indicator": indicator,
        },
    )


def _lines(product: Product, day: date) -> tuple[Placed, ...]:
    in_force = (Q(starts=None) | Q(starts__lte=day)) & (Q(ends=None) | Q(ends__gte=day))
    rows = (
        ProductLine.objects.filter(in_force, product=product)
        .order_by("line__axis", "-primary", "line__folded")
        .values_list("line__code", "line__name", "line__axis", "primary")
    )
    return tuple(Placed(*row) for row in rows)


def _periods(product: Product) -> tuple[Period, ...]:
    rows = {str(p.uid): p for p in product.stage_periods.order_by("position", "pk")}
    facts = [
        StageRow(
            uid=uid, product=str(product.uid), stage=p.stage or None, starts=p.starts, ends=p.ends,
            market=p.market, source_stage=p.source_stage, position=p.position,
        )
        for uid, p in rows.items()
    ]
    found = []
    for fact, until in effective_ends(facts):
        p = rows[fact.uid]
        found.append(
            Period(fact.uid, p.stage, p.source_stage, p.market, p.starts, p.ends, until, p.comment)
        )
    return tuple(found)


def _served(reader: Reader, product: Product) -> tuple[Served, ...]:
    everything = parts.objectives(reader)
    people = catalog.people(reader)
    found = []
    for fact in everything.values():
        if product.pk not in fact.products:
            continue
        owner = people.get(fact.owner or 0)
        found.append(
            Served(
                fact.code, fact.name, fact.cycle, owner.name if owner else "",
                tuple(
                    (everything[pk].code, everything[pk].name, reason)
                    for pk, reason in fact.against if pk in everything
                ),
            )
        )
    return tuple(found)


def _purse(reader: Reader, product: Product) -> Purse | None:
    allowed = reader.products(BUDGET_READ)
    if allowed is not None and product.pk not in allowed:
        return None
    year = default_year(reader)
    found = book(reader, year)
    return Purse(year, reader.currency, found.by_product.get(product.pk, Amounts()), found.cut)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a product."""

    code: str
    name: str
    state: str
    asked_on: date | None
    answered_on: date | None


@dataclass(frozen=True, slots=True)
class Around:
    """What the source or the company knows around a product: kept as it is."""

    parts: tuple[tuple[str, Ref, int | None], ...]
    links: tuple[tuple[str, str], ...]
    events: tuple[tuple[str, date | None, str], ...]
    facts: tuple[tuple[str, str], ...]
    text: str
    requests: tuple[Asked, ...]
    projects: tuple[tuple[Ref, int], ...]
    predecessors: tuple[Ref, ...]
    children: tuple[Ref, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing more is known."""
        return not (
            self.parts or self.links or self.events or self.facts or self.text or self.requests
            or self.projects or self.predecessors or self.children
        )


def around(reader: Reader, product: Product) -> Around:
    """The rest of a product's facts (at most 7 queries)."""
    entities = [
        (p.part, Ref("entity", p.entity.code, p.entity.name), p.share)
        for p in ProductEntity.objects.filter(product=product).select_related("entity")
    ]
    relatives = list(
        Product.objects.filter(Q(parent=product) | Q(successor=product)).values_list(
            "pk", "parent_id"
        )
    )
    links = tuple(
        ProductLink.objects.filter(product=product).order_by("kind", "pk")
        .values_list("kind", "url")
    )
    known = {url for _, url in links}
    facts: Mapping[str, Any] = {
        name: value for name, value in (product.facts or {}).items()
        if not (isinstance(value, str) and value in known)
    }
    return Around(
        tuple(entities),
        links,
        tuple(
            ProductEvent.objects.filter(product=product).order_by("-on", "pk")
            .values_list("kind", "on", "comment")
        ),
        tuple(facts_shown(facts)),
        str(facts.get("text") or ""),
        tuple(
            Asked(*row)
            for row in Request.objects.filter(product=product).order_by("-asked_on", "pk")
            .values_list("code", "name", "state", "asked_on", "answered_on")[:30]
        ),
        tuple(
            (Ref("project", row.project.code, row.project.name), row.share)
            for row in ProjectProduct.objects.filter(product=product).select_related("project")
        ),
        parts.product_refs(reader, [pk for pk, parent in relatives if parent != product.pk]),
        parts.product_refs(reader, [pk for pk, parent in relatives if parent == product.pk]),
    )


def shares_of(initiative: int) -> dict[int, int]:
    """Product id → share of an initiative, the largest first (one query)."""
    return dict(
        InitiativeProduct.objects.filter(initiative_id=initiative).order_by("-share", "pk")
        .values_list("product_id", "share")
    )


def converted_from(product: Product) -> Ref | None:
    """The project that became this product, if one did (one query)."""
    return parts.project_ref(Project.objects.filter(product=product).first())
