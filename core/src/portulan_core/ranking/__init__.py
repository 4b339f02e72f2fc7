"""Ranking that says how sure it is: rank ranges, ties, the sentence, and what would change it.

Input is a table of utilities (items × criteria, 0..1) and weights, such as
``portulan_core.scoring.score_matrix`` gives.
"""

from portulan_core.ranking.robust import (
    QuickRank,
    RankRanges,
    TieGroup,
    quick_rank,
    rank_ranges,
    tied_groups,
)
from portulan_core.ranking.statement import RankingStatement, say, say_cut
from portulan_core.ranking.swap import (
    OneWeight,
    Swap,
    explain_change,
    smallest_swap,
    swaps_by_one,
)
from portulan_core.ranking.weights import DEFAULT_STRENGTH, RankingError, WeightSpace

__all__ = [
    "DEFAULT_STRENGTH",
    "OneWeight",
    "QuickRank",
    "RankRanges",
    "RankingError",
    "RankingStatement",
    "Swap",
    "TieGroup",
    "WeightSpace",
    "explain_change",
    "quick_rank",
    "rank_ranges",
    "say",
    "say_cut",
    "smallest_swap",
    "swaps_by_one",
    "tied_groups",
]
