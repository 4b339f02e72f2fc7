"""The life cycle line: stages as bars, decisions as marks; percentages across, pixels down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portulan.readmodels.sheets.parts import Decided
from portulan.readmodels.sheets.product import Period
from portulan.web.sheets import words
from portulan.wording import formats, vocabulary

HEAD, LANE, FOOT = 42, 32, 24
#: Rough width of a letter as a part of the line (840 px wide), in percent.
LETTER = 0.82


@dataclass(frozen=True, slots=True)
class Bar:
    """A stage: rectangle, its shape and word when there is room."""

    stage: str
    x: str
    width: str
    y: int
    text: str
    text_x: str
    mark_x: str
    open: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A decision: a diamond on the line, its word and number when there is room."""

    x: str
    text: str
    code: str
    end: bool
    shown: bool
    text_x: str


@dataclass(frozen=True, slots=True)
class Year:
    """A tick of the scale."""

    x: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """Everything to draw. ``lanes``: names of the markets with the height of their lane."""

    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    years: tuple[Year, ...]
    lanes: tuple[tuple[str, int], ...]
    today: str
    height: int
    bottom: int
    spoken: str


def _pc(value: float) -> str:
    return f"{min(100.0, max(0.0, value)):.2f}%"


def life_cycle(
    periods: Sequence[Period], decisions: Sequence[Decided], day: date
) -> Line | None:
    """The line of a product, or ``None`` when no stage has a date."""
    dated = [p for p in periods if p.starts or p.ends]
    if not dated:
        return None
    known = [d for p in dated for d in (p.starts, p.ends, p.until) if d]
    marked = [d for d in decisions if d.on and d.change != "out"]
    first = min(known)
    low = date(max(first.year, 1900), 1, 1)
    last = max([*known, day])
    high = date(min(last.year, 2199) + 1, 1, 1)
    if (high - last).days < 120:
        high = date(high.year + 1, 1, 1)
    span = max(1, (high - low).days)

    def at(value: date) -> float:
        return 100.0 * (value - low).days / span

    lanes: list[tuple[str, int]] = []
    bars: list[Bar] = []
    row = 0
    for market in dict.fromkeys(p.market for p in dated):
        ends: list[float] = []
        top = row
        for period in (p for p in dated if p.market == market):
            start = at(period.starts) if period.starts else 0.0
            goes_on = period.until is None
            stop = 100.0 if period.until is None else at(period.until)
            stop = max(stop, start + 0.8)
            lane = next((i for i, end in enumerate(ends) if end <= start + 0.01), len(ends))
            ends[lane:lane + 1] = [stop]
            y = HEAD + (top + lane) * LANE
            bars.append(_bar(period, start, min(stop, 100.0), y, goes_on))
            row = max(row, top + lane + 1)
        if market:
            lanes.append((market, HEAD + top * LANE))
    bottom = HEAD + row * LANE
    return Line(
        tuple(bars),
        tuple(_marks(marked, at, low, high)),
        tuple(_years(low, high, at)),
        tuple(lanes),
        _pc(at(day)) if low <= day <= high else "",
        bottom + FOOT,
        bottom,
        "; ".join(bar.spoken for bar in bars),
    )


def _bar(period: Period, start: float, stop: float, y: int, goes_on: bool) -> Bar:
    name = (
        vocabulary.word(vocabulary.STAGES, period.stage) if period.stage
        else period.source_stage or formats.NOTHING
    )
    width = stop - start
    room = width - 3.0
    text = name if len(name) * LETTER <= room else ""
    since = formats.day(period.starts)
    until = "…" if goes_on else formats.day(period.until)
    return Bar(
        period.stage if period.stage in vocabulary.STAGES else "", _pc(start), f"{width:.2f}%", y,
        text, _pc(start + 2.6), _pc(start + 0.9), goes_on, f"{name}: {since} – {until}",
    )


def _marks(decisions: Sequence[Decided], at, low: date, high: date) -> list[Mark]:  # type: ignore[no-untyped-def] # the scale
    placed = sorted(
        ((at(d.on), d) for d in decisions if d.on and low <= d.on <= high), key=lambda x: x[0]
    )
    found: list[Mark] = []
    free = -1.0
    for index, (x, decision) in enumerate(placed):
        text = words.word(words.DECISIONS, decision.kind)
        need = max(len(text), len(decision.code)) * LETTER + 1.5
        following = placed[index + 1][0] if index + 1 < len(placed) else 200.0
        right = x + need <= min(100.0, following - 0.6)
        left = not right and x - need >= free and index + 1 == len(placed)
        shown = (right or left) and x >= free - need * (0 if right else 1)
        if shown and right:
            free = x + need
        found.append(
            Mark(_pc(x), text, decision.code, left, shown, _pc(x + (-1.1 if left else 1.1)))
        )
    return found


def _years(low: date, high: date, at) -> list[Year]:  # type: ignore[no-untyped-def] # the scale
    step = max(1, -(-(high.year - low.year) // 10))
    return [
        Year(_pc(at(date(year, 1, 1))), str(year)) for year in range(low.year, high.year, step)
    ]
