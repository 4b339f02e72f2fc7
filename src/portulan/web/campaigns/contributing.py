"""For who is asked: one page to fill in by keyboard, or an Excel that goes out and comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from portulan.base.policy import Invalid, Refusal
from portulan.campaigns import access, actions, queries
from portulan.campaigns import workbook as books
from portulan.campaigns.queries import Cell, FillRow
from portulan.organisation.queries import people_choices
from portulan.web.answers import reason, sentence
from portulan.web.campaigns import words
from portulan.web.discussion.told import url_of
from portulan.web.htmx import asked_by_htmx, go, tell
from portulan.web.reading import reader
from portulan.web.viewer import actor
from portulan.wording import formats

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _typed(cell: Cell) -> str:
    """What stands in the place of a value, as a hand would write it here."""
    typed = cell.field.typed(cell.value)
    if typed is None:
        return ""
    if isinstance(typed, (int, float)) and not isinstance(typed, bool):
        text = f"{typed:.6f}".rstrip("0").rstrip(".") if isinstance(typed, float) else str(typed)
        return text.replace(".", ",") if formats.french() else text
    return str(typed)


def _place(
    row: FillRow, cell: Cell, *, problem: str = "", given: str | None = None
) -> dict[str, Any]:
    """A cell of the grid, as its template shows it."""
    field = cell.field
    return {
        "ask": row.ask.uid, "name": row.subject.name, "field": field, "problem": problem,
        "typed": _typed(cell) if given is None else given,
        "present": field.shown(cell.present), "proposed": cell.proposed, "refused": cell.refused,
        "choices": [str(word) for word in field.choices.values()],
    }


def _fill(
    request: HttpRequest, uid: UUID, status: int = 200, problem: str = "",
    faults: Sequence[books.Fault] = (),
) -> HttpResponse:
    who = actor(request)
    campaign, asks = access.contribution_for(who, uid)
    it = queries.fill(who, campaign, asks, reader(request))
    context = {
        "campaign": campaign, "it": it, "kind": words.KINDS[campaign.kind], "problem": problem,
        "rows": [
            (row, url_of(row.subject), [_place(row, cell) for cell in row.cells])
            for row in it.rows
        ],
        "closed": reason(access.check_fill(campaign)), "faults": faults,
        "late": campaign.due_on < timezone.localdate(), "people": people_choices(),
        "left": len(it.rows) - it.done,
    }
    return render(request, "campaigns/fill.html", context, status=status)


@require_GET
def fill(request: HttpRequest, uid: UUID) -> HttpResponse:
    """All that one is asked, with the values of today."""
    return _fill(request, uid)


@require_POST
def cell(request: HttpRequest, uid: UUID, field: str) -> HttpResponse:
    """Propose one value."""
    who = actor(request)
    ask = access.ask_for(who, uid)
    given = request.POST.get("value", "")
    problem = ""
    try:
        actions.give(who, uid, field, given)
    except Invalid as error:
        problem = sentence(next(iter(error.errors.values())))
    if not asked_by_htmx(request):
        return go(request, "campaigns:fill", uid=ask.campaign.uid)
    row = queries.fill(who, ask.campaign, [ask]).rows[0]
    found = next((c for c in row.cells if c.field.key == field), row.cells[0])
    place = _place(row, found, problem=problem, given=given if problem else None)
    context = {"place": place, "closed": ""}
    return render(request, "campaigns/_cell.html", context, status=422 if problem else 200)


@require_POST
def done(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say that it is finished, or not yet: one object or all."""
    chosen = request.POST.getlist("asks") or None
    finished = request.POST.get("done", "1") == "1"
    count = actions.finish(actor(request), uid, chosen, finished)
    if finished and count:
        tell(request, _("Thank you. You can still change it until the collection is closed."))
    return go(request, "campaigns:fill", uid=uid)


@require_POST
def hand_over(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Hand some of it to somebody else."""
    who = actor(request)
    try:
        count = actions.hand_over(
            who, uid, request.POST.getlist("asks"), request.POST.get("person", "")
        )
    except Invalid as error:
        return _fill(request, uid, 422, sentence(next(iter(error.errors.values()))))
    said = ngettext("%(count)s object handed over.", "%(count)s objects handed over.", count)
    tell(request, said % {"count": count})
    if queries.asked_of(who.person_id) and any(
        row.uid == uid for row in queries.asked_of(who.person_id)
    ):
        return go(request, "campaigns:fill", uid=uid)
    return go(request, "campaigns:home")


@require_GET
def workbook(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One's own rows as an Excel."""
    who = actor(request)
    campaign, asks = access.contribution_for(who, uid)
    it = queries.fill(who, campaign, asks)
    content = books.made(it, who.name, str(words.KINDS[campaign.kind][0]))
    response = HttpResponse(content, content_type=XLSX)
    name = f"{campaign.code} - {who.name}.xlsx"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def upload(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Bring the Excel back."""
    who = actor(request)
    campaign, asks = access.contribution_for(who, uid)
    file = request.FILES.get("file")
    try:
        if not isinstance(file, UploadedFile):
            raise Invalid({"file": Refusal("file.missing")})
        anyway = request.POST.get("anyway") == "1"
        taken = books.take(who, campaign, asks, file.read(), anyway=anyway)
    except Invalid as error:
        return _fill(request, uid, 422, sentence(next(iter(error.errors.values()))))
    if taken.faults:
        count = len(taken.faults)
        said = ngettext(
            "Nothing has entered: %(count)s thing to correct in the file.",
            "Nothing has entered: %(count)s things to correct in the file.", count,
        )
        return _fill(request, uid, 422, said % {"count": count}, taken.faults)
    said = ngettext(
        "%(count)s value proposed.", "%(count)s values proposed.", taken.changed
    ) if taken.changed else _("The file says what is here already.")
    tell(request, said % {"count": taken.changed} if taken.changed else said)
    return go(request, "campaigns:fill", uid=uid)
