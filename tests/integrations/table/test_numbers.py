"""Numbers read back whatever the writing; doubtful ones are said to be doubtful."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portulan.integrations.table.numbers import Unreadable, decimal_mark, read_number

GROUPINGS = (" ", "\u00a0", "\u202f", "'", "")
AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False)


def written(value: Decimal, grouping: str, mark: str) -> str:
    whole, _, cents = f"{value:.2f}".partition(".")
    groups = []
    while whole:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    return grouping.join(groups) + mark + cents


@given(AMOUNTS, st.sampled_from(GROUPINGS), st.sampled_from([",", "."]))
def test_an_amount_in_any_writing_reads_back_to_the_cent(value, grouping, mark):
    number, proof = read_number(written(value, grouping, mark))
    assert number.value == value and not number.ambiguous and proof == mark


@given(AMOUNTS, st.sampled_from([(",", "."), (".", ",")]))
def test_thousands_marked_by_the_other_separator(value, marks):
    grouping, mark = marks
    assume(value >= 1000)
    number, proof = read_number(written(value, grouping, mark))
    assert number.value == value and proof == mark


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(",."))
def test_three_digits_after_one_separator_are_doubtful(left, right, mark):
    number, proof = read_number(f"{left}{mark}{right:03}")
    assert number.ambiguous and proof == ""
    assert number.other == left * 1000 + right
    assert number.value == Decimal(f"{left}.{right:03}")


@given(st.text(max_size=20))
def test_any_text_gives_a_number_or_says_why_not(text):
    try:
        number, _ = read_number(text)
    except Unreadable as error:
        told = error.code.startswith("number.")
    else:
        told = number.value.is_finite()
    assert told


@pytest.mark.parametrize(
    ("text", "value", "unit", "currency"),
    [
        ("12,5 M€", "12.5", "m", "EUR"),
        ("350 k€", "350", "k", "EUR"),
        ("1,2 Md€", "1.2", "g", "EUR"),
        ("$ 4.5m", "4.5", "m", "USD"),
        ("3 millions d'euros", "3", "m", "EUR"),
        ("(1 200)", "-1200", "", ""),
        ("−45,5", "-45.5", "", ""),
        ("80 %", "80", "%", ""),
        ("12 j-h", "12", "d", ""),
        ("9.2e-05", "0.000092", "", ""),
        ("0,179", "0.179", "", ""),
        ("3.750684931506849", "3.750684931506849", "", ""),
        ("1.234.567", "1234567", "", ""),
    ],
)
def test_units_signs_and_odd_writings(text, value, unit, currency):
    number, _ = read_number(text)
    assert (number.value, number.unit, number.currency) == (Decimal(value), unit, currency)


@pytest.mark.parametrize(
    "text", ["12 34", "1.23.45", "1,2345.6,7", "abc", "12 abc", "", "1/2", "--5"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(Unreadable):
        read_number(text)


def test_a_column_proves_its_decimal_mark():
    assert decimal_mark(["1.840", "12,5"]) == ","
    assert decimal_mark(["1,840", "3.25"]) == "."
    assert decimal_mark(["1.840", "12"]) == ""
    assert decimal_mark(["1,5", "1.5"]) == "both"
