"""The matrix against what happened, and against the role sheets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.base.policy import require
from portulan.organisation.activities import MATRIX_COMPARE
from portulan.readmodels.reader import Reader
from portulan.readmodels.responsibilities.holders import Letters, staff_ever
from portulan.readmodels.responsibilities.reality import acts, against_sheets, reality
from portulan.web import navigation
from portulan.web.objects import address
from portulan.web.paging import changed
from portulan.web.plugs import Link
from portulan.web.responsibilities import places
from portulan.web.viewer import actor
from portulan.wording import vocabulary
from portulan.wording.activities import activity, letter, topic

#: Days of the periods to choose from.
PERIODS = (30, 90, 365)


def _why() -> dict[str, str]:
    return {
        "no_role": _("never held a role that may"),
        "ended": _("held the role before, no longer"),
        "later": _("holds the role only since"),
    }


def _gaps() -> dict[str, str]:
    return {
        "decides": _("the sheet says that it decides, the letter gives no right"),
        "not_decides": _("the sheet says that it does not decide, the letter gives the right"),
    }


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Who did what under which role, and what does not agree with the matrix."""
    who = actor(request)
    require(who, MATRIX_COMPARE)
    raw = request.GET.get("days", "")
    days = int(raw) if raw.isascii() and raw.isdecimal() and int(raw[:4]) in PERIODS else 90
    until = timezone.localdate()
    letters = Letters(who.matrix, who.overrides)
    found = reality(staff_ever(Reader(who)), letters, acts(until - timedelta(days=days), until))
    query = request.GET.urlencode()
    why, gaps = _why(), _gaps()
    context: dict[str, Any] = {
        "section": navigation.section("organisation", "responsibilities:home"),
        "faces": places.faces("reality", True),
        "periods": [
            Link(
                _("%(days)s days") % {"days": n}, changed(query, {"days": str(n)}),
                current=n == days,
            )
            for n in PERIODS
        ],
        "days": days, "total": found.total, "elsewhere": found.elsewhere,
        "outside": [
            (activity(o.activity), o.activity, o.person,
             address("person", o.code) if o.code else "", o.count, o.last, why[o.why])
            for o in found.outside
        ],
        "silent": [
            (activity(a.activity.code), a.activity.code, vocabulary.role(a.answers), a.total)
            for a in found.silent
        ],
        "several": [
            (activity(a.activity.code), a.activity.code, vocabulary.role(a.answers),
             a.answering_people)
            for a in found.several
        ],
        "acted": [
            (
                activity(a.activity.code), a.activity.code,
                [(vocabulary.role(role), code, n, people) for role, code, n, people in a.by_role],
                a.total, a.outside, a.elsewhere,
            )
            for a in found.acted if a.total or a.elsewhere
        ],
        "drifts": [
            (
                vocabulary.role(d.role), d.people, d.total, d.away, d.drifts,
                [(topic(app), n, mine, n / d.total) for app, n, mine in d.topics],
            )
            for d in found.drifts
        ],
        "never": [activity(code) for code in found.never],
        "unsaid": _unsaid(letters),
        "gaps": [
            (vocabulary.role(g.role), _sheet(g.role), activity(g.activity), g.activity, g.letter,
             letter(g.letter), gaps[g.code])
            for g in against_sheets(letters) if g.code != "unsaid"
        ],
    }
    return render(request, "responsibilities/reality.html", context)


def _unsaid(letters: Letters) -> list[tuple[str, str]]:
    """Role → what it answers for without its sheet saying so."""
    found: dict[str, list[str]] = {}
    for gap in against_sheets(letters):
        if gap.code == "unsaid":
            found.setdefault(gap.role, []).append(activity(gap.activity))
    return [(vocabulary.role(role), ", ".join(names)) for role, names in found.items()]


def _sheet(role: str) -> str:
    try:
        return reverse("rolesheets:sheet", args=[role])
    except NoReverseMatch:
        return ""
