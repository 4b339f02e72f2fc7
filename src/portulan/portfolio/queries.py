"""Reads of this app alone: rows out. What joins several apps is in ``readmodels``."""

from __future__ import annotations

from dataclasses import dataclass

from portulan.base.policy import Actor, Refusal, check_right
from portulan.portfolio.access import initiative_scope
from portulan.portfolio.activities import INITIATIVE_EDIT
from portulan.portfolio.models import Initiative


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an initiative stands in the present plan, and whether the actor may move it."""

    code: str
    name: str
    state: str
    start: int | None
    months: int
    revision: int
    earliest: int | None
    latest: int | None
    refusal: Refusal | None


def placement(actor: Actor, initiative: Initiative) -> Placement:
    """The placement of an initiative that was fetched for the actor."""
    return Placement(
        initiative.code,
        initiative.name,
        initiative.state,
        initiative.start,
        initiative.months,
        initiative.revision,
        initiative.earliest,
        initiative.latest,
        check_right(actor, INITIATIVE_EDIT, initiative_scope(initiative)),
    )


def initiative_choices() -> list[tuple[str, str]]:
    """Code and name of every initiative, by name."""
    return list(Initiative.objects.order_by("folded").values_list("code", "name"))
