"""Budgets, initiatives, projects, requests, capacity and the roadmap."""
