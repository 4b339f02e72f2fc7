"""The control tower: one page, and the guide of an instance that holds nothing yet."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from portulan.governance import queries as governance
from portulan.governance.queries import MeetingRow
from portulan.readmodels import catalog, portfolio
from portulan.readmodels.news import News, last_committee, news
from portulan.readmodels.reader import Reader
from portulan.readmodels.view import View
from portulan.web import reading
from portulan.web.coherence.rows import first_of, row
from portulan.web.control_tower import awaiting, glance
from portulan.web.control_tower.told import DecisionFact, decided, tell
from portulan.web.objects import address
from portulan.web.portfolio.asked import optional
from portulan.wording import formats

FINDINGS, NAMES, CHANGES = 10, 6, 7


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What awaits the reader, the portfolio in one look, ten findings, what changed, what comes."""
    reader = reading.reader(request)
    if not catalog.products(reader) and not catalog.initiatives(reader):
        return _guide(request)
    meetings = awaiting.meetings(reader)
    waits = awaiting.all_waiting(request)
    findings = reading.open_findings(request)
    since, changes, decisions = reader.kept_own("news", lambda: _changes(reader))
    stages = portfolio.board(reader, View(), limit=NAMES)
    told = [tell(item, reader.calendar) for item in changes]
    told += [decided(item) for item in decisions][: max(0, CHANGES - len(told))]
    tiles = glance.tiles(request, reader)
    pack = optional("reports:pack")
    trade = optional("tradeoff:new") or optional("tradeoff:home")
    context = {
        "lead": _lead(reader.day, meetings),
        "tiles": tiles,
        "stages": [
            (column, [(r.name, address("product", r.code)) for r in column.rows],
             column.count - len(column.rows))
            for column in stages if column.stage or column.count
        ],
        "sees_money": reader.sees_money,
        "waits": waits[: awaiting.SHOWN],
        "waiting": len(waits),
        "urgent": awaiting.urgent(waits),
        "findings": [row(item) for item in first_of(findings, FINDINGS)],
        "finding_count": len(findings),
        "since": since,
        "told": told,
        "meetings": [(m, _readiness(m)) for m in meetings],
        "pack_url": pack,
        "trade_url": trade,
        "governance_url": optional("governance:home"),
        "coherence_url": optional("coherence:home"),
        "outcomes": [(tone, glance.outcome(code)) for code, tone in glance.OUTCOMES.items()],
    }
    return render(request, "tower/home.html", context)


def _changes(reader: Reader) -> tuple[date, list[News], list[DecisionFact]]:
    """What changed and was decided since the last committee, or for a month without one."""
    since = last_committee(reader) or reader.day - timedelta(days=30)
    recent = governance.search(reader.actor, governance.Filter())[: 2 * CHANGES]
    decisions = [
        DecisionFact(d.code, d.name, d.verdict, d.decided_on)
        for d in recent if d.decided_on is not None and d.decided_on >= since
    ]
    return since, news(reader, since, CHANGES), decisions


def _guide(request: HttpRequest) -> HttpResponse:
    """Nothing is here yet: the ways to begin."""
    return render(
        request, "tower/guide.html",
        {
            "import_url": optional("imports:home"),
            "template_url": optional("imports:template"),
            "wizard_url": optional("profiles:wizard"),
        },
    )


def _lead(day: date, meetings: list[MeetingRow]) -> SafeString:
    """The day, the next committee, and what it lacks."""
    today = formats.day_long(day)
    if not meetings:
        return format_html("{}.", today)
    following = meetings[0]
    days = (following.on - day).days
    if days <= 0:
        text = _("%(forum)s today") % {"forum": following.forum}
    elif days == 1:
        text = _("%(forum)s tomorrow") % {"forum": following.forum}
    else:
        text = ngettext(
            "%(forum)s in %(days)s day", "%(forum)s in %(days)s days", days
        ) % {"forum": following.forum, "days": days}
    missing = following.dossiers - following.ready
    if missing > 0:
        tail = ngettext(
            "%(count)s dossier is still to be completed",
            "%(count)s dossiers are still to be completed",
            missing,
        ) % {"count": missing}
        colon = " : " if formats.french() else ": "
        return format_html("{}. {}{}<b>{}</b>.", today, text, colon, tail)
    return format_html("{}. {}.", today, text)


def _readiness(meeting: MeetingRow) -> tuple[str, str]:
    """How ready a meeting is: its word and tone."""
    if meeting.state == "open":
        return _("In session"), "primary"
    if not meeting.items:
        return _("To prepare"), ""
    if meeting.ready < meeting.dossiers:
        return _("Incomplete"), "brass"
    return _("Ready"), "moss"
