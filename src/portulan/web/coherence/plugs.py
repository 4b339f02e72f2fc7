"""What the coherence pages bring to the frame."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portulan.base.policy import check_right
from portulan.coherence import queries
from portulan.coherence.manifest import FINDING_READ
from portulan.web import plugs
from portulan.web.reading import open_findings, reader
from portulan.web.viewer import actor


def _open(request: HttpRequest) -> int | None:
    """How many findings are open; ``None`` when they are still to be looked for."""
    if check_right(actor(request), FINDING_READ) is not None:
        return 0
    last = next(iter(reader(request).state), None)
    return len(open_findings(request)) if queries.is_ready(last) else None


plugs.count("coherence", _open, later="coherence:count")
plugs.sentences(
    {
        "exception.date": _("Choose a day after today, within %(days)s days."),
    }
)
