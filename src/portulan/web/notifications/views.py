"""What one is told: the list by day, reading, preferences, and the link that stops mails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.notifications import actions, kinds, queries, words
from portulan.web.answers import not_found
from portulan.web.discussion.told import url_of
from portulan.web.htmx import asked_by_htmx, go, tell
from portulan.web.viewer import actor


@dataclass(frozen=True, slots=True)
class Shown:
    """A notification in words."""

    uid: UUID
    icon: str
    kind: str | Promise
    text: str
    note: str
    at: datetime
    read: bool


def _shown(row: queries.Row) -> Shown:
    name = row.subject.name if row.subject else ""
    return Shown(
        row.uid, kinds.KINDS[row.kind].icon if row.kind in kinds.KINDS else "bell",
        words.KINDS.get(row.kind, ""), words.sentence(row.kind, row.params, name),
        words.note(row.kind, row.params), row.at, row.read,
    )


def _target(row: queries.Row) -> str:
    """Where a notification leads."""
    if row.subject is not None:
        comment = row.params.get("comment")
        return url_of(row.subject, f"comment-{comment}" if comment else "")
    try:
        if row.params.get("campaign"):
            return reverse("campaigns:fill", kwargs={"uid": row.params["campaign"]})
    except NoReverseMatch:
        return "/"
    return "/"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What one is told, by day."""
    only = request.GET.get("show") == "unread"
    return render(request, "notifications/home.html", {"only_unread": only})


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The list, as a fragment: it asks for objects of every kind."""
    only = request.GET.get("show") == "unread"
    rows = queries.notifications(actor(request), only_unread=only)

    def day(row: queries.Row) -> date:
        return timezone.localtime(row.at).date()

    days = [(on, [_shown(row) for row in found]) for on, found in groupby(rows, key=day)]
    context = {"days": days, "only_unread": only, "unread": any(not row.read for row in rows)}
    return render(request, "notifications/_list.html", context)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    actions.mark_read(actor(request))
    return go(request, "notifications:home")


@require_POST
def read(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Mark one as read, or as new again."""
    who = actor(request)
    queries.notification(who, uid)
    actions.mark_read(who, uid, read=request.POST.get("read", "1") == "1")
    if asked_by_htmx(request):
        return render(
            request, "notifications/_one.html", {"item": _shown(queries.notification(who, uid))}
        )
    return go(request, "notifications:home")


@require_GET
def follow(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Go to what a notification is about; the links of mails lead here."""
    return HttpResponseRedirect(_target(queries.notification(actor(request), uid)))


@require_POST
def open_one(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Go there, and mark it as read."""
    who = actor(request)
    row = queries.notification(who, uid)
    actions.mark_read(who, uid)
    return HttpResponseRedirect(_target(row))


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How one wants to be told."""
    who = actor(request)
    problem = ""
    if request.method == "POST":
        quiet = request.POST.get("quiet_until", "").strip()
        try:
            until = parse_date(quiet) if quiet else None
        except ValueError:
            until = None
        if quiet and until is None:
            problem = _("Write the day as in the calendar, for instance 2027-08-31.")
        else:
            actions.set_preferences(
                who,
                {code: request.POST.get(f"mail-{code}", kind.mail)
                 for code, kind in kinds.KINDS.items()},
                [code for code in kinds.KINDS if request.POST.get(f"shown-{code}") == "1"],
                until,
            )
            tell(request, _("Your choices are kept."))
            return go(request, "notifications:preferences")
    asked = queries.preferences(who.person_id)
    rows = [
        (code, words.KINDS[code], kind.icon, asked.mail[code], code in asked.shown)
        for code, kind in kinds.KINDS.items()
    ]
    context = {
        "rows": rows, "cadences": words.CADENCES.items(), "quiet_until": asked.quiet_until,
        "problem": problem, "nobody": who.person_id is None,
    }
    return render(
        request, "notifications/preferences.html", context, status=422 if problem else 200
    )


@csrf_exempt
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop mails from the link of a mail, without signing in: the link is signed. Mail programs
    post to it in one click.
    """
    found = actions.whose(token)
    if found is None:
        return not_found(request)
    done = request.method == "POST" and actions.unsubscribe(token)
    kind = words.KINDS.get(found[1], "")
    return render(
        request, "notifications/unsubscribe.html", {"done": done, "kind": kind, "token": token}
    )
