"""Views of the work."""
