"""What is asked of the seats at a sitting: secret votes, rounds of scores; and what is noted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from portulan.base.policy import Invalid, Refusal, Refused
from portulan.governance import actions
from portulan.governance.access import item_of, line_of, meeting_for
from portulan.governance.actions import rounds, secret_votes
from portulan.governance.activities import MEETING_RUN
from portulan.governance.queries import live, people
from portulan.web.answers import sentence
from portulan.web.governance.views.meetings import told
from portulan.web.governance.views.sitting import again
from portulan.web.htmx import go, tell, toast
from portulan.web.objects import address
from portulan.web.viewer import actor


def _first(invalid: Invalid) -> Refused:
    """What is wrong with an input, as something that the screen tells."""
    return Refused(next(iter(invalid.errors.values())))


@require_POST
def poll(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """A secret vote: opened, a ballot put in, closed, dropped."""
    who = actor(request)
    meeting = meeting_for(who, code)
    point = item_of(meeting, uid)
    verb = request.POST.get("do", "")
    told_: str = ""
    try:
        if verb == "open":
            line_uid = request.POST.get("line", "")
            line = (
                line_of(point.dossier, line_uid)
                if line_uid and point.dossier is not None
                else None
            )
            secret_votes.open_poll(
                who, point, line=line, question=request.POST.get("question", "")
            )
        else:
            found = live.poll_of(meeting, request.POST.get("poll", ""))
            if verb == "cast":
                secret_votes.cast_ballot(who, found, request.POST.get("choice", ""))
                told_ = _("Your ballot is in.")
            elif verb == "close":
                if not secret_votes.close_poll(who, found):
                    raise Refused(Refusal("poll.void", {"fewest": secret_votes.FEWEST}))
            elif verb == "drop":
                secret_votes.drop_poll(who, found)
    except Invalid as invalid:
        return again(request, code, _first(invalid))
    except Refused as refused:
        return again(request, code, refused)
    response = again(request, code)
    return toast(response, told_) if told_ else response


@require_POST
def round_(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """A round of scores: opened, scored, revealed, explained, scored again, kept, left."""
    who = actor(request)
    meeting = meeting_for(who, code)
    point = item_of(meeting, uid)
    verb = request.POST.get("do", "")
    told_: str = ""
    try:
        if verb == "open":
            initiative = live.initiative_of(point, request.POST.get("initiative", ""))
            if initiative is None:
                raise Refused(Refusal("invalid"))
            rounds.open_round(who, point, initiative, request.POST.get("criterion", ""))
        else:
            found = live.round_of(meeting, request.POST.get("round", ""))
            if verb == "score":
                rounds.give_score(who, found, _number(request.POST.get("value", "")))
            elif verb == "reveal":
                rounds.reveal(who, found)
            elif verb == "explain":
                rounds.explain(who, found, request.POST.get("reason", ""))
                told_ = _("Your reason is kept.")
            elif verb == "again":
                rounds.again(who, found)
            elif verb == "keep":
                count = rounds.keep(who, found)
                told_ = ngettext(
                    "%(n)s score is kept.", "%(n)s scores are kept.", count
                ) % {"n": count}
            elif verb == "drop":
                rounds.drop(who, found)
    except Invalid as invalid:
        return again(request, code, _first(invalid))
    except Refused as refused:
        return again(request, code, refused)
    response = again(request, code)
    return toast(response, told_) if told_ else response


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise Invalid({"value": Refusal("invalid")}) from None


@require_POST
def notes(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """What the secretary notes on a point, kept without taking the cursor away."""
    who = actor(request)
    meeting = meeting_for(who, code, MEETING_RUN)
    point = item_of(meeting, uid)
    try:
        actions.write_notes(
            who, point, notes=request.POST.get("notes"), learned=request.POST.get("learned")
        )
    except Invalid as invalid:
        return again(request, code, _first(invalid))
    except Refused as refused:
        return again(request, code, refused)
    return render(request, "governance/_notes_kept.html", {"at": timezone.now()})


@require_POST
def deputy(request: HttpRequest, code: str) -> HttpResponse:
    """Who stands in for a member at this meeting: said before it opens, or while it sits."""
    who = actor(request)
    meeting = meeting_for(who, code, MEETING_RUN)
    try:
        member = people.person(request.POST.get("person", ""))
        stand_in = people.person(request.POST.get("deputy", ""), "deputy")
        if member is None:
            raise Refused(Refusal("invalid"))
        actions.set_attendance(
            who, meeting, member, present=True, deputised=True, deputy=stand_in
        )
        tell(request, _("%(name)s is represented.") % {"name": member.name})
    except Invalid as invalid:
        tell(request, sentence(next(iter(invalid.errors.values()))), tone="error")
    except Refused as refused:
        told(request, refused)
    return go(request, address("meeting", code))


@require_POST
def around(request: HttpRequest, code: str) -> HttpResponse:
    """Before and after: the pack is sent, the sitting is called off, signed minutes corrected."""
    who = actor(request)
    meeting = meeting_for(who, code, MEETING_RUN)
    verb = request.POST.get("do", "")
    try:
        if verb == "sent":
            actions.send_pack(who, meeting)
            tell(request, _("The members are told that the pack is there."))
        elif verb == "cancel":
            actions.cancel_meeting(who, meeting)
            tell(request, _("The sitting is called off."))
        elif verb == "note":
            actions.add_note(who, meeting, request.POST.get("text", ""))
            tell(request, _("The correction is beside the minutes."))
    except Invalid as invalid:
        tell(request, sentence(next(iter(invalid.errors.values()))), tone="error")
    except Refused as refused:
        told(request, refused)
    return go(request, address("meeting", code))
