"""New dossiers in one click: from a scenario, a product, a value review, a decision to undo."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from portulan.base.changes import Recorder, recording
from portulan.base.policy import Actor, Invalid, Refusal, Refused, Scope, require
from portulan.governance.access import check_any, decision_scopes, product_scope
from portulan.governance.actions.dossiers import Draft, asked, new_dossier, write_options
from portulan.governance.actions.work import line_of, template_options, write_lines
from portulan.governance.activities import DOSSIER_EDIT
from portulan.governance.company import company_of
from portulan.governance.differences import differences, undone
from portulan.governance.machines import DECISION, check_move
from portulan.governance.models import (
    Decision,
    Dossier,
    DossierLine,
    DossierOption,
    Product,
    Scenario,
    ValueReview,
)
from portulan.governance.planning import leads_to, moves_of, stage_effects
from portulan.governance.templates import PRODUCT_KINDS as PRODUCT_KINDS
from portulan_core.effects import Effect

STAGES = ("exploration", "development", "run", "end_of_life")
#: Other plans put beside the one that a dossier proposes.
MOST_SCENARIOS = 2


def reasons_of(scenario: Scenario) -> dict[str, Any]:
    """What the solver says of each initiative: uid → reason, whatever the result's form."""
    result = scenario.result or {}
    for name in ("reasons", "explanations"):
        found = result.get(name)
        if isinstance(found, dict):
            return found
        if isinstance(found, list):
            return {
                str(row.get("item") or row.get("key")): row
                for row in found
                if isinstance(row, dict)
            }
    return {}


def check_scenario(scenario: Scenario) -> Refusal | None:
    """Why a scenario cannot be put to a committee: not solved, or nothing changes."""
    if scenario.state not in (Scenario.State.SOLVED, Scenario.State.SUBMITTED):
        return Refusal("scenario.state", {"state": scenario.state})
    if not scenario.effects:
        return Refusal("scenario.no_change")
    return None


def dossier_from_scenario(actor: Actor, scenario: Scenario, draft: Draft) -> Dossier:
    """A dossier whose lines are the differences of a scenario to the present plan.

    Raises:
        Refused: no right on the scenario's entity, or the scenario is not solved.
    """
    company = company_of()
    require(actor, DOSSIER_EDIT, Scope(entities=company.above(scenario.entity_id)))
    refusal = check_scenario(scenario)
    if refusal is not None:
        raise Refused(refusal)
    found = differences(scenario.effects, reasons_of(scenario))
    with recording(actor, DOSSIER_EDIT.code) as rec:
        dossier = new_dossier(
            rec, actor, "adopt_scenario", draft, entity=scenario.entity, scenario=scenario
        )
        rec.create_many(
            [
                DossierLine(
                    dossier=dossier,
                    position=position,
                    title=(draft.titles.get(d.target) or d.name or d.target)[:300],
                    initiative=d.initiative,
                    product=d.product,
                    change=d.change,
                    amount=d.amount,
                    effects=d.to_json(),
                    reason=dict(d.reason),
                )
                for position, d in enumerate(found)
            ]
        )
        write_options(rec, dossier, draft)
        _other_scenarios(rec, dossier, scenario, len(draft.options))
        rec.update(dossier, amount=asked(dossier))
        rec.update(scenario, state=Scenario.State.SUBMITTED)
    return dossier


def _other_scenarios(rec: Recorder, dossier: Dossier, chosen: Scenario, position: int) -> None:
    """The other plans computed for the same part of the company stand beside the chosen one."""
    others = Scenario.objects.filter(
        entity=chosen.entity, state=Scenario.State.SOLVED
    ).exclude(pk=chosen.pk)
    rec.create_many(
        [
            DossierOption(
                dossier=dossier, position=position + n, code="scenario", name=other.name[:300],
                scenario=other, effects=other.effects,
            )
            for n, other in enumerate(others.order_by("-pk")[:MOST_SCENARIOS])
            if other.effects
        ]
    )  # fmt: skip


def check_product_kind(product: Product, kind: str, stage: str = "") -> Refusal | None:
    """Why this kind of dossier makes no sense for a product: unknown, or already in that stage."""
    if kind not in PRODUCT_KINDS:
        return Refusal("forum.kind", {"kind": kind})
    target = stage or leads_to(kind, product)
    if kind == "change_stage" and target not in STAGES:
        return Refusal("dossier.stage_missing")
    if target and target == product.stage:
        return Refusal("dossier.same_stage", {"stage": target})
    return None


def dossier_from_product(
    actor: Actor,
    product: Product,
    kind: str,
    draft: Draft,
    *,
    stage: str = "",
    effective_on: date | None = None,
) -> Dossier:
    """A dossier about one product, with the change of stage that it leads to, if any.

    Stopping a product also proposes, line by line, to stop what is planned for it alone.

    Raises:
        Refused: no right on the product, or the kind makes no sense for it.
    """
    require(actor, DOSSIER_EDIT, product_scope(product))
    refusal = check_product_kind(product, kind, stage)
    if refusal is not None:
        raise Refused(refusal)
    day = effective_on or timezone.localdate()
    moves = moves_of(product, kind, stage, day)
    with recording(actor, DOSSIER_EDIT.code) as rec:
        dossier = new_dossier(rec, actor, kind, draft, entity=product.entity, product=product)
        own = draft.titles.get(str(product.uid), product.name)
        lines = [
            line_of(dossier, product, move, "" if move.initiative else own) for move in moves
        ]
        write_lines(rec, lines)
        stopping = stage_effects(product, "end_of_life", day) if "stop" in draft.options else []
        template_options(rec, dossier, draft, lines, {"stop": stopping})
        rec.update(dossier, amount=asked(dossier))
    return dossier


def dossier_from_review(actor: Actor, review: ValueReview, draft: Draft) -> Dossier:
    """The dossier that a value review asks for: its verdict becomes the kind of decision.

    Raises:
        Refused: no right on the product, or the review already led to a dossier.
    """
    if review.dossier_id is not None:
        raise Refused(Refusal("review.has_dossier"))
    kind = review.verdict or review.proposed
    dossier = dossier_from_product(actor, review.product, kind, draft)
    with recording(actor, DOSSIER_EDIT.code) as rec:
        rec.update(review, dossier=dossier)
    return dossier


def check_revert(decision: Decision) -> Refusal | None:
    """Why a decision cannot be undone: not applied, without effects, or under way already."""
    refusal = check_move(DECISION, decision.state, "revert")
    if refusal is not None:
        return refusal
    if not decision.effects:
        return Refusal("decision.no_effects")
    under_way = Dossier.objects.filter(reverts=decision).exclude(
        state__in=(Dossier.State.DECIDED, Dossier.State.WITHDRAWN)
    )
    if under_way.exists():
        return Refusal("decision.reverting", {"dossier": under_way.values_list("code")[0][0]})
    return None


def dossier_to_revert(actor: Actor, decision: Decision, draft: Draft) -> Dossier:
    """A dossier that would undo an applied decision: its effects turned round, line by line.

    Raises:
        Refused: no right where the decision lies, or it cannot be undone.
        Invalid: no name.
    """
    refusal = check_any(actor, DOSSIER_EDIT, decision_scopes(actor, decision, company_of()))
    refusal = refusal or check_revert(decision)
    if refusal is not None:
        raise Refused(refusal)
    former = decision.dossier
    if former is None:
        raise Invalid({"decision": Refusal("decision.no_dossier")})
    with recording(actor, DOSSIER_EDIT.code) as rec:
        dossier = new_dossier(
            rec,
            actor,
            decision.kind,
            draft,
            entity=former.entity,
            product=former.product,
            reverts=decision,
        )
        approved = former.lines.filter(
            withdrawn=False, verdict=DossierLine.Verdict.APPROVED
        ).order_by("-position", "-pk")
        rec.create_many(
            [
                DossierLine(
                    dossier=dossier,
                    position=position,
                    title=line.title,
                    initiative=line.initiative,
                    product=line.product,
                    change={"in": "out", "out": "in"}.get(line.change, line.change),
                    amount=-line.amount,
                    effects=[
                        e.to_json() for e in undone(Effect.from_json(raw) for raw in line.effects)
                    ],
                )
                for position, line in enumerate(approved.select_related("initiative", "product"))
            ]
        )
        rec.update(dossier, amount=asked(dossier))
    return dossier
