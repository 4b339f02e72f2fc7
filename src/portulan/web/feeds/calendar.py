"""Sittings as iCalendar (RFC 5545): stable identifiers, sequences, hours in their own time zone.

What a calendar program keeps may lie with a third party: a sitting tells its committee, its place
and its address, and nothing of its agenda.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar
from icalendar import Event as Entry

from portulan.governance.queries.calendars import Event, made_at

PRODUCT = "-//Portulan//Portulan//FR"
HOST = "portulan"
#: How often calendar programs are asked to look again.
REFRESH = timedelta(hours=4)


def render(name: str, events: Iterable[Event], address: Callable[[str], str]) -> bytes:
    """The calendar; the same events give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    title = name or _("Sittings")
    calendar.add("x-wr-calname", f"Portulan – {title}")
    calendar.add("refresh-interval", REFRESH, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    for event in events:
        calendar.add_component(_entry(event, address(event.code)))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _entry(event: Event, address: str) -> Entry:
    entry = Entry()
    entry.add("uid", f"{event.uid}@{HOST}")
    entry.add("sequence", event.sequence)
    # The moment of what is published, not of the reading: the same facts are the same file.
    entry.add("dtstamp", made_at(event.uid) + timedelta(seconds=event.sequence))
    if event.starts is not None and event.ends is not None:
        entry.add("dtstart", event.starts)
        entry.add("dtend", event.ends)
    else:
        entry.add("dtstart", event.on)
        entry.add("dtend", event.on + timedelta(days=1))
        entry.add("transp", "TRANSPARENT")
    summary = event.forum
    if event.form == "consultation":
        summary = _("%(forum)s: last day to answer in writing") % {"forum": event.forum}
    entry.add("summary", summary)
    if event.place:
        entry.add("location", event.place)
    entry.add("url", address)
    entry.add("status", "CANCELLED" if event.state == "cancelled" else "CONFIRMED")
    return entry
