"""The flow of a team, a product or an initiative; its faults; indicators measured from it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from portulan.base.policy import NotFoundForActor, check_right
from portulan.evidence.flow import follow_product
from portulan.integrations.activities import IMPORT_RUN
from portulan.readmodels import flow as flows
from portulan.readmodels import forecast as forecasts
from portulan.readmodels.flow import WINDOWS, FlowView
from portulan.web.answers import reason
from portulan.web.charts import Chart
from portulan.web.flow import charts, figures, forecasting, words
from portulan.web.flow.parts import Whose, asked_day, whose, window
from portulan.web.htmx import go, tell
from portulan.web.paging import changed, cut
from portulan.web.plugs import Link
from portulan.web.reading import reader as reader_of
from portulan.web.viewer import actor
from portulan.web.worklog.words import DIRT
from portulan.wording import formats


@require_GET
def page(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Charts, figures, faults and forecast of a part."""
    who = actor(request)
    found = whose(who, kind, code)
    reader = reader_of(request)
    weeks = window(request.GET.get("weeks", ""))
    by = asked_day(request.GET.get("by", ""))
    view = flows.view(reader, found.part, weeks)
    context: dict[str, Any] = {
        "whose": found, "view": view, "crumbs": found.crumbs,
        "windows": _windows(request, weeks), "weeks": weeks,
        "import_url": reverse("worklog:home") if check_right(who, IMPORT_RUN) is None else "",
        "backlog_url": reverse(f"flow:{kind}_backlog", args=[code]),
    }
    if view is not None:
        rows = flows.rows(reader, {p.id for p in view.points} | {a.id for a in view.ages[:300]})
        made = (
            forecasts.of_initiative(reader, found.record, by) if kind == "initiative"
            else forecasts.of_part(reader, found.part, by)
        )
        context |= {
            "figures": figures.figures(view),
            "charts": _charts(view, rows),
            "faults": _faults(view, found),
            "calendar": figures.calendar_words(view),
            "headline": _headline(view),
            "forecast": forecasting.said(made, ends=kind == "initiative"),
            "by": made.by if made else None,
            "oldest": [
                (rows[a.id], words.state(rows.get(a.id)), a.days) for a in view.ages[:8]
                if a.id in rows
            ],
            "sources": view.flow.sources,
        }
        if kind == "product":
            context["indicator_reason"] = reason(found.indicators)
    return render(request, "flow/flow.html", context)


def _windows(request: HttpRequest, weeks: int) -> list[Link]:
    labels = {13: _("3 months"), 26: _("6 months"), 52: _("1 year"), 0: _("All")}
    query = request.GET.urlencode()
    return [
        Link(labels[w], changed(query, {"weeks": str(w)}), current=w == weeks) for w in WINDOWS
    ]


def _headline(view: FlowView) -> str:
    if view.spread.p50 is None:
        return _("%(wip)s items in progress; nothing finished over the period.") % {
            "wip": formats.number(view.wip, 0)
        }
    return _("Half of the items take at most %(p50)s working days, 85 %% at most %(p85)s; "
             "%(wip)s are in progress.") % {
        "p50": formats.number(view.spread.p50, 1), "p85": formats.number(view.spread.p85, 1),
        "wip": formats.number(view.wip, 0),
    }


def _charts(view: FlowView, rows: dict[int, flows.ItemRow]) -> list[Chart]:
    made: list[Chart | None] = [charts.scatter(view, rows)] if view.points else []
    made.append(charts.ageing(view, rows))
    if view.finished:
        made.append(charts.throughput(view))
    if not view.by_lead:
        made.append(charts.wip(view))
    made.append(charts.cumulative(view))
    return [chart for chart in made if chart is not None]


def _faults(view: FlowView, found: Whose) -> list[dict[str, Any]]:
    name = f"flow:{found.part.kind}_faults"
    return [
        {
            "label": str(DIRT[fault.code][0]), "effect": str(DIRT[fault.code][1]),
            "count": fault.count, "items": len(fault.ids),
            "url": reverse(name, args=[found.part.code, fault.code]),
        }
        for fault in view.faults
    ]


@require_GET
def faults(request: HttpRequest, kind: str, code: str, fault: str) -> HttpResponse:
    """The items with one fault, with their dates."""
    who = actor(request)
    found = whose(who, kind, code)
    reader = reader_of(request)
    view = flows.view(reader, found.part, 0)
    known = next((f for f in view.faults if f.code == fault), None) if view else None
    if view is None or known is None or fault not in DIRT:
        raise NotFoundForActor("fault", fault)
    page_ = cut(request, known.ids, size=60)
    rows = flows.rows(reader, page_.rows)
    moments = flows.moments_of(view.flow, page_.rows)
    context = {
        "whose": found, "crumbs": found.crumbs, "page": page_, "fault": known,
        "label": str(DIRT[fault][0]), "effect": str(DIRT[fault][1]),
        "rows": [
            (rows[pk], words.state(rows[pk]), *moments.get(pk, (None, None, None)))
            for pk in page_.rows if pk in rows
        ],
        "flow_url": reverse(f"flow:{kind}", args=[code]),
    }
    return render(request, "flow/faults.html", context)


@require_POST
def indicators(request: HttpRequest, code: str) -> HttpResponse:
    """Follow the flow of a product as indicators, measured month by month."""
    who = actor(request)
    made = follow_product(
        who, code, {name: str(label) for name, label in words.MEASURES.items()}
    )
    if made.measures:
        text = ngettext(
            "%(count)s measure recorded from the work items.",
            "%(count)s measures recorded from the work items.", made.measures,
        ) % {"count": formats.number(made.measures, 0)}
    else:
        text = _("The indicators were up to date already.")
    tell(request, text)
    return go(request, reverse("flow:product", args=[code]))
