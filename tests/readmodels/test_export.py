"""Exports hold values, and texts that no spreadsheet runs."""

import io
from datetime import date

import openpyxl
import pytest

from portulan.readmodels.export import Sheet, SheetColumn, to_csv, to_xlsx

EVIL = ["=1+1", "+33", "-cmd", "@SUM(A1)", "\t=1", "\r=1"]


def sheet(texts):
    return Sheet(
        "Portefeuille",
        [SheetColumn("Produit"), SheetColumn("Atterrissage", "money"), SheetColumn("Jours", "days"),
         SheetColumn("Début", "date")],
        [[text, 123_456, 250, date(2027, 3, 9)] for text in texts] + [["Total", None, None, None]],
    )


@pytest.mark.parametrize("text", EVIL)
def test_a_text_is_never_a_formula(text):
    line = to_csv(sheet([text])).decode("utf-8-sig").split("\r\n", 1)[1]
    assert line.lstrip('"').startswith("'")
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx([sheet([text])])))
    cell = book.active["A2"]
    assert cell.data_type == "s" and cell.value.startswith("'")


def test_values_stay_numbers_and_dates():
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx([sheet(["Été"])])))
    row = [cell.value for cell in book.active[2]]
    assert row[:3] == ["Été", 1234.56, 2.5]
    assert str(row[3])[:10] == "2027-03-09"
    assert book.active["B3"].value is None
    assert b"1234.56;2.50;2027-03-09" in to_csv(sheet(["Été"]))


def test_a_sheet_name_is_one_that_excel_takes():
    name = "Budget [2027] : lignes / temps * ?" + "x" * 40
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx([Sheet(name, [SheetColumn("a")], [])])))
    assert len(book.active.title) <= 31
