"""A source of work items: what its states mean, settled anew without importing again."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.jobs import JobStatus
from portulan.base.policy import Invalid
from portulan.integrations.workitems import running, sources
from portulan.web.answers import sentence
from portulan.web.htmx import asked_by_htmx, go, tell
from portulan.web.viewer import actor
from portulan.web.worklog import rows, words


@require_http_methods(["GET", "POST"])
def source(request: HttpRequest, code: str) -> HttpResponse:
    """The states of a source and their meaning; a form that changes it."""
    found = sources.source_for(actor(request), code)
    states = list(found.record.states)
    job = _job(request)
    refusal = running.problem_of(job)
    problem = sentence(refusal) if refusal else ""
    if request.method == "POST":
        wanted = {
            name: request.POST[f"state-{place}"]
            for place, (name, _kind) in enumerate(states) if f"state-{place}" in request.POST
        }
        revision = request.POST.get("revision", "")
        try:
            asked = sources.settle(
                actor(request), found, wanted, int(revision) if revision.isdigit() else 0
            )
        except Invalid as error:
            problem = sentence(next(iter(error.errors.values())))
            states = [[name, wanted.get(name, kind)] for name, kind in states]
        else:
            back = reverse("worklog:source", args=[code])
            if asked is None:
                tell(request, _("The states have their new meaning, and the flow follows."))
                return go(request, back)
            return go(request, f"{back}?job={asked.uid}")
    return render(
        request,
        "worklog/source.html",
        {
            "source": found, "problem": problem, "job": rows.work(job),
            "again": _again(code, job), "halt": "",
            "settled": sources.settled(found.record) if not job or job.finished else None,
            "fixed": found.record.kind == "spans",
            "states": [
                {"place": place, "name": name, "category": kind}
                for place, (name, kind) in enumerate(states)
            ],
            "categories": [(kind, str(label)) for kind, label in words.CATEGORIES.items()],
        },
        status=422 if request.method == "POST" else 200,
    )


@require_POST
def take_back(request: HttpRequest, code: str) -> HttpResponse:
    """Give states the meaning that they had before."""
    found = sources.source_for(actor(request), code)
    back = reverse("worklog:source", args=[code])
    try:
        asked = sources.take_back(actor(request), found)
    except Invalid as error:
        tell(request, sentence(next(iter(error.errors.values()))), tone="error")
        return go(request, back)
    if asked is not None:
        return go(request, f"{back}?job={asked.uid}")
    tell(request, _("The states have their former meaning again, and the flow follows."))
    return go(request, back)


@require_GET
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """Where the work on a source stands; the page comes again when it is over."""
    sources.source_for(actor(request), code)
    job = _job(request)
    if job is None or job.finished:
        headers = {}
        if asked_by_htmx(request):
            address = reverse("worklog:source", args=[code])
            headers["HX-Redirect"] = f"{address}?job={job.uid}" if job else address
        return HttpResponse(status=204, headers=headers)
    context = {"job": rows.work(job), "again": _again(code, job), "halt": ""}
    return render(request, "worklog/progress.html", context)


def _again(code: str, job: JobStatus | None) -> str:
    address = reverse("worklog:source_progress", args=[code])
    return f"{address}?job={job.uid}" if job is not None else address


def _job(request: HttpRequest) -> JobStatus | None:
    try:
        return sources.job_of(str(UUID(request.GET.get("job", ""))))
    except ValueError:
        return None
