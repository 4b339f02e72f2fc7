"""A document as a value: what a pack or a record says, whatever the file it becomes.

Cells hold values as the database does (cents, hundredths of person-days, month ordinals); a kind
says how a column's values are written. PowerPoint, PDF and Excel are made from the same value, so
that they show the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from portulan.wording import formats, vocabulary


@dataclass(frozen=True, slots=True)
class Kind:
    """How a column's values are written, and as which number in a spreadsheet.

    ``number`` gives the spreadsheet's value (``None``: text), ``pattern`` its format.
    """

    name: str
    write: Callable[[Any], str]
    number: Callable[[Any], float | int | None] | None = None
    pattern: str = ""

    @property
    def numeric(self) -> bool:
        """Whether values stand on the right."""
        return self.number is not None


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _scaled(divisor: float) -> Callable[[Any], float | None]:
    return lambda value: None if value is None else value / divisor


def _stage(value: Any) -> str:
    return vocabulary.word(vocabulary.STAGES, value or "")


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("text", _text),
        Kind("number", formats.number, lambda v: v, "#,##0.##"),
        Kind("integer", lambda v: formats.number(v, 0), lambda v: v, "#,##0"),
        Kind("thousands", formats.thousands, _scaled(100_000), "#,##0"),
        Kind("thousands_signed", formats.thousands_signed, _scaled(100_000), "+#,##0;-#,##0;0"),
        Kind("money", formats.money_exact, _scaled(100), "#,##0.00"),
        Kind("money_short", formats.money, _scaled(100), "#,##0.00"),
        Kind("money_signed", formats.money_signed, _scaled(100), "+#,##0.00;-#,##0.00;0"),
        Kind("percent", formats.percent, lambda v: v, "0%"),
        Kind("percent_signed", formats.percent_signed, lambda v: v, "+0%;-0%;0%"),
        Kind("score", lambda v: formats.number(v, 0), lambda v: v, "0"),
        Kind("signed", lambda v: formats.signed(v), lambda v: v, "+0;-0;0"),
        Kind("effort", formats.effort_number, _scaled(100), "#,##0.##"),
        Kind("effort_unit", formats.effort, _scaled(100), "#,##0.##"),
        Kind("day", formats.day),
        Kind("quarter", formats.quarter),
        Kind("month", formats.month_short),
        Kind("stage", _stage),
    )
}


#: Stage → ground and text of a cell that it fills.
FILLS = {
    "exploration": ("E4DBF7", "4B3691"),
    "development": ("CFE0F3", "173B63"),
    "run": ("CDE9E4", "16514C"),
    "end_of_life": ("F3DCC9", "7A3F12"),
    "": ("E3E0D8", "43566B"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, the kind of its values, its share of the width."""

    label: str
    kind: str = "text"
    width: float = 1.0

    def write(self, value: Any) -> str:
        """A value as readers see it."""
        return KINDS[self.kind].write(value)


class Figure(NamedTuple):
    """A figure to see first: what it is, its value, what it means, and its tone if it has one."""

    label: str
    value: Any
    meaning: str = ""
    tone: str = ""
    kind: str = "text"

    @property
    def written(self) -> str:
        """The value as readers see it."""
        return written(self.kind, self.value)


class Cell(NamedTuple):
    """A value of another kind than its column's."""

    value: Any
    kind: str


def written(kind: str, value: Any) -> str:
    """A value in words; a text in a column of numbers stays as it is."""
    if isinstance(value, Cell):
        value, kind = value.value, value.kind
    known = KINDS[kind]
    if isinstance(value, str):
        return known.write(value) if kind == "stage" else value
    if value is None and not known.numeric:
        return ""
    return known.write(value)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; ``total`` closes them; ``strong`` are the rows that head a group.

    ``tones``: (row, column) → ``good``, ``warn``, ``bad`` or ``muted``. ``fills``: (row, column) →
    the stage whose colour fills the cell, for drawings in time.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    total: Sequence[Any] | None = None
    strong: frozenset[int] = frozenset()
    tones: Mapping[tuple[int, int], str] = field(default_factory=dict)
    note: str = ""
    fills: Mapping[tuple[int, int], str] = field(default_factory=dict)
    title: str = ""

    def text(self, values: Sequence[Any]) -> list[str]:
        """A row as readers see it."""
        return [
            written(column.kind, value)
            for column, value in zip(self.columns, values, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars or lines over categories; ``kind`` of the values as for columns.

    ``form``: ``bars`` (horizontal), ``columns`` (vertical) or ``lines``. ``tones``: (series,
    category) → tone of one bar.
    """

    title: str
    form: str
    categories: Sequence[str]
    series: Sequence[tuple[str, Sequence[float | int | None]]]
    kind: str = "number"
    tones: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def values(self, index: int) -> list[float | None]:
        """The values of a series as numbers of the document (thousands, days…)."""
        number = KINDS[self.kind].number
        found = self.series[index][1]
        return [None if v is None or number is None else number(v) for v in found]


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs; those that start with "- " are points of a list."""

    paragraphs: Sequence[str]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """A few figures side by side."""

    items: Sequence[Figure]


Block = Table | Chart | Text | Figures


@dataclass(frozen=True, slots=True)
class Section:
    """A slide, or a part of a page. ``heading`` is its conclusion, in a sentence.

    ``beside``: the first block stands left of the others, where there is room for it.
    """

    heading: str
    blocks: Sequence[Block]
    lead: str = ""
    source: str = ""
    #: Short name, for the sheet of a spreadsheet.
    name: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document, in one language. ``conclusion`` is what it says, in a few sentences."""

    title: str
    subtitle: str
    on: date
    sections: Sequence[Section]
    language: str = "fr"
    footer: str = ""
    file_name: str = "portulan"
    conclusion: Sequence[str] = ()
    #: Whether slides begin with a title slide; a document of one page has none.
    cover: bool = True


def clean(text: str) -> str:
    """A text that every format can hold: no control characters, no halves of letters."""
    return "".join(
        letter
        for letter in text.replace("\r\n", "\n").replace("\r", "\n")
        if letter in "\n\t" or not (ord(letter) < 32 or 0xD800 <= ord(letter) <= 0xDFFF
                                    or letter in "\x7f\ufffe\uffff")
    )
