"""Fetch and authorise in one call."""

from __future__ import annotations

from portulan.base.policy import Activity, Actor, NotFoundForActor, check_right, require
from portulan.diagnosis.activities import COACHING_READ, DIAGNOSIS_READ
from portulan.diagnosis.models import CoachingNote, PlanStep, Product
from portulan.diagnosis.queries import scope_of


def step_for(actor: Actor, uid: str, activity: Activity = DIAGNOSIS_READ) -> PlanStep:
    """A step of the transition plan.

    Raises:
        NotFoundForActor: none, or the actor may not read the diagnosis.
        Refused: it may be read, but not this.
    """
    step = PlanStep.objects.select_related("owner").filter(uid=uid).first()
    if step is None or check_right(actor, DIAGNOSIS_READ) is not None:
        raise NotFoundForActor("step", uid)
    require(actor, activity)
    return step


def product_for(actor: Actor, code: str, activity: Activity = COACHING_READ) -> Product:
    """The product to coach.

    Raises:
        NotFoundForActor: none, or none that the actor may follow.
        Refused: it may be read, but not this.
    """
    product = Product.objects.select_related("entity").filter(code=code).first()
    if product is None or check_right(actor, COACHING_READ, scope_of(product)) is not None:
        raise NotFoundForActor("product", code)
    require(actor, activity, scope_of(product))
    return product


def note_of(product: Product, uid: str) -> CoachingNote:
    """A note on a product that was fetched for the actor.

    Raises:
        NotFoundForActor: the product has no such note.
    """
    note = CoachingNote.objects.filter(product=product, uid=uid).first()
    if note is None:
        raise NotFoundForActor("note", uid)
    return note
