"""The pages of the responsibilities."""
