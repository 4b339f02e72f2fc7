"""Load against capacity: what the present plan asks of each team, and what the team can give.

Effort is in hundredths of person-days, months are ordinals. A team's capacity is its days less the
load of running products; a month without capacity is *not known*, which is not zero. Keys (teams,
initiatives) are whatever the caller uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portulan_core.model import PLANNED_STATES, World
from portulan_core.periods import MONTHS_PER_QUARTER

#: Whatever hashable identifier the caller uses.
Key = Any
Days = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Demand:
    """What one initiative asks: columns of days by month from ``start``, for each team.

    ``weight`` orders the contributors of a cell: the lower, the less it can be moved.
    """

    key: Key
    start: int
    efforts: Mapping[Key, Sequence[int]]
    weight: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What one team can give in one month: ``days`` in all, of which ``run_load`` is taken."""

    team: Key
    month: int
    days: int
    run_load: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One team in one quarter (counted from 0)."""

    team: Key
    quarter: int
    demand: int
    capacity: int | None

    @property
    def ratio(self) -> float | None:
        """Demand as a part of capacity; ``None`` when capacity is not known or zero."""
        return self.demand / self.capacity if self.capacity else None

    @property
    def overrun(self) -> int | None:
        """Days asked beyond the capacity (0 when it holds); ``None`` when it is not known."""
        return None if self.capacity is None else max(0, self.demand - self.capacity)

    @property
    def spare(self) -> int:
        """Days that nobody asks for."""
        return 0 if self.capacity is None else max(0, self.capacity - self.demand)


@dataclass(frozen=True, slots=True)
class Contributor:
    """An initiative's days in one cell; ``beyond`` of them do not fit, in the order given."""

    key: Key
    days: int
    beyond: int


@dataclass(frozen=True, slots=True)
class Load:
    """Teams × quarters, by rows of ``teams``; quarters start at month ``first``."""

    teams: tuple[Key, ...]
    first: int
    demand: Days
    capacity: Days
    known: NDArray[np.bool_]

    @property
    def quarters(self) -> int:
        """How many quarters there are."""
        return int(self.demand.shape[1])

    def cell(self, team: Key, quarter: int) -> Cell:
        """One team in one quarter.

        Raises:
            ValueError: no such team.
        """
        row = self.teams.index(team)
        return self._cell(row, quarter)

    def _cell(self, row: int, quarter: int) -> Cell:
        capacity = int(self.capacity[row, quarter]) if self.known[row, quarter] else None
        return Cell(self.teams[row], quarter, int(self.demand[row, quarter]), capacity)

    def rows(self) -> list[list[Cell]]:
        """Every cell, by team."""
        return [
            [self._cell(row, quarter) for quarter in range(self.quarters)]
            for row in range(len(self.teams))
        ]

    def worst(self) -> Cell | None:
        """The most overloaded cell: by ratio, then by days beyond, then the earliest.

        A team that is asked for work and can give none comes before any ratio. ``None`` when
        every demand fits.
        """
        over = [cell for row in self.rows() for cell in row if cell.overrun]
        if not over:
            return None
        return max(
            over,
            key=lambda c: (
                c.ratio if c.ratio is not None else float("inf"), c.overrun or 0, -c.quarter
            ),
        )


def quarterly(
    teams: Sequence[Key], first: int, quarters: int, demands: Iterable[Demand],
    capacities: Iterable[Given],
) -> Load:
    """Add up demand and capacity by team and quarter.

    ``first`` is the first month of the first quarter. Demand of teams that are not in ``teams``
    is left out. A quarter's capacity is known when that of one of its months is.
    """
    months = quarters * MONTHS_PER_QUARTER
    rows = {team: row for row, team in enumerate(teams)}
    asked = np.zeros((len(teams), months), dtype=np.int64)
    given = np.zeros((len(teams), months), dtype=np.int64)
    known = np.zeros((len(teams), months), dtype=np.bool_)
    for demand in demands:
        for team, days in demand.efforts.items():
            row = rows.get(team)
            if row is None:
                continue
            low = max(demand.start, first)
            high = min(demand.start + len(days), first + months)
            if low < high:
                asked[row, low - first : high - first] += np.asarray(
                    days[low - demand.start : high - demand.start], dtype=np.int64
                )
    for each in capacities:
        row = rows.get(each.team)
        if row is not None and 0 <= each.month - first < months:
            given[row, each.month - first] += max(0, each.days - each.run_load)
            known[row, each.month - first] = True
    shape = (len(teams), quarters, MONTHS_PER_QUARTER)
    return Load(
        tuple(teams),
        first,
        asked.reshape(shape).sum(axis=2),
        given.reshape(shape).sum(axis=2),
        np.asarray(known.reshape(shape).any(axis=2), dtype=np.bool_),
    )


def contributors(
    demands: Iterable[Demand], team: Key, first: int, months: int, capacity: int | None
) -> list[Contributor]:
    """The initiatives that ask for a team's days in ``[first, first + months)``.

    In order of need (``weight``, then the larger), with what no longer fits once those before
    have taken their days.
    """
    asked: list[tuple[tuple[int, ...], int, Key]] = []
    for demand in demands:
        column = demand.efforts.get(team, ())
        days = sum(
            column[max(0, first - demand.start) : max(0, first + months - demand.start)]
        )
        if days:
            asked.append((demand.weight, days, demand.key))
    asked.sort(key=lambda item: (item[0], -item[1], str(item[2])))
    found, taken = [], 0
    for _, days, key in asked:
        taken += days
        beyond = 0 if capacity is None else min(days, max(0, taken - capacity))
        found.append(Contributor(key, days, beyond))
    return found


def demands_of(world: World) -> list[Demand]:
    """What the initiatives of a World's present plan ask for."""
    return [
        Demand(
            row.uid,
            row.start,
            dict(row.efforts),
            weight(row.mandatory, row.state, row.start),
        )
        for row in world.initiatives.values()
        if row.start is not None and row.state in PLANNED_STATES
    ]


def weight(mandatory: bool, state: str, start: int) -> tuple[int, ...]:
    """The order of need of an initiative: mandatory, then begun, then the earlier start."""
    return (0 if mandatory else 1, 0 if state == "in_progress" else 1, start)


def world_load(world: World, first: int, quarters: int) -> Load:
    """Load against capacity of all the teams of a World."""
    return quarterly(
        sorted(world.teams),
        first,
        quarters,
        demands_of(world),
        [Given(c.team, c.month, c.days, c.run_load) for c in world.capacities.values()],
    )
