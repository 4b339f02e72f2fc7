"""Scoring: criteria on fixed scales, public weights, a value with its explanation.

``score`` one object, ``score_matrix`` many (the input of ``portulan_core.ranking``), ``combine``
several scorers, ``ahp`` for weights, ``moscow`` as a filter, and presets to start from.
"""

from portulan_core.scoring.ahp import CONSISTENT, AhpResult, Doubt, ahp
from portulan_core.scoring.model import (
    DIRECTIONS,
    FAMILIES,
    METHODS,
    MISSING,
    Anchor,
    Criterion,
    Scale,
    ScoringError,
    ScoringModel,
    Text,
    model_from_json,
)
from portulan_core.scoring.moscow import CLASSES as MOSCOW_CLASSES
from portulan_core.scoring.moscow import LABELS as MOSCOW_LABELS
from portulan_core.scoring.moscow import MoscowResult, moscow
from portulan_core.scoring.presets import FIVE_FAMILIES, ICE, PRESETS, RICE, WSJF, preset
from portulan_core.scoring.score import (
    Consensus,
    Contribution,
    FamilyContribution,
    Gap,
    Rating,
    Reason,
    ScoreMatrix,
    ScoreResult,
    apportion,
    check_rating,
    combine,
    compare,
    explain,
    score,
    score_matrix,
)

__all__ = [
    "CONSISTENT",
    "DIRECTIONS",
    "FAMILIES",
    "FIVE_FAMILIES",
    "ICE",
    "METHODS",
    "MISSING",
    "MOSCOW_CLASSES",
    "MOSCOW_LABELS",
    "PRESETS",
    "RICE",
    "WSJF",
    "AhpResult",
    "Anchor",
    "Consensus",
    "Contribution",
    "Criterion",
    "Doubt",
    "FamilyContribution",
    "Gap",
    "MoscowResult",
    "Rating",
    "Reason",
    "Scale",
    "ScoreMatrix",
    "ScoreResult",
    "ScoringError",
    "ScoringModel",
    "Text",
    "ahp",
    "apportion",
    "check_rating",
    "combine",
    "compare",
    "explain",
    "model_from_json",
    "moscow",
    "preset",
    "score",
    "score_matrix",
]
