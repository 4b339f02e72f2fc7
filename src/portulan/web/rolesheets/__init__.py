"""Role sheets: read, edited in place, printed, compared version by version."""
