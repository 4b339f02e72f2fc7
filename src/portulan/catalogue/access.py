"""Fetch-and-authorise of products, lines and objectives; nothing else fetches them for a user."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portulan.base.policy import (
    Activity,
    Actor,
    NotFoundForActor,
    Refusal,
    Scope,
    check_right,
    require,
)
from portulan.catalogue.activities import PRODUCT_READ
from portulan.catalogue.models import Line, Objective, Product, ProductLine
from portulan.organisation.activities import ORGANISATION_READ
from portulan.organisation.rights import entities_with_ancestors, root_ids


@dataclass(frozen=True, slots=True)
class Located:
    """Where an object that was fetched for an actor lies: asked again for each right."""

    actor: Actor
    scope: Scope

    def refusal(self, activity: Activity) -> Refusal | None:
        """Why the actor may not do this here, or ``None``."""
        return check_right(self.actor, activity, self.scope)

    def may(self, activity: Activity) -> bool:
        """Whether the actor may do this here."""
        return self.refusal(activity) is None


def _climb(placed: Iterable[tuple[int, int | None]]) -> frozenset[int]:
    """Lines, given with their parents, and everything above them (a query when there is a tree)."""
    pairs = list(placed)
    found = {pk for pk, _ in pairs}
    above = {parent for _, parent in pairs if parent is not None}
    if above - found:
        parents = dict(Line.objects.values_list("pk", "parent_id"))
        for pk in above:
            at: int | None = pk
            while at is not None and at not in found:
                found.add(at)
                at = parents.get(at)
    return frozenset(found)


def lines_of_products(ids: Iterable[int]) -> frozenset[int]:
    """The lines of products with everything above them (at most two queries)."""
    wanted = list(ids)
    if not wanted:
        return frozenset()
    return _climb(
        ProductLine.objects.filter(product_id__in=wanted).values_list(
            "line_id", "line__parent_id"
        )
    )


def product_scope(product: Product) -> Scope:
    """Where a product lies: its entity and above, its lines and above, itself (3 queries).

    Without entity it belongs to the company as a whole.
    """
    entities = entities_with_ancestors(product.entity) if product.entity_id else root_ids()
    return Scope(
        entities=entities,
        lines=lines_of_products([product.pk]),
        products=frozenset([product.pk]),
        team=product.team_id,
        on=("product", product.code),
    )


def product_at(
    actor: Actor, code: str, activity: Activity = PRODUCT_READ
) -> tuple[Product, Located]:
    """The product with this code and where it lies, if the actor may do ``activity`` on it.

    Raises:
        NotFoundForActor: there is none that the actor may know of.
        Refused: it may be read, and nothing more.
    """
    found = (
        Product.objects.select_related("entity", "team", "parent", "successor")
        .filter(code=code)
        .first()
    )
    if found is None:
        raise NotFoundForActor("product", code)
    scope = product_scope(found)
    if check_right(actor, PRODUCT_READ, scope) is not None:
        raise NotFoundForActor("product", code)
    require(actor, activity, scope)
    return found, Located(actor, scope)


def products_by_code(codes: Iterable[str]) -> dict[str, Product]:
    """Products with these codes, for who may import everywhere (one query)."""
    found = Product.objects.select_related("entity").filter(code__in=set(codes))
    return {product.code: product for product in found}


def product_for(actor: Actor, code: str, activity: Activity = PRODUCT_READ) -> Product:
    """The product alone; raises as ``product_at``."""
    return product_at(actor, code, activity)[0]


def line_at(actor: Actor, code: str, activity: Activity | None = None) -> tuple[Line, Located]:
    """The line with this code. Lines are the company's own axes: who works here may read them.

    Raises:
        NotFoundForActor: no such line, or the actor holds no role at all.
        Refused: it may be read, and nothing more.
    """
    found = Line.objects.select_related("parent").filter(code=code).first()
    if found is None or check_right(actor, ORGANISATION_READ) is not None:
        raise NotFoundForActor("line", code)
    scope = Scope(
        entities=root_ids(), lines=_climb([(found.pk, found.parent_id)]), on=("line", found.code)
    )
    if activity is not None:
        require(actor, activity, scope)
    return found, Located(actor, scope)


def line_for(actor: Actor, code: str, activity: Activity | None = None) -> Line:
    """The line alone; raises as ``line_at``."""
    return line_at(actor, code, activity)[0]


def objective_at(
    actor: Actor, code: str, activity: Activity | None = None
) -> tuple[Objective, Located]:
    """The objective with this code. Objectives are there to be known: who works here reads them.

    Raises:
        NotFoundForActor: no such objective, or the actor holds no role at all.
        Refused: it may be read, and nothing more.
    """
    found = (
        Objective.objects.select_related("entity", "owner", "parent").filter(code=code).first()
    )
    if found is None or check_right(actor, ORGANISATION_READ) is not None:
        raise NotFoundForActor("objective", code)
    entities = entities_with_ancestors(found.entity) if found.entity_id else root_ids()
    scope = Scope(entities=entities, on=("objective", found.code))
    if activity is not None:
        require(actor, activity, scope)
    return found, Located(actor, scope)


def objective_for(actor: Actor, code: str, activity: Activity | None = None) -> Objective:
    """The objective alone; raises as ``objective_at``."""
    return objective_at(actor, code, activity)[0]
