"""Numbers, money, effort, dates and periods, as French and English readers write them; and
read back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from portulan.web.fields import EffortField, ThousandsField, read_number
from portulan.wording import formats as f

JULY_2027 = 2027 * 12 + 6


def plain(text: str) -> str:
    """Spaces of all kinds made plain, to compare."""
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("\u2011", "-")


@pytest.mark.parametrize(
    ("write", "value", "french", "english"),
    [
        (f.number, 1840, "1 840", "1,840"),
        (f.number, Decimal("-10.5"), "−10,5", "−10.5"),
        (f.number, None, "–", "–"),
        (f.signed, 335, "+335", "+335"),
        (f.signed, -10, "−10", "−10"),
        (f.signed, 0.2, "±0", "±0"),
        (f.percent, 0.9, "90 %", "90%"),
        (f.percent, 1.4, "140 %", "140%"),
        (f.percent_signed, -0.01, "−1 %", "−1%"),
        (f.money, 1_200_000_00, "1,2 M€", "€1.2M"),
        (f.money, 999_999_00, "1,0 M€", "€1.0M"),
        (f.money, 890_000_00, "890 k€", "€890k"),
        (f.money, 9_500_00, "9,5 k€", "€9.5k"),
        (f.money, 950_00, "950 €", "€950"),
        (f.money, -1_200_000_00, "−1,2 M€", "−€1.2M"),
        (f.money, 2_400_000_000_00, "2,4 Md€", "€2.4bn"),
        (f.money_signed, 600_000_00, "+600 k€", "+€600k"),
        (f.money_exact, 123456789, "1 234 567,89 €", "€1,234,567.89"),
        (f.thousands, 1_840_000_00, "1 840", "1,840"),
        (f.thousands_signed, 335_000_00, "+335", "+335"),
        (f.effort, 39_200, "392 j-h", "392 pd"),
        (f.effort, 250, "2,5 j-h", "2.5 pd"),
        (f.day, date(2027, 3, 9), "9 mars 2027", "9 March 2027"),
        (f.day_long, date(2027, 3, 9), "Mardi 9 mars 2027", "Tuesday 9 March 2027"),
        (f.weekday, date(2027, 3, 11), "jeu. 11 mars", "Thu 11 Mar"),
        (f.month, JULY_2027, "juillet 2027", "July 2027"),
        (f.quarter, JULY_2027, "T3 2027", "Q3 2027"),
        (f.quarter_short, JULY_2027, "T3", "Q3"),
    ],
)
def test_written_for_the_reader(
    write: Callable[[Any], str], value: Any, french: str, english: str
) -> None:
    with override("fr"):
        assert plain(write(value)) == french
    with override("en"):
        assert plain(write(value)) == english


def test_a_currency_without_minor_unit_is_not_divided() -> None:
    with override("en"):
        assert f.money(1_200_000, "JPY").endswith("1.2M")
        assert f.money(1_200_000, "EUR").endswith("12k")


def test_periods_are_half_open() -> None:
    with override("fr"):
        assert plain(f.period(JULY_2027, JULY_2027 + 3)) == "T3 2027"
        assert plain(f.period(JULY_2027 - 6, JULY_2027 + 3)) == "T1 – T3 2027"
        assert plain(f.period(JULY_2027 + 3, JULY_2027 + 9)) == "T4 2027 – T1 2028"
        assert plain(f.period(JULY_2027, None)) == "à partir du T3 2027"
        assert f.period(None, None) == "–"


def test_a_fiscal_year_that_starts_in_april_bears_the_number_of_its_end() -> None:
    with override("en"):
        assert plain(f.quarter(2027 * 12 + 3, 4)) == "Q1 2028"
        assert plain(f.quarter(2027 * 12 + 2, 4)) == "Q4 2027"


@given(cents=st.integers(-(10**13), 10**13), currency=st.sampled_from(["EUR", "GBP", "JPY"]))
def test_money_is_always_written_in_short(cents: int, currency: str) -> None:
    for language in ("fr", "en"):
        with override(language):
            assert 2 <= len(f.money(cents, currency)) <= 16


@given(thousands=st.integers(0, 10**9))
def test_what_is_written_is_read_back(thousands: int) -> None:
    field = ThousandsField()
    for language in ("fr", "en"):
        with override(language):
            assert field.clean(field.prepare_value(thousands * 100_000)) == thousands * 100_000


@pytest.mark.parametrize(
    ("language", "typed", "value"),
    [
        ("fr", "1 840", "1840"),
        ("fr", "1\u202f840,5", "1840.5"),
        ("fr", "1.840", "1840"),
        ("fr", "1.840,5", "1840.5"),
        ("fr", "1840.5", "1840.5"),
        ("fr", "12,5", "12.5"),
        ("en", "1,840", "1840"),
        ("en", "1,840.5", "1840.5"),
        ("en", "12.5", "12.5"),
        ("en", "1.840", "1.840"),
        ("fr", "−3", "-3"),
    ],
)
def test_numbers_are_read_as_people_write_them(language: str, typed: str, value: str) -> None:
    with override(language):
        assert read_number(typed) == Decimal(value)


@pytest.mark.parametrize(
    "typed", ["1.840 k", "beaucoup", "1..2", "NaN", "1e999999999", "--3", "1 840 €", "Infinity"]
)
def test_what_is_not_a_number_is_answered_with_an_example(typed: str) -> None:
    with override("fr"), pytest.raises(ValidationError) as error:
        ThousandsField().clean(typed)
    assert error.value.messages
    assert "k€" in error.value.messages[0] or "Au plus" in error.value.messages[0]


def test_effort_is_kept_in_hundredths_and_refuses_what_it_cannot_keep() -> None:
    with override("fr"):
        assert EffortField().clean("2,25") == 225
        with pytest.raises(ValidationError, match="décimales"):
            EffortField().clean("2,255")
        with pytest.raises(ValidationError, match="Au moins"):
            EffortField().clean("-1")
