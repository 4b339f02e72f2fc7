"""Indicators, measures, discovery and feedback."""
