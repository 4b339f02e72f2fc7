"""Portulan: governance of a product portfolio."""
