"""Findings, exceptions and their trend."""
