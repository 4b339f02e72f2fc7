"""``{% load portulan %}``: the pieces of the pages and the reader's numbers.

The list with usage lines is in ``docs/contributing/pages.md``; the gallery page shows each one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portulan.web.charts import Chart, charts_html
from portulan.web.inline import InlineField, display_html
from portulan.web.paging import Page, Sort
from portulan.web.plugs import Link
from portulan.web.ui import controls, drawings, marks
from portulan.wording import formats, vocabulary

register = template.Library()

_FILTERS: dict[str, Callable[..., Any]] = {
    "number": formats.number,
    "signed": formats.signed,
    "percent": formats.percent,
    "percent_signed": formats.percent_signed,
    "money": formats.money,
    "money_signed": formats.money_signed,
    "money_exact": formats.money_exact,
    "thousands": formats.thousands,
    "thousands_signed": formats.thousands_signed,
    "effort": formats.effort,
    "effort_number": formats.effort_number,
    "day": formats.day,
    "day_short": formats.day_short,
    "day_long": formats.day_long,
    "weekday": formats.weekday,
    "clock": formats.clock,
    "moment": formats.moment,
    "ago": formats.ago,
    "month": formats.month,
    "month_short": formats.month_short,
    "quarter": formats.quarter,
    "quarter_short": formats.quarter_short,
    "role_name": vocabulary.role,
}
for _name, _function in _FILTERS.items():
    register.filter(_name, _function)

_TAGS: dict[str, Callable[..., Any]] = {
    "icon": marks.icon,
    "stage": marks.stage,
    "severity": marks.severity,
    "severities": marks.severities,
    "verdict": marks.verdict,
    "state": marks.state,
    "family": marks.family,
    "avatar": marks.avatar,
    "person": marks.person,
    "tag": marks.tag,
    "change": marks.change,
    "big_change": marks.big_change,
    "difference": marks.difference,
    "progress": drawings.progress,
    "share_bar": drawings.share_bar,
    "landing_bar": drawings.landing_bar,
    "budget_bar": drawings.budget_bar,
    "rank_range": drawings.rank_range,
    "sparkline": drawings.sparkline,
    "heat": drawings.heat,
    "squares": drawings.squares,
    "segments": controls.segments,
    "tabs": controls.tabs,
    "chip": controls.chip,
    "explained": controls.explained,
    "empty": controls.empty,
    "header": controls.header,
    "period": formats.period,
    "thousands_unit": formats.thousands_unit,
}
for _name, _tag in _TAGS.items():
    register.simple_tag(_tag, name=_name)


@register.simple_tag
def button(label: str, **options: Any) -> SafeString:
    """``{% button "Export" url=… symbol="download" kind="primary" reason=… hx_post=…
    data_confirm=… %}``.

    An option that starts with ``hx_``, ``data_`` or ``aria_`` becomes the attribute of that name.
    """
    attrs = [
        (key.replace("_", "-"), options.pop(key))
        for key in list(options)
        if key.startswith(("hx_", "data_", "aria_")) or key in ("form", "id", "download")
    ]
    return controls.button(label, attrs=attrs, **options)


@register.simple_tag
def sort_header(sort: Sort, key: str, label: str, numeric: bool = False) -> SafeString:
    """A column header that sorts: ``{% sort_header sort "name" "Name" %}``."""
    return controls.sort_header(sort, key, label, numeric)


@register.simple_tag
def field(
    bound: BoundField, hint: str = "", unit: str = "", autofocus: bool = False, label: bool = True
) -> SafeString:
    """A field with its label, hint and errors: ``{% field form.name %}``."""
    return controls.form_field(bound, hint=hint, unit=unit, autofocus=autofocus, label=label)


@register.inclusion_tag("portulan/components/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """What is wrong with the form as a whole."""
    return {"errors": form.non_field_errors(), "count": len(form.errors)}


@register.inclusion_tag("portulan/components/pager.html")
def pager(page: Page[Any]) -> dict[str, Any]:
    """Where one stands in a list, and the ways on."""
    return {
        "page": page,
        "before": page.url(page.number - 1) if page.number > 1 else "",
        "after": page.url(page.number + 1) if page.number < page.pages else "",
    }


@register.simple_tag
def chart(chart: Chart) -> SafeString:
    """A chart with its table of the same numbers."""
    return charts_html(chart)


@register.simple_tag
def inline_edit(field: InlineField) -> SafeString:
    """A value that is edited where it stands."""
    return display_html(field)


@register.simple_tag
def link(label: str, url: str, current: bool = False, icon: str = "", detail: str = "") -> Link:
    """A link to put in a list of choices: ``{% link "Table" url current=True as first %}``."""
    return Link(label, url, icon, detail, current)


@register.simple_tag
def crumb(label: str, url: str = "") -> SafeString:
    """A step of the breadcrumb; the last one, without address, is the page itself."""
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, label)
    return format_html('<li><span aria-current="page">{}</span></li>', label)


@register.simple_tag
def links(*items: Link) -> list[Link]:
    """A list of links: ``{% links first second as items %}``."""
    return list(items)


@register.simple_block_tag
def panel(
    content: str,
    title: str = "",
    note: str = "",
    more: str = "",
    more_url: str = "",
    id: str = "",
    css: str = "",
    level: int = 2,
) -> SafeString:
    """A surface: ``{% panel title="…" note="…" more="All" more_url=… %}…{% endpanel %}``."""
    tail = (
        format_html(
            '<span class="pt-panel-more"><a class="pt-link" href="{}">{}</a></span>', more_url, more
        )
        if more
        else ""
    )
    under = format_html('<span class="pt-dim pt-small">{}</span>', note) if note else ""
    top = (
        format_html("<header><h{0}>{1}</h{0}>{2}{3}</header>", int(level), title, under, tail)
        if title
        else ""
    )
    name = format_html(' id="{}"', id) if id else ""
    spoken = format_html(' aria-label="{}"', title) if title else ""
    return format_html(
        '<section class="pt-panel {}"{}{}>{}{}</section>', css, name, spoken, top, content
    )


@register.simple_block_tag
def notice(content: str, tone: str = "", symbol: str = "") -> SafeString:
    """A framed message: tone good, warn, bad, info or nothing."""
    symbols = {
        "good": "circle-check",
        "warn": "alert-triangle",
        "bad": "alert-circle",
        "info": "info-circle",
    }
    css = f"pt-notice pt-notice-{tone}" if tone in symbols else "pt-notice"
    return format_html(
        '<div class="{}">{}<div>{}</div></div>',
        css,
        marks.icon(symbol or symbols.get(tone, "info-circle")),
        content,
    )


@register.simple_block_tag
def menu(
    content: str, label: str = "", symbol: str = "", kind: str = "button", start: bool = False
) -> SafeString:
    """A menu that opens under its button; links and buttons inside. ``kind`` button, icon or
    chip.
    """
    css = {"icon": "pt-iconbutton", "chip": "pt-chip"}.get(kind, "pt-button")
    face = (
        format_html('{}<span class="pt-hidden">{}</span>', marks.icon(symbol or "dots"), label)
        if kind == "icon"
        else format_html(
            "{}{}{}", marks.icon(symbol) if symbol else "", label, marks.icon("chevron-down", "s")
        )
    )
    return format_html(
        '<details class="pt-menu{}" data-menu><summary class="{}">{}</summary><div '
        'class="pt-menu-items">{}</div></details>',
        " pt-menu-start" if start else "",
        css,
        face,
        content,
    )


@register.simple_block_tag
def dialog(content: str, id: str = "", title: str = "", wide: bool = False) -> SafeString:
    """A dialog; a button with ``dialog="<id>"`` opens it, Esc and its cross close it."""
    css = "pt-dialog pt-dialog-wide" if wide else "pt-dialog"
    cross = format_html(
        '<button type="button" class="pt-iconbutton" data-close>{}</button>',
        marks.icon("x", label=_("Close")),
    )
    return format_html(
        '<dialog class="{}" id="{}" aria-labelledby="{}-title"><header><h2 '
        'id="{}-title">{}</h2>{}</header>{}</dialog>',
        css,
        id,
        id,
        id,
        title,
        cross,
        content,
    )
