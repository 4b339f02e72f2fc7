"""Meetings before and after they sit: agenda, candidates, minutes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portulan.base.policy import Refused, check_right
from portulan.governance import actions, queries
from portulan.governance.access import action_for, forum_scope, item_of, meeting_for
from portulan.governance.activities import ACTION_EDIT, MEETING_RUN
from portulan.governance.mandate import quorum_of, voting_members
from portulan.governance.queries import calendars, people
from portulan.governance.rhythm import hours, zone_of
from portulan.web.answers import RIGHTS, sentence
from portulan.web.governance.forms import ItemForm
from portulan.web.governance.forum_forms import MeetingForm
from portulan.web.governance.views.home import faces
from portulan.web.htmx import go, part, tell
from portulan.web.objects import address
from portulan.web.viewer import actor
from portulan.wording import formats


def _context(request: HttpRequest, code: str) -> dict[str, Any]:
    who = actor(request)
    meeting = meeting_for(who, code)
    refusal = check_right(who, MEETING_RUN, forum_scope(meeting.forum))
    agenda = queries.agenda(meeting)
    may_run = refusal is None and meeting.state in ("planned", "open")
    last = len(agenda.items) - 1
    rows = []
    for position, item in enumerate(agenda.items):
        removal = actions.check_removable(item)
        rows.append(
            {
                "item": item,
                "position": position,
                "first": position == 0,
                "last": position == last,
                "complete": agenda.complete.get(item.dossier_id or 0),
                "decision": agenda.decisions.get(item.dossier_id or 0),
                "remove_reason": sentence(removal) if removal else "",
                "spent": queries.elapsed(item) // 60,
            }
        )
    reason = sentence(refusal) if refusal else ""
    closable = actions.check_closable(meeting)
    return {
        "faces": faces("home"),
        "meeting": meeting,
        "agenda": agenda,
        "rows": rows,
        "may_run": may_run,
        "run_reason": reason,
        "close_reason": reason or (sentence(closable) if closable else ""),
        "item_form": ItemForm(),
        "meeting_form": MeetingForm(
            initial={
                "on": meeting.on,
                "at": meeting.at,
                "place": meeting.place,
                "duration": meeting.duration or meeting.forum.duration,
            }
        ),
        "not_ready": sum(not found.complete for found in agenda.complete.values()),
        "minutes_draft": meeting.minutes or _minutes(meeting, rows, agenda),
        "hours": hours(meeting),
        "zone": zone_of(meeting.forum),
        "show_zone": bool(meeting.forum.time_zone)
        or str(zone_of(meeting.forum)) != settings.TIME_ZONE,
        "signed": calendars.signed_as(meeting) if meeting.state == "closed" else None,
        "may_correct": refusal is None and meeting.state == "closed",
        "corrections": list(meeting.corrections.select_related("author").order_by("at", "pk")),
        "seats": _seats(meeting) if may_run else [],
        "everyone": people.people() if may_run else [],
        "quorum": quorum_of(
            meeting.forum, len(voting_members(meeting.forum, meeting.on))
        ),
    }


def _seats(meeting: Any) -> list[dict[str, Any]]:
    """The seats before the sitting, with who stands in."""
    found = queries.sitting(meeting)
    return [{"seat": seat, "by": seat.stand_in} for seat in found.seats]


def _minutes(meeting: Any, rows: list[dict[str, Any]], agenda: queries.Agenda) -> str:
    """A first version of the minutes: each point, what was decided, what was noted."""
    parts = [
        _("%(forum)s, sitting of %(day)s.") % {
            "forum": meeting.forum.name, "day": formats.day(meeting.on)
        }
    ]
    present = [
        f"{seat.member.person.name} ({seat.stand_in.name})"
        if seat.stand_in is not None
        else seat.member.person.name
        for seat in queries.sitting(meeting).seats
        if seat.present
    ]
    if present:
        parts.append(_("Present: %(names)s.") % {"names": ", ".join(present)})
    for row in rows:
        item, decision = row["item"], row["decision"]
        lines = [f"{row['position'] + 1}. {item.title}"]
        if decision is not None:
            lines.append(f"{decision.code} – {decision.text or decision.name}")
        elif item.decision_text:
            lines.append(_("Decided: %(text)s") % {"text": item.decision_text})
        if item.notes:
            lines.append(item.notes)
        if item.learned:
            lines.append(_("Learned: %(text)s") % {"text": item.learned})
        parts.append("\n".join(lines))
    if agenda.actions:
        parts.append(
            "\n".join(
                [
                    _("Actions:"),
                    *(
                        " – ".join(
                            part
                            for part in (
                                action.title,
                                action.owner.name if action.owner else "",
                                formats.day_short(action.due_on) if action.due_on else "",
                            )
                            if part
                        )
                        for action in agenda.actions
                    ),
                ]
            )
        )
    return "\n\n".join(parts)


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """A meeting: prepared, sitting or closed; or a written consultation."""
    meeting = meeting_for(actor(request), code)
    if meeting.form == "consultation":
        from portulan.web.governance.views import consultations

        return consultations.page(request, meeting)
    return render(request, "governance/meeting.html", _context(request, code))


def _agenda(request: HttpRequest, code: str) -> HttpResponse:
    """The agenda again, after it changed."""
    return (
        part(request, "governance/_agenda.html", _context(request, code))
        if request.headers.get("HX-Request")
        else go(request, address("meeting", code))
    )


def told(request: HttpRequest, refused: Refused) -> None:
    """A rule's refusal becomes a message; a missing right stays a 403."""
    if refused.refusal.code in RIGHTS:
        raise refused
    tell(request, sentence(refused.refusal), tone="error")


@require_GET
def candidates(request: HttpRequest, code: str) -> HttpResponse:
    """What could be on the agenda: asked once the page is there."""
    meeting = meeting_for(actor(request), code, MEETING_RUN)
    context = {"meeting": meeting, "candidates": queries.candidates(meeting)}
    return render(request, "governance/_candidates.html", context)


@require_POST
def update(request: HttpRequest, code: str) -> HttpResponse:
    """Move the meeting to another day."""
    who = actor(request)
    meeting = meeting_for(who, code, MEETING_RUN)
    form = MeetingForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        actions.update_meeting(
            who,
            meeting,
            on=data["on"],
            at=data["at"],
            place=data["place"],
            duration=data["duration"],
        )
        tell(request, _("The sitting is moved."))
    else:
        tell(request, _("Choose the day of the sitting."), tone="error")
    return go(request, address("meeting", code))


@require_POST
def add_item(request: HttpRequest, code: str) -> HttpResponse:
    """Put a point on the agenda."""
    who = actor(request)
    meeting = meeting_for(who, code, MEETING_RUN)
    form = ItemForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        actions.add_items(
            who, meeting, [actions.ItemInput(data["title"], data["kind"], data["minutes"])]
        )
    else:
        tell(request, _("Give the point a title and a time."), tone="error")
    return go(request, address("meeting", code))


@require_POST
def fill(request: HttpRequest, code: str) -> HttpResponse:
    """Put candidates on the agenda: those chosen, or all."""
    who = actor(request)
    meeting = meeting_for(who, code, MEETING_RUN)
    found = queries.candidates(meeting)
    chosen = set(request.POST.getlist("candidate"))
    everything = bool(request.POST.get("all"))
    inputs = [
        actions.ItemInput(
            line.title,
            line.kind,
            line.minutes,
            purpose=line.purpose,
            who=line.who,
            template=line,
        )
        for line in found.template
        if everything or f"template-{line.uid}" in chosen
    ]
    if found.actions and (everything or "actions" in chosen):
        inputs.append(
            actions.ItemInput(
                _("Follow-up: %(count)s overdue actions") % {"count": len(found.actions)},
                "actions",
                10,
            )
        )
    inputs += [
        actions.ItemInput(d.name, "decision", min(60, 15 + 3 * d.lines.count()), dossier=d)
        for d in found.dossiers
        if everything or d.code in chosen
    ]
    inputs += [
        actions.ItemInput(
            _("Value review: %(product)s") % {"product": p.name}, "review", 10, product=p
        )
        for p, _count in found.reviews
        if everything or f"review-{p.code}" in chosen
    ]
    made = actions.add_items(who, meeting, inputs)
    tell(request, _("%(count)s points added to the agenda.") % {"count": len(made)})
    return go(request, address("meeting", code))


@require_POST
def change_item(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """Move, rename or remove a point."""
    who = actor(request)
    meeting = meeting_for(who, code, MEETING_RUN)
    item = item_of(meeting, uid)
    verb, position = request.POST.get("do", ""), request.POST.get("position", "")
    try:
        if verb == "remove":
            actions.remove_item(who, item)
        elif verb == "up":
            actions.move_item(who, item, max(0, item.position - 1))
        elif verb == "down":
            actions.move_item(who, item, item.position + 1)
        elif verb == "move" and position.isdigit():
            actions.move_item(who, item, int(position))
        elif verb == "edit" and request.POST.get("minutes", "").isdigit():
            actions.update_item(
                who, item, title=request.POST.get("title", ""), minutes=int(request.POST["minutes"])
            )
    except Refused as refused:
        told(request, refused)
    return _agenda(request, code)


@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """End the sitting with its minutes."""
    who = actor(request)
    meeting = meeting_for(who, code, MEETING_RUN)
    try:
        actions.close_meeting(who, meeting, request.POST.get("minutes", ""))
        tell(request, _("The sitting is closed and its minutes are kept."))
    except Refused as refused:
        told(request, refused)
    return go(request, address("meeting", code))


@require_POST
def move_action(request: HttpRequest, uid: str) -> HttpResponse:
    """Finish, drop or reopen an action item."""
    who = actor(request)
    action = action_for(who, uid, ACTION_EDIT)
    verb = request.POST.get("do", "")
    try:
        if verb in ("finish", "drop", "reopen"):
            actions.move_action(who, action, verb)
            tell(request, _("The action is up to date."))
    except Refused as refused:
        told(request, refused)
    back = request.POST.get("next", "")
    safe = back.startswith("/") and not back.startswith(("//", "/\\"))
    return go(request, back if safe else "/governance")


