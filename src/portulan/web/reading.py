"""What several parts of one page read: found once a request."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest

from portulan.base.policy import check_right
from portulan.coherence import queries
from portulan.coherence.manifest import FINDING_READ
from portulan.coherence.queries import Listed
from portulan.collaboration.queries import ViewRow, saved_views
from portulan.readmodels.reader import Reader
from portulan.web.viewer import actor

_READER, _FINDINGS, _VIEWS = "_portulan_reader", "_portulan_findings", "_portulan_views"


def reader(request: HttpRequest) -> Reader:
    """The reader of a request."""
    kept: Reader | None = getattr(request, _READER, None)
    if kept is None:
        kept = Reader(actor(request))
        setattr(request, _READER, kept)
    return kept


def open_findings(request: HttpRequest) -> Sequence[Listed]:
    """Findings that the reader may know of and that nobody accepted."""
    kept: list[Listed] | None = getattr(request, _FINDINGS, None)
    if kept is None:
        who = actor(request)
        kept = []
        if check_right(who, FINDING_READ) is None:
            last = next(iter(reader(request).state), None)
            listed = queries.visible(who, queries.checked(state=last).listed)
            kept = [item for item in listed if item.exception is None]
        setattr(request, _FINDINGS, kept)
    return kept


def views(request: HttpRequest) -> list[ViewRow]:
    """The reader's saved views."""
    kept: list[ViewRow] | None = getattr(request, _VIEWS, None)
    if kept is None:
        kept = saved_views(actor(request))
        setattr(request, _VIEWS, kept)
    return kept
