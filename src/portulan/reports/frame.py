"""What stands around the blocks of a slide: cover, title, foot and number."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.util import Inches, Pt

from portulan.reports import drawing, measure
from portulan.reports.deck import Area, Look, holders
from portulan.reports.document import Document, Text, clean


def cover(found: Look, document: Document) -> None:
    """The first slide: title, place and day, and the conclusion."""
    slide = found.deck.slides.add_slide(found.cover)
    title = slide.shapes.title
    if title is not None:
        _write(title, found, [clean(document.title)], (40, 34, 28, 24))
    subtitle = next(
        (s for s in slide.placeholders if s.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE),
        None,
    )
    said = [clean(text) for text in (document.subtitle, *document.conclusion) if text]
    if subtitle is not None:
        _write(subtitle, found, said, (20, 18, 16, 14, 12), muted_after=None)
    else:
        block = Text(said)
        high = drawing.text_height(block, found.area.width)
        place = replace(found.area, height=min(high, found.area.height))
        drawing.draw_text(slide, found, place, block)
    drop_unused(slide)


def _write(
    shape: Any, found: Look, paragraphs: Sequence[str], sizes: Sequence[float],
    muted_after: int | None = None,
) -> None:
    """Fill a placeholder; sizes are set in our own template, or where the text would not fit."""
    frame = shape.text_frame
    frame.word_wrap = True
    room = (shape.width or found.title.width) / drawing.POINT - 16
    high = (shape.height or found.title.height) / drawing.POINT - 8
    size = next(
        (
            s for s in sizes
            if sum(measure.height(p, room, s * 1.04) + s * 0.35 for p in paragraphs) <= high
        ),
        sizes[-1],
    )
    for index, text in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = text
        if found.own:
            paragraph.alignment = PP_ALIGN.LEFT
            title = len(paragraphs) == 1
            drawing.paint(run, found, size, tone="" if title or index else "muted", bold=title)
            paragraph.space_after = Pt(size * 0.35)
        elif size < sizes[0]:
            run.font.size = Pt(size)


def drop_unused(slide: Slide) -> None:
    """A placeholder left empty would show its prompt."""
    for shape in list(slide.placeholders):
        if not shape.has_text_frame or not shape.text_frame.text.strip():
            shape._element.getparent().remove(shape._element)


def head(slide: Slide, found: Look, text: str) -> None:
    """The conclusion of a slide, in its title."""
    title = slide.shapes.title
    if title is None:
        return
    sizes: tuple[float, ...] = (24, 22, 20, 18, 16, 14)
    if not found.own:
        first = found.title_size
        sizes = (first, *(s for s in sizes if s < first))
    room = found.title.width / drawing.POINT - 16
    most = max(1, int((found.title.height / drawing.POINT) / (sizes[-1] * measure.LEADING)))
    _write(title, found, [measure.cut(clean(text), room, sizes[-1], most)], sizes)

def foot(slide: Slide, found: Look, texts: Sequence[str]) -> None:
    """The foot of a slide, in the places of its layout where it has some."""
    own = found.own
    kept = [clean(t) for t in texts if t]
    # A company's foot is often short: there, the source has its own line above.
    said = " · ".join(kept) if own else "".join(kept[:1])
    above = "" if own else " · ".join(kept[1:])
    drawn = set()
    for holder in holders(found.body):
        element = copy.deepcopy(holder._element)
        kind = holder.placeholder_format.type
        body = element.find(qn("p:txBody"))
        if body is None:
            continue
        for paragraph in body.findall(qn("a:p"))[1:]:
            body.remove(paragraph)
        paragraph = body.find(qn("a:p"))
        for child in list(paragraph):
            if child.tag != qn("a:pPr"):
                paragraph.remove(child)
        ids = [int(e.get("id")) for e in slide.shapes._spTree.iter(qn("p:cNvPr"))]
        element.find(".//" + qn("p:cNvPr")).set("id", str(max(ids, default=1) + 1))
        slide.shapes._spTree.append(element)
        shape = slide.shapes[-1]
        if kind == PP_PLACEHOLDER.FOOTER:
            width = (holder.width or found.area.width) / drawing.POINT - 16
            run = shape.text_frame.paragraphs[0].add_run()
            run.text = measure.cut(said, width, drawing.SMALL * 1.05, 1) or " "
            drawing.paint(run, found, drawing.SMALL, tone="muted")
            if own:
                shape.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        else:
            _number(shape, found, found.deck.slides.index(slide) + 1)
        drawn.add(kind)
    if PP_PLACEHOLDER.FOOTER not in drawn:
        above = " · ".join(kept)
    if above:
        height = found.size[1]
        place = Area(
            found.area.left, min(found.area.bottom + Inches(0.04), height - Inches(0.3)),
            found.area.width, Inches(0.26),
        )
        drawing.line(slide, found, place, above, drawing.SMALL)


def _number(shape: Any, found: Look, number: int) -> None:
    """The slide's number, as a field that follows when slides are moved."""
    paragraph = shape.text_frame.paragraphs[0]
    field = paragraph._p.makeelement(
        qn("a:fld"), {"id": "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", "type": "slidenum"}
    )
    properties = field.makeelement(qn("a:rPr"), {"lang": "fr-FR"})
    if found.own:
        properties.set("sz", "900")
    field.append(properties)
    text = field.makeelement(qn("a:t"), {})
    text.text = str(number)
    field.append(text)
    paragraph._p.append(field)
    if found.own:
        paragraph.alignment = PP_ALIGN.RIGHT
