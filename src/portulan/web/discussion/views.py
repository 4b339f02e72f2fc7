"""A discussion on an object's page, and the activity of what one follows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import Conflict, Invalid, Refusal
from portulan.base.subjects import Subject
from portulan.collaboration import access
from portulan.collaboration.actions import attachments, comments, watching
from portulan.collaboration.queries import discussion as said
from portulan.readmodels import activity as happened
from portulan.readmodels.search import search
from portulan.web.answers import reason, sentence
from portulan.web.discussion import told
from portulan.web.htmx import asked_by_htmx
from portulan.web.reading import reader
from portulan.web.viewer import actor

#: A file handed back runs nothing, whatever it holds and whoever opens it.
SANDBOX = "default-src 'none'; sandbox"
COMPLETIONS = 6


def _panel(
    request: HttpRequest, subject: Subject, *, status: int = 200, problem: str = "",
    draft: str = "", file_problem: str = "", answering: str = "",
) -> HttpResponse:
    """The discussion of an object; for who has no script, the object's page."""
    who = actor(request)
    if not asked_by_htmx(request) and request.method == "POST" and status == 200:
        return HttpResponseRedirect(told.url_of(subject, "discussion"))
    found = said.discussion(who, subject)
    context = {
        "subject": subject, "found": found, "threads": told.threads(found), "problem": problem,
        "draft": draft, "file_problem": file_problem, "answering": answering,
        "refusal": reason(access.check_write(who)), "person": who.person_id,
        "megabytes": settings.UPLOAD_MAX_BYTES // 1024 // 1024,
    }
    chosen = "discussion/_panel.html" if asked_by_htmx(request) else "discussion/page.html"
    return render(request, chosen, context, status=status)


@require_GET
def panel(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """What is said on an object."""
    return _panel(request, access.subject_for(actor(request), kind, code))


@require_POST
def write(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Say something, or answer."""
    who = actor(request)
    text, answer_to = request.POST.get("text", ""), request.POST.get("answer_to", "")
    try:
        parent = UUID(answer_to) if answer_to else None
    except ValueError:
        parent = None
    try:
        comments.write(who, kind, code, text, parent)
    except Invalid as error:
        return _panel(
            request, access.subject_for(who, kind, code), status=422, problem=_first(error),
            draft=text, answering=answer_to,
        )
    return _panel(request, access.subject_for(who, kind, code))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Correct one's own comment."""
    who = actor(request)
    comment, subject = access.comment_for(who, uid)
    context: dict[str, Any] = {"comment": comment, "subject": subject, "text": comment.text}
    if request.method == "GET":
        return render(request, "discussion/_edit.html", context)
    text = request.POST.get("text", "")
    try:
        comments.edit(who, uid, text, _number(request.POST.get("revision", "")))
    except Invalid as error:
        context |= {"text": text, "problem": _first(error)}
        return render(request, "discussion/_edit.html", context, status=422)
    except Conflict:
        fresh, _subject = access.comment_for(who, uid)
        problem = _("You changed this elsewhere meanwhile. It says now: %(text)s")
        context |= {
            "comment": fresh, "text": text, "problem": problem % {"text": fresh.text},
        }
        return render(request, "discussion/_edit.html", context, status=409)
    return _panel(request, subject)


@require_POST
def delete(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a comment away."""
    who = actor(request)
    _comment, subject = access.comment_for(who, uid)
    comments.delete(who, uid)
    return _panel(request, subject)


@require_POST
def settle(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Settle a thread, or open it again."""
    who = actor(request)
    _comment, subject = access.comment_for(who, uid)
    comments.settle(who, uid, request.POST.get("settled") == "1")
    return _panel(request, subject)


@require_GET
def versions(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What a comment said before."""
    return render(
        request, "discussion/_versions.html",
        {"versions": said.versions(actor(request), uid), "uid": uid},
    )


@require_POST
def attach(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Add a file to an object."""
    who = actor(request)
    subject = access.subject_for(who, kind, code)
    file = request.FILES.get("file")
    try:
        if not isinstance(file, UploadedFile):
            raise Invalid({"file": Refusal("attachment.missing")})
        if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
            most = settings.UPLOAD_MAX_BYTES // 1024 // 1024
            raise Invalid({"file": Refusal("attachment.too_large", {"megabytes": most})})
        attachments.attach(who, kind, code, str(file.name), file.read())
    except Invalid as error:
        return _panel(request, subject, status=422, file_problem=_first(error))
    return _panel(request, subject)


@require_GET
def download(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Hand a file back: as a download that runs nothing."""
    found, content = attachments.content_of(actor(request), uid)
    response = HttpResponse(content, content_type=found.media_type)
    disposition = content_disposition_header(as_attachment=True, filename=found.name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
def erase(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Erase a file."""
    who = actor(request)
    _file, subject = access.attachment_for(who, uid)
    attachments.erase(who, uid)
    return _panel(request, subject)


@require_POST
def watch(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Follow an object, or no longer."""
    who = actor(request)
    watching.watch(who, kind, code, request.POST.get("wanted") == "1")
    return _panel(request, access.subject_for(who, kind, code))


@require_GET
def activity(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """What happened to an object."""
    who = actor(request)
    subject = access.subject_for(who, kind, code)
    context = {
        "days": told.days(happened.on_object(who, subject)), "one": True, "subject": subject,
        "mentioning": [
            (told.url_of(found, "discussion"), told.ICONS[found.kind], found.name, found.code)
            for found, _at in said.mentioning(who, subject)
        ],
    }
    return render(request, "discussion/_activity.html", context)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What happened to what one follows."""
    return render(request, "discussion/home.html")


@require_GET
def watched(request: HttpRequest) -> HttpResponse:
    """The same, as a fragment: it asks for objects of every kind."""
    who = actor(request)
    subjects = said.watched(who)
    context = {
        "days": told.days(happened.on_watched(who)), "one": False,
        "watched": sorted(
            ((told.url_of(s), told.ICONS[s.kind], s.name, s.code) for s in subjects.values()),
            key=lambda row: row[2].lower(),
        ),
    }
    return render(request, "discussion/_watched.html", context)


@require_GET
def names(request: HttpRequest) -> HttpResponse:
    """Who or what may be named, for the completion of a comment: ``@`` people, ``#`` objects."""
    asked = request.GET.get("q", "")[:60]
    kinds: tuple[str, ...] = ("person",) if asked.startswith("@") else tuple(
        kind for kind in told.KINDS if kind not in ("person", "risk", "request", "indicator")
    )
    found = search(reader(request), asked[1:], COMPLETIONS, [k for k in kinds if k in _SEARCHED])
    options = [
        (f"{asked[:1]}{row.code}", row.name, row.code if asked[:1] == "#" else row.detail,
         told.ICONS[row.kind])
        for row in found[: COMPLETIONS + 2]
    ]
    return render(request, "discussion/_names.html", {"options": options})


_SEARCHED = frozenset(
    {
        "product", "initiative", "project", "person", "team", "entity", "line", "objective",
        "decision", "forum",
    }
)


def _first(error: Invalid) -> str:
    return sentence(next(iter(error.errors.values())))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0
