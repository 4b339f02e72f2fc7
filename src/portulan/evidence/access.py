"""Fetch-and-authorise of indicators."""

from __future__ import annotations

from portulan.base.policy import Activity, Actor, NotFoundForActor, Scope, check_right, require
from portulan.catalogue.access import Located, product_scope
from portulan.evidence.activities import INDICATOR_READ
from portulan.evidence.models import Indicator
from portulan.organisation.rights import root_ids


def indicator_at(
    actor: Actor, code: str, activity: Activity = INDICATOR_READ
) -> tuple[Indicator, Located]:
    """The indicator with this code and where it lies: as its product, else the whole company.

    Raises:
        NotFoundForActor: there is none that the actor may know of.
        Refused: it may be read, and nothing more.
    """
    found = (
        Indicator.objects.select_related("product__entity", "owner").filter(code=code).first()
    )
    if found is None:
        raise NotFoundForActor("indicator", code)
    scope = product_scope(found.product) if found.product else Scope(entities=root_ids())
    if check_right(actor, INDICATOR_READ, scope) is not None:
        raise NotFoundForActor("indicator", code)
    require(actor, activity, scope)
    return found, Located(actor, scope)


def indicator_for(actor: Actor, code: str, activity: Activity = INDICATOR_READ) -> Indicator:
    """The indicator alone; raises as ``indicator_at``."""
    return indicator_at(actor, code, activity)[0]
