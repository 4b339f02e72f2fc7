"""Folded text: what searches and sorts compare."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "’": "'"})
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Lower-case, without accents, white space collapsed: "Équipe  Cœur" → "equipe coeur"."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(kept.casefold().split())


def slug(text: str, length: int = 40) -> str:
    """A code made of text: "Équipe Data" → "equipe-data"; empty text gives ""."""
    return _NOT_WORD.sub("-", fold(text)).strip("-")[:length].strip("-")
