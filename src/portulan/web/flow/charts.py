"""The charts of a flow: cycle time, throughput, work in progress, cumulative flow, ageing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portulan.readmodels.flow import FlowView, ItemRow, Week
from portulan.web.charts import Chart, Column, token
from portulan.web.flow import words
from portulan.wording import formats
from portulan_core.flow import Spread

HEIGHT = 230
_WEEK = "timeFormat(toDate(datum.value), '%d/%m/%y')"
Spec = dict[str, Any]


def _days(value: float | None) -> str:
    return formats.number(value, 1)


def _count(value: float | None) -> str:
    return formats.number(value, 0)


def _limits(spread: Spread) -> list[tuple[str, float]]:
    """Percentiles as lines, without one above another."""
    known = (("50 %", spread.p50), ("85 %", spread.p85), ("95 %", spread.p95))
    return [(name, value) for name, value in known if value is not None]


def _rules(spread: Spread) -> list[Spec]:
    """Lines of the percentiles; their words stand apart along the width, for lines may be close."""
    places = (("left", 4, 0), ("center", 0, "half"), ("right", -4, "width"))
    layers: list[Spec] = []
    for (name, value), (align, shift, at) in zip(_limits(spread), places, strict=False):
        text = f"{name}\N{NO-BREAK SPACE}: {_days(value)}" if formats.french() else (
            f"{name}: {_days(value)}"
        )
        values = [{"at": value, "text": text}]
        y = {"field": "at", "type": "quantitative"}
        x: Spec = {"value": {"expr": "width / 2"}} if at == "half" else {"value": at}
        layers += [
            {
                "data": {"values": values},
                "mark": {"type": "rule", "strokeDash": [4, 4], "color": token("text-2")},
                "encoding": {"y": y},
            },
            {
                "data": {"values": values},
                "mark": {"type": "text", "align": align, "dx": shift, "dy": -7,
                         "fontWeight": 600},
                "encoding": {"y": y, "x": x, "text": {"field": "text"}},
            },
        ]
    return layers


def spread_sentence(spread: Spread) -> str:
    """What a distribution says, in one sentence."""
    if spread.p50 is None:
        return _("No item has both dates.")
    return _("Half of the %(count)s items in at most %(p50)s working days, 85 %% in at most "
             "%(p85)s.") % {
        "count": _count(spread.count), "p50": _days(spread.p50), "p85": _days(spread.p85),
    }


def scatter(view: FlowView, rows: Mapping[int, ItemRow]) -> Chart:
    """Each finished item at its day and its time, with the percentiles."""
    label = _("Lead time") if view.by_lead else _("Cycle time")
    values = [
        {"day": p.on.isoformat(), "days": round(p.days, 2), "item": words.title(rows.get(p.id))}
        for p in view.points
    ]
    spec = {
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "point", "filled": True, "size": 36, "opacity": 0.65,
                         "color": token("teal-fill"), "tooltip": True},
                "encoding": {
                    "x": {"field": "day", "type": "temporal",
                          "axis": {"title": None, "tickCount": 6}},
                    "y": {"field": "days", "type": "quantitative",
                          "axis": {"title": _("working days"), "tickCount": 5}},
                    "tooltip": [{"field": "item", "title": _("Item")},
                                {"field": "days", "title": _("days")}],
                },
            },
            *_rules(view.spread),
        ]
    }
    said = spread_sentence(view.spread)
    if view.hidden_points:
        said += " " + _(
            "The %(shown)s latest are drawn; the percentiles count the %(more)s others too."
        ) % {"shown": _count(len(view.points)), "more": _count(view.hidden_points)}
    return Chart(
        label, said, spec,
        (Column(_("Item")), Column(_("Finished on")), Column(_("Working days"), _days)),
        [(words.title(rows.get(p.id)), formats.day(p.on), p.days) for p in
         reversed(view.points)],
        HEIGHT, key="flow-cycle",
    )


def _x(weeks: Sequence[Week]) -> Spec:
    return {"field": "week", "type": "temporal",
            "axis": {"title": None, "tickCount": min(8, len(weeks))}}


def throughput(view: FlowView) -> Chart:
    """Finished items of each week, with their mean."""
    weeks = view.series
    values = [
        {"week": w.monday.isoformat(), "value": w.finished, "whole": w.complete} for w in weeks
    ]
    layers: list[Spec] = [
        {
            "data": {"values": values},
            "mark": {"type": "bar", "width": {"band": 0.8}},
            "encoding": {
                "x": {"field": "week", "type": "ordinal",
                      "axis": {"title": None, "labelExpr": _WEEK, "labelOverlap": "greedy"}},
                "y": {"field": "value", "type": "quantitative",
                      "axis": {"title": _("items finished"), "tickCount": 4}},
                "color": {"condition": {"test": "!datum.whole", "value": token("grey-fill")},
                          "value": token("teal-fill")},
            },
        }
    ]
    if view.throughput is not None:
        layers.append(
            {
                "data": {"values": [{"mean": view.throughput}]},
                "mark": {"type": "rule", "strokeDash": [4, 4], "color": token("text-2")},
                "encoding": {"y": {"field": "mean", "type": "quantitative"}},
            }
        )
        said = _("%(mean)s items a week on average.") % {"mean": _days(view.throughput)}
    else:
        said = _("No whole week yet.")
    return Chart(
        _("Throughput"), said, {"layer": layers},
        (Column(_("Week of")), Column(pgettext("work items", "Created"), _count),
         Column(_("Started"), _count), Column(_("Finished"), _count)),
        [(formats.day(w.monday), w.created, w.started, w.finished) for w in weeks],
        HEIGHT, key="flow-throughput",
    )


def wip(view: FlowView) -> Chart:
    """Items in progress at the end of each week."""
    weeks = view.series
    values = [{"week": w.monday.isoformat(), "value": w.wip} for w in weeks]
    spec = {
        "data": {"values": values},
        "mark": {"type": "line", "interpolate": "step-after", "color": token("primary-fill")},
        "encoding": {
            "x": _x(weeks),
            "y": {"field": "value", "type": "quantitative",
                  "axis": {"title": _("items in progress"), "tickCount": 4}},
        },
    }
    first, last = (weeks[0].wip, weeks[-1].wip) if weeks else (0, 0)
    said = _("From %(first)s to %(last)s items in progress over the period.") % {
        "first": _count(first), "last": _count(last),
    }
    return Chart(
        _("Work in progress"), said, spec,
        (Column(_("Week of")), Column(_("In progress"), _count)),
        [(formats.day(w.monday), w.wip) for w in weeks], HEIGHT, key="flow-wip",
    )


def cumulative(view: FlowView) -> Chart:
    """What was to do, in progress and done at the end of each week, one above the other."""
    weeks = view.series
    base = weeks[0].done - weeks[0].finished if weeks and view.weeks else 0
    names = (
        (_("To do"), "to_do", "grey-fill"), (_("In progress"), "in_progress", "brass-fill"),
        (pgettext("work item", "Done"), "done", "teal-fill"),
    )
    values = [
        {"week": w.monday.isoformat(), "state": label, "rank": rank,
         "value": getattr(w, name) - (base if name == "done" else 0)}
        for w in weeks for rank, (label, name, _tone) in enumerate(names)
    ]
    spec = {
        "data": {"values": values},
        "mark": {"type": "area", "opacity": 0.85},
        "encoding": {
            "x": _x(weeks),
            "y": {"field": "value", "type": "quantitative", "stack": "zero",
                  "axis": {"title": _("items"), "tickCount": 5}},
            "color": {"field": "state", "type": "nominal", "legend": {"title": None},
                      "scale": {"domain": [n[0] for n in names],
                                "range": [token(n[2]) for n in names]}},
            "order": {"field": "rank", "sort": "descending"},
        },
    }
    said = (
        _("Done is counted from the beginning of the period.") if view.weeks
        else _("The thickness of a band is what stands there.")
    )
    return Chart(
        _("Cumulative flow"), said, spec,
        (Column(_("Week of")), *(Column(name[0], _count) for name in names)),
        [(formats.day(w.monday), w.to_do, w.in_progress, w.done - base) for w in weeks],
        HEIGHT, key="flow-cumulative",
    )


def ageing(view: FlowView, rows: Mapping[int, ItemRow]) -> Chart | None:
    """Open items by state and age, against what the finished ones took."""
    shown = view.ages[:300]
    if not shown:
        return None
    values = [
        {"state": words.state(rows.get(a.id)), "days": round(a.days, 2),
         "item": words.title(rows.get(a.id)),
         "late": view.spread.p85 is not None and a.days > view.spread.p85}
        for a in shown
    ]
    limit = view.spread.p85
    late = 0 if limit is None else sum(a.days > limit for a in view.ages)
    spec = {
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "point", "filled": True, "size": 44, "opacity": 0.75,
                         "tooltip": True},
                "encoding": {
                    "x": {"field": "state", "type": "nominal",
                          "axis": {"title": None, "labelLimit": 120, "labelOverlap": False}},
                    "xOffset": {"field": "item", "type": "nominal"},
                    "y": {"field": "days", "type": "quantitative",
                          "axis": {"title": _("working days"), "tickCount": 5}},
                    "shape": {"field": "late", "type": "nominal", "legend": None,
                              "scale": {"domain": [False, True],
                                        "range": ["circle", "triangle-up"]}},
                    "color": {"condition": {"test": "datum.late", "value": token("coral-fill")},
                              "value": token("teal-fill")},
                    "tooltip": [{"field": "item", "title": _("Item")},
                                {"field": "days", "title": _("days")}],
                },
            },
            *_rules(view.spread),
        ]
    }
    if view.spread.p85 is None:
        said = _("Nothing is finished yet to compare with.")
    else:
        said = ngettext(
            "%(late)s of %(count)s open items is older than 85 %% of the finished ones were "
            "(%(p85)s working days).",
            "%(late)s of %(count)s open items are older than 85 %% of the finished ones were "
            "(%(p85)s working days).",
            late,
        ) % {
            "late": _count(late), "count": _count(len(view.ages)), "p85": _days(view.spread.p85),
        }
    if len(view.ages) > len(shown):
        said += " " + _("The %(shown)s oldest are drawn.") % {"shown": _count(len(shown))}
    return Chart(
        _("Age of what is open"), said, spec,
        (Column(_("Item")), Column(_("State")), Column(_("Working days"), _days)),
        [(words.title(rows.get(a.id)), words.state(rows.get(a.id)), a.days) for a in shown],
        HEIGHT, key="flow-ageing",
    )


