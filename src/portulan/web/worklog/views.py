"""The import of work items: the list, one import from its reading to its undo."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import Conflict, Invalid, Refusal, require
from portulan.catalogue.queries import product_choices
from portulan.integrations.activities import IMPORT_RUN
from portulan.integrations.workitems import actions, running, sources
from portulan.organisation.queries import team_choices
from portulan.web.answers import sentence
from portulan.web.htmx import asked_by_htmx, go, tell
from portulan.web.navigation import section
from portulan.web.viewer import actor
from portulan.web.worklog import rows as shown

MAX_FILES = 200


@require_http_methods(["GET", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Bring files; the past imports."""
    who = actor(request)
    require(who, IMPORT_RUN)
    problem = ""
    if request.method == "POST":
        try:
            batch = running.bring(
                who, _files(request),
                **{name: request.POST.get(name, "").strip()
                   for name in ("source", "team", "product")},
            )
        except Invalid as error:
            problem = sentence(next(iter(error.errors.values())))
        else:
            return go(request, "worklog:batch", uid=batch.uid)
    context = {
        "tabs": section("imports", "worklog:home"),
        "past": [shown.past_row(row) for row in actions.past(who)],
        "sources": sources.sources(who), "problem": problem,
        "limit": settings.UPLOAD_MAX_BYTES // 1024 // 1024,
        "teams": team_choices(), "products": product_choices(),
    }
    return render(request, "worklog/home.html", context, status=422 if problem else 200)


def _files(request: HttpRequest) -> list[tuple[str, bytes]]:
    """The files sent.

    Raises:
        Invalid: none, or too large together.
    """
    files = [f for f in request.FILES.getlist("file") if isinstance(f, UploadedFile)][:MAX_FILES]
    if not files:
        raise Invalid({"file": Refusal("file.missing")})
    if sum(f.size or 0 for f in files) > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        raise Invalid({"file": Refusal("file.too_large", {"megabytes": limit})})
    return [(str(f.name), f.read()) for f in files]


@require_GET
def batch(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One import: how it is read, what it would do or did."""
    found = actions.batch_for(actor(request), uid)
    job = running.job_of(found)
    refusal = running.problem_of(job)
    return _page(request, found, problem=sentence(refusal) if refusal else "", job=job)


def _page(
    request: HttpRequest, found: Any, status: int = 200, problem: str = "", job: Any = None
) -> HttpResponse:
    context = {"problem": problem, **shown.page(found), "job": shown.work(job)}
    return render(request, "worklog/batch.html", context, status=status)


@require_POST
def reading(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Correct how an import is read."""
    who = actor(request)
    found = actions.batch_for(who, uid)
    try:
        running.correct(
            who, found, shown.corrections(request.POST, found.mapping, found.plan)
        )
    except Invalid as error:
        found = actions.batch_for(who, uid)
        return _page(request, found, 422, sentence(next(iter(error.errors.values()))))
    return go(request, reverse("worklog:batch", args=[uid]) + "#reading")


@require_POST
def apply(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take it in: everything or nothing."""
    who = actor(request)
    found = actions.batch_for(who, uid)
    try:
        done = running.apply(who, found)
    except Invalid as error:
        return _page(request, found, 422, sentence(next(iter(error.errors.values()))))
    except Conflict:
        problem = sentence(Refusal("work.moved"))
        return _page(request, found, 409, problem)
    if not done:
        return go(request, "worklog:batch", uid=uid)
    if found.change is None:
        tell(request, _("All of this is there already: nothing was written."))
    else:
        count = found.plan["create"] + found.plan["update"]
        message = ngettext("%(count)s item taken in.", "%(count)s items taken in.", count)
        tell(request, message % {"count": count}, undo=reverse("worklog:undo", args=[uid]))
    return go(request, "worklog:batch", uid=uid)


@require_POST
def undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take it back whole, or say what changed since."""
    who = actor(request)
    found = actions.batch_for(who, uid)
    try:
        done = running.undo(who, found)
    except Invalid as error:
        return _page(request, found, 422, sentence(next(iter(error.errors.values()))))
    if not done:
        return go(request, "worklog:batch", uid=uid)
    tell(request, _("The import is taken back: the backlog reads as before."))
    return go(request, "worklog:batch", uid=uid)


@require_GET
def progress(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Where the work on an import stands; the page comes again when it is over."""
    found = actions.batch_for(actor(request), uid)
    job = running.job_of(found)
    if job is None or job.finished:
        headers = {}
        if asked_by_htmx(request):
            headers["HX-Redirect"] = reverse("worklog:batch", args=[uid])
        return HttpResponse(status=204, headers=headers)
    context = {
        "job": shown.work(job), "again": reverse("worklog:progress", args=[uid]),
        "halt": reverse("worklog:stop", args=[uid]),
    }
    return render(request, "worklog/progress.html", context)


@require_POST
def stop(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Stop the work under way: nothing of it is kept."""
    running.stop(actions.batch_for(actor(request), uid))
    return go(request, "worklog:batch", uid=uid)


@require_POST
def discard(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Throw files away that were never taken in."""
    who = actor(request)
    found = actions.batch_for(who, uid)
    try:
        running.throw_away(who, found)
    except Invalid as error:
        return _page(request, found, 422, sentence(next(iter(error.errors.values()))))
    return go(request, "worklog:home")


@require_GET
def rows(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The rows left out and the items with a fault, as CSV."""
    found = actions.batch_for(actor(request), uid)
    stem = found.file_name.rpartition(".")[0] or found.file_name
    name = "".join(c for c in f"{stem} - {_('faults')}.csv" if c not in '"\\\r\n')
    response = HttpResponse(shown.rows_csv(found), content_type="text/csv; charset=utf-8")
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    return response
