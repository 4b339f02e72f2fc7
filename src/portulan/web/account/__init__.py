"""Signing in and out, language and theme, the reader's own account."""
