"""What the sheets of a team, a product or an initiative show of its work, loaded after the page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from portulan.readmodels import backlog as backlogs
from portulan.readmodels import flow as flows
from portulan.readmodels import forecast as forecasts
from portulan.web.answers import reason
from portulan.web.flow import figures, forecasting, words
from portulan.web.flow.parts import whose
from portulan.web.reading import reader as reader_of
from portulan.web.viewer import actor

SHOWN = 8


@require_GET
def block(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Figures, backlog and forecast in a few lines."""
    who = actor(request)
    found = whose(who, kind, code)
    reader = reader_of(request)
    view = flows.view(reader, found.part)
    context: dict[str, Any] = {
        "whose": found, "kind": kind, "view": view, "states": words.STANDINGS,
        "flow_url": reverse(f"flow:{kind}", args=[code]),
        "backlog_url": reverse(f"flow:{kind}_backlog", args=[code]),
        "figures": figures.figures(view) if view else [],
        "edit_reason": reason(found.refusal),
    }
    if kind != "team":
        context["new_url"] = reverse(f"flow:{kind}_item_new", args=[code])
        context["lines"] = backlogs.listed(reader, found.part, "open", 0, SHOWN)[0]
        context["counts"] = backlogs.counts(found.part)
    if kind == "initiative":
        context["forecast"] = forecasting.said(forecasts.of_initiative(reader, found.record))
    if kind == "product":
        context["alignment"] = backlogs.alignment(found.part, reader.day)
        context["releases"] = backlogs.releases(found.part.id)[:5]
        context["release_states"] = words.RELEASES
    return render(request, "flow/_block.html", context)
