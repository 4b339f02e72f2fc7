"""What this app tells the World: nothing; what a transfer carries beside it."""

from __future__ import annotations

from portulan.diagnosis.models import CoachingNote, PlanStep

TABLES = ()
DETAILS = (PlanStep, CoachingNote)
