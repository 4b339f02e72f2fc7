"""Earlier decisions that a dossier goes against: the same target, turned the other way.

Only what still stands counts (decided or applied), and only the last word on each target: what was
decided later on the same target took the place of what was decided before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from portulan.base.policy import Refusal
from portulan.governance.models import (
    Contradiction,
    Decision,
    DecisionSubject,
    Dossier,
    DossierLine,
)
from portulan.governance.simulating import stage_rank
from portulan_core.effects import Effect
from portulan_core.model import PLANNED_STATES

STANDING = (Decision.State.DECIDED, Decision.State.APPLIED)
_ON = ("continue", "reinforce", "launch", "launch_discovery", "launch_development", "go_to_run")


@dataclass(frozen=True, slots=True)
class Against:
    """A line that goes against an earlier decision.

    ``how``: ``effect`` (an effect turned round), ``refused`` (the line was refused then), ``kind``
    (the product was to go on, and would stop; or the reverse).
    """

    line: DossierLine
    earlier: Decision
    how: str
    effect: Effect | None = None
    former: Effect | None = None
    answer: Contradiction | None = None


def opposes(former: Effect, new: Effect) -> bool:
    """Whether an effect turns round what another one on the same target had decided."""
    if former.type != new.type:
        return False
    if new.type == "initiative.state":
        return (former.after in PLANNED_STATES) != (new.after in PLANNED_STATES) and (
            former.after != new.after
        )
    if new.type == "initiative.place":
        return (former.after is None) != (new.after is None) or new.after == former.before
    if new.type == "initiative.resize":
        return _cost(former) * _cost(new) < 0
    if new.type in ("envelope.amount", "capacity.days"):
        return bool((former.after - former.before) * (new.after - new.before) < 0)
    if new.type == "product.stage" and former.after and new.after:
        return stage_rank(new.after["stage"]) < stage_rank(former.after["stage"])
    return False


def _cost(effect: Effect) -> int:
    return sum(
        sum(effect.after[name]) - sum(effect.before[name]) for name in ("capex", "opex")
    )


def _place(effect: Effect) -> tuple[str, str]:
    if effect.type == "product.stage":
        owner = (effect.after or effect.before or {}).get("product", effect.target)
        return effect.type, str(owner)
    return effect.type, effect.target


def against(dossier: Dossier, lines: Sequence[DossierLine]) -> list[Against]:
    """What these lines go against, with what was answered (four queries)."""
    if dossier.state in (Dossier.State.DECIDED, Dossier.State.WITHDRAWN):
        return []
    initiatives = {line.initiative_id for line in lines if line.initiative_id}
    products = {line.product_id for line in lines if line.product_id}
    earlier = list(
        Decision.objects.filter(state__in=STANDING)
        .exclude(pk=dossier.reverts_id or 0)
        .exclude(Q(effects=[]) & ~Q(subjects__initiative__in=initiatives)
                 & ~Q(subjects__product__in=products))
        .order_by("decided_on", "pk")
        .distinct()
    )  # fmt: skip
    if not earlier:
        return []
    answers = {row.earlier_id: row for row in dossier.contradictions.all()}
    last: dict[tuple[str, str], tuple[Decision, Effect]] = {}
    for decision in earlier:
        for raw in decision.effects:
            former = Effect.from_json(raw)
            last[_place(former)] = (decision, former)
    subjects = _subjects(earlier, initiatives, products)
    found: dict[tuple[int, int], Against] = {}
    for line in lines:
        for hit in (*_by_effect(line, last), *_by_subject(dossier, line, subjects)):
            found.setdefault(
                (line.pk, hit.earlier.pk),
                Against(
                    line, hit.earlier, hit.how, hit.effect, hit.former,
                    answers.get(hit.earlier.pk),
                ),
            )  # fmt: skip
    return list(found.values())


def _by_effect(line: DossierLine, last: dict[Any, Any]) -> Iterable[Against]:
    for raw in line.effects:
        effect = Effect.from_json(raw)
        known = last.get(_place(effect))
        if known is not None and opposes(known[1], effect):
            yield Against(line, known[0], "effect", effect, known[1])


def _subjects(
    earlier: Sequence[Decision], initiatives: set[int], products: set[int]
) -> dict[tuple[str, int], tuple[Decision, DecisionSubject]]:
    by_pk = {decision.pk: decision for decision in earlier}
    found: dict[tuple[str, int], tuple[Decision, DecisionSubject]] = {}
    rows = DecisionSubject.objects.filter(
        Q(initiative__in=initiatives) | Q(product__in=products, initiative=None),
        decision__in=by_pk,
    )
    for row in rows.order_by("decision__decided_on", "decision_id", "pk"):
        place = ("i", row.initiative_id) if row.initiative_id else ("p", row.product_id or 0)
        found[place] = (by_pk[row.decision_id], row)
    return found


def _by_subject(
    dossier: Dossier,
    line: DossierLine,
    subjects: dict[tuple[str, int], tuple[Decision, DecisionSubject]],
) -> Iterable[Against]:
    if line.initiative_id and line.change == "in":
        known = subjects.get(("i", line.initiative_id))
        if known is not None and known[1].verdict == "refused":
            yield Against(line, known[0], "refused")
    if line.product_id and not line.initiative_id:
        known = subjects.get(("p", line.product_id))
        if known is None or known[1].verdict not in ("", "approved"):
            return
        before, now = known[0].kind, dossier.kind
        if (before in _ON and now == "stop") or (before == "stop" and now in _ON):
            yield Against(line, known[0], "kind")


def unanswered(dossier: Dossier, lines: Sequence[DossierLine]) -> list[Refusal]:
    """The earlier decisions on which nothing was said yet: a refusal for each."""
    codes = dict.fromkeys(
        hit.earlier.code for hit in against(dossier, lines) if hit.answer is None
    )
    return [Refusal("decision.contradicts", {"decision": code}) for code in codes]
