"""What the parts of the sample share: the calendar, the rows made so far, the tables of content."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, TypeVar, cast

from portulan.base.text import slug
from portulan_core.generate import UidSource
from portulan_core.model import Row, World
from portulan_core.periods import first_day, fiscal_year, last_day, month_of, quarter_start

R = TypeVar("R", bound=Row)
CONTENT = Path(__file__).parent / "content"
#: Identifiers are the same whatever the day of the load, so that links keep.
FIRST_DAY = date(2026, 1, 5)


@lru_cache(maxsize=32)
def table(name: str) -> tuple[dict[str, str], ...]:
    """The lines of a content table: columns between bars, names in the first line.

    Raises:
        ValueError: a line with another number of columns.
    """
    lines = (CONTENT / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    columns = lines[0].split("|")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("|")
        if len(cells) != len(columns):
            raise ValueError(f"{name}.txt, line {number}: {len(cells)} columns of {len(columns)}")
        rows.append(dict(zip(columns, cells, strict=True)))
    return tuple(rows)


def listed(text: str, separator: str = ",") -> list[str]:
    """The parts of a cell."""
    return [part.strip() for part in text.split(separator) if part.strip()]


class Group:
    """The rows made so far, by table and by code, and the calendar of the day.

    The fiscal year of the group starts one quarter before the present one: whatever the day, there
    are months behind with actuals, and quarters ahead to arbitrate.
    """

    def __init__(self, today: date) -> None:
        self.today = today
        self.uid = UidSource(1926, FIRST_DAY)
        self.random = Random("valmore")
        self.now = month_of(today)
        self.quarter = quarter_start(self.now)
        self.year_start = self.quarter - 3
        self.first_month = self.year_start % 12 + 1
        self.year = fiscal_year(self.year_start, self.first_month)
        self.thursday = today + timedelta(days=(3 - today.weekday()) % 7)
        self.rows: dict[str, dict[str, Row]] = defaultdict(dict)
        self.keys: dict[str, dict[str, str]] = defaultdict(dict)
        self.details: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)

    def add(self, name: str, row: R, key: str = "") -> R:
        """Add a row to a table of the World, under a key of the content."""
        self.rows[name][row.uid] = row
        if key:
            self.keys[name][key] = row.uid
        return row

    def find(self, name: str, key: str) -> str:
        """The uid of what the content calls ``key``.

        Raises:
            KeyError: the content names something that is not there.
        """
        try:
            return self.keys[name][key]
        except KeyError:
            raise KeyError(f"{name}: {key!r}") from None

    def maybe(self, name: str, key: str) -> str | None:
        """The uid, or ``None`` for an empty cell."""
        return self.find(name, key) if key else None

    def get(self, kind: type[R], name: str, key: str) -> R:
        """The row that the content calls ``key``."""
        return cast(R, self.rows[name][self.find(name, key)])

    def change(self, name: str, key: str, **values: Any) -> None:
        """Change columns of a row."""
        uid = self.find(name, key)
        self.rows[name][uid] = replace(self.rows[name][uid], **values)

    def all(self, kind: type[R], name: str) -> Iterator[R]:
        """The rows of a table."""
        for row in list(self.rows[name].values()):
            assert isinstance(row, kind)
            yield row

    def drop(self, name: str, uid: str) -> None:
        """Take a row away, with its details."""
        del self.rows[name][uid]
        for rows in self.details.values():
            rows.pop(uid, None)

    def detail(self, record: str, uid: str | None = None, /, **values: Any) -> str:
        """Columns of a record that the World does not carry; a new record without ``uid``."""
        found = uid or self.uid()
        self.details[record].setdefault(found, {"uid": found}).update(values)
        return found

    def world(self) -> World:
        """The World made so far."""
        world = World()
        for name, rows in self.rows.items():
            world = world.with_rows(name, rows.values())
        return world

    def month(self, offset: int) -> int:
        """The month ordinal at an offset from the present quarter."""
        return self.quarter + offset

    def day_in(self, months: float) -> date:
        """A day some months from now: the end of the month behind, the start of the one ahead."""
        whole = int(months)
        month = self.now + whole
        return last_day(month) if whole < 0 else first_day(month) + timedelta(days=14)

    def sitting(self, forum: str, back: int) -> date:
        """The day of the ``back``-th past sitting of a forum (0: the coming one, -1: after it)."""
        if forum == "CPF":
            return self.thursday - timedelta(days=28 * back)
        weekday, step = {
            "COS": (1, 91), "CAR": (0, 28), "COP-ENE": (1, 14), "COP-MOB": (2, 14),
            "COP-EAU": (0, 14), "COP-NUM": (4, 14),
        }[forum]  # fmt: skip
        coming = self.today + timedelta(days=(weekday - self.today.weekday()) % 7 + 7)
        return coming - timedelta(days=step * back)


def address(name: str) -> str:
    """The e-mail address of somebody."""
    first, _, last = name.partition(" ")
    return f"{slug(first)}.{slug(last)}@valmore.example"
