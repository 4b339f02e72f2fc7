"""Calendars as calendar programs read them: the address holds the secret."""
