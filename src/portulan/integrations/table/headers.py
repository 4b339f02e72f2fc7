"""Compares headings with the words of fields: folded, without small words, units apart."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import override

from portulan.base.text import fold
from portulan.integrations.table.kinds import KINDS, Field, Kind
from portulan.integrations.table.labels import FIELDS
from portulan.integrations.table.labels import KINDS as KIND_LABELS

_SMALL = frozenset(
    ["a", "au", "aux", "d", "de", "des", "du", "en", "et", "for", "in", "l", "la", "le", "les"]
    + ["of", "the", "un", "une", "prevu", "prevue"]
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_APART = re.compile(r"[^a-z0-9]+")
_PARENTHESES = re.compile(r"[(\[][^)\]]*[)\]]")
_MONEY_UNIT = re.compile(
    r"(?<![a-z0-9])(k|m|md|mds|bn)[ ]?(?:€|eur\b|euros?\b|\$|usd\b|£|gbp\b)"
    r"|(?:€|\$|£)[ ]?(k|m|bn)\b"
    r"|\b(milliers?|thousands?|millions?|milliards?|billions?)\b|[(\[](k|m)[)\]]"
)
_PLAIN_MONEY = re.compile(r"€|\$|£|\b(?:eur|euros?|usd|gbp)\b")
_SCALES = {"k": "k", "m": "m", "md": "g", "mds": "g", "bn": "g"}
_SCALE_WORDS = {"millier": "k", "thousand": "k", "million": "m", "milliard": "g", "billion": "g"}
_TIME_UNITS = (
    ("y", re.compile(r"\b(ans?|annees?|years?|yrs?)\b")),
    ("m", re.compile(r"\b(mois|months?)\b")),
    ("d", re.compile(r"\b(j|jours?|days?)\b")),
    ("w", re.compile(r"\b(semaines?|weeks?)\b")),
    ("q", re.compile(r"\b(trimestres?|quarters?)\b")),
)
_CURRENCY = (
    ("EUR", re.compile(r"€|\beur")),
    ("USD", re.compile(r"\$|\busd|dollar")),
    ("GBP", re.compile(r"£|\bgbp")),
)


@lru_cache(maxsize=4096)
def tidy(heading: str) -> str:
    """A heading as it is compared: ``"Date de début (prévue)"`` → ``"date debut"``."""
    apart = _CAMEL.sub(" ", heading).replace("_", " ")
    words = _APART.sub(" ", _PARENTHESES.sub(" ", fold(apart))).split()
    kept = [word for word in words if word not in _SMALL]
    return " ".join(kept or words)


@lru_cache(maxsize=65536)
def likeness(heading: str, word: str) -> float:
    """How much a tidy heading says the same as a field's word, 0 to 1."""
    if heading == word:
        return 1.0
    have, want = heading.split(), word.split()
    if not have or not want:
        return 0.0
    if set(want) <= set(have):
        share = len(want) / len(have)
        first = 0.05 if have[0] == want[0] else 0.0
        return 0.55 + 0.35 * share + first if share >= 0.3 else 0.0
    if set(have) <= set(want) and len(have) > 1:
        return 0.6 + 0.2 * len(have) / len(want)
    if min(len(heading), len(word)) >= 5:
        ratio = difflib.SequenceMatcher(None, heading, word).ratio()
        if ratio >= 0.86:
            return 0.85 * ratio
    return 0.0


@lru_cache(maxsize=512)
def field_words(field: Field) -> tuple[str, ...]:
    """The tidy words of a field, its names in our own template among them."""
    words = [*field.words, *own_words(FIELDS, field.name), field.name]
    return tuple(dict.fromkeys(tidy(word) for word in words))


@lru_cache(maxsize=64)
def kind_words(kind: Kind) -> tuple[str, ...]:
    """The tidy words that name a kind, those of our own template among them."""
    words = [*kind.words, *own_words(KIND_LABELS, kind.code)]
    return tuple(dict.fromkeys(tidy(word) for word in words))


def own_words(labels: Mapping[str, str | Promise], name: str) -> list[str]:
    """A label in every language that our template is made in."""
    found = []
    for language in ("fr", "en"):
        with override(language):
            found.append(str(labels[name]) if name in labels else "")
    return [word for word in found if word]


@lru_cache(maxsize=65536)
def field_likeness(heading: str, field: Field) -> float:
    """How much a tidy heading names a field."""
    return max(likeness(heading, word) for word in field_words(field))


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Every word of every field: what a heading row is recognised by."""
    return frozenset(w for kind in KINDS.values() for f in kind.fields for w in field_words(f))


def money_unit(heading: str) -> tuple[str, bool]:
    """The scale that a heading tells (``""``, ``k``, ``m``, ``g``) and whether it tells one."""
    text = fold(heading)
    found = _MONEY_UNIT.search(text)
    if found:
        word = next(group for group in found.groups() if group)
        return _SCALES.get(word) or _SCALE_WORDS[word.rstrip("s")], True
    return "", bool(_PLAIN_MONEY.search(text))


def time_unit(heading: str) -> str:
    """The unit of time that a heading tells, or ``""``."""
    text = _APART.sub(" ", fold(_CAMEL.sub(" ", heading).replace("_", " ")))
    return next((unit for unit, pattern in _TIME_UNITS if pattern.search(text)), "")


def currency(text: str) -> str:
    """The currency that a text names, or ``""``."""
    folded = fold(text)
    return next((code for code, pattern in _CURRENCY if pattern.search(folded)), "")
