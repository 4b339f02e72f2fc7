"""Dependencies between products: what the portfolio leans on, and what a slip or a stop reaches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portulan.portfolio.manifest import INITIATIVE_READ
from portulan.portfolio.models import Initiative
from portulan.readmodels import catalog, roadmap
from portulan.readmodels.catalog import InitiativeFact, ProductFact
from portulan.readmodels.reader import Reader
from portulan.readmodels.roadmap import SHOWN_STATES
from portulan.readmodels.selection import matching
from portulan.readmodels.sheets.parts import dependencies
from portulan.readmodels.view import View
from portulan_core.roadmap import layers, pushed, reached

#: Products that one drawing holds; beyond, it keeps to the surroundings of one.
MOST_DRAWN = 36
#: States that a slip moves: the rest has begun or ended.
MOVABLE = ("proposed", "planned", "deferred")


@dataclass(frozen=True, slots=True)
class Leaned:
    """A product on which others lean: how many directly and in all; on how many it leans."""

    code: str
    name: str
    stage: str
    direct: int
    all: int
    needs: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class Node:
    """A product of the drawing, in its column (0: leans on nothing drawn)."""

    code: str
    name: str
    stage: str
    column: int
    needed: int
    focus: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """``product`` leans on ``needs``; ``months`` of date conflict between their initiatives."""

    product: str
    needs: str
    declared: bool
    months: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """An initiative that starts before one on which it depends ends."""

    before: str
    before_name: str
    after: str
    after_name: str
    months: int


@dataclass(frozen=True, slots=True)
class Links:
    """The page: what is leaned on most, the drawing, the conflicts, what was not drawn."""

    leaned: tuple[Leaned, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    conflicts: tuple[Conflict, ...]
    focus: ProductFact | None
    linked: int
    alone: int
    hidden: int


@dataclass(frozen=True, slots=True)
class Pushed:
    """An initiative that a slip moves; ``late`` months beyond its latest end, 0 when it holds."""

    code: str
    name: str
    products: tuple[tuple[str, str], ...]
    state: str
    start: int
    new_start: int
    end: int
    late: int

    @property
    def months(self) -> int:
        """By how much."""
        return self.new_start - self.start

    @property
    def movable(self) -> bool:
        """Whether it has not begun."""
        return self.state in MOVABLE


@dataclass(frozen=True, slots=True)
class Slip:
    """What follows when one initiative starts some months later."""

    code: str
    name: str
    months: int
    start: int
    pushed: tuple[Pushed, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Reached:
    """A product that cannot work without the one that stops, so many steps away."""

    code: str
    name: str
    stage: str
    steps: int


def _declared(reader: Reader) -> list[tuple[int, int]]:
    """Product → product that it needs."""
    return [
        (product, other)
        for product, (needs, _needed) in dependencies(reader).items()
        for other in needs
    ]


def _readable(reader: Reader) -> dict[int, InitiativeFact]:
    seen = reader.initiatives(INITIATIVE_READ)
    return {
        fact.id: fact for fact in catalog.initiatives(reader).values()
        if seen is None or fact.id in seen
    }


def _months(before: InitiativeFact, after: InitiativeFact, lag: int) -> int:
    """Months of conflict between two initiatives, 0 when none."""
    if before.state == "done" or before.end is None or after.start is None:
        return 0
    if before.state not in SHOWN_STATES or after.state not in SHOWN_STATES:
        return 0
    return max(0, before.end + lag - after.start)


def links(reader: Reader, view: View, focus: str = "") -> Links:
    """Dependencies among the products of a view (at most 8 queries)."""
    facts = {fact.id: fact for fact in matching(reader, view)}
    initiatives = _readable(reader)
    months: dict[tuple[int, int], int] = {}
    declared: set[tuple[int, int]] = set()
    hidden = 0
    for product, needs in _declared(reader):
        if product in facts and needs in facts:
            declared.add((product, needs))
            months.setdefault((product, needs), 0)
        elif product in facts or needs in facts:
            hidden += 1
    conflicts = []
    for before_id, after_id, lag in roadmap.links(reader):
        before, after = initiatives.get(before_id), initiatives.get(after_id)
        if before is None or after is None:
            continue
        pairs = [
            (product, needs) for product in after.products for needs in before.products
            if product != needs and product in facts and needs in facts
        ]
        clash = _months(before, after, lag)
        for pair in pairs:
            months[pair] = max(months.get(pair, 0), clash)
        within = any(p in facts for p in (*before.products, *after.products))
        if clash and within:
            conflicts.append(Conflict(before.code, before.name, after.code, after.name, clash))
    chosen = next((fact for fact in facts.values() if fact.code == focus), None)
    leaned = _leaned(facts, months)
    drawn = _drawn(months, leaned, facts, chosen)
    return Links(
        leaned,
        *_drawing(facts, months, declared, drawn, chosen),
        tuple(sorted(conflicts, key=lambda c: (-c.months, c.after_name))),
        chosen,
        linked=len({key for pair in months for key in pair}),
        alone=len(facts) - len({key for pair in months for key in pair}),
        hidden=hidden,
    )


def _leaned(
    facts: Mapping[int, ProductFact], months: Mapping[tuple[int, int], int]
) -> tuple[Leaned, ...]:
    upward = [(needs, product) for product, needs in months]
    needed = {needs for _product, needs in months}
    found = [
        Leaned(
            facts[key].code, facts[key].name, facts[key].stage,
            direct=sum(1 for _product, needs in months if needs == key),
            all=len(reached(upward, key)),
            needs=sum(1 for product, _needs in months if product == key),
            conflicts=sum(1 for pair, clash in months.items() if clash and key in pair),
        )
        for key in needed
    ]
    return tuple(sorted(found, key=lambda row: (-row.all, -row.direct, row.name)))


def _drawn(
    months: Mapping[tuple[int, int], int], leaned: Sequence[Leaned],
    facts: Mapping[int, ProductFact], chosen: ProductFact | None,
) -> set[int]:
    """The products of the drawing: all that are linked, or what is around one of them."""
    linked = {key for pair in months for key in pair}
    if chosen is None and len(linked) <= MOST_DRAWN:
        return linked
    if chosen is None:
        first = next((row.code for row in leaned), "")
        chosen = next((fact for fact in facts.values() if fact.code == first), None)
    if chosen is None:
        return set()
    down = reached(months, chosen.id)
    up = reached([(needs, product) for product, needs in months], chosen.id)
    near = sorted([*down.items(), *up.items()], key=lambda found: (found[1], facts[found[0]].name))
    return {chosen.id, *(key for key, _steps in near[: MOST_DRAWN - 1])}


def _drawing(
    facts: Mapping[int, ProductFact], months: Mapping[tuple[int, int], int],
    declared: Iterable[tuple[int, int]], drawn: set[int], chosen: ProductFact | None,
) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    kept = {pair: clash for pair, clash in months.items() if set(pair) <= drawn}
    keys = sorted(drawn, key=lambda key: facts[key].folded)
    columns = layers(keys, [(needs, product) for product, needs in kept])
    known = set(declared)
    nodes = tuple(
        Node(
            facts[key].code, facts[key].name, facts[key].stage, columns[key],
            sum(1 for _product, needs in months if needs == key), chosen == facts[key],
        )
        for key in keys
    )
    edges = tuple(
        Edge(facts[product].code, facts[needs].code, (product, needs) in known, clash)
        for (product, needs), clash in sorted(kept.items())
    )
    return nodes, edges


def movable(reader: Reader) -> list[tuple[str, str]]:
    """Code and name of the placed initiatives on which another depends, by name."""
    initiatives = _readable(reader)
    first = {before for before, _after, _lag in roadmap.links(reader)}
    return [
        (fact.code, fact.name) for fact in initiatives.values()
        if fact.id in first and fact.start is not None and fact.state in SHOWN_STATES
        and fact.state not in ("done", "stopped")
    ]


def slip(reader: Reader, code: str, by: int) -> Slip | None:
    """What an initiative that starts ``by`` months later pushes; ``None``: no such initiative."""
    initiatives = _readable(reader)
    moved = next((fact for fact in initiatives.values() if fact.code == code), None)
    if moved is None or moved.start is None:
        return None
    every = catalog.initiatives(reader)
    placed = {
        fact.id: (fact.start, fact.months) for fact in every.values()
        if fact.start is not None and fact.state in SHOWN_STATES and fact.state != "done"
    }
    found = pushed(placed, roadmap.links(reader), moved.id, by)
    latest = dict(
        Initiative.objects.filter(pk__in=[moved.id, *found]).values_list("pk", "latest")
    )
    products = catalog.products(reader)
    seen = reader.products()

    def told(key: int, start: int) -> Pushed:
        fact = initiatives[key]
        end, limit = start + fact.months, latest.get(key)
        return Pushed(
            fact.code, fact.name,
            tuple(
                (products[p].code, products[p].name) for p in fact.products
                if p in products and (seen is None or p in seen)
            ),
            fact.state, fact.start or 0, start, end,
            max(0, end - 1 - limit) if limit is not None else 0,
        )

    rows = [told(moved.id, moved.start + by)] if by > 0 else []
    rows += sorted(
        (told(key, start) for key, start in found.items() if key in initiatives),
        key=lambda row: (row.new_start, row.name),
    )
    hidden = sum(1 for key in found if key not in initiatives)
    return Slip(moved.code, moved.name, by, moved.start, tuple(rows), hidden)


def stop(reader: Reader, product: ProductFact) -> tuple[tuple[Reached, ...], int]:
    """Products that cannot work without this one, nearest first; how many more are not readable."""
    products = catalog.products(reader)
    seen = reader.products()
    found = reached([(needs, user) for user, needs in _declared(reader)], product.id)
    rows = [
        Reached(products[key].code, products[key].name, products[key].stage, steps)
        for key, steps in found.items() if key in products and (seen is None or key in seen)
    ]
    return tuple(sorted(rows, key=lambda row: (row.steps, row.name))), len(found) - len(rows)
