"""The current stage of a product: the one published rule, for pages, facts and rules alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from portulan.catalogue.models import Product, StagePeriod
from portulan_core.lifecycle import current_period
from portulan_core.model import StagePeriod as StageRow


def current_stage(periods: Iterable[StagePeriod], day: date) -> str:
    """The stage code on a day, or "" when there is none."""
    rows = [
        StageRow(
            uid=str(p.uid),
            product=str(p.product_id),
            stage=p.stage or None,
            starts=p.starts,
            ends=p.ends,
            market=p.market,
            source_stage=p.source_stage,
            position=p.position,
        )
        for p in periods
    ]
    found = current_period(rows, day)
    return (found.stage or "") if found else ""


def refresh_stages(day: date, product_ids: Iterable[int] | None = None) -> int:
    """Set the derived ``stage`` column of products (all by default); returns how many changed."""
    products = Product.objects.all()
    periods = StagePeriod.objects.order_by("product_id", "position", "pk")
    if product_ids is not None:
        ids = list(product_ids)
        products, periods = products.filter(pk__in=ids), periods.filter(product_id__in=ids)
    by_product: dict[int, list[StagePeriod]] = {}
    for period in periods:
        by_product.setdefault(period.product_id, []).append(period)
    changed = []
    for product in products.only("pk", "stage"):
        stage = current_stage(by_product.get(product.pk, []), day)
        if stage != product.stage:
            product.stage = stage
            changed.append(product)
    Product.objects.bulk_update(changed, ["stage"], batch_size=500)
    return len(changed)
