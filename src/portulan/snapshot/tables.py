"""How a table of the World and a model of an app say the same thing, in both directions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from portulan_core.model import TABLES, Row


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a row as it stands in a model.

    ``attname`` is the model's attribute; ``ref`` the World table it points to, if it is a key;
    ``to_row`` and ``to_model`` convert plain values.
    """

    attname: str
    ref: str = ""
    to_row: Callable[[Any], Any] | None = None
    to_model: Callable[[Any], Any] | None = None


def key(attname: str, table: str) -> Column:
    """A foreign key: an id in the model, a uid in the World."""
    return Column(attname, ref=table)


def ints(attname: str) -> Column:
    """A JSON list of integers in the model, a tuple in the World."""
    return Column(attname, to_row=tuple, to_model=list)


def texts(attname: str) -> Column:
    """A JSON list of texts in the model, a tuple in the World."""
    return Column(attname, to_row=tuple, to_model=list)


def blank(attname: str) -> Column:
    """Empty text in the model, ``None`` in the World."""
    return Column(attname, to_row=lambda v: v or None, to_model=lambda v: v or "")


def day(attname: str) -> Column:
    """A date, also when a history row gives it as ISO text."""
    return Column(attname, to_row=lambda v: date.fromisoformat(v) if isinstance(v, str) else v)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One model's part of one World table.

    ``columns`` maps a row's field to its ``Column`` (or attribute name); ``constants`` gives fields
    that are the same for all rows of this model (which then selects the rows on the way back);
    ``many`` gives fields collected from a child model: ``(model, parent attname, child attname,
    World table of the child)``; ``only`` names keys that must be set for a row to belong here.
    """

    name: str
    model: type[Model]
    columns: Mapping[str, Column | str]
    constants: Mapping[str, Any] = field(default_factory=dict)
    many: Mapping[str, tuple[type[Model], str, str, str]] = field(default_factory=dict)
    only: tuple[str, ...] = ()

    @property
    def row(self) -> type[Row]:
        """The row type of the World table."""
        return TABLES[self.name]

    def column(self, name: str) -> Column:
        """The column of a row's field."""
        found = self.columns[name]
        return Column(found) if isinstance(found, str) else found


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """A key of a World row that stands in a model of a higher app.

    ``table`` and ``field`` say where it is read; a record of ``model`` joins the row (``owner``)
    to one of the World table ``ref`` (``target``).
    """

    table: str
    field: str
    model: type[Model]
    owner: str
    target: str
    ref: str
