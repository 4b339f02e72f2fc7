"""Views of governance, by kind of page."""
