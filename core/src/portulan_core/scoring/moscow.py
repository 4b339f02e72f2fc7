"""MoSCoW as a filter: classes that come before the score, and whether "must" still means it.

Source: DSDM handbook, "MoSCoW prioritisation" (Agile Business Consortium): no more than 60 % of
the effort in "must", about 20 % in "could".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portulan_core.scoring.model import ScoringError, Text

CLASSES = ("must", "should", "could", "wont")
LABELS: Mapping[str, Text] = {
    "must": Text("Indispensable", "Must have"),
    "should": Text("Important", "Should have"),
    "could": Text("Souhaitable", "Could have"),
    "wont": Text("Pas cette fois", "Won’t have this time"),
}
#: Largest share of the effort that "must" may take before the class loses its meaning.
MUST_SHARE = 0.60


@dataclass(frozen=True, slots=True)
class MoscowResult:
    """Objects by class, in the order given; ``unclassed`` are those without a class.

    ``must_share`` is the share of effort (of objects when no effort is given) in "must", out of
    what is kept; ``None`` when nothing is kept. ``overloaded`` when it passes ``MUST_SHARE``.
    """

    tiers: tuple[tuple[str, tuple[str, ...]], ...]
    excluded: tuple[str, ...]
    unclassed: tuple[str, ...]
    must_share: float | None
    overloaded: bool

    @property
    def kept(self) -> tuple[str, ...]:
        """Must, then should, then could, then the unclassed; never "won't"."""
        return tuple(item for _, items in self.tiers for item in items) + self.unclassed


def moscow(
    classes: Mapping[str, str | None], effort: Mapping[str, float] | None = None
) -> MoscowResult:
    """Sort objects into classes.

    Pass the objects in order of score and each class keeps that order.

    Args:
        classes: object → one of ``CLASSES``, or ``None``.
        effort: object → effort, any unit; objects without one weigh nothing.

    Raises:
        ScoringError: ``unknown_class``.
    """
    tiers: dict[str, list[str]] = {name: [] for name in CLASSES}
    unclassed: list[str] = []
    for item, name in classes.items():
        if name is None:
            unclassed.append(item)
        elif name in tiers:
            tiers[name].append(item)
        else:
            raise ScoringError("unknown_class", item, value=name, expected=CLASSES)
    kept = [*tiers["must"], *tiers["should"], *tiers["could"], *unclassed]

    def weigh(items: list[str]) -> float:
        return float(len(items)) if effort is None else sum(effort.get(i, 0.0) for i in items)

    whole = weigh(kept)
    share = weigh(tiers["must"]) / whole if whole > 0 else None
    return MoscowResult(
        tiers=tuple((name, tuple(tiers[name])) for name in CLASSES[:3]),
        excluded=tuple(tiers["wont"]),
        unclassed=tuple(unclassed),
        must_share=share,
        overloaded=share is not None and share > MUST_SHARE,
    )
