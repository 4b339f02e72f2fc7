"""Which days are worked: Monday to Friday, without the public holidays of the country.

Public holidays that the law sets for the whole country; Easter by the rule of Meeus, Jones and
Butcher (*Nature*, 1876). Where a country is not in the table, only weekends are off, and pages say
so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from portulan_core.flow import WorkCalendar

#: Country → days of the year, and days after Easter Sunday.
_HOLIDAYS: dict[str, tuple[tuple[tuple[int, int], ...], tuple[int, ...]]] = {
    "FR": (
        ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)),
        (1, 39, 50),
    ),
    "BE": (((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25)), (1, 39, 50)),
    "LU": (((1, 1), (5, 1), (5, 9), (6, 23), (8, 15), (11, 1), (12, 25), (12, 26)), (1, 39, 50)),
    "DE": (((1, 1), (5, 1), (10, 3), (12, 25), (12, 26)), (-2, 1, 39, 50)),
    "AT": (
        ((1, 1), (1, 6), (5, 1), (8, 15), (10, 26), (11, 1), (12, 8), (12, 25), (12, 26)),
        (1, 39, 50, 60),
    ),
    "ES": (((1, 1), (1, 6), (5, 1), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8), (12, 25)), (-2,)),
    "IT": (
        ((1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)),
        (1,),
    ),
    "PT": (
        ((1, 1), (4, 25), (5, 1), (6, 10), (8, 15), (10, 5), (11, 1), (12, 1), (12, 8), (12, 25)),
        (-2, 60),
    ),
    "NL": (((1, 1), (4, 27), (12, 25), (12, 26)), (1, 39, 50)),
    "CH": (((1, 1), (8, 1), (12, 25)), (39,)),
}


def easter(year: int) -> date:
    """Easter Sunday of a year (Gregorian)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def knows(country: str) -> bool:
    """Whether the public holidays of a country are known."""
    return country.upper() in _HOLIDAYS


def holidays(country: str, years: Iterable[int]) -> frozenset[date]:
    """The public holidays of a country in these years; none for a country that is not known."""
    fixed, moving = _HOLIDAYS.get(country.upper(), ((), ()))
    found: set[date] = set()
    for year in years:
        found.update(date(year, month, day) for month, day in fixed)
        found.update(easter(year) + timedelta(days=days) for days in moving)
    return frozenset(found)


@lru_cache(maxsize=64)
def calendar(country: str, first: int = 1990, last: int = 2060) -> WorkCalendar:
    """The working calendar of a country."""
    return WorkCalendar(holidays=holidays(country, range(first, last + 1)))
