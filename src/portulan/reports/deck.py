"""The presentation that slides are added to: ours, or made from the company's template."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.slide import SlideLayout
from pptx.util import Emu, Inches, Pt

TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
SERVICE = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
WIDE = (Inches(13.333), Inches(7.5))
FONT = "Arial"
#: Our theme: text, ground, and the accents that charts take in order.
THEME = {
    "dk1": "10233A", "lt1": "FFFFFF", "dk2": "173B63", "lt2": "F6F3EC", "accent1": "173B63",
    "accent2": "2B9590", "accent3": "C79733", "accent4": "DE6E54", "accent5": "7DA057",
    "accent6": "8D70D0", "hlink": "1F6E9C", "folHlink": "43566B",
}  # fmt: skip
_ON_LIGHT = {"good": "43642A", "warn": "7F540A", "bad": "AD3620", "muted": "43566B"}
_ON_DARK = {"good": "A9CF85", "warn": "E9BE63", "bad": "F29A84", "muted": "B9C4D0"}
#: Size of titles where a template says none.
TITLE_SIZE = 28.0


class TemplateError(ValueError):
    """A company's template that cannot be used: ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of a slide, in English Metric Units."""

    left: int
    top: int
    width: int
    height: int

    @property
    def bottom(self) -> int:
        """Where it ends."""
        return self.top + self.height


@dataclass(frozen=True)
class Look:
    """What slides take from their template: layouts, free area, colours, sizes."""

    deck: Deck
    cover: SlideLayout
    body: SlideLayout
    area: Area
    title: Area
    title_size: float
    own: bool
    dark: bool

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a slide."""
        return self.deck.slide_width or WIDE[0], self.deck.slide_height or WIDE[1]

    def tone(self, name: str) -> RGBColor:
        """The colour of a tone, readable on the template's ground."""
        return RGBColor.from_string((_ON_DARK if self.dark else _ON_LIGHT)[name])

    @property
    def hair(self) -> str:
        """The colour of hairlines."""
        return "6B7A8A" if self.dark else "D5D0C4"


def look(template: bytes | None = None) -> Look:
    """A presentation without slides, ready to take some.

    Raises:
        TemplateError: the template is not a presentation, or has no layout with a title.
    """
    deck = _open(template) if template else own_template()
    body = title_only(deck)
    holder = _title_of(body)
    assert holder is not None
    title = _place(holder, Area(Inches(0.6), Inches(0.4), Inches(12.1), Inches(0.95)))
    return Look(
        deck,
        _cover_layout(deck) or body,
        body,
        _free(deck, body, title),
        title,
        _title_size(body, holder),
        template is None,
        _dark(deck, body),
    )


def _open(template: bytes) -> Deck:
    try:
        deck = Presentation(io.BytesIO(template))
        _empty(deck)
    except Exception as error:  # python-pptx raises whatever its XML reader does
        raise TemplateError("template.unreadable") from error
    return deck


def _empty(deck: Deck) -> None:
    """Take the example slides out of a template, and the sections that listed them."""
    ids = deck.slides._sldIdLst
    for entry in list(ids):
        deck.part.drop_rel(entry.rId)
        ids.remove(entry)
    extensions = deck.element.find(qn("p:extLst"))
    if extensions is not None:
        deck.element.remove(extensions)


def _title_of(layout: SlideLayout) -> Any | None:
    return next((s for s in layout.placeholders if s.placeholder_format.type in TITLES), None)


def title_only(deck: Deck) -> SlideLayout:
    """The layout with a title and as little else as possible.

    Raises:
        TemplateError: no layout has a title.
    """
    found: list[tuple[int, int, SlideLayout]] = []
    for index, layout in enumerate(deck.slide_layouts):
        title = _title_of(layout)
        if title is None or title.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE:
            continue
        others = [s for s in layout.placeholders if s.placeholder_format.type not in SERVICE]
        found.append((len(others), index, layout))
    if not found:
        raise TemplateError("template.no_title")
    return min(found, key=lambda item: item[:2])[2]


def _cover_layout(deck: Deck) -> SlideLayout | None:
    return next(
        (
            layout
            for layout in deck.slide_layouts
            if any(
                s.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE
                for s in layout.placeholders
            )
        ),
        None,
    )


def _place(shape: Any, otherwise: Area) -> Area:
    if None in (shape.left, shape.top, shape.width, shape.height):
        return otherwise
    return Area(shape.left, shape.top, shape.width, shape.height)


def _free(deck: Deck, layout: SlideLayout, title: Area) -> Area:
    """What a slide leaves free between its title and its foot."""
    width, height = deck.slide_width or WIDE[0], deck.slide_height or WIDE[1]
    feet = [
        s.top for s in layout.placeholders
        if s.placeholder_format.type in SERVICE and s.top is not None and s.top > height * 0.6
    ]
    bottom = min([*feet, int(height * 0.935)]) - Inches(0.32)
    top = title.bottom + Inches(0.12)
    if top > height * 0.45:  # a title in the middle or at the foot: the body goes above it
        top = Inches(0.4)
        bottom = min(bottom, title.top - Inches(0.1)) if title.top > height * 0.5 else bottom
    left = max(0, title.left)
    room = min(title.width, width - left - Inches(0.3))
    if room < width * 0.55:
        left, room = int(width * 0.05), int(width * 0.9)
    return Area(left, top, room, max(Inches(2), bottom - top))


def _title_size(layout: SlideLayout, holder: Any) -> float:
    """The size of titles that the layout, else the master, asks for; in points."""
    style = layout.slide_master.element.find(qn("p:txStyles") + "/" + qn("p:titleStyle"))
    for element in (holder._element, style):
        if element is None:
            continue
        for found in element.iter(qn("a:defRPr"), qn("a:rPr")):
            if found.get("sz"):
                return int(found.get("sz")) / 100
    return TITLE_SIZE


def _dark(deck: Deck, layout: SlideLayout) -> bool:
    """Whether text is light on a dark ground, from the theme's colours."""
    mapping = layout.slide_master.element.find(qn("p:clrMap"))
    name = mapping.get("bg1", "lt1") if mapping is not None else "lt1"
    for element in _theme(deck).iter(qn(f"a:{name}")):
        for colour in element:
            value = colour.get("lastClr") or colour.get("val") or "FFFFFF"
            if len(value) == 6:
                red, green, blue = (int(value[i : i + 2], 16) for i in (0, 2, 4))
                return 0.3 * red + 0.59 * green + 0.11 * blue < 128
    return False


def _theme(deck: Deck) -> Any:
    part = deck.slide_master.part.part_related_by(RT.THEME)
    return parse_xml(part.blob)  # resolves no entity


def theme_of(template: bytes | None) -> tuple[list[str], str, str]:
    """The accents of a template (hexadecimal), and its fonts for titles and text."""
    theme = _theme(look(template).deck)
    accents = []
    for rank in range(1, 7):
        for element in theme.iter(qn(f"a:accent{rank}")):
            accents += [c.get("lastClr") or c.get("val") or "" for c in element]
    fonts = []
    for name in ("majorFont", "minorFont"):
        faces = [f.get("typeface") or "" for e in theme.iter(qn(f"a:{name}")) for f in e[:1]]
        fonts.append(next(iter(faces), ""))
    return [a for a in accents if len(a) == 6], fonts[0], fonts[1]


def own_template() -> Deck:
    """Our own 16:9 template: the default one of the library, its places moved and its theme set."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDE
    _own_theme(deck)
    for holder in (deck.slide_master, *deck.slide_layouts):
        for shape in holder.placeholders:
            _own_place(shape)
    cover = deck.slide_layouts[0]
    for shape in cover.placeholders:
        if shape.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE:
            _move(shape, 0.8, 1.7, 11.7, 1.3)
            shape.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
        elif shape.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE:
            _move(shape, 0.8, 3.25, 11.7, 3.2)
            shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    for layout in deck.slide_layouts:
        if layout is not cover:
            _rule(layout, 0.5, 1.22, 12.33)
    _rule(cover, 0.9, 3.1, 2.2, thick=True)
    return deck


def _own_place(shape: Any) -> None:
    kind = shape.placeholder_format.type
    if kind in TITLES:
        _move(shape, 0.5, 0.3, 12.33, 0.88)
        shape.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
        shape.text_frame.word_wrap = True
    elif kind == PP_PLACEHOLDER.DATE:
        _move(shape, 12.8, 7.6, 0.1, 0.1)
        shape._element.getparent().remove(shape._element)
    elif kind == PP_PLACEHOLDER.FOOTER:
        _move(shape, 0.5, 7.06, 10.9, 0.3)
    elif kind == PP_PLACEHOLDER.SLIDE_NUMBER:
        _move(shape, 11.83, 7.06, 1.0, 0.3)
    elif shape.width is not None:
        _move(shape, 0.5, 1.4, 12.33, 5.4)


def _move(shape: Any, left: float, top: float, width: float, height: float) -> None:
    shape.left, shape.top = Inches(left), Inches(top)
    shape.width, shape.height = Inches(width), Inches(height)


def _rule(
    layout: SlideLayout, left: float, top: float, width: float, *, thick: bool = False
) -> None:
    """A thin line on a layout (the library draws on slides only)."""
    colour, height = ("2B9590", Pt(3)) if thick else ("D5D0C4", Pt(0.75))
    shape = parse_xml(
        f'<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:nvSpPr>'
        f'<p:cNvPr id="9{int(top * 100)}" name="Rule"/><p:cNvSpPr/><p:nvPr userDrawn="1"/>'
        f'</p:nvSpPr><p:spPr><a:xfrm><a:off x="{Inches(left)}" y="{Inches(top)}"/>'
        f'<a:ext cx="{Inches(width)}" cy="{Emu(height)}"/></a:xfrm><a:prstGeom prst="rect">'
        f'<a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
        f"<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    )
    layout.shapes._spTree.append(shape)


def _own_theme(deck: Deck) -> None:
    part = deck.slide_master.part.part_related_by(RT.THEME)
    theme = _theme(deck)
    for name, value in THEME.items():
        for element in theme.iter(qn(f"a:{name}")):
            for child in list(element):
                element.remove(child)
            element.append(element.makeelement(qn("a:srgbClr"), {"val": value}))
    for face in theme.iter(qn("a:latin")):
        face.set("typeface", FONT)
    part._blob = serialize_part_xml(theme)


def holders(layout: SlideLayout) -> Iterator[Any]:
    """The places of a layout for the foot and the number of a slide."""
    for shape in layout.placeholders:
        if shape.placeholder_format.type in SERVICE[1:]:
            yield shape
