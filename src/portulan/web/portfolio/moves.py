"""Moving an initiative by quarter from the roadmap, with its undo."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portulan.base.policy import Invalid, Refusal
from portulan.portfolio import placing
from portulan.web.htmx import go, tell
from portulan.web.viewer import actor
from portulan.wording import formats


@require_POST
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Start the initiative in the month given (an ordinal; empty: take it out of the plan)."""
    text = request.POST.get("start", "")
    revision = request.POST.get("revision", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Invalid({"start": Refusal("initiative.month_unknown", {"month": text[:20]})})
    moved, change = placing.place(
        actor(request), code, int(text) if text else None,
        int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 9 else None,
    )
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("portfolio:roadmap")
    if change is not None:
        said = (
            _("%(name)s now starts in %(month)s.")
            % {"name": moved.name, "month": formats.month(moved.start)}
            if moved.start is not None
            else _("%(name)s is out of the plan.") % {"name": moved.name}
        )
        tell(request, said, undo=reverse("portfolio:undo_place", args=[change]))
    return go(request, back)


@require_POST
def undo(request: HttpRequest, change: UUID) -> HttpResponse:
    """Take one's own move back."""
    placing.undo_placing(actor(request), change)
    return HttpResponse(status=204)
