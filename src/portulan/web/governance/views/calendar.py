"""The calendar of sittings, by month and as a list, and the addresses for calendar programs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import Refused
from portulan.governance.access import forum_for
from portulan.governance.actions.calendars import create_feed, revoke_feed
from portulan.governance.feeds import feed_for
from portulan.governance.queries import calendars
from portulan.web.answers import sentence
from portulan.web.governance.forum_forms import MonthForm
from portulan.web.governance.views.home import faces
from portulan.web.htmx import go, tell
from portulan.web.plugs import Link
from portulan.web.viewer import actor

#: Days that the list tells.
AHEAD = timedelta(days=400)


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """A month of sittings, or the list of those to come."""
    who = actor(request)
    today = timezone.localdate()
    year, number = MonthForm(request.GET).shown(today)
    mine = bool(request.GET.get("mine"))
    listed = request.GET.get("view") == "list"
    first = date(year, number, 1)
    before = first - timedelta(days=1)
    after = date(year + number // 12, number % 12 + 1, 1)
    here = reverse("governance:calendar")

    def at(month: date | None = None, **changes: Any) -> str:
        asked = {"month": f"{month or first:%Y-%m}"} if not changes.get("view", listed) else {}
        if changes.get("mine", mine):
            asked["mine"] = "1"
        if changes.get("view", listed):
            asked["view"] = "list"
        return f"{here}?{urlencode(asked)}"

    context: dict[str, Any] = {
        "faces": faces("home"),
        "first": first,
        "listed": listed,
        "mine": mine,
        "views": [
            Link(_("Month"), at(view=False), "calendar-month", current=not listed),
            Link(_("List"), at(view=True), "list", current=listed),
        ],
        "whose": [
            Link(_("All that I may read"), at(mine=False), current=not mine),
            Link(_("Mine only"), at(mine=True), current=mine),
        ],
        "before": at(before),
        "after": at(after),
        "now": at(today),
    }
    if listed:
        found = calendars.events(
            who, today, today + AHEAD, forums=calendars.own(who) if mine else None
        )
        months: dict[date, list[calendars.Event]] = {}
        for event in found:
            months.setdefault(event.on.replace(day=1), []).append(event)
        context["months"] = list(months.items())
    else:
        context["weeks"] = calendars.month(
            who, year, number, mine=mine, language=get_language() or ""
        )
        context["month_events"] = [
            event
            for week in context["weeks"]
            for day in week
            if day.inside
            for event in day.events
        ]
    return render(request, "governance/calendar.html", context)


@require_http_methods(["GET", "POST"])
def feeds(request: HttpRequest) -> HttpResponse:
    """The reader's addresses for calendar programs; a new one is told once."""
    who = actor(request)
    told = ""
    if request.method == "POST":
        code = request.POST.get("forum", "")
        forum = forum_for(who, code) if code else None
        try:
            _feed, token = create_feed(who, forum)
        except Refused as refused:
            tell(request, sentence(refused.refusal), tone="error")
            return go(request, "governance:feeds")
        told = request.build_absolute_uri(reverse("feeds:calendar", args=[token]))
    chosen = request.GET.get("forum", "")
    context = {
        "faces": faces("home"),
        "feeds": calendars.feeds(who),
        "told": told,
        "forum": forum_for(who, chosen) if chosen else None,
    }
    response = render(request, "governance/feeds.html", context)
    if told:
        # The secret is on this page only: nothing keeps it.
        response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke(request: HttpRequest, uid: str) -> HttpResponse:
    """Close an address."""
    who = actor(request)
    revoke_feed(who, feed_for(who, uid))
    tell(request, _("The address no longer answers."))
    return go(request, "governance:feeds")
