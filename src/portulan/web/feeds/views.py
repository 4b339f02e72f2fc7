"""A person's sittings as an iCalendar file, under that person's rights of today.

The secret in the address is the only proof asked for; what it does not open is not found, whether
it never was, was closed, or belongs to somebody who left.
"""

from __future__ import annotations

import hashlib

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from portulan.governance.actions.calendars import digest_of
from portulan.governance.company import reading
from portulan.governance.feeds import feed_by_secret
from portulan.governance.queries import calendars
from portulan.organisation.rights import actor_for
from portulan.web.feeds.calendar import render


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar that a secret opens."""
    found = feed_by_secret(digest_of(token))
    if found is None:
        raise Http404
    feed, account = found
    with reading(), translation.override(account.language):
        events = calendars.told_by(feed, actor_for(account))
        name = feed.forum.name if feed.forum is not None else ""
        body = render(
            name,
            events,
            lambda code: request.build_absolute_uri(reverse("governance:meeting", args=[code])),
        )
    headers = {
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        "Cache-Control": "private, no-cache",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponseNotModified(headers=headers)
    headers["Content-Disposition"] = 'inline; filename="portulan.ics"'
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
