"""Values edited where they stand: shown ↔ form, with a visible conflict.

One address serves a value: GET shows it, GET ``?edit=1`` gives the form, POST saves. The form sends
the revision that was read; when somebody changed it meanwhile the answer is 409 with both values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portulan.base.policy import Conflict, Invalid
from portulan.web.answers import sentence
from portulan.web.htmx import toast
from portulan.web.ui.controls import button, form_field
from portulan.web.ui.marks import icon


@dataclass(frozen=True, slots=True)
class InlineField:
    """One value in place. ``name`` is unique on its page; ``display`` is what readers see.

    ``reason`` says why this reader may not edit it ("" when she may); ``block`` for texts.
    """

    name: str
    label: str
    url: str
    field: forms.Field
    value: Any
    display: str
    revision: int
    reason: str = ""
    block: bool = False
    unit: str = ""

    @property
    def key(self) -> str:
        """Id of the place on the page."""
        return f"inline-{self.name}"

    def form(self, data: Any = None) -> forms.Form:
        """The form of this one value, with the revision that was read."""

        class _Form(forms.Form):
            value = self.field
            revision = forms.IntegerField(widget=forms.HiddenInput, initial=self.revision)

        form = _Form(data, initial={"value": self.value}, auto_id=f"{self.key}-%s")
        form.fields["value"].label = self.label
        return form


def _place(field: InlineField, content: SafeString) -> SafeString:
    css = "pt-inline pt-inline-block" if field.block else "pt-inline"
    return format_html('<div class="{}" id="{}" data-inline>{}</div>', css, field.key, content)


def display_html(field: InlineField) -> SafeString:
    """The value, with the pencil that opens its form."""
    value = format_html('<span class="pt-inline-value">{}</span>', field.display)
    if field.reason:
        return _place(field, value)
    pencil = format_html(
        '<button type="button" class="pt-inline-edit" hx-get="{}?edit=1" hx-target="#{}" '
        'hx-swap="outerHTML" '
        'aria-label="{}">{}</button>',
        field.url,
        field.key,
        _("Edit: %(label)s") % {"label": field.label},
        icon("pencil", "s"),
    )
    return _place(field, format_html("{}{}", value, pencil))


def form_html(field: InlineField, form: forms.Form) -> SafeString:
    """The form of a value in place: Enter saves (Ctrl + Enter in a text), Esc gives up."""
    target = [("hx_target", f"#{field.key}"), ("hx_swap", "outerHTML")]
    attrs = [(name.replace("_", "-"), value) for name, value in target]
    save = button(_("Save"), submit=True, kind="primary", small=True)
    cancel = button(
        _("Cancel"), small=True, attrs=[("hx-get", field.url), *attrs, ("data-cancel", "1")]
    )
    content = format_html(
        '<form class="pt-inline-form" method="post" action="{}" hx-post="{}" hx-target="#{}" '
        'hx-swap="outerHTML" hx-disabled-elt="find button[type=submit]" '
        'hx-disinherit="hx-disabled-elt">'
        '{}{}<span class="pt-line">{}{}</span></form>',
        field.url,
        field.url,
        field.key,
        form["revision"],
        form_field(form["value"], unit=field.unit, autofocus=True, label=False),
        save,
        cancel,
    )
    return _place(field, content)


def conflict_html(
    field: InlineField, posted: list[str], *, who: str = "", when: str = ""
) -> SafeString:
    """Both values, and the two ways out. ``field`` holds what is there now."""
    target = [("hx-target", f"#{field.key}"), ("hx-swap", "outerHTML")]
    keep = button(_("Keep theirs"), small=True, attrs=[("hx-get", field.url), *target])
    kept = format_html_join(
        "", '<input type="hidden" name="value" value="{}">', ((value,) for value in posted)
    )
    put = format_html(
        '<form method="post" action="{}" hx-post="{}" hx-target="#{}" hx-swap="outerHTML">'
        '<input type="hidden" name="revision" value="{}">{}{}</form>',
        field.url,
        field.url,
        field.key,
        field.revision,
        kept,
        button(_("Put mine"), submit=True, small=True, kind="primary"),
    )
    box = render_to_string(
        "portulan/components/conflict.html",
        {
            "who": who,
            "when": when,
            "mine": ", ".join(posted),
            "theirs": field.display,
            "buttons": format_html('<div class="pt-line">{}{}</div>', keep, put),
        },
    )
    return _place(field, SafeString(box))


def answer(
    request: HttpRequest,
    load: Callable[[], InlineField],
    save: Callable[[Any, int], str | None],
    *,
    changed_by: Callable[[], tuple[str, str]] | None = None,
) -> HttpResponse:
    """The whole view of one value in place.

    Args:
        load: the value as it is now, rights checked (raises ``NotFoundForActor``).
        save: ``(clean value, revision read)``; returns the address that undoes it, or ``None``.
            Raises ``Conflict`` (shown as both values), ``Invalid`` (shown on the field),
            ``Refused``.
        changed_by: who changed it last and when, in words, asked only after a conflict.
    """
    field = load()
    if request.method != "POST":
        if request.GET.get("edit") and not field.reason:
            return HttpResponse(form_html(field, field.form()))
        return HttpResponse(display_html(field))
    form = field.form(request.POST)
    if not form.is_valid():
        return HttpResponse(form_html(field, form), status=422)
    try:
        undo = save(form.cleaned_data["value"], form.cleaned_data["revision"])
    except Conflict:
        who, when = changed_by() if changed_by else ("", "")
        fresh = conflict_html(load(), request.POST.getlist("value"), who=who, when=when)
        return HttpResponse(fresh, status=409)
    except Invalid as error:
        for refusal in error.errors.values():
            form.add_error("value", sentence(refusal))
        return HttpResponse(form_html(field, form), status=422)
    response = HttpResponse(display_html(load()))
    return toast(response, _("%(label)s: saved.") % {"label": field.label}, undo=undo or "")
