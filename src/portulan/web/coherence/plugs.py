"""What the coherence pages bring to the frame."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portulan.coherence import queries
from portulan.web import plugs
from portulan.web.viewer import actor


def _open(request: HttpRequest) -> int:
    listed = queries.visible(actor(request), queries.checked().listed)
    return sum(1 for item in listed if item.exception is None)


plugs.count("coherence", _open)
plugs.sentences(
    {
        "exception.date": _("Choose a day after today, within %(days)s days."),
    }
)
