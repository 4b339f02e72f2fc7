"""Pages and their forms."""
