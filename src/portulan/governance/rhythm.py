"""When a forum meets: its recurrence rule (RFC 5545), the days nobody works, and its time zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from dateutil.rrule import rrulestr
from django.conf import settings
from holidays import HolidayBase, country_holidays

from portulan.base.policy import Refusal
from portulan.governance.company import remembered
from portulan.governance.models import Entity, Forum, Meeting

#: A rhythm that nobody gave a first day counts from this Monday.
ORIGIN = date(2024, 1, 1)
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PARTS = frozenset(
    {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "BYWEEKNO", "WKST"}
)
#: More sittings than this in one reading is no rhythm of a committee.
MOST = 400


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A sitting to be: the day, and the one that the rule gave before holidays moved it."""

    on: date
    planned_for: date

    @property
    def moved(self) -> bool:
        """A holiday moved it."""
        return self.on != self.planned_for


def check_rule(rule: str) -> Refusal | None:
    """Why a text is no recurrence rule of a committee ("" is none, and fits)."""
    if not rule:
        return None
    pairs = [part.partition("=") for part in rule.upper().removeprefix("RRULE:").split(";")]
    parts = {name: value for name, _, value in pairs}
    if len(parts) != len(pairs) or not set(parts) <= _PARTS or parts.get("FREQ") not in FREQUENCIES:
        return Refusal("forum.cadence", {"rule": rule})
    every = parts.get("INTERVAL", "1")
    if not (every.isascii() and every.isdigit() and 1 <= int(every) <= 99):
        return Refusal("forum.cadence", {"rule": rule})
    try:
        found = list(islice(_between(rule, ORIGIN, ORIGIN, date(ORIGIN.year + 1, 1, 1)), MOST + 1))
    except (ValueError, TypeError, OverflowError, IndexError):
        return Refusal("forum.cadence", {"rule": rule})
    if len(found) > MOST:
        return Refusal("forum.cadence", {"rule": rule})
    return None


def check_zone(name: str) -> Refusal | None:
    """Why a text names no time zone ("" names none, and fits)."""
    return None if not name or name in _zones() else Refusal("forum.time_zone", {"zone": name})


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _between(rule: str, anchor: date, first: date, last: date) -> Iterator[date]:
    """The days of a rule in ``[first, last)``, counted from the anchor."""
    text = rule.upper().removeprefix("RRULE:")
    # A rule may give nothing for ever (30 February): it is followed to the last day only.
    end = datetime.combine(last - timedelta(days=1), time())
    found = rrulestr(f"{text};UNTIL={end:%Y%m%dT%H%M%S}", dtstart=datetime.combine(anchor, time()))
    for at in found:
        if at.date() >= first:
            yield at.date()


def occurrences(forum: Forum, first: date, last: date) -> list[Occurrence]:
    """The sittings that a forum's rhythm gives in ``[first, last)``, moved off days nobody works.

    Two that fall on one day after moving are one.
    """
    if not forum.cadence or check_rule(forum.cadence) is not None:
        return []
    anchor = forum.cadence_from or ORIGIN
    found: dict[date, Occurrence] = {}
    for day in islice(_between(forum.cadence, anchor, first, last), MOST):
        on = settle(forum, day)
        if on is not None and on not in found:
            found[on] = Occurrence(on, day)
    return [found[day] for day in sorted(found)]


def settle(forum: Forum, day: date) -> date | None:
    """The day of a sitting that falls on ``day``; ``None``: it does not take place."""
    rule = Forum.OnHoliday(forum.on_holiday)
    if rule == Forum.OnHoliday.KEEP or works(forum.entity, day):
        return day
    if rule == Forum.OnHoliday.SKIP:
        return None
    step = timedelta(days=1 if rule == Forum.OnHoliday.NEXT else -1)
    for _ in range(15):
        day += step
        if works(forum.entity, day):
            return day
    return None


def works(entity: Entity | None, day: date) -> bool:
    """Whether a part of the company works on a day: no week-end, no public holiday there."""
    calendar = _holidays(country_of(entity))
    if calendar is None:
        return day.weekday() < 5
    return bool(calendar.is_working_day(day))


def holiday(entity: Entity | None, day: date, language: str = "") -> str:
    """The public holiday of a part of the company on a day; "" when none.

    In ``language`` when the country's calendar is told in it, else in the country's own.
    """
    calendar = _holidays(country_of(entity), language[:2])
    return str(calendar.get(day) or "") if calendar is not None else ""


@lru_cache(maxsize=64)
def _holidays(country: str, language: str = "") -> HolidayBase | None:
    try:
        plain = country_holidays(country) if country else None
    except NotImplementedError:
        return None
    if plain is None or not language:
        return plain
    told = [name for name in plain.supported_languages if name[:2] == language]
    wanted = told[0] if told else plain.default_language
    return country_holidays(country, language=wanted) if wanted else plain


def country_of(entity: Entity | None) -> str:
    """The country of a part of the company; of the whole company, that of its first root."""
    if entity is not None:
        return entity.country.upper()
    return remembered("root country", _root_country)


def _root_country() -> str:
    found = Entity.objects.filter(parent=None).order_by("pk").values_list("country", flat=True)
    return (found.first() or "").upper()


def zone_of(forum: Forum) -> ZoneInfo:
    """The time zone in which a forum's hours are told."""
    if forum.time_zone and check_zone(forum.time_zone) is None:
        return ZoneInfo(forum.time_zone)
    zones = _zones_of(country_of(forum.entity))
    return ZoneInfo(zones[0] if len(zones) == 1 else settings.TIME_ZONE)


@lru_cache(maxsize=1)
def _territories() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for zone, territory in get_global("zone_territories").items():
        found[territory] = (*found.get(territory, ()), zone)
    return found


def _zones_of(country: str) -> tuple[str, ...]:
    return tuple(zone for zone in _territories().get(country, ()) if zone in _zones())


def hours(meeting: Meeting) -> tuple[datetime, datetime] | None:
    """Start and end of a sitting as moments; ``None`` when it has no hour (a whole day)."""
    at = meeting.at or meeting.forum.starts_at
    if at is None:
        return None
    start = datetime.combine(meeting.on, at, tzinfo=zone_of(meeting.forum))
    # An hour that the clocks skip is told as the moment it stands for.
    start = start.astimezone(ZoneInfo("UTC")).astimezone(start.tzinfo)
    length = timedelta(minutes=meeting.duration or meeting.forum.duration)
    end = (start.astimezone(ZoneInfo("UTC")) + length).astimezone(start.tzinfo)
    return start, end
