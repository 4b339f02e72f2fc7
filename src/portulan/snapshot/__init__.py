"""Assembles a `World` from the facts of every app above."""
