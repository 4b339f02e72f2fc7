"""The current stage of a product, from periods as they are: the one published rule.

The current period on a day is the one that started last, that day at the latest; of those that
started together, the last one in the source's order. A missing start means since ever. An end that
is past does not take the stage away: nothing followed, so the product is still there (a rule of
coherence points it out). Where a duration is needed, a missing end means until the next start.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from portulan_core.model import StagePeriod


def _order(period: StagePeriod) -> tuple[date, int]:
    return (period.starts or date.min, period.position)


def effective_ends(periods: Iterable[StagePeriod]) -> list[tuple[StagePeriod, date | None]]:
    """Each period in the order of starts, with its end: its own, or the next start of its market.

    ``None``: no end known and nothing after.
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
    """The current period on a day, or ``None`` before the first; of one market when given."""
    started = [
        period
        for period in periods
        if (market is None or period.market == market)
        and (period.starts is None or period.starts <= day)
    ]
    return max(started, key=_order, default=None)
