"""Writes of prioritisation: each checks its right, keeps history, and answers with exceptions."""
