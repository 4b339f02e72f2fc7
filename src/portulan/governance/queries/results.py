"""Results of products before and after a decision: users, business, quality, operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from portulan.base.policy import Actor
from portulan.governance.models import DecisionSubject, Indicator, Line, LineReview, Product
from portulan.governance.queries.register import visible
from portulan.governance.queries.reviews import Kept, judge, promises_of
from portulan_core import review

#: The four looks of a value review, by family of indicator.
FAMILIES = {"usage": "users", "business": "business", "quality": "quality", "flow": "operations"}
LOOKS = ("users", "business", "quality", "operations")
#: Without any decision, the results are set against those of a year before.
DAYS = 365


@dataclass(frozen=True, slots=True)
class Result:
    """An indicator before the decision and now; ``better``: in the wanted direction."""

    indicator: Indicator
    before: float | None
    before_on: date | None
    after: float | None
    after_on: date | None
    better: bool | None


@dataclass(frozen=True, slots=True)
class Results:
    """A product's results by look, since a decision (or since a year)."""

    since: date
    decision: str
    looks: Mapping[str, tuple[Result, ...]]

    def counts(self, look: str) -> tuple[int, int, int]:
        """How many indicators are better, worse, and unchanged or not known."""
        found = self.looks.get(look, ())
        better = sum(r.better is True for r in found)
        worse = sum(r.better is False for r in found)
        return better, worse, len(found) - better - worse


@dataclass(frozen=True, slots=True)
class ProductValue:
    """A product in the review of its line."""

    product: Product
    results: Results
    kept: tuple[Kept, ...]
    proposal: review.Proposal

    @property
    def outcomes(self) -> dict[str, int]:
        """How many promises there are per outcome."""
        found: dict[str, int] = {}
        for row in self.kept:
            found[row.judged.outcome] = found.get(row.judged.outcome, 0) + 1
        return found


@dataclass(frozen=True, slots=True)
class LineValue:
    """A line's products with what they brought, and the reviews before."""

    line: Line
    products: tuple[ProductValue, ...]
    past: tuple[LineReview, ...]


def results_of(
    actor: Actor, products: Iterable[int], day: date | None = None
) -> dict[int, Results]:
    """Product id → results since the last decision about it (three queries)."""
    day = day or timezone.localdate()
    wanted = set(products)
    since: dict[int, tuple[date, str]] = {}
    subjects = DecisionSubject.objects.filter(
        product__in=wanted, decision__in=visible(actor).filter(decided_on__lte=day)
    ).order_by("decision__decided_on", "decision_id")
    for product, on, code in subjects.values_list(
        "product_id", "decision__decided_on", "decision__code"
    ):
        if product and on:
            since[product] = (on, code)
    indicators = {row.pk: row for row in Indicator.objects.filter(product__in=wanted)}
    points: dict[int, list[tuple[date, float]]] = {}
    rows = Indicator.objects.filter(pk__in=indicators, measures__on__lte=day)
    for pk, on, value in rows.order_by("pk", "measures__on").values_list(
        "pk", "measures__on", "measures__value"
    ):
        points.setdefault(pk, []).append((on, value))
    found: dict[int, Results] = {}
    for product in wanted:
        start, code = since.get(product, (day - timedelta(days=DAYS), ""))
        looks: dict[str, list[Result]] = {look: [] for look in LOOKS}
        for pk, indicator in indicators.items():
            if indicator.product_id == product:
                look = FAMILIES.get(indicator.family, "operations")
                looks[look].append(_result(indicator, points.get(pk, []), start))
        found[product] = Results(start, code, {k: tuple(v) for k, v in looks.items()})
    return found


def _result(
    indicator: Indicator, points: Sequence[tuple[date, float]], start: date
) -> Result:
    before = [p for p in points if p[0] <= start]
    after = [p for p in points if p[0] > start]
    first = before[-1] if before else None
    last = after[-1] if after else None
    better: bool | None = None
    if first is not None and last is not None and first[1] != last[1]:
        better = (last[1] > first[1]) == (indicator.direction == Indicator.Direction.UP)
    return Result(
        indicator,
        first[1] if first else None,
        first[0] if first else None,
        last[1] if last else None,
        last[0] if last else None,
        better,
    )


def line_value(
    actor: Actor, line: Line, products: Iterable[int] | None = None, day: date | None = None
) -> LineValue:
    """The review of a line: its primary products that the actor may see (``None``: all)."""
    day = day or timezone.localdate()
    found = Product.objects.filter(
        product_lines__line=line, product_lines__primary=True
    ).exclude(stage="")
    if products is not None:
        found = found.filter(pk__in=set(products))
    rows = list(found.distinct().order_by("folded"))
    ids = [row.pk for row in rows]
    results = results_of(actor, ids, day)
    by_product: dict[int, list[Kept]] = {}
    for kept in judge(list(promises_of(actor).filter(product__in=ids)), day):
        by_product.setdefault(kept.promise.product_id or 0, []).append(kept)
    return LineValue(
        line,
        tuple(
            ProductValue(
                row,
                results[row.pk],
                tuple(by_product.get(row.pk, ())),
                review.propose(k.judged for k in by_product.get(row.pk, ())),
            )
            for row in rows
        ),
        tuple(LineReview.objects.filter(line=line).select_related("dossier").order_by("-on")),
    )


def lines_to_review() -> list[tuple[Line, int]]:
    """The lines with their number of primary products (two queries)."""
    counts: dict[int, int] = {}
    for pk in Line.objects.filter(product_lines__primary=True).values_list("pk", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    return [(row, counts[row.pk]) for row in Line.objects.filter(pk__in=counts).order_by("folded")]
