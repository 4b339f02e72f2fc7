"""``{% load portfolio %}``: the cells of the portfolio's tables, written in Python to stay fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portulan.coherence.words import topic
from portulan.readmodels.initiatives import InitiativeRow
from portulan.readmodels.money import BudgetRow
from portulan.readmodels.portfolio import ProductRow
from portulan.readmodels.tables import Group, Sums
from portulan.web.objects import address
from portulan.web.paging import Sort
from portulan.web.portfolio import words
from portulan.web.portfolio.asked import optional
from portulan.web.ui import controls, drawings, marks
from portulan.wording import formats, vocabulary

register = template.Library()
FIGURES = frozenset({"committed", "planned", "landing", "drift", "cost", "effort"})
#: Column → key of the order, when rows may be sorted by it.
SORTED = {
    "stage": "stage",
    "owner": "owner",
    "entity": "entity",
    "planned": "planned",
    "landing": "landing",
    "drift": "drift",
    "value": "score",
    "findings": "findings",
    "state": "state",
    "quarters": "start",
    "cost": "cost",
    "effort": "effort",
}


@register.simple_tag
def object_url(kind: str, code: str) -> str:
    """The address of an object's page."""
    return address(kind, code)


@register.simple_tag
def decision_url(code: str) -> str:
    """Where a dossier about a product begins, "" when this instance has no committees."""
    return optional("governance:from_product", code)


@register.simple_tag
def column_header(sort: Sort, name: str) -> SafeString:
    """A column's header, sortable when rows can be."""
    label, numeric = str(words.COLUMNS[name]), name in FIGURES
    key = SORTED.get(name, "")
    if key in sort.allowed:
        return controls.sort_header(sort, key, label, numeric)
    return controls.header(label, numeric)


def _drift(value: int | None, of: int | None = None) -> SafeString:
    """A variance; it is coloured from 2 % of what it is a variance of."""
    small = not value or round(value / 100_000) == 0 or abs(value) < 0.02 * (of or 0)
    return marks.difference(formats.thousands_signed(value), None if small else (value or 0) > 0)


def _figure(content: object) -> SafeString:
    return format_html('<td class="pt-n">{}</td>', content)


def _money(row: ProductRow | InitiativeRow, name: str) -> SafeString:
    if row.money is None:
        return format_html('<td class="pt-n pt-dim" title="{}">–</td>', _("not yours to see"))
    value = getattr(row.money, name)
    if name == "drift":
        return _figure(_drift(value, row.money.planned))
    return _figure(formats.thousands(value))


def _value(row: ProductRow | InitiativeRow, of: int) -> SafeString:
    if row.score is None:
        return format_html('<td class="pt-dim">{}</td>', formats.NOTHING)
    score = row.score
    ranks = ""
    if score.low is not None and score.high is not None:
        text = str(score.low) if score.low == score.high else f"{score.low}–{score.high}"
        ranks = format_html(
            '{}<span class="pt-num pt-muted">{}</span>',
            drawings.rank_range(score.low, score.high, score.of or of),
            text,
        )
    return format_html(
        '<td><span class="pt-rankcell"><b class="pt-num">{}</b>{}</span></td>',
        formats.number(score.value, 0),
        ranks,
    )


def _findings(row: ProductRow | InitiativeRow) -> SafeString:
    return format_html("<td>{}</td>", marks.severities(row.findings.counts if row.findings else {}))


def _brief(name: str | None) -> str:
    """A name as narrow columns write it: "C. Le Goff", "J.-P. Morel"."""
    first, _space, last = (name or "").partition(" ")
    if not last:
        return first
    return "-".join(f"{part[0]}." for part in first.split("-") if part) + f" {last}"


def _health(row: ProductRow) -> SafeString:
    worst = row.findings.worst if row.findings else ""
    if worst == "blocking" and row.findings:
        said = marks.state(topic(row.findings.topic), "bad")
        return format_html('<td class="pf-health">{}</td>', said)
    if worst == "major" and row.findings:
        said = marks.state(topic(row.findings.topic), "warn")
        return format_html('<td class="pf-health">{}</td>', said)
    return format_html('<td class="pf-health">{}</td>', marks.state(_("Stable"), "good"))


def _next(row: ProductRow) -> SafeString:
    if row.next is None:
        return format_html('<td class="pt-dim">{}</td>', formats.NOTHING)
    return format_html(
        '<td><span class="pf-next" title="{0}">{0}</span><small>{1}</small></td>',
        row.next.title,
        formats.day_short(row.next.on),
    )


def _text(value: str) -> SafeString:
    return format_html('<td class="pf-wide">{}</td>', value or formats.NOTHING)


@register.simple_tag
def product_cell(row: ProductRow, name: str, scale: int, ranked: int) -> SafeString:
    """One cell of a product."""
    if name in ("committed", "planned", "landing", "drift"):
        return _money(row, name)
    if name == "bar":
        bar = (
            ""
            if row.money is None
            else drawings.landing_bar(row.money.landing, row.money.planned, scale)
        )
        return format_html("<td>{}</td>", bar)
    if name == "value":
        return _value(row, ranked)
    cells: dict[str, Callable[[], SafeString]] = {
        "stage": lambda: format_html("<td>{}</td>", marks.stage(row.stage)),
        "owner": lambda: format_html(
            '<td title="{}">{}</td>',
            row.owner or "",
            marks.person(row.owner, brief=_brief(row.owner)),
        ),
        "findings": lambda: _findings(row),
        "health": lambda: _health(row),
        "next": lambda: _next(row),
        "kind": lambda: _text(vocabulary.word(words.KINDS, row.kind)),
    }
    return cells[name]() if name in cells else _text(getattr(row, name))


@register.simple_tag
def initiative_state(code: str) -> SafeString:
    """The state of an initiative: icon and word."""
    tone, symbol = words.STATE_MARKS.get(code, ("neutral", "circle-dashed"))
    return marks.state(vocabulary.word(words.STATES, code), tone, symbol)


@register.simple_tag
def initiative_cell(row: InitiativeRow, name: str, ranked: int) -> SafeString:
    """One cell of an initiative."""
    if name in ("committed", "planned", "landing", "drift"):
        return _money(row, name)
    if name == "cost":
        return _figure(formats.thousands(row.cost))
    if name == "effort":
        return _figure(formats.effort_number(row.effort) if row.effort else formats.NOTHING)
    if name == "value":
        return _value(row, ranked)
    if name == "products":
        links = format_html_join(
            ", ",
            '<a href="{}">{}</a>',
            ((address("product", code), label) for code, label in row.products[:3]),
        )
        more = f" +{len(row.products) - 3}" if len(row.products) > 3 else ""
        return format_html('<td class="pf-wide">{}{}</td>', links or formats.NOTHING, more)
    if name == "quarters":
        placed = row.start is not None
        return format_html(
            "<td>{}</td>",
            formats.period(row.start, row.end, row.first_month) if placed else _("not placed"),
        )
    if name == "state":
        return format_html("<td>{}</td>", initiative_state(row.state))
    if name == "stage":
        return format_html("<td>{}</td>", marks.stage(row.stage))
    if name == "owner":
        return format_html("<td>{}</td>", marks.person(row.owner))
    return _findings(row) if name == "findings" else _text(getattr(row, name))


@register.simple_tag
def sum_cells(columns: Sequence[str], before: int, sums: Sums, count: int) -> SafeString:
    """The cells of a row of sums, from the first column that has any."""
    cells: list[SafeString] = []
    for name in columns[before - 1 :]:
        if name in ("committed", "planned", "landing", "drift") and sums.hidden < count:
            value = getattr(sums, name)
            figure = formats.thousands(value)
            cells.append(_figure(_drift(value, sums.planned) if name == "drift" else figure))
        else:
            cells.append(SafeString('<td class="pt-n"></td>' if name in FIGURES else "<td></td>"))
    return SafeString("".join(cells))


@register.simple_tag
def envelope(envelopes: Mapping[str, BudgetRow], group: Group[Any]) -> SafeString:
    """The line's envelope beside its heading, and by how much the line goes beyond it."""
    row = envelopes.get(group.code)
    if row is None:
        return SafeString("")
    over = row.variance or 0
    tail = ""
    if round(over / 100_000):
        tail = format_html(" ({})", _drift(over, row.revised))
    return format_html(
        '<span class="pf-envelope pt-dim">{}{}</span>',
        _("envelope %(amount)s") % {"amount": formats.thousands(row.revised)},
        tail,
    )


@register.simple_tag
def month_before(month: int | None) -> str:
    """The last month of a period that ends before ``month``."""
    return formats.NOTHING if month is None else formats.month_short(month - 1)


@register.simple_tag
def variance(row: BudgetRow) -> SafeString:
    """The landing beyond the revised budget, coloured with its sign."""
    return _drift(row.variance, row.revised)
