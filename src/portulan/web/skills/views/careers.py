"""The map of roles: from which one may move to which, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.base.policy import require
from portulan.organisation.activities import ORGANISATION_READ
from portulan.organisation.roles import ROLES
from portulan.organisation.rolesheets.content import text
from portulan.organisation.rolesheets.queries import career_moves, company_sheets
from portulan.organisation.skills.queries import asked, catalogue
from portulan.readmodels.reader import Reader
from portulan.readmodels.responsibilities.holders import holdings_of, staff_of
from portulan.web import navigation
from portulan.web.sheets.answering import optional
from portulan.web.skills import words
from portulan.web.viewer import actor
from portulan.wording import vocabulary

#: Geometry of the map, in pixels.
LANE, WIDTH, HEIGHT, GAP, LEFT, TOP = 92, 168, 36, 22, 132, 18


@dataclass(frozen=True, slots=True)
class Node:
    """A role on the map."""

    role: str
    name: str
    x: int
    y: int
    state: str

    @property
    def middle(self) -> int:
        """Its middle, from the left."""
        return self.x + WIDTH // 2


@dataclass(frozen=True, slots=True)
class Edge:
    """A move on the map, as a curve."""

    path: str
    on: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A move with what it takes: a sentence, and the skills with their levels."""

    start: str
    end: str
    name: str
    takes: str
    skills: tuple[tuple[str, int, int], ...]


def _lanes() -> dict[str, str]:
    return {
        "direction": _("Management"), "product": _("Product"), "pmo": _("PMO"),
        "business": _("Business"), "project": _("Projects"), "tech": _("Technology"),
        "data": _("Data"), "operations": _("Operations"), "control": _("Control"),
    }


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The moves between roles; those of one role with what each asks for."""
    who = actor(request)
    require(who, ORGANISATION_READ)
    sheets = company_sheets()
    moves = [
        (b, a, item) if _comes_from(item) else (a, b, item)
        for a, b, item in career_moves() if a in ROLES and b in ROLES
    ]
    mine: set[str] = set()
    if who.person_id is not None:
        staff = staff_of(Reader(who))
        mine = {h.role for h in holdings_of(staff, who.person_id)} & set(ROLES)
    on_map = {role for a, b, _item in moves for role in (a, b)}
    chosen = request.GET.get("role", "")
    if chosen not in on_map:
        chosen = next((role for role in ROLES if role in mine & on_map), "")
    nodes, height = _nodes(on_map, chosen, mine)
    language = (get_language() or "fr")[:2]
    names = {s.code: words.name(s.name, s.name_en) for s in catalogue()}
    levels = {role: asked(sections.get("skills", ())) for role, sections in sheets.items()}

    def told(start: str, end: str, item: dict[str, object], other: str) -> Move:
        have, want = levels.get(start, {}), levels.get(end, {})
        return Move(
            start, end, vocabulary.role(other), text(item, language),
            tuple(
                (names.get(code, code), have.get(code, 0), level)
                for code, level in sorted(want.items(), key=lambda i: have.get(i[0], 0) - i[1])
                if level > have.get(code, 0)
            ),
        )

    lanes = _lanes()
    used = [code for code in lanes if any(ROLES[role] == code for role in on_map)]
    context = {
        "section": navigation.section("organisation", "skills:home"),
        "faces": words.faces(who, "careers"), "role": chosen,
        "role_name": vocabulary.role(chosen) if chosen else "",
        "nodes": list(nodes.values()), "width": _width(nodes), "height": height,
        "node_width": WIDTH, "node_height": HEIGHT,
        "lanes": [
            (lanes[code], TOP + n * LANE + HEIGHT // 2 + 4) for n, code in enumerate(used)
        ],
        "edges": [
            Edge(_curve(nodes[a], nodes[b]), bool(chosen) and chosen in (a, b))
            for a, b, _item in moves
        ],
        "to": [told(a, b, item, b) for a, b, item in moves if a == chosen],
        "from": [told(a, b, item, a) for a, b, item in moves if b == chosen],
        "choices": sorted(
            ((role, vocabulary.role(role)) for role in on_map), key=lambda i: i[1].lower()
        ),
        "mine": [vocabulary.role(role) for role in sorted(mine)],
        "sheet_url": optional("rolesheets:sheet", chosen) if chosen else "",
        "levels": words.LEVELS, "moves": len(moves),
    }
    return render(request, "skills/careers.html", context)


def _comes_from(item: Mapping[str, Any]) -> bool:
    """Whether a sheet says where one comes from, rather than where one may go."""
    said = (str(item.get("fr", "")) + "|" + str(item.get("en", ""))).lower()
    return any(words in said for words in ("vient de", "vient souvent", "comes from"))


def _nodes(on_map: set[str], chosen: str, mine: set[str]) -> tuple[dict[str, Node], int]:
    found: dict[str, Node] = {}
    lane = 0
    for family in _lanes():
        here = [role for role in ROLES if ROLES[role] == family and role in on_map]
        if not here:
            continue
        for place, role in enumerate(here):
            state = "chosen" if role == chosen else "mine" if role in mine else ""
            # Every other lane is set off, so that curves do not run behind one another.
            x = LEFT + place * (WIDTH + GAP) + (lane % 2) * 40
            found[role] = Node(role, vocabulary.role(role), x, TOP + lane * LANE, state)
        lane += 1
    return found, TOP + lane * LANE


def _width(nodes: dict[str, Node]) -> int:
    return max((node.x for node in nodes.values()), default=0) + WIDTH + 16


def _curve(start: Node, end: Node) -> str:
    if start.y == end.y:
        rise = start.y - 14
        return (
            f"M{start.middle} {start.y} C{start.middle} {rise} {end.middle} {rise} "
            f"{end.middle} {end.y}"
        )
    down = end.y > start.y
    y1 = start.y + HEIGHT if down else start.y
    y2 = end.y if down else end.y + HEIGHT
    bend = (y2 - y1) // 2
    x1, x2 = start.middle + (8 if down else -8), end.middle + (8 if down else -8)
    return f"M{x1} {y1} C{x1} {y1 + bend} {x2} {y2 - bend} {x2} {y2}"
