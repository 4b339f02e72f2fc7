"""Months, quarters and fiscal years as integers.

A *month ordinal* is ``year * 12 + month - 1``. Periods are half-open ``[start, end)`` in month
ordinals. Fiscal quarters and years are labels that a calendar puts on months; the calendar is the
first month of the fiscal year (1 for January).
"""

from __future__ import annotations

from datetime import date, timedelta

MONTHS_PER_YEAR = 12
MONTHS_PER_QUARTER = 3


def month_of(day: date) -> int:
    """The month ordinal in which ``day`` falls."""
    return day.year * MONTHS_PER_YEAR + day.month - 1


def first_day(month: int) -> date:
    """The first day of a month ordinal."""
    year, index = divmod(month, MONTHS_PER_YEAR)
    return date(year, index + 1, 1)


def last_day(month: int) -> date:
    """The last day of a month ordinal."""
    return first_day(month + 1) - timedelta(days=1)


def fiscal_year(month: int, first_month: int = 1) -> int:
    """The fiscal year of a month: the calendar year in which that fiscal year ends.

    ``first_month`` is 1 to 12; with 1 the fiscal year is the calendar year.

    Raises:
        ValueError: ``first_month`` outside 1..12.
    """
    if not 1 <= first_month <= MONTHS_PER_YEAR:
        raise ValueError(f"first_month must be in 1..12, not {first_month}")
    shift = 0 if first_month == 1 else MONTHS_PER_YEAR - (first_month - 1)
    return (month + shift) // MONTHS_PER_YEAR


def fiscal_year_start(year: int, first_month: int = 1) -> int:
    """The month ordinal with which fiscal year ``year`` starts."""
    if not 1 <= first_month <= MONTHS_PER_YEAR:
        raise ValueError(f"first_month must be in 1..12, not {first_month}")
    start = year * MONTHS_PER_YEAR + first_month - 1
    return start if first_month == 1 else start - MONTHS_PER_YEAR


def fiscal_quarter(month: int, first_month: int = 1) -> tuple[int, int]:
    """``(fiscal year, quarter 1..4)`` of a month."""
    year = fiscal_year(month, first_month)
    return year, (month - fiscal_year_start(year, first_month)) // MONTHS_PER_QUARTER + 1


def quarter_start(month: int, first_month: int = 1) -> int:
    """The first month of the fiscal quarter that holds ``month``."""
    year, quarter = fiscal_quarter(month, first_month)
    return fiscal_year_start(year, first_month) + (quarter - 1) * MONTHS_PER_QUARTER


def overlap(first: tuple[int, int], second: tuple[int, int]) -> int:
    """How many months two half-open periods share."""
    return max(0, min(first[1], second[1]) - max(first[0], second[0]))


def spread(total: int, parts: int) -> list[int]:
    """Split an integer into ``parts`` integers as equal as possible, whose sum is ``total``.

    The larger parts come first (largest remainder on equal weights).

    Raises:
        ValueError: ``parts`` below 1.
    """
    if parts < 1:
        raise ValueError(f"parts must be at least 1, not {parts}")
    return split(total, [1] * parts)


def split(total: int, weights: list[int]) -> list[int]:
    """Split an integer by weights so that the parts add up exactly (largest remainder).

    Ties of remainders go to the earlier part, so the result is repeatable.

    Raises:
        ValueError: no weight, a negative weight, or weights that sum to zero.
    """
    whole = sum(weights)
    if not weights or whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative with a positive sum")
    sign = -1 if total < 0 else 1
    amount = abs(total)
    parts = [amount * weight // whole for weight in weights]
    rest = amount - sum(parts)
    order = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for index in order[:rest]:
        parts[index] += 1
    return [sign * part for part in parts]
