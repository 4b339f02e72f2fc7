"""Forums: mandate, members, sittings, what they decided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import Invalid, Refused, check_right, require
from portulan.governance import actions, queries
from portulan.governance.access import forum_for, forum_scope, member_of
from portulan.governance.actions.calendars import plan_year as plan_calendar
from portulan.governance.activities import FORUM_EDIT, MEETING_READ, MEETING_RUN
from portulan.governance.queries import calendars, people
from portulan.governance.rhythm import zone_of
from portulan.web.answers import RIGHTS, sentence
from portulan.web.governance import sitting_words, words
from portulan.web.governance.forms import MemberForm, SeatForm
from portulan.web.governance.forum_forms import ForumForm, MeetingForm, YearForm
from portulan.web.governance.views.home import faces
from portulan.web.htmx import go, tell
from portulan.web.objects import address
from portulan.web.viewer import actor


def _values(form: ForumForm) -> actions.ForumInput:
    data = form.cleaned_data
    return actions.ForumInput(
        data["name"],
        data["level"] or "portfolio",
        people.entity(data["entity"]),
        data["mandate"],
        tuple(data["kinds"]),
        data["threshold"],
        data["quorum"] or 0,
        form.rule(),
        data["active"],
        people.chosen_lines(data["lines"]),
        ritual=data["ritual"],
        quorum_percent=data["quorum_percent"] or 0,
        quorum_chair=data["quorum_chair"],
        cadence_from=data["cadence_from"],
        on_holiday=data["on_holiday"] or "next",
        starts_at=data["starts_at"],
        duration=data["duration"] or 90,
        place=data["place"],
        time_zone=data["time_zone"],
    )


def _initial(forum: Any) -> dict[str, Any]:
    found = sitting_words.simple(forum.cadence)
    frequency, every, weekday, rank = found or ("OWN", 1, "MO", "1")
    same = (
        "name", "level", "ritual", "mandate", "kinds", "threshold", "quorum", "quorum_percent",
        "quorum_chair", "cadence_from", "on_holiday", "starts_at", "duration", "place",
        "time_zone", "active",
    )  # fmt: skip
    return {name: getattr(forum, name) for name in same} | {
        "entity": forum.entity.code if forum.entity else "",
        "lines": list(forum.lines.values_list("code", flat=True)),
        "frequency": frequency,
        "every": every,
        "weekday": weekday,
        "rank": rank,
        "cadence": forum.cadence if found is None else "",
    }


def put_errors(form: Any, invalid: Invalid) -> None:
    """Set the errors of an action on the fields of a form."""
    for name, refusal in invalid.errors.items():
        form.add_error(name if name in form.fields else None, sentence(refusal))


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Set up a forum."""
    who = actor(request)
    require(who, FORUM_EDIT)
    form = ForumForm(
        request.POST or None, entities=people.entities(), lines=people.lines()
    )
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
    form = ForumForm(
        request.POST or None,
        initial=_initial(forum),
        entities=people.entities(),
        lines=people.lines(),
    )
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
        "meeting_form": MeetingForm(
            initial={"at": forum.starts_at, "place": forum.place, "duration": forum.duration}
        ),
        "template": list(forum.template.order_by("position", "pk")),
        "year": _year(forum),
        "presence": calendars.presence(forum),
        "zone": str(zone_of(forum)),
    }
    return render(request, "governance/forum.html", context)


def _year(forum: Any) -> dict[str, Any] | None:
    """What planning the coming year would make."""
    if not forum.cadence:
        return None
    first = timezone.localdate()
    last = first + timedelta(days=365)
    found = calendars.year_ahead(forum, first, last)
    return {"found": found, "form": YearForm(initial={"first": first, "last": last})}


@require_POST
def plan_year(request: HttpRequest, code: str) -> HttpResponse:
    """Plan the sittings of the rhythm over a span."""
    who = actor(request)
    forum = forum_for(who, code, MEETING_RUN)
    form = YearForm(request.POST)
    if not form.is_valid():
        tell(request, _("Choose the first and the last day."), tone="error")
        return go(request, address("forum", code))
    data = form.cleaned_data
    try:
        done = plan_calendar(who, forum, data["first"], data["last"] + timedelta(days=1))
    except Refused as refused:
        _told(request, refused)
    except Invalid as invalid:
        tell(request, sentence(next(iter(invalid.errors.values()))), tone="error")
    else:
        told = ngettext(
            "%(n)s sitting is planned.", "%(n)s sittings are planned.", done.made
        ) % {"n": done.made}
        if done.cancelled:
            told += " " + ngettext(
                "%(n)s that the rhythm no longer gives is called off.",
                "%(n)s that the rhythm no longer gives are called off.",
                done.cancelled,
            ) % {"n": done.cancelled}
        tell(request, told)
    return go(request, address("forum", code))


@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, code: str) -> HttpResponse:
    """The points that every agenda starts from."""
    who = actor(request)
    forum = forum_for(who, code, FORUM_EDIT)
    errors: dict[str, str] = {}
    rows: list[dict[str, str]]
    if request.method == "POST":
        columns = ("title", "purpose", "kind", "minutes", "who")
        lists = [request.POST.getlist(name)[:60] for name in columns]
        rows = [dict(zip(columns, values, strict=True)) for values in zip(*lists, strict=False)]
        rows = [row for row in rows if row["title"].strip() or row["purpose"].strip()]
        try:
            actions.set_template(
                who,
                forum,
                [
                    actions.TemplateInput(
                        row["title"],
                        row["purpose"],
                        row["kind"],
                        int(row["minutes"]) if row["minutes"].isdecimal() else 0,
                        row["who"],
                    )
                    for row in rows
                ],
            )
        except Invalid as invalid:
            errors = {name: sentence(refusal) for name, refusal in invalid.errors.items()}
        else:
            tell(request, _("The agenda template is kept."))
            return go(request, address("forum", code))
    else:
        rows = [
            {
                "title": line.title,
                "purpose": line.purpose,
                "kind": line.kind,
                "minutes": str(line.minutes),
                "who": line.who,
            }
            for line in forum.template.order_by("position", "pk")
        ]
    blank = {"title": "", "purpose": "", "kind": "information", "minutes": "10", "who": ""}
    shown = [
        {
            "row": row,
            "rank": rank,
            "errors": [text for name, text in errors.items() if name.startswith(f"{rank}.")],
        }
        for rank, row in enumerate([*rows, dict(blank), dict(blank), dict(blank)])
    ]
    return render(
        request,
        "governance/template.html",
        {
            "forum": forum,
            "rows": shown,
            "kinds": [(code, word) for code, (_icon, word) in words.ITEMS.items()],
            "back": address("forum", code),
            "minutes": sum(int(r["minutes"]) for r in rows if r["minutes"].isdecimal()),
        },
        status=422 if errors else 200,
    )


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
