"""Take in a product repository uploaded as an archive."""
