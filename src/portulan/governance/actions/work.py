"""Dossiers about work: an initiative, a project, and the lines on what a product has planned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from django.utils import timezone

from portulan.base.changes import Recorder, recording
from portulan.base.policy import Actor, Refusal, Refused, Scope
from portulan.governance.access import check_any, product_scope
from portulan.governance.actions.dossiers import Draft, asked, new_dossier, write_options
from portulan.governance.activities import DOSSIER_EDIT
from portulan.governance.company import company_of
from portulan.governance.differences import initiative_products
from portulan.governance.models import Dossier, DossierLine, Entity, Initiative, Product
from portulan.governance.simulating import later
from portulan_core.effects import Effect
from portulan_core.periods import month_of

#: Kinds of dossier about work: an initiative, or a project with those that it carries.
WORK_KINDS = ("fund", "continue", "stop")
#: States from which work can still be taken into the plan.
_CANDIDATE = ("idea", "proposed", "deferred")


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


def dossier_from_work(
    actor: Actor,
    initiatives: Sequence[Initiative],
    kind: str,
    draft: Draft,
    *,
    entity: Entity | None = None,
    effective_on: date | None = None,
) -> Dossier:
    """A dossier about one initiative, or about those that a project carries.

    Raises:
        Refused: no right on the entity or the products, or the kind is not one of work.
    """
    served = initiative_products([i.pk for i in initiatives])
    products = Product.objects.in_bulk({p for pairs in served.values() for p, _ in pairs[:1]})
    scopes = [Scope(entities=company_of().above(entity.pk if entity else None))]
    scopes += [product_scope(product) for product in products.values()]
    refusal = check_any(actor, DOSSIER_EDIT, scopes)
    if refusal is None and (kind not in WORK_KINDS or not initiatives):
        refusal = Refusal("forum.kind", {"kind": kind})
    if refusal is not None:
        raise Refused(refusal)
    day = effective_on or timezone.localdate()
    with recording(actor, DOSSIER_EDIT.code) as rec:
        only = next(iter(products.values())) if len(products) == 1 else None
        dossier = new_dossier(rec, actor, kind, draft, entity=entity, product=only)
        lines: list[DossierLine] = []
        for initiative in initiatives:
            main = served.get(initiative.pk, [])[:1]
            product = products.get(main[0][0]) if main else None
            lines += work_lines(dossier, product, [initiative], kind, day)
        for position, line in enumerate(lines):
            line.position = position
        rec.create_many(lines)
        template_options(rec, dossier, draft, lines, {})
        rec.update(dossier, amount=asked(dossier))
    return dossier


def work_lines(
    dossier: Dossier,
    product: Product | None,
    initiatives: Iterable[Initiative],
    verb: str,
    day: date,
) -> list[DossierLine]:
    """Lines on work: ``fund`` takes it into the plan, ``stop`` and ``defer`` take it out."""
    found = []
    for initiative in initiatives:
        uid = str(initiative.uid)
        change, amount, effects = "keep", 0, []
        if verb == "fund" and initiative.state in _CANDIDATE:
            month = max(month_of(day), initiative.earliest or 0)
            effects = [Effect("initiative.state", uid, initiative.state, "planned")]
            if initiative.start is None:
                effects.append(Effect("initiative.place", uid, None, month))
            change, amount = "in", initiative.cost
        elif verb == "stop" and initiative.state not in ("done", "stopped", "refused"):
            effects = [Effect("initiative.state", uid, initiative.state, "stopped")]
            change, amount = "out", -initiative.cost
        elif verb == "defer":
            effects = [Effect("initiative.state", uid, initiative.state, "deferred")]
            if initiative.start is not None:
                effects.append(Effect("initiative.place", uid, initiative.start, None))
            change, amount = "out", -initiative.cost
        found.append(
            DossierLine(
                dossier=dossier,
                title=initiative.name,
                initiative=initiative,
                product=product,
                change=change,
                amount=amount,
                effects=[effect.to_json() for effect in effects],
            )
        )
    return found


def template_options(
    rec: Recorder,
    dossier: Dossier,
    draft: Draft,
    lines: Sequence[DossierLine],
    own: dict[str, list[Effect]],
) -> None:
    """The options of the template: the lines, the same later, nothing, and those given."""
    effects = [Effect.from_json(raw) for line in lines for raw in line.effects]
    kept = {
        code: said
        for code, said in draft.options.items()
        if code not in ("later", "stop") or (effects if code == "later" else own.get(code))
    }
    write_options(rec, dossier, replace(draft, options=kept), own | {"later": later(effects)})
