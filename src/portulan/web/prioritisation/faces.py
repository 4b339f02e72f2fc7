"""The tabs of prioritisation, and what the reader takes as plausible weights."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portulan.prioritisation.queries.ranking import Plausible
from portulan.web.plugs import Link
from portulan.wording import vocabulary

CLASSES = ("must", "should", "could", "wont")
TONES = {"must": "primary", "should": "teal", "could": "", "wont": "coral"}


def faces(current: str) -> list[Link]:
    """The pages of prioritisation."""
    return [
        Link(label, reverse(f"prioritisation:{name}"), current=name == current)
        for name, label in (
            ("home", _("Ranking")),
            ("pairs", _("Two by two")),
            ("scorers", _("Where scorers differ")),
            ("model", _("Scoring model")),
            ("comparisons", _("Weights by comparisons")),
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
