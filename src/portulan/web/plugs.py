"""What areas bring to the frame of all pages: counts, views, searches, commands, sentences.

An area's ``plugs.py`` calls these at start::

    from portulan.web import plugs

    plugs.count("coherence", lambda request: queries.open_findings(actor(request)))

A function given here answers for one reader, in at most one query; it is called once a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.http import HttpRequest
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of a menu: where it leads, its words, its icon; ``current`` when one stands on
    it.
    """

    label: Text
    url: str
    icon: str = ""
    detail: Text = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class EntityContext:
    """The part of the company and the fiscal year that pages show now, and the other choices."""

    name: str
    detail: str = ""
    choices: tuple[Link, ...] = ()
    key: str = ""
    fiscal_year: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer of the command palette. ``method`` "post" for a command that writes."""

    kind: Text
    label: Text
    url: str
    detail: Text = ""
    icon: str = "circle"
    method: str = "get"
    keys: str = ""


class Search(Protocol):
    """Finds objects by folded text (lower case, no accents), at most ``limit``, best first."""

    def __call__(self, request: HttpRequest, folded: str, limit: int) -> Iterable[Hit]: ...


_counts: dict[str, Callable[[HttpRequest], int | None]] = {}
_later: dict[str, str] = {}
_searches: dict[str, Search] = {}
_commands: dict[str, Callable[[HttpRequest], Iterable[Hit]]] = {}
_sentences: dict[str, Text] = {}
_single: dict[str, Callable[[HttpRequest], object]] = {}


def count(
    entry: str, function: Callable[[HttpRequest], int | None], later: str = ""
) -> None:
    """Show a number beside an entry of the navigation (``None`` or 0: nothing).

    ``later``: the url name of the number alone, asked after the page when ``function`` answers
    ``None`` because the number would take too long.
    """
    _counts[entry] = function
    if later:
        _later[entry] = later


def entity_context(function: Callable[[HttpRequest], EntityContext]) -> None:
    """Tell which entity and fiscal year pages show."""
    _single["entity"] = function


def saved_views(function: Callable[[HttpRequest], Sequence[Link]]) -> None:
    """List the reader's saved views for the sidebar."""
    _single["views"] = function


def unread(function: Callable[[HttpRequest], int]) -> None:
    """Count the reader's unread notifications for the bell."""
    _single["unread"] = function


def person(function: Callable[[HttpRequest], tuple[str, str]]) -> None:
    """Name the reader for the sidebar: name, and role or job."""
    _single["person"] = function


def sample_data(function: Callable[[HttpRequest], str]) -> None:
    """Address that removes the sample data, or "" when the data is real."""
    _single["sample"] = function


def search(name: str, function: Search) -> None:
    """Add objects to the command palette."""
    _searches[name] = function


def commands(name: str, function: Callable[[HttpRequest], Iterable[Hit]]) -> None:
    """Add commands to the palette: what the reader may do from anywhere."""
    _commands[name] = function


def sentences(texts: Mapping[str, Text]) -> None:
    """Say refusal codes in words; ``%(param)s`` stands for a parameter of the refusal."""
    _sentences.update(texts)


def counts() -> Mapping[str, Callable[[HttpRequest], int | None]]:
    """The functions given to ``count``."""
    return _counts


def later(entry: str) -> str:
    """The url name where the number of an entry is asked after the page; empty: nowhere."""
    return _later.get(entry, "")


def searches() -> Mapping[str, Search]:
    """The functions given to ``search``."""
    return _searches


def command_sources() -> Mapping[str, Callable[[HttpRequest], Iterable[Hit]]]:
    """The functions given to ``commands``."""
    return _commands


def sentence(code: str) -> Text | None:
    """The words of a refusal code, when an area gave them."""
    return _sentences.get(code)


def single(name: str) -> Callable[[HttpRequest], object] | None:
    """The function given for a single place of the frame."""
    return _single.get(name)
