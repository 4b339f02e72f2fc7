"""Reads for value reviews: each promise against what came, before and after the decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum
from django.utils import timezone

from portulan.base.policy import Actor, Scope, check_right
from portulan.governance import access
from portulan.governance.activities import VALUE_READ
from portulan.governance.company import company_of
from portulan.governance.models import (
    Decision,
    Indicator,
    Initiative,
    Product,
    Promise,
    ValueReview,
)
from portulan.governance.queries.register import visible
from portulan_core import calibration, review
from portulan_core.periods import last_day

#: Indicator id → its measures, earliest first.
Measures = dict[int, list[tuple[date, float]]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise with its outcome and where the realised figure comes from.

    ``source``: ``measure``, ``actual``, ``landing``, ``plan``, ``recorded`` or "".
    """

    promise: Promise
    fact: review.PromiseFact
    judged: review.Judged
    source: str


@dataclass(frozen=True, slots=True)
class Series:
    """An indicator before and after a decision: measured points, and the path promised."""

    indicator: Indicator
    points: tuple[tuple[date, float], ...]
    decided_on: date | None
    decision: str
    start: tuple[date, float] | None
    promised: tuple[date, float] | None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A product's promises, the verdict they speak for, and the reviews before."""

    product: Product
    day: date
    kept: tuple[Kept, ...]
    proposal: review.Proposal
    series: tuple[Series, ...]
    past: tuple[ValueReview, ...]
    #: How promises turn out on the products that share a line with this one.
    calibration: tuple[calibration.Calibration, ...]
    decisions: tuple[Decision, ...]

    def counts(self) -> dict[str, int]:
        """How many promises there are per outcome."""
        found: dict[str, int] = {}
        for row in self.kept:
            found[row.judged.outcome] = found.get(row.judged.outcome, 0) + 1
        return found


@dataclass(frozen=True, slots=True)
class DueRow:
    """A product with promises come due that no review looked at since."""

    code: str
    name: str
    stage: str
    due: int
    oldest: date
    outcomes: dict[str, int]
    last_review: date | None
    last_verdict: str


def review_page(actor: Actor, product: Product, day: date | None = None) -> ReviewPage:
    """Everything that a value review of a product shows (a constant number of queries)."""
    day = day or timezone.localdate()
    lines = {line for line, primary in access.lines_of(product) if primary}
    related = Q(product=product) | Q(product__product_lines__line_id__in=lines, due_on__lte=day)
    promises = list(promises_of(actor).filter(related).distinct()[:2000])
    measures = _measures({p.indicator_id for p in promises if p.indicator_id})
    judged = judge(promises, day, measures)
    kept = [k for k in judged if k.promise.product_id == product.pk]
    return ReviewPage(
        product,
        day,
        tuple(kept),
        review.propose(k.judged for k in kept),
        tuple(_series(kept, measures)),
        tuple(
            ValueReview.objects.filter(product=product)
            .select_related("dossier")
            .order_by("-on", "-pk")
        ),
        calibration_of(judged),
        tuple(
            visible(actor).filter(subjects__product=product).distinct().order_by("decided_on")
        ),
    )


def promises_of(actor: Actor):  # type: ignore[no-untyped-def] # a query set of this app
    """The promises of the decisions that the actor may read, those taken back left out."""
    return (
        Promise.objects.filter(decision__in=visible(actor).values("pk"))
        .exclude(decision__state=Decision.State.REVERTED)
        .select_related("decision", "indicator", "initiative", "guarantor", "product")
        .order_by("decision__decided_on", "due_on", "pk")
    )


def judge(
    promises: Sequence[Promise], day: date, measures: Measures | None = None
) -> list[Kept]:
    """The outcome of each promise on a day, from measures, costs and dates as they stand."""
    if measures is None:
        measures = _measures({p.indicator_id for p in promises if p.indicator_id})
    spent = _spent({p.initiative_id for p in promises if p.initiative_id and p.kind == "cost"})
    found = []
    for promise in promises:
        fact, source = _fact(promise, day, measures, spent)
        found.append(Kept(promise, fact, review.judge(fact, day), source))
    return found


def _measures(indicators: Iterable[int]) -> Measures:
    found: Measures = {}
    rows = (
        Indicator.objects.filter(pk__in=set(indicators), measures__isnull=False)
        .order_by("pk", "measures__on")
        .values_list("pk", "measures__on", "measures__value")
    )
    for pk, on, value in rows:
        found.setdefault(pk, []).append((on, value))
    return found


def _spent(initiatives: Iterable[int]) -> dict[int, int]:
    rows = (
        Initiative.objects.filter(pk__in=set(initiatives), cost_lines__kind="actual")
        .values("pk")
        .annotate(total=Sum("cost_lines__amount"))
    )
    return {row["pk"]: row["total"] for row in rows}


def _fact(
    promise: Promise,
    day: date,
    measures: Measures,
    spent: dict[int, int],
) -> tuple[review.PromiseFact, str]:
    realised, realised_on, source, trend = promise.realised, promise.realised_on, "", ""
    direction = promise.indicator.direction if promise.indicator else "up"
    if realised is not None or realised_on is not None:
        source = "recorded"
    if promise.kind == Promise.Kind.INDICATOR and promise.indicator_id:
        points = [p for p in measures.get(promise.indicator_id, []) if p[0] <= day]
        until = [p for p in points if promise.due_on is None or p[0] <= promise.due_on]
        decided = promise.decision.decided_on if promise.decision else None
        after = [p for p in points if decided is None or p[0] >= decided]
        trend = review.trend(after, direction)
        # The measure at the due day; the latest one when the due day is still to come.
        chosen = until[-1] if until else None
        if chosen is not None and (decided is None or chosen[0] >= decided):
            realised_on, realised, source = chosen[0], chosen[1], "measure"
    elif promise.kind == Promise.Kind.COST and promise.initiative is not None:
        if promise.initiative.state == Initiative.State.DONE or (
            promise.initiative_id in spent and promise.due_on is not None and promise.due_on <= day
        ):
            realised = float(spent.get(promise.initiative_id or 0, promise.initiative.cost))
            source = "actual" if promise.initiative_id in spent else "plan"
        else:
            realised = float(promise.initiative.cost)
            source = "landing"
    elif promise.kind == Promise.Kind.DATE and promise.initiative is not None:
        if promise.initiative.start is not None:
            end = promise.initiative.start + promise.initiative.months - 1
            realised_on, source = last_day(end), "plan"
    return (
        review.PromiseFact(
            str(promise.uid),
            promise.kind,
            promise.due_on,
            direction,
            promise.promised,
            realised,
            promise.promised_on,
            realised_on if promise.kind == Promise.Kind.DATE else None,
            trend,
        ),
        source,
    )


def _series(kept: Sequence[Kept], measures: Measures) -> list[Series]:
    shown: list[Series] = []
    done: set[int] = set()
    for row in kept:
        promise = row.promise
        indicator = promise.indicator
        if indicator is None or indicator.pk in done:
            continue
        done.add(indicator.pk)
        points = measures.get(indicator.pk, [])
        decided = promise.decision.decided_on if promise.decision else None
        before = [p for p in points if decided is not None and p[0] <= decided]
        start = None
        if promise.baseline is not None and decided is not None:
            start = (decided, promise.baseline)
        elif before:
            start = before[-1]
        target = None
        if promise.promised is not None and promise.due_on is not None:
            target = (promise.due_on, promise.promised)
        shown.append(
            Series(
                indicator,
                tuple(points),
                decided,
                promise.decision.code if promise.decision else "",
                start,
                target,
            )
        )
    return shown


def calibration_of(kept: Iterable[Kept]) -> tuple[calibration.Calibration, ...]:
    """How well each kind of promise turned out."""
    outcomes = []
    for row in kept:
        if row.judged.outcome not in ("kept", "partly", "missed"):
            continue
        fact = row.fact
        if fact.kind == "date" and fact.promised_on and fact.realised_on:
            outcomes.append(calibration.Outcome("date", fact.promised_on, fact.realised_on))
        elif fact.kind == "cost" and fact.promised is not None and fact.realised is not None:
            outcomes.append(calibration.Outcome("cost", fact.promised, fact.realised))
        elif fact.kind != "date" and (share := review.ratio(fact)) is not None:
            # What came over what was promised, the other way round where less is better.
            outcomes.append(calibration.Outcome("value", 1.0, share))
    return calibration.calibrate(outcomes, by_group=False)


def due(actor: Actor, day: date | None = None) -> list[DueRow]:
    """The products whose promises came due since their last review, longest overdue first."""
    day = day or timezone.localdate()
    promises = [p for p in promises_of(actor).filter(due_on__lte=day) if p.product is not None]
    reviews: dict[int, ValueReview] = {}
    ids = {p.product_id for p in promises}
    for row in ValueReview.objects.filter(product_id__in=ids).order_by("on", "pk"):
        reviews[row.product_id] = row
    by_product: dict[int, list[Kept]] = {}
    for kept in judge(promises, day):
        by_product.setdefault(kept.promise.product_id or 0, []).append(kept)
    rows = []
    for product_id, found in by_product.items():
        product = found[0].promise.product
        last = reviews.get(product_id)
        dates = [k.promise.due_on for k in found if k.promise.due_on is not None]
        if product is None or (last is not None and max(dates) <= last.on):
            continue
        outcomes: dict[str, int] = {}
        for kept in found:
            outcomes[kept.judged.outcome] = outcomes.get(kept.judged.outcome, 0) + 1
        rows.append(
            DueRow(
                product.code,
                product.name,
                product.stage,
                len(found),
                min(d for d in dates if last is None or d > last.on),
                outcomes,
                last.on if last else None,
                last.verdict if last else "",
            )
        )
    return sorted(rows, key=lambda r: (r.oldest, r.name))


def come_due(actor: Actor, day: date | None = None, *, since: date | None = None) -> list[Kept]:
    """The promises that came due until a day (and since another), judged, latest due first."""
    day = day or timezone.localdate()
    found = promises_of(actor).filter(due_on__lte=day)
    if since is not None:
        found = found.filter(due_on__gte=since)
    return judge(list(found.order_by("-due_on", "pk")), day)


def past(actor: Actor, limit: int = 20) -> list[ValueReview]:
    """The last reviews recorded, of products that the actor may read."""
    found = ValueReview.objects.select_related("product", "dossier").prefetch_related(
        "product__product_lines"
    )
    kept = []
    company = company_of()
    for row in found.order_by("-on", "-pk")[: 10 * limit]:
        scope = Scope(
            entities=company.above(row.product.entity_id),
            lines=frozenset(link.line_id for link in row.product.product_lines.all()),
            products=frozenset([row.product_id]),
        )
        if check_right(actor, VALUE_READ, scope) is None:
            kept.append(row)
    return kept[:limit]
