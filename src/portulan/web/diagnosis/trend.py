"""The mark of the whole over time, as a chart with its table."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portulan.web.charts import Chart, Column, token
from portulan.web.diagnosis import words
from portulan.wording import formats
from portulan_core.maturity import DOMAINS


def mark(value: float | None) -> str:
    """A mark as read: one decimal."""
    return formats.NOTHING if value is None else formats.number(value, 1)


def trend(history: list[Any]) -> Chart | None:
    """The diagnoses kept, as a line; ``None`` with fewer than two."""
    if len(history) < 2:
        return None
    values = [
        {"day": run.on.isoformat(), "value": run.mark} for run in history if run.mark is not None
    ]
    spec = {
        "data": {"values": values},
        "mark": {"type": "line", "point": {"size": 36}},
        "encoding": {
            "x": {"field": "day", "type": "temporal", "axis": {"title": None, "tickCount": 6}},
            "y": {
                "field": "value", "type": "quantitative", "scale": {"domain": [1, 5]},
                "axis": {"title": None, "tickCount": 5},
            },
            "color": {"value": token("teal")},
        },
    }  # fmt: skip
    last = history[-1]
    return Chart(
        _("The whole, over time"),
        _("%(mark)s on %(day)s") % {"mark": mark(last.mark), "day": formats.day(last.on)},
        spec,
        (
            Column(_("Day")),
            Column(_("Mark"), mark),
            *(Column(str(words.DOMAINS[code].name), mark) for code in DOMAINS),
        ),
        [
            (formats.day(run.on), run.mark, *(run.marks.get(code) for code in DOMAINS))
            for run in history
        ],
        height=180,
        key="diagnosis-trend",
    )
