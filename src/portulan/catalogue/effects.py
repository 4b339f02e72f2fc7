"""How a stage effect reads and writes the database."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from portulan.base.changes import Recorder
from portulan.base.manifest import EffectHandler
from portulan.catalogue.lifecycle import refresh_stages
from portulan.catalogue.models import Product, StagePeriod


def _read(target: str, after: Any) -> Any:
    period = (
        StagePeriod.objects.select_for_update(of=("self",))
        .select_related("product")
        .filter(uid=target)
        .first()
    )
    if period is None:
        return None
    return {
        "product": str(period.product.uid),
        "stage": period.stage or None,
        "starts": period.starts.isoformat() if period.starts else None,
        "ends": period.ends.isoformat() if period.ends else None,
        "market": period.market,
    }


def _write(recorder: Recorder, target: str, after: Any) -> None:
    period = StagePeriod.objects.filter(uid=target).first()
    if after is None:
        if period is not None:
            recorder.delete(period)
            refresh_stages(timezone.localdate(), [period.product_id])
        return
    product = Product.objects.get(uid=after["product"])
    values = {
        "stage": after["stage"],
        "starts": date.fromisoformat(after["starts"]) if after["starts"] else None,
        "ends": date.fromisoformat(after["ends"]) if after["ends"] else None,
        "market": after["market"],
    }
    if period is not None:
        recorder.update(period, **values)
    else:
        last = product.stage_periods.order_by("-position").values_list("position", flat=True)[:1]
        position = (last[0] + 1) if last else 0
        recorder.create(
            StagePeriod(uid=UUID(target), product=product, position=position, **values)
        )
    refresh_stages(timezone.localdate(), [product.pk])


PRODUCT_STAGE = EffectHandler("product.stage", _read, _write)
