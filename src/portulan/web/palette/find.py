"""Finding: pages of the navigation, what the areas' searches give, commands; accents do not
count.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.base.text import fold
from portulan.web import navigation, plugs
from portulan.web.plugs import Hit

#: Objects shown from each search, and entries in all.
PER_SEARCH, IN_ALL = 6, 40
PAGES = gettext_lazy("Pages")
COMMANDS = gettext_lazy("Commands")


def matches(folded_query: str, text: str) -> bool:
    """Whether every word typed begins a word of the text."""
    words = fold(text).replace("-", " ").replace("'", " ").split()
    return all(
        any(word.startswith(part) for word in words)
        for part in folded_query.replace("-", " ").split()
    )


def pages(request: HttpRequest) -> list[Hit]:
    """The pages of the navigation, and the reader's own."""
    found = [
        Hit(PAGES, entry.label, url, icon=entry.icon, keys=f"g {entry.keys}")
        for entry, url in navigation.available()
    ]
    found.append(Hit(PAGES, _("My account"), reverse("account:profile"), icon="user"))
    return found


def commands(request: HttpRequest) -> Iterable[Hit]:
    """What can be done from anywhere: the frame's own commands, then the areas'."""
    yield Hit(COMMANDS, _("Help and shortcuts"), "#pt-help", icon="help", method="dialog", keys="?")
    yield Hit(COMMANDS, _("Sign out"), reverse("account:sign_out"), icon="logout", method="post")
    for source in plugs.command_sources().values():
        yield from source(request)


def find(request: HttpRequest, text: str) -> list[tuple[str, list[Hit]]]:
    """Groups of answers, best first; without text, the pages and commands."""
    folded = fold(text)[:100]
    hits: list[Hit] = []
    if folded:
        for search in plugs.searches().values():
            hits.extend(list(search(request, folded, PER_SEARCH))[:PER_SEARCH])
    hits.extend(hit for hit in pages(request) if matches(folded, str(hit.label)))
    hits.extend(hit for hit in commands(request) if matches(folded, f"{hit.label} {hit.detail}"))
    groups: dict[str, list[Hit]] = {}
    for hit in hits[:IN_ALL]:
        groups.setdefault(str(hit.kind), []).append(hit)
    return list(groups.items())
