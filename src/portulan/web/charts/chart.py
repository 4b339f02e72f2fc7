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

from portulan.wording import formats

Spec = Mapping[str, Any]
_TOKEN = re.compile(r"token\(([a-z0-9-]+)\)")
_TOKENS_FILE = Path(__file__).resolve().parents[1] / "static/portulan/css/tokens.css"
_JSON_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def token(name: str) -> str:
    """A colour by its token (``--c-<name>`` in tokens.css): "teal-fill", "coral-fill", "text-2"…"""
    return f"token({name})"


CONFIG: dict[str, Any] = {
    "background": None,
    "font": "Inter Variable, Inter, system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": token("text-2"),
        "titleColor": token("text-2"),
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": 500,
        "gridColor": token("line"),
        "domainColor": token("line-strong"),
        "tickColor": token("line-strong"),
        "labelPadding": 6,
        "titlePadding": 8,
        "ticks": False,
    },
    "axisX": {"grid": False, "labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 8},
    "axisY": {"domain": False},
    "legend": {
        "labelColor": token("text-2"),
        "titleColor": token("text-2"),
        "labelFontSize": 11,
        "titleFontSize": 11,
        "orient": "top",
        "symbolSize": 70,
        "padding": 0,
        "offset": 8,
    },
    "text": {
        "color": token("text"),
        "fontSize": 11,
        "font": "Inter Variable, Inter, system-ui, sans-serif",
    },
    "bar": {"color": token("primary-fill")},
    "line": {"color": token("primary-fill"), "strokeWidth": 2},
    "point": {"color": token("primary-fill"), "filled": True, "size": 45},
    "rule": {"color": token("text")},
    "range": {
        "category": [
            token(f"{hue}-fill")
            for hue in ("primary", "teal", "brass", "coral", "moss", "violet", "grey")
        ]
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


#: How days are written along an axis: the day before the month, in French and in English.
_DAYS = {"week": "%-d %b", "date": "%-d %b", "month": "%B", "year": "%Y"}


def _dated(node: Any) -> Any:
    """A part of a specification whose axes of time write days as people do here."""
    if isinstance(node, list):
        return [_dated(part) for part in node]
    if not isinstance(node, dict):
        return node
    made = {key: part if key == "data" else _dated(part) for key, part in node.items()}
    axis = made.get("axis", {})
    if made.get("type") == "temporal" and isinstance(axis, dict) and "field" in made:
        if not axis.keys() & {"format", "labelExpr"}:
            made["axis"] = {**axis, "format": _DAYS}
    return made


def _prepared(chart: Chart) -> str:
    spec = _dated(dict(chart.spec))
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
    drawing: str = vl_convert.vegalite_to_svg(
        spec, format_locale="fr-FR" if formats.french() else "en-GB"
    )
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
        [
            (
                column.numeric,
                formats.NOTHING
                if value is None
                else column.write(value)
                if column.write
                else value,
            )
            for column, value in zip(chart.columns, row, strict=True)
        ]
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
