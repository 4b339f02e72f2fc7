"""A document as slides: 16:9, native tables and charts, in the company's own template if any.

Heights are estimated before anything is drawn, so that nothing leaves a slide: what does not fit
goes on over the next one.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from pptx.slide import Slide
from pptx.util import Inches

from portulan.reports import drawing, frame, measure
from portulan.reports.deck import Area, Look, TemplateError, look, own_template
from portulan.reports.document import (
    Block,
    Chart,
    Document,
    Figures,
    Section,
    Table,
    Text,
    clean,
)

GAP = Inches(0.14)
#: A chart is at least so high, and at most.
CHART_LEAST, CHART_MOST = Inches(2.1), Inches(4.9)
#: Heights of the title of a table and of its note.
TITLE, NOTE = Inches(0.32), Inches(0.32)
#: A table is begun on a slide only when so many rows of it fit there.
ROWS_LEAST = 3
#: Share of the width given to the first block of a section whose blocks stand side by side.
LEFT = 0.46
BETWEEN = Inches(0.3)
#: On narrower slides (4:3) blocks stand one under the other.
WIDE_ENOUGH = Inches(10.5)
#: Letters grow when a section leaves room.
SCALES = (1.3, 1.2, 1.1)


def slides(document: Document, template: bytes | None = None) -> bytes:
    """The document as PPTX, in ``template`` when it is given.

    Raises:
        TemplateError: the template is not a presentation, or has no layout with a title.
    """
    found = look(template)
    properties = found.deck.core_properties
    properties.title, properties.subject = clean(document.title), clean(document.subtitle)
    properties.author, properties.language = "Portulan", document.language
    properties.keywords = properties.comments = ""
    if document.cover:
        frame.cover(found, document)
    for section in document.sections:
        _Flow(found, section, document).draw()
    out = io.BytesIO()
    found.deck.save(out)
    return out.getvalue()


class _Flow:
    """The slides of one section, filled from the top."""

    def __init__(self, found: Look, section: Section, document: Document) -> None:
        self.look, self.section, self.document = found, section, document
        self.slides: list[Slide] = []
        self.top = 0
        self.cut: list[str] = []
        self.scale = 1.0

    def draw(self) -> None:
        """Draw the blocks, then the titles and feet, once the number of slides is known."""
        self._next()
        self.scale = self._largest()
        if self._beside:
            self._side_by_side()
        else:
            self._stack(self.section.blocks, self.look.area.left, self.look.area.width)
        for number, slide in enumerate(self.slides, start=1):
            tail = f" ({number}/{len(self.slides)})" if len(self.slides) > 1 else ""
            frame.head(slide, self.look, self.section.heading + tail)
            frame.foot(slide, self.look, (self.document.footer, self.section.source))
            frame.drop_unused(slide)
        if self.cut:
            self.slides[0].notes_slide.notes_text_frame.text = "\n\n".join(self.cut)

    def _next(self) -> None:
        slide = self.look.deck.slides.add_slide(self.look.body)
        self.slides.append(slide)
        self.top = self.look.area.top
        if self.section.lead and len(self.slides) == 1:
            room = (self.look.area.width - 2 * Inches(drawing.PAD)) / drawing.POINT
            high = int((measure.height(self.section.lead, room, 14) + 4) * drawing.POINT)
            place = Area(self.look.area.left, self.top, self.look.area.width, high)
            drawing.draw_text(slide, self.look, place, Text([self.section.lead]))
            self.top += high + GAP // 2

    @property
    def _left(self) -> int:
        return self.look.area.bottom - self.top

    def _fresh(self) -> bool:
        return self.top == self.look.area.top

    @property
    def _beside(self) -> bool:
        return (
            self.section.beside
            and len(self.section.blocks) > 1
            and self.look.area.width >= WIDE_ENOUGH
        )

    def _largest(self) -> float:
        """The largest letters with which the section holds on one slide."""
        for scale in SCALES:
            self.scale = scale
            if self._whole() <= self._left:
                return scale
        return 1.0

    def _whole(self) -> int:
        """How high the blocks stand together, as they will be placed."""
        blocks, width = list(self.section.blocks), self.look.area.width
        if not self._beside:
            return int(sum(self._least(block, width) + GAP for block in blocks) - GAP)
        high = 0
        if isinstance(blocks[0], Figures):
            high = self._least(blocks.pop(0), width) + GAP
        left, right = self._halves()
        other = sum(self._least(block, right) + GAP for block in blocks[1:]) - GAP
        return int(high + max(self._least(blocks[0], left), other))

    def _halves(self) -> tuple[int, int]:
        """The widths of two columns."""
        left = int((self.look.area.width - BETWEEN) * LEFT)
        return left, self.look.area.width - BETWEEN - left

    # -- stacking

    def _stack(self, blocks: Sequence[Block], left: int, width: int) -> None:
        for index, block in enumerate(blocks):
            after = sum(self._least(b, width) + GAP for b in blocks[index + 1 :])
            self._one(block, left, width, after)

    def _least(self, block: Block, width: int) -> int:
        if isinstance(block, Chart):
            return int(CHART_LEAST)
        if isinstance(block, Figures):
            return drawing.figures_height(block, width)
        if isinstance(block, Text):
            return drawing.text_height(block, width, self.scale)
        heights = drawing.row_heights(block, width, self._most, self.scale)
        return sum(heights) + (NOTE if block.note else 0) + (TITLE if block.title else 0)

    @property
    def _most(self) -> int:
        """No row of a table is higher than most of a slide."""
        return int(self.look.area.height * 0.6)

    def _one(self, block: Block, left: int, width: int, after: int) -> None:
        if isinstance(block, Table):
            self._table(block, left, width)
        elif isinstance(block, Chart):
            self._chart(block, left, width, after)
        elif isinstance(block, Figures):
            self._figures(block, left, width)
        else:
            self._text(block, left, width)

    def _place(self, left: int, width: int, height: int) -> Area:
        place = Area(left, self.top, width, height)
        self.top += height + GAP
        return place

    def _figures(self, block: Figures, left: int, width: int) -> None:
        high = min(drawing.figures_height(block, width), self.look.area.height)
        if high > self._left and not self._fresh():
            self._next()
        drawing.draw_figures(self.slides[-1], self.look, self._place(left, width, high), block)

    def _chart(self, block: Chart, left: int, width: int, after: int) -> None:
        if self._left < CHART_LEAST and not self._fresh():
            self._next()
        rows = len(block.categories) * max(1, len(block.series))
        wanted = Inches(0.9) + rows * Inches(0.28) if block.form == "bars" else CHART_MOST
        room = self._left - after if self._left - after >= CHART_LEAST else self._left
        high = max(min(wanted, room, CHART_MOST), min(CHART_LEAST, self._left))
        drawing.draw_chart(
            self.slides[-1], self.look, self._place(left, width, int(high)), block
        )

    def _text(self, block: Text, left: int, width: int) -> None:
        rest = [_fitting(p, width, self.look, self.scale) for p in block.paragraphs]
        title = block.title
        while rest:
            taken = 0
            while taken < len(rest):
                part = Text(rest[: taken + 1], title)
                if drawing.text_height(part, width, self.scale) > self._left:
                    break
                taken += 1
            if taken == 0:
                if not self._fresh():
                    self._next()
                    continue
                taken = 1
            part = Text(rest[:taken], title)
            high = min(drawing.text_height(part, width, self.scale), self._left)
            place = self._place(left, width, high)
            drawing.draw_text(self.slides[-1], self.look, place, part, self.scale)
            rest, title = rest[taken:], ""
            if rest:
                self._next()

    def _table(self, block: Table, left: int, width: int) -> None:
        heights = drawing.row_heights(block, width, self._most, self.scale)
        head, rows = heights[0], heights[1 : 1 + len(block.rows)]
        total = heights[-1] if block.total is not None else 0
        note = NOTE if block.note else 0
        if block.title:
            if self._left < TITLE + head + sum(rows[:ROWS_LEAST]) and not self._fresh():
                self._next()
            self._caption(block.title, left, width)
        start = 0
        while True:
            fits, used = 0, head
            while start + fits < len(rows):
                last = start + fits + 1 == len(rows)
                if used + rows[start + fits] + (total + note if last else 0) > self._left:
                    break
                used += rows[start + fits]
                fits += 1
            ends = start + fits == len(rows)
            if not ends and fits < min(ROWS_LEAST, len(rows) - start) and not self._fresh():
                self._next()
                continue
            if not rows and head + total + note > self._left and not self._fresh():
                self._next()
                continue
            if fits == 0 and rows and not ends:
                fits = 1
                ends = start + fits == len(rows)
            self._rows(block, left, width, start, fits, ends, heights)
            start += fits
            if ends:
                return
            self._next()

    def _caption(self, text: str, left: int, width: int) -> None:
        place = self._place(left, width, TITLE)
        drawing.line(self.slides[-1], self.look, place, text, drawing.CELL, bold=True)
        self.top -= GAP

    def _rows(
        self, block: Table, left: int, width: int, start: int, count: int, ends: bool,
        heights: Sequence[int],
    ) -> None:
        span = range(start, start + count)
        part = Table(
            block.columns,
            block.rows[start : start + count],
            block.total if ends else None,
            frozenset(row - start for row in block.strong if row in span),
            {(row - start, at): tone for (row, at), tone in block.tones.items() if row in span},
            fills={(row - start, at): f for (row, at), f in block.fills.items() if row in span},
        )
        own = [heights[0], *heights[1 + start : 1 + start + count]]
        if part.total is not None:
            own.append(heights[-1])
        place = self._place(left, width, sum(own))
        self.cut += drawing.draw_table(
            self.slides[-1], self.look, place, part, own, self._most, self.scale
        )
        if ends and block.note:
            self.top -= GAP // 2
            high = Inches(0.24)
            drawing.line(
                self.slides[-1], self.look, self._place(left, width, high), block.note, 10
            )

    # -- side by side

    def _side_by_side(self) -> None:
        area, blocks = self.look.area, list(self.section.blocks)
        if isinstance(blocks[0], Figures):
            self._figures(blocks[0], area.left, area.width)
            blocks = blocks[1:]
        left_width, right_width = self._halves()
        right = area.left + left_width + BETWEEN
        top = self.top
        first = blocks[0]
        if isinstance(first, Chart):
            rows = len(first.categories) * max(1, len(first.series))
            wanted = Inches(1.0) + rows * Inches(0.42) if first.form == "bars" else CHART_MOST
            self._place_chart(first, area.left, left_width, min(int(wanted), self._left))
        else:
            self._one(first, area.left, left_width, 0)
        if len(self.slides) == 1:
            self.top = top
            self._stack(blocks[1:], right, right_width)
        else:
            self._next()
            self._stack(blocks[1:], area.left, area.width)

    def _place_chart(self, block: Chart, left: int, width: int, height: int) -> None:
        high = max(int(CHART_LEAST), min(height, int(CHART_MOST)))
        drawing.draw_chart(self.slides[-1], self.look, self._place(left, width, high), block)


def _fitting(paragraph: str, width: int, found: Look, scale: float) -> str:
    """A paragraph that fits on a slide by itself."""
    size = drawing.TEXT * scale
    most = int(found.area.height / drawing.POINT / (size * measure.LEADING)) - 2
    room = (width - 2 * Inches(drawing.PAD)) / drawing.POINT - 14
    return measure.cut(clean(paragraph), room, size, max(1, most))


__all__ = ["TemplateError", "own_template", "slides"]
