"""Dossiers about work: an initiative, a project, and the lines on what a product has planned."""

from __future__ import annotations

from collections.abc import Sequence
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
from portulan.governance.planning import WORK_KINDS as WORK_KINDS
from portulan.governance.planning import Move, move_on
from portulan.governance.simulating import later
from portulan_core.effects import Effect


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
            lines.append(line_of(dossier, product, move_on(initiative, kind, day)))
        write_lines(rec, lines)
        template_options(rec, dossier, draft, lines, {})
        rec.update(dossier, amount=asked(dossier))
    return dossier


def line_of(
    dossier: Dossier, product: Product | None, move: Move, title: str = ""
) -> DossierLine:
    """The line of a dossier that a move makes."""
    name = move.initiative.name if move.initiative else product.name if product else ""
    return DossierLine(
        dossier=dossier,
        title=(title or name)[:300],
        initiative=move.initiative,
        product=product,
        change=move.change,
        amount=move.amount,
        effects=[effect.to_json() for effect in move.effects],
    )


def write_lines(rec: Recorder, lines: Sequence[DossierLine]) -> None:
    """Write lines in the order given."""
    for position, line in enumerate(lines):
        line.position = position
    rec.create_many(list(lines))


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
