"""Fetch-and-authorise of what this app holds; nothing else fetches by code for a user."""

from __future__ import annotations

from collections.abc import Iterable

from portulan.base.policy import Activity, Actor, NotFoundForActor, Scope, check_right, require
from portulan.catalogue.access import Located, lines_of_products, product_scope
from portulan.organisation.rights import entities_with_ancestors, root_ids
from portulan.portfolio.activities import INITIATIVE_READ, PROJECT_READ
from portulan.portfolio.models import Initiative, Project, Request


def _on_paths(paths: Iterable[str | None]) -> set[int]:
    """The entities on these paths, from the top down."""
    return {int(part) for path in paths if path for part in path.split("/") if part}


def initiative_scope(initiative: Initiative) -> Scope:
    """Where an initiative lies: its entity, its products with their lines, its project.

    What lies nowhere belongs to the company as a whole.
    """
    products = list(
        initiative.initiative_products.values_list(
            "product_id", "product__entity__path", "product__team_id"
        )
    )
    teams = {team for _, _, team in products}
    entities = set(entities_with_ancestors(initiative.entity))
    entities |= _on_paths(path for _, path, _ in products)
    ids = frozenset(product for product, _, _ in products)
    lines = lines_of_products(ids)
    if not entities:
        entities = set(root_ids())
    return Scope(
        entities=frozenset(entities),
        lines=lines,
        products=ids,
        initiative=initiative.pk,
        project=initiative.project_id,
        team=teams.pop() if len(teams) == 1 else None,
        on=("initiative", initiative.code),
    )


def initiative_at(
    actor: Actor, code: str, activity: Activity = INITIATIVE_READ
) -> tuple[Initiative, Located]:
    """The initiative with this code and where it lies, if the actor may do ``activity`` on it.

    Raises:
        NotFoundForActor: there is none that the actor may know of.
        Refused: it may be read, and nothing more.
    """
    found = (
        Initiative.objects.select_related(
            "entity", "owner", "project", "objective", "estimate_author"
        )
        .filter(code=code)
        .first()
    )
    if found is None:
        raise NotFoundForActor("initiative", code)
    scope = initiative_scope(found)
    if check_right(actor, INITIATIVE_READ, scope) is not None:
        raise NotFoundForActor("initiative", code)
    require(actor, activity, scope)
    return found, Located(actor, scope)


def initiative_for(actor: Actor, code: str, activity: Activity = INITIATIVE_READ) -> Initiative:
    """The initiative alone; raises as ``initiative_at``."""
    return initiative_at(actor, code, activity)[0]


def project_scope(project: Project) -> Scope:
    """Where a project lies: its entity, the products it serves with their lines, itself."""
    served = list(project.project_products.values_list("product_id", "product__entity__path"))
    products = {product for product, _ in served}
    entities = set(entities_with_ancestors(project.entity))
    entities |= _on_paths(path for _, path in served)
    if not entities:
        entities = set(root_ids())
    return Scope(
        entities=frozenset(entities),
        lines=lines_of_products(products),
        products=frozenset(products),
        project=project.pk,
        on=("project", project.code),
    )


def project_at(
    actor: Actor, code: str, activity: Activity = PROJECT_READ
) -> tuple[Project, Located]:
    """The project with this code and where it lies, if the actor may do ``activity`` on it.

    Raises:
        NotFoundForActor: there is none that the actor may know of.
        Refused: it may be read, and nothing more.
    """
    found = (
        Project.objects.select_related("entity", "manager", "product").filter(code=code).first()
    )
    if found is None:
        raise NotFoundForActor("project", code)
    scope = project_scope(found)
    if check_right(actor, PROJECT_READ, scope) is not None:
        raise NotFoundForActor("project", code)
    require(actor, activity, scope)
    return found, Located(actor, scope)


def request_at(
    actor: Actor, code: str, activity: Activity = INITIATIVE_READ
) -> tuple[Request, Located]:
    """The request with this code: it lies where its product does, else with the whole company.

    Raises:
        NotFoundForActor: there is none that the actor may know of.
        Refused: it may be read, and nothing more.
    """
    found = (
        Request.objects.select_related("product__entity", "initiative", "asked_by")
        .filter(code=code)
        .first()
    )
    if found is None:
        raise NotFoundForActor("request", code)
    scope = product_scope(found.product) if found.product else Scope(entities=root_ids())
    if check_right(actor, INITIATIVE_READ, scope) is not None:
        raise NotFoundForActor("request", code)
    require(actor, activity, scope)
    return found, Located(actor, scope)
