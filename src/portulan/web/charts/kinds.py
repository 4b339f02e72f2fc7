"""The kinds of charts, few and always the same: upright bars, lying bars, lines, bubbles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from portulan.web.charts.chart import Chart, Column, token
from portulan.wording import formats


def columns_chart(
    title: str,
    description: str,
    data: Sequence[tuple[str, float, float | None]],
    *,
    unit: str,
    value_label: str,
    limit_label: str = "",
    write: Callable[[Any], str] | None = None,
    height: int = 200,
    key: str = "chart",
) -> Chart:
    """Upright bars, one per name, against a limit: what goes beyond is coral.

    ``data``: name, value, limit (or ``None``), in the unit of the axis.
    """
    say = write or (lambda value: formats.number(value, 0))
    values = [
        {
            "name": f"{name}|{say(value)}",
            "value": value,
            "limit": limit,
            "over": limit is not None and value > limit,
        }
        for name, value, limit in data
    ]
    # Two lines under each bar: its name, its value.
    x = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": {
            "title": None,
            "labelExpr": "split(datum.label, '|')",
            "labelLineHeight": 14,
            "labelOverlap": False,
        },
    }
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "bar", "width": {"band": 0.72}},
            "encoding": {
                "x": x,
                "y": {
                    "field": "value",
                    "type": "quantitative",
                    "axis": {"title": unit, "tickCount": 4},
                },
                "color": {
                    "condition": {"test": "datum.over", "value": token("coral-fill")},
                    "value": token("teal-fill"),
                },
            },
        },
    ]
    if any(limit is not None for _name, _value, limit in data):
        layers.append(
            {
                "mark": {
                    "type": "tick",
                    "thickness": 2,
                    "width": {"band": 0.9},
                    "color": token("text"),
                },
                "encoding": {"x": x, "y": {"field": "limit", "type": "quantitative"}},
            }
        )
    columns = (
        Column(""),
        Column(value_label, say),
        *((Column(limit_label, say),) if limit_label else ()),
    )
    rows = [row if limit_label else row[:2] for row in data]
    return Chart(
        title,
        description,
        {"data": {"values": values}, "layer": layers},
        columns,
        rows,
        height,
        key=key,
    )


def bars_chart(
    title: str,
    description: str,
    data: Sequence[tuple[str, float]],
    *,
    value_label: str,
    write: Callable[[Any], str] | None = None,
    tone: str = "primary",
    row_height: int = 24,
    key: str = "chart",
) -> Chart:
    """Lying bars, one per name, with its value at the end."""
    say = write or (lambda value: formats.number(value, 0))
    values = [{"name": name, "value": value, "text": say(value)} for name, value in data]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "labelLimit": 220},
    }
    # Room at the end of the longest bar for its figure.
    widest = max((value for _name, value in data), default=0.0)
    x: dict[str, Any] = {"field": "value", "type": "quantitative", "axis": None}
    if widest > 0:
        x["scale"] = {"domainMax": widest * 1.2}
    layers = [
        {
            "mark": {"type": "bar", "height": {"band": 0.58}, "color": token(f"{tone}-fill")},
            "encoding": {"y": y, "x": x},
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 5},
            "encoding": {"y": y, "x": x, "text": {"field": "text"}},
        },
    ]
    height = max(row_height * len(values), row_height)
    columns = (Column(""), Column(value_label, say))
    return Chart(
        title,
        description,
        {"data": {"values": values}, "layer": layers},
        columns,
        list(data),
        height,
        key=key,
    )


def lines_chart(
    title: str,
    description: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    *,
    unit: str,
    write: Callable[[Any], str] | None = None,
    dashed: Sequence[str] = (),
    height: int = 220,
    key: str = "chart",
) -> Chart:
    """Lines over ordered labels (months, quarters), each named at its end; ``dashed`` for
    plans and targets.
    """
    say = write or (lambda value: formats.number(value, 0))
    hues = ("teal", "primary", "brass", "violet", "coral", "moss", "grey")
    names = list(series)
    values = [
        {"at": label, "series": name, "value": series[name][i], "dashed": name in dashed}
        for name in names
        for i, label in enumerate(labels)
        if series[name][i] is not None
    ]
    last = {
        name: max((i for i, v in enumerate(series[name]) if v is not None), default=-1)
        for name in names
    }
    ends = [
        {
            "at": labels[i],
            "series": name,
            "value": series[name][i],
            "text": f"{name} {say(series[name][i])}",
        }
        for name, i in last.items()
        if i >= 0
    ]
    colour = {
        "field": "series",
        "type": "nominal",
        "legend": None,
        "scale": {
            "domain": names,
            "range": [token(f"{hues[i % len(hues)]}-fill") for i in range(len(names))],
        },
    }
    x = {
        "field": "at",
        "type": "ordinal",
        "sort": list(labels),
        "axis": {"title": None},
        "scale": {"type": "point", "padding": 0.3, "domain": list(labels)},
    }
    y = {
        "field": "value",
        "type": "quantitative",
        "scale": {"zero": False},
        "axis": {"title": unit, "tickCount": 5},
    }
    layers = [
        {
            "data": {"values": values},
            "mark": {"type": "line", "point": {"size": 36}},
            "encoding": {
                "x": x,
                "y": y,
                "color": colour,
                "strokeDash": {
                    "field": "dashed",
                    "type": "nominal",
                    "legend": None,
                    "scale": {"domain": [False, True], "range": [[1, 0], [5, 4]]},
                },
            },
        },
        {
            "data": {"values": ends},
            "mark": {"type": "text", "align": "left", "dx": 8, "fontWeight": 600},
            "encoding": {
                "x": x,
                "y": y,
                "text": {"field": "text"},
                "color": {"value": token("text")},
            },
        },
    ]
    columns = (Column(""), *(Column(name, say) for name in names))
    rows = [(label, *(series[name][i] for name in names)) for i, label in enumerate(labels)]
    spec = {"layer": layers, "padding": {"left": 5, "right": 110, "top": 5, "bottom": 5}}
    return Chart(title, description, spec, columns, rows, height, key=key)


def bubbles_chart(
    title: str,
    description: str,
    data: Sequence[tuple[str, float, float, float, str]],
    *,
    x_label: str,
    y_label: str,
    size_label: str,
    group_label: str,
    writers: tuple[Callable[[Any], str], Callable[[Any], str], Callable[[Any], str]],
    groups: Mapping[str, str],
    named: Collection[str] | None = None,
    height: int = 420,
    key: str = "chart",
) -> Chart:
    """Value against effort: name, x, y, size, group; ``groups`` gives each group's colour token.
    ``named`` are the bubbles that bear their name (default: all).
    """
    values = [
        {
            "name": n,
            "x": x,
            "y": y,
            "size": s,
            "group": g,
            "label": n if named is None or n in named else "",
        }
        for n, x, y, s, g in data
    ]
    x = {
        "field": "x",
        "type": "quantitative",
        "axis": {"title": x_label, "grid": True},
        "scale": {
            "domainMin": 0,
            "domainMax": max((row[1] for row in data), default=1) * 1.18,
            "nice": True,
        },
    }
    y = {
        "field": "y",
        "type": "quantitative",
        "axis": {"title": y_label},
        "scale": {"zero": False, "padding": 24},
    }
    layers = [
        {
            "mark": {
                "type": "circle",
                "opacity": 0.75,
                "stroke": token("surface"),
                "strokeWidth": 1,
            },
            "encoding": {
                "x": x,
                "y": y,
                "size": {
                    "field": "size",
                    "type": "quantitative",
                    "legend": None,
                    "scale": {"range": [60, 1400]},
                },
                "color": {
                    "field": "group",
                    "type": "nominal",
                    "legend": {"title": None},
                    "scale": {"domain": list(groups), "range": [token(t) for t in groups.values()]},
                },
            },
        },
        {
            "mark": {"type": "text", "align": "center", "dy": 22, "fontSize": 10.5, "limit": 150},
            "encoding": {"x": x, "y": y, "text": {"field": "label"}},
        },
    ]
    columns = (
        Column(""),
        Column(x_label, writers[0]),
        Column(y_label, writers[1]),
        Column(size_label, writers[2]),
        Column(group_label),
    )
    return Chart(
        title,
        description,
        {"data": {"values": values}, "layer": layers},
        columns,
        list(data),
        height,
        key=key,
    )
