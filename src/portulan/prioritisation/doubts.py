"""How sure costs, efforts and values are: ranges for draws, and points at risk. Pure: no database.

Value: a score is as sure as its scorers (confidence, disagreement, criteria not scored); benefits
in money that finance validated are surer than others; a neutral value says nothing. Cost: the
range of the estimate where somebody wrote one, else the usual one, longer above than below, for
costs pass their estimate more often and further than they stay under it. What has begun is surer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from portulan.prioritisation.worth import Worth
from portulan_core.arbitrage import Doubt, Range
from portulan_core.model import World

#: Half-width of the range of a value without a score.
VALIDATED, CLAIMED, NEUTRAL = 0.10, 0.30, 0.25
#: Half-width around the cost when no estimate says it, and how much longer the upper side is.
USUAL_COST, SKEW = 0.20, 2.0
#: What remains of the doubt on cost and effort once an initiative has begun.
BEGUN = 0.5
WIDEST = 0.95


@dataclass(frozen=True, slots=True)
class Doubts:
    """What is known of doubts, by initiative.

    ``spreads``: relative standard deviation of the score; ``estimates``: the estimate's range in
    percent; ``usual``: the range where there is none.
    """

    spreads: Mapping[str, float] = field(default_factory=dict)
    estimates: Mapping[str, int] = field(default_factory=dict)
    validated: frozenset[str] = frozenset()
    usual: float = USUAL_COST

    def value(self, uid: str, source: str) -> float:
        """Half-width of the range of a value, as a share of it."""
        if source == "score":
            # A triangular law of this half-width has the standard deviation of the score.
            return min(WIDEST, math.sqrt(6.0) * self.spreads.get(uid, 0.0))
        if source == "benefit":
            return VALIDATED if uid in self.validated else CLAIMED
        return NEUTRAL

    def cost(self, uid: str, begun: bool) -> float:
        """Half-width below the cost, as a share of it."""
        percent = self.estimates.get(uid)
        width = self.usual if percent is None else percent / 100
        return min(WIDEST, width * (BEGUN if begun else 1.0))


def at_risk(worth: Mapping[str, Worth], doubts: Doubts) -> dict[str, int]:
    """Points of each initiative that may not come, in hundredths: down to the low end."""
    return {
        uid: round(one.points * doubts.value(uid, one.source)) for uid, one in worth.items()
    }


def ranges(world: World, worth: Mapping[str, Worth], doubts: Doubts) -> dict[str, Doubt]:
    """The ranges to draw from, by initiative."""
    found = {}
    for uid, one in worth.items():
        begun = world.initiatives[uid].state == "in_progress"
        value = doubts.value(uid, one.source)
        cost = doubts.cost(uid, begun)
        law = Range(1.0 - cost, 1.0, 1.0 + SKEW * cost)
        found[uid] = Doubt(
            cost=law, effort=law, value=Range(1.0 - value, 1.0, 1.0 + value)
        )
    return found


def validated(world: World) -> frozenset[str]:
    """Initiatives whose benefits in money are all validated."""
    by: dict[str, list[bool]] = {}
    for row in world.benefits.values():
        by.setdefault(row.initiative, []).append(row.validated)
    return frozenset(uid for uid, flags in by.items() if all(flags))
