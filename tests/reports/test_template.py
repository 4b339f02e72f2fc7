"""The company's template: used as it is, refused when it cannot serve or would do harm."""

from __future__ import annotations

import io
import zipfile

import pytest
from pptx import Presentation
from pptx.util import Inches

from portulan.base.policy import Invalid, Refused
from portulan.governance.models import Dossier
from portulan.reports import making, template
from portulan.reports.deck import TemplateError
from portulan.reports.making import Wanted
from tests.governance.house import House
from tests.reports import reading


def company_template(wide: float = 10.0, high: float = 7.5) -> bytes:
    """A template of a company: another size, layouts renamed, an example slide."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(wide), Inches(high)
    names = ("Couverture maison", "Contenu", "Intercalaire", "Deux colonnes", "Comparaison",
             "Titre seul maison", "Vide")
    for layout, name in zip(deck.slide_layouts, names, strict=False):
        layout.name = name
        for shape in layout.placeholders:
            shape.left, shape.width = Inches(0.4), Inches(wide - 0.8)
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text_frame.text = "Exemple à retirer"
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def repacked(data: bytes, change) -> bytes:
    """The archive with its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(
        out, "w", zipfile.ZIP_DEFLATED
    ) as after:
        parts = {name: before.read(name) for name in before.namelist()}
        for name, content in change(parts).items():
            after.writestr(name, content)
    return out.getvalue()


def with_part(name: str, content: bytes):
    return lambda parts: parts | {name: content}


def replaced(name: str, old: bytes, new: bytes):
    def change(parts: dict[str, bytes]) -> dict[str, bytes]:
        assert old in parts[name]
        return parts | {name: parts[name].replace(old, new)}

    return change


@pytest.mark.parametrize("size", [(10.0, 7.5), (13.333, 7.5), (20.0, 11.25)])
def test_slides_take_the_size_and_layouts_of_the_company(
    house: House, dossier: Dossier, size: tuple[float, float]
) -> None:
    template.use(house.actors["pmo"], "Modèle groupe.pptx", company_template(*size))
    wanted = Wanted("committee_pack", "pptx", house.meeting.code, "fr")
    data = making.make(house.actors["pmo"], wanted).content
    deck = reading.deck(data)
    assert (deck.slide_width, deck.slide_height) == (Inches(size[0]), Inches(size[1]))
    layouts = [slide.slide_layout.name for slide in deck.slides]
    assert layouts[0] == "Couverture maison"
    assert set(layouts[1:]) == {"Titre seul maison"}
    assert "Exemple à retirer" not in reading.texts(data)
    assert reading.problems(data) == []
    assert reading.charts(data), "charts stay native"


def test_the_preview_says_what_will_be_used(house: House) -> None:
    assert template.preview().file_name == ""
    template.use(house.actors["pmo"], "Modèle groupe.pptx", company_template())
    found = template.preview()
    assert (found.file_name, found.cover, found.body) == (
        "Modèle groupe.pptx", "Couverture maison", "Titre seul maison",
    )
    assert (round(found.width, 1), round(found.height, 1)) == (25.4, 19.1)
    assert len(found.accents) == 6 and found.title_font == "Calibri"
    template.remove(house.actors["pmo"])
    assert template.preview().file_name == "" and template.current() is None


def test_a_potx_serves_too(house: House) -> None:
    potx = repacked(
        company_template(),
        replaced("[Content_Types].xml", b"presentation.main+xml", b"template.main+xml"),
    )
    template.use(house.actors["pmo"], "modele.potx", potx)
    data = making.make(house.actors["pmo"], Wanted("one_page", "pptx", "", "fr")).content
    assert reading.deck(data).slide_width == Inches(10)


def _without_title(data: bytes) -> bytes:
    deck = Presentation(io.BytesIO(data))
    for layout in deck.slide_layouts:
        for shape in list(layout.placeholders):
            shape._element.getparent().remove(shape._element)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


_REL = (
    b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'relationships/image" Target="http://example.org/pixel.png" TargetMode="External"/>'
    b"</Relationships>"
)
REFUSED = {
    "not a file of office": (lambda: b"%PDF-1.7 rien", "template.unreadable"),
    "another archive": (
        lambda: repacked(company_template(), lambda parts: {"a.txt": b"a"}), "template.unreadable",
    ),
    "a document of text": (
        lambda: repacked(company_template(), replaced(
            "[Content_Types].xml", b"presentationml.presentation.main", b"wordprocessingml.doc"
        )), "template.unreadable",
    ),
    "macros by type": (
        lambda: repacked(company_template(), replaced(
            "[Content_Types].xml",
            b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
            b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
        )), "template.macros",
    ),
    "macros inside": (
        lambda: repacked(company_template(), with_part("ppt/vbaProject.bin", b"x")),
        "template.macros",
    ),
    "bomb": (
        lambda: repacked(company_template(), with_part("ppt/media/a.bin", b"\0" * 30_000_000)),
        "template.bomb",
    ),
    "too many parts": (
        lambda: repacked(company_template(), lambda parts: parts | {
            f"x/{n}": b"" for n in range(template.PARTS + 1)
        }), "template.bomb",
    ),
    "fetches from elsewhere": (
        lambda: repacked(company_template(), replaced(
            "ppt/slideMasters/_rels/slideMaster1.xml.rels", b"</Relationships>", _REL
        )), "template.external",
    ),
    "entities": (
        lambda: repacked(company_template(), lambda parts: parts | {
            "ppt/presentation.xml": b'<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a "b">]>'
            + parts["ppt/presentation.xml"].split(b"?>", 1)[1]
        }), "template.unreadable",
    ),
    "no title": (lambda: _without_title(company_template()), "template.no_title"),
    "too large": (lambda: b"\0" * (template.LARGEST + 1), "template.too_large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_serve_is_refused_and_says_why(name: str) -> None:
    build, code = REFUSED[name]
    with pytest.raises(TemplateError) as caught:
        template.checked(build())
    assert caught.value.code == code


def test_a_refused_template_leaves_the_one_in_use(house: House) -> None:
    who = house.actors["pmo"]
    template.use(who, "bon.pptx", company_template())
    with pytest.raises(Invalid) as caught:
        template.use(who, "mauvais.pptx", b"rien")
    assert caught.value.errors["file"].code == "template.unreadable"
    assert template.preview().file_name == "bon.pptx"


def test_only_who_may_change_settings_changes_the_template(house: House) -> None:
    with pytest.raises(Refused):
        template.use(house.actors["reader"], "a.pptx", company_template())
    with pytest.raises(Refused):
        template.remove(house.actors["reader"])


def test_a_link_to_a_page_does_not_make_a_template_refused() -> None:
    link = _REL.replace(b"relationships/image", b"relationships/hyperlink")
    data = repacked(company_template(), replaced(
        "ppt/slideMasters/_rels/slideMaster1.xml.rels", b"</Relationships>", link
    ))
    assert template.checked(data)
