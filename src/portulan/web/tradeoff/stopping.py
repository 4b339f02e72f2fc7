"""What stopping costs and frees, as the page of a *stop* scenario shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.web.objects import address
from portulan.web.tradeoff.words import points
from portulan.wording.formats import effort, money, month, number


def shown(result: Mapping[str, Any], currency: str) -> dict[str, Any] | None:
    """The balance of a stop: what it frees by year, what it loses, who is concerned."""
    found = result.get("stop")
    if not found:
        return None
    years = [
        {
            "year": row["year"],
            "initiatives": row["initiatives"],
            "run": row["run"],
            "total": row["initiatives"] + row["run"],
        }
        for row in found["money"]
    ]
    freed = sum(row["total"] for row in years)
    days = sum(row["days"] for row in found["days"])
    product = found.get("product")
    said = _("Stopping frees %(money)s and %(days)s within the horizon") % {
        "money": money(freed, currency), "days": effort(days),
    }
    said += ", " + _("for %(points)s points of value lost.") % {"points": points(found["value"])}
    return {
        "said": said,
        "product": product["name"] if product else "",
        "url": address("product", product["code"]) if product else "",
        "since": month(found["month"]) if found.get("month") else "",
        "years": years,
        "freed": freed,
        "net": freed - found["exit_cost"],
        "teams": [(row["team"], row["days"]) for row in found["days"]],
        "days": days,
        "value": points(found["value"]),
        "benefits": found["benefits"],
        "sunk": found["sunk"],
        "engaged": found["engaged"],
        "exit_cost": found["exit_cost"],
        "run_later": found["run_later"],
        "stopped": [_named(row) for row in found["stopped"]],
        "followers": [_named(row) for row in found["followers"]],
        "products": found["products"],
        "concern": ngettext(
            "%(n)s product depends on it: %(names)s.",
            "%(n)s products depend on it: %(names)s.",
            len(found["products"]),
        )
        % {"n": number(len(found["products"])), "names": ", ".join(found["products"][:8])}
        if found["products"]
        else "",
        "mandatory": [
            row["name"] + (f" ({row['why']})" if row["why"] else "")
            for row in (*found["stopped"], *found["followers"])
            if row["mandatory"]
        ],
    }


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "url": address("initiative", row["code"]) if row["code"] else "",
        "begun": row["state"] == "in_progress",
        "points": points(row["points"]),
    }
