"""The money of a portfolio in one fiscal year, along its lines and funding times, to the cent.

The landing of a fiscal year is what was really spent in the months before the cut-off, and what is
planned from the cut-off on: the costs of the present plan's initiatives and the planned cost lines
outside initiatives. The cut-off is the month after the last one whose actuals are known, never
later than the present month (an unfinished month is not closed); without any actual the whole plan
counts. That formula is :func:`landing`, and stands nowhere else.

Money is held once, where it is spent. It goes from an initiative to its products by their shares,
from a product to the primary line of an axis; each amount is split by largest remainder, so that
every reading adds up to the same total. Keys (initiatives, products, lines, entities) are whatever
the caller uses: uids of a World or ids of a database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from portulan_core.model import PLANNED_STATES, STAGES, World
from portulan_core.periods import fiscal_year_start, split

#: Whatever hashable identifier the caller uses.
Key = Any
K = TypeVar("K", bound=Hashable)
WHOLE = 10_000
#: Shares that miss less than this (1 %) of the whole are rounded figures, not money left over.
ROUNDING = 100
KINDS = ("plan", "commitment", "actual")


@dataclass(frozen=True, slots=True)
class Year:
    """The months ``[start, end)`` of a fiscal year, and the cut-off ``cut`` clamped inside them."""

    start: int
    end: int
    cut: int


@dataclass(frozen=True, slots=True)
class Amounts:
    """Minor units of one fiscal year.

    ``planned`` is the whole year's plan (what is done since counts), ``committed`` what is
    engaged, ``actual`` what was spent before the cut-off, ``landing`` what the year will have
    cost, ``capex`` the landing's CAPEX.
    """

    planned: int = 0
    committed: int = 0
    actual: int = 0
    landing: int = 0
    capex: int = 0

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(
            self.planned + other.planned,
            self.committed + other.committed,
            self.actual + other.actual,
            self.landing + other.landing,
            self.capex + other.capex,
        )

    def __bool__(self) -> bool:
        return bool(self.planned or self.committed or self.actual or self.landing)

    @property
    def drift(self) -> int:
        """The landing beyond what the year's plan said."""
        return self.landing - self.planned


NOTHING = Amounts()


@dataclass(frozen=True, slots=True)
class Plan:
    """An initiative's money: columns by month from ``start`` (``None`` when it is not placed).

    ``counts`` tells whether it belongs to the present plan, ``done`` whether it did and ended;
    ``shares`` pairs products with hundredths of a percent; ``first_month`` is its entity's
    calendar.
    """

    key: Key
    stage: str
    start: int | None
    capex: Sequence[int] = ()
    opex: Sequence[int] = ()
    counts: bool = True
    done: bool = False
    shares: Sequence[tuple[Key, int]] = ()
    first_month: int = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """Money of cost lines: ``kind`` plan, commitment or actual, in a month.

    That of an initiative follows the initiative (its products, its funding time, its calendar).
    """

    kind: str
    month: int
    amount: int
    product: Key | None = None
    initiative: Key | None = None
    stage: str = "run"
    nature: str = "opex"
    first_month: int = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """Amounts of one initiative (or none) for one product (or none) in one funding time."""

    initiative: Key | None
    product: Key | None
    stage: str
    amounts: Amounts


def cut_off(months_of_actuals: Iterable[int], present: int) -> int | None:
    """The first month that is not closed; ``None`` when no actual is known.

    ``present`` is the ordinal of the present month.
    """
    last = max((month for month in months_of_actuals if month < present), default=None)
    return None if last is None else last + 1


def fiscal_window(year: int, cut: int | None, first_month: int = 1) -> Year:
    """The months of a fiscal year with the cut-off clamped inside (``None``: nothing is closed)."""
    start = fiscal_year_start(year, first_month)
    end = start + 12
    return Year(start, end, start if cut is None else min(max(cut, start), end))


def landing(actual: Mapping[int, int], planned: Mapping[int, int], year: Year) -> int:
    """Actuals of the months before the cut-off, and what is planned from the cut-off on."""
    spent = sum(amount for month, amount in actual.items() if year.start <= month < year.cut)
    ahead = sum(amount for month, amount in planned.items() if year.cut <= month < year.end)
    return spent + ahead


def column_sum(column: Sequence[int], start: int, first: int, end: int) -> int:
    """The part of a column by month from ``start`` that falls in ``[first, end)``."""
    return sum(column[max(0, first - start) : max(0, end - start)])


def split_by_share(
    amount: int, shares: Sequence[tuple[Key, int]]
) -> list[tuple[Key | None, int]]:
    """An amount over products by their shares; what no product takes goes to ``None``."""
    known = [(key, share) for key, share in shares if share > 0]
    whole = sum(share for _, share in known)
    if not known:
        return [(None, amount)]
    left = WHOLE - whole
    if left < ROUNDING:
        if len(known) == 1:
            return [(known[0][0], amount)]
        parts = split(amount, [share for _, share in known])
        return [(key, part) for (key, _), part in zip(known, parts, strict=True)]
    parts = split(amount, [*(share for _, share in known), left])
    return [(key, part) for (key, _), part in zip([*known, (None, left)], parts, strict=True)]


def split_amounts(
    amounts: Amounts, shares: Sequence[tuple[Key, int]]
) -> list[tuple[Key | None, Amounts]]:
    """Amounts over products by their shares; each measure adds up to the cent."""
    if len(shares) == 1 and shares[0][1] > WHOLE - ROUNDING:
        return [(shares[0][0], amounts)]
    measures = [
        split_by_share(value, shares)
        for value in (
            amounts.planned, amounts.committed, amounts.actual, amounts.landing, amounts.capex
        )
    ]
    return [
        (values[0][0], Amounts(*(value for _, value in values)))
        for values in zip(*measures, strict=True)
    ]


def pieces(
    plans: Iterable[Plan], entries: Iterable[Entry], year: int, cut: int | None
) -> list[Piece]:
    """The year's money in its smallest parts: initiative × product × funding time.

    The amounts of an initiative are computed whole, then split, so that the sum of its pieces is
    the initiative's own figure to the cent.
    """
    windows: dict[int, Year] = {}

    def window(first_month: int) -> Year:
        if first_month not in windows:
            windows[first_month] = fiscal_window(year, cut, first_month)
        return windows[first_month]

    by_initiative: dict[Key, list[Entry]] = defaultdict(list)
    by_product: dict[tuple[Key | None, str, int], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.initiative is not None:
            by_initiative[entry.initiative].append(entry)
        else:
            by_product[entry.product, entry.stage, entry.first_month].append(entry)
    found: list[Piece] = []
    for plan in plans:
        amounts = _of_initiative(plan, by_initiative.pop(plan.key, ()), window(plan.first_month))
        if amounts:
            for product, part in split_amounts(amounts, plan.shares):
                found.append(Piece(plan.key, product, plan.stage, part))
    for (product, stage, first_month), lines in by_product.items():
        amounts = _of_entries(lines, window(first_month))
        if amounts:
            found.append(Piece(None, product, stage, amounts))
    for key, lines in by_initiative.items():  # of initiatives that the caller did not give
        for line in lines:
            amounts = _of_entries([line], window(line.first_month))
            if amounts:
                found.append(Piece(key, line.product, line.stage, amounts))
    return found


def _of_initiative(plan: Plan, entries: Sequence[Entry], year: Year) -> Amounts:
    amounts = _of_entries(entries, year) if entries else NOTHING
    if not (plan.counts or plan.done) or plan.start is None:
        return amounts
    start, end = plan.start, plan.start + max(len(plan.capex), len(plan.opex))
    if end <= year.start or start >= year.end:
        return amounts
    capex = column_sum(plan.capex, start, year.cut, year.end)
    ahead = capex + column_sum(plan.opex, start, year.cut, year.end)
    behind = column_sum(plan.capex, start, year.start, year.cut)
    behind += column_sum(plan.opex, start, year.start, year.cut)
    if not plan.counts:
        return amounts + Amounts(planned=behind + ahead)
    return amounts + Amounts(planned=behind + ahead, landing=ahead, capex=capex)


def _of_entries(entries: Iterable[Entry], year: Year) -> Amounts:
    planned = committed = actual = land = capex = 0
    for entry in entries:
        if not year.start <= entry.month < year.end:
            continue
        closed = entry.month < year.cut
        if entry.kind == "plan":
            planned += entry.amount
        elif entry.kind == "commitment":
            committed += entry.amount
        elif entry.kind == "actual" and closed:
            actual += entry.amount
        if (entry.kind == "actual" and closed) or (entry.kind == "plan" and not closed):
            land += entry.amount
            if entry.nature == "capex":
                capex += entry.amount
    return Amounts(planned, committed, actual, land, capex)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """An envelope of one version: ``entity``, ``line`` ``None`` and ``stage`` "" mean any."""

    amount: int
    entity: Key | None = None
    line: Key | None = None
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Envelopes:
    """The envelopes of one version, read along one axis.

    An envelope inside a wider one is not added again. ``total`` is ``None`` when there is none;
    ``lines`` and ``stages`` hold what is set aside for each, ``cells`` for both.
    """

    total: int | None = None
    lines: Mapping[Key, int] = field(default_factory=dict)
    stages: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[tuple[Key, str], int] = field(default_factory=dict)


def envelopes(
    ceilings: Iterable[Ceiling],
    axis_of: Mapping[Key, str],
    axis: str,
    above: Mapping[Key, Sequence[Key]] | None = None,
) -> Envelopes:
    """Read envelopes along an axis.

    ``axis_of`` tells each line's axis; ``above`` an entity's ancestors: an envelope of the same
    line and funding time is not added to that of an entity above it. The total does not depend on
    the axis: it is the general envelope where there is one, else the widest sum of those detailed
    by line or by funding time.
    """
    above = above or {}
    grouped: dict[tuple[Key | None, str], dict[Key | None, int]] = defaultdict(dict)
    for ceiling in ceilings:
        place = grouped[ceiling.line, ceiling.stage]
        place[ceiling.entity] = place.get(ceiling.entity, 0) + ceiling.amount
    sums = {place: _outermost(by_entity, above) for place, by_entity in grouped.items()}
    if not sums:
        return Envelopes()
    axes = sorted({axis_of.get(line, "") for line, _ in sums if line is not None})
    by_axis = {name: _along(sums, axis_of, name) for name in axes}
    stages: dict[str, int] = {}
    for name in axes:
        per_stage: dict[str, int] = defaultdict(int)
        for (_, stage), amount in by_axis[name][1].items():
            per_stage[stage] += amount
        for stage, amount in per_stage.items():
            stages[stage] = max(stages.get(stage, amount), amount)
    stages.update({stage: sums[None, stage] for line, stage in sums if line is None and stage})
    widest = [sum(by_axis[name][0].values()) for name in axes]
    if stages:
        widest.append(sum(stages.values()))
    total = sums[None, ""] if (None, "") in sums else max(widest)
    lines, cells = by_axis.get(axis, ({}, {}))
    return Envelopes(total, lines, stages, cells)


def _outermost(amounts: Mapping[Key | None, int], above: Mapping[Key, Sequence[Key]]) -> int:
    if None in amounts:
        return amounts[None]
    return sum(
        amount
        for entity, amount in amounts.items()
        if not any(other in amounts for other in above.get(entity, ()) if other != entity)
    )


def _along(
    sums: Mapping[tuple[Key | None, str], int], axis_of: Mapping[Key, str], axis: str
) -> tuple[dict[Key, int], dict[tuple[Key, str], int]]:
    cells: dict[tuple[Key, str], int] = {}
    lines: dict[Key, int] = defaultdict(int)
    for (line, stage), amount in sums.items():
        if line is not None and stage and axis_of.get(line, "") == axis:
            cells[line, stage] = amount
            lines[line] += amount
    for (line, stage), amount in sums.items():
        if line is not None and not stage and axis_of.get(line, "") == axis:
            lines[line] = amount
    return dict(lines), cells


@dataclass(frozen=True, slots=True)
class Figures:
    """A row of the budget: envelopes (``None``: none set aside at this level) and amounts."""

    voted: int | None
    revised: int | None
    amounts: Amounts

    @property
    def variance(self) -> int | None:
        """The landing beyond the revised budget (negative: under), if there is one."""
        return None if self.revised is None else self.amounts.landing - self.revised

    @property
    def ratio(self) -> float | None:
        """The variance as a part of the revised budget."""
        return self.variance / self.revised if self.variance is not None and self.revised else None


@dataclass(frozen=True, slots=True)
class Position:
    """A year's budget along one axis and along the funding times; both add up to ``total``.

    The key ``None`` of ``by_line`` holds the money of products without a line; ``unallocated``
    what the envelopes set aside for no line in particular, ``unallocated_stage`` for no funding
    time. ``detailed``: envelopes are set by line and funding time, so cells have a variance.
    """

    total: Figures
    by_line: Mapping[Key | None, Figures]
    by_stage: Mapping[str, Figures]
    cells: Mapping[tuple[Key | None, str], Figures]
    unallocated: Figures | None
    unallocated_stage: Figures | None
    detailed: bool

    @property
    def over(self) -> int | None:
        """The overrun of the whole (negative: under the envelope); ``None`` without envelope."""
        return self.total.variance

    def widest_stage(self) -> tuple[str, int] | None:
        """The funding time that carries most of the overrun, when there is one."""
        return _widest({key: row.variance for key, row in self.by_stage.items()})

    def widest_lines(self) -> list[tuple[Key | None, int]]:
        """The lines over their envelope, furthest first."""
        over = [(k, row.variance) for k, row in self.by_line.items() if (row.variance or 0) > 0]
        return sorted(
            ((k, v) for k, v in over if v is not None), key=lambda item: (-item[1], str(item[0]))
        )


def _widest(variances: Mapping[str, int | None]) -> tuple[str, int] | None:
    over = [(value, key) for key, value in variances.items() if value is not None and value > 0]
    if not over:
        return None
    value, key = max(over, key=lambda item: (item[0], item[1]))
    return key, value


def position(
    parts: Iterable[Piece],
    line_of: Mapping[Key, Key],
    lines: Sequence[Key],
    voted: Envelopes,
    revised: Envelopes,
) -> Position:
    """The year's budget along an axis.

    ``line_of`` gives a product's line on the axis, ``lines`` the lines to show, in order. A
    revised budget that was never made is the voted one.
    """
    if revised.total is None:
        revised = voted
    cells: dict[tuple[Key | None, str], Amounts] = defaultdict(Amounts)
    for piece in parts:
        line = None if piece.product is None else line_of.get(piece.product)
        place = (line, piece.stage)
        cells[place] = cells[place] + piece.amounts
    rows: dict[Key | None, Amounts] = defaultdict(Amounts)
    columns: dict[str, Amounts] = defaultdict(Amounts)
    total = NOTHING
    for (line, stage), amounts in cells.items():
        rows[line] = rows[line] + amounts
        columns[stage] = columns[stage] + amounts
        total = total + amounts
    shown: list[Key | None] = list(lines)
    shown += sorted((k for k in rows if k is not None and k not in set(lines)), key=str)
    if rows.get(None):
        shown.append(None)
    stages = [*STAGES, *sorted(stage for stage in columns if stage not in STAGES)]
    by_line = {
        key: Figures(_set_aside(voted.lines, key), _set_aside(revised.lines, key), rows[key])
        for key in shown
    }
    by_stage = {
        stage: Figures(
            _set_aside(voted.stages, stage), _set_aside(revised.stages, stage), columns[stage]
        )
        for stage in stages
    }
    return Position(
        total=Figures(voted.total, revised.total, total),
        by_line=by_line,
        by_stage=by_stage,
        cells={
            (line, stage): Figures(
                _set_aside(voted.cells, None if line is None else (line, stage)),
                _set_aside(revised.cells, None if line is None else (line, stage)),
                cells.get((line, stage), NOTHING),
            )
            for line in shown
            for stage in stages
        },
        unallocated=_left(voted, revised, voted.lines, revised.lines),
        unallocated_stage=_left(voted, revised, voted.stages, revised.stages),
        detailed=bool(revised.cells),
    )


def _set_aside(amounts: Mapping[K, int], key: K | None) -> int | None:
    """Nothing set aside for this one counts as zero once something is for another."""
    if not amounts:
        return None
    return 0 if key is None else amounts.get(key, 0)


def _left(
    voted: Envelopes, revised: Envelopes, by_voted: Mapping[K, int], by_revised: Mapping[K, int]
) -> Figures | None:
    old = None if voted.total is None else voted.total - sum(by_voted.values())
    new = None if revised.total is None else revised.total - sum(by_revised.values())
    return Figures(old, new, NOTHING) if old or new else None


def plans_of(world: World) -> list[Plan]:
    """The initiatives of a World as plans, shares and calendars resolved."""
    shares: dict[str, list[tuple[Key, int]]] = defaultdict(list)
    for link in world.initiative_products.values():
        shares[link.initiative].append((link.product, link.share))
    return [
        Plan(
            key=row.uid,
            stage=row.stage,
            start=row.start,
            capex=row.costs_capex,
            opex=row.costs_opex,
            counts=row.state in PLANNED_STATES,
            done=row.state == "done",
            shares=tuple(shares.get(row.uid, ())),
            first_month=_first_month(world, row.entity),
        )
        for row in world.initiatives.values()
    ]


def entries_of(world: World) -> list[Entry]:
    """The cost lines of a World as entries."""
    found = []
    for row in world.cost_lines.values():
        product = world.products.get(row.product or "")
        found.append(
            Entry(
                row.kind,
                row.month,
                row.amount,
                row.product,
                row.initiative,
                row.stage,
                row.nature,
                _first_month(world, product.entity if product else None),
            )
        )
    return found


def _first_month(world: World, entity: str | None) -> int:
    row = world.entities.get(entity or "")
    return row.fiscal_first_month if row else 1


def world_pieces(world: World, year: int, present: int) -> list[Piece]:
    """The money of a World in one fiscal year; ``present`` is the present month's ordinal."""
    entries = entries_of(world)
    cut = cut_off((entry.month for entry in entries if entry.kind == "actual"), present)
    return pieces(plans_of(world), entries, year, cut)
