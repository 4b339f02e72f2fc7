"""What the address asks for: every name goes through an allow-list, values stay values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.urls import NoReverseMatch, reverse

from portulan.readmodels.initiatives import (
    INITIATIVE_FILTERS,
    INITIATIVE_GROUPS,
    INITIATIVE_SORTS,
)
from portulan.readmodels.selection import FILTERS, GROUPS, SORTS
from portulan.readmodels.view import View

PRODUCTS, INITIATIVES = "products", "initiatives"
COLUMNS = (
    "stage", "owner", "value", "entity", "line", "team", "kind", "committed", "planned", "landing",
    "drift", "bar", "health", "findings", "next",
)
DEFAULT_COLUMNS = (
    "stage", "owner", "value", "planned", "landing", "drift", "bar", "health", "findings", "next",
)
INITIATIVE_COLUMNS = (
    "state", "stage", "products", "line", "project", "owner", "value", "quarters", "effort",
    "cost", "landing", "drift", "findings",
)
DEFAULT_INITIATIVE_COLUMNS = (
    "state", "stage", "products", "owner", "value", "quarters", "effort", "cost", "landing",
    "drift",
)
PAGE, MOST = 60, 500
#: Parameters that say where one stands rather than what is shown.
PASSING = ("page", "view", "cell")


@dataclass(frozen=True, slots=True)
class Asked:
    """The view that an address asks for, with what only pages care about."""

    view: View
    show: str
    columns: tuple[str, ...]
    compact: bool
    query: QueryDict

    @property
    def default_columns(self) -> tuple[str, ...]:
        """The columns shown when nothing else is asked for."""
        return DEFAULT_INITIATIVE_COLUMNS if self.show == INITIATIVES else DEFAULT_COLUMNS

    @property
    def all_columns(self) -> tuple[str, ...]:
        """The columns that may be shown."""
        return INITIATIVE_COLUMNS if self.show == INITIATIVES else COLUMNS

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.view.filters or self.view.text)

    def url(self, name: str, **changes: str | None) -> str:
        """The address of a page with this view and some parameters changed (``None``: removed)."""
        query = self.query.copy()
        for parameter in PASSING:
            query.pop(parameter, None)
        for parameter, value in changes.items():
            query.pop(parameter, None)
            if value is not None:
                query[parameter] = value
        text = query.urlencode()
        return reverse(name) + (f"?{text}" if text else "")

    def toggled(self, name: str, parameter: str, value: str) -> str:
        """The address with one value of a filter added, or taken away."""
        query = self.query.copy()
        for passing in PASSING:
            query.pop(passing, None)
        values = [v for v in query.getlist(parameter) if v != value]
        if value not in query.getlist(parameter):
            values.append(value)
        query.setlist(parameter, values)
        text = query.urlencode()
        return reverse(name) + (f"?{text}" if text else "")

    @property
    def kept(self) -> str:
        """The query string that a saved view holds."""
        query = self.query.copy()
        for parameter in PASSING:
            query.pop(parameter, None)
        return str(query.urlencode())


def asked(request: HttpRequest, *, show: str = "", group: str = "") -> Asked:
    """Read the address. ``show`` and ``group`` are the page's own defaults."""
    query = request.GET
    shown = show or query.get("show", PRODUCTS)
    shown = shown if shown in (PRODUCTS, INITIATIVES) else PRODUCTS
    of_initiatives = shown == INITIATIVES
    filters = INITIATIVE_FILTERS if of_initiatives else FILTERS
    chosen = {
        name: tuple(v[:100] for v in query.getlist(name) if v)[:30]
        for name in filters
        if any(query.getlist(name))
    }
    sort = query.get("sort", "")
    sorts = INITIATIVE_SORTS if of_initiatives else SORTS
    sort = sort if sort.removeprefix("-") in sorts else "name"
    groups = INITIATIVE_GROUPS if of_initiatives else GROUPS
    grouped = query.get("group", group)
    columns = _columns(query.get("columns", ""), of_initiatives)
    view = View(
        filters=chosen,
        text=query.get("q", "")[:100],
        group=grouped if grouped in groups else "",
        sort=sort.removeprefix("-"),
        descending=sort.startswith("-"),
        axis=query.get("axis", ""),
        year=whole(query.get("year", ""), 1990, 2100),
        page=whole(query.get("page", ""), 1, 1_000_000) or 1,
        size=PAGE,
    )
    return Asked(view, shown, columns, query.get("density") == "compact", query)


def whole(text: str, low: int, high: int) -> int | None:
    """A whole number of an address within bounds, else ``None``."""
    if text.isascii() and text.isdigit() and len(text) < 9 and low <= int(text) <= high:
        return int(text)
    return None


def _columns(text: str, of_initiatives: bool) -> tuple[str, ...]:
    known: Sequence[str] = INITIATIVE_COLUMNS if of_initiatives else COLUMNS
    if not text:
        return DEFAULT_INITIATIVE_COLUMNS if of_initiatives else DEFAULT_COLUMNS
    wanted = set(text.split(","))
    return tuple(name for name in known if name in wanted)


def optional(name: str, *args: str) -> str:
    """The address of a page that may not exist in this instance, else ""."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
