# ruff: noqa: E501 - tables of words read better whole
"""Numbers as people write them: ``1 234,56``, ``1,234.56``, ``12,5 M€``, ``(350 k€)``, ``80 %``.

One separator followed by exactly three digits can be read both ways; such a text is *ambiguous*
and the column, then the reader, decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from portulan.base.text import fold

#: What a unit multiplies by.
SCALES: dict[str, Decimal] = {
    "": Decimal(1),
    "k": Decimal(1_000),
    "m": Decimal(1_000_000),
    "g": Decimal(1_000_000_000),
}
_WORDS = {
    "k": "k", "ke": "k", "k€": "k", "keur": "k", "k$": "k", "k£": "k", "milliers": "k", "millier": "k",
    "thousand": "k", "thousands": "k", "kusd": "k", "kgbp": "k", "k eur": "k",
    "m": "m", "me": "m", "m€": "m", "meur": "m", "m$": "m", "m£": "m", "million": "m", "millions": "m",
    "mn": "m", "mio": "m", "musd": "m", "mgbp": "m", "mln": "m", "mm": "m",
    "md": "g", "mds": "g", "md€": "g", "mds€": "g", "mdeur": "g", "milliard": "g", "milliards": "g",
    "bn": "g", "billion": "g", "billions": "g", "bn€": "g", "b$": "g", "$bn": "g",
}  # fmt: skip
CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "us$": "USD",
    "dollars": "USD", "£": "GBP", "gbp": "GBP", "chf": "CHF",
}  # fmt: skip
_DAY_WORDS = {
    "j", "jh", "j-h", "j.h", "j/h", "jours", "jour", "jours-homme", "jours-hommes", "jours homme",
    "d", "pd", "p-d", "md", "mandays", "man-days", "days", "day", "person-days", "person days", "jrs",
}  # fmt: skip
_SPACES = str.maketrans("", "", "\u00a0\u202f\u2009\u2007 '\u2019`")
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2011": "-"})
_NUMBER = re.compile(
    r"^(?P<open>\()?\s*(?P<sign>[-+])?\s*(?P<before>[€$£]|us\$|eur|usd|gbp|chf)?\s*(?P<sign2>-)?"
    r"(?P<digits>\d[\d.,' \u2019`\u00a0\u202f\u2009\u2007]*|[.,]\d+)(?P<power>e[-+]?\d{1,3})?"
    r"\s*(?P<unit>[^\d]*?)\s*(?P<close>\))?(?P<after>-)?$"
)


class Unreadable(ValueError):
    """A text that is not what its column holds: a code of why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Number:
    """A number read from a text, with its unit: ``k``, ``m``, ``g``, ``%``, ``d`` or ``""``.

    ``other`` is the second reading of an ambiguous text (``value`` takes the separator as decimal).
    """

    value: Decimal
    unit: str = ""
    currency: str = ""
    other: Decimal | None = None

    @property
    def ambiguous(self) -> bool:
        """Whether the separator may mark decimals or thousands."""
        return self.other is not None


def _digits(text: str) -> tuple[Decimal, Decimal | None, str]:
    """Value, other reading, and the decimal mark that it proves (``""`` when it proves none)."""
    spaced = text.strip()
    compact = spaced.translate(_SPACES)
    whole = re.split(r"[.,]", spaced)[0]
    groups = re.split(r"[\s'\u2019`]", whole)
    if len(groups) > 1 and (len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])):
        raise Unreadable("number.groups")
    dots, commas = compact.count("."), compact.count(",")
    if not dots and not commas:
        return Decimal(compact), None, ""
    if dots and commas:
        mark = "." if compact.rfind(".") > compact.rfind(",") else ","
        grouping = "," if mark == "." else "."
        before, _, after = compact.rpartition(mark)
        if mark in before or not _grouped(before, grouping) or grouping in after:
            raise Unreadable("number.groups")
        return Decimal(f"{before.replace(grouping, '')}.{after or '0'}"), None, mark
    mark = "." if dots else ","
    if max(dots, commas) > 1:
        if not _grouped(compact, mark):
            raise Unreadable("number.groups")
        return Decimal(compact.replace(mark, "")), None, "," if mark == "." else "."
    before, _, after = compact.partition(mark)
    value = Decimal(f"{before or '0'}.{after or '0'}")
    sure = len(after) != 3 or len(before) > 3 or before.strip("0") == "" or len(groups) > 1
    if before.startswith("0") and before != "0":
        sure = True
    return value, None if sure else Decimal(before + after), mark if sure else ""


def _grouped(text: str, mark: str) -> bool:
    first, *rest = text.split(mark)
    return bool(rest) and 1 <= len(first) <= 3 and all(len(part) == 3 for part in rest)


def _unit(text: str) -> tuple[str, str]:
    """Unit and currency of the words after a number.

    Raises:
        Unreadable: words that are no unit.
    """
    word = fold(text).strip(" .")
    if not word:
        return "", ""
    if word in ("%", "pct", "pour cent", "percent"):
        return "%", ""
    if word in CURRENCIES:
        return "", CURRENCIES[word]
    currency = next((CURRENCIES[sign] for sign in ("€", "$", "£") if sign in text), "")
    for end in (" d'euros", " euros", " d'euro", " eur", " usd", " dollars", " €", " $", " £"):
        if word.endswith(end):
            word, currency = word.removesuffix(end).strip(), CURRENCIES[end.strip().split("'")[-1]]
    if word in _WORDS:
        if not currency and word.endswith("eur"):
            currency = "EUR"
        return _WORDS[word], currency
    if word in _DAY_WORDS:
        return "d", ""
    raise Unreadable("number.unit")


def read_number(text: str) -> tuple[Number, str]:
    """A number and the decimal mark it proves (``"."``, ``","`` or ``""``).

    Raises:
        Unreadable: not a number.
    """
    tidy = text.strip().translate(_MINUS)
    found = _NUMBER.match(tidy.lower())
    if found is None or bool(found["open"]) != bool(found["close"]):
        raise Unreadable("number.text")
    if sum(map(bool, (found["open"], found["sign"], found["sign2"], found["after"]))) > 1:
        raise Unreadable("number.text")
    value, other, mark = _digits(found["digits"])
    unit, currency = _unit(found["unit"])
    currency = CURRENCIES.get(found["before"] or "", currency)
    if found["power"]:
        try:
            value = Decimal(f"{value}{found['power']}")
        except InvalidOperation as error:
            raise Unreadable("number.text") from error
        other = None
    if found["open"] or "-" in (found["sign"], found["sign2"], found["after"]):
        value, other = -value, None if other is None else -other
    if abs(value) >= Decimal(10) ** 15:
        raise Unreadable("number.range")
    return Number(value, unit, currency, other), mark


def decimal_mark(texts: Iterable[str]) -> str:
    """The decimal mark that a column's texts prove; ``""`` without proof, ``"both"`` if mixed."""
    seen: set[str] = set()
    for text in texts:
        try:
            _, mark = read_number(text)
        except Unreadable:
            continue
        if mark:
            seen.add(mark)
    return "both" if len(seen) > 1 else next(iter(seen), "")
