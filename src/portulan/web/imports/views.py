"""Imports: the list, one import from its reading to its undo."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import Conflict, Invalid, Refusal, require
from portulan.integrations.activities import IMPORT_RUN
from portulan.integrations.table import access, actions, rejects, sample
from portulan.web import navigation
from portulan.web.answers import sentence
from portulan.web.htmx import go, tell
from portulan.web.imports import rows
from portulan.web.viewer import actor

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_FILES = 10


@require_http_methods(["GET", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Bring a file; the past imports."""
    who = actor(request)
    require(who, IMPORT_RUN)
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        brought, problems = _bring(request)
        if brought and not problems:
            if len(brought) == 1:
                return go(request, "imports:batch", uid=brought[0])
            tell(request, _("Each file is read. Nothing is written yet: open them one by one."))
            return go(request, "imports:home")
    context = {
        "tabs": navigation.section("imports", "imports:home"),
        "past": [rows.past_row(row) for row in access.past(who)],
        "problems": problems,
        "limit": settings.UPLOAD_MAX_BYTES // 1024 // 1024,
    }
    return render(request, "imports/home.html", context, status=422 if problems else 200)


def _bring(request: HttpRequest) -> tuple[list[UUID], list[tuple[str, str]]]:
    """Read the files sent: the imports made, and what is wrong with the others."""
    files = [file for file in request.FILES.getlist("file") if isinstance(file, UploadedFile)]
    if not files:
        return [], [("", str(sentence(Refusal("file.missing"))))]
    brought: list[UUID] = []
    problems: list[tuple[str, str]] = []
    for file in files[:MAX_FILES]:
        name = str(file.name)
        try:
            if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
                limit = settings.UPLOAD_MAX_BYTES // 1024 // 1024
                raise Invalid({"file": Refusal("file.too_large", {"megabytes": limit})})
            batch = actions.bring(
                actor(request), name, file.read(), source=request.POST.get("source", "").strip()
            )
            brought.append(batch.uid)
        except Invalid as error:
            problems.append((name, str(sentence(next(iter(error.errors.values()))))))
    return brought, problems


@require_GET
def batch(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One import: how it is read, what it would do or did."""
    who = actor(request)
    return _page(request, access.batch(who, uid))


def _page(
    request: HttpRequest, found: Any, status: int = 200, problem: str = "", **more: Any
) -> HttpResponse:
    context = {"problem": problem, **rows.batch_page(found), **more}
    return render(request, "imports/batch.html", context, status=status)


@require_POST
def mapping(request: HttpRequest, uid: UUID, sheet: int) -> HttpResponse:
    """Correct how a sheet is read."""
    who = actor(request)
    found = access.batch(who, uid)
    corrections = rows.corrections(request.POST, sheet)
    try:
        actions.correct_mapping(who, found, corrections)
    except Invalid as error:
        return _page(request, found, 422, sentence(next(iter(error.errors.values()))))
    return go(request, reverse("imports:batch", args=[uid]) + "#reading")


@require_POST
def repair(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Settle a group of rows."""
    who = actor(request)
    found = access.batch(who, uid)
    choice = request.POST.get("choice", "")
    typed = request.POST.get("value", "").strip()
    if typed and choice in ("", "value:"):
        choice = f"value:{typed}"
    try:
        actions.choose_repair(who, found, request.POST.get("group", ""), choice)
    except Invalid as error:
        return _page(request, found, 422, sentence(next(iter(error.errors.values()))))
    return go(request, reverse("imports:batch", args=[uid]) + "#repairs")


@require_POST
def apply(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take it in: everything or nothing."""
    who = actor(request)
    found = access.batch(who, uid)
    try:
        actions.apply(who, found)
    except Invalid as error:
        return _page(request, found, 422, sentence(next(iter(error.errors.values()))))
    except Conflict:
        problem = _("Somebody changed the portfolio at this very moment. Look again, then import.")
        return _page(request, found, 409, problem)
    count = found.plan["totals"]["create"] + found.plan["totals"]["update"]
    if found.change is None:
        tell(request, _("All of this is in the portfolio already: nothing was written."))
    else:
        message = ngettext("%(count)s row taken in.", "%(count)s rows taken in.", count)
        tell(request, message % {"count": count}, undo=reverse("imports:undo", args=[uid]))
    return go(request, "imports:batch", uid=uid)


@require_POST
def undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take it back whole, or say what changed since."""
    who = actor(request)
    found = access.batch(who, uid)
    try:
        actions.undo(who, found)
    except Invalid as error:
        refusal = next(iter(error.errors.values()))
        found.refresh_from_db()
        obstacles = [rows.obstacle(o) for o in refusal.params.get("obstacles", ())]
        return _page(request, found, 422, sentence(refusal), obstacles=obstacles)
    tell(request, _("The import is taken back: the portfolio reads as before."))
    return go(request, "imports:batch", uid=uid)


@require_POST
def discard(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Throw a file away that was never taken in."""
    who = actor(request)
    actions.throw_away(who, access.batch(who, uid))
    return go(request, "imports:home")


@require_GET
def rejected(request: HttpRequest, uid: UUID, form: str) -> HttpResponse:
    """The rows that stay out, with the reason: CSV or XLSX."""
    if form not in ("csv", "xlsx"):
        raise Http404
    who = actor(request)
    found = access.batch(who, uid)
    sheets = rejects.rejected_sheets(who, found)
    csv = form == "csv"
    content = rejects.as_csv(sheets) if csv else rejects.as_xlsx(sheets)
    stem = found.file_name.rpartition(".")[0] or found.file_name
    return _file(content, f"{stem} - {_('rows left out')}.{form}", "text/csv" if csv else XLSX)


@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """Our template to fill, in French or English."""
    require(actor(request), IMPORT_RUN)
    language = request.GET.get("language", "")
    if language not in ("fr", "en"):
        language = "fr" if request.LANGUAGE_CODE.startswith("fr") else "en"
    with override(language):
        content = sample.template_xlsx()
        name = _("portulan-template")
    return _file(content, f"{name}.xlsx", XLSX)


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    quiet = "".join(char for char in name if char not in '"\\\r\n')
    disposition = content_disposition_header(as_attachment=True, filename=quiet)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
