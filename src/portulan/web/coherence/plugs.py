"""What the coherence pages bring to the frame."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portulan.web import plugs
from portulan.web.reading import open_findings


def _open(request: HttpRequest) -> int:
    return len(open_findings(request))


plugs.count("coherence", _open)
plugs.sentences(
    {
        "exception.date": _("Choose a day after today, within %(days)s days."),
    }
)
