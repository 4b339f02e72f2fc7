"""Moments as trackers write them: ISO, day first, month first, named months, epoch, spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from portulan.base.text import fold
from portulan.integrations.table.dates import MONTH_NUMBERS, date_order, read_date
from portulan.integrations.table.numbers import Unreadable

FIRST, LAST = 1980, 2100
_CLOCK = re.compile(
    r"[ tT,à-]*(\d{1,2})(?::|h)(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*([aApP])?\.?[mM]?\.?"
    r"\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?\s*$"
)
_SLASHED = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d\d)$")
_ISO_DAY = re.compile(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$")
_NAMED = re.compile(
    r"^(?:[a-z]+\.?,? )?(\d{1,2})(?:er|st|nd|rd|th)?[ /.\-]([a-z]+)\.?[ /.\-,]+(\d{4}|\d\d)$"
)
_NAMED_FIRST = re.compile(r"^([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$")
_ZONE_WORD = re.compile(r"\s+(?:[A-Z]{3,4}|\([A-Z]{3,4}\))$")
_BOTH_WAYS = re.compile(r"^(\d{1,2})[/\-](\d{1,2})[/\-](?:\d{4}|\d\d)(?!\d)")
_AM_PM = re.compile(r"\d\s*[ap]\.?m\.?\b", re.IGNORECASE)
#: What trackers and their databases write where there is no date.
NO_DATE = frozenset(
    (
        "-1", "-1.0", "0", "null", "none", "nil", "nan", "nat", "n/a", "na", "#n/a", "#n/d", "n.a.",
        "n/d", "-", "--", "—", "–", "?", "s/o", "vide", "(vide)", "(blank)", "empty", "undefined",
        "aucun", "aucune", "0000-00-00", "0000-00-00 00:00:00", "non renseigne", "not set",
    )
)  # fmt: skip
EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a day of a spreadsheet has no zone


def order_of(texts: Iterable[str]) -> str:
    """The order that a column's dates prove: ``dmy``, ``mdy`` or ``""`` (day first is taken)."""
    found = date_order(text.strip().split(" ")[0].split("T")[0] for text in texts)
    return found if found in ("dmy", "mdy") else ""


def ambiguous(texts: Iterable[str]) -> bool:
    """Whether some of these dates may be read day first or month first (``3/4/2027``)."""
    for text in texts:
        found = _BOTH_WAYS.match(text.strip())
        if found and int(found[1]) <= 12 and int(found[2]) <= 12 and found[1] != found[2]:
            return True
    return False


def likely_order(rows: Sequence[Sequence[str]], now: int) -> str:
    """The order that dates which prove nothing by themselves are likely in: ``mdy`` or ``""``.

    Month first where clocks say AM or PM, or where it leaves far fewer dates to come and dates
    that go back along a row.
    """
    if any(_AM_PM.search(text) for row in rows[:50] for text in row):
        return "mdy"
    zone = ZoneInfo("UTC")
    wrong = {}
    for order in ("dmy", "mdy"):
        count = 0
        for row in rows:
            seconds = [s for s in (read_moment(t, zone, order) for t in row) if s is not None]
            count += sum(b < a for a, b in pairwise(seconds)) + sum(s > now for s in seconds)
        wrong[order] = count
    return "mdy" if wrong["mdy"] * 3 < wrong["dmy"] else ""


def is_clock(value: object) -> bool:
    """Whether a cell is an hour of the day (``14:30``, ``14h30``)."""
    return isinstance(value, time) or (
        isinstance(value, str) and bool(re.fullmatch(r"\d{1,2}[:h]\d\d(:\d\d)?", value.strip()))
    )


def is_blank(value: object) -> bool:
    """Whether a cell of dates says that there is none: ``-1``, ``NULL``, ``n/a``…"""
    if isinstance(value, bool) or value is None:
        return value is None
    if isinstance(value, (int, float)):
        return value in (-1, 0)
    return isinstance(value, str) and fold(value) in NO_DATE


def read_moment(value: object, zone: ZoneInfo, order: str = "") -> int | None:
    """Seconds since 1970 UTC of what a cell says; ``None`` when it says no moment.

    What names no zone is on the clock of ``zone``; a day alone is its first second.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, datetime):
        return _seconds(value, zone)
    if isinstance(value, date):
        return _seconds(datetime.combine(value, time.min), zone)
    if isinstance(value, (int, float)):
        return _number(float(value), zone)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if not text:
        return None
    try:
        return _seconds(datetime.fromisoformat(text), zone)
    except ValueError:
        pass
    if re.fullmatch(r"-?\d+([.,]\d+)?", text):
        return _number(float(text.replace(",", ".")), zone)
    return _written(text, zone, order)


def _written(text: str, zone: ZoneInfo, order: str) -> int | None:
    text = _ZONE_WORD.sub("", text) if not text.endswith(("UTC", "GMT")) else text
    clock, found, gap = time.min, _CLOCK.search(text), None
    if found and found.start() > 0:
        hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
        if found[4]:
            hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
        if hour > 23 or minute > 59 or second > 59:
            return None
        clock, gap = time(hour, minute, second), found[5]
        text = text[: found.start()].strip()
    day = _day(text, order)
    if day is None:
        return None
    moment = datetime.combine(day, clock)
    if gap:
        moment = moment.replace(tzinfo=UTC) - _gap(gap)
    return _seconds(moment, zone)


def _gap(text: str) -> timedelta:
    if text in ("Z", "UTC", "GMT"):
        return timedelta()
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))


def _day(text: str, order: str) -> date | None:
    plain = fold(text)
    try:
        if found := _ISO_DAY.match(plain):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _SLASHED.match(plain):
            first, second, year = int(found[1]), int(found[2]), _year(found[3])
            month_first = second > 12 or (order == "mdy" and first <= 12)
            day, month = (second, first) if month_first else (first, second)
            return date(year, month, day)
        if (found := _NAMED.match(plain)) and found[2] in MONTH_NUMBERS:
            return date(_year(found[3]), MONTH_NUMBERS[found[2]], int(found[1]))
        if (found := _NAMED_FIRST.match(plain)) and found[1] in MONTH_NUMBERS:
            return date(int(found[3]), MONTH_NUMBERS[found[1]], int(found[2]))
    except ValueError:
        return None
    try:
        span = read_date(text, order)
    except Unreadable:
        return None
    return span.first if span.first == span.last else None


def _year(text: str) -> int:
    year = int(text)
    return year if year > 99 else year + (2000 if year < 70 else 1900)


def _number(value: float, zone: ZoneInfo) -> int | None:
    for scale in (1, 1_000, 1_000_000, 1_000_000_000):
        if 315_532_800 <= value / scale < 4_102_444_800:
            return int(value / scale)
    if 29_221 <= value < 73_415:
        return _seconds(EXCEL_ZERO + timedelta(days=value), zone)
    if value == int(value) and 19_800_101 <= value <= 21_001_231:
        whole = int(value)
        try:
            day = date(whole // 10_000, whole // 100 % 100, whole % 100)
        except ValueError:
            return None
        return _seconds(datetime.combine(day, time.min), zone)
    return None


def _seconds(moment: datetime, zone: ZoneInfo) -> int | None:
    if not FIRST <= moment.year <= LAST:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return int(moment.timestamp())
