"""Dates, quarters and durations as French and English spreadsheets write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.integrations.table.dates import (
    EXCEL_DAY_ZERO,
    Duration,
    add_months,
    date_order,
    read_date,
    read_duration,
    read_period,
)
from portulan.integrations.table.numbers import Unreadable

DAYS = st.dates(min_value=date(1970, 1, 1), max_value=date(2069, 12, 31))
FRENCH = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
FORMS = (
    lambda d: d.isoformat(),
    lambda d: d.strftime("%d.%m.%Y") if d.day > 12 else d.isoformat(),
    lambda d: f"{d.day} {FRENCH[d.month - 1]} {d.year}",
    lambda d: f"{ENGLISH[d.month - 1]} {d.day}, {d.year}",
    lambda d: f"{d.isoformat()} 00:00:00",
    lambda d: (d - EXCEL_DAY_ZERO).days,
    lambda d: float((d - EXCEL_DAY_ZERO).days) + 0.25,
)


@given(DAYS, st.sampled_from(FORMS))
def test_a_day_in_any_writing_reads_back(day, form):
    span = read_date(form(day))
    assert (span.first, span.last) == (day, day)


@given(DAYS, st.sampled_from(["dmy", "mdy"]))
def test_slashes_follow_the_order_of_the_column(day, order):
    text = day.strftime("%d/%m/%Y" if order == "dmy" else "%m/%d/%Y")
    assert read_date(text, order).first == day


@given(DAYS)
def test_slashes_without_order_say_their_other_reading(day):
    span = read_date(day.strftime("%d/%m/%Y"))
    assert span.first == day
    assert (span.other is not None) == (day.day <= 12 and day.day != day.month)


@given(st.integers(1970, 2069), st.integers(1, 4))
def test_quarters(year, quarter):
    first = date(year, quarter * 3 - 2, 1)
    for text in (
        f"T{quarter} {year}",
        f"{year}-Q{quarter}",
        f"Q{quarter}/{year}",
        f"{quarter}e trimestre {year}",
    ):
        span = read_date(text)
        assert (span.first, span.months) == (first, 3)


@given(st.text(max_size=16))
def test_any_text_gives_days_or_says_why_not(text):
    try:
        span = read_date(text)
    except Unreadable as error:
        told = error.code.startswith("date.")
    else:
        told = span.first <= span.last
    assert told


@pytest.mark.parametrize(
    "text", ["31/02/2027", "2027-13-01", "0217-01-01", "En cadrage", "99/99/9999", True, None]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(Unreadable):
        read_date(text)


def test_the_order_of_a_column_is_proved_by_one_date():
    assert date_order(["3/4/2027", "13/4/2027"]) == "dmy"
    assert date_order(["3/4/2027", "4/13/2027"]) == "mdy"
    assert date_order(["3/4/2027"]) == ""
    assert date_order(["13/4/2027", "4/13/2027"]) == "both"


@pytest.mark.parametrize(
    ("value", "unit", "months"),
    [
        ("3.750684931506849", "y", 45),
        ("6,4", "y", 77),
        (2, "y", 24),
        ("18 mois", "y", 18),
        ("2 ans", "m", 24),
        (3.0, "q", 9),
        ("0.0", "m", 1),
    ],
)
def test_durations_in_months(value, unit, months):
    assert read_duration(value, unit).months == months


def test_a_duration_in_days_ends_on_its_last_day():
    assert read_duration("182.0", "d") == Duration(days=182)
    assert Duration(days=182).last_day(date(2011, 10, 1)) == date(2012, 3, 30)
    assert Duration(days=182).month_count(date(2011, 10, 1)) == 6
    assert Duration(months=45).last_day(date(2013, 7, 1)) == date(2017, 3, 31)


@given(DAYS, st.integers(0, 120))
def test_adding_months_keeps_the_day_or_takes_the_last_one(day, months):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_a_heading_that_names_a_period():
    assert (read_period("janv-27").start, read_period("janv-27").months) == (2027 * 12, 1)
    assert (read_period("T3 2027").start, read_period("T3 2027").months) == (2027 * 12 + 6, 3)
    assert read_period(date(2027, 5, 1)).months == 1
    assert read_period("15/03/2027") is None and read_period("Équipe") is None
