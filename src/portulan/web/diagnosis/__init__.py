"""Pages of the diagnosis of product mode."""
