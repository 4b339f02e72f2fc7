"""Two initiatives against one another, and the classes that come before the score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portulan.prioritisation.models import PriorityClass
from portulan.prioritisation.queries.ranking import SETS, Plausible, Standing, space_of
from portulan_core.ranking import (
    Swap,
    explain_change,
    rank_ranges,
    smallest_swap,
    swaps_by_one,
)


@dataclass(frozen=True, slots=True)
class Duel:
    """Two initiatives, by row: how often the first beats the second, and what would reverse them.

    ``by_one``: each family whose weight alone can do it: code, before, after.
    """

    share: float
    swap: Swap
    moves: tuple[tuple[str, float, float], ...]
    by_one: tuple[tuple[str, float, float], ...]


def duel(
    found: Standing, first: int, second: int, asked: Plausible | None = None
) -> Duel:
    """Two rows against one another, under the plausible weights of ``found``.

    Those that the ranking did not compare two by two are compared here, alone.
    """
    place = {int(row): n for n, row in enumerate(found.ranges.compared)}
    if first in place and second in place:
        share = float(found.ranges.pairwise[place[first], place[second]])
    else:
        both = [first, second]
        alone = rank_ranges(
            found.matrix.utilities[both], space_of(found.matrix, asked or Plausible()),
            spreads=found.matrix.spreads[both], sets=SETS,
        )
        at = {int(row): n for n, row in enumerate(alone.compared)}
        share = float(alone.pairwise[at[0], at[1]])
    table, weights = found.matrix.utilities, found.matrix.weights
    ahead, behind = (first, second)
    if float(table[first] @ weights) < float(table[second] @ weights):
        ahead, behind = second, first
    swap = smallest_swap(table[ahead], table[behind], weights)
    moves = explain_change(found.matrix.columns, tuple(weights.tolist()), swap.weights)
    single = swaps_by_one(table[ahead], table[behind], weights)
    return Duel(
        share, swap, moves if swap.code == "swap" else (),
        tuple((found.matrix.columns[one.column], one.before, one.after) for one in single),
    )  # fmt: skip


def classes(only: int | None = None) -> dict[int, tuple[str, str, date]]:
    """The MoSCoW class of initiatives: level, who set it, when (one query)."""
    rows = PriorityClass.objects.all()
    if only is not None:
        rows = rows.filter(initiative_id=only)
    return {
        pk: (level, author or "", day)
        for pk, level, author, day in rows.values_list(
            "initiative_id", "level", "author__name", "set_on"
        )
    }
