"""For who asks: the list, a new collection, its preview, its progress, the differences."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import Invalid, Refusal, check_right, require
from portulan.campaigns import access, actions, queries
from portulan.campaigns.activities import CAMPAIGN_RUN
from portulan.campaigns.exporting import exported
from portulan.campaigns.kinds import KINDS
from portulan.campaigns.planning import asked
from portulan.catalogue.queries import line_choices
from portulan.organisation.queries import entity_choices, people_choices
from portulan.web import navigation
from portulan.web.answers import reason, sentence
from portulan.web.campaigns import words
from portulan.web.campaigns.contributing import XLSX
from portulan.web.htmx import go, tell
from portulan.web.reading import reader
from portulan.web.viewer import actor

#: Rows of a preview and of a list of differences that are shown at once.
SHOWN = 400


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What is asked of the reader, and the collections that they run."""
    who = actor(request)
    context = {
        "tabs": navigation.section("imports", "campaigns:home"),
        "mine": [(row, words.KINDS[row.kind]) for row in queries.asked_of(who.person_id)],
        "rows": [
            (row, words.KINDS[row.kind], words.STATES[row.state])
            for row in queries.campaigns(who)
        ],
        "may_run": check_right(who, CAMPAIGN_RUN) is None,
        "run_reason": reason(check_right(who, CAMPAIGN_RUN)),
        "today": timezone.localdate(),
    }
    return render(request, "campaigns/home.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Prepare a collection: what, of what, by whom, until when."""
    who = actor(request)
    require(who, CAMPAIGN_RUN)
    given = request.POST if request.method == "POST" else request.GET
    kind = given.get("kind", "sheets")
    if kind not in KINDS:
        kind = "sheets"
    errors: dict[str, str] = {}
    due = _day(given.get("due_on", ""))
    if request.method == "POST":
        if due is None:
            errors["due_on"] = sentence(Refusal("field.required"))
        else:
            try:
                made = actions.create(
                    who, name=given.get("name", ""), kind=kind, due_on=due,
                    fields=request.POST.getlist("fields"), entity=given.get("entity", ""),
                    line=given.get("line", ""), message=given.get("message", ""),
                    people=(
                        request.POST.getlist("people") if given.get("who") == "people" else ()
                    ),
                )
                return go(request, "campaigns:page", code=made.code)
            except Invalid as error:
                errors = {name: sentence(refusal) for name, refusal in error.errors.items()}
    due = due or timezone.localdate() + timedelta(days=14)
    offered = KINDS[kind].offered(due)
    chosen = request.POST.getlist("fields") if request.method == "POST" else None
    context = {
        "kind": kind, "errors": errors, "due": due,
        "given": {key: given.get(key, "") for key in ("name", "message", "entity", "line")},
        "kinds": words.KINDS.items(),
        "fields": [(f.key, f.label, chosen is None or f.key in chosen) for f in offered],
        "entities": entity_choices(), "people": people_choices(),
        "lines": [(code, name) for code, name, *_rest in line_choices()],
        "chosen_people": request.POST.getlist("people"),
        "by_people": given.get("who") == "people",
    }
    return render(request, "campaigns/new.html", context, status=422 if errors else 200)


def _day(text: str) -> date | None:
    try:
        return parse_date(text.strip())
    except ValueError:
        return None


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """A collection: before it is launched whom it would ask; after, how far it is."""
    return _page(request, code)


def _page(
    request: HttpRequest, code: str, status: int = 200, problem: str = "",
    failed: Any = (),
) -> HttpResponse:
    who = actor(request)
    campaign = access.campaign_for(who, code)
    context: dict[str, Any] = {
        "campaign": campaign, "kind": words.KINDS[campaign.kind], "problem": problem,
        "state": words.STATES[campaign.state], "today": timezone.localdate(),
        "tomorrow": timezone.localdate() + timedelta(days=7),
    }
    if campaign.state == campaign.State.DRAFT:
        plan = asked(who, campaign)
        people = plan.by_person()
        context |= {
            "people": list(people.items())[:SHOWN], "asks": len(plan.asks), "count": len(people),
            "left_out": [
                (subject, words.LEFT_OUT[why] % {"name": name})
                for subject, why, name in plan.left_out[:SHOWN]
            ],
            "left_count": len(plan.left_out),
            "labels": [f.label for f in KINDS[campaign.kind].offered(campaign.due_on)
                       if f.key in campaign.fields],
        }
        return render(request, "campaigns/draft.html", context, status=status)
    it = queries.page(who, campaign, reader(request))
    reasons = {answer.pk: sentence(refusal) for answer, refusal in failed}
    context |= {
        "it": it, "late": campaign.state == "open" and campaign.due_on < timezone.localdate(),
        "differences": [
            (d, d.field.shown(d.answer.old), d.field.shown(d.answer.new), d.field.shown(d.now),
             reasons.get(d.answer.pk, ""))
            for d in it.differences[:SHOWN]
        ],
        "settled": [
            (d, d.field.shown(d.answer.old), d.field.shown(d.answer.new),
             words.ANSWERS[d.answer.state])
            for d in it.settled[:SHOWN]
        ],
        "moved": sum(1 for d in it.differences if d.moved),
    }
    return render(request, "campaigns/page.html", context, status=status)


@require_POST
def launch(request: HttpRequest, code: str) -> HttpResponse:
    """Ask."""
    try:
        count = actions.launch(actor(request), code)
    except Invalid as error:
        return _page(request, code, 422, sentence(next(iter(error.errors.values()))))
    said = ngettext("%(count)s person is asked.", "%(count)s people are asked.", count)
    tell(request, said % {"count": count})
    return go(request, "campaigns:page", code=code)


@require_POST
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw away what was never launched."""
    actions.discard(actor(request), code)
    return go(request, "campaigns:home")


@require_POST
def remind(request: HttpRequest, code: str) -> HttpResponse:
    """Remind who has not finished."""
    count = actions.remind(actor(request), code)
    said = ngettext("%(count)s person is reminded.", "%(count)s people are reminded.", count)
    tell(request, said % {"count": count})
    return go(request, "campaigns:page", code=code)


@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Take no more values."""
    actions.close(actor(request), code)
    tell(request, _("The collection is closed; what waits can still be settled."))
    return go(request, "campaigns:page", code=code)


@require_POST
def relaunch(request: HttpRequest, code: str) -> HttpResponse:
    """Open again, or move the day."""
    due = _day(request.POST.get("due_on", ""))
    try:
        if due is None:
            raise Invalid({"due_on": Refusal("field.required")})
        actions.relaunch(actor(request), code, due)
    except Invalid as error:
        return _page(request, code, 422, sentence(next(iter(error.errors.values()))))
    tell(request, _("Whoever has not finished is asked until the new day."))
    return go(request, "campaigns:page", code=code)


@require_POST
def settle(request: HttpRequest, code: str) -> HttpResponse:
    """Accept or refuse proposed values: those that are ticked, or all."""
    who = actor(request)
    todo = request.POST.get("do", "")
    chosen = request.POST.getlist("answers")
    try:
        if todo == "refuse":
            count = actions.refuse(who, code, chosen, request.POST.get("word", ""))
            said = ngettext("%(count)s value is refused.", "%(count)s values are refused.", count)
            tell(request, said % {"count": count})
            return go(request, "campaigns:page", code=code)
        if todo != "all" and not chosen:
            raise Invalid({"answers": Refusal("campaign.none_chosen")})
    except Invalid as error:
        return _page(request, code, 422, sentence(next(iter(error.errors.values()))))
    done = actions.accept(who, code, None if todo == "all" else chosen, anyway=todo == "anyway")
    said = ngettext("%(count)s value has entered.", "%(count)s values have entered.", done.entered)
    if done.failed:
        missed = ngettext(
            "%(count)s could not enter: see why beside it.",
            "%(count)s could not enter: see why beside them.", len(done.failed),
        ) % {"count": len(done.failed)}
        problem = said % {"count": done.entered} + " " + missed
        return _page(request, code, 422, problem, done.failed)
    tell(request, said % {"count": done.entered})
    return go(request, "campaigns:page", code=code)


@require_GET
def export(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that was asked and given, as an Excel."""
    who = actor(request)
    campaign = access.campaign_for(who, code)
    response = HttpResponse(exported(queries.page(who, campaign)), content_type=XLSX)
    disposition = content_disposition_header(as_attachment=True, filename=f"{code}.xlsx")
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
