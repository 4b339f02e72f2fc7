"""The indicators that the reader may see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.base.policy import require
from portulan.evidence.activities import INDICATOR_READ
from portulan.readmodels.reader import Reader
from portulan.readmodels.sheets import lists
from portulan.web.paging import changed, cut
from portulan.web.plugs import Link
from portulan.web.sheets import words
from portulan.web.viewer import actor


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Indicators by family; only those out of date, or off their target, when asked."""
    who = actor(request)
    require(who, INDICATOR_READ)
    family = request.GET.get("family", "")
    family = family if family in words.FAMILIES else ""
    only = request.GET.get("only", "")
    only = only if only in ("late", "off") else ""
    text = request.GET.get("q", "")[:100]
    reader = Reader(who)
    everything = lists.indicators(reader, text=text, family=family)
    late = [g for g in everything if g.stale]
    off = [g for g in everything if g.reached is False]
    rows = {"late": late, "off": off}.get(only, everything)
    query = request.GET.urlencode()
    context = {
        "page": cut(request, rows, size=60), "text": text, "family": family,
        "families": words.FAMILIES, "late": len(late), "off": len(off), "total": len(everything),
        "faces": [
            Link(label, changed(query, {"only": value or None, "page": None}), "", str(count),
                 current=value == only)
            for value, label, count in (
                ("", _("All"), len(everything)), ("off", _("Off their target"), len(off)),
                ("late", _("Out of date"), len(late)),
            )
        ],
    }
    return render(request, "indicators/home.html", context)
