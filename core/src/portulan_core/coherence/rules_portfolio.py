"""Rules on budget, capacity, dependencies and the shares of initiatives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from portulan_core.coherence.context import Context
from portulan_core.coherence.rule import Hit, Severity, rule
from portulan_core.load import Cell, Load, contributors, demands_of, world_load
from portulan_core.model import PLANNED_STATES, Initiative
from portulan_core.money import (
    Ceiling,
    Figures,
    Piece,
    Position,
    envelopes,
    position,
    world_pieces,
)
from portulan_core.periods import (
    MONTHS_PER_QUARTER,
    fiscal_quarter,
    fiscal_year,
    quarter_start,
)

Thresholds = Mapping[str, float]
_MONEY = (
    "entities lines products product_lines envelopes cost_lines initiatives initiative_products"
)


@rule(
    "BUD-01", "budget", Severity.MAJOR, "line", _MONEY,
    "name year landing envelope above percent", tolerance=0.0,
)
def line_above_envelope(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """The landing of a line this fiscal year is above its revised (else voted) envelope."""
    year = _this_year(context)
    axis_of = {uid: line.axis for uid, line in context.world.lines.items()}
    for axis in sorted(set(axis_of.values())):
        figures = _position(context, year, axis)
        for line, row in figures.by_line.items():
            if isinstance(line, str) and row.revised:
                hit = _excess(context.name("lines", line), year, row, thresholds)
                if hit:
                    yield Hit(line, hit, weight=hit["above"] / 100)


@rule(
    "BUD-03", "budget", Severity.BLOCKING, "entity", _MONEY,
    "name year landing envelope above percent", tolerance=0.0,
)
def whole_above_envelope(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """The landing of the whole portfolio this fiscal year is above its envelope."""
    root = next((e for e in context.world.entities.values() if e.parent is None), None)
    if root is None:
        return
    year = _this_year(context)
    row = _position(context, year, "").total
    if row.revised:
        hit = _excess(root.name, year, row, thresholds)
        if hit:
            yield Hit(root.uid, hit, weight=hit["above"] / 100)


def _this_year(context: Context) -> int:
    return fiscal_year(context.month, context.first_fiscal_month(None))


def _position(context: Context, year: int, axis: str) -> Position:
    world = context.world
    axis_of: dict[Hashable, str] = {uid: line.axis for uid, line in world.lines.items()}
    above = {uid: context.entity_chain(uid)[1:] for uid in world.entities}
    made = {
        version: envelopes(
            [
                Ceiling(e.amount, e.entity, e.line, e.stage)
                for e in world.envelopes.values()
                if e.fiscal_year == year and e.version == version
            ],
            axis_of,
            axis,
            above,
        )
        for version in ("voted", "revised")
    }
    line_of: dict[Hashable, Hashable] = {
        place.product: place.line
        for place in world.product_lines.values()
        if place.primary and axis_of.get(place.line) == axis
    }
    lines = [uid for uid, name in axis_of.items() if name == axis]
    return position(_pieces(context, year), line_of, lines, made["voted"], made["revised"])


def _pieces(context: Context, year: int) -> list[Piece]:
    found = context.kept.get(("pieces", year))
    if found is None:
        found = context.kept["pieces", year] = world_pieces(context.world, year, context.month)
    return found


def _excess(name: str, year: int, row: Figures, thresholds: Thresholds) -> dict[str, Any] | None:
    if row.revised is None or row.variance is None:
        return None
    if row.variance <= row.revised * thresholds["tolerance"] / 100:
        return None
    return {
        "name": name,
        "year": year,
        "landing": row.amounts.landing,
        "envelope": row.revised,
        "above": row.variance,
        "percent": round(100 * row.variance / row.revised),
    }


@rule(
    "BUD-02", "budget", Severity.MAJOR, "initiative", "initiatives", "name",
)
def not_estimated(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """An initiative in the plan with neither cost nor effort."""
    for initiative in context.plan:
        if not initiative.cost and not initiative.effort:
            yield Hit(initiative.uid, {"name": initiative.name})


#: How many quarters ahead loads are looked at.
HORIZON = 6


@rule(
    "CAP-01", "capacity", Severity.BLOCKING, "team", "entities teams initiatives capacities",
    "name year quarter percent demand capacity extra", tolerance=10.0,
)
def overloaded(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A team's worst quarter from now on, above its capacity by more than the tolerance."""
    load = _load(context)
    for cells in load.rows():
        worst = max((c for c in cells if c.ratio is not None), key=_ratio, default=None)
        if worst is None or _ratio(worst) <= 1 + thresholds["tolerance"] / 100:
            continue
        assert worst.capacity is not None
        yield Hit(
            str(worst.team),
            {
                **_quarter(context, load, worst),
                "percent": round(100 * _ratio(worst)),
                "demand": worst.demand,
                "capacity": worst.capacity,
                "extra": worst.demand - worst.capacity,
            },
            related=_asking(context, load, worst),
            weight=(worst.demand - worst.capacity) * 10.0,
        )


@rule(
    "CAP-02", "capacity", Severity.MAJOR, "team", "entities teams initiatives capacities",
    "name year quarter demand",
)
def no_capacity(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """Work planned for a team in a quarter for which no capacity is known, or none is left."""
    load = _load(context)
    for cells in load.rows():
        bare = next((c for c in cells if c.demand > 0 and not c.capacity), None)
        if bare is not None:
            yield Hit(
                str(bare.team),
                {**_quarter(context, load, bare), "demand": bare.demand},
                related=_asking(context, load, bare),
            )


def _ratio(cell: Cell) -> float:
    return cell.ratio or 0.0


def _load(context: Context) -> Load:
    found = context.kept.get("load")
    if found is None:
        first = quarter_start(context.month, context.first_fiscal_month(None))
        found = context.kept["load"] = world_load(context.world, first, HORIZON)
    return found


def _quarter(context: Context, load: Load, cell: Cell) -> dict[str, Any]:
    start = load.first + cell.quarter * MONTHS_PER_QUARTER
    year, quarter = fiscal_quarter(start, context.first_fiscal_month(None))
    return {"name": context.name("teams", str(cell.team)), "year": year, "quarter": quarter}


def _asking(context: Context, load: Load, cell: Cell) -> tuple[tuple[str, str], ...]:
    start = load.first + cell.quarter * MONTHS_PER_QUARTER
    found = contributors(
        demands_of(context.world), cell.team, start, MONTHS_PER_QUARTER, cell.capacity
    )
    return tuple(("initiative", str(one.key)) for one in found)


@rule(
    "DEP-01", "dependencies", Severity.MAJOR, "initiative", "initiatives dependencies",
    "name other months",
)
def starts_too_early(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """An initiative of the plan starts before what it needs has ended (plus the lag)."""
    for dependency in context.world.dependencies.values():
        if dependency.subject != "initiative" or dependency.kind != "finish_start":
            continue
        before = context.world.initiatives.get(dependency.predecessor)
        after = context.world.initiatives.get(dependency.successor)
        if before is None or after is None or not (_planned(before) and _planned(after)):
            continue
        assert before.end is not None and after.start is not None
        late = before.end + dependency.lag - after.start
        if late > 0:
            yield Hit(
                after.uid,
                {"name": after.name, "other": before.name, "months": late},
                related=(("initiative", before.uid),),
                weight=late,
            )


@rule(
    "DEP-02", "dependencies", Severity.MAJOR, "initiative", "initiatives dependencies",
    "name other state",
)
def needs_what_is_not_planned(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """An initiative of the plan needs one that is neither done nor in the plan."""
    for dependency in context.world.dependencies.values():
        if dependency.subject != "initiative":
            continue
        before = context.world.initiatives.get(dependency.predecessor)
        after = context.world.initiatives.get(dependency.successor)
        if before is None or after is None or not _planned(after):
            continue
        if before.state != "done" and not _planned(before):
            yield Hit(
                after.uid,
                {"name": after.name, "other": before.name, "state": before.state},
                related=(("initiative", before.uid),),
            )


@rule(
    "DEP-03", "dependencies", Severity.BLOCKING, "initiative", "initiatives dependencies",
    "name count",
)
def circle(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """Initiatives that wait for one another in a circle."""
    after: dict[str, list[str]] = defaultdict(list)
    for dependency in context.world.dependencies.values():
        if dependency.subject == "initiative":
            after[dependency.predecessor].append(dependency.successor)
    for group in _circles(after):
        first = min(group)
        yield Hit(
            first,
            {"name": context.name("initiatives", first), "count": len(group)},
            related=tuple(("initiative", uid) for uid in sorted(group) if uid != first),
        )


@rule(
    "DEP-04", "dependencies", Severity.MAJOR, "product", "products stage_periods dependencies",
    "name other",
)
def leans_on_the_ending(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """An active product needs one that is at its end of life."""
    for dependency in context.world.dependencies.values():
        if (
            dependency.subject == "product"
            and dependency.successor in context.active
            and dependency.predecessor in context.stopped
        ):
            yield Hit(
                dependency.successor,
                {
                    "name": context.name("products", dependency.successor),
                    "other": context.name("products", dependency.predecessor),
                },
                related=(("product", dependency.predecessor),),
            )


@rule(
    "DAT-03", "data_quality", Severity.MAJOR, "initiative", "initiatives initiative_products",
    "name percent",
)
def shares_do_not_add_up(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """The shares of an initiative over its products do not make 100 %."""
    for uid, shares in context.initiative_products.items():
        total = sum(share.share for share in shares)
        if total != 10_000 and uid in context.world.initiatives:
            yield Hit(
                uid, {"name": context.name("initiatives", uid), "percent": round(total / 100)}
            )


def _planned(initiative: Initiative) -> bool:
    return initiative.start is not None and initiative.state in PLANNED_STATES


def _circles(after: Mapping[str, list[str]]) -> list[set[str]]:
    """Strongly connected groups of more than one node, or with a self-loop (Tarjan, 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    groups: list[set[str]] = []
    for root in sorted(after):
        if root in index:
            continue
        work: list[tuple[str, Iterator[str]]] = [(root, iter(after.get(root, ())))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, successors = work[-1]
            step = next(successors, None)
            if step is not None:
                if step not in index:
                    index[step] = low[step] = len(index)
                    stack.append(step)
                    on_stack.add(step)
                    work.append((step, iter(after.get(step, ()))))
                elif step in on_stack:
                    low[node] = min(low[node], index[step])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == index[node]:
                group: set[str] = set()
                while True:
                    member = stack.pop()
                    on_stack.discard(member)
                    group.add(member)
                    if member == node:
                        break
                if len(group) > 1 or node in after.get(node, ()):
                    groups.append(group)
    return groups
