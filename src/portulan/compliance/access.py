"""Fetch-and-authorise of risks."""

from __future__ import annotations

from portulan.base.policy import Activity, Actor, NotFoundForActor, Scope, check_right, require
from portulan.catalogue.access import product_scope
from portulan.compliance.activities import RISK_READ
from portulan.compliance.models import Risk
from portulan.organisation.rights import root_ids
from portulan.portfolio.access import initiative_scope, project_scope


def risk_scope(risk: Risk) -> Scope:
    """Where a risk lies: with the product, initiative or project that it threatens."""
    if risk.product is not None:
        return product_scope(risk.product)
    if risk.initiative is not None:
        return initiative_scope(risk.initiative)
    if risk.project is not None:
        return project_scope(risk.project)
    return Scope(entities=root_ids())


def risk_for(actor: Actor, uid: str, activity: Activity = RISK_READ) -> tuple[Risk, Scope]:
    """The risk with this uid, and where it lies.

    Raises:
        NotFoundForActor: there is none that the actor may know of.
        Refused: it may be read, and nothing more.
    """
    found = (
        Risk.objects.select_related(
            "product__entity", "initiative__entity", "project__entity", "owner"
        )
        .filter(uid=uid)
        .first()
    )
    if found is None:
        raise NotFoundForActor("risk", uid)
    scope = risk_scope(found)
    if check_right(actor, RISK_READ, scope) is not None:
        raise NotFoundForActor("risk", uid)
    require(actor, activity, scope)
    return found, scope
