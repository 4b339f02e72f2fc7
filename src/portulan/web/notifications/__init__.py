"""Pages of what one is told, and of how one wants to be told."""
