"""Load against capacity and budget against envelopes, on one page, and its workbook."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.base.policy import require
from portulan.portfolio.manifest import CAPACITY_READ
from portulan.readmodels.export import to_xlsx
from portulan.readmodels.load import CellDetail, LoadMap, first_quarter, load_cell, load_map
from portulan.readmodels.money import Budget, budget
from portulan.readmodels.reader import Reader
from portulan.web import reading
from portulan.web.budget import drawing, sheets, words
from portulan.web.control_tower.told import by_committees
from portulan.web.paging import changed
from portulan.web.plugs import Link
from portulan.web.portfolio import words as portfolio_words
from portulan.web.portfolio.asked import optional, whole
from portulan.web.portfolio.views import XLSX, download
from portulan.web.viewer import actor
from portulan.wording import formats


def _asked(request: HttpRequest) -> tuple[Reader, Budget | None, LoadMap]:
    """The budget and the load that the address asks for."""
    require(actor(request), CAPACITY_READ)
    reader = reading.reader(request)
    entity = request.GET.get("entity", "")
    entity = entity if reader.entity_by_code(entity) else ""
    found = budget(
        reader, year=whole(request.GET.get("year", ""), 1990, 2100),
        axis=request.GET.get("axis", ""), entity=entity,
    )
    first = whole(request.GET.get("from", ""), 23_000, 25_000)
    if first is None:
        first = first_quarter(reader, found.year if found else None)
    return reader, found, load_map(reader, first=first, entity=entity)


def _cell(reader: Reader, load: LoadMap, asked: str) -> CellDetail | None:
    """The cell chosen ("team.month"), else the worst one."""
    team, _dot, month = asked.rpartition(".")
    ordinal = whole(month, 23_000, 25_000)
    if team and ordinal is not None:
        return load_cell(reader, team, ordinal)
    if load.worst is not None:
        return load_cell(reader, load.worst.team.code, load.worst.cell.month)
    return None


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The page."""
    reader, found, load = _asked(request)
    detail = _cell(reader, load, request.GET.get("cell", ""))
    worst = detail
    if load.worst and (not detail or detail.team.code != load.worst.team.code
                       or detail.cell.month != load.worst.cell.month):
        worst = load_cell(reader, load.worst.team.code, load.worst.cell.month)
    query = request.GET.urlencode()
    over = found.headline.over if found and found.headline.over else 0
    cut = optional("tradeoff:new")
    context = {
        "lead": words.lead(load, found),
        "load": load,
        "told": by_committees(reader),
        "rows": drawing.heat_rows(load, detail, query),
        "quarters": [formats.quarter(m, load.first_month) for m in load.months],
        "total": drawing.total_cells(load),
        "teams_left": max(0, len(load.rows) - drawing.TEAMS),
        "detail": detail,
        "stack": drawing.stack(detail) if detail else None,
        "detail_quarter": formats.quarter(detail.cell.month, load.first_month) if detail else "",
        "plain": words.plain(load, worst, found),
        "budget": found,
        "unit": formats.thousands_unit(reader.currency),
        "lines": drawing.bars(found.by_line) if found else [],
        "stages": drawing.bars(found.by_stage) if found else [],
        "matrix": drawing.matrix(found) if found else [],
        "total_row": found.total if found else None,
        "years": [Link(str(y), changed(query, {"year": str(y), "from": None, "cell": None}),
                       current=found is not None and y == found.year)
                  for y in (found.years if found else ())],
        "axes": [Link(portfolio_words.AXES[a], changed(query, {"axis": a}),
                      current=found is not None and a == found.axis)
                 for a in (found.axes if found else ())],
        "entities": [
            Link(_("The whole company"), changed(query, {"entity": None, "cell": None}),
                 current=not request.GET.get("entity")),
            *(Link(e.name, changed(query, {"entity": e.code, "cell": None}),
                   current=e.code == request.GET.get("entity"))
              for e in list(reader.entities.values())[:30]),
        ],
        "entity": reader.entity_by_code(request.GET.get("entity", "")),
        "earlier": changed(query, {"from": str(load.months[0] - 3), "cell": None}),
        "later": changed(query, {"from": str(load.months[0] + 3), "cell": None}),
        "cut_url": f"{cut}?preset=cut&year={found.year}&amount={over}" if cut and over > 0 and found
        else (f"{cut}?preset=fit" if cut else ""),
        "over": over,
        "export_url": reverse("load:export") + (f"?{query}" if query else ""),
        "import_url": optional("imports:home"),
    }
    return render(request, "load/home.html", context)


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The page's figures as a workbook: load, who asks, budget by line, by funding time."""
    reader, found, load = _asked(request)
    name = f"portulan-load-budget-{reader.day.isoformat()}.xlsx"
    return download(to_xlsx(sheets.workbook(reader, found, load)), name, XLSX)
