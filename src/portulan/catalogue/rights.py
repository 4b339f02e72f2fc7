"""Roles held on products and lines, and where a product lies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from portulan.base.policy import Grant
from portulan.catalogue.models import LineRole, ProductRole
from portulan.organisation.rights import in_force


def product_grants(person_id: int, day: date) -> Iterable[Grant]:
    """Roles held on products."""
    found = ProductRole.objects.filter(in_force(day), person_id=person_id)
    return [Grant(role, product=pk) for role, pk in found.values_list("role", "product_id")]


def line_grants(person_id: int, day: date) -> Iterable[Grant]:
    """Roles held on lines."""
    found = LineRole.objects.filter(in_force(day), person_id=person_id)
    return [Grant(role, line=pk) for role, pk in found.values_list("role", "line_id")]
