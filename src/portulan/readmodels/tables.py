"""Rows in groups with sums, sorted and cut in pages: the arrangement that lists share.

Only the rows of one page are detailed; groups and totals count and add up all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from portulan_core.money import Amounts

F = TypeVar("F")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Sums:
    """Added money of rows; ``hidden`` rows have money that the reader may not see."""

    planned: int
    committed: int
    actual: int
    landing: int
    hidden: int

    @property
    def drift(self) -> int:
        """The landing beyond the plan."""
        return self.landing - self.planned


@dataclass(frozen=True, slots=True)
class Group(Generic[R]):
    """Rows under one heading. ``continued``: it began on an earlier page."""

    code: str
    name: str
    count: int
    sums: Sums
    rows: tuple[R, ...]
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """One page of groups (a single one without a heading when nothing is grouped)."""

    groups: tuple[Group[R], ...]
    count: int
    sums: Sums
    page: int
    size: int
    grouped: bool

    @property
    def rows(self) -> tuple[R, ...]:
        """The rows of this page."""
        return tuple(row for group in self.groups for row in group.rows)


def sums_of(amounts: Sequence[Amounts | None]) -> Sums:
    """Add up money; what may not be seen is only counted."""
    known = [a for a in amounts if a is not None]
    return Sums(
        sum(a.planned for a in known),
        sum(a.committed for a in known),
        sum(a.actual for a in known),
        sum(a.landing for a in known),
        len(amounts) - len(known),
    )


@dataclass(frozen=True, slots=True)
class Heading:
    """A group's place in the order, code and name."""

    order: Any
    code: str
    name: str


def arrange(
    facts: Sequence[F],
    *,
    heading: Callable[[F], Heading] | None,
    key: Callable[[F], Any],
    descending: bool,
    amounts: Callable[[F], Amounts | None],
    detail: Callable[[Sequence[F]], Sequence[R]],
    page: int = 1,
    size: int = 50,
) -> Table[R]:
    """Group, sort and cut. A sort key of ``None`` comes last, whichever way round."""
    keyed = [(key(fact), fact) for fact in facts]
    present = [pair for pair in keyed if pair[0] is not None]
    present.sort(key=lambda pair: pair[0], reverse=descending)
    ordered = [fact for _, fact in present] + [fact for k, fact in keyed if k is None]
    headings: dict[str, Heading] = {}
    members: dict[str, list[F]] = {}
    for fact in ordered:
        under = heading(fact) if heading else Heading(0, "", "")
        headings.setdefault(under.code, under)
        members.setdefault(under.code, []).append(fact)
    order = sorted(headings.values(), key=lambda h: (h.order is None, h.order))
    flat = [(h.code, fact) for h in order for fact in members[h.code]]
    page = min(max(page, 1), max(1, -(-len(flat) // size)))
    low = (page - 1) * size
    shown = flat[low : low + size]
    rows = detail([fact for _, fact in shown])
    by_code: dict[str, list[R]] = {}
    for (code, _), row in zip(shown, rows, strict=True):
        by_code.setdefault(code, []).append(row)
    groups = tuple(
        Group(
            code,
            headings[code].name,
            len(members[code]),
            sums_of([amounts(fact) for fact in members[code]]),
            tuple(by_code[code]),
            bool(low) and flat[low - 1][0] == code and index == 0,
        )
        for index, code in enumerate(by_code)
    )
    return Table(
        groups, len(flat), sums_of([amounts(fact) for fact in facts]), page, size,
        heading is not None,
    )


def everything(
    facts: Sequence[F],
    *,
    heading: Callable[[F], Heading] | None,
    key: Callable[[F], Any],
    descending: bool,
    amounts: Callable[[F], Amounts | None],
    detail: Callable[[Sequence[F]], Sequence[R]],
) -> Table[R]:
    """The same arrangement on one page that holds all rows: what an export takes."""
    return arrange(
        facts, heading=heading, key=key, descending=descending, amounts=amounts, detail=detail,
        size=max(1, len(facts)),
    )


def counted(values: Sequence[str], names: Mapping[str, str]) -> list[tuple[str, str, int]]:
    """Codes with their names and how many rows have them, most frequent first."""
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return sorted(
        ((code, names.get(code, code), count) for code, count in counts.items()),
        key=lambda item: (-item[2], item[1]),
    )
