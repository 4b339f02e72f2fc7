"""Writes on role sheets: a section in place, the draft, the variants."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from portulan.base.policy import NotFoundForActor, require
from portulan.organisation.access import entity_scope
from portulan.organisation.activities import SHEET_EDIT
from portulan.organisation.queries import entity_choices
from portulan.organisation.rights import effective_matrix
from portulan.organisation.rolesheets import actions, queries
from portulan.organisation.rolesheets.content import SECTIONS, from_lines
from portulan.web import inline
from portulan.web.answers import reason
from portulan.web.htmx import go, tell, trigger
from portulan.web.inline import InlineField
from portulan.web.rolesheets import showing
from portulan.web.rolesheets.fields import field_of
from portulan.web.sheets.answering import form_page
from portulan.web.viewer import actor
from portulan.wording import vocabulary


def _back(role: str, entity: str) -> str:
    url = reverse("rolesheets:page", args=[role])
    return f"{url}?variant={entity}" if entity else url


@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, role: str, section: str) -> HttpResponse:
    """One section, shown, edited, saved into the draft."""
    who = actor(request)
    entity = request.GET.get("variant", "")
    if section not in SECTIONS:
        raise NotFoundForActor("section", section)
    place = actions.place(who, entity)

    def load() -> InlineField:
        sheet = actions.sheet_for(who, role, entity, draft=True)
        known = frozenset(row.role for row in queries.sheet_rows())
        refusal = actions.check_edit(who, place)
        return field_of(sheet, section, effective_matrix(), known, reason(refusal))

    def save(value: str, read: int) -> str | None:
        require(who, SHEET_EDIT, entity_scope(place))
        sheet = actions.sheet_for(who, role, entity, draft=True)
        before = sheet.section(section).items
        items = from_lines(section, value, before, showing.language())
        none = place is not None and not items
        actions.edit_section(who, role, entity, section, None if none else items, read)
        return None

    response = inline.answer(request, load, save)
    saved = request.method == "POST" and response.status_code == 200
    return trigger(response, "rolesheet-changed") if saved else response


@require_POST
def publish(request: HttpRequest, role: str) -> HttpResponse:
    """Put the draft in force."""
    entity = request.GET.get("variant", "")
    number = actions.publish(actor(request), role, entity, request.POST.get("note", ""))
    tell(request, _("Version %(number)s is in force.") % {"number": number})
    return go(request, _back(role, entity))


@require_POST
def drop(request: HttpRequest, role: str) -> HttpResponse:
    """Give the draft up."""
    entity = request.GET.get("variant", "")
    actions.drop_draft(actor(request), role, entity)
    tell(request, _("The draft is given up."))
    return go(request, _back(role, ""))


class VariantForm(forms.Form):
    """The entity that gets a variant."""

    entity = forms.ChoiceField(label=gettext_lazy("Entity"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["entity"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = entity_choices()


@require_http_methods(["GET", "POST"])
def add_variant(request: HttpRequest, role: str) -> HttpResponse:
    """The variant of an entity."""
    who = actor(request)
    actions.sheet_for(who, role)
    require(who, SHEET_EDIT)
    form = VariantForm(request.POST or None)

    def save(clean: dict[str, str]) -> tuple[str, str, str]:
        actions.add_variant(who, role, clean["entity"])
        said = _("The variant is begun: change only what differs, then publish it.")
        return said, "", _back(role, clean["entity"])

    return form_page(
        request, form, save,  # type: ignore[arg-type]
        title=_("A variant for an entity"), verb=_("Begin the variant"),
        lead=_("It reads as the company’s sheet; what the entity settles itself is marked."),
        back=_back(role, ""),
        crumbs=[
            (_("Role sheets"), reverse("rolesheets:home")),
            (vocabulary.role(role), _back(role, "")),
        ],
    )


@require_POST
def retire_variant(request: HttpRequest, role: str) -> HttpResponse:
    """Take the variant of an entity out of use."""
    entity = request.GET.get("variant", "")
    actions.retire_variant(actor(request), role, entity)
    tell(request, _("The variant is out of use; its versions are kept."))
    return go(request, _back(role, ""))
