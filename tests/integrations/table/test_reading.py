# ruff: noqa: E501 - the tables under test read better on one line
"""Files are read by what they are, within limits; a bomb never opens."""

import io
import resource
import struct
import zipfile

import pytest
import xlsxwriter

from portulan.integrations.table.guess import guess_sheet, header_position
from portulan.integrations.table.reading import FileRefused, read_sheets

TABLE = "Nom;Coût;Début\nÉtoile;1 234,5;01/02/2027\nCœur;12;03/04/2027\n"


def workbook(*sheets, hidden=()):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        for at, row in rows.items() if isinstance(rows, dict) else enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(at, column, cell)
    book.close()
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_encodings_and_delimiters(encoding, delimiter):
    text = TABLE.replace("1 234,5", "1234.5").replace(";", delimiter)
    [sheet] = read_sheets("x.csv", text.encode(encoding))
    assert [row.cells for row in sheet.rows] == [
        ("Nom", "Coût", "Début"),
        ("Étoile", "1234.5", "01/02/2027"),
        ("Cœur", "12", "03/04/2027"),
    ]


def test_decimal_commas_do_not_pass_for_delimiters():
    text = "Nom;Coût\n" + "".join(f"P{i};{i},5\n" for i in range(30))
    [sheet] = read_sheets("x.csv", text.encode())
    assert sheet.format["delimiter"] == ";" and sheet.rows[3].cells == ("P2", "2,5")


def test_row_numbers_are_those_of_the_spreadsheet_despite_blank_rows_and_columns():
    rows = {3: (None, None, "Nom", "Coût"), 6: (None, None, "Alpha", 12.5)}
    [sheet] = read_sheets("x.xlsx", workbook(("Suivi", rows)))
    assert [(row.number, row.cells[2:]) for row in sheet.rows] == [
        (4, ("Nom", "Coût")),
        (7, ("Alpha", 12.5)),
    ]


def test_quoted_cells_may_hold_lines_and_delimiters():
    [sheet] = read_sheets("x.csv", b'Nom,Texte\n"A, B","un\ndeux ""trois"""\nC,d\n')
    assert [(row.number, row.cells) for row in sheet.rows][1:] == [
        (2, ("A, B", 'un\ndeux "trois"')),
        (3, ("C", "d")),
    ]


def test_hidden_and_empty_sheets_are_left_out():
    data = workbook(("A", [("Nom",), ("x",)]), ("B", [("Nom",), ("y",)]), ("C", []), hidden=("B",))
    assert [sheet.name for sheet in read_sheets("x.xlsx", data)] == ["A"]


def test_titles_above_the_table_are_passed_over():
    rows = [
        ("Portefeuille 2027 de la direction",),
        ("Version du 3 mars",),
        (None,),
        ("Projet", "Direction", "Coût (k€)"),
        ("Alpha", "DSI", 120),
    ]
    [sheet] = read_sheets("x.xlsx", workbook(("Suivi", rows)))
    assert sheet.rows[header_position(sheet.rows)].cells[0] == "Projet"
    read = guess_sheet(sheet)
    assert (read.kind, read.header_row) == ("project", 4)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b"   \n\n", "file.empty"),
        (b"%PDF-1.7 ...", "file.kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file.kind"),
        (b"PK\x03\x04 broken", "file.kind"),
        (b"a\x00b\x00", "file.kind"),
        (b"<!DOCTYPE html><html></html>", "file.kind"),
    ],
)
def test_what_is_no_table_is_refused(content, code):
    with pytest.raises(FileRefused) as caught:
        read_sheets("x.xlsx", content)
    assert caught.value.code == code


def bomb(megabytes, entries=1, lie=False):
    out = io.BytesIO()
    size = megabytes * 1024 * 1024
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for number in range(entries):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"0" * size)
    data = out.getvalue()
    return data.replace(struct.pack("<I", size), struct.pack("<I", 1000)) if lie else data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bomb(300), "file.unpacked"),
        (bomb(300, lie=True), "file.ratio"),
        (bomb(40), "file.ratio"),
        (bomb(0, entries=2_100), "file.entries"),
        (workbook(("S", {0: ("a",), 1_048_575: (None,) * 16_383 + ("z",)})), "file.cells"),
    ],
)
def test_a_bomb_is_refused_and_takes_no_memory(data, code):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FileRefused) as caught:
        read_sheets("bomb.xlsx", data)
    assert caught.value.code == code
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 * 1024


def test_declarations_are_refused():
    source = zipfile.ZipFile(io.BytesIO(workbook(("A", [("Nom",), ("x",)]))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/sharedStrings.xml":
                content = content.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)
            target.writestr(name, content)
    with pytest.raises(FileRefused) as caught:
        read_sheets("x.xlsx", out.getvalue())
    assert caught.value.code == "file.dtd"


def ods(cells):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr(
            "content.xml",
            '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
            'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
            'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
            f'<office:spreadsheet><table:table table:name="Suivi">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def text_cell(text, repeated=1):
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeated}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def test_an_ods_sheet_is_read():
    row = "<table:table-row>{}</table:table-row>"
    number = '<table:table-cell office:value-type="float" office:value="12.5"><text:p>12,5</text:p></table:table-cell>'
    blank = '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
    [sheet] = read_sheets(
        "x.ods",
        ods(
            row.format(text_cell("Nom") + text_cell("Coût"))
            + blank
            + row.format(text_cell("Alpha") + number)
        ),
    )
    assert [(r.number, r.cells) for r in sheet.rows] == [(1, ("Nom", "Coût")), (5, ("Alpha", 12.5))]


def test_an_ods_cell_repeated_without_end_is_refused():
    data = ods(
        f'<table:table-row table:number-rows-repeated="1048576">{text_cell("x", 16384)}</table:table-row>'
    )
    with pytest.raises(FileRefused) as caught:
        read_sheets("x.ods", data)
    assert caught.value.code == "file.cells"
