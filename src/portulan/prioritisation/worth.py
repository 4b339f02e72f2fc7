"""What an initiative is worth in an arbitration, and where that comes from. Pure: no database.

Points, in hundredths of a point. A score counts for what it is. Without a score, benefits in money
count: the largest benefit among the candidates is worth 100 points, the others in proportion.
Without either, a neutral value in proportion to what is left to spend: nothing is preferred.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portulan_core.model import World

UNIT = 100
FULL = 100 * UNIT
#: Mean of neutral values when nobody has a value.
MIDDLE = 50 * UNIT
MONEY_KINDS = ("revenue", "margin", "saving")


@dataclass(frozen=True, slots=True)
class Worth:
    """Hundredths of a point, and their source: ``score``, ``benefit`` or ``neutral``."""

    points: int
    source: str


def worths(
    world: World,
    candidates: Sequence[str],
    remaining: Mapping[str, int],
    scores: Mapping[str, float],
) -> dict[str, Worth]:
    """The worth of each candidate; ``remaining`` is what is left to spend on it."""
    benefits: dict[str, int] = defaultdict(int)
    for row in world.benefits.values():
        if row.kind in MONEY_KINDS:
            benefits[row.initiative] += row.amount
    found: dict[str, Worth] = {}
    unscored = [uid for uid in candidates if uid not in scores]
    for uid in candidates:
        if uid in scores:
            found[uid] = Worth(round(scores[uid] * UNIT), "score")
    largest = max((benefits[uid] for uid in candidates), default=0)
    for uid in unscored:
        if benefits[uid] > 0:
            found[uid] = Worth(FULL * benefits[uid] // largest, "benefit")
    neutral = [uid for uid in unscored if uid not in found]
    known = [worth.points for worth in found.values()]
    middle = sum(known) // len(known) if known else MIDDLE
    money = sum(remaining[uid] for uid in neutral)
    for uid in neutral:
        points = middle * len(neutral) * remaining[uid] // money if money else middle
        found[uid] = Worth(points, "neutral")
    return found


def sources(found: Mapping[str, Worth]) -> dict[str, int]:
    """How many candidates have each source."""
    counts = {"score": 0, "benefit": 0, "neutral": 0}
    for worth in found.values():
        counts[worth.source] += 1
    return counts
