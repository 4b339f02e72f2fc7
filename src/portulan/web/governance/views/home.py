"""The governance home: what comes, what waits, who decides."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portulan.base.policy import check_right
from portulan.governance import queries
from portulan.governance.activities import FORUM_EDIT
from portulan.web import navigation
from portulan.web.answers import sentence
from portulan.web.objects import address
from portulan.web.plugs import Link
from portulan.web.viewer import actor


def faces(current: str) -> list[Link]:
    """The faces of governance."""
    page = "reviews:home" if current == "reviews" else f"governance:{current}"
    return navigation.section("governance", page)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Next sittings, dossiers under way, what awaits the reader, the last decisions."""
    who = actor(request)
    today = timezone.localdate()
    found, _total = queries.page_of(queries.search(who, queries.Filter()), 0, 6)
    dossiers = queries.dossiers(who)
    coming = queries.calendar(who, today)
    context = {
        "faces": faces("home"),
        "coming": coming,
        "past": queries.calendar(who, today, limit=5, past=True),
        "dossiers": dossiers[:8],
        "dossier_count": len(dossiers),
        "incomplete": sum(row.missing > 0 for row in dossiers if row.meeting),
        "tasks": queries.actions_due(who.person_id, today)[:8],
        "waiting": queries.decisions_to_apply(who, today)[:6],
        "decisions": found,
        "next": coming[0] if coming else None,
    }
    return render(request, "governance/home.html", context)


@require_GET
def forums(request: HttpRequest) -> HttpResponse:
    """Who decides what."""
    who = actor(request)
    refusal = check_right(who, FORUM_EDIT)
    context = {
        "faces": faces("forums"),
        "rows": [(row, address("forum", row.code)) for row in queries.forums(who)],
        "new_reason": sentence(refusal) if refusal else "",
    }
    return render(request, "governance/forums.html", context)
