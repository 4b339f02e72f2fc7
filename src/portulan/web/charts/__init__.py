"""Charts: a description, its drawing, and the table of the same numbers."""

from portulan.web.charts.chart import (
    Chart,
    Column,
    charts_html,
    for_print,
    light_colours,
    svg,
    token,
    vega_json,
)
from portulan.web.charts.kinds import bars_chart, bubbles_chart, columns_chart, lines_chart

__all__ = [
    "Chart",
    "Column",
    "bars_chart",
    "bubbles_chart",
    "charts_html",
    "columns_chart",
    "for_print",
    "light_colours",
    "lines_chart",
    "svg",
    "token",
    "vega_json",
]
