"""Scoring models, scores, rankings and scenarios."""
