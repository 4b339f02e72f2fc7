"""Buttons, choices, fields and surfaces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portulan.web.paging import Sort
from portulan.web.plugs import Link
from portulan.web.ui.marks import icon
from portulan.wording.formats import day

_KINDS = {
    "": "",
    "primary": " pt-button-primary",
    "danger": " pt-button-danger",
    "quiet": " pt-button-quiet",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a figure comes from: its parts (label, value, source), its source, day, and who
    vouches.
    """

    title: str
    value: str = ""
    lines: tuple[tuple[str, str, str], ...] = ()
    source: str = ""
    as_of: date | None = None
    vouched_by: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """A place that holds nothing yet, and the one next action."""

    title: str
    text: str = ""
    symbol: str = "circle-dashed"
    url: str = ""
    action: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def _attributes(pairs: Iterable[tuple[str, Any]]) -> SafeString:
    return format_html_join(
        "", ' {}="{}"', ((name, value) for name, value in pairs if value not in (None, "", False))
    )


def button(
    label: str,
    *,
    url: str = "",
    symbol: str = "",
    kind: str = "",
    small: bool = False,
    reason: str = "",
    submit: bool = False,
    dialog: str = "",
    name: str = "",
    value: str = "",
    attrs: Sequence[tuple[str, Any]] = (),
) -> SafeString:
    """A button, or a link that looks like one.

    With ``reason`` it cannot be pressed and says why, on hover, focus and to screen readers; a
    reason that is a matter of rights (``answers.Reason``) brings a link to the chain behind it.
    ``dialog`` opens the dialog of that id. ``attrs`` are further attributes (``hx-post``,
    ``data-…``).
    """
    css = "pt-button" + _KINDS.get(kind, "") + (" pt-button-s" if small else "")
    face = format_html("{}{}", icon(symbol) if symbol else "", label)
    if reason:
        key = f"why-{slugify(label)}-{abs(hash(reason)) % 10_000}"
        return format_html(
            '<span class="pt-reason"><button type="button" class="{}" aria-disabled="true" '
            'aria-describedby="{}">{}</button>'
            '<span class="pt-tooltip" role="tooltip" id="{}">{}</span>{}</span>',
            css,
            key,
            face,
            key,
            reason,
            _why(label, getattr(reason, "why", "")),
        )
    if url:
        return format_html('<a class="{}" href="{}"{}>{}</a>', css, url, _attributes(attrs), face)
    kind_of = "submit" if submit else "button"
    extra = _attributes([("data-dialog", dialog), ("name", name), ("value", value), *attrs])
    return format_html('<button type="{}" class="{}"{}>{}</button>', kind_of, css, extra, face)


def _why(label: str, url: str) -> SafeString:
    """The small question mark that leads to the chain behind a refused right."""
    if not url:
        return SafeString("")
    said = _("Why can I not do this: %(action)s?") % {"action": label}
    return format_html(
        '<a class="pt-why" href="{}" aria-label="{}" title="{}">?</a>', url, said, said
    )


def segments(items: Sequence[Link], label: str, small: bool = False) -> SafeString:
    """One choice among few, as links side by side."""
    css = "pt-segments pt-segments-s" if small else "pt-segments"
    inner = format_html_join(
        "",
        '<a href="{}"{}>{}{}</a>',
        (
            (
                i.url,
                SafeString(' aria-current="true"' if i.current else ""),
                icon(i.icon) if i.icon else "",
                str(i.label),
            )
            for i in items
        ),
    )
    return format_html('<div class="{}" role="group" aria-label="{}">{}</div>', css, label, inner)


def tabs(items: Sequence[Link], label: str) -> SafeString:
    """Faces of one object or set, as links; the current one is underlined. ``detail`` is a
    count.
    """
    inner = format_html_join(
        "",
        '<a href="{}"{}>{}{}{}</a>',
        (
            (
                i.url,
                SafeString(' aria-current="page"' if i.current else ""),
                icon(i.icon) if i.icon else "",
                str(i.label),
                format_html('<span class="pt-nav-count">{}</span>', i.detail) if i.detail else "",
            )
            for i in items
        ),
    )
    return format_html('<nav class="pt-tabs" aria-label="{}">{}</nav>', label, inner)


def chip(
    label: str, value: str = "", remove: str = "", url: str = "", symbol: str = "", on: bool = False
) -> SafeString:
    """A filter in force: ``remove`` is the address without it."""
    css = "pt-chip pt-chip-on" if on else "pt-chip"
    bold = format_html(" <b>{}</b>", value) if value else ""
    cross = (
        format_html(
            '<a href="{}" aria-label="{}">{}</a>',
            remove,
            _("Remove the filter %(name)s") % {"name": label},
            icon("x", "s"),
        )
        if remove
        else ""
    )
    face = format_html("{}<span>{}{}</span>", icon(symbol, "s") if symbol else "", label, bold)
    if url:
        return format_html('<a class="{}" href="{}">{}</a>', css, url, face)
    return format_html('<span class="{}">{}{}</span>', css, face, cross)


def sort_header(sort: Sort, key: str, label: str, numeric: bool = False) -> SafeString:
    """A column header that sorts, as a link."""
    state = sort.aria(key)
    symbol = {"ascending": "arrow-up", "descending": "arrow-down", "none": "arrows-sort"}[state]
    arrow = icon(symbol)
    if state == "none":
        arrow = SafeString(arrow.replace('class="pt-icon"', 'class="pt-icon pt-icon-unsorted"'))
        opening = format_html('<th scope="col"{}>', SafeString(' class="pt-n"' if numeric else ""))
    else:
        opening = format_html(
            '<th scope="col" aria-sort="{}"{}>',
            state,
            SafeString(' class="pt-n"' if numeric else ""),
        )
    return format_html(
        '{}<a class="pt-sort" href="{}">{}{}</a></th>', opening, sort.url(key), label, arrow
    )


def header(label: str, numeric: bool = False, hidden: bool = False) -> SafeString:
    """A column header that does not sort; without a label, the cell above the rows' own headers."""
    if not label:
        return SafeString("<td></td>")
    face = format_html('<span class="pt-hidden">{}</span>', label) if hidden else label
    return format_html(
        '<th scope="col"{}>{}</th>', SafeString(' class="pt-n"' if numeric else ""), face
    )


_TEXTS = (
    forms.TextInput,
    forms.Textarea,
    forms.Select,
    forms.DateInput,
    forms.EmailInput,
    forms.PasswordInput,
    forms.NumberInput,
    forms.URLInput,
    forms.FileInput,
)


def form_field(
    bound: BoundField,
    *,
    hint: str = "",
    unit: str = "",
    autofocus: bool = False,
    label: bool = True,
) -> SafeString:
    """A field of a form: label, input, hint, errors, tied together for screen readers."""
    widget = bound.field.widget
    attrs: dict[str, Any] = {}
    css = [widget.attrs.get("class", "")]
    boxed = isinstance(widget, _TEXTS) and not isinstance(
        widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)
    )
    if boxed:
        css.append("pt-input")
    if isinstance(widget, forms.NumberInput):
        css.append("pt-input-number")
    if isinstance(widget, forms.CheckboxInput):
        css.append("pt-checkbox")
    attrs["class"] = " ".join(part for part in css if part)
    if autofocus:
        attrs["autofocus"] = True
    text = hint or str(bound.help_text or "")
    described = []
    if text:
        described.append(f"{bound.auto_id}-hint")
    if bound.errors:
        attrs["aria-invalid"] = "true"
        described.append(f"{bound.auto_id}-error")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return render_to_string(
        "portulan/components/field.html",
        {
            "bound": bound,
            "control": bound.as_widget(attrs=attrs),
            "hint": text,
            "unit": unit,
            "checkbox": isinstance(widget, forms.CheckboxInput),
            "group": isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)),
            "required": bound.field.required,
            "show_label": label,
        },
    )


def explained(value: object, explanation: Explanation, right: bool = False) -> SafeString:
    """A figure that opens its explanation: parts, source, day, who vouches for it."""
    return render_to_string(
        "portulan/components/explained.html",
        {
            "value": value,
            "it": explanation,
            "as_of": day(explanation.as_of) if explanation.as_of else "",
            "right": right,
        },
    )


def empty(
    title: str,
    text: str = "",
    symbol: str = "circle-dashed",
    url: str = "",
    action: str = "",
    dialog: str = "",
) -> SafeString:
    """An empty place, said in one sentence, with the one next action."""
    face = ""
    if action:
        face = button(action, url=url, dialog=dialog, symbol="plus", kind="primary")
    return format_html(
        '<div class="pt-empty">{}<b>{}</b>{}{}</div>',
        icon(symbol),
        title,
        format_html("<p>{}</p>", text) if text else "",
        face,
    )
