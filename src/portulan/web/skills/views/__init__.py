"""The pages of skills and careers."""
