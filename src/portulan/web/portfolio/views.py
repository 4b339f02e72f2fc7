"""The portfolio as a table, a board by stage and a roadmap; and what is shown, to take away."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.base.policy import check_right, require
from portulan.catalogue.manifest import PRODUCT_CREATE, PRODUCT_READ
from portulan.readmodels import initiatives as initiative_rows
from portulan.readmodels import money, portfolio
from portulan.readmodels import roadmap as roadmaps
from portulan.readmodels.export import to_csv, to_xlsx
from portulan.readmodels.load import load_map
from portulan.readmodels.reader import Reader
from portulan.readmodels.selection import SORTS
from portulan.readmodels.tables import Table
from portulan.web import reading
from portulan.web.answers import sentence
from portulan.web.control_tower.told import by_committees
from portulan.web.paging import Page, Sort
from portulan.web.plugs import Link
from portulan.web.portfolio import drawing, headline, sheets, tools, words
from portulan.web.portfolio.asked import INITIATIVES, PRODUCTS, Asked, asked, optional, whole
from portulan.web.portfolio.extras import extras
from portulan.web.viewer import actor
from portulan.wording import formats, vocabulary


def reader_of(request: HttpRequest) -> Reader:
    """The reader, who may read products somewhere."""
    require(actor(request), PRODUCT_READ)
    return reading.reader(request)


def faces(view: Asked, here: str) -> list[Link]:
    """The ways of seeing the same set; the view goes along."""
    found = [
        ("portfolio:table", _("Table"), "table"),
        ("portfolio:board", _("Stages"), "layout-kanban"),
        ("portfolio:roadmap", _("Roadmap"), "timeline"),
        ("portfolio:value", _("Value and effort"), "chart-bubble"),
        ("portfolio:dependencies", _("Dependencies"), "hierarchy-2"),
    ]
    links = [Link(label, view.url(name, sort=None), icon, current=name == here)
             for name, label, icon in found]
    budget = optional("load:home")
    if budget:
        links.append(Link(_("Budget"), f"{budget}#budget", "chart-bar"))
    return links


def _shows(view: Asked, name: str) -> list[Link]:
    return [
        Link(_("Products"), view.url(name, show=None, group=None, sort=None, columns=None),
             current=view.show == PRODUCTS),
        Link(_("Initiatives"), view.url(name, show=INITIATIVES, group=None, sort=None,
                                        columns=None), current=view.show == INITIATIVES),
    ]


def frame(request: HttpRequest, reader: Reader, view: Asked, here: str) -> dict[str, object]:
    """What the faces share: tabs, filters, saved views."""
    views = reading.views(request)
    current = next((v for v in views if v.uid == request.GET.get("view")), None)
    refusal = check_right(reader.actor, PRODUCT_CREATE)
    return {
        "faces": faces(view, here),
        "here": here,
        "view": view,
        "views": views,
        "here_url": reverse(here),
        "table_url": reverse("portfolio:table"),
        "import_url": optional("imports:home"),
        "unit": formats.thousands_unit(reader.currency),
        "current_view": current,
        "changed_view": current is not None and current.query != view.kept,
        "chips": tools.chips(reader, view, here),
        "adders": tools.adders(reader, view, here),
        "axes": tools.axes(reader, view, here),
        "years": tools.years(reader, view, here),
        "create_url": optional("sheets:product_new"),
        "create_reason": sentence(refusal) if refusal else "",
        "hidden": [(k, v) for k, vs in request.GET.lists() for v in vs
                   if k not in ("q", "page", "view")],
    }


@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """Products or initiatives in a table."""
    reader = reader_of(request)
    view = asked(request)
    more = extras(request)
    context = frame(request, reader, view, "portfolio:table")
    sorts: tuple[str, ...]
    query = request.GET.urlencode()
    if view.show == INITIATIVES:
        listed = initiative_rows.initiatives(reader, view.view, more)
        sorts = initiative_rows.INITIATIVE_SORTS
        found: Table[Any] = listed.table
        context["lead"] = headline.initiatives(listed)
        year, sees, scale = listed.year, listed.sees_money, 0
        envelopes: dict[str, money.BudgetRow] = {}
        template = "portfolio/initiatives.html"
    else:
        shown = portfolio.products(reader, view.view, more)
        sorts = SORTS
        found = shown.table
        year, sees, scale = shown.year, shown.sees_money, shown.scale
        context["lead"] = headline.products(reader, shown, not view.filtered)
        envelopes = _envelopes(reader, view, shown)
        template = "portfolio/table.html"
    columns = [c for c in view.columns if sees or c not in tools.MONEY_COLUMNS]
    if "columns" not in request.GET:  # by default, no column that would be empty
        empty = set() if more.scores else {"value"}
        if not any(getattr(row, "next", None) for row in found.rows):
            empty.add("next")
        columns = [c for c in columns if c not in empty]
    context |= {
        "table": found,
        "year": year,
        "sees_money": sees,
        "scale": scale or 1,
        "envelopes": envelopes,
        "groups": [
            (group, words.group_name(view.view.group, group.code, group.name), f"g{rank}")
            for rank, group in enumerate(found.groups)
        ],
        "columns": columns,
        "before": tools.before(columns),
        "span": 1 + len(columns),
        "ranked": max((s.of for s in more.scores.values()), default=0),
        "sort": Sort(view.view.sort, view.view.descending, sorts, query),
        "page": Page(found.rows, found.page, found.size, found.count, query),
        "shows": _shows(view, "portfolio:table"),
        "grouping": tools.grouping(view, "portfolio:table"),
        "choosing": tools.choosing(view, "portfolio:table", sees),
        "sorting": tools.sorting(view, "portfolio:table", sorts, sees),
        "density": tools.density(view, "portfolio:table"),
        "currency": reader.currency,
    }
    return render(request, template, context)


def _envelopes(
    reader: Reader, view: Asked, shown: portfolio.Portfolio
) -> dict[str, money.BudgetRow]:
    """The envelope of each line, when groups are whole lines."""
    if view.view.group != "line" or view.filtered or not shown.sees_money:
        return {}
    found = money.budget(reader, year=shown.year, axis=shown.axis)
    rows = found.by_line if found else ()
    return {row.code: row for row in rows if row.kind == "line" and row.revised}


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Products by stage, as cards."""
    reader = reader_of(request)
    view = asked(request, show=PRODUCTS)
    context = frame(request, reader, view, "portfolio:board")
    columns = portfolio.board(reader, view.view, extras(request))
    context |= {
        "lead": headline.board(columns),
        "columns": [
            (c, view.url("portfolio:table", stage=c.stage or "-"), c.count - len(c.rows))
            for c in columns if c.stage or c.count
        ],
        "decide": bool(optional("governance:from_product", "x")),
        "stages": [c.stage for c in columns if c.stage],
        "total": sum(c.count for c in columns),
        "sees_money": reader.sees_money,
    }
    return render(request, "portfolio/board.html", context)


@require_GET
def roadmap(request: HttpRequest) -> HttpResponse:
    """Initiatives by quarter, against the baseline."""
    reader = reader_of(request)
    view = asked(request, show=INITIATIVES, group="line")
    zoom = request.GET.get("zoom", "quarter")
    zoom = zoom if zoom in roadmaps.HORIZONS else "quarter"
    team = request.GET.get("team", "")
    if not team:
        worst = load_map(reader).worst
        team = worst.team.code if worst else ""
    found = roadmaps.roadmap(
        reader, view.view, zoom=zoom, first=whole(request.GET.get("from", ""), 23_000, 25_000),
        baseline=request.GET.get("baseline", ""), team=team,
    )
    context = frame(request, reader, view, "portfolio:roadmap")
    context |= {
        "lead": headline.roadmap(found),
        "told": by_committees(reader),
        "stages": list(vocabulary.STAGES),
        "head": drawing.HEAD,
        "pack_url": optional("reports:pack"),
        "map": found,
        "more_conflicts": len(found.conflicts) - 3,
        "drawn": drawing.draw(found, reader.month, reader.day, view.view.group or "line"),
        "page": Page(found.table.rows, found.table.page, found.table.size, found.table.count,
                     request.GET.urlencode()),
        "zooms": tools.zooms(view, zoom),
        "grouping": tools.grouping(view, "portfolio:roadmap"),
        "baselines": tools.baselines(view, found),
        "teams": tools.teams(reader, view, team),
        "team": found.load.rows[0].team.name if found.load and found.load.rows else "",
        "earlier": view.url("portfolio:roadmap", **{"from": str(found.first - 3)}),
        "later": view.url("portfolio:roadmap", **{"from": str(found.first + 3)}),
    }
    return render(request, "portfolio/roadmap.html", context)


@require_GET
def export(request: HttpRequest, form: str) -> HttpResponse:
    """What the table shows, all its pages: ``xlsx`` or ``csv``."""
    if form not in ("xlsx", "csv"):
        raise Http404
    reader = reader_of(request)
    view = asked(request)
    sheet = sheets.of(reader, view, extras(request))
    name = f"portulan-{view.show}-{reader.day.isoformat()}.{form}"
    if form == "csv":
        return download(to_csv(sheet), name, "text/csv; charset=utf-8")
    return download(to_xlsx([sheet]), name, XLSX)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to keep."""
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
