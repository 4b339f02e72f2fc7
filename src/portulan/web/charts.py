"""Charts: one declarative description gives the drawing on the page, in the pack, and the table.

A chart is a Vega-Lite specification (a ``dict``, or ``altair_chart.to_dict()``) with its title, the
sentence it proves, and the same numbers as a table. Colours are written ``token("teal-fill")``: the
page puts the reader's theme in, ``for_print`` the light one. The specification is compiled to Vega
on the server (about 5 ms, kept), so that the page needs no compiler and no ``eval``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from portulan.web import formats

Spec = Mapping[str, Any]
_TOKEN = re.compile(r"token\(([a-z0-9-]+)\)")
_TOKENS_FILE = Path(__file__).resolve().parent / "static/portulan/css/tokens.css"
_JSON_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def token(name: str) -> str:
    """A colour by its token (``--c-<name>`` in tokens.css): "teal-fill", "coral-fill", "text-2"…"""
    return f"token({name})"


CONFIG: dict[str, Any] = {
    "background": None,
    "font": "Inter Variable, Inter, system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": token("text-2"), "titleColor": token("text-2"), "labelFontSize": 11, "titleFontSize": 11,
        "titleFontWeight": 500, "gridColor": token("line"), "domainColor": token("line-strong"),
        "tickColor": token("line-strong"), "labelPadding": 6, "titlePadding": 8, "ticks": False,
    },
    "axisX": {"grid": False, "labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 8},
    "axisY": {"domain": False},
    "legend": {
        "labelColor": token("text-2"), "titleColor": token("text-2"), "labelFontSize": 11, "titleFontSize": 11,
        "orient": "top", "symbolSize": 70, "padding": 0, "offset": 8,
    },
    "text": {"color": token("text"), "fontSize": 11, "font": "Inter Variable, Inter, system-ui, sans-serif"},
    "bar": {"color": token("primary-fill")},
    "line": {"color": token("primary-fill"), "strokeWidth": 2},
    "point": {"color": token("primary-fill"), "filled": True, "size": 45},
    "rule": {"color": token("text")},
    "range": {
        "category": [token(f"{hue}-fill") for hue in ("primary", "teal", "brass", "coral", "moss", "violet", "grey")]
    },
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its header, and how its values are written (none: as they are)."""

    label: str
    write: Callable[[Any], str] | None = None

    @property
    def numeric(self) -> bool:
        """Whether its values stand on the right."""
        return self.write is not None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and its numbers. ``description`` is the sentence that it proves."""

    title: str
    description: str
    spec: Spec
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    height: int = 220
    heading: bool = True
    key: str = "chart"
    notes: tuple[str, ...] = field(default=())


@lru_cache(maxsize=512)
def _compiled(text: str) -> str:
    import vl_convert

    vega: dict[str, Any] = vl_convert.vegalite_to_vega(json.loads(text))
    return json.dumps(vega, separators=(",", ":"), ensure_ascii=False)


def _prepared(chart: Chart) -> str:
    spec = dict(chart.spec)
    spec.setdefault("width", "container")
    spec.setdefault("height", chart.height)
    spec.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
    own = spec.get("config", {})
    spec["config"] = CONFIG | {k: v for k, v in own.items() if k not in ("view",)}
    spec["config"].pop("background", None)
    spec["background"] = "transparent"
    return json.dumps(spec, sort_keys=True, default=str)


def vega_json(chart: Chart) -> str:
    """The compiled Vega specification, colours still as tokens."""
    return _compiled(_prepared(chart))


def svg(chart: Chart, width: int = 720) -> str:
    """The drawing as SVG with the light colours, for documents (0.4 s: do it in a job)."""
    import vl_convert

    spec = json.loads(for_print(_prepared(chart)))
    spec["width"] = width
    drawing: str = vl_convert.vegalite_to_svg(spec, format_locale="fr-FR" if formats.french() else "en-GB")
    return drawing


@lru_cache(maxsize=1)
def light_colours() -> Mapping[str, str]:
    """The light theme's colours by token, read from tokens.css."""
    text = _TOKENS_FILE.read_text().split('[data-bs-theme="dark"]')[0]
    return dict(re.findall(r"--c-([a-z0-9-]+):\s*([^;]+);", text))


def for_print(text: str) -> str:
    """A specification with the light theme's colours in place of the tokens."""
    colours = light_colours()
    return _TOKEN.sub(lambda found: colours.get(found[1], "#10233a"), text)


def charts_html(chart: Chart) -> SafeString:
    """The figure: caption, drawing, and the table of the same numbers."""
    cells = [
        [(column.numeric, formats.NOTHING if value is None else column.write(value) if column.write else value)
         for column, value in zip(chart.columns, row, strict=True)]
        for row in chart.rows
    ]
    return render_to_string(
        "portulan/components/chart.html",
        {
            "chart": chart,
            "vega": mark_safe(vega_json(chart).translate(_JSON_ESCAPES)),  # noqa: S308 - escaped for a script
            "rows": cells,
            "vega_url": static("vendor/vega/vega.min.js"),
            "interpreter_url": static("vendor/vega/vega-interpreter.js"),
        },
    )


def columns_chart(
    title: str, description: str, data: Sequence[tuple[str, float, float | None]], *, unit: str, value_label: str,
    limit_label: str = "", write: Callable[[Any], str] | None = None, height: int = 200, key: str = "chart",
) -> Chart:
    """Upright bars, one per name, against a limit: what goes beyond is coral.

    ``data``: name, value, limit (or ``None``), in the unit of the axis.
    """
    say = write or (lambda value: formats.number(value, 0))
    values = [
        {"name": f"{name}|{say(value)}", "value": value, "limit": limit, "over": limit is not None and value > limit}
        for name, value, limit in data
    ]
    # Two lines under each bar: its name, its value.
    x = {
        "field": "name", "type": "nominal", "sort": None,
        "axis": {"title": None, "labelExpr": "split(datum.label, '|')", "labelLineHeight": 14, "labelOverlap": False},
    }
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "bar", "width": {"band": 0.72}},
            "encoding": {
                "x": x,
                "y": {"field": "value", "type": "quantitative", "axis": {"title": unit, "tickCount": 4}},
                "color": {
                    "condition": {"test": "datum.over", "value": token("coral-fill")}, "value": token("teal-fill"),
                },
            },
        },
    ]
    if any(limit is not None for _name, _value, limit in data):
        layers.append(
            {
                "mark": {"type": "tick", "thickness": 2, "width": {"band": 0.9}, "color": token("text")},
                "encoding": {"x": x, "y": {"field": "limit", "type": "quantitative"}},
            }
        )
    columns = (Column(""), Column(value_label, say), *((Column(limit_label, say),) if limit_label else ()))
    rows = [row if limit_label else row[:2] for row in data]
    return Chart(title, description, {"data": {"values": values}, "layer": layers}, columns, rows, height, key=key)


def bars_chart(
    title: str, description: str, data: Sequence[tuple[str, float]], *, value_label: str,
    write: Callable[[Any], str] | None = None, tone: str = "primary", row_height: int = 24, key: str = "chart",
) -> Chart:
    """Lying bars, one per name, with its value at the end."""
    say = write or (lambda value: formats.number(value, 0))
    values = [{"name": name, "value": value, "text": say(value)} for name, value in data]
    y = {"field": "name", "type": "nominal", "sort": None, "axis": {"title": None, "labelLimit": 220}}
    # Room at the end of the longest bar for its figure.
    widest = max((value for _name, value in data), default=0.0)
    x: dict[str, Any] = {"field": "value", "type": "quantitative", "axis": None}
    if widest > 0:
        x["scale"] = {"domainMax": widest * 1.2}
    layers = [
        {"mark": {"type": "bar", "height": {"band": 0.58}, "color": token(f"{tone}-fill")},
         "encoding": {"y": y, "x": x}},
        {"mark": {"type": "text", "align": "left", "dx": 5},
         "encoding": {"y": y, "x": x, "text": {"field": "text"}}},
    ]
    height = max(row_height * len(values), row_height)
    columns = (Column(""), Column(value_label, say))
    return Chart(title, description, {"data": {"values": values}, "layer": layers}, columns, list(data), height, key=key)


def lines_chart(
    title: str, description: str, labels: Sequence[str], series: Mapping[str, Sequence[float | None]], *, unit: str,
    write: Callable[[Any], str] | None = None, dashed: Sequence[str] = (), height: int = 220, key: str = "chart",
) -> Chart:
    """Lines over ordered labels (months, quarters), each named at its end; ``dashed`` for plans and targets."""
    say = write or (lambda value: formats.number(value, 0))
    hues = ("teal", "primary", "brass", "violet", "coral", "moss", "grey")
    names = list(series)
    values = [
        {"at": label, "series": name, "value": series[name][i], "dashed": name in dashed}
        for name in names for i, label in enumerate(labels) if series[name][i] is not None
    ]
    last = {
        name: max((i for i, v in enumerate(series[name]) if v is not None), default=-1) for name in names
    }
    ends = [
        {"at": labels[i], "series": name, "value": series[name][i], "text": f"{name} {say(series[name][i])}"}
        for name, i in last.items() if i >= 0
    ]
    colour = {
        "field": "series", "type": "nominal", "legend": None,
        "scale": {"domain": names, "range": [token(f"{hues[i % len(hues)]}-fill") for i in range(len(names))]},
    }
    x = {"field": "at", "type": "ordinal", "sort": list(labels), "axis": {"title": None},
         "scale": {"type": "point", "padding": 0.3, "domain": list(labels)}}
    y = {"field": "value", "type": "quantitative", "scale": {"zero": False}, "axis": {"title": unit, "tickCount": 5}}
    layers = [
        {"data": {"values": values}, "mark": {"type": "line", "point": {"size": 36}}, "encoding": {
            "x": x, "y": y, "color": colour,
            "strokeDash": {"field": "dashed", "type": "nominal", "legend": None,
                           "scale": {"domain": [False, True], "range": [[1, 0], [5, 4]]}},
        }},
        {"data": {"values": ends}, "mark": {"type": "text", "align": "left", "dx": 8, "fontWeight": 600}, "encoding": {
            "x": x, "y": y, "text": {"field": "text"}, "color": {"value": token("text")},
        }},
    ]
    columns = (Column(""), *(Column(name, say) for name in names))
    rows = [(label, *(series[name][i] for name in names)) for i, label in enumerate(labels)]
    spec = {"layer": layers, "padding": {"left": 5, "right": 110, "top": 5, "bottom": 5}}
    return Chart(title, description, spec, columns, rows, height, key=key)


def bubbles_chart(
    title: str, description: str, data: Sequence[tuple[str, float, float, float, str]], *, x_label: str, y_label: str,
    size_label: str, group_label: str, writers: tuple[Callable[[Any], str], Callable[[Any], str], Callable[[Any], str]],
    groups: Mapping[str, str], height: int = 420, key: str = "chart",
) -> Chart:
    """Value against effort: name, x, y, size, group; ``groups`` gives each group's colour token."""
    values = [{"name": n, "x": x, "y": y, "size": s, "group": g} for n, x, y, s, g in data]
    x = {"field": "x", "type": "quantitative", "axis": {"title": x_label, "grid": True}, "scale": {"domainMin": 0, "domainMax": max((row[1] for row in data), default=1) * 1.18, "nice": True}}
    y = {"field": "y", "type": "quantitative", "axis": {"title": y_label}, "scale": {"zero": False, "padding": 24}}
    layers = [
        {"mark": {"type": "circle", "opacity": 0.75, "stroke": token("surface"), "strokeWidth": 1}, "encoding": {
            "x": x, "y": y,
            "size": {"field": "size", "type": "quantitative", "legend": None, "scale": {"range": [60, 1400]}},
            "color": {"field": "group", "type": "nominal", "legend": {"title": None},
                      "scale": {"domain": list(groups), "range": [token(t) for t in groups.values()]}},
        }},
        {"mark": {"type": "text", "align": "center", "dy": 22, "fontSize": 10.5, "limit": 150}, "encoding": {"x": x, "y": y, "text": {"field": "name"}}},
    ]
    columns = (Column(""), Column(x_label, writers[0]), Column(y_label, writers[1]), Column(size_label, writers[2]), Column(group_label))
    return Chart(title, description, {"data": {"values": values}, "layer": layers}, columns, list(data), height, key=key)
