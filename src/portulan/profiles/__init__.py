"""Governance profiles and packs."""
