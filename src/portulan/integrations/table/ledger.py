"""What is wrong or doubtful in a file, grouped by the repair that settles it.

A group has a stable id made of what it is about, so that a choice made once holds each time the
file is read again. A ``block`` group needs a choice; a ``warn`` or ``info`` group has one already,
shown and changeable.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portulan.integrations.table.mapping import letter

BLOCK, WARN, INFO = "block", "warn", "info"
IGNORE, MISSING = "ignore", "missing"
#: Choice of a text typed by the reader: ``value:…``.
VALUE = "value:"
#: The repair that leaves out every row that still blocks.
IGNORE_BLOCKED = "*"
#: Groups of several names: the names are listed.
NAMING = frozenset(["ref.created", "match.moved", "match.other_code", "match.other_name"])


class RowIgnored(Exception):
    """The reader chose to leave this row out."""


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a sheet (both as the file numbers them; the sheet from 0)."""

    sheet: int
    row: int


@dataclass(slots=True)
class Group:
    """Rows with the same trouble: code and parameters, an example, the choices and the decision."""

    id: str
    code: str
    level: str
    sheet: int
    column: int | None
    params: dict[str, Any]
    read: str
    becomes: str
    choices: list[str]
    decision: str
    decided: bool
    rows: list[int] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether it still blocks."""
        return self.level == BLOCK and not self.decision

    @property
    def letter(self) -> str:
        """The letter of its column, or ``""``."""
        return "" if self.column is None else letter(self.column)

    def to_json(self) -> dict[str, Any]:
        """As the batch keeps it."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            "letter": self.letter,
            "open": self.open,
        }


@dataclass(slots=True)
class Ledger:
    """Collects troubles while a file is read under the repairs chosen so far."""

    repairs: Mapping[str, str] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    #: Row → why it cannot come in as it is.
    blocked: dict[Place, list[str]] = field(default_factory=dict)
    #: Row → the group that left it out.
    ignored: dict[Place, str] = field(default_factory=dict)
    #: The group noted last.
    last: str = ""
    _seen: set[tuple[str, int]] = field(default_factory=set)

    def note(
        self,
        code: str,
        level: str,
        place: Place,
        *,
        key: Sequence[object] = (),
        column: int | None = None,
        params: Mapping[str, Any] | None = None,
        read: str = "",
        becomes: str = "",
        choices: Sequence[str] = (),
        default: str = "",
        readings: Mapping[str, str] | None = None,
    ) -> str:
        """Note a trouble of a row; returns the decision (``""``: none, the row is blocked).

        Raises:
            RowIgnored: the decision is to leave the row out.
        """
        about = "\x1f".join([code, str(place.sheet), str(column), *map(str, key)])
        id = hashlib.sha256(about.encode()).hexdigest()[:12]
        self.last = id
        group = self.groups.get(id)
        if group is None:
            chosen = self.repairs.get(id, "")
            if chosen and not chosen.startswith((VALUE, "match:", *choices)):
                chosen = ""
            group = Group(
                id,
                code,
                level,
                place.sheet,
                column,
                dict(params or {}),
                read,
                becomes,
                list(choices),
                chosen or default,
                bool(chosen),
            )
            if readings:
                group.params["readings"] = dict(readings)
                group.becomes = readings.get(group.decision, becomes)
            if group.code in NAMING:
                group.params["names"] = []
            if group.open and self.repairs.get(IGNORE_BLOCKED) == IGNORE:
                group.decision, group.decided = IGNORE, True
            self.groups[id] = group
        if (id, place.row) not in self._seen:
            self._seen.add((id, place.row))
            group.rows.append(place.row)
        if "names" in group.params and params and params["name"] not in group.params["names"]:
            group.params["names"].append(params["name"])
        if group.decision == IGNORE:
            self.ignored[place] = id
            raise RowIgnored
        if group.open:
            self.blocked.setdefault(place, []).append(id)
        return group.decision

    def ordered(self) -> list[Group]:
        """Groups to settle first, then warnings, then what was understood; larger ones first."""
        rank = {BLOCK: 0, WARN: 1, INFO: 2}
        return sorted(
            self.groups.values(),
            key=lambda g: (not g.open, rank[g.level], -len(g.rows), g.sheet, g.column or 0),
        )
