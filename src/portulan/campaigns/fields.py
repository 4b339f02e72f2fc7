"""A field that a campaign asks for: how it is read from a hand or a cell, and how it is shown.

Values are kept raw, as JSON holds them: texts, codes, numbers, cents, hundredths of person-days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portulan.base.policy import Refusal
from portulan.integrations.table.numbers import Unreadable, read_number
from portulan.wording import formats

Word = str | Promise
LONGEST = 20_000
#: Type → how many of what is kept make one of what is typed: money is typed in thousands.
SCALES = {"number": 1, "money": 100_000, "effort": 100}
_FACTORS = {"k": 1_000, "m": 1_000_000, "g": 1_000_000_000}


class Unfit(Exception):
    """A value that a field cannot take: why, and what it expects."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``type``: ``text``, ``choice``, ``number``, ``money`` or ``effort``."""

    key: str
    label: Word
    type: str = "text"
    choices: Mapping[str, Word] = field(default_factory=dict)
    unit: str = ""
    low: float | None = None
    high: float | None = None
    #: The only numbers that may be given; empty: any.
    steps: tuple[float, ...] = ()

    @property
    def expected(self) -> str:
        """What may be written, in words."""
        if self.type == "text":
            return _("a text")
        if self.type == "choice":
            return ", ".join(str(word) for word in self.choices.values())
        if self.steps:
            return _("one of %(steps)s") % {"steps": ", ".join(map(formats.number, self.steps))}
        bounds = ""
        if self.low is not None and self.high is not None:
            bounds = _(" from %(low)s to %(high)s") % {
                "low": formats.number(self.low), "high": formats.number(self.high),
            }
        elif self.low is not None:
            bounds = _(" of at least %(low)s") % {"low": formats.number(self.low)}
        return _("a number") + bounds + (f" ({self.unit})" if self.unit else "")

    def read(self, given: Any) -> Any:
        """The raw value of what was typed or found in a cell; ``None`` or "" for nothing.

        Raises:
            Unfit: it cannot be taken.
        """
        if isinstance(given, str):
            given = given.strip()
        if given is None or given == "":
            return "" if self.type == "text" else None
        if self.type == "text":
            text = _plain(given)
            if len(text) > LONGEST:
                raise Unfit(Refusal("field.too_long", {"most": LONGEST}))
            return text
        if self.type == "choice":
            return self._choice(given)
        return self._number(given)

    def _choice(self, given: Any) -> Any:
        said = _plain(given).casefold()
        for code, word in self.choices.items():
            if said in (code.casefold(), str(word).casefold()):
                return {"true": True, "false": False}.get(code, code)
        raise Unfit(Refusal("campaign.value", {"expected": self.expected}))

    def _number(self, given: Any) -> float | int:
        refusal = Refusal("campaign.value", {"expected": self.expected})
        if isinstance(given, (bool, date, datetime)):
            raise Unfit(refusal)
        if isinstance(given, (int, float)):
            value = float(given)
        else:
            try:
                number, _mark = read_number(str(given))
            except Unreadable:
                raise Unfit(refusal) from None
            if number.ambiguous:
                raise Unfit(Refusal("campaign.ambiguous", {"found": str(given)}))
            value = float(number.value) * _FACTORS.get(number.unit, 1)
            if self.type == "money" and (number.unit or number.currency):
                value /= 1_000  # said in units of the currency, or with its own factor
        if value != value or abs(value) > 1e12:
            raise Unfit(refusal)
        if (self.low is not None and value < self.low) or (
            self.high is not None and value > self.high
        ):
            raise Unfit(refusal)
        if self.steps and value not in self.steps:
            raise Unfit(refusal)
        return value if self.type == "number" else round(value * SCALES[self.type])

    def typed(self, raw: Any) -> Any:
        """A raw value as a hand or a cell writes it."""
        if raw is None or raw == "":
            return None
        if self.type == "choice":
            code = str(raw).lower() if isinstance(raw, bool) else str(raw)
            return str(self.choices.get(code, code))
        if self.type in SCALES:
            value = raw / SCALES[self.type]
            return int(value) if value == int(value) else value
        return str(raw)

    def shown(self, raw: Any) -> str:
        """A raw value for readers."""
        if raw is None or raw == "":
            return formats.NOTHING
        if self.type == "money":
            return formats.money(raw)
        if self.type == "effort":
            return formats.effort(raw)
        if self.type == "number":
            return formats.number(raw)
        return str(self.typed(raw))


def same(one: Any, other: Any) -> bool:
    """Whether two raw values say the same; nothing and an empty text do."""
    if one in (None, "") and other in (None, ""):
        return True
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) < 1e-9
    if isinstance(one, str) and isinstance(other, str):
        return _plain(one) == _plain(other)
    return bool(one == other)


def _plain(given: Any) -> str:
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, float) and given == int(given):
        return str(int(given))
    if isinstance(given, (date, datetime)):
        return given.isoformat()
    return str(given).replace("\r\n", "\n").replace("\x00", "").strip()
