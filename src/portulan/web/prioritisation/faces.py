"""The tabs of prioritisation, and what the reader takes as plausible weights."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portulan.prioritisation.queries.ranking import Plausible
from portulan.web.plugs import Link
from portulan.wording import vocabulary

CLASSES = ("must", "should", "could", "wont")
TONES = {"must": "primary", "should": "teal", "could": "", "wont": "coral"}


def faces(current: str, under: Plausible | None = None) -> list[Link]:
    """The pages of prioritisation; the ranking and the duels keep the plausible weights."""
    kept = under_query(under) if under is not None else ""
    return [
        Link(
            label,
            reverse(f"prioritisation:{name}")
            + (f"?{kept}" if kept and name in ("home", "pairs") else ""),
            current=name == current,
        )
        for name, label in (
            ("home", _("Ranking")),
            ("pairs", _("Two by two")),
            ("scorers", _("Where scorers differ")),
            ("model", _("Scoring model")),
            ("comparisons", _("Weights by comparisons")),
            ("calibration", _("Promised and realised")),
        )
    ]


def class_word(level: str) -> str:
    """A MoSCoW class in words."""
    return {
        "must": pgettext("moscow", "Must"),
        "should": pgettext("moscow", "Should"),
        "could": pgettext("moscow", "Could"),
        "wont": pgettext("moscow", "Not this time"),
        "": pgettext("moscow", "No class"),
    }.get(level, level)


def family_word(code: str) -> str:
    """A family of criteria in words."""
    known = vocabulary.FAMILIES.get(code)
    return str(known[1]) if known else code


def under_query(under: Plausible) -> str:
    """The plausible weights as a query string; empty for the usual ones."""
    given = [("o", f"{first}>{second}") for first, second in under.at_least]
    return urlencode([*given, *([("all", "1")] if under.uniform else [])])


def orders_said(under: Plausible) -> list[tuple[str, str]]:
    """Each agreed order: as the address says it, and in words."""
    return [
        (
            f"{first}>{second}",
            _("%(first)s counts at least as much as %(second)s")
            % {"first": family_word(first), "second": family_word(second)},
        )
        for first, second in under.at_least
    ]


def plausible(request: HttpRequest, families: Sequence[str]) -> Plausible:
    """What the address says of weights: "o" holds orders such as ``user>feasibility``."""
    pairs = []
    for text in request.GET.getlist("o"):
        first, mark, second = text.partition(">")
        if mark and first in families and second in families and first != second:
            if (first, second) not in pairs:
                pairs.append((first, second))
    heavier, lighter = request.GET.get("o_first", ""), request.GET.get("o_second", "")
    if heavier in families and lighter in families and heavier != lighter:
        if (heavier, lighter) not in pairs:
            pairs.append((heavier, lighter))
    return Plausible(request.GET.get("all") == "1", tuple(pairs[:20]))
