"""Decisions of which something did not happen: what is held, moved, late or unanswered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from portulan.base.policy import Actor
from portulan.governance.drift import GONE, current_values
from portulan.governance.models import (
    Condition,
    Decision,
    DecisionSubject,
    Initiative,
    Referral,
    ValueReview,
)
from portulan.governance.queries.register import visible
from portulan_core.effects import Effect, EffectError
from portulan_core.periods import first_day, month_of

#: Decisions looked at: those of the last years, last first.
YEARS = 2
MOST = 600


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """A decision of which something did not happen.

    ``why``: ``held`` (its day is past and its effects wait), ``moved`` (effects were changed
    again by hand), ``not_started`` (work decided that should have begun), ``condition`` (not met,
    or late), ``referral`` (a committee has not answered), ``review`` (its review day is past).
    ``count``: how many of them; ``since``: the oldest day concerned.
    """

    decision: Decision
    why: str
    count: int
    since: date | None
    names: tuple[str, ...] = ()


def unfollowed(actor: Actor, day: date | None = None) -> list[Unfollowed]:
    """The decisions of which something did not happen, most urgent first (nine queries)."""
    day = day or timezone.localdate()
    found = list(
        visible(actor)
        .filter(
            state__in=(Decision.State.DECIDED, Decision.State.APPLIED),
            decided_on__gte=day - timedelta(days=366 * YEARS),
        )
        .select_related("forum")
        .order_by("-decided_on", "-pk")[:MOST]
    )
    by_pk = {decision.pk: decision for decision in found}
    rows = [*_held(found, day), *_moved(found), *_not_started(by_pk, day)]
    rows += _conditions(by_pk, day)
    rows += _unanswered(by_pk, day)
    rows += _reviews(found, day)
    return sorted(rows, key=lambda r: (r.since or date.max, -r.decision.pk))


def _held(found: Sequence[Decision], day: date) -> list[Unfollowed]:
    return [
        Unfollowed(d, "held", len(d.effects), d.effective_on)
        for d in found
        if d.state == Decision.State.DECIDED and d.effects
        and d.effective_on is not None and d.effective_on < day
    ]  # fmt: skip


def _moved(found: Sequence[Decision]) -> list[Unfollowed]:
    """Effects that no longer hold, and that no later decision explains."""
    last: dict[tuple[str, str], tuple[Decision, Effect]] = {}
    for decision in reversed(found):
        if decision.state != Decision.State.APPLIED:
            continue
        for raw in decision.effects:
            try:
                effect = Effect.from_json(raw)
            except EffectError:
                continue
            last[effect.type, effect.target] = (decision, effect)
    reads = current_values(effect for _, effect in last.values())
    counts: dict[int, int] = {}
    by_pk = {decision.pk: decision for decision in found}
    for place, (decision, effect) in last.items():
        now = reads.get(place, GONE)
        # Work that went on to be in progress or done follows what was decided.
        went_on = effect.type == "initiative.state" and now in ("in_progress", "done")
        if now != effect.after and not (went_on and effect.after == "planned"):
            counts[decision.pk] = counts.get(decision.pk, 0) + 1
    return [
        Unfollowed(by_pk[pk], "moved", count, by_pk[pk].effective_on)
        for pk, count in counts.items()
    ]


def _not_started(by_pk: dict[int, Decision], day: date) -> list[Unfollowed]:
    month = month_of(day)
    rows = (
        DecisionSubject.objects.filter(
            decision__in=by_pk,
            verdict__in=("", "approved"),
            initiative__state=Initiative.State.PLANNED,
            initiative__start__lt=month,
        )
        .exclude(change__in=("out", "keep"))
        .exclude(decision__verdict__in=("refused", "deferred"))
        .order_by("-decision__decided_on", "-decision_id")
        .values_list("decision_id", "initiative_id", "initiative__name", "initiative__start")
    )
    seen: set[int] = set()
    names: dict[int, list[str]] = {}
    starts: dict[int, int] = {}
    for decision, initiative, name, start in rows:
        if initiative in seen:
            continue
        seen.add(initiative)
        names.setdefault(decision, []).append(name)
        starts[decision] = min(starts.get(decision, start or 0), start or 0)
    return [
        Unfollowed(
            by_pk[pk], "not_started", len(found), first_day(starts[pk]), tuple(found)
        )
        for pk, found in names.items()
    ]


def _conditions(by_pk: dict[int, Decision], day: date) -> list[Unfollowed]:
    rows = Condition.objects.filter(decision__in=by_pk).filter(
        Q(state=Condition.State.UNMET) | Q(state=Condition.State.OPEN, due_on__lt=day)
    )
    grouped: dict[int, list[Condition]] = {}
    for row in rows.order_by("due_on", "pk"):
        grouped.setdefault(row.decision_id, []).append(row)
    return [
        Unfollowed(
            by_pk[pk], "condition", len(found), found[0].due_on or found[0].settled_on,
            tuple(row.text for row in found),
        )
        for pk, found in grouped.items()
    ]  # fmt: skip


def _unanswered(by_pk: dict[int, Decision], day: date) -> Iterable[Unfollowed]:
    rows = Referral.objects.filter(
        decision__in=by_pk, state=Referral.State.WAITING, due_on__lt=day
    ).select_related("target")
    grouped: dict[int, list[Referral]] = {}
    for row in rows.order_by("due_on", "pk"):
        grouped.setdefault(row.decision_id or 0, []).append(row)
    return [
        Unfollowed(
            by_pk[pk], "referral", len(found), found[0].due_on,
            tuple(row.target.name for row in found),
        )
        for pk, found in grouped.items()
    ]  # fmt: skip


def _reviews(found: Sequence[Decision], day: date) -> list[Unfollowed]:
    """The review day is past, and nobody looked at the value of what was decided since."""
    due = {d.pk: d for d in found if d.review_on is not None and d.review_on < day}
    subjects: dict[int, set[int]] = {}
    for about, product in DecisionSubject.objects.filter(decision__in=due).values_list(
        "decision_id", "product_id"
    ):
        if product:
            subjects.setdefault(about, set()).add(product)
    wanted = {p for products in subjects.values() for p in products}
    seen: dict[int, date] = {}
    for product, on in ValueReview.objects.filter(product__in=wanted).values_list(
        "product_id", "on"
    ):
        seen[product] = max(seen.get(product, on), on)
    rows = []
    for pk, decision in due.items():
        products = subjects.get(pk, set())
        decided = decision.decided_on or date.min
        if products and any(seen.get(p, date.min) > decided for p in products):
            continue
        rows.append(Unfollowed(decision, "review", 1, decision.review_on))
    return rows
