"""The ledger of promises: what each dossier promised, what came, and how well estimates are set.

Never by person: estimates are compared by kind, and by what the initiative was marked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from portulan.base.policy import Actor
from portulan.governance.models import DecisionSubject, Initiative, Promise
from portulan.governance.queries.reviews import Kept, judge, promises_of
from portulan_core import calibration, review

#: A date promised for later than this is a far one.
FAR_DAYS = 183


@dataclass(frozen=True, slots=True)
class Estimate:
    """A promise as an estimate: its kind, what it is compared within, and what came of it.

    ``group``: the family of the indicator, or ``benefit``; the stage of the initiative or product
    for a cost; ``near`` or ``far`` for a date. ``initiatives``: those that the promise rests on.
    ``outcome.realised`` is ``None`` while nothing final is known.
    """

    kept: Kept
    group: str
    outcome: calibration.Outcome | None
    initiatives: tuple[int, ...]


def ledger(actor: Actor, day: date | None = None) -> list[Estimate]:
    """Every promise of the decisions that the actor may read, latest due first (five queries)."""
    day = day or timezone.localdate()
    promises = list(promises_of(actor).order_by("-due_on", "-pk"))
    subjects: dict[int, set[int]] = {}
    for decision, initiative in DecisionSubject.objects.filter(
        decision__in={p.decision_id for p in promises}, initiative__isnull=False
    ).values_list("decision_id", "initiative_id"):
        subjects.setdefault(decision, set()).add(initiative)
    found = []
    for kept in judge(promises, day):
        promise = kept.promise
        if promise.initiative_id is not None:
            behind: set[int] = {promise.initiative_id}
        elif promise.product_id is None:
            behind = subjects.get(promise.decision_id or 0, set())
        else:
            behind = set()
        found.append(
            Estimate(kept, _group(promise), outcome_of(kept, day), tuple(sorted(behind)))
        )
    return found


def _group(promise: Promise) -> str:
    if promise.kind == Promise.Kind.INDICATOR:
        return promise.indicator.family if promise.indicator else ""
    if promise.kind == Promise.Kind.BENEFIT:
        return "benefit"
    if promise.kind == Promise.Kind.COST:
        if promise.initiative is not None:
            return promise.initiative.stage
        return promise.product.stage if promise.product is not None else ""
    decided = promise.decision.decided_on if promise.decision else None
    target = promise.promised_on or promise.due_on
    if decided is None or target is None:
        return ""
    return "far" if (target - decided).days > FAR_DAYS else "near"


def outcome_of(kept: Kept, day: date) -> calibration.Outcome | None:
    """A promise and what finally came; realised is ``None`` while only a plan speaks.

    Values are compared as what came over what was promised, the other way round where less is
    better; costs as spent over promised. ``None``: nothing comparable was promised.
    """
    fact, promise = kept.fact, kept.promise
    key = fact.uid
    if fact.kind == "date":
        target = fact.promised_on or fact.due_on
        if target is None:
            return None
        came = fact.realised_on if _ended(kept) else None
        if came is not None and came > day:
            came = None
        return calibration.Outcome("date", target, came, key=key)
    if fact.promised is None:
        return None
    if fact.kind == "cost":
        final = kept.source in ("actual", "recorded")
        spent = fact.realised if final and _due(promise, day) else None
        return calibration.Outcome("cost", fact.promised, spent, key=key)
    share = review.ratio(fact) if kept.source and _due(promise, day) else None
    return calibration.Outcome("value", 1.0, share, key=key)


def _ended(kept: Kept) -> bool:
    """Whether the day on which it came is a fact, not a plan."""
    if kept.source == "recorded":
        return True
    initiative = kept.promise.initiative
    return initiative is not None and initiative.state == Initiative.State.DONE


def _due(promise: Promise, day: date) -> bool:
    return promise.due_on is None or promise.due_on <= day


def calibrated(
    estimates: Iterable[Estimate], *, by_group: bool
) -> tuple[calibration.Calibration, ...]:
    """How each kind of estimate (and each of its groups) turned out."""
    return calibration.calibrate(
        [_in_group(row.outcome, row.group) for row in estimates if row.outcome is not None],
        by_group=by_group,
    )


def calibrated_by(
    estimates: Sequence[Estimate], chosen: Mapping[str, frozenset[int]]
) -> dict[str, dict[str, calibration.Calibration]]:
    """Name → kind → how the promises that rest on these initiatives turned out."""
    found: dict[str, dict[str, calibration.Calibration]] = {}
    for name, initiatives in chosen.items():
        rows = [
            row.outcome for row in estimates
            if row.outcome is not None and initiatives.intersection(row.initiatives)
        ]
        found[name] = {one.kind: one for one in calibration.calibrate(rows, by_group=False)}
    return found


def _in_group(outcome: calibration.Outcome, group: str) -> calibration.Outcome:
    return calibration.Outcome(
        outcome.kind, outcome.promised, outcome.realised, group, outcome.key
    )
