"""The page of an indicator: its history with the table, its target, its freshness."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portulan.base.policy import Refusal
from portulan.evidence import actions
from portulan.evidence.access import indicator_at
from portulan.evidence.activities import INDICATOR_EDIT
from portulan.evidence.queries import Point, measures, reached, stale
from portulan.organisation.queries import people_choices
from portulan.readmodels.reader import Reader
from portulan.readmodels.sheets.parts import Gauge
from portulan.web.answers import reason
from portulan.web.charts import Chart, Column, token
from portulan.web.sheets import fields, tags, words
from portulan.web.sheets.answering import findings_on, optional
from portulan.web.viewer import actor
from portulan.wording import formats

EDITABLE = fields.table(
    fields.line("name", gettext_lazy("Name"), required=True),
    fields.choice("family", gettext_lazy("Family"), words.FAMILIES),
    fields.line("unit", gettext_lazy("Unit"), length=40),
    fields.choice("direction", gettext_lazy("Which way is better"), words.DIRECTIONS),
    fields.decimal("target", gettext_lazy("Target")),
    fields.line("source", gettext_lazy("Source"), length=200),
    fields.whole(
        "freshness_days", gettext_lazy("Out of date after, in days"), low=1, high=3660,
        required=False,
    ),
    fields.key("owner", pgettext_lazy("column", "Vouched for by"), people_choices),
)


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet of an indicator."""
    who = actor(request)
    record, at = indicator_at(who, code)
    reader = Reader(who)
    refusal = at.refusal(INDICATOR_EDIT)
    points = measures(record)
    value = points[-1].value if points else None
    on = points[-1].on if points else None
    gauge = Gauge(
        record.code, record.name, record.family, record.unit, record.direction, record.target,
        value, on, record.source, "", reached(value, record.target, record.direction),
        stale(on, record.freshness_days, reader.day), points,
    )
    places = fields.places("indicator", record, EDITABLE, refusal, sees_money=True)
    context = {
        "record": record, "gauge": gauge, "places": places,
        "identity": [places[name] for name in EDITABLE if name != "name"],
        "chart": _chart(record.name, record.unit, record.target, points),
        "family": words.word(words.FAMILIES, record.family), "may_edit": refusal is None,
        "edit_reason": reason(refusal),
        "crumbs": [(_("Indicators"), optional("indicators:home"))],
        "findings": findings_on(reader, str(record.uid)),
    }
    return render(request, "sheets/indicator.html", context)


def _chart(
    name: str, unit: str, target: float | None, points: tuple[Point, ...]
) -> Chart | None:
    """The measures over time against the target."""
    if len(points) < 2:
        return None
    x = {"field": "day", "type": "temporal", "axis": {"title": None, "tickCount": 8}}
    y = {"field": "value", "type": "quantitative", "scale": {"zero": False},
         "axis": {"title": unit or None, "tickCount": 5}}
    values = [{"day": p.on.isoformat(), "value": p.value} for p in points]
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": values},
            "mark": {"type": "line", "point": {"size": 34}, "color": token("teal-fill")},
            "encoding": {"x": x, "y": y},
        }
    ]
    if target is not None:
        layers.append(
            {
                "data": {"values": [{"value": target}]},
                "mark": {"type": "rule", "strokeDash": [5, 4], "color": token("text-2")},
                "encoding": {"y": y},
            }
        )
    said = _("last value %(value)s") % {"value": str(tags.amount(points[-1].value, unit))}
    if target is not None:
        said += ", " + _("target %(target)s, dashed") % {"target": str(tags.amount(target, unit))}
    return Chart(
        name, said, {"layer": layers},
        [Column(_("Day")), Column(_("Value"), formats.number)],
        [(formats.day(p.on), p.value) for p in reversed(points)],
        height=240, key="indicator", heading=False,
    )


@require_http_methods(["GET", "POST"])
def field(request: HttpRequest, code: str, column: str) -> HttpResponse:
    """One thing of an indicator, edited in place."""
    who = actor(request)

    def load() -> tuple[Any, Refusal | None, bool]:
        record, at = indicator_at(who, code)
        return record, at.refusal(INDICATOR_EDIT), True

    def save(name: str, value: Any, revision: int) -> UUID | None:
        return actions.edit_indicator(who, code, name, value, revision)

    return fields.answer(request, "indicator", EDITABLE, column, load, save, "evidence")
