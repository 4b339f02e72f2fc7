"""The map of mandates: who decides what, where two do, where nobody does, and how long it takes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from portulan.governance.queries import mandates
from portulan.web.governance import sitting_words, words
from portulan.web.governance.views.home import faces
from portulan.web.viewer import actor
from portulan.wording import formats, vocabulary

SHOWN = 12
#: Parts of the company named in a finding.
NAMED = 3


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The map, seen from a part of the company."""
    found = mandates.mandates(actor(request), request.GET.get("entity", ""))
    context = {
        "faces": faces("mandates"),
        "it": found,
        "levels": [(code, vocabulary.word(words.LEVELS, code)) for code in mandates.LEVELS],
        "findings": [
            (said(finding), finding.forum, finding.code) for finding in found.findings[:SHOWN]
        ],
        "more": max(0, len(found.findings) - SHOWN),
        "loads": [(load, _bars(load)) for load in found.loads],
        "committees": any(load.forum.level != "ritual" for load in found.loads),
    }
    return render(request, "governance/mandates.html", context)


def said(finding: mandates.Finding) -> str:
    """A finding in words."""
    params: dict[str, Any] = dict(finding.params)
    if "kinds" in params:
        params["kinds"] = ", ".join(words.kind(code) for code in params["kinds"])
    if "places" in params:
        places, everywhere = list(params["places"]), params.pop("everywhere")
        named = ", ".join(places[:NAMED])
        if everywhere:
            params["places"] = _("every part of the company")
        elif len(places) > NAMED:
            params["places"] = ngettext(
                "%(named)s and %(n)s other part", "%(named)s and %(n)s other parts",
                len(places) - NAMED,
            ) % {"named": named, "n": len(places) - NAMED}
        else:
            params["places"] = named
    if "amount" in params:
        params["amount"] = formats.money(params["amount"])
    return sitting_words.finding(finding.code, params)


def _bars(load: mandates.Load) -> list[dict[str, Any]]:
    """The trend as bars: position and height of each quarter in a box of 100 by 24."""
    most = max((days for _quarter, days in load.trend), default=0)
    return [
        {
            "x": 12 * rank,
            "height": max(1, round(24 * days / most)) if most else 1,
            "y": 24 - (max(1, round(24 * days / most)) if most else 1),
            "said": f"{formats.quarter(quarter.year * 12 + quarter.month - 1)} {days}",
        }
        for rank, (quarter, days) in enumerate(load.trend)
    ]
