"""Written consultations: asked, answered by each member alone, closed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from portulan.base.policy import Invalid, Refused, check_right
from portulan.governance import actions
from portulan.governance.access import forum_for, forum_scope, item_of, line_of, meeting_for
from portulan.governance.actions import consultations
from portulan.governance.activities import MEETING_RUN
from portulan.governance.queries import Meeting, people
from portulan.governance.queries import consultations as reads
from portulan.web.answers import sentence
from portulan.web.governance.forum_forms import ConsultationForm, UntilForm
from portulan.web.governance.views.home import faces
from portulan.web.governance.views.meetings import told
from portulan.web.htmx import go, tell
from portulan.web.objects import address
from portulan.web.viewer import actor
from portulan.wording import formats


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, code: str) -> HttpResponse:
    """Put dossiers to the members in writing."""
    who = actor(request)
    forum = forum_for(who, code, MEETING_RUN)
    ready = reads.ready_dossiers(forum)
    form = ConsultationForm(
        request.POST or None, dossiers=[(d.code, f"{d.name} ({d.code})") for d in ready]
    )
    if request.method == "POST" and form.is_valid():
        chosen = [d for d in ready if d.code in form.cleaned_data["dossiers"]]
        try:
            meeting = consultations.open_consultation(
                who, forum, chosen, form.cleaned_data["until"]
            )
        except Invalid as invalid:
            for name, refusal in invalid.errors.items():
                form.add_error(name, sentence(refusal))
        except Refused as refused:
            form.add_error(None, sentence(refused.refusal))
        else:
            tell(request, _("The members are asked."))
            return go(request, address("meeting", meeting.code))
    return render(
        request,
        "governance/consult.html",
        {"forum": forum, "form": form, "ready": ready, "back": address("forum", code)},
        status=422 if request.method == "POST" else 200,
    )


def page(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """A written consultation: under way, or closed."""
    who = actor(request)
    refusal = check_right(who, MEETING_RUN, forum_scope(meeting.forum))
    found = reads.consultation(who, meeting)
    open_now = meeting.state == "open"
    context: dict[str, Any] = {
        "faces": faces("home"),
        "meeting": meeting,
        "c": found,
        "open": open_now,
        "may_run": refusal is None and open_now,
        "run_reason": sentence(refusal) if refusal else "",
        "short": sentence(found.short) if found.short else "",
        "until_form": UntilForm(initial={"until": meeting.until}),
        "has_seat": any(asked.mine for paper in found.papers for asked in paper.lines),
        "today": timezone.localdate(),
    }
    return render(request, "governance/consultation.html", context)


@require_POST
def answer(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """A member's answers on the lines of a dossier."""
    who = actor(request)
    meeting = meeting_for(who, code)
    point = item_of(meeting, uid)
    if point.dossier is None:
        return go(request, address("meeting", code))
    count = 0
    try:
        for key, choice in request.POST.items():
            # choice-<line>-<person>, with reason-<line>-<person> beside.
            kind, _dash, rest = key.partition("-")
            if kind != "choice" or choice not in ("for", "against", "abstain"):
                continue
            line_uid, person_code = rest[:36], rest[37:]
            person = people.person(person_code)
            if person is None:
                continue
            line = line_of(point.dossier, line_uid)
            reason = request.POST.get(f"reason-{rest}", "")
            actions.cast_vote(who, point, line, person, choice, reason=reason)
            count += 1
    except Refused as refused:
        told(request, refused)
    else:
        tell(
            request,
            ngettext("%(n)s answer is kept.", "%(n)s answers are kept.", count) % {"n": count},
        )
    return go(request, address("meeting", code))


@require_POST
def run(request: HttpRequest, code: str) -> HttpResponse:
    """Remind, give more time, close."""
    who = actor(request)
    meeting = meeting_for(who, code, MEETING_RUN)
    verb = request.POST.get("do", "")
    try:
        if verb == "remind":
            consultations.remind(who, meeting)
            tell(request, _("Those who have not answered are reminded."))
        elif verb == "extend":
            form = UntilForm(request.POST)
            if form.is_valid():
                consultations.extend(who, meeting, form.cleaned_data["until"])
                tell(request, _("The members have more time."))
            else:
                tell(request, _("Choose the last day."), tone="error")
        elif verb == "close":
            _close(request, meeting)
    except Invalid as invalid:
        tell(request, sentence(next(iter(invalid.errors.values()))), tone="error")
    except Refused as refused:
        told(request, refused)
    except actions.Drifted as drifted:
        count = len(drifted.found)
        tell(
            request,
            ngettext(
                "Nothing was decided: %(n)s fact changed since the dossier.",
                "Nothing was decided: %(n)s facts changed since the dossier.",
                count,
            )
            % {"n": count},
            tone="error",
        )
    return go(request, address("meeting", code))


def _close(request: HttpRequest, meeting: Meeting) -> None:
    who = actor(request)
    found = reads.consultation(who, meeting)
    text = "\n\n".join(
        [
            _("%(forum)s, written consultation until %(day)s.")
            % {"forum": meeting.forum.name, "day": formats.day(meeting.until)},
            _("%(answered)s of %(voters)s seats answered.")
            % {"answered": found.answered, "voters": found.voters},
            *(
                "\n".join(
                    [
                        paper.dossier.name,
                        *(
                            _("%(line)s: %(yes)s for, %(no)s against, %(none)s abst.")
                            % {
                                "line": asked.line.title,
                                "yes": asked.votes_for,
                                "no": asked.votes_against,
                                "none": asked.abstentions,
                            }
                            for asked in paper.lines
                        ),
                    ]
                )
                for paper in found.papers
            ),
        ]
    )
    if consultations.close_consultation(who, meeting, text):
        tell(request, _("The consultation is closed and its decisions are in the register."))
    else:
        tell(
            request,
            _("The quorum was not reached: nothing is decided, the dossiers are ready again."),
            tone="warning",
        )
