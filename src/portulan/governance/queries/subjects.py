"""What a new dossier can be about, and what its options can be taken from."""

from __future__ import annotations

from dataclasses import dataclass

from portulan.base.policy import Actor, Scope, check_right
from portulan.governance.activities import DOSSIER_EDIT
from portulan.governance.company import company_of
from portulan.governance.models import Dossier, Initiative, Product, Project, Scenario

#: Beyond, the page of the object itself leads to its dossier.
MOST = 400
_OVER = ("done", "stopped", "refused")
Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Subjects:
    """Code and name of what the actor may write a dossier about."""

    products: list[Choice]
    initiatives: list[Choice]
    projects: list[Choice]


def subjects_to_decide(actor: Actor) -> Subjects:
    """The products, initiatives and projects that the actor may put to a committee."""
    company = company_of()

    def may(entity: int | None, products: frozenset[int]) -> bool:
        scope = Scope(entities=company.above(entity), products=products)
        return check_right(actor, DOSSIER_EDIT, scope) is None

    products = [
        (code, name)
        for pk, code, name, entity in Product.objects.order_by("folded").values_list(
            "pk", "code", "name", "entity_id"
        )[: 4 * MOST]
        if may(entity, frozenset([pk]))
    ]
    initiatives = [
        (code, name)
        for code, name, entity in Initiative.objects.exclude(state__in=_OVER)
        .order_by("folded")
        .values_list("code", "name", "entity_id")[: 4 * MOST]
        if may(entity, frozenset())
    ]
    projects = [
        (code, name)
        for code, name, entity in Project.objects.order_by("folded").values_list(
            "code", "name", "entity_id"
        )[: 4 * MOST]
        if may(entity, frozenset())
    ]
    return Subjects(products[:MOST], initiatives[:MOST], projects[:MOST])


def work_of(project: Project) -> list[Initiative]:
    """The initiatives that a project carries, and that are not over."""
    found = Initiative.objects.filter(project=project).exclude(state__in=_OVER)
    return list(found.select_related("entity").order_by("folded"))


def scenarios_beside(actor: Actor, dossier: Dossier) -> list[Choice]:
    """The plans computed for the same part of the company that are not an option yet."""
    if check_right(
        actor, DOSSIER_EDIT, Scope(entities=company_of().above(dossier.entity_id))
    ):
        return []
    there = set(dossier.options.exclude(scenario=None).values_list("scenario_id", flat=True))
    found = Scenario.objects.filter(
        entity=dossier.entity_id, state__in=(Scenario.State.SOLVED, Scenario.State.SUBMITTED)
    ).exclude(pk__in=there | {dossier.scenario_id or 0})
    return list(found.order_by("-pk").values_list("code", "name")[:20])
