"""Dates, months, quarters and durations as people write them, in French and English."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from portulan.base.text import fold
from portulan.integrations.table.numbers import Unreadable, read_number
from portulan_core.periods import first_day, last_day, month_of

MIN_YEAR, MAX_YEAR = 1950, 2100
#: Excel counts days from here (its 1900 system).
EXCEL_DAY_ZERO = date(1899, 12, 30)
_MONTHS = (
    ("janvier", "janv", "jan", "january"),
    ("fevrier", "fevr", "fev", "february", "feb"),
    ("mars", "mar", "march"),
    ("avril", "avr", "april", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "juil", "july", "jul"),
    ("aout", "august", "aug"),
    ("septembre", "sept", "sep", "september"),
    ("octobre", "oct", "october"),
    ("novembre", "nov", "november"),
    ("decembre", "dec", "december"),
)
MONTH_NUMBERS = {word: i for i, words in enumerate(_MONTHS, 1) for word in words}
_NAME = "(" + "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True)) + r")\.?"
_YEAR = r"((?:19|20|21)\d\d|\d\d)"
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[t ]\d{1,2}:\d\d.*)?$")
_SLASHED = re.compile(r"^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d\d)(?: \d{1,2}:\d\d.*)?$")
_MONTH_YEAR = re.compile(r"^(\d{1,2})[/.\-](\d{4})$")
_QUARTER = re.compile(rf"^(?:t|q|trim(?:estre)?|quarter) ?([1-4])[ /\-.']*(?:fy)?{_YEAR}$")
_QUARTER_NTH = re.compile(
    rf"^([1-4])(?:er|e|eme|re|st|nd|rd|th)? ?(?:trim(?:estre)?|quarter)\.? ?{_YEAR}$"
)
_QUARTER_LAST = re.compile(rf"^(?:fy)?{_YEAR}[ /\-.]*(?:t|q) ?([1-4])$")
_QUARTER_NAME = re.compile(rf"^([1-4])t ?{_YEAR}$")
_HALF = re.compile(rf"^(?:s|h) ?([12])[ /\-.]*{_YEAR}$")
_HALF_LAST = re.compile(rf"^{_YEAR}[ /\-.]*(?:s|h) ?([12])$")
_NAMED_MONTH = re.compile(rf"^{_NAME}[ \-/.']*{_YEAR}$")
_NAMED_DAY = re.compile(rf"^(?:[a-z]+ )?(\d{{1,2}})(?:er|st|nd|rd|th)?[ \-]{_NAME}[ \-]{_YEAR}$")
_NAMED_US = re.compile(rf"^{_NAME} (\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}$")
_DURATION = re.compile(r"^([^a-z]*\d[^a-z]*?) ?([a-z]+)\.?$")
_DURATION_UNITS = {
    "y": ("an", "ans", "annee", "annees", "year", "years", "yr", "yrs", "y", "a"),
    "m": ("mois", "month", "months", "mo", "m", "mth", "mths"),
    "d": ("j", "jour", "jours", "day", "days", "d"),
    "w": ("semaine", "semaines", "sem", "week", "weeks", "wk", "w"),
    "q": ("trimestre", "trimestres", "trim", "quarter", "quarters"),
}
_UNIT_OF = {word: unit for unit, words in _DURATION_UNITS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a text names: one day, a month, a quarter, a half-year or a year.

    ``other`` is the second reading of an ambiguous day (``3/4/2027``), month before day.
    """

    first: date
    last: date
    other: date | None = None

    @property
    def start(self) -> int:
        """The month ordinal in which it begins."""
        return month_of(self.first)

    @property
    def months(self) -> int:
        """How many months it touches."""
        return month_of(self.last) - month_of(self.first) + 1


def _year(text: str) -> int:
    year = int(text)
    return year if year > 99 else year + (2000 if year < 70 else 1900)


def _day(year: int, month: int, day: int) -> date:
    if not MIN_YEAR <= year <= MAX_YEAR:
        raise Unreadable("date.range")
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        raise Unreadable("date.impossible")
    return date(year, month, day)


def _months(year: int, month: int, count: int) -> Span:
    first = _day(year, month, 1)
    return Span(first, last_day(month_of(first) + count - 1))


def _slashed(first: int, second: int, year: int, order: str) -> Span:
    if first > 12 or second > 12 or first == second:
        day, month = (second, first) if second > 12 else (first, second)
        found = _day(year, month, day)
        return Span(found, found)
    as_day_first, as_month_first = _day(year, second, first), _day(year, first, second)
    chosen = as_month_first if order == "mdy" else as_day_first
    return Span(chosen, chosen, None if order else as_month_first)


def read_date(value: object, order: str = "") -> Span:
    """The days that a cell names. ``order`` (``dmy``, ``mdy`` or ``""``) settles ``3/4/2027``.

    Raises:
        Unreadable: no date, an impossible one, or one outside 1950–2100.
    """
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        day = _day(value.year, value.month, value.day)
        return Span(day, day)
    if isinstance(value, bool) or value is None:
        raise Unreadable("date.text")
    if isinstance(value, (int, float)):
        return _serial(float(value))
    if not isinstance(value, str):
        raise Unreadable("date.text")
    return _read_text(fold(value), order)


def _serial(value: float) -> Span:
    if value == int(value) and MIN_YEAR <= value <= MAX_YEAR:
        return _months(int(value), 1, 12)
    if 18_264 <= value < 73_415:
        day = EXCEL_DAY_ZERO + timedelta(days=int(value))
        return Span(day, day)
    if value == int(value) and 19_500_101 <= value <= 21_001_231:
        whole = int(value)
        day = _day(whole // 10_000, whole // 100 % 100, whole % 100)
        return Span(day, day)
    raise Unreadable("date.range")


def _read_text(text: str, order: str) -> Span:
    if found := _ISO.match(text):
        year, month = int(found[1]), int(found[2])
        if found[3] is None:
            return _months(year, month, 1)
        day = _day(year, month, int(found[3]))
        return Span(day, day)
    if found := _SLASHED.match(text):
        return _slashed(int(found[1]), int(found[2]), _year(found[3]), order)
    if found := _MONTH_YEAR.match(text):
        return _months(int(found[2]), int(found[1]), 1)
    if found := _QUARTER.match(text) or _QUARTER_NTH.match(text) or _QUARTER_NAME.match(text):
        return _months(_year(found[2]), int(found[1]) * 3 - 2, 3)
    if found := _QUARTER_LAST.match(text):
        return _months(_year(found[1]), int(found[2]) * 3 - 2, 3)
    if found := _HALF.match(text):
        return _months(_year(found[2]), int(found[1]) * 6 - 5, 6)
    if found := _HALF_LAST.match(text):
        return _months(_year(found[1]), int(found[2]) * 6 - 5, 6)
    if found := _NAMED_MONTH.match(text):
        return _months(_year(found[2]), MONTH_NUMBERS[found[1]], 1)
    if found := _NAMED_DAY.match(text):
        day = _day(_year(found[3]), MONTH_NUMBERS[found[2]], int(found[1]))
        return Span(day, day)
    if found := _NAMED_US.match(text):
        day = _day(_year(found[3]), MONTH_NUMBERS[found[1]], int(found[2]))
        return Span(day, day)
    if re.fullmatch(r"\d{4,8}(\.0)?", text):
        return _serial(float(text))
    raise Unreadable("date.text")


def date_order(texts: Iterable[str]) -> str:
    """The order that a column's slashed dates prove: ``dmy``, ``mdy``, ``both`` or ``""``."""
    seen = set()
    for text in texts:
        found = _SLASHED.match(fold(text))
        if found:
            first, second = int(found[1]), int(found[2])
            if first > 12 >= second:
                seen.add("dmy")
            elif second > 12 >= first:
                seen.add("mdy")
    return "both" if len(seen) > 1 else next(iter(seen), "")


def read_period(value: object) -> Span | None:
    """The month, quarter, half-year or year that a column heading names, if it names one."""
    try:
        span = read_date(value)
    except Unreadable:
        return None
    if isinstance(value, (date, datetime)) and span.first.day == 1:
        return Span(span.first, last_day(span.start))
    return span if span.first.day == 1 and span.last == last_day(month_of(span.last)) else None


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last of that month."""
    target = first_day(month_of(day) + months)
    return target.replace(day=min(day.day, last_day(month_of(target)).day))


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: months, or days."""

    months: int | None = None
    days: int | None = None

    def last_day(self, start: date) -> date:
        """The last day of a period of this length that begins on ``start``."""
        if self.days is not None:
            return start + timedelta(days=max(self.days, 1) - 1)
        return add_months(start, max(self.months or 1, 1)) - timedelta(days=1)

    def month_count(self, start: date | None) -> int:
        """How many month columns it fills; a part of a month counts, and there is at least one."""
        if self.months is not None:
            return max(self.months, 1)
        if start is None:
            return max(1, int(Decimal(self.days or 0) / Decimal("30.4375") + Decimal("0.5")))
        return month_of(self.last_day(start)) - month_of(start) + 1


def read_duration(value: object, unit: str = "m", mark: str = "") -> Duration:
    """A duration; ``unit`` (``y``, ``q``, ``m``, ``w``, ``d``) where the cell names none.

    Raises:
        Unreadable: no duration, a negative one, or one over 50 years.
    """
    if isinstance(value, bool) or value is None:
        raise Unreadable("duration.text")
    if isinstance(value, (int, float)):
        amount = Decimal(repr(value))
    elif isinstance(value, str):
        text = fold(value)
        named = _DURATION.match(text)
        if named and named[2] in _UNIT_OF:
            text, unit = named[1], _UNIT_OF[named[2]]
        number, _ = read_number(text)
        if number.unit:
            raise Unreadable("duration.text")
        amount = number.value
        if number.other is not None and mark in ("", "both", ",") and "." in text and mark == ",":
            amount = number.other
    else:
        raise Unreadable("duration.text")
    years: dict[str, Decimal] = {
        "y": Decimal(1),
        "q": Decimal("0.25"),
        "m": Decimal(1) / 12,
        "w": 7 / Decimal("365.25"),
        "d": 1 / Decimal("365.25"),
    }
    if amount < 0 or amount * years[unit] > 50:
        raise Unreadable("duration.range")
    if unit in ("d", "w"):
        return Duration(days=_round(amount * (7 if unit == "w" else 1)))
    return Duration(months=max(1, _round(amount * {"y": 12, "q": 3, "m": 1}[unit])))


def _round(value: Decimal) -> int:
    return int(value.to_integral_value(rounding=ROUND_HALF_UP))
