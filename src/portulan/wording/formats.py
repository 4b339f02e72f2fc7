"""Numbers, money, effort, dates and periods as the reader writes them.

Every function takes values as the database holds them (cents, hundredths of person-days, month
ordinals) and answers in the active language; ``None`` gives an en dash. French numbers hold narrow
non-breaking spaces; a unit never leaves its number.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import (
    format_currency,
    format_decimal,
    get_currency_precision,
    get_currency_symbol,
)
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext

NOTHING = "–"
NBSP = "\u00a0"
MINUS = "\u2212"
_LOCALES = {"fr": Locale.parse("fr_FR"), "en": Locale.parse("en_GB")}


def locale() -> Locale:
    """The reader's locale, from the active language (French when unknown)."""
    return _LOCALES.get((get_language() or "fr")[:2], _LOCALES["fr"])


def french() -> bool:
    """Whether the reader reads French."""
    return locale().language == "fr"


def _round(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)


def number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """A number: 1840 → "1 840" or "1,840". Without ``decimals``, as many as it has, at most two."""
    if value is None:
        return NOTHING
    exact = Decimal(str(value))
    if decimals is None:
        pattern = "#,##0.##"
    else:
        exact, pattern = (
            _round(exact, decimals),
            "#,##0" + ("." + "0" * decimals if decimals else ""),
        )
    return format_decimal(exact, format=pattern, locale=locale()).replace("-", MINUS)


def signed(value: float | Decimal | None, decimals: int | None = 0) -> str:
    """A difference with its sign: "+335", "−10", "±0"."""
    if value is None:
        return NOTHING
    text = number(value, decimals)
    if not any(digit in text for digit in "123456789"):
        return "±" + text.lstrip(MINUS)
    return text if text.startswith(MINUS) else "+" + text


def percent(ratio: float | Decimal | None, decimals: int = 0) -> str:
    """A ratio as a percentage: 0.9 → "90 %" or "90%"."""
    if ratio is None:
        return NOTHING
    return number(Decimal(str(ratio)) * 100, decimals) + (NBSP if french() else "") + "%"


def percent_signed(ratio: float | Decimal | None, decimals: int = 0) -> str:
    """A relative difference with its sign: 0.09 → "+9 %"."""
    if ratio is None:
        return NOTHING
    return signed(Decimal(str(ratio)) * 100, decimals) + (NBSP if french() else "") + "%"


def _units(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def _with_currency(text: str, currency: str, scale: str = "") -> str:
    symbol = get_currency_symbol(currency, locale())
    if french():
        return f"{text}{NBSP}{scale}{symbol}"
    sign, text = (text[0], text[1:]) if text[:1] in (MINUS, "+", "±") else ("", text)
    return (
        f"{sign}{symbol}{text}{scale}" if len(symbol) == 1 else f"{sign}{symbol}{NBSP}{text}{scale}"
    )


def money(minor: int | None, currency: str = "EUR", *, sign: bool = False) -> str:
    """Money in short: "1,2 M€", "890 k€", "950 €" (or "€1.2M"). ``minor`` in cents."""
    if minor is None:
        return NOTHING
    show = signed if sign else number
    value = _units(minor, currency)
    size = abs(value)
    if size >= Decimal(999_950_000):
        return _with_currency(show(value / 1_000_000_000, 1), currency, "Md" if french() else "bn")
    if size >= Decimal(999_500):
        return _with_currency(show(value / 1_000_000, 1), currency, "M")
    if size >= 1000:
        return _with_currency(show(value / 1000, 0 if size >= 10_000 else 1), currency, "k")
    return _with_currency(show(value, 0), currency)


def money_signed(minor: int | None, currency: str = "EUR") -> str:
    """A difference of money in short, with its sign: "+0,6 M€"."""
    return money(minor, currency, sign=True)


def money_exact(minor: int | None, currency: str = "EUR") -> str:
    """Money to the cent: "1 234 567,89 €"."""
    if minor is None:
        return NOTHING
    return format_currency(_units(minor, currency), currency, locale=locale()).replace("-", MINUS)


def thousands(minor: int | None, currency: str = "EUR") -> str:
    """Money in thousands without its unit, for tables in k€: 184_000_000 cents → "1 840"."""
    return number(None if minor is None else _units(minor, currency) / 1000, 0)


def thousands_signed(minor: int | None, currency: str = "EUR") -> str:
    """A difference of money in thousands, with its sign: "+335"."""
    return signed(None if minor is None else _units(minor, currency) / 1000, 0)


def thousands_unit(currency: str = "EUR") -> str:
    """The unit of a table in thousands: "k€"."""
    symbol = get_currency_symbol(currency, locale())
    return f"k{symbol}" if len(symbol) == 1 else f"k{NBSP}{symbol}"


def effort_number(hundredths: int | None) -> str:
    """Person-days without their unit; decimals only below ten."""
    if hundredths is None:
        return NOTHING
    days = Decimal(hundredths) / 100
    return number(days, 0) if abs(days) >= 10 else number(_round(days, 1))


def effort(hundredths: int | None) -> str:
    """Effort: 39200 hundredths → "392 j‑h" or "392 pd"."""
    if hundredths is None:
        return NOTHING
    # Translators: short unit of effort, person-days; with a non-breaking hyphen in French
    return f"{effort_number(hundredths)}{NBSP}{pgettext('unit', 'pd')}"


def _dated(value: date, pattern: str) -> str:
    """A date by a pattern of Babel; French says "1er" for the first of a month."""
    if value.day == 1 and french():
        pattern = pattern.replace("d MMM", "d'er' MMM", 1)
    return format_date(value, pattern, locale=locale())


def day(value: date | None) -> str:
    """A date: "9 mars 2027", "1er mars 2027"."""
    return NOTHING if value is None else _dated(_local(value), "d MMMM y")


def day_short(value: date | None) -> str:
    """A date without its year: "9 mars" (with it when it is not this year's)."""
    if value is None:
        return NOTHING
    local = _local(value)
    pattern = "d MMM" if local.year == timezone.localdate().year else "d MMM y"
    return _dated(local, pattern)


def weekday(value: date | None) -> str:
    """A day of a calendar: "jeu. 11 mars"."""
    return NOTHING if value is None else _dated(_local(value), "EEE d MMM")


def day_long(value: date | None) -> str:
    """A date at the head of a page: "Mardi 9 mars 2027"."""
    if value is None:
        return NOTHING
    text = _dated(_local(value), "EEEE d MMMM y")
    return text[:1].upper() + text[1:]


def clock(value: datetime | None) -> str:
    """The hour of a moment: "14:00"."""
    return (
        NOTHING
        if value is None
        else format_datetime(timezone.localtime(value), "HH:mm", locale=locale())
    )


def moment(value: datetime | None) -> str:
    """A date and hour: "9 mars 2027, 14:05"."""
    return NOTHING if value is None else f"{day(value)}, {clock(value)}"


def ago(value: datetime | None) -> str:
    """How long ago: "il y a 2 min"."""
    if value is None:
        return NOTHING
    return format_timedelta(
        value - timezone.now(), add_direction=True, format="short", locale=locale()
    )


def _local(value: date) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _month_date(ordinal: int) -> date:
    return date(ordinal // 12, ordinal % 12 + 1, 1)


def month(ordinal: int | None) -> str:
    """A month ordinal (year × 12 + month − 1): "mars 2027"."""
    return (
        NOTHING if ordinal is None else format_date(_month_date(ordinal), "MMMM y", locale=locale())
    )


def month_short(ordinal: int | None) -> str:
    """A month ordinal in short: "mars 2027", "févr. 2027"."""
    return (
        NOTHING if ordinal is None else format_date(_month_date(ordinal), "MMM y", locale=locale())
    )


def fiscal_year_of(ordinal: int, first_month: int = 1) -> int:
    """The fiscal year that holds a month; a year that starts after January bears its last
    year's number.
    """
    shifted = ordinal - (first_month - 1)
    return shifted // 12 + (0 if first_month == 1 else 1)


def quarter(ordinal: int | None, first_month: int = 1) -> str:
    """The fiscal quarter that holds a month: "T3 2027" or "Q3 2027"."""
    if ordinal is None:
        return NOTHING
    rank = (ordinal - (first_month - 1)) % 12 // 3 + 1
    return gettext("Q%(rank)s %(year)s") % {
        "rank": rank,
        "year": fiscal_year_of(ordinal, first_month),
    }


def quarter_short(ordinal: int | None, first_month: int = 1) -> str:
    """The fiscal quarter without its year: "T3" or "Q3"."""
    return (
        NOTHING if ordinal is None else quarter(ordinal, first_month).split(" ")[0].split(NBSP)[0]
    )


def period(start: int | None, end: int | None, first_month: int = 1) -> str:
    """A half-open period of months in quarters: "T1 – T3 2027", "T3 2027", "T4 2027 – T2 2028"."""
    if start is None and end is None:
        return NOTHING
    if start is None or end is None:
        known = (
            quarter(start, first_month)
            if start is not None
            else quarter((end or 1) - 1, first_month)
        )
        pattern = gettext("from %(quarter)s") if end is None else gettext("until %(quarter)s")
        return pattern % {"quarter": known}
    last = max(start, end - 1)
    left, right = quarter(start, first_month), quarter(last, first_month)
    if left == right:
        return left
    if fiscal_year_of(start, first_month) == fiscal_year_of(last, first_month):
        left = quarter_short(start, first_month)
    return f"{left} – {right}"
