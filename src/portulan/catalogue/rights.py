"""Roles held on products and lines, and where a product lies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from portulan.base.policy import Grant
from portulan.catalogue.models import LineRole, Product, ProductRole
from portulan.organisation.rights import in_force


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
