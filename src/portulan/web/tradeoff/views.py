"""The pages of the trade-off: list, scenario, its search under way, scenarios side by side."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.base.policy import NotFoundForActor
from portulan.prioritisation import access
from portulan.prioritisation.activities import SCENARIO_EDIT, SCENARIO_READ
from portulan.prioritisation.assumptions import from_json
from portulan.prioritisation.queries import scenarios as queries
from portulan.readmodels.reader import Reader
from portulan.web.htmx import asked_by_htmx
from portulan.web.objects import address
from portulan.web.paging import cut
from portulan.web.tradeoff import beside, shape, sheet, studies
from portulan.web.viewer import actor


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The scenarios, the latest first."""
    who = actor(request)
    refused = access.check_anywhere(who, SCENARIO_READ)
    if refused is not None:
        raise refused
    page = cut(request, access.readable_scenarios(who), size=30)
    reader = Reader(who)
    rows = [shape.listed(scenario, reader.currency) for scenario in page.rows]
    may = access.may_anywhere(who, SCENARIO_EDIT)
    return render(
        request, "tradeoff/home.html", {"page": page, "rows": rows, "may_edit": may}
    )


@require_GET
def scenario(request: HttpRequest, code: str) -> HttpResponse:
    """A scenario: its assumptions beside its result."""
    return show(request, code)


def show(
    request: HttpRequest, code: str, *, errors: list[str] | None = None, typed: Any = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a scenario, with what was wrong in the sheet when it could not be taken."""
    who = actor(request)
    territory = access.Territory()
    found = access.scenario_for(who, code, territory=territory)
    reader = Reader(who)
    world = reader.kept("scenario_sheet", (), queries.sheet_world)
    ground = queries.ground(
        world, queries.scope_of(found.entity_id), queries.calendar_of(found.entity)
    )
    held = from_json(found.assumptions)
    refusal = access.check_scenario(
        who, found, SCENARIO_EDIT, territory
    ) or access.check_open(found)
    job = queries.job_of(found)
    context = {
        "scenario": found,
        "may_edit": refusal is None,
        "running": job is not None and not job.finished,
        "job": shape.job(job),
        "failed": job is not None and job.state == "failed",
        "state": shape.state_word(found.state),
        "tone": shape.TONES.get(found.state, ""),
        "errors": errors or [],
        "faces": studies.faces(found.code, "scenario"),
        "weights": shape.weights(),
        "here": shape.page(found, reader.currency, show_all=bool(request.GET.get("all"))),
        "drift": queries.drift(found),
        "currency": reader.currency,
        "others": beside.rivals(who, found, territory),
        **sheet.shown(held, ground, world),
    }
    if typed is not None:
        context["typed"] = typed
    return render(request, "tradeoff/scenario.html", context, status=status)


@require_GET
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """Where the search stands; the page comes again when it is over."""
    found = access.scenario_for(actor(request), code)
    job = queries.job_of(found)
    if job is None or job.finished:
        if asked_by_htmx(request):
            return HttpResponse(
                status=204, headers={"HX-Redirect": address("scenario", found.code)}
            )
        return HttpResponse(status=204)
    return render(
        request,
        "tradeoff/progress.html",
        {
            "scenario": found,
            "job": shape.job(job),
            "may_edit": access.check_scenario(actor(request), found, SCENARIO_EDIT) is None,
        },
    )


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Scenarios side by side: their figures, then the initiatives that they treat differently."""
    who = actor(request)
    refused = access.check_anywhere(who, SCENARIO_READ)
    if refused is not None:
        raise refused
    codes = [code for code in request.GET.getlist("codes") if code][:4]
    readable = access.readable_scenarios(who)
    known = {one.code: one for one in readable}
    for code in codes:
        if code not in known:
            raise NotFoundForActor("scenario", code)
    solved = [one for one in readable if shape.summary_of(one).get("figures")]
    picked = [known[code] for code in codes] or solved[:2]
    chosen = [access.scenario_for(who, one.code) for one in picked]
    reader = Reader(who)
    rows = beside.side_by_side(chosen, reader.currency)
    return render(
        request,
        "tradeoff/compare.html",
        {
            "chosen": [beside.column(one, reader.currency) for one in chosen],
            "rows": rows,
            "groups": [
                (_("Treated differently"), rows["differ"]), (_("Treated alike"), rows["alike"]),
            ],
            "choices": [(one.code, one.name, one in picked) for one in solved],
            "home": reverse("tradeoff:home"),
        },
    )
