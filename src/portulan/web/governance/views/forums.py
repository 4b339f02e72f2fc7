"""Forums: mandate, members, sittings, what they decided."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import Invalid, Refused, check_right, require
from portulan.governance import actions, queries
from portulan.governance.access import forum_for, forum_scope, member_of
from portulan.governance.activities import FORUM_EDIT, MEETING_READ, MEETING_RUN
from portulan.governance.queries import people
from portulan.web.answers import RIGHTS, sentence
from portulan.web.governance.forms import ForumForm, MeetingForm, MemberForm, SeatForm
from portulan.web.governance.views.home import faces
from portulan.web.htmx import go, tell
from portulan.web.objects import address
from portulan.web.viewer import actor


def _values(form: ForumForm) -> actions.ForumInput:
    data = form.cleaned_data
    return actions.ForumInput(
        data["name"],
        data["level"],
        people.entity(data["entity"]),
        data["mandate"],
        tuple(data["kinds"]),
        data["threshold"],
        data["quorum"],
        data["cadence"],
        data["active"],
    )


def put_errors(form: Any, invalid: Invalid) -> None:
    """Set the errors of an action on the fields of a form."""
    for name, refusal in invalid.errors.items():
        form.add_error(name if name in form.fields else None, sentence(refusal))


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Set up a forum."""
    who = actor(request)
    require(who, FORUM_EDIT)
    form = ForumForm(request.POST or None, entities=people.entities())
    if request.method == "POST" and form.is_valid():
        try:
            forum = actions.create_forum(who, _values(form))
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            tell(request, _("The committee is set up."))
            return go(request, address("forum", forum.code))
    return render(
        request,
        "governance/forum_form.html",
        {"form": form, "forum": None, "back": reverse("governance:forums")},
        status=422 if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a mandate."""
    who = actor(request)
    forum = forum_for(who, code, FORUM_EDIT)
    initial = {
        "name": forum.name,
        "level": forum.level,
        "entity": forum.entity.code if forum.entity else "",
        "mandate": forum.mandate,
        "kinds": forum.kinds,
        "threshold": forum.threshold,
        "quorum": forum.quorum,
        "cadence": forum.cadence,
        "active": forum.active,
    }
    form = ForumForm(request.POST or None, initial=initial, entities=people.entities())
    if request.method == "POST" and form.is_valid():
        revision = request.POST.get("revision", "")
        try:
            actions.update_forum(
                who, forum, _values(form), revision=int(revision) if revision.isdigit() else None
            )
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            tell(request, _("The mandate is changed."))
            return go(request, address("forum", forum.code))
    return render(
        request,
        "governance/forum_form.html",
        {"form": form, "forum": forum, "back": address("forum", forum.code)},
        status=422 if request.method == "POST" else 200,
    )


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """A forum."""
    who = actor(request)
    forum = forum_for(who, code)
    scope = forum_scope(forum)
    edit_refusal = check_right(who, FORUM_EDIT, scope)
    run_refusal = check_right(who, MEETING_RUN, scope)
    everyone = people.people() if edit_refusal is None else []
    found = queries.forum_page(forum)
    context = {
        "faces": faces("forums"),
        "it": found,
        "forum": forum,
        "may_edit": edit_refusal is None,
        "edit_reason": sentence(edit_refusal) if edit_refusal else "",
        "run_reason": sentence(run_refusal) if run_refusal else "",
        "reads_meetings": check_right(who, MEETING_READ, scope) is None,
        "member_form": MemberForm(people=everyone),
        "seats": [
            (
                member,
                SeatForm(
                    initial={
                        "right": member.right,
                        "deputy": member.deputy.code if member.deputy else "",
                    },
                    people=everyone,
                    auto_id=f"seat-{member.pk}-%s",
                )
                if edit_refusal is None
                else None,
            )
            for member in found.members
        ],
        "meeting_form": MeetingForm(),
    }
    return render(request, "governance/forum.html", context)


def _told(request: HttpRequest, refused: Refused) -> None:
    """A rule's refusal becomes a message on the page; a missing right stays a 403."""
    if refused.refusal.code in RIGHTS:
        raise refused
    tell(request, sentence(refused.refusal), tone="error")


@require_POST
def add_member(request: HttpRequest, code: str) -> HttpResponse:
    """Give somebody a seat."""
    who = actor(request)
    forum = forum_for(who, code, FORUM_EDIT)
    form = MemberForm(request.POST, people=people.people())
    if form.is_valid():
        data = form.cleaned_data
        person = people.person(data["person"])
        assert person is not None
        try:
            actions.add_member(
                who, forum, person, data["right"], deputy=people.person(data["deputy"], "deputy")
            )
            tell(request, _("%(name)s has a seat.") % {"name": person.name})
        except Refused as refused:
            _told(request, refused)
    else:
        tell(request, _("Choose a person and a seat."), tone="error")
    return go(request, address("forum", code))


@require_POST
def change_member(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """Change a seat, or take it away."""
    who = actor(request)
    forum = forum_for(who, code, FORUM_EDIT)
    member = member_of(forum, uid)
    try:
        if request.POST.get("remove"):
            actions.remove_member(who, member)
            tell(request, _("The seat is taken away."))
        else:
            form = SeatForm(request.POST, people=people.people())
            if form.is_valid():
                actions.update_member(
                    who,
                    member,
                    form.cleaned_data["right"],
                    people.person(form.cleaned_data["deputy"], "deputy"),
                )
                tell(request, _("The seat is changed."))
    except Refused as refused:
        _told(request, refused)
    return go(request, address("forum", code))


@require_POST
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """Plan a sitting."""
    who = actor(request)
    forum = forum_for(who, code, MEETING_RUN)
    form = MeetingForm(request.POST)
    if not form.is_valid():
        tell(request, _("Choose the day of the sitting."), tone="error")
        return go(request, address("forum", code))
    data = form.cleaned_data
    try:
        meeting = actions.plan_meeting(who, forum, data["on"], at=data["at"], place=data["place"])
    except Refused as refused:
        _told(request, refused)
        return go(request, address("forum", code))
    return go(request, address("meeting", meeting.code))
