"""What this app brings to a transfer: its records, beside the tables of the World."""

from __future__ import annotations

from portulan.prioritisation.models import (
    PriorityClass,
    RankOverride,
    Scenario,
    Score,
    ScoringModel,
    Study,
)
from portulan.snapshot.tables import Table

#: Scores and scenarios are opinions and plans, not facts of the organisation.
TABLES: tuple[Table, ...] = ()
DETAILS = (ScoringModel, Score, RankOverride, PriorityClass, Scenario, Study)
