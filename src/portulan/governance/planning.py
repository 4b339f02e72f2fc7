"""What deciding on a product or on work changes in the plan: effects, before any dossier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid5

from portulan.base.models import new_uid
from portulan.governance.models import Initiative, Product
from portulan.governance.templates import TEMPLATES
from portulan_core.effects import Effect
from portulan_core.periods import month_of

#: Kinds of dossier about work: an initiative, or a project with those that it carries.
WORK_KINDS = ("fund", "continue", "stop")
#: States from which work can still be taken into the plan.
_CANDIDATE = ("idea", "proposed", "deferred")


@dataclass(frozen=True, slots=True)
class Move:
    """One line to decide: what it is on, how it changes, what it adds to the money decided."""

    initiative: Initiative | None
    change: str
    amount: int
    effects: tuple[Effect, ...]


def stage_effects(product: Product, stage: str, on: date) -> list[Effect]:
    """The effects that bring a product to a funding time on a day.

    A running period that says it ends later is cut the day before; one without an end is left, as
    it lasts until the next start.
    """
    effects = []
    for period in product.stage_periods.order_by("position", "pk"):
        runs_on = period.ends is not None and period.ends >= on
        if runs_on and period.market == "" and (period.starts is None or period.starts < on):
            before = {
                "product": str(product.uid),
                "stage": period.stage or None,
                "starts": period.starts.isoformat() if period.starts else None,
                "ends": period.ends.isoformat() if period.ends else None,
                "market": period.market,
            }
            if before["stage"] is None:
                continue
            ends = (on - timedelta(days=1)).isoformat()
            after = {**before, "ends": ends}
            effects.append(Effect("product.stage", str(period.uid), before, after))
    fresh = uuid5(new_uid(), f"{product.uid}{stage}{on}")
    after = {
        "product": str(product.uid),
        "stage": stage,
        "starts": on.isoformat(),
        "ends": None,
        "market": "",
    }
    return [*effects, Effect("product.stage", str(fresh), None, after)]


def leads_to(kind: str, product: Product) -> str:
    """The funding time to which a kind of dossier leads ("": none); a pivot goes back to explore.

    A pivot of what is not built yet stays where it is.
    """
    target = TEMPLATES[kind].stage if kind in TEMPLATES else ""
    return "" if kind == "pivot" and product.stage in ("", "exploration") else target


def planned_initiatives(product: Product) -> list[Initiative]:
    """The initiatives of the present plan that serve this product alone."""
    return list(
        Initiative.objects.filter(
            state__in=("planned", "in_progress", "proposed"),
            initiative_products__product_id=product.pk,
            initiative_products__share__gte=9_900,
        ).order_by("folded")
    )


def waiting_initiatives(product: Product) -> list[Initiative]:
    """The initiatives proposed for this product alone, that the plan does not hold."""
    return list(
        Initiative.objects.filter(
            state="proposed",
            start=None,
            initiative_products__product_id=product.pk,
            initiative_products__share__gte=9_900,
        ).order_by("folded")
    )


def moves_of(product: Product, kind: str, stage: str, day: date) -> list[Move]:
    """What a kind of dossier proposes for a product: its stage, then its work, line by line."""
    target = stage or leads_to(kind, product)
    effects = tuple(stage_effects(product, target, day)) if target else ()
    found = [Move(None, "stage" if effects else "keep", 0, effects)]
    if kind == "stop":
        found += [move_on(i, "stop", day) for i in planned_initiatives(product)]
    elif kind in ("launch_development", "fund", "reinforce"):
        found += [move_on(i, "fund", day) for i in waiting_initiatives(product)]
    elif kind == "pivot":
        ahead = [i for i in planned_initiatives(product) if i.state == "planned"]
        found += [move_on(i, "defer", day) for i in ahead]
    return found


def move_on(initiative: Initiative, verb: str, day: date) -> Move:
    """What ``fund`` (into the plan), ``stop``, ``defer`` or ``continue`` changes for a work."""
    uid, state = str(initiative.uid), initiative.state
    if verb == "fund" and state in _CANDIDATE:
        month = max(month_of(day), initiative.earliest or 0)
        effects = [Effect("initiative.state", uid, state, "planned")]
        if initiative.start is None:
            effects.append(Effect("initiative.place", uid, None, month))
        return Move(initiative, "in", initiative.cost, tuple(effects))
    if verb == "stop" and state not in ("done", "stopped", "refused"):
        stopped = Effect("initiative.state", uid, state, "stopped")
        return Move(initiative, "out", -initiative.cost, (stopped,))
    if verb == "defer":
        effects = [Effect("initiative.state", uid, state, "deferred")]
        if initiative.start is not None:
            effects.append(Effect("initiative.place", uid, initiative.start, None))
        return Move(initiative, "out", -initiative.cost, tuple(effects))
    return Move(initiative, "keep", 0, ())


def effects_of(moves: Sequence[Move]) -> list[Effect]:
    """The effects of moves, in order."""
    return [effect for move in moves for effect in move.effects]
