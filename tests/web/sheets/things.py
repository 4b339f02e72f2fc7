"""Small objects that the tests of the sheets build."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from portulan.base.models import Record
from portulan.catalogue.models import (
    Line,
    Objective,
    ObjectiveProduct,
    Product,
    ProductLine,
    StagePeriod,
)
from tests.web.actors import Company

R = TypeVar("R", bound=Record)


def saved(record: R) -> R:
    """A record with its derived columns, stored without history."""
    record.refresh_derived()
    record.save()
    return record


def a_product(built: Company) -> Product:
    """A product at home, on a line, with a role and an objective."""
    known = Product.objects.filter(code="P1").first()
    if known is not None:
        return known
    product = saved(Product(code="P1", name="Escale", entity=built.home, stage="run"))
    StagePeriod.objects.create(product=product, stage="run", starts=date(2020, 1, 1))
    line = saved(Line(code="L1", name="Mobilité"))
    ProductLine.objects.create(product=product, line=line)
    objective = saved(Objective(code="O1", name="Plus de voyageurs", entity=built.home))
    ObjectiveProduct.objects.create(product=product, objective=objective)
    return product
