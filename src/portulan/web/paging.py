"""Lists cut in pages and sorted by their headers, from what the address says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import HttpRequest, QueryDict

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of rows. ``number`` starts at 1; ``total`` counts all rows."""

    rows: Sequence[T]
    number: int
    size: int
    total: int
    query: str = ""
    parameter: str = "page"

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Rank of the first row shown (0 when there is none)."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Rank of the last row shown."""
        return min(self.number * self.size, self.total)

    def url(self, number: int) -> str:
        """The address of another page of the same list."""
        return changed(self.query, {self.parameter: str(number) if number > 1 else None})


@dataclass(frozen=True, slots=True)
class Sort:
    """The order of a list: one of ``allowed``; a name from the address never goes further
    unchecked.
    """

    key: str
    descending: bool
    allowed: tuple[str, ...]
    query: str = ""
    parameter: str = "sort"

    def url(self, key: str) -> str:
        """The address that sorts by ``key``; a second click turns it round."""
        turn = key == self.key and not self.descending
        return changed(self.query, {self.parameter: ("-" if turn else "") + key, "page": None})

    def aria(self, key: str) -> str:
        """The value of ``aria-sort`` for a header."""
        if key != self.key:
            return "none"
        return "descending" if self.descending else "ascending"


def changed(query: str, values: dict[str, str | None]) -> str:
    """A query string with some parameters set, or removed (``None``): "?a=1"."""
    params = QueryDict(query, mutable=True)
    for name, value in values.items():
        if value is None:
            params.pop(name, None)
        else:
            params[name] = value
    return "?" + params.urlencode()


def cut(
    request: HttpRequest, rows: Sequence[T], *, size: int = 50, total: int | None = None
) -> Page[T]:
    """The page that the address asks for. With ``total``, ``rows`` is already that page's."""
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked) < 1_000_000 else 1
    count = len(rows) if total is None else total
    number = min(number, max(1, -(-count // size)))
    shown = rows[(number - 1) * size : number * size] if total is None else rows
    return Page(shown, number, size, count, request.GET.urlencode())


def asked_sort(request: HttpRequest, allowed: Iterable[str], default: str) -> Sort:
    """The order that the address asks for, when it is allowed; else ``default`` ("-name" for
    descending).
    """
    keys = tuple(allowed)
    asked = request.GET.get("sort", "")
    chosen = asked if asked.removeprefix("-") in keys else default
    return Sort(chosen.removeprefix("-"), chosen.startswith("-"), keys, request.GET.urlencode())
