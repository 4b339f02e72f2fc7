"""What a scenario writes into the dossier that takes it to a committee."""

from __future__ import annotations

from typing import Any

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from portulan.web.objects import address
from portulan.web.tradeoff import shape
from portulan.web.tradeoff.words import points


def sections(scenario: Any, currency: str) -> dict[str, str]:
    """The sections that the scenario can fill: context, options, risks to weigh, impact."""
    here = shape.page(scenario, currency)
    if here is None or not here["found"]:
        return {}
    cards = "\n".join(
        f"{card.title}: {card.before} → {card.after} {card.unit}".strip()
        + (f" ({card.note})" if card.note else "")
        for card in here["cards"]
    )
    options = [here["better"]]
    others = [
        _("%(option)s: %(points)s points of value") % {"option": label, "points": value}
        for label, value in _options(scenario)
    ]
    return {
        "context": " ".join([here["conclusion"], here["remains"], *here["sources"]]),
        "options": "\n".join([*options, *others]),
        "impact": cards,
    }


def _options(scenario: Any) -> list[tuple[str, str]]:
    result = scenario.result or {}
    rows = []
    if result.get("prorata") is not None:
        rows.append((_("Pro rata cut"), points(result["prorata"])))
    if result.get("greedy") is not None:
        rows.append((_("By priority, as by hand"), points(result["greedy"])))
    rows.append((_("This scenario"), points(result["figures"]["value_after"])))
    return rows


def where(dossier: str, scenario: str) -> str:
    """The dossier's page, or the scenario's while there is none."""
    place = address("dossier", dossier)
    try:
        resolve(place)
    except Resolver404:
        return address("scenario", scenario)
    return place
