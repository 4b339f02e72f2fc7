"""The current stage of a product, from periods as they are: the one published rule.

A period is in force on a day when it has started and has not ended; a missing end means until the
start of the next period of the same market, in the order of starts (ties by position: the later
position wins). A missing start means since ever. Among periods in force the one that started last
is the current one (ties by position).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from portulan_core.model import StagePeriod


def _order(period: StagePeriod) -> tuple[date, int]:
    return (period.starts or date.min, period.position)


def effective_ends(periods: Iterable[StagePeriod]) -> list[tuple[StagePeriod, date | None]]:
    """Each period, in order of start, with its end: its own, or the next start of its market.

    ``None``: no end known and nothing after. Ends are exclusive for the next start, inclusive as
    the source gave them; both are returned as the day after which the period no longer holds.
    """
    ordered = sorted(periods, key=_order)
    found: list[tuple[StagePeriod, date | None]] = []
    for index, period in enumerate(ordered):
        end = period.ends
        if end is None:
            end = next(
                (
                    later.starts
                    for later in ordered[index + 1 :]
                    if later.market == period.market and later.starts is not None
                ),
                None,
            )
        found.append((period, end))
    return found


def current_period(
    periods: Iterable[StagePeriod], day: date, market: str | None = None
) -> StagePeriod | None:
    """The period in force on a day, or ``None``; of one market when it is given."""
    chosen = [p for p in periods if market is None or p.market == market]
    current = None
    for period, end in effective_ends(chosen):
        started = period.starts is None or period.starts <= day
        if started and (end is None or day < end or (period.ends == end and day <= end)):
            if current is None or _order(period) >= _order(current):
                current = period
    return current
