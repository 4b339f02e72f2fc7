"""Reads of prioritisation: values and records for pages, never a page's words."""
