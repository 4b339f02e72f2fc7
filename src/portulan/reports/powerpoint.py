"""A document as slides: 16:9, native tables and charts, in the company's own template if any."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide, SlideLayout
from pptx.util import Emu, Inches, Pt

from portulan.reports.document import KINDS, Chart, Document, Figures, Section, Table, Text

ROWS_PER_SLIDE = 12
FONT = "Arial"
INK, MUTED = RGBColor(0x10, 0x23, 0x3A), RGBColor(0x43, 0x56, 0x6B)
TONES = {
    "good": RGBColor(0x43, 0x64, 0x2A),
    "warn": RGBColor(0x7F, 0x54, 0x0A),
    "bad": RGBColor(0xAD, 0x36, 0x20),
}
PALETTE = ("173B63", "2B9590", "C79733", "DE6E54", "7DA057", "8D70D0")
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)


class TemplateError(ValueError):
    """A company's template that cannot be used: ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def slides(document: Document, template: bytes | None = None) -> bytes:
    """The document as PPTX, in ``template`` when it is given.

    Raises:
        TemplateError: the template is not a presentation, or has no layout with a title.
    """
    deck = _open(template) if template else own_template()
    _cover(deck, document)
    layout = _title_only(deck)
    for section in document.sections:
        _section(deck, layout, section, document)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def check_template(data: bytes) -> None:
    """Refuse a file that cannot serve as a template.

    Raises:
        TemplateError: as ``slides``.
    """
    _title_only(_open(data))


def _open(template: bytes) -> Deck:
    try:
        deck = Presentation(io.BytesIO(template))
    except Exception as error:  # python-pptx raises whatever its XML reader does
        raise TemplateError("template.unreadable") from error
    _empty(deck)
    return deck


def _empty(deck: Deck) -> None:
    """Take the example slides out of a template."""
    ids = deck.slides._sldIdLst
    for entry in list(ids):
        deck.part.drop_rel(entry.rId)
        ids.remove(entry)


def own_template() -> Deck:
    """Our own 16:9 template: the default one of the library, its places moved and its fonts set."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    for holder in (deck.slide_master, *deck.slide_layouts):
        for shape in holder.placeholders:
            kind = shape.placeholder_format.type
            if kind in _TITLES:
                shape.left, shape.top = Inches(0.6), Inches(0.35)
                shape.width, shape.height = Inches(12.1), Inches(0.95)
                _anchor(shape, MSO_ANCHOR.BOTTOM)
            elif kind in (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER):
                place = {PP_PLACEHOLDER.DATE: 0.6, PP_PLACEHOLDER.FOOTER: 3.6}.get(kind, 11.7)
                shape.left, shape.top = Inches(place), Inches(7.0)
                shape.width, shape.height = Inches(6.0 if place == 3.6 else 1.6), Inches(0.3)
            elif shape.width is not None:
                shape.left, shape.top = Inches(0.6), Inches(1.6)
                shape.width, shape.height = Inches(12.1), Inches(5.2)
    cover = deck.slide_layouts[0]
    for shape in cover.placeholders:
        if shape.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE:
            shape.top, shape.height = Inches(2.2), Inches(1.4)
        elif shape.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE:
            shape.left, shape.top = Inches(0.6), Inches(3.7)
            shape.width, shape.height = Inches(12.1), Inches(1.2)
    return deck


def _anchor(shape: Any, where: Any) -> None:
    shape.text_frame.vertical_anchor = where
    shape.text_frame.word_wrap = True


def _title_of(layout: SlideLayout) -> Any | None:
    return next(
        (s for s in layout.placeholders if s.placeholder_format.type in _TITLES), None
    )


def _title_only(deck: Deck) -> SlideLayout:
    """The layout with a title and as little else as possible.

    Raises:
        TemplateError: no layout has a title.
    """
    service = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER}
    found: list[tuple[int, int, SlideLayout]] = []
    for index, layout in enumerate(deck.slide_layouts):
        title = _title_of(layout)
        if title is None or title.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE:
            continue
        others = [
            s
            for s in layout.placeholders
            if s.placeholder_format.type not in service and s.placeholder_format.type not in _TITLES
        ]
        found.append((len(others), index, layout))
    if not found:
        raise TemplateError("template.no_title")
    return min(found, key=lambda item: item[:2])[2]


def _cover(deck: Deck, document: Document) -> None:
    layout = next(
        (
            candidate
            for candidate in deck.slide_layouts
            if any(
                s.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE
                for s in candidate.placeholders
            )
        ),
        None,
    ) or _title_only(deck)
    slide = deck.slides.add_slide(layout)
    _title(slide, document.title, Pt(36))
    subtitle = next(
        (s for s in slide.placeholders if s.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE),
        None,
    )
    if subtitle is not None:
        subtitle.text_frame.text = document.subtitle
        _style(subtitle.text_frame, Pt(18), MUTED, align=PP_ALIGN.LEFT)
    _drop_unused(slide)


def _title(slide: Slide, text: str, size: Pt) -> None:
    title = slide.shapes.title
    if title is None:
        return
    title.text_frame.text = text
    _style(title.text_frame, size, INK, bold=True, align=PP_ALIGN.LEFT)


def _style(
    frame: Any, size: Pt, colour: RGBColor, *, bold: bool = False, align: Any = None
) -> None:
    for paragraph in frame.paragraphs:
        if align is not None:
            paragraph.alignment = align
        for run in paragraph.runs:
            run.font.size, run.font.bold = size, bold
            run.font.color.rgb = colour


def _drop_unused(slide: Slide) -> None:
    """A placeholder left empty would show its prompt."""
    for shape in list(slide.placeholders):
        if shape.has_text_frame and not shape.text_frame.text.strip():
            shape._element.getparent().remove(shape._element)


class _Place:
    """The free part of a slide, filled from the top."""

    def __init__(self, deck: Deck, slide: Slide) -> None:
        title = slide.shapes.title
        width, height = deck.slide_width or Inches(13.333), deck.slide_height or Inches(7.5)
        below = (title.top + title.height) if title is not None else int(height * 0.12)
        self.left = title.left if title is not None else int(width * 0.05)
        self.width = width - 2 * self.left
        self.top = below + Inches(0.1)
        self.bottom = height - Inches(0.55)

    @property
    def height(self) -> int:
        """What is left."""
        return int(max(Inches(0.8), self.bottom - self.top))

    def take(self, height: int) -> tuple[int, int, int, int]:
        """The next part: left, top, width, height."""
        taken = (self.left, self.top, self.width, height)
        self.top += height + Inches(0.12)
        return taken


def _section(deck: Deck, layout: SlideLayout, section: Section, document: Document) -> None:
    parts = _split(section)
    for number, blocks in enumerate(parts, start=1):
        slide = deck.slides.add_slide(layout)
        tail = f" ({number}/{len(parts)})" if len(parts) > 1 else ""
        _title(slide, section.heading + tail, Pt(24))
        _drop_unused(slide)
        place = _Place(deck, slide)
        if section.lead and number == 1:
            _text_box(slide, place.take(Inches(0.4)), [section.lead], Pt(14), MUTED)
        for index, block in enumerate(blocks):
            share = place.height // (len(blocks) - index)
            _block(slide, place, block, share)
        footer = " · ".join(t for t in (section.source, document.footer) if t)
        if footer:
            height = deck.slide_height or Inches(7.5)
            box = (place.left, height - Inches(0.45), place.width, Inches(0.3))
            _text_box(slide, box, [footer], Pt(9), MUTED)


def _split(section: Section) -> list[list[Any]]:
    """Blocks by slide: a long table goes on over several slides."""
    parts: list[list[Any]] = [[]]
    for block in section.blocks:
        if isinstance(block, Table) and len(block.rows) > ROWS_PER_SLIDE:
            if parts[-1]:
                parts.append([])
            for start in range(0, len(block.rows), ROWS_PER_SLIDE):
                rows = block.rows[start : start + ROWS_PER_SLIDE]
                last = start + ROWS_PER_SLIDE >= len(block.rows)
                span = range(start, start + len(rows))
                shifted = {k - start: t for k, t in block.tones.items() if k in span}
                strong = frozenset(k - start for k in block.strong if k in span)
                parts[-1].append(
                    Table(block.columns, rows, block.total if last else None, strong, shifted,
                          block.note if last else "")
                )
                parts.append([])
            parts.pop()
        else:
            if len(parts[-1]) == 2:
                parts.append([])
            parts[-1].append(block)
    return parts


def _block(slide: Slide, place: _Place, block: object, share: int) -> None:
    if isinstance(block, Table):
        rows = len(block.rows) + 1 + (block.total is not None)
        _table(slide, place.take(min(share, rows * Inches(0.38))), block)
        if block.note:
            _text_box(slide, place.take(Inches(0.3)), [block.note], Pt(10), MUTED)
    elif isinstance(block, Chart):
        _chart(slide, place.take(min(share, Inches(4.2))), block)
    elif isinstance(block, Text):
        _text_box(slide, place.take(share), block.paragraphs, Pt(14), INK)
    elif isinstance(block, Figures):
        _figures(slide, place.take(min(share, Inches(1.4))), block)


def _text_box(
    slide: Slide, box: tuple[int, int, int, int], paragraphs: Sequence[str], size: Pt,
    colour: RGBColor,
) -> None:
    frame = slide.shapes.add_textbox(*(Emu(v) for v in box)).text_frame
    frame.word_wrap = True
    for index, text in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = f"•  {text[2:]}" if text.startswith("- ") else text
        run.font.size, run.font.color.rgb = size, colour
        paragraph.space_after = Pt(4)


def _figures(slide: Slide, box: tuple[int, int, int, int], block: Figures) -> None:
    left, top, width, height = box
    each = width // max(1, len(block.items))
    for index, (label, value, meaning) in enumerate(block.items):
        frame = slide.shapes.add_textbox(
            Emu(left + index * each), Emu(top), Emu(each), Emu(height)
        ).text_frame
        frame.word_wrap = True
        lines = (
            (label, Pt(12), MUTED, False),
            (value, Pt(26), INK, True),
            (meaning, Pt(11), MUTED, False),
        )
        for line, (text, size, colour, bold) in enumerate(lines):
            paragraph = frame.paragraphs[0] if line == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text = text
            run.font.size, run.font.bold, run.font.color.rgb = size, bold, colour


def _table(slide: Slide, box: tuple[int, int, int, int], block: Table) -> None:
    rows: list[Sequence[Any]] = [*block.rows]
    if block.total is not None:
        rows.append(block.total)
    shape = slide.shapes.add_table(
        len(rows) + 1, len(block.columns), *(Emu(value) for value in box)
    )
    table = shape.table
    shape._element.graphic.graphicData.tbl[0][-1].text = _NO_STYLE
    table.horz_banding = False
    whole = sum(column.width for column in block.columns)
    for at, column in enumerate(block.columns):
        table.columns[at].width = Emu(int(box[2] * column.width / whole))
        _cell(table.cell(0, at), column.label, MUTED, KINDS[column.kind].numeric, bold=True)
        _hairline(table.cell(0, at), strong=True)
    for number, values in enumerate(rows):
        strong = number in block.strong or number >= len(block.rows)
        for at, value in enumerate(values):
            column = block.columns[at]
            tone = block.tones.get(number) if at == len(values) - 1 else None
            text = value if isinstance(value, str) else column.write(value)
            _cell(
                table.cell(number + 1, at),
                "" if value is None and not KINDS[column.kind].numeric else text,
                TONES[tone] if tone else INK,
                KINDS[column.kind].numeric,
                bold=strong or tone is not None,
            )
            _hairline(table.cell(number + 1, at), strong=False)


#: The table style "no style, no grid" of PowerPoint; hairlines are drawn under each cell.
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


def _hairline(cell: Any, strong: bool) -> None:
    """A thin line under a cell (the library has no call for borders)."""
    properties = cell._tc.get_or_add_tcPr()
    line = properties.makeelement(qn("a:lnB"), {"w": "12700" if strong else "6350", "cap": "flat"})
    fill = line.makeelement(qn("a:solidFill"), {})
    colour = fill.makeelement(qn("a:srgbClr"), {"val": "43566B" if strong else "C8C3B5"})
    fill.append(colour)
    line.append(fill)
    properties.append(line)


def _cell(cell: Any, text: str, colour: RGBColor, right: bool, *, bold: bool) -> None:
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.margin_left = cell.margin_right = Inches(0.08)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    frame = cell.text_frame
    frame.word_wrap = True
    run = frame.paragraphs[0].add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.color.rgb = Pt(12), bold, colour
    frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT


def _chart(slide: Slide, box: tuple[int, int, int, int], block: Chart) -> None:
    data = CategoryChartData()
    data.categories = list(block.categories)
    for index, (label, _) in enumerate(block.series):
        data.add_series(label, block.values(index))
    forms = {
        "bars": XL_CHART_TYPE.BAR_CLUSTERED,
        "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
        "lines": XL_CHART_TYPE.LINE_MARKERS,
    }
    chart = slide.shapes.add_chart(forms[block.form], *(Emu(v) for v in box), data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = block.title
    _style(chart.chart_title.text_frame, Pt(12), MUTED)
    chart.has_legend = len(block.series) > 1
    if chart.has_legend and chart.legend is not None:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
    chart.font.size = Pt(11)
    plot = chart.plots[0]
    if block.form != "lines":
        plot.gap_width = 60
    if len(block.categories) * len(block.series) <= 24:
        plot.has_data_labels = True
        plot.data_labels.number_format = KINDS[block.kind].pattern or "General"
        plot.data_labels.number_format_is_linked = False
        plot.data_labels.font.size = Pt(10)
    chart.value_axis.has_major_gridlines = False
    if block.form == "bars":
        chart.category_axis.reverse_order = True
    known = [v for at in range(len(block.series)) for v in block.values(at) if v is not None]
    if block.form != "lines" and known and min(known) >= 0:
        chart.value_axis.minimum_scale = 0
    for index, series in enumerate(plot.series):
        fill = series.format.line.color if block.form == "lines" else None
        if fill is None:
            series.format.fill.solid()
            fill = series.format.fill.fore_color
        fill.rgb = RGBColor.from_string(PALETTE[index % len(PALETTE)])


__all__ = ["TemplateError", "check_template", "own_template", "slides"]
