"""Reads the cells of a column by the type of its field; the same text is read once.

Money is read in cents, effort in hundredths of person-days, months as ordinals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from portulan.base.text import fold
from portulan.integrations.table import words
from portulan.integrations.table.dates import MONTH_NUMBERS, date_order, read_date, read_duration
from portulan.integrations.table.headers import currency
from portulan.integrations.table.kinds import Field
from portulan.integrations.table.ledger import (
    BLOCK,
    IGNORE,
    INFO,
    MISSING,
    VALUE,
    WARN,
    Ledger,
    Place,
)
from portulan.integrations.table.mapping import Column
from portulan.integrations.table.numbers import (
    SCALES,
    Number,
    Unreadable,
    decimal_mark,
    read_number,
)
from portulan.integrations.table.reading import Cell, shown

TEXT = 300
STATES = tuple(f"state:{state}" for state in words.STANDING_OF_STATE)
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_YEAR = re.compile(
    r"^(?:fy|exercice|annee)? ?(?:(?:19|20|21)?\d\d ?[-/] ?)?((?:19|20|21)\d\d|\d\d)$"
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A cell that cannot be read as it is, or only with a doubt (then ``value`` is the default)."""

    code: str
    level: str = BLOCK
    value: Any = None
    choices: tuple[str, ...] = (MISSING, IGNORE, VALUE)
    default: str = ""
    #: Readings by choice.
    readings: tuple[tuple[str, Any], ...] = ()
    #: What makes one group: by default the text itself.
    key: str | None = None


class ColumnReader:
    """Reads one column; what the whole column proves settles its doubtful cells."""

    def __init__(self, field: Field, column: Column, cells: Sequence[Cell], ledger: Ledger) -> None:
        self.field, self.column, self.ledger = field, column, ledger
        self.base, _, self.table = field.type.partition(":")
        texts = [cell for cell in cells if isinstance(cell, str)]
        numeric = self.base in ("money", "number", "days", "percent", "int", "duration")
        self.mark = column.mark or (decimal_mark(texts) if numeric else "")
        self.order = column.order or (
            date_order(texts) if self.base.startswith(("date", "period")) else ""
        )
        numbers = [c for c in cells if isinstance(c, (int, float)) and not isinstance(c, bool)]
        #: Shares written 0.8 for 80 %.
        self.shares = bool(numbers) and max(abs(n) for n in numbers) <= 1.5
        self._known: dict[tuple[type, Cell], Any] = {}
        self._read: Callable[[Cell], Any] = getattr(self, f"_{self.base}")

    def value(self, cell: Cell, place: Place) -> Any:
        """The value of a cell; ``None`` when it is blank, unknown or blocked.

        Raises:
            RowIgnored: the reader chose to leave the row out.
        """
        if cell is None:
            return None
        known = (type(cell), cell)
        if known not in self._known:
            self._known[known] = self._convert(cell)
        found = self._known[known]
        return self._settle(found, cell, place) if isinstance(found, Trouble) else found

    def _convert(self, cell: Cell) -> Any:
        try:
            return self._read(cell)
        except Unreadable as error:
            if isinstance(cell, str) and fold(cell) in words.MISSING:
                return None
            return Trouble(error.code)

    def _settle(self, trouble: Trouble, cell: Cell, place: Place) -> Any:
        text = shown(cell)
        decision = self.ledger.note(
            trouble.code,
            trouble.level,
            place,
            key=(text if trouble.key is None else trouble.key,),
            column=self.column.index,
            params={"field": self.field.name, "header": self.column.header},
            read=text[:80],
            becomes=_plain(dict(trouble.readings).get(trouble.default, trouble.value)),
            choices=trouble.choices,
            default=trouble.default,
            readings={name: _plain(value) for name, value in trouble.readings},
        )
        if decision.startswith(VALUE):
            again = self._convert(decision.removeprefix(VALUE))
            return None if isinstance(again, Trouble) else again
        if decision in ("", MISSING):
            return None
        readings = dict(trouble.readings)
        return readings.get(decision, trouble.value)

    # --- numbers

    def _number_of(self, cell: Cell) -> Number | Trouble:
        if isinstance(cell, bool):
            raise Unreadable("number.text")
        if isinstance(cell, (int, float)):
            return Number(Decimal(repr(cell)))
        if not isinstance(cell, str):
            raise Unreadable("number.text")
        number, _ = read_number(cell)
        if number.other is None:
            return number
        as_thousands = Number(number.other, number.unit, number.currency)
        as_decimal = Number(number.value, number.unit, number.currency)
        written = "," if "," in cell else "."
        if self.mark in (".", ","):
            return as_decimal if written == self.mark else as_thousands
        default = "thousands" if written == "," else "decimal"
        return Trouble(
            "number.ambiguous",
            WARN,
            choices=("thousands", "decimal", MISSING, IGNORE),
            default=default,
            readings=(("thousands", as_thousands), ("decimal", as_decimal)),
            key=written,
        )

    def _scaled(self, cell: Cell, make: Callable[[Number], Any]) -> Any:
        found = self._number_of(cell)
        if isinstance(found, Trouble):
            return Trouble(
                found.code,
                found.level,
                None,
                found.choices,
                found.default,
                tuple((name, make(number)) for name, number in found.readings),
                found.key,
            )
        return make(found)

    def _money(self, cell: Cell) -> Any:
        def make(number: Number) -> int:
            if number.unit in ("%", "d"):
                raise Unreadable("number.unit")
            scale = SCALES[number.unit or self.column.unit]
            return int((number.value * scale * 100).to_integral_value(ROUND_HALF_EVEN))

        found = self._scaled(cell, make)
        if isinstance(found, int) and found < 0 and self.field.name in ("cost", "capex", "opex"):
            return Trouble("money.negative")
        return found

    def _number(self, cell: Cell) -> Any:
        return self._scaled(cell, lambda n: float(n.value * SCALES.get(n.unit, Decimal(1))))

    def _days(self, cell: Cell) -> Any:
        found = self._scaled(
            cell,
            lambda n: int(
                (n.value * SCALES.get(n.unit, Decimal(1)) * 100).to_integral_value(ROUND_HALF_EVEN)
            ),
        )
        return Trouble("number.negative") if isinstance(found, int) and found < 0 else found

    def _percent(self, cell: Cell) -> Any:
        def make(number: Number) -> int:
            share = self.shares or (
                number.unit != "%" and isinstance(cell, str) and abs(number.value) <= 1
            )
            return round(number.value * 100) if share else round(number.value)

        found = self._scaled(cell, make)
        if isinstance(found, int) and not 0 <= found <= 32_000:
            return Trouble("number.range")
        return found

    def _int(self, cell: Cell) -> Any:
        found = self._scaled(cell, lambda n: round(n.value))
        return (
            Trouble("number.range")
            if isinstance(found, int) and not 0 <= found <= 32_000
            else found
        )

    # --- time

    def _span(self, cell: Cell, pick: Callable[[Any], Any]) -> Any:
        span = read_date(cell, self.order if self.order != "both" else "")
        if span.other is not None and self.order == "both":
            other = type(span)(span.other, span.other)
            return Trouble(
                "date.ambiguous",
                WARN,
                choices=("dmy", "mdy", MISSING, IGNORE),
                default="dmy",
                readings=(("dmy", pick(span)), ("mdy", pick(other))),
                key="order",
            )
        return pick(span)

    def _date(self, cell: Cell) -> Any:
        return self._span(cell, lambda span: span.first)

    def _date_end(self, cell: Cell) -> Any:
        return self._span(cell, lambda span: span.last)

    def _period(self, cell: Cell) -> Any:
        return self._span(cell, lambda span: (span.start, span.months))

    def _duration(self, cell: Cell) -> Any:
        return read_duration(cell, self.column.unit or "m", self.mark)

    def _year(self, cell: Cell) -> Any:
        if isinstance(cell, (date, datetime)):
            return cell.year
        found = _YEAR.match(fold(shown(cell)))
        if found is None:
            raise Unreadable("year.text")
        year = int(found[1])
        year = year if year > 99 else year + 2000
        if not 1950 <= year <= 2100:
            raise Unreadable("date.range")
        return year

    def _month_number(self, cell: Cell) -> Any:
        text = fold(shown(cell)).strip(".")
        number = MONTH_NUMBERS.get(text) or (int(text) if text.isdigit() else 0)
        if not 1 <= number <= 12:
            raise Unreadable("month.text")
        return number

    # --- words

    def _text(self, cell: Cell) -> Any:
        text = " ".join(shown(cell).split())
        if len(text) > TEXT:
            return Trouble(
                "text.long", WARN, text[: TEXT - 1] + "…", ("cut", IGNORE), "cut", key="long"
            )
        return text or None

    def _long(self, cell: Cell) -> Any:
        return shown(cell)

    def _code(self, cell: Cell) -> Any:
        text = " ".join(shown(cell).split())
        return text if len(text) <= 300 else Trouble("code.long")

    def _ref(self, cell: Cell) -> Any:
        text = " ".join(shown(cell).split())
        return None if fold(text) in words.MISSING or not text else text[:TEXT]

    def _refs(self, cell: Cell) -> Any:
        text = shown(cell)
        parts = [" ".join(part.split())[:TEXT] for part in re.split(r"[;|\n]", text)]
        return tuple(part for part in parts if part and fold(part) not in words.MISSING) or None

    def _flag(self, cell: Cell) -> Any:
        if isinstance(cell, bool):
            return cell
        found = words.read_flag(shown(cell))
        return (
            Trouble(
                "flag.text",
                choices=("yes", "no", MISSING, IGNORE),
                readings=(("yes", True), ("no", False)),
            )
            if found is None
            else found
        )

    def _choice(self, cell: Cell) -> Any:
        text = shown(cell)
        if fold(text) in words.MISSING:
            return None
        found = words.read_choice(self.table, text)
        if self.table == "role":
            return (found or "contributor", text[:200])
        if found is not None:
            return found
        codes = tuple(words.CHOICES[self.table])
        return Trouble(
            "choice.unknown",
            choices=(*codes, MISSING, IGNORE),
            readings=tuple((c, c) for c in codes),
        )

    def _stage(self, cell: Cell) -> Any:
        """A product's stage with the source's word: ``(code or "", word)``."""
        text = " ".join(shown(cell).split())[:60]
        found = words.read_choice("stage", text)
        if found is None and (standing := words.read_standing(text)) is not None:
            found = standing.stage
        return (found or "", text)

    def _phase(self, cell: Cell) -> Any:
        """Where the work stands with the source's word: ``(Standing, word)``."""
        text = " ".join(shown(cell).split())[:100]
        if not text or text in ("-", "?"):
            return None
        found = words.read_standing(text)
        readings = tuple(
            (f"state:{state}", (standing, text))
            for state, standing in words.STANDING_OF_STATE.items()
        )
        known = found or words.STANDING_OF_STATE["in_progress"]
        own = f"state:{known.state}"
        readings = tuple(
            (name, (known, text) if name == own else value) for name, value in readings
        )
        return Trouble(
            "phase.unknown" if found is None else "phase.read",
            WARN if found is None else INFO,
            (known, text),
            (*STATES, IGNORE),
            own,
            readings,
        )

    def _size(self, cell: Cell) -> Any:
        found = words.read_size(shown(cell))
        if found is None:
            sizes = tuple(words.SIZES)
            return Trouble(
                "size.text",
                choices=(*sizes, MISSING, IGNORE),
                readings=tuple((s, s) for s in sizes),
            )
        return found

    def _email(self, cell: Cell) -> Any:
        text = shown(cell).strip().lower()
        if not _EMAIL.match(text) or len(text) > 254:
            return Trouble("email.text")
        return text

    def _url(self, cell: Cell) -> Any:
        text = shown(cell).strip()
        if not text.lower().startswith(("http://", "https://")):
            text = f"https://{text}" if re.match(r"^[\w.-]+\.[a-z]{2,}(/|$)", text.lower()) else ""
        return (
            text[:1000]
            if text
            else Trouble("url.text", WARN, choices=(MISSING, IGNORE), default=MISSING)
        )

    def _currency(self, cell: Cell) -> Any:
        text = shown(cell).strip().upper()
        found = currency(text) or (text if re.fullmatch(r"[A-Z]{3}", text) else "")
        return found or Trouble("currency.text")

    def _country(self, cell: Cell) -> Any:
        text = shown(cell).strip().upper()
        return (
            text
            if re.fullmatch(r"[A-Z]{2}", text)
            else Trouble("country.text", WARN, choices=(MISSING, IGNORE), default=MISSING)
        )


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return _plain(value[0])
    if isinstance(value, words.Standing):
        return value.state
    return value.isoformat() if isinstance(value, date) else str(value)
