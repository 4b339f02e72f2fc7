"""What is known of the products of dossiers: usage, evidence, risks, personal data (five queries).

A gate asks for these facts; nobody types them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max
from django.utils import timezone

from portulan.governance.models import Dossier, Indicator, Product, Risk

#: A measure older than this says nothing of today's usage.
FRESH_DAYS = 120
IN_USE = ("run", "end_of_life")


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of one product on a day."""

    name: str
    stage: str
    personal_data: bool | None
    usage_on: date | None
    measured_on: date | None
    risk: bool
    data_risk: bool


def known(product_ids: Iterable[int], day: date | None = None) -> dict[int, Known]:
    """Product id → what is known of it."""
    day = day or timezone.localdate()
    wanted = set(product_ids)
    if not wanted:
        return {}
    usage: dict[int, date] = {}
    measured: dict[int, date] = {}
    rows = (
        Indicator.objects.filter(product_id__in=wanted)
        .values_list("product_id", "family")
        .annotate(last=Max("measures__on"))
    )
    for product, family, last in rows:
        if last is None or product is None:
            continue
        measured[product] = max(measured.get(product, last), last)
        if family == Indicator.Family.USAGE:
            usage[product] = max(usage.get(product, last), last)
    risky, personal = _risks(wanted)
    return {
        pk: Known(
            name, stage, data, usage.get(pk), measured.get(pk), pk in risky, pk in personal
        )
        for pk, name, stage, data in Product.objects.filter(pk__in=wanted).values_list(
            "pk", "name", "stage", "personal_data"
        )
    }


def _risks(wanted: Collection[int]) -> tuple[set[int], set[int]]:
    """Products with an assessed risk, and with one on data protection; initiatives count."""
    risky: set[int] = set()
    personal: set[int] = set()
    own = Risk.objects.filter(product__in=wanted).values_list("product_id", "kind")
    of_work = Risk.objects.filter(
        initiative__initiative_products__product__in=wanted
    ).values_list("initiative__initiative_products__product_id", "kind")
    for product, kind in (*own, *of_work):
        if product in wanted:
            risky.add(product)
            if kind == Risk.Kind.DATA_PROTECTION:
                personal.add(product)
    return risky, personal


def products_of(dossier: Dossier, lines: Iterable[object]) -> set[int]:
    """The products that a dossier and its lines are about."""
    found = {pk for line in lines if (pk := getattr(line, "product_id", None))}
    return found | ({dossier.product_id} if dossier.product_id else set())


def lacking(
    requirement: str, kind: str, facts: Mapping[int, Known], day: date | None = None
) -> list[str]:
    """The names of the products that do not meet a requirement (``options`` is not theirs)."""
    day = day or timezone.localdate()
    oldest = day - timedelta(days=FRESH_DAYS)
    missing = []
    for row in facts.values():
        if requirement == "usage":
            concerned = row.stage in IN_USE or kind == "go_to_run"
            met = row.usage_on is not None and row.usage_on >= oldest
        elif requirement == "evidence":
            concerned, met = True, row.measured_on is not None
        elif requirement == "risk":
            concerned, met = True, row.risk
        elif requirement == "dpia":
            concerned, met = row.personal_data is not False, row.data_risk
        else:
            continue
        if concerned and not met:
            missing.append(row.name)
    return sorted(missing)
