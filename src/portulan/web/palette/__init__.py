"""The command palette: pages, objects and commands, found while one types."""
