"""What the portfolio brings to the frame: counts, saved views, objects to find, sentences."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portulan.catalogue.manifest import PRODUCT_READ
from portulan.organisation.roles import ROLES
from portulan.readmodels import search as finding
from portulan.readmodels.book import default_year
from portulan.readmodels.reader import EntityFact, Reader
from portulan.readmodels.selection import matching
from portulan.readmodels.view import View
from portulan.web import plugs
from portulan.web.objects import address
from portulan.web.plugs import Hit, Link
from portulan.web.portfolio import saved
from portulan.web.reading import reader, views
from portulan.wording import vocabulary

#: Pages that show one part of the company when the address names it, and how many parts are listed.
BY_ENTITY = frozenset({
    "portfolio:table", "portfolio:board", "portfolio:roadmap", "portfolio:value",
    "portfolio:dependencies", "load:home",
})
MOST_PARTS = 40
ICONS = {"locked": "lock", "shared": "users", "mine": "user"}
KINDS = {
    "product": (gettext_lazy("Products"), "stack-2"),
    "initiative": (gettext_lazy("Initiatives"), "rocket"),
    "project": (gettext_lazy("Projects"), "clipboard-list"),
    "person": (gettext_lazy("People"), "user"),
    "team": (gettext_lazy("Teams"), "users"),
    "entity": (gettext_lazy("Entities"), "building"),
    "line": (gettext_lazy("Lines"), "route"),
    "objective": (gettext_lazy("Objectives"), "target"),
    "forum": (gettext_lazy("Committees"), "users-group"),
}


def _count(request: HttpRequest) -> int:
    return len(matching(reader(request), View()))


def _views(request: HttpRequest) -> list[Link]:
    here = request.GET.get("view", "")
    return [
        Link(view.name, saved.address(view.page, view.query, view.uid), ICONS[view.sharing],
             current=view.uid == here)
        for view in views(request)[:12]
        if view.page in saved.PAGES
    ]


def _objects(kind: str) -> plugs.Search:
    def search(request: HttpRequest, folded: str, limit: int) -> Iterable[Hit]:
        label, icon = KINDS[kind]
        for found in finding.search(reader(request), folded, limit, (kind,)):
            yield Hit(label, found.name, address(found.kind, found.code), found.detail, icon)

    return search


def _commands(request: HttpRequest) -> Iterable[Hit]:
    kind = _("Commands")
    for name, label, icon in (
        ("portfolio:board", _("Portfolio: products by stage"), "layout-kanban"),
        ("portfolio:roadmap", _("Portfolio: roadmap"), "timeline"),
        ("portfolio:value", _("Portfolio: value and effort"), "chart-bubble"),
        ("portfolio:dependencies", _("Portfolio: dependencies"), "hierarchy-2"),
    ):
        yield Hit(kind, label, reverse(name), icon=icon)
    yield Hit(kind, _("Portfolio: initiatives"), reverse("portfolio:table") + "?show=initiatives",
              icon="rocket")
    yield Hit(kind, _("Export the portfolio to Excel"),
              reverse("portfolio:export", args=["xlsx"]), icon="download")


def _company(request: HttpRequest) -> plugs.EntityContext:
    """The company, how many lines it has and its fiscal year."""
    read = reader(request)
    root = read.root
    year = default_year(read)
    lines = len({line.top for line in read.lines.values()})
    said = ngettext("%(count)s line", "%(count)s lines", lines) % {"count": lines}
    detail = _("%(lines)s, fiscal year %(year)s") % {"lines": said, "year": year}
    chosen = read.entity_by_code(request.GET.get("entity", ""))
    shown = chosen or root
    return plugs.EntityContext(
        shown.name if shown else _("Your company"), detail, _parts(request, read, chosen),
        key=shown.code if shown else "", fiscal_year=year,
    )


def _parts(
    request: HttpRequest, read: Reader, chosen: EntityFact | None
) -> tuple[plugs.Link, ...]:
    """The company and the parts of it that the reader may see: this page for one of them, or the
    portfolio when this page is not about a part of the company.
    """
    reach = read.reach(PRODUCT_READ)
    parts = [
        e for e in read.entities.values()
        if e.parent is not None and (reach.everywhere or e.id in reach.entities)
    ]
    if not parts:
        return ()
    match = request.resolver_match
    name = match.view_name if match else ""
    stays = name in BY_ENTITY
    page = request.path if stays else reverse("portfolio:table")
    query = request.GET.copy() if stays else QueryDict(mutable=True)
    for passing in ("page", "cell", "entity"):
        query.pop(passing, None)

    def link(label: str, code: str | None, depth: int = 0) -> plugs.Link:
        asked = query.copy()
        if code:
            asked["entity"] = code
        text = asked.urlencode()
        current = code == (chosen.code if chosen else None)
        icon = "building" if depth == 0 else "corner-down-right" if depth > 1 else "building-store"
        return plugs.Link(label, page + (f"?{text}" if text else ""), icon, current=current)

    parts.sort(key=lambda e: [read.entities[a].name for a in e.above] + [e.name])
    return (
        link(_("The whole company"), None),
        *(link(e.name, e.code, len(e.above)) for e in parts[:MOST_PARTS]),
    )


def _person(request: HttpRequest) -> tuple[str, str]:
    """The reader's name, and the first of the roles held."""
    who = reader(request).actor
    held = {grant.role for grant in who.grants}
    return who.name, next((vocabulary.role(code) for code in ROLES if code in held), "")


plugs.count("portfolio", _count)
plugs.saved_views(_views)
for _kind in KINDS:
    plugs.search(_kind, _objects(_kind))
plugs.entity_context(_company)
plugs.person(_person)
plugs.commands("portfolio", _commands)
plugs.sentences(
    {
        "view.locked": gettext_lazy("This view is locked: only the PMO changes it."),
        "view.not_yours": gettext_lazy(
            "This view is somebody else’s: keep yours under a new name."
        ),
        "initiative.not_movable": gettext_lazy(
            "It has begun or ended: a committee decides what happens to it."
        ),
        "initiative.too_early": gettext_lazy("It cannot start that early."),
        "initiative.too_late": gettext_lazy("It would end after its latest month."),
        "initiative.month_unknown": gettext_lazy("Choose a month of the plan."),
        "undo.too_wide": gettext_lazy("This change touched more than one thing: undo it there."),
    }
)
