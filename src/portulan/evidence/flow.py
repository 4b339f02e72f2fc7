"""Indicators of the flow family measured from the work items of their product, month by month.

The same history again changes nothing: a month has one measure, on its last day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from portulan.base.changes import KNOWN_SINCE_EVER, recording
from portulan.base.jobs import JobContext
from portulan.base.policy import Actor, Invalid, Refusal, system_actor
from portulan.base.text import slug
from portulan.catalogue.access import product_at
from portulan.evidence.activities import INDICATOR_EDIT
from portulan.evidence.models import Indicator, Measure
from portulan.portfolio.flow import MEASURES, Flow, flow_of_product, has_items, monthly

#: What a product is followed by when somebody asks for its flow.
FOLLOWED = ("cycle_p85", "throughput", "wip", "efficiency")
#: Days after which a monthly measure is stale.
FRESH = 45


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was done: indicators made, measures written."""

    indicators: int
    measures: int


def follow_product(
    actor: Actor, code: str, names: Mapping[str, str], measures: Sequence[str] = FOLLOWED
) -> Recorded:
    """Follow the flow of a product as indicators, making those that are missing.

    ``names``: how each measure is called.

    Raises:
        NotFoundForActor, Refused: rights.
        Invalid: the product has no work item, or an unknown measure.
    """
    product, _at = product_at(actor, code, INDICATOR_EDIT)
    if not set(measures) <= MEASURES.keys():
        raise Invalid({"measures": Refusal("kind.unknown", {"found": ", ".join(measures)})})
    if not has_items(product.pk):
        raise Invalid({"product": Refusal("work.empty")})
    known = set(
        Indicator.objects.filter(product=product)
        .exclude(flow_measure="")
        .values_list("flow_measure", flat=True)
    )
    made = []
    for measure in measures:
        if measure in known:
            continue
        unit, direction = MEASURES[measure]
        base = slug(f"{code}-flow-{measure}", 100)
        free, number = base, 1
        while Indicator.objects.filter(code=free).exists():
            number += 1
            free = f"{base}-{number}"
        made.append(
            Indicator(
                code=free, name=names.get(measure, measure), product=product,
                family=Indicator.Family.FLOW, unit=unit, direction=direction,
                freshness_days=FRESH, flow_measure=measure,
            )
        )
    if made:
        with recording(actor, INDICATOR_EDIT.code) as recorder:
            recorder.create_many(made)
    return Recorded(len(made), record_flow(actor, product.pk))


def record_flow(actor: Actor, product: int | None = None) -> int:
    """Record what the work items say for the indicators that follow them; how many differed.

    For one product, or for all of them (one change a product).
    """
    wanted = Indicator.objects.exclude(flow_measure="").filter(product__isnull=False)
    if product is not None:
        wanted = wanted.filter(product_id=product)
    by_product: dict[int, list[Indicator]] = {}
    for indicator in wanted.select_related("product__entity"):
        if indicator.product_id is not None:
            by_product.setdefault(indicator.product_id, []).append(indicator)
    written = 0
    for key, indicators in by_product.items():
        home = indicators[0].product
        country = home.entity.country if home and home.entity else ""
        written += _record(actor, indicators, flow_of_product(key, country, timezone.now()))
    return written


def _record(actor: Actor, indicators: Sequence[Indicator], flow: Flow) -> int:
    if not flow.items:
        return 0
    known = {
        (row.indicator_id, row.on): row
        for row in Measure.objects.filter(indicator__in=indicators)
    }
    fresh, changed = [], []
    for indicator in indicators:
        for point in monthly(flow, indicator.flow_measure):
            row = known.get((indicator.pk, point.on))
            if row is None:
                fresh.append(Measure(indicator=indicator, on=point.on, value=point.value))
            elif row.value != point.value:
                changed.append((row, {"value": point.value}))
    if fresh or changed:
        with recording(actor, INDICATOR_EDIT.code, effective_on=KNOWN_SINCE_EVER) as recorder:
            recorder.create_many(fresh)
            recorder.update_many(changed)
        for indicator in indicators:
            _refresh(indicator)
    return len(fresh) + len(changed)


def _refresh(indicator: Indicator) -> None:
    """Set the derived last measure (kept out of the history)."""
    last = Measure.objects.filter(indicator=indicator).order_by("-on").first()
    Indicator.objects.filter(pk=indicator.pk).update(
        last_on=last.on if last else None, last_value=last.value if last else None
    )


def run_job(job: JobContext) -> dict[str, int]:
    """The scheduled job: every indicator that follows work items."""
    return {"measures": record_flow(system_actor("flow indicators"))}

