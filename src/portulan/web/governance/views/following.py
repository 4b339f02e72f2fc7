"""What follows a decision: conditions, what other committees are asked, what did not happen."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from portulan.base.policy import Invalid, Refusal, Refused
from portulan.governance import actions, queries
from portulan.governance.access import decision_for, forum_for
from portulan.governance.queries import people
from portulan.governance.reach import condition_of, referral_for
from portulan.web.answers import sentence
from portulan.web.governance import words
from portulan.web.governance.views.home import faces
from portulan.web.governance.views.meetings import told
from portulan.web.htmx import go, tell
from portulan.web.objects import address
from portulan.web.viewer import actor


def why(row: queries.Unfollowed) -> str:
    """What did not happen, in words."""
    n = row.count
    texts = {
        "held": ngettext(
            "%(n)s effect waits although its day is past",
            "%(n)s effects wait although their day is past",
            n,
        ),
        "moved": ngettext(
            "%(n)s effect was changed again outside any decision",
            "%(n)s effects were changed again outside any decision",
            n,
        ),
        "not_started": ngettext(
            "%(n)s initiative should have started",
            "%(n)s initiatives should have started",
            n,
        ),
        "condition": ngettext(
            "%(n)s condition is not met", "%(n)s conditions are not met", n
        ),
        "referral": ngettext(
            "%(n)s committee has not answered", "%(n)s committees have not answered", n
        ),
        "review": _("Its review day is past"),
    }
    return texts[row.why] % {"n": n}


@require_GET
def unfollowed(request: HttpRequest) -> HttpResponse:
    """The decisions of which something did not happen, and what waits for a committee."""
    who = actor(request)
    rows = queries.unfollowed(who)
    context = {
        "faces": faces("register"),
        "rows": [(row, why(row), words.kind(row.decision.kind)) for row in rows],
        "count": len({row.decision.pk for row in rows}),
        "waiting": queries.handed_over(who),
    }
    return render(request, "governance/unfollowed.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid({"due_on": Refusal("invalid")}) from None


@require_POST
def condition(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """Follow a condition: who and until when; or say that it is met, not met, lifted."""
    who = actor(request)
    decision = decision_for(who, code)
    asked = condition_of(decision, uid)
    data = request.POST
    event = data.get("do", "")
    try:
        if event in ("meet", "fail", "lift", "reopen"):
            actions.settle_condition(who, asked, event, data.get("note", ""))
            tell(request, _("It is said, and the register will keep it."))
        elif event == "follow":
            actions.follow_condition(
                who, asked, owner=people.person(data.get("owner", "")),
                due_on=_day(data.get("due_on", "")),
            )  # fmt: skip
            tell(request, _("The condition is followed."))
    except Refused as refused:
        told(request, refused)
    except Invalid as invalid:
        tell(request, sentence(next(iter(invalid.errors.values()))), tone="error")
    return go(request, address("decision", code))


@require_POST
def cascade(request: HttpRequest, code: str) -> HttpResponse:
    """Ask committees below to carry the decision out."""
    who = actor(request)
    decision = decision_for(who, code)
    data = request.POST
    try:
        due = _day(data.get("due_on", ""))
        orders = [
            actions.Order(forum_for(who, forum), data.get("subject", ""), due)
            for forum in data.getlist("forum")
        ]
        actions.cascade(who, decision, orders)
        tell(
            request,
            ngettext("%(n)s committee is asked.", "%(n)s committees are asked.", len(orders))
            % {"n": len(orders)},
        )
    except Refused as refused:
        told(request, refused)
    except Invalid:
        tell(request, _("Choose the committees, and say what they are asked."), tone="error")
    return go(request, address("decision", code))


@require_POST
def referral(request: HttpRequest, uid: str) -> HttpResponse:
    """A committee answers what was handed to it, or it is taken back."""
    who = actor(request)
    found = referral_for(who, uid)
    data = request.POST
    try:
        if data.get("do") == "drop":
            actions.drop_referral(who, found, data.get("answer", ""))
            tell(request, _("It is taken back."))
        else:
            actions.answer_referral(who, found, data.get("answer", ""))
            tell(request, _("The answer is recorded."))
    except Refused as refused:
        told(request, refused)
    except Invalid:
        tell(request, _("Say what was done."), tone="error")
    if found.decision is not None:
        return go(request, address("decision", found.decision.code))
    if found.dossier is not None:
        return go(request, address("dossier", found.dossier.code))
    return go(request, "governance:unfollowed")
