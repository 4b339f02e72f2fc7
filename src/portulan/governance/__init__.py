"""Committees, meetings, dossiers, decisions and promises."""
