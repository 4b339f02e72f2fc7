"""What a row says, as records to be: values, and what they point to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from portulan.integrations.table.ledger import Place


@dataclass(frozen=True, slots=True)
class Ref:
    """A record named by a text (code, name or address); ``name`` is its long name if told."""

    kind: str
    text: str
    name: str = ""
    column: int | None = None


@dataclass(slots=True, eq=False)
class Item:
    """A record that a row gives: its table, values and references.

    ``values`` are what the row says; ``defaults`` only serve when the record is new. ``natural``
    are the columns that tell one record from another where there is no name. ``days`` is an effort
    of the team in ``refs["team"]``, spread over the months of an initiative.
    """

    kind: str
    place: Place
    values: dict[str, Any] = field(default_factory=dict)
    refs: dict[str, Ref | Item | UUID | None] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    natural: tuple[str, ...] = ()
    code: str = ""
    name: str = ""
    #: The key of the source; "" for records that follow from others.
    key: str = ""
    main: bool = False
    #: Made because a row points to it, not because a row describes it.
    auto: bool = False
    days: int | None = None
    uid: UUID | None = None
    outcome: str = ""
    #: Same record in other rows of the file.
    also: list[Place] = field(default_factory=list)


@dataclass(slots=True)
class TypedRow:
    """A row read: its place and the values of its fields (many-valued fields as tuples)."""

    place: Place
    values: Mapping[str, Any]
    columns: Mapping[str, int]
    facts: Mapping[str, Any] = field(default_factory=dict)
    #: ``(start month, months, value, version)`` of each column that names a period.
    wide: tuple[tuple[int, int, int, str], ...] = ()

    def get(self, name: str) -> Any:
        """The value of a field, or ``None``."""
        return self.values.get(name)

    def ref(self, name: str, kind: str, long_name: str = "") -> Ref | None:
        """A reference to what a field names, or ``None``."""
        text = self.values.get(name)
        if not text:
            return None
        return Ref(kind, text, self.values.get(long_name) or "", self.columns.get(name))

    def refs(self, name: str, kind: str) -> list[Ref]:
        """References to all that a field names."""
        texts = self.values.get(name) or ()
        return [Ref(kind, text, "", self.columns.get(name)) for text in dict.fromkeys(texts)]
