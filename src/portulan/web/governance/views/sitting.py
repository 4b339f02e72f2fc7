"""The committee sitting: one page for the screen at the wall, the secretary and the members.

Every second each screen asks what is newer, with an ETag of the meeting's tick and the reader's
rights: nothing newer is 304, without a body. Polls write nothing.
"""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from portulan.base.policy import Conflict, Refusal, Refused
from portulan.governance import actions
from portulan.governance.access import item_of, line_of, meeting_for
from portulan.governance.activities import DECISION_DECIDE, MEETING_READ, MEETING_RUN
from portulan.governance.queries import AgendaItem, people
from portulan.web.answers import RIGHTS, sentence
from portulan.web.governance.forms import ActionForm, CloseForm, VerdictForm
from portulan.web.governance.views.screen import context, etag
from portulan.web.htmx import go, tell, toast
from portulan.web.viewer import actor


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The sitting."""
    meeting = meeting_for(actor(request), code)
    return render(request, "governance/sitting.html", context(request, meeting))


@require_GET
def live(request: HttpRequest, code: str) -> HttpResponse:
    """What is newer than what the screen shows: 304 when nothing is."""
    who = actor(request)
    meeting = meeting_for(who, code, MEETING_READ)
    seal = etag(meeting, who, getattr(request, "LANGUAGE_CODE", ""))
    if request.headers.get("If-None-Match") == seal:
        return HttpResponse(status=304, headers={"ETag": seal})
    response = render(request, "governance/_live.html", context(request, meeting))
    response.headers["ETag"] = seal
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def again(request: HttpRequest, code: str, refused: Refused | None = None) -> HttpResponse:
    """The screen again after a write: fragments for htmx, the page for a plain form."""
    if refused is not None and refused.refusal.code in RIGHTS:
        raise refused
    if not request.headers.get("HX-Request"):
        if refused is not None:
            tell(request, sentence(refused.refusal), tone="error")
        return go(request, "governance:sit", code)
    meeting = meeting_for(actor(request), code)
    response = render(request, "governance/_live.html", context(request, meeting))
    if refused is not None:
        toast(response, sentence(refused.refusal), tone="error")
    return response


@require_POST
def run(request: HttpRequest, code: str) -> HttpResponse:
    """Open the sitting, mark everyone present."""
    who = actor(request)
    meeting = meeting_for(who, code, MEETING_RUN)
    try:
        if request.POST.get("do") == "all_present":
            actions.all_present(who, meeting)
        else:
            actions.open_meeting(who, meeting)
    except Refused as refused:
        return again(request, code, refused)
    return again(request, code)


@require_POST
def attendance(request: HttpRequest, code: str) -> HttpResponse:
    """A seat is taken, left, or taken by its deputy."""
    who = actor(request)
    meeting = meeting_for(who, code, MEETING_RUN)
    person = people.person(request.POST.get("person", ""))
    value = request.POST.get("value", "")
    try:
        if person is not None:
            actions.set_attendance(
                who,
                meeting,
                person,
                present=value != "absent",
                deputised=value == "deputy",
                deputy=people.stand_in(meeting, person) if value == "deputy" else None,
            )
    except Refused as refused:
        return again(request, code, refused)
    return again(request, code)


@require_POST
def item(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """Come to a point, pause it, leave it, show one of its lines."""
    who = actor(request)
    meeting = meeting_for(who, code, MEETING_RUN)
    point = item_of(meeting, uid)
    verb = request.POST.get("do", "")
    try:
        if verb == "open":
            actions.open_item(who, point)
        elif verb == "pause":
            actions.pause_item(who, point)
        elif verb == "close":
            actions.close_item(who, point)
        elif verb == "line" and point.dossier is not None:
            actions.show_line(who, point, line_of(point.dossier, request.POST.get("line", "")))
    except Refused as refused:
        return again(request, code, refused)
    return again(request, code)


@require_POST
def vote(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """A seat's vote on the line shown, or all in favour."""
    who = actor(request)
    meeting = meeting_for(who, code)
    point = item_of(meeting, uid)
    if point.dossier is None:
        return again(request, code)
    line = line_of(point.dossier, request.POST.get("line", ""))
    try:
        if request.POST.get("do") == "all_for":
            actions.all_for(who, point, line)
        else:
            person = people.person(request.POST.get("person", ""))
            if person is not None:
                actions.cast_vote(
                    who,
                    point,
                    line,
                    person,
                    request.POST.get("choice", ""),
                    reason=request.POST.get("reason", ""),
                )
    except Refused as refused:
        return again(request, code, refused)
    return again(request, code)


@require_POST
def verdict(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """The verdict on a line, or approval of every line still open."""
    who = actor(request)
    meeting = meeting_for(who, code, DECISION_DECIDE)
    point = item_of(meeting, uid)
    if point.dossier is None:
        return again(request, code)
    try:
        if request.POST.get("do") == "approve_rest":
            actions.approve_rest(who, point)
            return again(request, code)
        form = VerdictForm(request.POST)
        if not form.is_valid():
            raise Refused(Refusal("invalid"))
        line = line_of(point.dossier, request.POST.get("line", ""))
        actions.decide_line(
            who,
            point,
            line,
            form.cleaned_data["verdict"],
            condition=form.cleaned_data["condition"],
            deferred_to=form.cleaned_data["deferred_to"],
        )
        following = (
            point.dossier.lines.filter(withdrawn=False, verdict="pending")
            .exclude(pk=line.pk)
            .order_by("position", "pk")
            .first()
        )
        if following is not None and form.cleaned_data["verdict"] != "pending":
            actions.show_line(who, point, following)
    except Refused as refused:
        return again(request, code, refused)
    return again(request, code)


@require_POST
def text(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """The decision as it is typed; kept without taking the cursor away."""
    who = actor(request)
    meeting = meeting_for(who, code, DECISION_DECIDE)
    point = item_of(meeting, uid)
    body = request.POST.get("text", "")
    try:
        actions.write_decision(who, point, body, seen=request.POST.get("seen"))
    except Conflict as conflict:
        mine, theirs = body, conflict.columns["decision_text"][1]
        return render(
            request,
            "governance/_text_conflict.html",
            {"meeting": meeting, "item": point, "mine": mine, "theirs": theirs},
            status=409,
        )
    except Refused as refused:
        return again(request, code, refused)
    return render(request, "governance/_text_kept.html", {"item": point, "at": timezone.now()})


@require_POST
def add_action(request: HttpRequest, code: str) -> HttpResponse:
    """Note what somebody must do."""
    who = actor(request)
    meeting = meeting_for(who, code)
    form = ActionForm(request.POST, people=people.people())
    if form.is_valid():
        data = form.cleaned_data
        actions.add_action(
            who,
            meeting,
            data["title"],
            owner=people.person(data["owner"], "owner"),
            due_on=data["due_on"],
            item=meeting.current_item,
        )
    return again(request, code)


@require_POST
def line(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """A line whose facts moved: start again from what is there, or leave it undecided."""
    who = actor(request)
    meeting = meeting_for(who, code, DECISION_DECIDE)
    point = item_of(meeting, uid)
    if point.dossier is None:
        return again(request, code)
    chosen = line_of(point.dossier, request.POST.get("line", ""))
    try:
        if request.POST.get("do") == "refresh":
            actions.refresh_line(who, chosen)
        else:
            actions.decide_line(
                who, point, chosen, "refused", condition=_("Facts changed since the dossier.")
            )
    except Refused as refused:
        return again(request, code, refused)
    return again(request, code)


@require_POST
def decide(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """Close the decision: recorded, applied, sealed."""
    who = actor(request)
    meeting = meeting_for(who, code, DECISION_DECIDE)
    point = item_of(meeting, uid)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return again(request, code)
    try:
        decision = actions.close_decision(
            who,
            point,
            effective_on=form.cleaned_data["effective_on"],
            review_on=form.cleaned_data["review_on"],
            follow_ups=_follow_ups(point),
        )
    except actions.Drifted as drifted:
        count = len(drifted.found)
        response = again(request, code)
        return toast(
            response,
            ngettext(
                "Nothing was decided: %(n)s fact changed since the dossier.",
                "Nothing was decided: %(n)s facts changed since the dossier.",
                count,
            ) % {"n": count},
            tone="error",
        )
    except Refused as refused:
        return again(request, code, refused)
    response = again(request, code)
    message = _("%(code)s is in the register.") % {"code": decision.code}
    if request.headers.get("HX-Request"):
        return toast(response, message)
    tell(request, message)
    return response


def _follow_ups(point: AgendaItem) -> list[actions.FollowUp]:
    """What the owner of the dossier must do about deferred and refused lines."""
    if point.dossier is None:
        return []
    owner = point.dossier.owner
    found: list[actions.FollowUp] = []
    for each in point.dossier.lines.filter(withdrawn=False).order_by("position"):
        due: date | None = each.deferred_to
        if each.verdict == "deferred":
            found.append(
                actions.FollowUp(_("Bring %(line)s back") % {"line": each.title}, owner, due)
            )
        elif each.verdict in ("refused", "approved") and each.condition:
            found.append(
                actions.FollowUp(
                    _("%(line)s: %(condition)s") % {
                        "line": each.title, "condition": each.condition
                    },
                    owner,
                    due,
                )
            )
    return found
