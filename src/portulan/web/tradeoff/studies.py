"""The pages around a scenario's answer: frontier, uncertainty, what constraints cost."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portulan.base.jobs import JobStatus, status_of
from portulan.base.policy import Invalid
from portulan.prioritisation import access, studying
from portulan.prioritisation.actions import scenarios as actions
from portulan.prioritisation.activities import SCENARIO_EDIT
from portulan.prioritisation.queries import scenarios as queries
from portulan.readmodels.reader import Reader
from portulan.web.htmx import asked_by_htmx, go, tell
from portulan.web.objects import address
from portulan.web.plugs import Link
from portulan.web.tradeoff import around, shape
from portulan.web.viewer import actor
from portulan.wording.formats import money

#: Each study and the page that shows it.
PAGES = {
    "frontier": "frontier", "uncertainty": "uncertainty", "mandatory": "constraints",
    "stability": "constraints",
}  # fmt: skip


def faces(code: str, current: str) -> list[Link]:
    """The tabs of a scenario."""
    return [
        Link(label, reverse(f"tradeoff:{name}", args=[code]), current=name == current)
        for name, label in (
            ("scenario", _("Result")),
            ("frontier", _("Value, cost and risk")),
            ("uncertainty", _("Uncertainty")),
            ("constraints", _("What constraints cost")),
        )
    ]


@require_GET
def frontier(request: HttpRequest, code: str) -> HttpResponse:
    """The efficient frontier: a drawing, its table, and the point that one looks at."""
    return _page(request, code, "frontier", ("frontier",), around.frontier)


@require_GET
def uncertainty(request: HttpRequest, code: str) -> HttpResponse:
    """How often the plan holds, and in how many draws each initiative is chosen."""
    return _page(request, code, "uncertainty", ("uncertainty",), around.uncertainty)


@require_GET
def constraints(request: HttpRequest, code: str) -> HttpResponse:
    """What each mandatory initiative costs, and what staying close to the plan costs."""
    return _page(request, code, "constraints", ("mandatory", "stability"), around.constraints)


def _page(
    request: HttpRequest, code: str, name: str, kinds: tuple[str, ...], shaped: Any
) -> HttpResponse:
    who = actor(request)
    territory = access.Territory()
    found = access.scenario_for(who, code, territory=territory)
    known = queries.studies_of(found)
    reader = Reader(who)
    solved = bool(shape.answer_of(found).get("figures"))
    panels = [_panel(kind, known.get(kind), found, name) for kind in kinds]
    context = {
        "scenario": found,
        "solved": solved,
        "may_edit": access.check_scenario(who, found, SCENARIO_EDIT, territory) is None,
        "faces": faces(found.code, name),
        "state": shape.state_word(found.state),
        "tone": shape.TONES.get(found.state, ""),
        "panels": {panel["kind"]: panel for panel in panels},
        "currency": reader.currency,
        **shaped(found, known, reader.currency, request.GET),
    }
    return render(request, f"tradeoff/{name}.html", context)


def _panel(kind: str, study: Any, scenario: Any, page: str) -> dict[str, Any]:
    """Where a study stands: computed when, about which answer, under way or not."""
    job = _job(study)
    result = around.answer_of(study)
    return {
        "kind": kind,
        "found": result is not None,
        "stale": result is not None and study.basis != scenario.solved_at,
        "computed_at": study.computed_at if study else None,
        "running": job is not None and not job.finished,
        "failed": job is not None and job.state == "failed",
        "job": shape.job(job) if job is not None and not job.finished else None,
        "seconds": studying.SECONDS[kind],
        "page": page,
    }


def _job(study: Any) -> JobStatus | None:
    return status_of(study.job_uid) if study is not None and study.job_uid else None


@require_POST
def start(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Ask for a study."""
    who = actor(request)
    found = access.scenario_for(who, code, SCENARIO_EDIT)
    if kind not in PAGES:
        raise Http404
    studying.request_study(who, found, kind)
    return go(request, reverse(f"tradeoff:{PAGES[kind]}", args=[found.code]))


@require_POST
def stop(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Stop a study: what it found so far is kept."""
    who = actor(request)
    found = access.scenario_for(who, code, SCENARIO_EDIT)
    if kind not in PAGES:
        raise Http404
    studying.stop_study(who, found, kind)
    return go(request, reverse(f"tradeoff:{PAGES[kind]}", args=[found.code]))


@require_GET
def progress(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Where a study stands; the page comes again when it is over."""
    who = actor(request)
    found = access.scenario_for(who, code)
    if kind not in PAGES:
        raise Http404
    job = _job(queries.studies_of(found).get(kind))
    if job is None or job.finished:
        headers = {}
        if asked_by_htmx(request):
            headers["HX-Redirect"] = reverse(f"tradeoff:{PAGES[kind]}", args=[found.code])
        return HttpResponse(status=204, headers=headers)
    return render(
        request,
        "tradeoff/study_progress.html",
        {
            "scenario": found,
            "panel": {"kind": kind, "job": shape.job(job)},
            "may_edit": access.check_scenario(who, found, SCENARIO_EDIT) is None,
        },
    )


@require_POST
def take(request: HttpRequest, code: str) -> HttpResponse:
    """Make a scenario of a point of the frontier: the same assumptions, within its limits."""
    who = actor(request)
    found = access.scenario_for(who, code, SCENARIO_EDIT)
    result = around.answer_of(queries.studies_of(found).get("frontier")) or {}
    points = result.get("points") or []
    text = request.POST.get("point", "")
    if not text.isdigit() or len(text) > 4 or int(text) >= len(points):
        raise Invalid({"point": around.no_point()})
    point = points[int(text)]
    name = _("%(name)s, at %(cost)s") % {
        "name": found.name, "cost": money(point["cost"], Reader(who).currency),
    }  # fmt: skip
    made = actions.scenario_from_point(
        who, found, name[:300], point["cost"],
        None if point["risk_limit"] is None else point["risk"],
    )  # fmt: skip
    actions.request_solve(who, made)
    tell(request, _("A scenario with the limits of this point: it is being computed."))
    return go(request, address("scenario", made.code))
