"""Entities, people, teams, roles and the responsibility matrix."""
