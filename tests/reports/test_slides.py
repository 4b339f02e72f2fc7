"""Slides to show without retouching: nothing outside, nothing cut in silence, any text survives."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from portulan.governance.models import Dossier
from portulan.reports import making
from portulan.reports.document import (
    Chart,
    Column,
    Document,
    Figure,
    Figures,
    Section,
    Table,
    Text,
)
from portulan.reports.excel import workbook
from portulan.reports.making import KINDS, Wanted
from portulan.reports.pdf import pdf, said
from portulan.reports.powerpoint import slides
from tests.governance.house import House
from tests.reports import reading
from tests.reports.conftest import decided

HOSTILE = {
    "formula": '=HYPERLINK("https://example.org","cliquez")',
    "plus": "+1+cmd|' /C calc'!A0",
    "markup": "<b>gras</b> #let x = 1 $y$ *gras* \\undefined @source ```raw```",
    "xml": "]]> & <!ENTITY a 'b'> \" '",
    "braces": "%(name)s {0} {{x}} {% load %}",
    "rtl": "עברית ثم العربية",
    "emoji": "fusée 🚀 famille 👩‍👩‍👧",
    "control": "a\x00b\x08c\x1bd",
}


def one(*blocks, heading: str = "Un titre", **more):
    section = Section(heading, blocks, source="source", name="Feuille", **more)
    return Document("Document", "Sous-titre", date(2027, 3, 11), [section], "fr", "Pied", "fichier",
                    ["Une conclusion."])


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_document_stays_within_its_slides(
    house: House, dossier: Dossier, kind: str, language: str
) -> None:
    code = house.meeting.code
    if kind in ("decision_record", "meeting_record"):
        house.meeting.items.all().delete()
        made = decided(house, dossier)
        code = made.code if kind == "decision_record" else code
    data = making.make(house.actors["pmo"], Wanted(kind, "pptx", code, language)).content
    assert reading.problems(data) == []
    assert reading.too_high(data) == []
    assert len(reading.deck(data).slides) >= 1


def test_a_document_of_one_page_has_one_slide_and_one_page(house: House) -> None:
    who = house.actors["pmo"]
    data = making.make(who, Wanted("one_page", "pptx", "", "fr")).content
    assert len(reading.deck(data).slides) == 1


@pytest.mark.parametrize("count", [0, 1, 13, 14, 40, 200])
@pytest.mark.parametrize("long", [False, True])
def test_a_long_table_goes_on_over_several_slides(count: int, long: bool) -> None:
    name = "Un libellé très long qui tient sur plusieurs lignes " * 5 if long else "Ligne"
    rows = [[f"{name} {n}", n * 100_000, -n * 100_000] for n in range(count)]
    table = Table(
        [Column("Ligne", width=3), Column("k€", "thousands"), Column("Écart", "thousands_signed")],
        rows, ["Total", 7, 7] if count else None, note="Une note.",
    )
    data = slides(one(Text(["Un paragraphe avant."]), table))
    assert reading.problems(data) == []
    assert reading.too_high(data) == []
    shown = [row[0] for row in reading.table_with(data, "Ligne")[1:]]
    assert shown == [row[0] for row in rows] + (["Total"] if count else [])
    titles = [s.shapes.title.text_frame.text for s in list(reading.deck(data).slides)[1:]]
    if len(titles) > 1:
        count_of = len(titles)
        assert titles[0].endswith(f"(1/{count_of})")
        assert titles[-1].endswith(f"({count_of}/{count_of})")


def test_blocks_side_by_side_stay_apart_even_when_the_table_is_long() -> None:
    chart = Chart("Valeurs", "bars", [f"Catégorie {n}" for n in range(12)],
                  [("A", list(range(12))), ("B", list(range(12)))])
    table = Table([Column("Nom"), Column("Nombre", "integer")], [[f"n{n}", n] for n in range(60)])
    figures = Figures([Figure("Un", "1"), Figure("Deux", "2", "et ce qu’il veut dire", "bad")])
    data = slides(one(figures, chart, table, beside=True))
    assert reading.problems(data) == []
    assert len(reading.table_with(data, "Nom")) == 61
    assert reading.charts(data)["Valeurs"]["B"]["Catégorie 7"] == 7


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_text_survives_in_every_format(text: str) -> None:
    kept = text.replace("\x00", "").replace("\x08", "").replace("\x1b", "")
    document = one(
        Table([Column(text), Column("n", "integer")], [[text, 1]], note=text),
        Text([text, f"- {text}"], text),
        Figures([Figure(text, text, text)]),
        Chart(text, "bars", [text, "autre"], [(text, [1, 2]), ("b", [3, 4])]),
        heading=text,
    )
    data = slides(document)
    assert reading.problems(data) == []
    assert kept in reading.texts(data)
    assert [kept, "1"] in reading.table_with(data, kept)
    assert reading.charts(data)[kept][kept][kept] == 1
    book = workbook(document)
    assert kept in reading.cells(book)
    kinds = {cell.data_type for sheet in reading.workbook(book) for row in sheet for cell in row}
    assert "f" not in kinds, "no cell is a formula"
    for behind in reading.workbooks_of_charts(data):
        kinds = {cell.data_type for sheet in behind for row in sheet for cell in row}
        assert "f" not in kinds, "nor in the workbook behind a chart"
    page = pdf(document)
    assert page.startswith(b"%PDF")
    if text in (HOSTILE["formula"], HOSTILE["markup"], HOSTILE["xml"], HOSTILE["braces"]):
        assert reading.plain(kept).replace(" ", "") in reading.pdf_text(page).replace(" ", "")


def test_a_text_too_long_for_a_slide_is_whole_in_its_notes_and_in_the_workbook() -> None:
    text = "Un mot puis un autre. " * 400
    document = one(Table([Column("Texte"), Column("n", "integer")], [[text, 1], ["court", 2]]))
    data = slides(document)
    assert reading.problems(data) == []
    shown = reading.table_with(data, "Texte")[1][0]
    assert shown.endswith("…") and text.startswith(shown[:-1])
    assert text in reading.notes(data)
    assert text in reading.cells(workbook(document))
    unbroken = one(Table([Column("Texte"), Column("n", "integer")], [["x" * 3000, 1]]))
    assert reading.problems(slides(unbroken)) == []
    # The head of the table comes again on each page.
    assert reading.pdf_text(pdf(unbroken)).count("x") >= 3000


def test_a_pdf_is_tagged_and_claims_the_standard_unless_a_letter_has_no_font() -> None:
    plain = pdf(one(Text(["Un texte."])))
    assert b"/MarkInfo" in plain and b"pdfuaid" in plain
    rare = pdf(one(Text(["漢字 🚀"])))
    assert b"/MarkInfo" in rare and b"pdfuaid" not in rare


def test_a_chart_is_said_in_words_for_who_does_not_see_it() -> None:
    chart = Chart("Charge", "bars", ["Data", "Mobile"], [("Charge", [1.4, None])], "percent")
    with translation.override("fr"):
        assert said(chart).replace("\u00a0", " ") == "Charge. Charge : Data 140 %, Mobile –"


def test_file_names_are_safe_and_in_the_language_asked_for(house: House) -> None:
    who = house.actors["pmo"]
    house.forum.name = "Comité « A/B » ../étrange\r\n🚀"
    house.forum.save()
    french = making.document(who, Wanted("committee_pack", "pptx", house.meeting.code, "fr"))
    english = making.document(who, Wanted("committee_pack", "pptx", house.meeting.code, "en"))
    assert french.file_name == "pack-du-comite-comite-a-b-etrange-2027-03-11"
    assert english.file_name == "committee-pack-comite-a-b-etrange-2027-03-11"
