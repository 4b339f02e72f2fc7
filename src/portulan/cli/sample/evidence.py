"""Indicators with two years of monthly measures that turn where decisions were taken."""

from __future__ import annotations

import math
from datetime import date, timedelta

from portulan.cli.sample.group import Group, table
from portulan_core.model import Assignment, Indicator, Measure
from portulan_core.periods import last_day, month_of

MONTHS = 24
SOURCES = {
    "usage": "Mesure d’audience",
    "business": "Entrepôt de données",
    "quality": "Outil de suivi des incidents",
    "flow": "Suivi des livraisons",
}


def build(group: Group) -> None:
    """Indicators of active products: the telling ones as written, the others by kind of product."""
    written = {(row["product"], row["family"]): row for row in table("indicators")}
    kinds = table("archetypes")
    managers = {
        row.target: row.person
        for row in group.all(Assignment, "assignments")
        if row.role == "product_manager"
    }
    for product in table("products"):
        if product["stage"] == "end_of_life":
            continue
        for kind in kinds:
            if kind["domain"] != product["domain"]:
                continue
            found = written.get((product["code"], kind["family"]))
            if found is None and not _wanted(product, kind["family"]):
                continue
            _indicator(group, product, found or _drawn(group, product, kind), managers)


def _wanted(product: dict[str, str], family: str) -> bool:
    if product["stage"] == "exploration":
        return family == "business"
    if product["stage"] == "development":
        return family in ("usage", "quality")
    return family != "flow" or product["kind"] == "platform"


def _drawn(group: Group, product: dict[str, str], kind: dict[str, str]) -> dict[str, str]:
    low, high = float(kind["low"]), float(kind["high"])
    start = group.random.uniform(low, high)
    gain = float(kind["gain"]) * group.random.uniform(0.4, 1.2)
    sign = 1 if kind["direction"] == "up" else -1
    end = start * (1 + sign * gain)
    target = start * (1 + sign * gain * group.random.uniform(0.95, 1.5))
    if kind["unit"] == "%":
        end, target = min(end, 98.5), min(target, 99.0)
    return {
        "product": product["code"],
        "family": kind["family"],
        "name": kind["name"],
        "unit": kind["unit"],
        "direction": kind["direction"],
        "from": str(start),
        "to": str(end),
        "target": f"{target:.3g}",
        "turn": str(group.random.randint(4, 14)),
    }


def _indicator(
    group: Group, product: dict[str, str], row: dict[str, str], managers: dict[str, str]
) -> None:
    uid = group.find("products", product["code"])
    latest = group.today - timedelta(days=min(9, max(1, group.today.day - 1)))
    values = curve(group, float(row["from"]), float(row["to"]), int(row["turn"]))
    key = f"{product['code']}-{row['family'][:3].upper()}"
    indicator = Indicator(
        uid=group.uid(),
        code=key,
        name=row["name"],
        product=uid,
        family=row["family"],
        unit=row["unit"],
        direction=row["direction"],
        target=float(row["target"]),
        owner=managers.get(uid),
        freshness_days=45,
        last_at=latest,
        last_value=values[-1],
    )
    group.add("indicators", indicator, key)
    group.keys["first value"][key] = str(values[0])
    group.detail("evidence.indicator", indicator.uid, source=SOURCES[row["family"]])
    for back, value in enumerate(reversed(values)):
        at: date = latest if back == 0 else last_day(month_of(latest) - back)
        group.add("measures", Measure(group.uid(), indicator.uid, at, value))


def curve(group: Group, start: float, end: float, turn: int) -> list[float]:
    """Monthly values from ``start`` to ``end``, most of the way made around ``turn`` months ago.

    A logistic curve with a light season and noise; the last value is ``end`` itself.
    """
    middle = MONTHS - 1 - turn
    low, high = (1 / (1 + math.exp(-(m - middle) / 2.2)) for m in (0, MONTHS - 1))
    values = []
    for month in range(MONTHS):
        part = (1 / (1 + math.exp(-(month - middle) / 2.2)) - low) / (high - low)
        value = start + (end - start) * part
        season = 0.012 * math.sin(2 * math.pi * month / 12)
        noise = group.random.uniform(-0.012, 0.012)
        if month < MONTHS - 1:
            value *= 1 + season + noise
        values.append(round(value, 0 if abs(max(start, end)) >= 1000 else 1))
    return values
