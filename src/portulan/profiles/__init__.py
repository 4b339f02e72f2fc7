"""Governance profiles: readable files, planned against the company and applied."""
