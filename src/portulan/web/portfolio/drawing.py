"""The geometry of the roadmap: percentages across, pixels down, so that it fits any width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from portulan.readmodels.roadmap import Bar, Roadmap
from portulan.readmodels.tables import Group
from portulan.web.portfolio.words import group_name
from portulan.web.ui.drawings import heat_level
from portulan.wording import formats
from portulan_core.periods import fiscal_quarter, last_day

HEAD, GROUP, ROW = 47, 28, 33
#: Rough width of a letter as a part of the time scale (900 px wide), in percent.
LETTER = 0.66
Scale = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical line or a label of the time scale."""

    x: str
    label: str = ""
    strong: bool = False
    y: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bar: rectangle, baseline under it, texts, and what it says aloud."""

    bar: Bar
    stage: str
    x: str
    width: str
    text: str
    text_x: str
    text_end: bool
    inside: bool
    slip: str
    slip_x: str
    was_x: str
    was_end: str
    spoken: str
    moves: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """A group of bars under a heading."""

    name: str
    count: int
    bars: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A dependency in conflict between two bars of the page: three strokes and a head."""

    from_x: str
    from_y: int
    mid_x: str
    edge_y: int
    near_x: str
    to_x: str
    to_y: int


@dataclass(frozen=True, slots=True)
class Heat:
    """The load of a team in a quarter."""

    x: str
    middle: str
    width: str
    level: int
    text: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Canvas:
    """Everything to draw."""

    quarters: tuple[Mark, ...]
    years: tuple[Mark, ...]
    today: Mark | None
    milestones: tuple[Mark, ...]
    lanes: tuple[Lane, ...]
    arrows: tuple[Arrow, ...]
    heats: tuple[Heat, ...]
    height: int


def draw(found: Roadmap, month: int, day: date, group: str) -> Canvas:
    """Place everything on the time scale."""

    def at(value: float) -> float:
        return min(100.0, max(0.0, 100.0 * (value - found.first) / found.months))

    end = found.first + found.months
    steps = 1 if found.months <= 12 else 3
    quarters, years = [], []
    for start in range(found.first, end, steps):
        year, quarter = fiscal_quarter(start, found.first_month)
        label = formats.month_short(start) if steps == 1 else _("Q%(rank)s") % {"rank": quarter}
        first = quarter == 1 and (steps == 3 or _begins(start, found.first_month))
        if found.months > 24 and not first:
            label = ""
        quarters.append(Mark(_pc(at(start)), label, first))
        if first or start == found.first:
            years.append(Mark(_pc(at(start)), str(year)))
    today = None
    if found.first <= month < end:
        part = (day.day - 1) / last_day(month).day
        today = Mark(_pc(at(month + part)), formats.day_short(day))
    milestones = tuple(
        Mark(_pc(at(m + 1)), formats.month_short(m), y=_free(at(m + 1), years))
        for m in sorted({m.month for m in found.milestones})
    )
    lanes: list[Lane] = []
    places: dict[str, tuple[Bar, int]] = {}
    y = 0
    for each in found.table.groups:
        y += GROUP
        bars = []
        for bar in each.rows:
            bars.append(_bar(bar, at, found, month))
            places[bar.row.code] = (bar, y + ROW // 2)
            y += ROW
        lanes.append(_lane(each, group, tuple(bars)))
    arrows = []
    for conflict in found.conflicts:
        if conflict.predecessor in places and conflict.successor in places:
            before, from_y = places[conflict.predecessor]
            after, to_y = places[conflict.successor]
            x = at(before.end)
            arrows.append(
                Arrow(
                    _pc(x), HEAD + from_y, _pc(min(99.6, x + 0.9)),
                    HEAD + to_y + (-14 if to_y > from_y else 14),
                    _pc(max(0.1, at(after.start) - 0.7)), _pc(at(after.start)), HEAD + to_y,
                )
            )
    return Canvas(
        tuple(quarters), tuple(years), today, milestones, tuple(lanes), tuple(arrows[:12]),
        _heats(found, at), HEAD + y,
    )


def _free(x: float, years: Sequence[Mark]) -> int:
    """Where a label across the head finds room: on the line of the years, else below it."""
    return 30 if any(abs(float(year.x.rstrip("%")) - x) < 7 for year in years) else 17


def _begins(month: int, first_month: int) -> bool:
    return month % 12 == first_month - 1


def _pc(value: float) -> str:
    return f"{value:.2f}%"


def _lane(group: Group[Bar], by: str, bars: tuple[Drawn, ...]) -> Lane:
    return Lane(group_name(by, group.code, group.name), group.count, bars)


def _bar(bar: Bar, at: Scale, found: Roadmap, month: int) -> Drawn:
    x, right = at(bar.start), at(bar.end)
    width = max(0.6, right - x)
    name = bar.row.name
    needed = LETTER * len(name) + 1.6
    slip = ""
    if bar.slip:
        slip = _("%(months)s mo") % {"months": formats.signed(bar.slip)}
    inside = needed + (LETTER * len(slip) + 1 if slip else 0) < width
    after = right + needed < 100
    text_x = x + 0.8 if inside else (right + (5.5 if slip else 0.7) if after else x - 0.7)
    spoken = formats.period(bar.start, bar.end, found.first_month)
    if bar.slip:
        spoken += ", " + _("%(months)s months since the baseline") % {
            "months": formats.signed(bar.slip)
        }
    return Drawn(
        bar=bar,
        stage=bar.row.stage,
        x=_pc(x),
        width=_pc(width),
        text=name,
        text_x=_pc(text_x),
        text_end=not inside and not after,
        inside=inside,
        slip=slip,
        slip_x=_pc(right - 0.6 if inside else right + 0.6),
        was_x=_pc(at(bar.was_start)) if bar.moved and bar.was_start is not None else "",
        was_end=_pc(at(bar.was_end)) if bar.moved and bar.was_end is not None else "",
        spoken=spoken,
        moves=_moves(bar, month, found.first_month) if bar.row.movable else (),
    )


def _moves(bar: Bar, month: int, first_month: int) -> tuple[tuple[str, str], ...]:
    """The months to choose from: a quarter earlier or later, and the coming quarters."""
    starts = {bar.start - 3: _("A quarter earlier"), bar.start + 3: _("A quarter later")}
    found = [(str(start), f"{label} ({formats.month(start)})") for start, label in starts.items()]
    quarter = month - (month - (first_month - 1)) % 3
    for step in range(1, 7):
        start = quarter + 3 * step
        if start != bar.start and start not in starts:
            found.append((str(start), formats.quarter(start, first_month)))
    return tuple(found)


def _heats(found: Roadmap, at: Scale) -> tuple[Heat, ...]:
    if found.load is None or not found.load.rows:
        return ()
    heats = []
    for cell in found.load.rows[0].cells:
        x, right = at(cell.month), at(cell.month + 3)
        level = heat_level(cell.ratio)
        sign = {3: " △", 4: " ▲"}.get(level, "")
        text = formats.percent(cell.ratio) + sign if cell.ratio is not None else formats.NOTHING
        spoken = f"{formats.quarter(cell.month, found.first_month)}: {text}"
        heats.append(
            Heat(_pc(x + 0.12), _pc((x + right) / 2), _pc(max(0.1, right - x - 0.24)), level, text,
                 spoken)
        )
    return tuple(heats)
