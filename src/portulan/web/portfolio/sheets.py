"""What the table shows as a sheet: the same rows and figures, values instead of drawings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portulan.coherence.words import topic
from portulan.readmodels import portfolio
from portulan.readmodels.export import Sheet, SheetColumn
from portulan.readmodels.initiatives import InitiativeRow, initiatives
from portulan.readmodels.portfolio import ProductRow
from portulan.readmodels.reader import Reader
from portulan.readmodels.tables import Sums, Table
from portulan.readmodels.view import Extras
from portulan.web.portfolio import tools, words
from portulan.web.portfolio.asked import INITIATIVES, Asked
from portulan.wording import formats, vocabulary

#: Columns of the page → columns of the sheet.
_KINDS = dict.fromkeys(("committed", "planned", "landing", "drift", "cost"), "money") | {
    "effort": "days"
}


def of(reader: Reader, view: Asked, more: Extras) -> Sheet:
    """The sheet of what is shown."""
    if view.show == INITIATIVES:
        listed = initiatives(reader, view.view, more, whole=True)
        return _sheet(view, listed.table, listed.sees_money, listed.year, reader)
    shown = portfolio.all_products(reader, view.view, more)
    return _sheet(view, shown.table, shown.sees_money, shown.year, reader)


def _sheet(
    view: Asked, table: Table[Any], sees_money: bool, year: int, reader: Reader
) -> Sheet:
    names = [
        c for c in view.columns
        if c != "bar" and (sees_money or c not in tools.MONEY_COLUMNS)
    ]
    label = _("Initiative") if view.show == INITIATIVES else _("Product")
    columns = [SheetColumn(_("Code")), SheetColumn(label)]
    grouped = table.grouped
    if grouped:
        columns.insert(0, SheetColumn(str(words.FILTERS[view.view.group])))
    for name in names:
        title = str(words.COLUMNS[name])
        if name in ("committed", "planned", "landing", "drift"):
            title = f"{title} {year} ({reader.currency})"
        elif name == "cost":
            title = f"{title} ({reader.currency})"
        columns.append(SheetColumn(title, _KINDS.get(name, "")))
    rows: list[list[Any]] = []
    for group in table.groups:
        heading = words.group_name(view.view.group, group.code, group.name) if grouped else ""
        for row in group.rows:
            cells = [row.code, row.name, *(_cell(row, name) for name in names)]
            rows.append([heading, *cells] if grouped else cells)
    total = [_("Total"), "", *(_sum(table.sums, name) for name in names)]
    rows.append(["", *total] if grouped else total)
    return Sheet(
        label, columns, rows, frozenset({len(rows) - 1}),
        _("Taken from Portulan on %(day)s.") % {"day": formats.day(reader.day)},
    )


def _sum(sums: Sums, name: str) -> int | None:
    if name in ("committed", "planned", "landing", "drift"):
        value: int = getattr(sums, name)
        return value
    return None


def _cell(row: ProductRow | InitiativeRow, name: str) -> Any:
    if name in ("committed", "planned", "landing", "drift"):
        return None if row.money is None else getattr(row.money, name)
    if name == "stage":
        return vocabulary.word(vocabulary.STAGES, row.stage) if row.stage else ""
    if name == "value":
        return row.score.value if row.score else None
    if name == "findings":
        return sum(row.findings.counts.values()) if row.findings else 0
    if isinstance(row, InitiativeRow):
        return _of_initiative(row, name)
    if name == "kind":
        return vocabulary.word(words.KINDS, row.kind)
    if name == "health":
        return topic(row.findings.topic) if row.findings else ""
    if name == "next":
        return f"{row.next.title} ({formats.day(row.next.on)})" if row.next else ""
    return getattr(row, name)


def _of_initiative(row: InitiativeRow, name: str) -> Any:
    if name == "state":
        return vocabulary.word(words.STATES, row.state)
    if name == "products":
        return ", ".join(product for _code, product in row.products)
    if name == "quarters":
        placed = row.start is not None
        return formats.period(row.start, row.end, row.first_month) if placed else ""
    return getattr(row, name)


