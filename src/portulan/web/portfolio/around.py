"""Two more ways of seeing the portfolio: value against effort, and dependencies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from portulan.readmodels import initiatives as initiative_rows
from portulan.readmodels import links as dependencies_of
from portulan.readmodels.initiatives import InitiativeRow
from portulan.web import charts
from portulan.web.portfolio.asked import INITIATIVES, PRODUCTS, asked, whole
from portulan.web.portfolio.extras import extras
from portulan.web.portfolio.views import frame, reader_of
from portulan.web.portfolio.words import STATES, joined
from portulan.wording import formats, vocabulary

#: States whose value is still to come.
AHEAD = ("proposed", "planned", "in_progress")
#: Bubbles that bear their name, and initiatives named in the sentence.
NAMED, SAID = 14, 3
#: Parts of the width and of the height within which two names would cover each other.
APART = (0.17, 0.05)
#: Months of a slip that may be asked for.
LONGEST_SLIP = 60
TOKENS = {
    "exploration": "violet-fill", "development": "blue-fill", "run": "green-fill",
    "end_of_life": "grey-fill",
}
#: Geometry of the drawing of dependencies, px.
BOX, HIGH, ACROSS, DOWN, MARGIN = 168, 34, 236, 46, 8


@require_GET
def value(request: HttpRequest) -> HttpResponse:
    """Initiatives by value and effort; the size is the cost, for who may read it."""
    reader = reader_of(request)
    view = asked(request, show=INITIATIVES)
    filters = dict(view.view.filters)
    filters.setdefault("state", AHEAD)
    found = initiative_rows.initiatives(
        reader, replace(view.view, filters=filters, sort="score", descending=True),
        extras(request), whole=True,
    )
    rows = [row for row in found.table.rows if row.score is not None and row.effort]
    context = frame(request, reader, view, "portfolio:value")
    context |= {
        "lead": _value_lead(rows, found.table.count),
        "chart": _bubbles(rows, found.sees_money) if rows else None,
        "left_out": found.table.count - len(rows),
        "total": found.table.count,
        "all_states": "state" in view.view.filters,
    }
    return render(request, "portfolio/value.html", context)


def _cheap(rows: Sequence[InitiativeRow]) -> list[InitiativeRow]:
    """Much for little: more value than half of the others, for less effort than half of them;
    value for effort first.
    """
    if len(rows) < 4:
        return []
    worth = median(row.score.value for row in rows if row.score)
    effort = median(row.effort or 0 for row in rows)
    kept = [
        row for row in rows if row.score and row.score.value > worth and (row.effort or 0) < effort
    ]
    return sorted(kept, key=lambda row: -(row.score.value if row.score else 0) / (row.effort or 1))


def _value_lead(rows: Sequence[InitiativeRow], count: int) -> SafeString:
    first = ngettext("%(count)s initiative ahead.", "%(count)s initiatives ahead.", count) % {
        "count": formats.number(count)
    }
    cheap = _cheap(rows)
    if not cheap:
        return format_html("{}", first)
    said = ngettext(
        "%(count)s gives much for little, such as",
        "%(count)s give much for little, such as",
        len(cheap),
    ) % {"count": formats.number(len(cheap))}
    return format_html("{} {} <b>{}</b>.", first, said, joined([r.name for r in cheap[:SAID]]))


def _bubbles(rows: Sequence[InitiativeRow], sees_money: bool) -> charts.Chart:
    named = _named([*_cheap(rows)[:SAID], *rows])
    data = [
        (
            row.name, round((row.effort or 0) / 100), row.score.value if row.score else 0.0,
            (row.cost or 0) / 100_000 if sees_money else 1.0,
            vocabulary.word(vocabulary.STAGES, row.stage),
        )
        for row in rows
    ]
    used = [code for code in TOKENS if any(row.stage == code for row in rows)]
    return charts.bubbles_chart(
        _("Value and effort"),
        _("Each bubble is an initiative; its size is its cost. Up and left: much for little."),
        data,
        x_label=_("Effort, person-days"),
        y_label=_("Value, points"),
        size_label=_("Cost, k€") if sees_money else _("Size"),
        group_label=_("Paid as"),
        writers=(formats.number, formats.number, formats.number),
        groups={vocabulary.word(vocabulary.STAGES, code): TOKENS[code] for code in used},
        named=named,
        height=520,
        key="value",
    )


def _named(rows: Sequence[InitiativeRow]) -> set[str]:
    """The first bubbles that can bear their name without covering another's."""
    width = max((row.effort or 0 for row in rows), default=0) or 1
    worth = [row.score.value for row in rows if row.score]
    height = (max(worth) - min(worth)) or 1
    found: dict[str, tuple[float, float]] = {}
    for row in rows:
        x, y = (row.effort or 0) / width, (row.score.value if row.score else 0) / height
        if len(found) < NAMED and all(
            abs(x - a) > APART[0] or abs(y - b) > APART[1] for a, b in found.values()
        ):
            found[row.name] = (x, y)
    return set(found)


@dataclass(frozen=True, slots=True)
class Box:
    """A product of the drawing, at its place."""

    node: dependencies_of.Node
    x: int
    y: int
    url: str
    spoken: str

    @property
    def text(self) -> str:
        """The name, as long as the box is."""
        name = self.node.name
        return name if len(name) <= 23 else f"{name[:22]}…"


@dataclass(frozen=True, slots=True)
class Arrow:
    """From the product that leans to the one on which it leans, as a path."""

    path: str
    conflict: bool
    declared: bool
    x: int
    y: int
    text: str


@require_GET
def dependencies(request: HttpRequest) -> HttpResponse:
    """What leans on what, where dates conflict, what a slip or a stop reaches."""
    reader = reader_of(request)
    view = asked(request, show=PRODUCTS)
    found = dependencies_of.links(reader, view.view, request.GET.get("focus", "")[:100])
    months = whole(request.GET.get("by", ""), 1, LONGEST_SLIP) or 3
    slip = None
    if request.GET.get("slip"):
        slip = dependencies_of.slip(reader, request.GET["slip"][:100], months)
    reached, reached_hidden = (
        dependencies_of.stop(reader, found.focus) if found.focus else ((), 0)
    )
    here = "portfolio:dependencies"
    context = frame(request, reader, view, here)
    boxes, arrows, width, height = _drawing(
        found, lambda code: view.url(here, focus=code, slip=None)
    )
    context |= {
        "lead": _dependencies_lead(found),
        "it": found,
        "boxes": boxes,
        "arrows": arrows,
        "drawing": (width, height),
        "leaned": [(row, view.url(here, focus=row.code, slip=None)) for row in found.leaned[:30]],
        "unfocused": view.url(here, focus=None),
        "slip": slip,
        "slip_code": request.GET.get("slip", ""),
        "slip_months": months,
        "movable": dependencies_of.movable(reader),
        "reached": reached,
        "reached_hidden": reached_hidden,
        "states": STATES,
        "longest": LONGEST_SLIP,
        "kept": [(k, v) for k, vs in request.GET.lists() for v in vs if k not in ("slip", "by")],
    }
    return render(request, "portfolio/dependencies.html", context)


def _dependencies_lead(found: dependencies_of.Links) -> SafeString:
    if not found.leaned:
        return format_html("{}", _("No dependency is noted between these products."))
    first = found.leaned[0]
    said = ngettext(
        "%(count)s product cannot work without it, directly or not.",
        "%(count)s products cannot work without it, directly or not.",
        first.all,
    ) % {"count": formats.number(first.all)}
    clashes = (
        ngettext("%(count)s date conflict.", "%(count)s date conflicts.", len(found.conflicts))
        % {"count": formats.number(len(found.conflicts))}
        if found.conflicts
        else _("No date conflict.")
    )
    colon = pgettext("before a detail", ":")
    return format_html("<b>{}</b>{} {} {}", first.name, colon, said, clashes)


def _drawing(
    found: dependencies_of.Links, leads: Callable[[str], str]
) -> tuple[list[Box], list[Arrow], int, int]:
    """Boxes in columns, what is leaned on to the left; arrows from who leans."""
    columns: dict[int, list[dependencies_of.Node]] = {}
    for node in found.nodes:
        columns.setdefault(node.column, []).append(node)
    place: dict[str, tuple[int, int]] = {}
    for column in sorted(columns):
        near = {
            node.code: [
                place[edge.needs][1] for edge in found.edges
                if edge.product == node.code and edge.needs in place
            ]
            for node in columns[column]
        }
        ranked = sorted(
            columns[column],
            key=lambda node: (
                sum(near[node.code]) / len(near[node.code]) if near[node.code] else 0,
                -node.needed, node.name,
            ),
        )
        for rank, node in enumerate(ranked):
            place[node.code] = (MARGIN + column * ACROSS, MARGIN + rank * DOWN)
    boxes = [
        Box(node, *place[node.code], leads(node.code), _spoken(node)) for node in found.nodes
    ]
    arrows = []
    for edge in found.edges:
        (x1, y1), (x2, y2) = place[edge.product], place[edge.needs]
        start, end = (x1, y1 + HIGH // 2), (x2 + BOX, y2 + HIGH // 2)
        bend = max(24, (start[0] - end[0]) // 2)
        path = (
            f"M{start[0]} {start[1]}C{start[0] - bend} {start[1]} "
            f"{end[0] + bend} {end[1]} {end[0]} {end[1]}"
        )
        arrows.append(
            Arrow(
                path, bool(edge.months), edge.declared, (start[0] + end[0]) // 2,
                (start[1] + end[1]) // 2, formats.number(edge.months) if edge.months else "",
            )
        )
    width = MARGIN * 2 + max((x for x, _y in place.values()), default=0) + BOX
    height = MARGIN * 2 + max((y for _x, y in place.values()), default=0) + HIGH
    return boxes, arrows, width, height


def _spoken(node: dependencies_of.Node) -> str:
    needed = ngettext(
        "%(count)s product leans on it", "%(count)s products lean on it", node.needed
    ) % {"count": formats.number(node.needed)}
    return f"{node.name}, {needed}"
