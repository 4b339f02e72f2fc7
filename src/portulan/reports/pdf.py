"""A document as a PDF on A4: tagged, with alternative texts, made by Typst."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import typst
import vl_convert
from django.utils.translation import gettext as _

from portulan.reports.document import KINDS, Chart, Document, Figures, Table, Text
from portulan.wording import formats

_TEMPLATE = Path(__file__).resolve().parent / "document.typ"
_PALETTE = ("#173b63", "#2b9590", "#c79733", "#de6e54", "#7da057", "#8d70d0")


def pdf(document: Document) -> bytes:
    """The document as PDF/UA-1. Nothing of it is read as markup: it is passed as data."""
    data = json.dumps(_data(document), ensure_ascii=False)
    made = typst.compile(
        str(_TEMPLATE), format="pdf", sys_inputs={"data": data}, pdf_standards=["ua-1"]
    )
    assert isinstance(made, bytes)
    return made


def _data(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "language": document.language,
        "footer": document.footer,
        "date": _day(document.on),
        "sections": [
            {
                "heading": section.heading,
                "lead": section.lead,
                "source": section.source,
                "blocks": [_block(block) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def _day(value: date) -> str:
    return formats.day(value)


def _block(block: object) -> dict[str, Any]:
    if isinstance(block, Table):
        rows = [_row(block, values) for values in block.rows]
        return {
            "type": "table",
            "columns": [
                {"label": c.label, "right": KINDS[c.kind].numeric, "width": c.width}
                for c in block.columns
            ],
            "rows": rows,
            "total": _row(block, block.total) if block.total is not None else None,
            "strong": sorted(block.strong),
            "note": block.note,
        }
    if isinstance(block, Chart):
        return {"type": "chart", "svg": _svg(block), "alt": _said(block), "title": block.title}
    if isinstance(block, Text):
        return {"type": "text", "paragraphs": list(block.paragraphs)}
    assert isinstance(block, Figures)
    return {"type": "figures", "items": [list(item) for item in block.items]}


def _row(table: Table, values: Any) -> list[str]:
    made = []
    for column, value in zip(table.columns, values, strict=True):
        if value is None and not KINDS[column.kind].numeric:
            made.append("")
        else:
            made.append(value if isinstance(value, str) else column.write(value))
    return made


def _said(chart: Chart) -> str:
    """A chart in words, for who does not see it."""
    write = KINDS[chart.kind].write
    parts = []
    for label, values in chart.series:
        said = ", ".join(
            f"{category} {write(value)}"
            for category, value in zip(chart.categories, values, strict=True)
        )
        parts.append(f"{label}{_(':')} {said}")
    return f"{chart.title}. " + "; ".join(parts)


def _svg(chart: Chart) -> str:
    rows = [
        {"category": category, "series": label, "value": value, "order": index}
        for at, (label, _values) in enumerate(chart.series)
        for index, (category, value) in enumerate(
            zip(chart.categories, chart.values(at), strict=True)
        )
        if value is not None
    ]
    names = [label for label, _values in chart.series]
    category = {
        "field": "category", "type": "nominal", "sort": list(chart.categories), "title": None,
        "axis": {"labelAngle": 0, "labelLimit": 160},
    }
    value = {"field": "value", "type": "quantitative", "title": None}
    horizontal = chart.form == "bars"
    encoding: dict[str, Any] = {
        "x": value if horizontal else category,
        "y": category if horizontal else value,
        "color": {
            "field": "series", "type": "nominal", "title": None,
            "scale": {"domain": names, "range": list(_PALETTE[: len(names)] or _PALETTE)},
            "legend": {"orient": "bottom"} if len(names) > 1 else None,
        },
    }
    if len(names) > 1 and chart.form != "lines":
        encoding["yOffset" if horizontal else "xOffset"] = {"field": "series", "sort": names}
    spec = {
        "data": {"values": rows},
        "width": 460,
        "height": max(120, 22 * len(chart.categories) * len(names)) if horizontal else 180,
        "mark": {"type": "line", "point": True} if chart.form == "lines" else {"type": "bar"},
        "encoding": encoding,
        "config": {"font": "DejaVu Sans", "view": {"stroke": None}, "axis": {"grid": False}},
    }
    made: str = vl_convert.vegalite_to_svg(spec)
    return made
