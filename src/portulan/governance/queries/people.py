"""Choices of the governance forms: people, parts of the company, indicators of a dossier."""

from __future__ import annotations

from portulan.base.policy import Invalid, Refusal
from portulan.governance.access import dossier_scopes
from portulan.governance.models import Dossier, Entity, Indicator, Person


def people() -> list[tuple[str, str]]:
    """Code and name of everyone active."""
    return list(Person.objects.filter(active=True).order_by("folded").values_list("code", "name"))


def person(code: str, field: str = "person") -> Person | None:
    """The person with this code; "" gives ``None``.

    Raises:
        Invalid: no such person.
    """
    if not code:
        return None
    found = Person.objects.filter(code=code).first()
    if found is None:
        raise Invalid({field: Refusal("invalid")})
    return found


def entities() -> list[tuple[str, str]]:
    """Code and name of every part of the company."""
    return list(Entity.objects.order_by("path", "folded").values_list("code", "name"))


def entity(code: str) -> Entity | None:
    """The part of the company with this code; "" gives ``None``.

    Raises:
        Invalid: no such part.
    """
    if not code:
        return None
    found = Entity.objects.filter(code=code).first()
    if found is None:
        raise Invalid({"entity": Refusal("invalid")})
    return found


def indicators(dossier: Dossier) -> list[tuple[str, str]]:
    """Uid and name of the indicators of the products that a dossier concerns."""
    products = dossier_scopes(dossier)[0].products
    rows = (
        Indicator.objects.filter(product_id__in=products)
        .order_by("product__folded", "folded")
        .values_list("uid", "name", "product__name")
    )
    return [(str(uid), f"{name} ({product})") for uid, name, product in rows]


def indicator(uid: str) -> Indicator | None:
    """The indicator with this uid; "" gives ``None``."""
    if not uid:
        return None
    found = Indicator.objects.filter(uid=uid).first()
    if found is None:
        raise Invalid({"indicator": Refusal("invalid")})
    return found
