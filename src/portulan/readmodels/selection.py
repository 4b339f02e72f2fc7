"""Which products a view shows, in what order and under which headings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portulan.base.text import fold
from portulan.governance.queries.links import products_of_decisions
from portulan.organisation.models import Team
from portulan.portfolio.manifest import BUDGET_READ
from portulan.readmodels import catalog
from portulan.readmodels.book import book, default_year, primary_lines
from portulan.readmodels.catalog import ProductFact
from portulan.readmodels.reader import Reader
from portulan.readmodels.tables import Heading
from portulan.readmodels.view import NONE, Extras, View
from portulan_core.model import STAGES
from portulan_core.money import Amounts

SORTS = (
    "name", "stage", "owner", "entity", "planned", "landing", "drift", "score", "findings",
)
GROUPS = ("line", "stage", "entity", "owner", "team")
FILTERS = ("entity", "line", "stage", "owner", "team", "kind", "money", "decision")
MONEY_SORTS = frozenset({"planned", "landing", "drift"})


def axis_of(reader: Reader, asked: str) -> str:
    """The axis asked for when lines are on it, else the first one used."""
    used = [axis for axis in ("segment", "domain", "platform")
            if any(line.axis == axis for line in reader.lines.values())]
    return asked if asked in used else (used[0] if used else "segment")


def matching(reader: Reader, view: View) -> list[ProductFact]:
    """The products that the reader may see and that match the filters."""
    visible = reader.products()
    facts = [
        fact
        for fact in catalog.products(reader).values()
        if visible is None or fact.id in visible
    ]
    words = fold(view.text).split()
    if words:
        facts = [fact for fact in facts if all(word in fact.folded for word in words)]
    for name, values in view.filters.items():
        if name in FILTERS and values:
            test = _test(reader, name, frozenset(values), view)
            facts = [fact for fact in facts if test(fact)]
    return facts


def _test(
    reader: Reader, name: str, values: frozenset[str], view: View
) -> Callable[[ProductFact], bool]:
    if name == "stage":
        return lambda fact: (fact.stage or NONE) in values
    if name == "kind":
        return lambda fact: fact.kind in values
    if name == "decision":
        decided = products_of_decisions(reader.actor, values)
        return lambda fact: fact.id in decided
    if name == "entity":
        parts = [reader.entity_by_code(code) for code in values]
        inside = frozenset(e for part in parts if part for e in reader.below(part.id))
        return lambda fact: (
            fact.entity in inside if fact.entity is not None else NONE in values
        )
    if name == "line":
        found = [reader.line_by_code(code) for code in values]
        asked = frozenset(line.id for line in found if line)
        held = catalog.lines_of(reader)
        placed = primary_lines(reader).get(axis_of(reader, view.axis), {})
        return lambda fact: bool(held.get(fact.id, frozenset()) & asked) or (
            NONE in values and fact.id not in placed
        )
    if name == "owner":
        owners, people = catalog.owners(reader), catalog.people(reader)
        codes = {pk: person.code for pk, person in people.items()}
        return lambda fact: codes.get(owners.get(fact.id, 0), NONE) in values
    if name == "team":
        teams = team_names(reader)
        return lambda fact: teams.get(fact.team or 0, (NONE, ""))[0] in values
    amounts = amounts_of(reader, view)
    return lambda fact: ("over" in values) and _over(amounts(fact))


def _over(amounts: Amounts | None) -> bool:
    return amounts is not None and amounts.drift > 0


def amounts_of(reader: Reader, view: View) -> Callable[[ProductFact], Amounts | None]:
    """The year's money of a product, ``None`` where the reader may not see it."""
    if not reader.sees_money:
        return lambda fact: None
    year = default_year(reader) if view.year is None else view.year
    money = book(reader, year).by_product
    readable = reader.products(BUDGET_READ)
    nothing = Amounts()

    def read(fact: ProductFact) -> Amounts | None:
        return money.get(fact.id, nothing) if readable is None or fact.id in readable else None

    return read


def team_names(reader: Reader) -> Mapping[int, tuple[str, str]]:
    """Every team's code and name by id."""
    return reader.kept(
        "team_names",
        (),
        lambda: {pk: (code, name) for pk, code, name in Team.objects.values_list(
            "pk", "code", "name"
        )},
    )


def sort_key(
    reader: Reader, sort: str, amounts: Callable[[ProductFact], Amounts | None], extras: Extras
) -> Callable[[ProductFact], Any]:
    """What products are sorted by; ``None`` comes last."""
    if sort in MONEY_SORTS:
        def by_money(fact: ProductFact) -> Any:
            found = amounts(fact)
            return None if found is None else (getattr(found, sort), fact.folded)

        return by_money
    if sort == "stage":
        return lambda f: (STAGES.index(f.stage), f.folded) if f.stage in STAGES else None
    if sort == "owner":
        owners, people = catalog.owners(reader), catalog.people(reader)
        return lambda f: (
            (people[owners[f.id]].folded, f.folded) if owners.get(f.id) in people else None
        )
    if sort == "entity":
        places = {pk: e.name for pk, e in reader.entities.items()}
        return lambda f: (places[f.entity or 0], f.folded) if f.entity in places else None
    if sort == "score":
        scores = extras.scores
        return lambda f: (scores[f.uid].value, f.folded) if f.uid in scores else None
    if sort == "findings":
        findings = extras.findings
        return lambda f: (findings[f.uid].weight, f.folded) if f.uid in findings else None
    return lambda f: f.folded


def heading(reader: Reader, group: str, axis: str) -> Callable[[ProductFact], Heading]:
    """The heading that a product stands under."""
    nothing = Heading(None, NONE, "")
    if group == "stage":
        return lambda f: (
            Heading(STAGES.index(f.stage), f.stage, f.stage) if f.stage in STAGES else nothing
        )
    if group == "entity":
        parts = {pk: Heading(e.name, e.code, e.name) for pk, e in reader.entities.items()}
        return lambda f: parts.get(f.entity or 0, nothing)
    if group == "owner":
        owners, people = catalog.owners(reader), catalog.people(reader)

        def by_owner(fact: ProductFact) -> Heading:
            person = people.get(owners.get(fact.id, 0))
            return Heading(person.folded, person.code, person.name) if person else nothing

        return by_owner
    if group == "team":
        named = {pk: Heading(name, code, name) for pk, (code, name) in team_names(reader).items()}
        return lambda f: named.get(f.team or 0, nothing)
    placed = primary_lines(reader).get(axis, {})
    order = {pk: rank for rank, pk in enumerate(reader.lines)}

    def by_line(fact: ProductFact) -> Heading:
        line = reader.lines.get(placed.get(fact.id, 0))
        return Heading(order[line.id], line.code, line.name) if line else nothing

    return by_line
