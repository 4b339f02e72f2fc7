"""What the views of the sheets share: the reader, findings on an object, forms on a page, undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portulan.base.policy import Actor, Invalid, NotFoundForActor, check_right
from portulan.catalogue.actions import undo_edit as undo_catalogue
from portulan.coherence import queries as coherence
from portulan.coherence.manifest import FINDING_READ
from portulan.coherence.queries import Listed
from portulan.compliance.actions import undo_edit as undo_compliance
from portulan.evidence.actions import undo_edit as undo_evidence
from portulan.organisation.actions import undo_edit as undo_organisation
from portulan.portfolio.actions import undo_edit as undo_portfolio
from portulan.readmodels.reader import Reader
from portulan.web.answers import sentence
from portulan.web.coherence.rows import Row, row
from portulan.web.htmx import go, tell
from portulan.web.viewer import actor

UNDO: dict[str, Callable[[Actor, UUID], None]] = {
    "catalogue": undo_catalogue,
    "compliance": undo_compliance,
    "evidence": undo_evidence,
    "organisation": undo_organisation,
    "portfolio": undo_portfolio,
}


def optional(name: str, *args: object) -> str:
    """The address of a page of another area, "" while there is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def findings_on(reader: Reader, *uids: str) -> list[Row]:
    """The open findings on objects that the reader may know of, gravest first (no query warm)."""
    who = reader.actor
    if check_right(who, FINDING_READ) is not None:
        return []

    def seen() -> Sequence[Listed]:
        return coherence.visible(who, coherence.checked().listed)

    listed = reader.kept("findings_seen", (who.grants, who.system, reader.day), seen)
    wanted = set(uids)
    found = [
        row(item) for item in listed
        if item.exception is None
        and (item.finding.subject in wanted or item.subject.product in wanted)
    ]
    order = ("blocking", "major", "minor", "info")
    return sorted(found, key=lambda r: (order.index(r.severity), r.code))


Save = Callable[[Mapping[str, Any]], tuple[str, str, str]]


def form_page(
    request: HttpRequest, form: forms.Form, save: Save, *, title: str, lead: str = "",
    verb: str = "", back: str, crumbs: Sequence[tuple[str, str]],
) -> HttpResponse:
    """A small form on a page of its own: shown, refused field by field, or saved.

    ``save`` takes the clean values and returns what to say, the address that undoes it (or "") and
    where to go next ("": to ``back``).
    """
    if request.method == "POST" and form.is_valid():
        try:
            said, undo, to = save(form.cleaned_data)
        except Invalid as invalid:
            for name, refusal in invalid.errors.items():
                form.add_error(name if name in form.fields else None, sentence(refusal))
        else:
            tell(request, said, undo=undo)
            return go(request, to or back)
    context = {
        "form": form, "title": title, "lead": lead, "verb": verb or _("Save"), "back": back,
        "crumbs": crumbs,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "sheets/form.html", context, status=status)


def undo_url(app: str, change: UUID | None) -> str:
    """The address that takes a change back, "" when nothing changed."""
    return reverse("sheets:undo", args=[app, change]) if change else ""


@require_POST
def undo(request: HttpRequest, app: str, uid: UUID) -> HttpResponse:
    """Take one's own last edit back."""
    take_back = UNDO.get(app)
    if take_back is None:
        raise NotFoundForActor("change", str(uid))
    take_back(actor(request), uid)
    return HttpResponse(status=204)
