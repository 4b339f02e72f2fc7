"""The load and the budget as a workbook: the same figures as the page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portulan.readmodels.export import Sheet, SheetColumn
from portulan.readmodels.load import LoadMap, load_cell
from portulan.readmodels.money import Budget, BudgetRow
from portulan.readmodels.reader import Reader
from portulan.web.budget.words import row_name
from portulan.wording import formats, vocabulary

#: Overloaded cells whose askers are listed.
DETAILED = 8


def workbook(reader: Reader, found: Budget | None, load: LoadMap) -> list[Sheet]:
    """The sheets of the page."""
    note = _("Taken from Portulan on %(day)s.") % {"day": formats.day(reader.day)}
    sheets = [_load(load, note), _askers(reader, load)]
    if found is not None:
        sheets += [_budget(found, note), _matrix(found)]
    return [sheet for sheet in sheets if sheet.rows]


def _load(load: LoadMap, note: str) -> Sheet:
    columns = [SheetColumn(_("Team")), SheetColumn(_("Manager"))]
    for month in load.months:
        quarter = formats.quarter(month, load.first_month)
        columns += [
            SheetColumn(_("%(quarter)s demand, days") % {"quarter": quarter}, "days"),
            SheetColumn(_("%(quarter)s capacity, days") % {"quarter": quarter}, "days"),
            SheetColumn(_("%(quarter)s load") % {"quarter": quarter}, "percent"),
        ]
    rows: list[list[Any]] = []
    for row in load.rows:
        cells: list[Any] = [row.team.name, row.team.manager]
        for cell in row.cells:
            cells += [cell.demand, cell.capacity, cell.ratio]
        rows.append(cells)
    return Sheet(_("Load"), columns, rows, note=note)


def _askers(reader: Reader, load: LoadMap) -> Sheet:
    columns = [
        SheetColumn(_("Team")), SheetColumn(_("Quarter")), SheetColumn(_("Initiative")),
        SheetColumn(_("Code")), SheetColumn(_("Days asked"), "days"),
        SheetColumn(_("Days beyond the capacity"), "days"),
    ]
    rows: list[list[Any]] = []
    for item in load.over[:DETAILED]:
        detail = load_cell(reader, item.team.code, item.cell.month)
        for asker in detail.askers if detail else ():
            rows.append(
                [
                    item.team.name, formats.quarter(item.cell.month, load.first_month),
                    asker.name or _("other initiatives"), asker.code, asker.days, asker.beyond,
                ]
            )
    return Sheet(_("Overloads"), columns, rows)


def _budget(found: Budget, note: str) -> Sheet:
    columns = [
        SheetColumn(_("Reading")), SheetColumn(_("Name")), SheetColumn(_("Voted"), "money"),
        SheetColumn(_("Revised"), "money"), SheetColumn(_("Committed"), "money"),
        SheetColumn(_("Actual"), "money"), SheetColumn(_("Landing"), "money"),
        SheetColumn(_("of which CAPEX"), "money"), SheetColumn(_("Variance"), "money"),
    ]
    by_line, by_stage, whole = _("Line"), _("Funding time"), _("Total")
    rows = [_row(by_line, row) for row in found.by_line]
    rows += [_row(by_stage, row) for row in found.by_stage]
    rows.append(_row(whole, found.total))
    return Sheet(
        _("Budget %(year)s") % {"year": found.year}, columns, rows, frozenset({len(rows) - 1}), note
    )


def _row(reading: str, row: BudgetRow) -> list[Any]:
    return [
        reading, row_name(row), row.voted, row.revised, row.committed, row.actual, row.landing,
        row.capex, row.variance,
    ]


def _matrix(found: Budget) -> Sheet:
    columns = [SheetColumn(_("Line"))]
    for stage in found.stages:
        name = vocabulary.word(vocabulary.STAGES, stage)
        columns += [
            SheetColumn(_("%(stage)s, landing") % {"stage": name}, "money"),
            SheetColumn(_("%(stage)s, variance") % {"stage": name}, "money"),
        ]
    rows = []
    for line in found.matrix:
        cells: list[Any] = [row_name(line.row)]
        for cell in line.cells:
            cells += [cell.landing, cell.variance if found.detailed else None]
        rows.append(cells)
    return Sheet(_("Lines and funding times"), columns, rows)
