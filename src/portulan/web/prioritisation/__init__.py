"""Prioritisation: the scoring grid, the ranking with its ranges, the scoring model."""
