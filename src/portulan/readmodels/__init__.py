"""Reads that join several apps: the same rows for pages, API and reports."""
