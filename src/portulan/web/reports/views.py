"""Documents to take away, the company's template."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import Invalid, Refusal, Refused, check_right, require
from portulan.governance import queries
from portulan.governance.activities import MEETING_READ
from portulan.reports import making, sample
from portulan.reports import template as templates
from portulan.reports.committee import Told
from portulan.reports.making import File, Wanted
from portulan.reports.manifest import REPORT_EXPORT
from portulan.web.answers import sentence
from portulan.web.htmx import asked_by_htmx, go, tell
from portulan.web.portfolio.asked import asked, whole
from portulan.web.reports import telling
from portulan.web.viewer import actor

#: Meetings offered on the page of documents.
COMING, PAST = 6, 6


def attachment(file: File) -> HttpResponse:
    """A file to keep; never shown in the browser as something else."""
    response = HttpResponse(file.content, content_type=file.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, file.name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _language() -> str:
    return (get_language() or "fr")[:2]


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """All that can be handed out."""
    who = actor(request)
    require(who, REPORT_EXPORT)
    meetings = check_right(who, MEETING_READ) is None or any(g.forum for g in who.grants)
    context = {
        "coming": queries.calendar(who, limit=COMING) if meetings else [],
        "past": queries.calendar(who, limit=PAST, past=True) if meetings else [],
        "may_edit": templates.check_edit(who) is None,
    }
    return render(request, "reports/home.html", context)


@require_http_methods(["GET", "POST"])
def committee_pack(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The pack of a committee; a long one is made by a worker, once asked for."""
    who = actor(request)
    require(who, REPORT_EXPORT)
    wanted = Wanted("committee_pack", form, code, _language())
    long = making.is_long(who, wanted)
    if long and request.method == "GET":
        return render(request, "reports/long.html", {"code": code, "form": form})
    told = telling.of_meeting(request, who, code)
    if long:
        return go(request, "reports:made", uid=making.request(who, wanted, told))
    return attachment(making.make(who, wanted, told))


@require_GET
def meeting_record(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The record of the decisions of a sitting."""
    wanted = Wanted("meeting_record", form, code, _language())
    return attachment(making.make(actor(request), wanted))


@require_GET
def decision_record(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The record of one decision."""
    wanted = Wanted("decision_record", form, code, _language())
    return attachment(making.make(actor(request), wanted))


@require_GET
def one_page(request: HttpRequest, form: str) -> HttpResponse:
    """The portfolio on one page."""
    told = Told(telling.findings(request))
    return attachment(making.make(actor(request), Wanted("one_page", form, "", _language()), told))


@require_GET
def roadmap(request: HttpRequest, form: str) -> HttpResponse:
    """The roadmap as the page shows it, with its filters."""
    view = asked(request, show="initiatives", group="line").view
    options: dict[str, Any] = {
        "filters": {name: list(values) for name, values in view.filters.items()},
        "text": view.text, "group": view.group, "axis": view.axis, "year": view.year,
        "zoom": request.GET.get("zoom", "quarter"),
        "first": whole(request.GET.get("from", ""), 23_000, 25_000),
        "baseline": request.GET.get("baseline", "")[:100],
    }
    wanted = Wanted("roadmap", form, "", _language(), options)
    return attachment(making.make(actor(request), wanted))


@require_GET
def budget(request: HttpRequest, form: str) -> HttpResponse:
    """Load and budget as their page shows them."""
    options = {
        "year": whole(request.GET.get("year", ""), 1990, 2100),
        "axis": request.GET.get("axis", "")[:40],
        "entity": request.GET.get("entity", "")[:120],
        "first": whole(request.GET.get("from", ""), 23_000, 25_000),
    }
    wanted = Wanted("budget", form, "", _language(), options)
    return attachment(making.make(actor(request), wanted))


@require_GET
def made(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Where a document stands that a worker makes."""
    status = making.status(actor(request), uid)
    context = {
        "uid": uid, "status": status, "done": status.state == "done",
        "failed": status.finished and status.state != "done",
    }
    name = "reports/_made.html" if asked_by_htmx(request) else "reports/made.html"
    return render(request, name, context)


@require_GET
def made_file(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The document that a worker made."""
    return attachment(making.fetch(actor(request), uid))


# --- The template


def _may_edit(request: HttpRequest) -> None:
    refusal = templates.check_edit(actor(request))
    if refusal is not None:
        raise Refused(refusal)


@require_http_methods(["GET", "POST"])
def template(request: HttpRequest) -> HttpResponse:
    """The template of slides: what is in use, and another one to bring."""
    _may_edit(request)
    problem = ""
    if request.method == "POST":
        try:
            templates.use(actor(request), *_uploaded(request))
        except Invalid as error:
            problem = sentence(error.errors["file"])
        else:
            tell(request, _("The presentations now use this template."))
            return go(request, "reports:template")
    context = {
        "preview": templates.preview(),
        "problem": problem,
        "limit": templates.LARGEST // templates.MEGABYTE,
    }
    return render(request, "reports/template.html", context, status=422 if problem else 200)


def _uploaded(request: HttpRequest) -> tuple[str, bytes]:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Invalid({"file": Refusal("template.missing")})
    limit = min(settings.UPLOAD_MAX_BYTES, templates.LARGEST)
    if (file.size or 0) > limit:
        raise Invalid({"file": Refusal("template.too_large")})
    return str(file.name), file.read()


@require_POST
def template_remove(request: HttpRequest) -> HttpResponse:
    """Use our own template again."""
    templates.remove(actor(request))
    tell(request, _("The presentations use the template of Portulan again."))
    return go(request, reverse("reports:template"))


@require_GET
def template_sample(request: HttpRequest) -> HttpResponse:
    """A few slides with made-up figures in the template in use."""
    _may_edit(request)
    return attachment(making.written(sample.document(_language()), "pptx"))
