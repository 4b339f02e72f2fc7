"""Keeping a view under a name, changing it, removing it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portulan.collaboration import access, actions
from portulan.web.htmx import go, tell
from portulan.web.viewer import actor

#: Page of a saved view → route.
PAGES = {
    "table": "portfolio:table", "board": "portfolio:board", "roadmap": "portfolio:roadmap",
    "value": "portfolio:value", "dependencies": "portfolio:dependencies",
}


def address(page: str, query: str, uid: str) -> str:
    """Where a saved view opens."""
    joined = f"{query}&view={uid}" if query else f"view={uid}"
    return f"{reverse(PAGES.get(page, 'portfolio:table'))}?{joined}"


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what the page shows under a new name."""
    page = request.POST.get("page", "table")
    view = actions.save_view(
        actor(request),
        page=page if page in PAGES else "table",
        name=request.POST.get("name", ""),
        query=request.POST.get("query", "")[:4000],
        sharing=request.POST.get("sharing", "mine"),
    )
    tell(request, _("View kept: %(name)s") % {"name": view.name})
    return go(request, address(view.page, view.query, str(view.uid)))


@require_POST
def change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Keep what the page shows now in this view, or share it otherwise."""
    given = request.POST
    view = actions.change_view(
        actor(request),
        uid,
        name=given.get("name"),
        query=given["query"][:4000] if "query" in given else None,
        sharing=given.get("sharing"),
    )
    tell(request, _("View kept: %(name)s") % {"name": view.name})
    return go(request, address(view.page, view.query, str(view.uid)))


@require_POST
def delete(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Remove this view; what it showed stays."""
    who = actor(request)
    page = access.view_for(who, uid).page
    actions.delete_view(who, uid)
    tell(request, _("View removed."))
    return go(request, PAGES.get(page, "portfolio:table"))
