"""The budget as a reader sees it: by line of an axis, by funding time, and where the overrun is.

Only money on products (and initiatives) where ``budget.read`` is granted is added up, and only
envelopes of entities and lines where it is granted. The same rows serve pages, exports, reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portulan.portfolio.manifest import BUDGET_READ
from portulan.readmodels.book import Book, EnvelopeFact, book, default_year, years
from portulan.readmodels.reader import Reader
from portulan_core import money
from portulan_core.model import STAGES
from portulan_core.periods import last_day

AXES = ("segment", "domain", "platform")


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A line (or what has none) or a funding time: amounts in minor units.

    ``kind`` is ``line``, ``no_line``, ``unallocated``, ``stage`` or ``total``; ``code`` and
    ``name`` those of the line, ``code`` that of the stage.
    """

    kind: str
    code: str
    name: str
    voted: int | None
    revised: int | None
    committed: int
    actual: int
    landing: int
    capex: int
    planned: int

    @property
    def variance(self) -> int | None:
        """The landing beyond the revised budget."""
        return None if self.revised is None else self.landing - self.revised

    @property
    def ratio(self) -> float | None:
        """The variance as a part of the revised budget."""
        return self.variance / self.revised if self.variance is not None and self.revised else None


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A line in a funding time: variance where envelopes are that detailed, else only landing."""

    stage: str
    landing: int
    revised: int | None
    variance: int | None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A line across funding times."""

    row: BudgetRow
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the overrun: a funding time or a line, by how much."""

    kind: str
    code: str
    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class BudgetHeadline:
    """What the page says first: ``over`` beyond the envelope (negative: under), and which part."""

    over: int | None
    landing: int
    envelope: int | None
    stage: Part | None
    lines: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Budget:
    """A fiscal year's budget along an axis. Both readings add up to ``total``."""

    year: int
    years: tuple[int, ...]
    axis: str
    axes: tuple[str, ...]
    currency: str
    by_line: tuple[BudgetRow, ...]
    by_stage: tuple[BudgetRow, ...]
    total: BudgetRow
    matrix: tuple[MatrixRow, ...]
    stages: tuple[str, ...]
    detailed: bool
    headline: BudgetHeadline
    #: The last day whose actuals are in, who vouches for the envelopes and since when.
    closed_on: date | None
    vouched_by: str
    vouched_on: date | None
    partial: bool

    @property
    def empty(self) -> bool:
        """Nothing to show: no money and no envelope."""
        return self.total.revised is None and not (self.total.landing or self.total.planned)


def budget(
    reader: Reader, *, year: int | None = None, axis: str = "", entity: str = ""
) -> Budget | None:
    """The budget of a fiscal year, or ``None`` for who may read no budget at all.

    ``entity`` (a code) narrows to an entity and what is below it. Unknown values fall back to the
    defaults: they come from an address.
    """
    if not reader.sees_money:
        return None
    year = default_year(reader) if year is None else year
    return reader.kept_own(
        f"budget:{year}:{axis}:{entity}", lambda: _budget(reader, year, axis, entity)
    )


def _budget(reader: Reader, year: int, axis: str, entity: str) -> Budget:
    found = book(reader, year)
    axes = _axes(reader)
    axis = axis if axis in axes else axes[0]
    part = reader.entity_by_code(entity) if entity else None
    inside = reader.below(part.id) if part else None
    parts = readable_pieces(reader, found, inside)
    ceilings = readable_envelopes(reader, found, inside)
    shown = [line.id for line in reader.lines.values() if line.axis == axis and line.id == line.top]
    tops = {line.id: line.axis for line in reader.lines.values() if line.id == line.top}
    above = {e.id: e.above for e in reader.entities.values()}
    versions = {
        version: money.envelopes(
            _on_tops(reader, [c for c in ceilings if c.version == version]), tops, axis, above
        )
        for version in ("voted", "revised")
    }
    at = money.position(
        parts, found.line_of.get(axis, {}), shown, versions["voted"], versions["revised"]
    )
    return _shape(reader, found, at, axis, axes, ceilings, inside)


def readable_pieces(
    reader: Reader, found: Book, inside: frozenset[int] | None = None
) -> list[money.Piece]:
    """The pieces of money that the reader may see, in a part of the company or in all of it."""
    products = reader.products(BUDGET_READ)
    reach = reader.reach(BUDGET_READ)
    kept = []
    for piece in found.pieces:
        product, initiative = piece.product, piece.initiative
        if product is not None:
            if products is not None and product not in products:
                continue
            place = found.entity_of.get(product)
        else:
            place = None if initiative is None else found.entity_of_initiative.get(initiative)
            if not (reach.everywhere or (reach.root and place is None) or place in reach.entities):
                continue
        if inside is not None and place not in inside:
            continue
        kept.append(piece)
    return kept


def readable_envelopes(
    reader: Reader, found: Book, inside: frozenset[int] | None = None
) -> list[EnvelopeFact]:
    """The envelopes that the reader may see."""
    reach = reader.reach(BUDGET_READ)
    return [
        e
        for e in found.envelopes
        if (inside is None or e.entity in inside)
        and (
            reach.everywhere
            or (reach.root and e.entity is None)
            or e.entity in reach.entities
            or (e.line is not None and e.line in reach.lines)
        )
    ]


def _axes(reader: Reader) -> tuple[str, ...]:
    used = {line.axis for line in reader.lines.values()}
    return tuple(axis for axis in AXES if axis in used) or AXES[:1]


def _on_tops(reader: Reader, rows: list[EnvelopeFact]) -> list[money.Ceiling]:
    """Envelopes of lines below another count for the top line, unless it has its own."""
    own = {(e.line, e.stage) for e in rows}
    found = []
    for e in rows:
        fact = reader.lines.get(e.line) if e.line is not None else None
        if fact is not None and fact.top != fact.id and (
            (fact.top, e.stage) in own or (fact.top, "") in own
        ):
            continue
        found.append(money.Ceiling(e.amount, e.entity, fact.top if fact else e.line, e.stage))
    return found


def _row(kind: str, code: str, name: str, figures: money.Figures) -> BudgetRow:
    a = figures.amounts
    return BudgetRow(
        kind, code, name, figures.voted, figures.revised, a.committed, a.actual, a.landing,
        a.capex, a.planned,
    )


def _shape(
    reader: Reader, found: Book, at: money.Position, axis: str, axes: tuple[str, ...],
    ceilings: list[EnvelopeFact], inside: frozenset[int] | None,
) -> Budget:
    names = {line.id: line for line in reader.lines.values()}
    by_line, matrix = [], []
    stages = tuple(at.by_stage)
    for key, figures in at.by_line.items():
        line = names.get(key) if isinstance(key, int) else None
        if line is None and key is not None:
            continue
        if not figures.amounts and not figures.revised and not figures.voted:
            continue
        row = _row(
            "line" if line else "no_line", line.code if line else "", line.name if line else "",
            figures,
        )
        by_line.append(row)
        matrix.append(
            MatrixRow(row, tuple(_cell(stage, at.cells[key, stage]) for stage in stages))
        )
    if at.unallocated is not None:
        by_line.append(_row("unallocated", "", "", at.unallocated))
    by_stage = [_row("stage", stage, "", figures) for stage, figures in at.by_stage.items()]
    if at.unallocated_stage is not None:
        by_stage.append(_row("unallocated", "", "", at.unallocated_stage))
    vouched = next((e for e in reversed(ceilings) if e.vouched_by), None)
    closed = found.cut
    return Budget(
        year=found.year,
        years=tuple(sorted({*years(reader), found.year})),
        axis=axis,
        axes=axes,
        currency=reader.currency,
        by_line=tuple(by_line),
        by_stage=tuple(by_stage),
        total=_row("total", "", "", at.total),
        matrix=tuple(matrix),
        stages=stages,
        detailed=at.detailed,
        headline=_headline(at, names),
        closed_on=last_day(closed - 1) if closed is not None else None,
        vouched_by=vouched.vouched_by if vouched else "",
        vouched_on=vouched.vouched_on if vouched else None,
        partial=inside is not None or not reader.reach(BUDGET_READ).everywhere,
    )


def _cell(stage: str, figures: money.Figures) -> MatrixCell:
    return MatrixCell(stage, figures.amounts.landing, figures.revised, figures.variance)


def _headline(at: money.Position, names: Mapping[int, object]) -> BudgetHeadline:
    widest = at.widest_stage()
    stage = Part("stage", widest[0], "", widest[1]) if widest else None
    lines = []
    for key, amount in at.widest_lines():
        line = names.get(key) if isinstance(key, int) else None
        code, name = getattr(line, "code", ""), getattr(line, "name", "")
        lines.append(Part("line" if line else "no_line", code, name, amount))
    return BudgetHeadline(
        at.over, at.total.amounts.landing, at.total.revised, stage, tuple(lines)
    )


__all__ = ["AXES", "STAGES", "Budget", "BudgetHeadline", "BudgetRow", "MatrixRow", "budget"]
