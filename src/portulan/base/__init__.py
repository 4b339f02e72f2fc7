"""Identifiers, changes, jobs, money, effort, periods, policy and search."""
