"""What changed since the last committee, and what committees changed, in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.readmodels.news import News, news
from portulan.readmodels.reader import Reader
from portulan.web.objects import address
from portulan.web.portfolio.words import STATES, joined
from portulan.wording import formats, vocabulary

#: Days for which the pages of the plan recall what a committee changed, and how many changes.
RECALLED, RECALLS = 92, 6


@dataclass(frozen=True, slots=True)
class DecisionFact:
    """A decision of the register."""

    code: str
    name: str
    verdict: str
    decided_on: date | None


@dataclass(frozen=True, slots=True)
class Told:
    """A change: its kind, its object, old and new in words, and the decision that caused it."""

    kind: str
    name: str
    url: str
    old: str
    new: str
    note: str
    decision: str
    decision_url: str


def decided(row: DecisionFact) -> Told:
    """A decision taken, with its verdict."""
    verdict = vocabulary.VERDICTS.get(row.verdict)
    said = str(verdict[2]) if verdict else row.verdict
    note = formats.day(row.decided_on)
    url = address("decision", row.code)
    return Told(_("Decision"), row.name, url, "", said, note, row.code, url)


def tell(item: News, first_month: int) -> Told:
    """One change in words."""
    url = address(item.subject, item.code) if item.subject and item.code else ""
    name, old, new, note = item.name, "", "", ""
    if item.kind == "budget":
        kind = _("Budget")
        name = name or _("Envelope %(year)s") % {"year": item.month}
        old, new = formats.money(item.old), formats.money(item.new)
        note = formats.money_signed((item.new or 0) - (item.old or 0))
    elif item.kind == "stage":
        kind = _("Stage")
        old = vocabulary.word(vocabulary.STAGES, item.old)
        new = vocabulary.word(vocabulary.STAGES, item.new)
    elif item.kind == "calendar":
        kind = _("Calendar")
        old = formats.quarter(item.old, first_month) if item.old is not None else _("not placed")
        new = formats.quarter(item.new, first_month) if item.new is not None else _("not placed")
        if item.old is not None and item.new is not None:
            if old == new:
                old, new = formats.month_short(item.old), formats.month_short(item.new)
            months = item.new - item.old
            note = (
                ngettext("slips by %(count)s month", "slips by %(count)s months", months)
                if months > 0
                else ngettext("%(count)s month earlier", "%(count)s months earlier", -months)
            ) % {"count": abs(months)}
    elif item.kind == "state":
        kind = _("State")
        old = vocabulary.word(STATES, item.old or "")
        new = vocabulary.word(STATES, item.new or "")
    elif item.kind == "length":
        kind = _("Length")
        months = ngettext("%(count)s month", "%(count)s months", int(item.new or 0))
        old, new = str(item.old), months % {"count": item.new}
    elif item.kind == "capacity":
        kind = _("Capacity")
        name = f"{name}, {formats.month_short(item.month)}"
        old, new = formats.effort(item.old), formats.effort(item.new)
    else:
        kind = _("Scope")
        count = int(item.new or 0)
        new = (
            ngettext("%(count)s product added", "%(count)s products added", count)
            if item.subject == "product"
            else ngettext("%(count)s initiative added", "%(count)s initiatives added", count)
        ) % {"count": formats.number(count)}
        url, note = "", joined(list(item.names))
    return Told(
        kind, name, url, old, new, note, item.decision,
        address("decision", item.decision) if item.decision else "",
    )


def by_committees(reader: Reader) -> list[Told]:
    """What committees changed lately in the plan and the budgets, each with its decision."""
    since = reader.day - timedelta(days=RECALLED)
    found = reader.kept_own("decided", lambda: news(reader, since, RECALLS, decided=True))
    return [tell(item, reader.calendar) for item in found]
