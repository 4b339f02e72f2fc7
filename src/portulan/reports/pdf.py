"""A document as a PDF on A4: tagged, with alternative texts, made by Typst."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from portulan.reports import columns
from portulan.reports.document import FILLS, KINDS, Chart, Document, Figures, Table, Text, clean
from portulan.wording import formats

_HERE = Path(__file__).resolve().parent
_TEMPLATE = _HERE / "document.typ"
_FONTS = _HERE / "fonts"
#: Points across a page between its margins; a table of many columns asks for the wider one.
PORTRAIT, LANDSCAPE, MANY = 493.0, 740.0, 10
CELL, PAD = 8.5, 3.0
#: A word of more letters may be cut.
ENDLESS = 40
_WORD = re.compile(rf"\S{{{ENDLESS},}}")
_NO_GLYPH = "could not be displayed"


def pdf(document: Document) -> bytes:
    """The document as PDF/UA-1. Nothing of it is read as markup: it is passed as data.

    A text in letters of which no font is at hand (an emoji, a rare script) keeps its place in the
    file, tagged and to be copied; such a file does not claim PDF/UA, which forbids it.
    """
    data = json.dumps(_data(document), ensure_ascii=False)
    try:
        return _compile(data, ["ua-1"])
    except typst.TypstError as error:
        if _NO_GLYPH not in str(error):
            raise
        return _compile(data, [])


def _compile(data: str, standards: list[Any]) -> bytes:
    made = typst.compile(
        str(_TEMPLATE), root=str(_HERE), font_paths=[str(_FONTS)], format="pdf",
        sys_inputs={"data": data}, pdf_standards=standards,
    )
    assert isinstance(made, bytes)
    return made


def _data(document: Document) -> dict[str, Any]:
    wide = any(
        isinstance(block, Table) and len(block.columns) > MANY
        for section in document.sections
        for block in section.blocks
    )
    room = LANDSCAPE if wide else PORTRAIT
    return {
        "landscape": wide,
        "title": clean(document.title),
        "subtitle": clean(document.subtitle),
        "conclusion": [clean(text) for text in document.conclusion],
        "language": document.language,
        "footer": clean(" · ".join(t for t in (document.footer, formats.day(document.on)) if t)),
        "fonts": ["Inter", "DejaVu Sans", "Libertinus Serif"],
        "sections": [
            {
                "heading": clean(section.heading),
                "lead": clean(section.lead),
                "source": clean(section.source),
                "blocks": [_block(block, room) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def _block(block: object, room: float) -> dict[str, Any]:
    if isinstance(block, Table):
        return {
            "type": "table",
            "title": clean(block.title),
            "columns": [
                {"label": clean(c.label), "right": KINDS[c.kind].numeric, "width": width}
                for c, width in zip(
                    block.columns, columns.widths(block, room, CELL, PAD), strict=True
                )
            ],
            "rows": [_cells(block, values) for values in block.rows],
            "total": None if block.total is None else _cells(block, block.total),
            "strong": sorted(block.strong),
            "tones": _tones(block.tones),
            "fills": {
                f"{row}:{at}": [f"#{part}" for part in FILLS.get(stage, FILLS[""])]
                for (row, at), stage in block.fills.items()
            },
            "note": clean(block.note),
        }
    if isinstance(block, Chart):
        return _chart(block)
    if isinstance(block, Text):
        paragraphs = [_breakable(clean(text)) for text in block.paragraphs]
        return {"type": "text", "title": clean(block.title), "paragraphs": paragraphs}
    assert isinstance(block, Figures)
    return {
        "type": "figures",
        "items": [
            {
                "label": clean(item.label),
                "value": clean(item.written),
                "meaning": clean(item.meaning),
                "tone": item.tone,
            }
            for item in block.items
        ],
    }


def _cells(table: Table, values: Any) -> list[str]:
    return [_breakable(clean(text)) for text in table.text(values)]


def _breakable(text: str) -> str:
    """A text whose endless words may be cut at the end of a line."""
    if len(text) <= ENDLESS:
        return text
    return _WORD.sub(lambda found: "\u200b".join(_pieces(found.group(0))), text)


def _pieces(word: str) -> list[str]:
    return [word[at : at + 8] for at in range(0, len(word), 8)]


def _tones(tones: Any) -> dict[str, str]:
    return {f"{row}:{at}": tone for (row, at), tone in tones.items()}


def _chart(chart: Chart) -> dict[str, Any]:
    write = KINDS[chart.kind].write
    known = [v for _label, values in chart.series for v in values if v is not None]
    low, high = min([0, *known]), max([0, *known])
    span = (high - low) or 1
    return {
        "type": "chart",
        "form": chart.form,
        "title": clean(chart.title),
        "alt": clean(said(chart)),
        "categories": [clean(category) for category in chart.categories],
        "tones": _tones(chart.tones),
        "series": [
            {
                "label": clean(label),
                "shown": ["" if v is None else write(v) for v in values],
                "shares": [
                    (None if chart.form == "lines" else 0.0)
                    if v is None
                    else float((v - low) / span if chart.form == "lines" else max(0, v) / span)
                    for v in values
                ],
            }
            for label, values in chart.series
        ],
    }


def said(chart: Chart) -> str:
    """A chart in words, for who does not see it."""
    write = KINDS[chart.kind].write
    parts = []
    for label, values in chart.series:
        told = ", ".join(
            f"{category} {write(value)}"
            for category, value in zip(chart.categories, values, strict=True)
        )
        parts.append(_("%(series)s: %(values)s") % {"series": label, "values": told})
    return f"{chart.title}. " + "; ".join(parts)
