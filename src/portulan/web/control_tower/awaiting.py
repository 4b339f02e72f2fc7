"""What awaits the reader: dossiers to complete, decisions to apply, actions due, scores asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.base.policy import check_right
from portulan.governance import queries as governance
from portulan.governance.activities import DECISION_DECIDE, VALUE_REVIEW
from portulan.governance.queries import MeetingRow
from portulan.prioritisation.activities import SCORE_RECORD
from portulan.prioritisation.queries import scoring
from portulan.readmodels import catalog
from portulan.readmodels.reader import Reader
from portulan.web.control_tower.glance import reviews_due
from portulan.web.objects import address
from portulan.web.portfolio.asked import optional
from portulan.web.portfolio.words import joined
from portulan.web.reading import open_findings, reader
from portulan.web.viewer import actor
from portulan.wording import formats

#: Days ahead from which an action is shown, and the agenda of a sitting.
AHEAD, SITTINGS_AHEAD = 30, 7
#: How many of the next meetings are read.
MEETINGS = 4
SHOWN = 7


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for the reader, and how soon (``due``: a day, or ``None``)."""

    icon: str
    title: str
    note: str
    url: str
    due: date | None
    tag: str
    tone: str


Source = Callable[[HttpRequest, date], Iterable[Waiting]]
_sources: list[Source] = []


def source(function: Source) -> Source:
    """Add what another area has waiting for the reader (at most three queries)."""
    _sources.append(function)
    return function


def when(due: date | None, today: date) -> tuple[str, str]:
    """How soon, in words, and the tone of its label."""
    if due is None:
        return "", ""
    days = (due - today).days
    if days < 0:
        late = ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": -days}
        return late, "coral"
    if days == 0:
        return _("today"), "coral"
    if days == 1:
        return _("tomorrow"), "brass"
    return formats.day_short(due), "brass" if days <= 3 else ""


def waiting(icon: str, title: str, note: str, url: str, due: date | None, today: date) -> Waiting:
    """Something that waits, with its label."""
    tag, tone = when(due, today)
    return Waiting(icon, title, note, url, due, tag, tone)


@source
def _dossiers(request: HttpRequest, today: date) -> Iterable[Waiting]:
    person = actor(request).person_id
    rows = reader(request).kept_own("to_complete", lambda: governance.mine_to_complete(person))
    for row in rows:
        if row.missing:
            title = ngettext(
                "%(name)s: %(count)s section is missing",
                "%(name)s: %(count)s sections are missing",
                row.missing,
            ) % {"name": row.name, "count": row.missing}
        else:
            title = _("%(name)s: ready to be handed in") % {"name": row.name}
        note = _("%(filled)s sections of %(all)s") % {"filled": row.filled, "all": row.sections}
        yield waiting(
            "file-text", title, note, address("dossier", row.code), row.meeting_on, today
        )


def meetings(read: Reader) -> list[MeetingRow]:
    """The next meetings that the reader may read."""
    return read.kept_own(
        "meetings", lambda: governance.calendar(read.actor, read.day, limit=MEETINGS)
    )


@source
def _sittings(request: HttpRequest, today: date) -> Iterable[Waiting]:
    seats = {grant.forum for grant in actor(request).grants if grant.forum is not None}
    for row in meetings(reader(request)):
        if row.forum_id in seats and row.items and (row.on - today).days <= SITTINGS_AHEAD:
            title = _("%(forum)s: read the agenda") % {"forum": row.forum}
            note = ngettext("%(count)s item", "%(count)s items", row.items) % {
                "count": formats.number(row.items)
            }
            url = address("meeting", row.code)
            yield waiting("calendar", title, note, url, row.on, today)


@source
def _decisions(request: HttpRequest, today: date) -> Iterable[Waiting]:
    who = actor(request)
    if check_right(who, DECISION_DECIDE) is not None:
        return
    rows = reader(request).kept_own("to_apply", lambda: governance.decisions_to_apply(who))
    for row in rows:
        title = _("Apply decision %(code)s") % {"code": row.code}
        yield waiting(
            "git-branch", title, row.name, address("decision", row.code), row.effective_on, today
        )


@source
def _actions(request: HttpRequest, today: date) -> Iterable[Waiting]:
    person = actor(request).person_id
    rows = reader(request).kept_own(
        "actions", lambda: governance.actions_due(person, today, within=AHEAD)
    )
    for row in rows:
        url, note = optional("governance:home"), ""
        if row.decision:
            url = address("decision", row.decision)
            note = _("Follows decision %(code)s") % {"code": row.decision}
        elif row.meeting:
            url = address("meeting", row.meeting)
            note = _("Action of the meeting %(code)s") % {"code": row.meeting}
        yield waiting("checkbox", row.title, note, url, row.due_on, today)


@source
def _scores(request: HttpRequest, today: date) -> Iterable[Waiting]:
    who = actor(request)
    url = optional("prioritisation:home")
    if who.person_id is None or not url or check_right(who, SCORE_RECORD) is not None:
        return
    count = reader(request).kept_own("to_score", lambda: _unscored(reader(request)))
    if count:
        title = ngettext(
            "Score %(count)s initiative", "Score %(count)s initiatives", count
        ) % {"count": formats.number(count)}
        yield waiting("list-numbers", title, _("Without your marks yet"), url, None, today)


def _unscored(read: Reader) -> int:
    model = scoring.model_in_force()
    if model is None:
        return 0
    mine = {mark.initiative for mark in scoring.marks(model, author=read.actor.person_id)}
    asked = scoring.to_score(read.initiatives(SCORE_RECORD))
    return sum(1 for row in asked if row.pk not in mine)


@source
def _reviews(request: HttpRequest, today: date) -> Iterable[Waiting]:
    url = optional("reviews:home")
    if not url or check_right(actor(request), VALUE_REVIEW) is not None:
        return
    due = reviews_due(reader(request))
    if due:
        title = ngettext(
            "Review the value of %(count)s product", "Review the value of %(count)s products",
            len(due),
        ) % {"count": formats.number(len(due))}
        names = joined([row.name for row in due[:2]])
        note = _("Promises have come due, first of %(names)s") % {"names": names}
        yield waiting("chart-line", title, note, url, None, today)


@source
def _findings(request: HttpRequest, today: date) -> Iterable[Waiting]:
    held = {grant.product for grant in actor(request).grants if grant.product is not None}
    if not held:
        return
    read = reader(request)
    mine = {fact.uid for pk, fact in catalog.products(read).items() if pk in held}
    blocking = [
        item for item in open_findings(request)
        if item.finding.severity.code == "blocking"
        and (item.subject.uid in mine or item.subject.product in mine)
    ]
    if blocking:
        title = ngettext(
            "%(count)s blocking finding on your products",
            "%(count)s blocking findings on your products",
            len(blocking),
        ) % {"count": formats.number(len(blocking))}
        url = reverse("coherence:home") + "?severity=blocking"
        yield waiting("alert-triangle", title, blocking[0].subject.name, url, None, today)


def all_waiting(request: HttpRequest) -> Sequence[Waiting]:
    """Everything that waits, the most urgent first."""
    today = timezone.localdate()
    found = [item for give in _sources for item in give(request, today)]
    return sorted(found, key=lambda item: (item.due is None, item.due or today, item.title))


def urgent(items: Sequence[Waiting]) -> int:
    """How many are late or due within a day."""
    limit = timezone.localdate() + timedelta(days=1)
    return sum(1 for item in items if item.due is not None and item.due <= limit)
