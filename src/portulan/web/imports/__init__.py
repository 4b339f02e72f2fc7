"""Pages of imports: bring a file, correct its reading, take it in, take it back."""
