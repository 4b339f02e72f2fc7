"""Choices of the governance forms: people, parts of the company, indicators of a dossier."""

from __future__ import annotations

from portulan.base.policy import Invalid, Refusal
from portulan.governance.access import dossier_scopes
from portulan.governance.models import Dossier, Entity, Indicator, Line, Meeting, Person


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


def lines() -> list[tuple[str, str]]:
    """Code and name of every line of products."""
    return list(Line.objects.order_by("position", "folded").values_list("code", "name"))


def chosen_lines(codes: list[str]) -> tuple[Line, ...]:
    """The lines with these codes; a code that is none is left out."""
    return tuple(Line.objects.filter(code__in=codes).order_by("position", "folded"))


def stand_in(meeting: Meeting, member: Person) -> Person | None:
    """Who was named to represent a member at this meeting, instead of the usual deputy."""
    row = meeting.attendances.filter(person=member).select_related("deputy").first()
    return row.deputy if row is not None else None
