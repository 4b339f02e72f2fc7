"""Blocks of a document as native shapes of a slide: text, figures, tables, charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.util import Emu, Inches, Pt

from portulan.reports import columns, measure
from portulan.reports.deck import Area, Look
from portulan.reports.document import FILLS, KINDS, Chart, Figures, Table, Text, clean
from portulan.reports.excel import RISKY, numbers_of

POINT = 12_700
TEXT, CELL, SMALL = 14.0, 11.5, 9.0
PAD = 0.1
_ACCENTS = (
    MSO_THEME_COLOR.ACCENT_1,
    MSO_THEME_COLOR.ACCENT_2,
    MSO_THEME_COLOR.ACCENT_3,
    MSO_THEME_COLOR.ACCENT_4,
    MSO_THEME_COLOR.ACCENT_5,
    MSO_THEME_COLOR.ACCENT_6,
)
#: The table style "no style, no grid" of PowerPoint; hairlines are drawn under each cell.
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


def paint(run: Any, look: Look, size: float, *, tone: str = "", bold: bool = False) -> None:
    """Size, weight and colour of a run: the theme's text colour unless it has a tone."""
    run.font.size, run.font.bold = Pt(size), bold
    if tone:
        run.font.color.rgb = look.tone(tone)
    else:
        run.font.color.theme_color = MSO_THEME_COLOR.TEXT_1


def _box(slide: Slide, area: Area) -> Any:
    shape = slide.shapes.add_textbox(
        Emu(area.left), Emu(area.top), Emu(area.width), Emu(area.height)
    )
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = Inches(PAD)
    frame.margin_top = frame.margin_bottom = Inches(0.02)
    return frame


def _room(width: int, indent: float = 0.0) -> float:
    return float((width - 2 * Inches(PAD)) / POINT - indent)


# --- Text


def line(
    slide: Slide, look: Look, area: Area, text: str, size: float, tone: str = "muted",
    bold: bool = False,
) -> None:
    """One line of text, cut when it is too long."""
    frame = _box(slide, area)
    run = frame.paragraphs[0].add_run()
    run.text = measure.cut(clean(text).replace("\n", " "), _room(area.width), size, 1)
    paint(run, look, size, tone=tone, bold=bold)


def text_height(block: Text, width: int, scale: float = 1.0) -> int:
    """How high paragraphs stand."""
    points, size = 0.0, TEXT * scale
    if block.title:
        points += CELL * measure.LEADING + 4
    for text in block.paragraphs:
        dash = text.startswith("- ")
        room = _room(width, 14 if dash else 0)
        points += measure.height(clean(text[2:] if dash else text), room, size) + 5
    return int((points + 4) * POINT)


def draw_text(
    slide: Slide, look: Look, area: Area, block: Text, scale: float = 1.0
) -> None:
    """Paragraphs and points of a list, under their title."""
    frame = _box(slide, area)
    first = True

    def paragraph() -> Any:
        nonlocal first
        made = frame.paragraphs[0] if first else frame.add_paragraph()
        first = False
        return made

    if block.title:
        made = paragraph()
        run = made.add_run()
        run.text = block.title
        paint(run, look, CELL, tone="muted", bold=True)
        made.space_after = Pt(4)
    for text in block.paragraphs:
        made = paragraph()
        dash = text.startswith("- ")
        if dash:
            properties = made._p.get_or_add_pPr()
            properties.set("marL", str(14 * POINT))
            properties.set("indent", str(-14 * POINT))
            bullet = properties.makeelement(qn("a:buChar"), {"char": "•"})
            properties.append(bullet)
        run = made.add_run()
        run.text = clean(text[2:] if dash else text)
        paint(run, look, TEXT * scale)
        made.space_after = Pt(5)


# --- Figures

FIGURE_SIZES = (11.0, 24.0, 10.5)


def figures_height(block: Figures, width: int) -> int:
    """How high figures side by side stand."""
    room = _room(width // max(1, len(block.items)), 8)
    most = 0.0
    for item in block.items:
        big = _big(item.written, room)
        most = max(
            most,
            measure.height(clean(item.label), room, FIGURE_SIZES[0])
            + big * measure.LEADING * measure.lines(clean(item.written), room, big)
            + (measure.height(clean(item.meaning), room, FIGURE_SIZES[2]) if item.meaning else 0),
        )
    return int((most + 12) * POINT)


def _big(text: str, room: float) -> float:
    for size in (FIGURE_SIZES[1], 20.0, 17.0, 14.0):
        if measure.lines(clean(text), room, size) == 1:
            return size
    return 14.0


def draw_figures(slide: Slide, look: Look, area: Area, block: Figures) -> None:
    """Figures side by side: label, value, meaning."""
    each = area.width // max(1, len(block.items))
    for index, item in enumerate(block.items):
        place = Area(area.left + index * each, area.top, each, area.height)
        frame = _box(slide, place)
        value = clean(item.written)
        lines = (
            (clean(item.label), FIGURE_SIZES[0], "muted", False),
            (value, _big(value, _room(each, 8)), item.tone, True),
            (clean(item.meaning), FIGURE_SIZES[2], "muted", False),
        )
        for number, (text, size, tone, bold) in enumerate(lines):
            if not text:
                continue
            made = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            run = made.add_run()
            run.text = text
            paint(run, look, size, tone=tone, bold=bold)


# --- Tables


def widths(table: Table, width: int, size: float = CELL) -> list[int]:
    """The width of each column, in English Metric Units."""
    pad = Inches(PAD) / POINT
    return [int(w * POINT) for w in columns.widths(table, width / POINT, size, pad)]


def row_heights(table: Table, width: int, most: int, scale: float = 1.0) -> list[int]:
    """The height of the header, of each row, and of the total if any; none above ``most``."""
    size = CELL * scale
    across = [(w - 2 * Inches(PAD)) / POINT for w in widths(table, width, size)]
    heights = []
    rows: list[Sequence[str]] = [[c.label for c in table.columns]]
    rows += [table.text(values) for values in table.rows]
    if table.total is not None:
        rows.append(table.text(table.total))
    for values in rows:
        count = max(
            (
                measure.lines(clean(text), room, size * 1.05)
                for text, room in zip(values, across, strict=True)
            ),
            default=1,
        )
        heights.append(min(most, int((count * size * measure.LEADING + 6 * scale) * POINT)))
    return heights


def draw_table(
    slide: Slide, look: Look, area: Area, table: Table, heights: Sequence[int], most: int,
    scale: float = 1.0,
) -> list[str]:
    """A native table with hairlines; the texts that had to be cut are given back whole."""
    rows: list[Sequence[Any]] = [*table.rows]
    if table.total is not None:
        rows.append(table.total)
    shape = slide.shapes.add_table(
        len(rows) + 1, len(table.columns),
        Emu(area.left), Emu(area.top), Emu(area.width), Emu(sum(heights)),
    )
    shape.name = "Table"
    native = shape.table
    shape._element.graphic.graphicData.tbl[0][-1].text = _NO_STYLE
    native.horz_banding = False
    size = CELL * scale
    across = widths(table, area.width, size)
    for at, wide in enumerate(across):
        native.columns[at].width = Emu(wide)
    for at, given in enumerate(heights):
        native.rows[at].height = Emu(given)
    allowed = max(1, int((most / POINT - 6 * scale) / (size * measure.LEADING)))
    cut: list[str] = []
    for number, (row, values) in enumerate(
        zip(shape._element.graphic.graphicData.tbl.tr_lst, [None, *rows], strict=True)
    ):
        texts = [c.label for c in table.columns] if values is None else table.text(values)
        head = values is None
        strong = number - 1 in table.strong or number > len(table.rows)
        for at, (cell, text) in enumerate(zip(row.tc_lst, texts, strict=True)):
            tone = "muted" if head else table.tones.get((number - 1, at), "")
            whole = clean(text)
            shown = measure.cut(whole, (across[at] - 2 * Inches(PAD)) / POINT, size * 1.05, allowed)
            if shown != whole:
                cut.append(whole)
            fill = None if head else table.fills.get((number - 1, at))
            bold = head or strong or tone in ("good", "warn", "bad")
            colour = f"{look.tone(tone)}" if tone else ""
            right = KINDS[table.columns[at].kind].numeric
            if fill is not None:
                colour = FILLS.get(fill, FILLS[""])[1]
            _text(cell, shown, SMALL if fill is not None else size, right, colour, bold)
            line = "7B8794" if head or number > len(table.rows) else look.hair
            _frame(cell, line, FILLS.get(fill, FILLS[""])[0] if fill is not None else "")
    return cut


# A table has hundreds of cells: they are written as elements, ten times as fast as by the library.


def _add(parent: Any, tag: str, **attributes: str) -> Any:
    child = parent.makeelement(tag, attributes)
    parent.append(child)
    return child


def _text(cell: Any, text: str, size: float, right: bool, colour: str, bold: bool) -> None:
    """The paragraphs of a cell; without colour, that of the theme's text."""
    body = cell.get_or_add_txBody()
    for paragraph in body.findall(_P):
        body.remove(paragraph)
    sz = str(int(size * 100))
    for part in text.split("\n"):
        paragraph = _add(body, _P)
        _add(paragraph, qn("a:pPr"), algn="r" if right else "l")
        if part:
            run = _add(paragraph, qn("a:r"))
            properties = _add(run, qn("a:rPr"), sz=sz, b="1" if bold else "0")
            fill = _add(properties, qn("a:solidFill"))
            if colour:
                _add(fill, qn("a:srgbClr"), val=colour)
            else:
                _add(fill, qn("a:schemeClr"), val="tx1")
            _add(run, qn("a:t")).text = part.replace("\t", " ")
        # An empty cell is as high as its end mark: without a size, that of the theme.
        _add(paragraph, qn("a:endParaRPr"), sz=sz)


def _frame(cell: Any, line: str, ground: str) -> None:
    """Margins of a cell, a hairline under it, its ground if it has one."""
    properties = cell.get_or_add_tcPr()
    side, around = str(int(Inches(PAD))), str(int(2.5 * POINT))
    for name, value in (("marL", side), ("marR", side), ("marT", around), ("marB", around)):
        properties.set(name, value)
    properties.set("anchor", "ctr")
    under = _add(properties, qn("a:lnB"), w="6350", cap="flat")
    _add(_add(under, qn("a:solidFill")), qn("a:srgbClr"), val=line)
    if ground:
        fill = _add(properties, qn("a:solidFill"))
        _add(fill, qn("a:srgbClr"), val=ground)


_P = qn("a:p")


# --- Charts

FORMS = {
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "lines": XL_CHART_TYPE.LINE_MARKERS,
}
#: The colour of what others are compared with: the first of several series.
REFERENCE = "B9C2CC"
#: Bars whose values are all written.
LABELLED = 40


def draw_chart(slide: Slide, look: Look, area: Area, block: Chart) -> None:
    """A native chart: its data can be edited in PowerPoint."""
    data = CategoryChartData(number_format=KINDS[block.kind].pattern or "General")
    data.categories = [clean(category) for category in block.categories]
    for index, (label, _values) in enumerate(block.series):
        data.add_series(clean(label), block.values(index))
    frame = slide.shapes.add_chart(
        FORMS[block.form], Emu(area.left), Emu(area.top), Emu(area.width), Emu(area.height), data
    )
    if any(name.startswith(RISKY) for name in (*block.categories, *(s[0] for s in block.series))):
        frame.chart.part.chart_workbook.update_from_xlsx_blob(numbers_of(block))
    frame.name = clean(block.title) or "Chart"
    frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(block.title))
    chart = frame.chart
    chart.font.size = Pt(10.5)
    chart.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    chart.has_title = True
    title = chart.chart_title.text_frame
    title.text = clean(block.title)
    paint(title.paragraphs[0].runs[0], look, 11, tone="muted")
    chart.has_legend = len(block.series) > 1
    if chart.has_legend and chart.legend is not None:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
        chart.legend.font.size = Pt(10.5)
    _axes(chart, block)
    plot = chart.plots[0]
    if block.form != "lines":
        plot.gap_width, plot.overlap = 55, -5
    if len(block.categories) * len(block.series) <= LABELLED:
        plot.has_data_labels = True
        labels = plot.data_labels
        labels.number_format = KINDS[block.kind].pattern or "General"
        labels.number_format_is_linked = False
        labels.font.size = Pt(10)
        if block.form != "lines":
            labels.position = XL_LABEL_POSITION.OUTSIDE_END
    for index, series in enumerate(plot.series):
        _colour(look, block, index, series)


def _axes(chart: Any, block: Chart) -> None:
    chart.value_axis.has_major_gridlines = False
    chart.category_axis.format.line.fill.background()
    chart.category_axis.has_major_gridlines = False
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.category_axis.tick_labels.font.size = Pt(10.5)
    if block.form == "bars":
        chart.category_axis.reverse_order = True
    known = [v for at in range(len(block.series)) for v in block.values(at) if v is not None]
    if block.form != "lines":
        chart.value_axis.visible = False
        if known and min(known) >= 0:
            chart.value_axis.minimum_scale = 0
            chart.value_axis.maximum_scale = (max(known) or 1) * 1.15


def _colour(look: Look, block: Chart, index: int, series: Any) -> None:
    reference = index == 0 and len(block.series) > 1 and block.form != "lines"
    accent = _ACCENTS[(index - (len(block.series) > 1)) % len(_ACCENTS)]
    if block.form == "lines":
        series.smooth = False
        series.format.line.color.theme_color = accent
        series.format.line.width = Pt(2)
        return
    series.format.fill.solid()
    if reference:
        series.format.fill.fore_color.rgb = RGBColor.from_string(REFERENCE)
    else:
        series.format.fill.fore_color.theme_color = accent
    for (of, category), tone in block.tones.items():
        if of == index and category < len(block.categories):
            fill = series.points[category].format.fill
            fill.solid()
            fill.fore_color.rgb = bar(look, tone)


def bar(look: Look, tone: str) -> RGBColor:
    """The colour of a bar with a tone: fuller than that of words."""
    fills = {"good": "7DA057", "warn": "C79733", "bad": "DE6E54", "muted": "9AA5B1"}
    return RGBColor.from_string(fills[tone])
