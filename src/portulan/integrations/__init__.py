"""Importers and connectors."""
