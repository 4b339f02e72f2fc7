"""The navigation: one table. An entry appears when its area has the page that it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portulan.web import plugs


@dataclass(frozen=True, slots=True)
class Entry:
    """A place of the application.

    ``namespaces`` are the areas whose pages light this entry; ``keys`` the letter after ``g``;
    ``mobile`` the short word of the bottom bar (empty: in the drawer only); ``by_entity`` says that
    the page keeps to the part of the company that the reader has chosen.
    """

    key: str
    url_name: str
    icon: str
    label: str | Promise
    namespaces: tuple[str, ...]
    keys: str
    mobile: str | Promise = ""
    gap: bool = False
    by_entity: bool = False


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "tower",
        "tower:home",
        "layout-dashboard",
        _("Control tower"),
        ("tower",),
        "t",
        pgettext_lazy("bottom bar", "Home"),
    ),
    Entry(
        "portfolio",
        "portfolio:table",
        "stack-2",
        _("Portfolio"),
        ("portfolio", "catalogue", "sheets", "flow"),
        "p",
        pgettext_lazy("bottom bar", "Portfolio"),
        by_entity=True,
    ),
    Entry(
        "load",
        "load:home",
        "chart-histogram",
        _("Load and budget"),
        ("load",),
        "b",
        by_entity=True,
    ),
    Entry(
        "prioritisation",
        "prioritisation:home",
        "list-numbers",
        _("Prioritisation"),
        ("prioritisation",),
        "r",
    ),
    Entry(
        "tradeoff",
        "tradeoff:home",
        "adjustments-alt",
        _("Trade-off"),
        ("tradeoff",),
        "a",
        pgettext_lazy("bottom bar", "Trade-off"),
    ),
    Entry(
        "governance",
        "governance:home",
        "gavel",
        _("Governance"),
        ("governance",),
        "c",
        pgettext_lazy("bottom bar", "Committees"),
    ),
    Entry(
        "organisation",
        "responsibilities:home",
        "users-group",
        _("Organisation"),
        ("responsibilities", "rolesheets", "skills", "lessons", "profiles", "diagnosis"),
        "e",
    ),
    Entry("discovery", "discovery:home", "bulb", _("Discovery"), ("discovery",), "d"),
    Entry("indicators", "indicators:home", "activity", _("Indicators"), ("indicators",), "i"),
    Entry("coherence", "coherence:home", "shield-check", _("Coherence"), ("coherence",), "o"),
    Entry(
        "imports",
        "imports:home",
        "file-import",
        _("Import and collection"),
        ("imports", "campaigns", "worklog"),
        "m",
    ),
    Entry(
        "administration",
        "administration:home",
        "settings",
        _("Settings"),
        ("administration", "gallery"),
        "s",
        gap=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Place:
    """An entry as one reader sees it on one page."""

    entry: Entry
    url: str
    current: bool
    count: int | None = None
    #: Where the number is asked after the page, when it would take too long.
    later: str = ""


def available() -> Iterator[tuple[Entry, str]]:
    """The entries whose page exists, with its address."""
    for entry in ENTRIES:
        try:
            yield entry, reverse(entry.url_name)
        except NoReverseMatch:
            continue


def places(request: HttpRequest) -> list[Place]:
    """The navigation of one page."""
    match = request.resolver_match
    namespace = (match.namespace if match else "").split(":")[0]
    counts = plugs.counts()
    entity = request.GET.get("entity", "")
    kept = f"?{urlencode({'entity': entity})}" if entity else ""
    found = []
    for entry, url in available():
        count = counts[entry.key](request) if entry.key in counts else None
        waits = plugs.later(entry.key) if count is None else ""
        found.append(
            Place(
                entry,
                url + kept if entry.by_entity else url,
                namespace in entry.namespaces,
                count,
                reverse(waits) if waits else "",
            )
        )
    return found


#: The pages of a section that several areas share, as tabs; a tab shows when its page exists.
SECTIONS: dict[str, tuple[tuple[str, str, str | Promise], ...]] = {
    "governance": (
        ("governance:home", "calendar", _("Calendar")),
        ("governance:forums", "users-group", _("Committees")),
        ("governance:dossiers", "folder", _("Dossiers")),
        ("governance:register", "gavel", _("Decision register")),
        ("reviews:home", "chart-line", _("Value reviews")),
        ("governance:mandates", "map-2", _("Map of mandates")),
    ),
    "organisation": (
        ("responsibilities:home", "table", _("Responsibilities")),
        ("rolesheets:home", "id-badge-2", _("Role sheets")),
        ("skills:home", "certificate", _("Skills and careers")),
        ("lessons:home", "notebook", _("Lessons learned")),
        ("profiles:home", "adjustments", _("Governance profile")),
        ("diagnosis:home", "radar-2", _("Diagnosis")),
    ),
    "imports": (
        ("imports:home", "file-import", pgettext_lazy("tab", "Imports")),
        ("campaigns:home", "clipboard-list", _("Collection campaigns")),
        ("worklog:home", "arrows-transfer-up", _("Work items")),
    ),
}


def section(name: str, current: str) -> list[plugs.Link]:
    """The tabs of a section, for ``{% tabs %}``; ``current`` is the ``url_name`` one stands on."""
    links = []
    for url_name, icon, label in SECTIONS[name]:
        try:
            links.append(plugs.Link(label, reverse(url_name), icon, current=url_name == current))
        except NoReverseMatch:
            continue
    return links
