"""Small pieces of the sheets: words of codes, amounts with their unit, changes in one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import dates
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portulan.evidence.queries import Point
from portulan.readmodels.load import LoadCell
from portulan.readmodels.sheets.history import Changed
from portulan.readmodels.sheets.parts import Gauge
from portulan.readmodels.sheets.product import Purse
from portulan.web.objects import address
from portulan.web.sheets import words
from portulan.web.ui import controls, drawings, marks
from portulan.wording import formats, vocabulary

#: Columns of the history by how their values are written.
_MONEY = frozenset({"stop_cost", "costs_capex", "costs_opex", "budget", "amount"})
_MONTHS = frozenset({"start", "earliest", "latest"})
_DAYS = frozenset({"starts", "ends", "baseline_starts", "baseline_ends", "estimate_on"})
_TABLES: dict[str, Mapping[str, Any]] = {
    "stage": vocabulary.STAGES,
    "kind": words.PRODUCT_KINDS,
    "state": {**words.PROJECT_STATES, **words.INITIATIVE_STATES},
    "status": words.STATUSES,
    "role": vocabulary.ROLES,
}


def object_url(kind: str, code: str) -> str:
    """The page of an object."""
    return address(kind, code)


def _said(table: Mapping[str, Any], code: str) -> str:
    found = table.get(code, code)
    return str(found[-1] if isinstance(found, tuple) else found)


def word(table: Mapping[str, Any], code: str) -> str:
    """The word of a code."""
    return _said(table, code)


def word_state(table: Mapping[str, tuple[str, str, Any]], code: str) -> SafeString:
    """A state with its tone, icon and word."""
    tone, symbol, text = table.get(code, ("neutral", "", code))
    return marks.state(str(text), tone, symbol)


def share(value: int | None) -> str:
    """A share in hundredths of a percent: 6000 → "60 %"."""
    return formats.NOTHING if value is None else formats.percent(value / 10_000)


def points(value: int | None) -> str:
    """Hundredths of a point: 1250 → "12,5"."""
    return formats.NOTHING if value is None else formats.number(value / 100, 1)


def amount(value: float | None, unit: str = "") -> SafeString | str:
    """A value of an indicator with its unit."""
    if value is None:
        return formats.NOTHING
    size = abs(value)
    text = formats.number(value, 0 if size >= 1000 else None)
    return format_html("{}\u00a0{}", text, unit) if unit else text


def clip_url(url: str) -> str:
    """An address without its scheme, not too long."""
    plain = url.partition("://")[2] or url
    plain = plain.rstrip("/")
    return plain if len(plain) <= 60 else plain[:59] + "…"


def trend(points: Sequence[Point]) -> SafeString:
    """The last values as a line."""
    if len(points) < 2:
        return SafeString("")
    label = _("%(count)s values, from %(first)s to %(last)s") % {
        "count": len(points), "first": formats.number(points[0].value),
        "last": formats.number(points[-1].value),
    }
    return drawings.sparkline([p.value for p in points], label)


def gauge_state(gauge: Gauge) -> SafeString:
    """Where an indicator stands: measured or not, fresh or not, target reached or not."""
    if gauge.value is None:
        return marks.state(_("never measured"), "neutral")
    if gauge.stale:
        return marks.state(_("out of date"), "warn", "clock")
    if gauge.reached is None:
        return marks.state(_("no target"), "neutral")
    if gauge.reached:
        return marks.state(pgettext("target", "reached"), "good")
    if gauge.direction == "down":
        return marks.state(_("above the target"), "bad")
    return marks.state(_("below the target"), "warn")


def rank_of(ranks: Mapping[str, Any], uid: str) -> str:
    """The plausible ranks of an initiative: "3–5"."""
    found = ranks.get(uid)
    if found is None:
        return formats.NOTHING
    return str(found.low) if found.low == found.high else f"{found.low}–{found.high}"


def remove_button(url: str, label: str, name: str) -> SafeString:
    """A small cross that takes something away, at once: it can be undone."""
    spoken = f"{label}: {name}"
    return format_html(
        '<span class="sh-remove"><button type="button" hx-post="{}" aria-label="{}" title="{}">{}'
        "</button></span>",
        url, spoken, label, marks.icon("x", "s"),
    )


def _value(column: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return formats.NOTHING
    if column in _TABLES and isinstance(value, str):
        return _said(_TABLES[column], value)
    if column in _MONEY and isinstance(value, int):
        return formats.money(value)
    if column == "efforts" and isinstance(value, int):
        return formats.effort(value)
    if column in _MONTHS and isinstance(value, int):
        return formats.month(value)
    if column in _DAYS and isinstance(value, str):
        return formats.day(date.fromisoformat(value[:10]))
    if column == "share" and isinstance(value, int):
        return share(value)
    if isinstance(value, bool):
        return pgettext("answer", "Yes") if value else pgettext("answer", "No")
    if isinstance(value, (int, float)):
        return formats.number(value)
    text = " ".join(str(value).split())
    return text if len(text) <= 160 else text[:159] + "…"


_CODES = (
    vocabulary.ROLES, vocabulary.STAGES, words.BENEFITS, words.PARTS, words.PRODUCT_KINDS,
)


def _parts(text: str) -> str:
    """The telling values of an added row, in words."""
    said = []
    for piece in text.split(" · "):
        for table in _CODES:
            if piece in table:
                piece = _said(table, piece)
        if len(piece) == 10 and piece[4:5] == "-" and piece[:4].isdecimal():
            piece = formats.day(date.fromisoformat(piece))
        said.append(piece)
    return " · ".join(said)


def history_line(change: Changed) -> SafeString:
    """One change in one line: what, from what, to what."""
    if change.operation != "update":
        thing = _said(words.THINGS, change.model)
        text = _parts(str(change.new if change.operation == "create" else change.old or ""))
        pattern = _("added") if change.operation == "create" else _("taken away")
        return format_html("<b>{}</b> {} {}", thing, pattern, text)
    label = words.COLUMNS.get(change.column) or vocabulary.word(words.MISSING, change.column)
    return format_html(
        "<b>{}</b> {}", label,
        marks.change(_value(change.column, change.old), _value(change.column, change.new)),
    )


def promised(promise: Any) -> SafeString | str:
    """What was promised, in its unit or as a day."""
    if promise.kind == "date":
        return formats.day_short(promise.promised_on)
    return _promise_amount(promise, promise.promised)


def realised(kept: Any) -> SafeString | str:
    """What came, in the promise's unit or as a day."""
    if kept.promise.kind == "date":
        return formats.day_short(kept.fact.realised_on)
    return _promise_amount(kept.promise, kept.fact.realised)


def _promise_amount(promise: Any, value: float | None) -> SafeString | str:
    if value is None:
        return formats.NOTHING
    if promise.kind in ("cost", "benefit"):
        return formats.money(round(value))
    return amount(value, promise.unit)


def purse_landing(purse: Purse) -> SafeString:
    """The landing of a product's year, with where it comes from."""
    a = purse.amounts
    ahead = a.landing - a.actual
    closed = purse.closed_before
    return controls.explained(
        formats.money(a.landing),
        controls.Explanation(
            _("Landing of %(year)s") % {"year": purse.year},
            formats.money(a.landing),
            (
                (_("Spent in the closed months"), formats.money(a.actual), _("accounting")),
                (_("Planned from then on"), formats.money(ahead), _("plan")),
            ),
            source=_("Same count as on the budget page"),
            as_of=date(closed // 12, closed % 12 + 1, 1) if closed is not None else None,
        ),
        right=True,
    )


def purse_bar(purse: Purse) -> SafeString:
    """The landing against the plan."""
    a = purse.amounts
    if not (a.planned or a.landing):
        return SafeString("")
    return drawings.landing_bar(a.landing, a.planned, max(a.landing, a.planned) * 1.05)


def months_word(count: int) -> str:
    """A number of months in words."""
    return ngettext("%(count)s month", "%(count)s months", count) % {
        "count": formats.number(count)
    }


def skeleton() -> SafeString:
    """The place of what is being loaded."""
    lines = mark_safe("<i></i>" * 3)  # noqa: S308 - a constant
    return format_html('<div class="pt-skeleton pt-section" aria-hidden="true">{}</div>', lines)


def indent(depth: int) -> SafeString:
    """The step of a row in a tree."""
    return mark_safe('<span class="sh-indent"></span>' * max(0, min(int(depth), 8)))  # noqa: S308 - a constant, repeated


def load_cell(cell: LoadCell) -> SafeString:
    """A team's quarter: how much of its capacity is asked for."""
    if cell.ratio is None and not cell.demand:
        return format_html('<span class="pt-dim">{}</span>', formats.NOTHING)
    capacity = formats.NOTHING if cell.capacity is None else formats.effort_number(cell.capacity)
    detail = f"{formats.effort_number(cell.demand)} / {capacity}"
    if cell.ratio is None:
        return drawings.heat(None, detail, text=formats.NOTHING, level=4 if cell.demand else 0)
    return drawings.heat(cell.ratio, detail)


def month_name(number: int) -> str:
    """The name of a month, 1 to 12."""
    return str(dates.MONTHS.get(number, formats.NOTHING))
