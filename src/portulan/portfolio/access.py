"""Fetch-and-authorise of what this app holds; nothing else fetches by code for a user."""

from __future__ import annotations

from portulan.base.policy import Activity, Actor, NotFoundForActor, Scope, check_right, require
from portulan.catalogue.models import ProductLine
from portulan.organisation.models import Entity
from portulan.organisation.rights import entities_with_ancestors, root_ids
from portulan.portfolio.activities import INITIATIVE_READ
from portulan.portfolio.models import Initiative


def initiative_scope(initiative: Initiative) -> Scope:
    """Where an initiative lies: its entity, its products with their lines, its project.

    What lies nowhere belongs to the company as a whole.
    """
    products = list(
        initiative.initiative_products.values_list("product_id", "product__entity_id")
    )
    entities = set(entities_with_ancestors(initiative.entity))
    owning = {entity for _, entity in products if entity is not None}
    for entity in Entity.objects.filter(pk__in=owning):
        entities |= entities_with_ancestors(entity)
    ids = frozenset(product for product, _ in products)
    lines = frozenset(
        ProductLine.objects.filter(product_id__in=ids).values_list("line_id", flat=True)
    )
    if not entities and not products:
        entities = set(root_ids())
    return Scope(
        entities=frozenset(entities),
        lines=lines,
        products=ids,
        initiative=initiative.pk,
        project=initiative.project_id,
    )


def initiative_for(actor: Actor, code: str, activity: Activity = INITIATIVE_READ) -> Initiative:
    """The initiative with this code, if the actor may do ``activity`` on it.

    Raises:
        NotFoundForActor: there is none that the actor may know of.
        Refused: it may be read, and nothing more.
    """
    found = Initiative.objects.select_related("entity").filter(code=code).first()
    if found is None:
        raise NotFoundForActor("initiative", code)
    scope = initiative_scope(found)
    if check_right(actor, INITIATIVE_READ, scope) is not None:
        raise NotFoundForActor("initiative", code)
    require(actor, activity, scope)
    return found
