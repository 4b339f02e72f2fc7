"""What other pages show of governance: decisions on an object, actions and meetings of a person.

Ids are database ids; every function takes many at once and costs a constant number of queries.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from portulan.base.models import HistoryRow
from portulan.base.policy import Actor
from portulan.governance.differences import initiative_products
from portulan.governance.models import ActionItem, Decision, DecisionSubject, Promise
from portulan.governance.queries.register import visible


@dataclass(frozen=True, slots=True)
class DecisionLink:
    """A decision to link to: ``verdict`` is that of the object's line, else of the whole."""

    code: str
    name: str
    kind: str
    verdict: str
    change: str
    state: str
    decided_on: date | None
    effective_on: date | None


@dataclass(frozen=True, slots=True)
class Task:
    """Something that somebody must do; ``days`` until it is due (negative: late)."""

    uid: str
    title: str
    owner: str
    due_on: date | None
    days: int | None
    decision: str
    meeting: str


@dataclass(frozen=True, slots=True)
class DuePromise:
    """A promise that comes due."""

    uid: str
    title: str
    kind: str
    due_on: date | None
    decision: str
    product: str
    product_code: str
    realised: bool


def _link(decision: Decision, verdict: str = "", change: str = "") -> DecisionLink:
    return DecisionLink(
        decision.code,
        decision.name,
        decision.kind,
        verdict or decision.verdict,
        change,
        decision.state,
        decision.decided_on,
        decision.effective_on,
    )


def decisions_on_initiatives(
    actor: Actor, ids: Collection[int]
) -> dict[int, list[DecisionLink]]:
    """Initiative id → decisions about it that the actor may read, last first."""
    return _subjects(actor, "initiative_id", ids)


def decisions_on_products(actor: Actor, ids: Collection[int]) -> dict[int, list[DecisionLink]]:
    """Product id → decisions about it or its initiatives that the actor may read, last first."""
    return _subjects(actor, "product_id", ids)


def products_of_decisions(actor: Actor, codes: Collection[str]) -> frozenset[int]:
    """The products that decisions which the actor may read are about, through their work too."""
    subjects = DecisionSubject.objects.filter(decision__in=visible(actor).filter(code__in=codes))
    rows = list(subjects.values_list("product_id", "initiative_id"))
    served = initiative_products([initiative for _, initiative in rows if initiative])
    found = {product for product, _ in rows if product}
    return frozenset(found | {p for pairs in served.values() for p, _ in pairs})


def _subjects(actor: Actor, column: str, ids: Collection[int]) -> dict[int, list[DecisionLink]]:
    found: dict[int, list[DecisionLink]] = {}
    seen: set[tuple[int, int]] = set()
    rows = (
        DecisionSubject.objects.filter(
            **{f"{column}__in": list(ids)}, decision__in=visible(actor).values("pk")
        )
        .select_related("decision")
        .order_by("-decision__decided_on", "-decision_id", "pk")
    )
    for row in rows:
        key = getattr(row, column)
        if (key, row.decision_id) not in seen:
            seen.add((key, row.decision_id))
            found.setdefault(key, []).append(_link(row.decision, row.verdict, row.change))
    return found


def decisions_that_changed(
    actor: Actor, uids: Iterable[str]
) -> dict[str, list[DecisionLink]]:
    """Uid of any record (envelope, capacity, stage period…) → decisions that changed it."""
    rows = list(
        HistoryRow.objects.filter(
            record_uid__in=list(uids), change__cause_type="decision"
        )
        .order_by("-pk")
        .values_list("record_uid", "change__cause_uid")
    )
    decisions = {d.uid: d for d in visible(actor).filter(uid__in={cause for _, cause in rows})}
    found: dict[str, list[DecisionLink]] = {}
    seen: set[tuple[str, str]] = set()
    for record, cause in rows:
        decision = decisions.get(cause) if cause is not None else None
        if decision is not None and (str(record), decision.code) not in seen:
            seen.add((str(record), decision.code))
            found.setdefault(str(record), []).append(_link(decision))
    return found


def actions_due(
    person_id: int | None, day: date | None = None, *, within: int | None = None
) -> list[Task]:
    """The open actions of a person, most urgent first; ``within`` days ahead only, if given."""
    if person_id is None:
        return []
    day = day or timezone.localdate()
    found = ActionItem.objects.filter(owner_id=person_id, state=ActionItem.State.OPEN)
    if within is not None:
        found = found.filter(Q(due_on=None) | Q(due_on__lte=day + timedelta(days=within)))
    rows = [_task(row, day) for row in found.select_related("owner", "decision", "meeting")]
    return sorted(rows, key=lambda t: (t.due_on or date.max, t.title))


def _task(row: ActionItem, day: date) -> Task:
    return Task(
        str(row.uid),
        row.title,
        row.owner.name if row.owner else "",
        row.due_on,
        (row.due_on - day).days if row.due_on else None,
        row.decision.code if row.decision else "",
        row.meeting.code if row.meeting else "",
    )


def decisions_to_apply(actor: Actor, day: date | None = None) -> list[DecisionLink]:
    """Decisions with effects that wait: their day is not come, or their targets moved."""
    found = visible(actor).filter(state=Decision.State.DECIDED).order_by("effective_on", "pk")
    return [_link(decision) for decision in found if decision.effects]


def last_sitting_day(actor: Actor, before: date | None = None) -> date | None:
    """The day of the last decision in the register: "since the last committee"."""
    found = visible(actor).exclude(decided_on=None)
    if before is not None:
        found = found.filter(decided_on__lt=before)
    return found.order_by("-decided_on").values_list("decided_on", flat=True).first()


def promises_due(
    actor: Actor, until: date, *, since: date | None = None, products: Collection[int] | None = None
) -> list[DuePromise]:
    """Promises of decisions that the actor may read, due until a day, earliest first."""
    found = Promise.objects.filter(
        due_on__lte=until, decision__in=visible(actor).values("pk")
    ).select_related("decision", "product")
    if since is not None:
        found = found.filter(due_on__gte=since)
    if products is not None:
        found = found.filter(product_id__in=list(products))
    return [
        DuePromise(
            str(row.uid),
            row.title,
            row.kind,
            row.due_on,
            row.decision.code if row.decision else "",
            row.product.name if row.product else "",
            row.product.code if row.product else "",
            row.realised is not None or row.realised_on is not None,
        )
        for row in found.order_by("due_on", "pk")
    ]
