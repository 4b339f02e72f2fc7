"""Roles held on products and lines, and where a product lies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from portulan.base.policy import Grant
from portulan.catalogue.models import LineRole, Product, ProductRole
from portulan.organisation.rights import covered_uids, in_force


def product_grants(person_id: int, day: date) -> Iterable[Grant]:
    """Roles held on products."""
    found = ProductRole.objects.filter(in_force(day), person_id=person_id)
    return [Grant(role, product=pk) for role, pk in found.values_list("role", "product_id")]


def line_grants(person_id: int, day: date) -> Iterable[Grant]:
    """Roles held on lines."""
    found = LineRole.objects.filter(in_force(day), person_id=person_id)
    return [Grant(role, line=pk) for role, pk in found.values_list("role", "line_id")]


def product_uids(products: Iterable[int], lines: Iterable[int]) -> frozenset[str]:
    """The uids of these products and of the products on these lines."""
    product_ids, line_ids = list(products), list(lines)
    if not product_ids and not line_ids:
        return frozenset()
    found = Product.objects.filter(
        Q(pk__in=product_ids) | Q(product_lines__line_id__in=line_ids)
    ).values_list("uid", flat=True)
    return frozenset(str(uid) for uid in found)


@dataclass(frozen=True, slots=True)
class Sight:
    """What some roles cover: everything, or these entities and products by uid."""

    everywhere: bool
    entities: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()

    def covers(self, entity: str | None, product: str | None) -> bool:
        """Whether something of this entity, or of this product, is covered."""
        return (
            self.everywhere
            or (entity is not None and entity in self.entities)
            or (product is not None and product in self.products)
        )


def sights(*granted: Sequence[Grant]) -> list[Sight]:
    """What each of these sets of roles covers (one query, and one more a set held on products)."""
    held = [{grant.entity for grant in grants if grant.entity is not None} for grants in granted]
    return [
        Sight(True)
        if entities is None
        else Sight(
            False,
            entities,
            product_uids(
                [grant.product for grant in grants if grant.product is not None],
                [grant.line for grant in grants if grant.line is not None],
            ),
        )
        for grants, entities in zip(granted, covered_uids(*held), strict=True)
    ]
