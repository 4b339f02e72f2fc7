"""Cells and bars of the load and budget page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portulan.readmodels.load import Asker, CellDetail, LoadCell, LoadMap, LoadRow
from portulan.readmodels.money import Budget, BudgetRow, MatrixCell
from portulan.web.budget.words import row_name
from portulan.web.paging import changed
from portulan.wording import formats

#: Fills of the contributors of a cell, in turn.
TONES = ("blue", "teal", "moss", "violet", "brass", "grey")


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A cell of the heat map as it is drawn."""

    cell: LoadCell
    detail: str
    url: str
    selected: bool


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A team as it is drawn."""

    row: LoadRow
    cells: tuple[HeatCell, ...]


#: Teams drawn; with more, the fullest ones.
TEAMS = 40


def heat_rows(load: LoadMap, detail: CellDetail | None, query: str) -> list[HeatRow]:
    """The teams with their cells, the chosen one marked; the fullest when there are many."""
    rows = list(load.rows)
    if len(rows) > TEAMS:
        fullest = sorted(rows, key=lambda r: -max((c.ratio or 0) for c in r.cells))[:TEAMS]
        rows = [row for row in rows if row in fullest]
    chosen = (detail.team.code, detail.cell.month) if detail else ("", 0)
    return [
        HeatRow(
            row,
            tuple(
                HeatCell(
                    cell, _detail(cell),
                    changed(query, {"cell": f"{row.team.code}.{cell.month}"}) + "#cell",
                    (row.team.code, cell.month) == chosen,
                )
                for cell in row.cells
            ),
        )
        for row in rows
    ]


def total_cells(load: LoadMap) -> list[HeatCell]:
    """All teams together."""
    return [HeatCell(cell, _detail(cell), "", False) for cell in load.total]


def _detail(cell: LoadCell) -> str:
    asked = formats.effort_number(cell.demand)
    if cell.capacity is None:
        return f"{asked} / ?" if cell.demand else ""
    return f"{asked} / {formats.effort_number(cell.capacity)}"


@dataclass(frozen=True, slots=True)
class Block:
    """A contributor in the stack."""

    x: str
    width: str
    text_x: str
    name: str
    days: str
    tone: str
    shown: str
    asker: Asker


@dataclass(frozen=True, slots=True)
class Stack:
    """A cell's demand laid out against its capacity; percentages of the wider of the two."""

    blocks: tuple[Block, ...]
    capacity_x: str
    capacity_end: bool
    capacity: str
    beyond: str
    demand: str


def stack(detail: CellDetail) -> Stack:
    """Those who ask, side by side in order of need, and where the capacity ends."""
    whole = max(detail.cell.demand, detail.cell.capacity or 0) or 1
    blocks, x = [], 0.0
    for index, asker in enumerate(detail.askers):
        width = 100 * asker.days / whole
        name = asker.name or _("other initiatives")
        days = formats.effort_number(asker.days)
        room = int(width * 1.55) - len(days) - 2
        shown = name if len(name) <= room else (name[: room - 1] + "…" if room > 4 else "")
        blocks.append(
            Block(
                f"{x:.2f}%", f"{max(0.1, width - 0.15):.2f}%", f"{x + width / 2:.2f}%", name, days,
                TONES[index % len(TONES)], shown, asker,
            )
        )
        x += width
    limit = 100 * (detail.cell.capacity or 0) / whole
    return Stack(
        tuple(blocks),
        f"{limit:.2f}%",
        limit > 60,
        formats.effort(detail.cell.capacity) if detail.cell.capacity is not None else "",
        formats.effort(detail.cell.overrun) if detail.cell.overrun else "",
        formats.effort(detail.cell.demand),
    )


@dataclass(frozen=True, slots=True)
class BarRow:
    """A row of the budget with its name and the scale of its bar."""

    row: BudgetRow
    name: str
    scale: int


def bars(rows: Sequence[BudgetRow]) -> list[BarRow]:
    """Rows of one reading, all on one scale."""
    most = max(
        (max(r.landing, r.revised or 0, r.voted or 0, r.committed) for r in rows
         if r.kind != "unallocated"),
        default=0,
    )
    scale = _round_up(most)
    return [BarRow(row, row_name(row), scale) for row in rows]


def _round_up(value: int) -> int:
    """The next round figure (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 × a power of ten)."""
    if value <= 0:
        return 1
    power = 1
    while power * 10 <= value:
        power *= 10
    for tenths in (10, 15, 20, 25, 30, 40, 45, 50, 60, 80):
        if power * tenths // 10 >= value:
            return power * tenths // 10
    return power * 10


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """A line of the matrix as it is drawn."""

    name: str
    cells: tuple[tuple[str, int | None], ...]
    total: BudgetRow


def matrix(found: Budget) -> list[MatrixLine]:
    """Where the overrun is born: each line in each funding time, its text and its shade."""
    most = max((abs(c.variance or 0) for m in found.matrix for c in m.cells), default=0)
    return [
        MatrixLine(
            row_name(line.row),
            tuple((_text(cell, found.detailed), _shade(cell, most, found.detailed))
                  for cell in line.cells),
            line.row,
        )
        for line in found.matrix
    ]


def _text(cell: MatrixCell, detailed: bool) -> str:
    if not cell.landing and not cell.revised:
        return formats.NOTHING
    if not detailed:
        return formats.thousands(cell.landing)
    return formats.thousands_signed(cell.variance)


def _shade(cell: MatrixCell, most: int, detailed: bool) -> int | None:
    """0 under or on the envelope, then by the size of the overrun; ``None``: no money."""
    if not cell.landing and not cell.revised:
        return None
    if not detailed or not cell.variance or cell.variance <= 0 or not most:
        return 0
    part = cell.variance / most
    return 4 if part > 0.6 else 3 if part > 0.25 else 1
