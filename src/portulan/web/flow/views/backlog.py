"""The backlog of a product or an initiative, and what is added to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portulan.base.policy import Refused, require
from portulan.catalogue.access import product_at
from portulan.organisation.queries import team_choices
from portulan.portfolio import items
from portulan.portfolio.activities import BACKLOG_EDIT
from portulan.portfolio.queries import initiative_choices
from portulan.readmodels import backlog as backlogs
from portulan.web.answers import reason
from portulan.web.flow import words
from portulan.web.flow.parts import whose
from portulan.web.paging import Page, changed
from portulan.web.plugs import Link
from portulan.web.reading import reader as reader_of
from portulan.web.sheets.answering import form_page
from portulan.web.viewer import actor
from portulan.wording import formats

SIZE = 60


@require_GET
def page(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The items, what ties them to an objective, the releases."""
    who = actor(request)
    found = whose(who, kind, code)
    reader = reader_of(request)
    which = request.GET.get("show", "open")
    which = which if which in backlogs.FILTERS else "open"
    asked = request.GET.get("page", "1")
    number = max(1, int(asked)) if asked.isdigit() and len(asked) < 6 else 1
    lines, total = backlogs.listed(reader, found.part, which, (number - 1) * SIZE, SIZE)
    query = request.GET.urlencode()
    labels = {
        "open": _("Open"), "done": pgettext("work items", "Done"),
        "untied": _("Tied to nothing"), "all": _("All"),
    }
    context: dict[str, Any] = {
        "whose": found, "crumbs": found.crumbs, "kind": kind,
        "page": Page(lines, number, SIZE, total, query), "lines": lines, "which": which,
        "counts": backlogs.counts(found.part),
        "faces": [
            Link(labels[name], changed(query, {"show": name, "page": None}), current=name == which)
            for name in backlogs.FILTERS if kind == "product" or name != "untied"
        ],
        "states": words.STANDINGS, "edit_reason": reason(found.refusal),
        "flow_url": reverse(f"flow:{kind}", args=[code]),
        "new_url": reverse(f"flow:{kind}_item_new", args=[code]) if kind != "team" else "",
    }
    if kind == "product":
        context |= {
            "alignment": backlogs.alignment(found.part, reader.day),
            "releases": backlogs.releases(found.part.id),
            "release_states": words.RELEASES,
            "release_url": reverse("flow:release_new", args=[code]),
        }
    return render(request, "flow/backlog.html", context)


class ItemForm(forms.Form):
    """A new item."""

    name = forms.CharField(max_length=300, label=pgettext_lazy("work item", "Title"))
    criteria = forms.CharField(
        required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Acceptance criteria"),
        help_text=gettext_lazy("One a line; “[x]” before one that is met."),
    )
    description = forms.CharField(
        required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}),
        label=pgettext_lazy("work item", "Description"),
    )
    kind = forms.CharField(
        required=False, max_length=80, label=pgettext_lazy("work item", "Type")
    )
    team = forms.ChoiceField(required=False, label=pgettext_lazy("work item", "Team"))
    initiative = forms.ChoiceField(required=False, label=gettext_lazy("Initiative"))

    def __init__(self, *args: Any, whole: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = ("", formats.NOTHING)
        team, initiative = self.fields["team"], self.fields["initiative"]
        assert isinstance(team, forms.ChoiceField) and isinstance(initiative, forms.ChoiceField)
        team.choices = [none, *team_choices()]
        if whole:
            initiative.choices = [none, *initiative_choices()]
        else:
            del self.fields["initiative"]


class ReleaseForm(forms.Form):
    """A new release."""

    name = forms.CharField(max_length=300, label=pgettext_lazy("release", "Name"))
    due_on = forms.DateField(
        required=False, label=pgettext_lazy("release", "Expected on"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    goal = forms.CharField(
        required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 3}),
        label=pgettext_lazy("release", "What it brings"),
    )


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Add an item."""
    who = actor(request)
    found = whose(who, kind, code)
    if found.refusal is not None:
        raise Refused(found.refusal)
    form = ItemForm(request.POST or None, whole=kind == "product")

    def save(values: Mapping[str, Any]) -> tuple[str, str, str]:
        given = {name: value for name, value in values.items() if value}
        made, change = items.create_item(who, **{**given, kind: code, "name": values["name"]})
        return (
            _("%(name)s is in the backlog.") % {"name": made.name},
            reverse("flow:undo", args=[change]), "",
        )

    back = reverse(f"flow:{kind}_backlog", args=[code])
    return form_page(
        request, form, save, title=_("New item"), verb=_("Add"), back=back,
        crumbs=[*found.crumbs, (_("Backlog"), back)],
    )


@require_http_methods(["GET", "POST"])
def add_release(request: HttpRequest, code: str) -> HttpResponse:
    """Add a release to a product."""
    who = actor(request)
    found = whose(who, "product", code)
    require(who, BACKLOG_EDIT, product_at(who, code)[1].scope)
    form = ReleaseForm(request.POST or None)

    def save(values: Mapping[str, Any]) -> tuple[str, str, str]:
        made, change = items.create_release(who, code, **values)
        undo = reverse("flow:undo", args=[change])
        return _("%(name)s is planned.") % {"name": made.name}, undo, ""

    back = reverse("flow:product_backlog", args=[code])
    return form_page(
        request, form, save, title=_("New release"), verb=_("Add"), back=back,
        crumbs=[*found.crumbs, (_("Backlog"), back)],
    )
