"""The portfolio's initiatives as a reader sees them: filtered, grouped with sums, in pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from portulan.base.text import fold
from portulan.portfolio.manifest import BUDGET_READ, INITIATIVE_EDIT, INITIATIVE_READ
from portulan.portfolio.models import Initiative, Project
from portulan.portfolio.placing import MOVABLE
from portulan.readmodels import catalog
from portulan.readmodels.book import book, default_year, primary_lines
from portulan.readmodels.catalog import InitiativeFact
from portulan.readmodels.reader import Reader
from portulan.readmodels.selection import axis_of
from portulan.readmodels.tables import Heading, Table, arrange, counted, everything
from portulan.readmodels.view import NONE, Extras, FindingFact, ScoreFact, View
from portulan_core.model import INITIATIVE_STATES, STAGES
from portulan_core.money import Amounts

INITIATIVE_SORTS = ("name", "state", "stage", "start", "cost", "landing", "effort", "score")
INITIATIVE_GROUPS = ("line", "stage", "state", "product", "entity", "project")
INITIATIVE_FILTERS = ("entity", "line", "stage", "state", "owner", "product", "project")
MONEY_SORTS = frozenset({"cost", "landing"})


@dataclass(frozen=True, slots=True)
class InitiativeRow:
    """An initiative in the list; ``cost`` and ``money`` ``None`` when they may not be seen."""

    uid: str
    code: str
    name: str
    state: str
    stage: str
    owner: str
    products: tuple[tuple[str, str], ...]
    line: str
    project: str
    start: int | None
    end: int | None
    mandatory: bool
    effort: int
    cost: int | None
    money: Amounts | None
    score: ScoreFact | None
    findings: FindingFact | None
    revision: int
    #: The reader may move it in the plan, and it has not begun.
    movable: bool
    #: First month of the company's fiscal year, to name quarters.
    first_month: int


@dataclass(frozen=True, slots=True)
class Initiatives:
    """The list with what the page needs around it."""

    table: Table[InitiativeRow]
    year: int
    axis: str
    sees_money: bool


def initiatives(
    reader: Reader, view: View, extras: Extras | None = None, whole: bool = False
) -> Initiatives:
    """One page of the list, or all of it for an export (at most 14 queries)."""
    extras = extras or Extras()
    facts = select(reader, view)
    amounts = amounts_of(reader, view)
    costs = readable(reader)
    sort = view.sort if view.sort in INITIATIVE_SORTS else "name"
    if sort in MONEY_SORTS and not reader.sees_money:
        sort = "name"
    axis = axis_of(reader, view.axis)
    key = _sort_key(sort, amounts, costs, extras)
    under = heading(reader, view.group, axis) if view.group in INITIATIVE_GROUPS else None

    def detail(shown: Sequence[InitiativeFact]) -> Sequence[InitiativeRow]:
        return rows(reader, shown, axis, amounts, extras)

    descending = view.descending and sort == view.sort
    if whole:
        table = everything(
            facts, heading=under, key=key, descending=descending, amounts=amounts, detail=detail
        )
    else:
        table = arrange(
            facts, heading=under, key=key, descending=descending, amounts=amounts, detail=detail,
            page=view.page, size=view.size,
        )
    year = default_year(reader) if view.year is None else view.year
    return Initiatives(table, year, axis, reader.sees_money)


def select(reader: Reader, view: View) -> list[InitiativeFact]:
    """The initiatives that the reader may see and that match the filters."""
    visible = reader.initiatives(INITIATIVE_READ)
    facts = [
        fact
        for fact in catalog.initiatives(reader).values()
        if visible is None or fact.id in visible
    ]
    words = fold(view.text).split()
    if words:
        facts = [fact for fact in facts if all(word in fact.folded for word in words)]
    for name, values in view.filters.items():
        if name in INITIATIVE_FILTERS and values:
            test = _test(reader, name, frozenset(values), view)
            facts = [fact for fact in facts if test(fact)]
    return facts


def _test(
    reader: Reader, name: str, values: frozenset[str], view: View
) -> Callable[[InitiativeFact], bool]:
    if name == "stage":
        return lambda f: f.stage in values
    if name == "state":
        return lambda f: f.state in values
    if name == "entity":
        parts = [reader.entity_by_code(code) for code in values]
        inside = frozenset(e for part in parts if part for e in reader.below(part.id))
        return lambda f: f.entity in inside if f.entity is not None else NONE in values
    if name == "owner":
        codes = {pk: person.code for pk, person in catalog.people(reader).items()}
        return lambda f: codes.get(f.owner or 0, NONE) in values
    if name == "product":
        asked = {f.id for f in catalog.products(reader).values() if f.code in values}
        return lambda f: bool(asked & set(f.products)) or (NONE in values and not f.products)
    if name == "project":
        codes = {pk: code for pk, (code, _) in _projects(reader).items()}
        return lambda f: codes.get(f.project or 0, NONE) in values
    found = [reader.line_by_code(code) for code in values]
    lines = frozenset(line.id for line in found if line)
    held = catalog.lines_of(reader)
    placed = primary_lines(reader).get(axis_of(reader, view.axis), {})
    return lambda f: any(held.get(p, frozenset()) & lines for p in f.products) or (
        NONE in values and not any(p in placed for p in f.products)
    )


def readable(reader: Reader) -> Callable[[InitiativeFact], bool]:
    """Whether the reader may see an initiative's money."""
    allowed = reader.initiatives(BUDGET_READ) if reader.sees_money else frozenset()
    return lambda fact: allowed is None or fact.id in allowed


def amounts_of(reader: Reader, view: View) -> Callable[[InitiativeFact], Amounts | None]:
    """The year's money of an initiative, ``None`` where the reader may not see it."""
    may = readable(reader)
    year = default_year(reader) if view.year is None else view.year
    money = book(reader, year).by_initiative if reader.sees_money else {}
    nothing = Amounts()
    return lambda fact: money.get(fact.id, nothing) if may(fact) else None


def _sort_key(
    sort: str, amounts: Callable[[InitiativeFact], Amounts | None],
    may: Callable[[InitiativeFact], bool], extras: Extras,
) -> Callable[[InitiativeFact], Any]:
    if sort == "cost":
        return lambda f: (f.cost, f.folded) if may(f) else None
    if sort == "landing":
        def by_landing(fact: InitiativeFact) -> Any:
            found = amounts(fact)
            return None if found is None else (found.landing, fact.folded)

        return by_landing
    if sort == "state":
        return lambda f: (INITIATIVE_STATES.index(f.state), f.folded)
    if sort == "stage":
        return lambda f: (STAGES.index(f.stage), f.folded) if f.stage in STAGES else None
    if sort == "start":
        return lambda f: None if f.start is None else (f.start, f.folded)
    if sort == "effort":
        return lambda f: (f.effort, f.folded)
    if sort == "score":
        return lambda f: (
            (extras.scores[f.uid].value, f.folded) if f.uid in extras.scores else None
        )
    return lambda f: f.folded


def heading(reader: Reader, group: str, axis: str) -> Callable[[InitiativeFact], Heading]:
    """The heading that an initiative stands under; by line or product, its largest share's."""
    nothing = Heading(None, NONE, "")
    if group == "stage":
        return lambda f: (
            Heading(STAGES.index(f.stage), f.stage, f.stage) if f.stage in STAGES else nothing
        )
    if group == "state":
        return lambda f: Heading(INITIATIVE_STATES.index(f.state), f.state, f.state)
    if group == "entity":
        parts = {pk: Heading(e.name, e.code, e.name) for pk, e in reader.entities.items()}
        return lambda f: parts.get(f.entity or 0, nothing)
    if group == "project":
        named = {pk: Heading(name, code, name) for pk, (code, name) in _projects(reader).items()}
        return lambda f: named.get(f.project or 0, nothing)
    products = catalog.products(reader)
    visible = reader.products()
    if group == "product":
        def by_product(fact: InitiativeFact) -> Heading:
            pk = next((p for p in fact.products if visible is None or p in visible), None)
            found = products.get(pk) if pk is not None else None
            return Heading(found.folded, found.code, found.name) if found else nothing

        return by_product
    placed = primary_lines(reader).get(axis, {})
    order = {pk: rank for rank, pk in enumerate(reader.lines)}

    def by_line(fact: InitiativeFact) -> Heading:
        line = next((reader.lines[placed[p]] for p in fact.products if p in placed), None)
        return Heading(order[line.id], line.code, line.name) if line else nothing

    return by_line


def _projects(reader: Reader) -> dict[int, tuple[str, str]]:
    return reader.kept(
        "project_names",
        (),
        lambda: {
            pk: (code, name) for pk, code, name in Project.objects.values_list("pk", "code", "name")
        },
    )


def rows(
    reader: Reader, shown: Sequence[InitiativeFact], axis: str,
    amounts: Callable[[InitiativeFact], Amounts | None], extras: Extras,
) -> list[InitiativeRow]:
    """Rows in full, in the order given (one query)."""
    products, people = catalog.products(reader), catalog.people(reader)
    visible, may = reader.products(), readable(reader)
    editable = reader.initiatives(INITIATIVE_EDIT)
    projects, placed = _projects(reader), primary_lines(reader).get(axis, {})
    revisions = dict(
        Initiative.objects.filter(pk__in=[f.id for f in shown]).values_list("pk", "revision")
    )
    found = []
    for fact in shown:
        served = [
            products[p] for p in fact.products
            if p in products and (visible is None or p in visible)
        ]
        line = next((reader.lines[placed[p]] for p in fact.products if p in placed), None)
        person = people.get(fact.owner or 0)
        found.append(
            InitiativeRow(
                uid=fact.uid,
                code=fact.code,
                name=fact.name,
                state=fact.state,
                stage=fact.stage,
                owner=person.name if person else "",
                products=tuple((p.code, p.name) for p in served),
                line=line.name if line else "",
                project=projects.get(fact.project or 0, ("", ""))[1],
                start=fact.start,
                end=fact.end,
                mandatory=fact.mandatory,
                effort=fact.effort,
                cost=fact.cost if may(fact) else None,
                money=amounts(fact),
                score=extras.scores.get(fact.uid),
                findings=extras.findings.get(fact.uid),
                revision=revisions.get(fact.id, 1),
                movable=fact.state in MOVABLE and (editable is None or fact.id in editable),
                first_month=reader.calendar,
            )
        )
    return found


def initiative_choices(reader: Reader, view: View) -> dict[str, list[tuple[str, str, int]]]:
    """For each filter, the codes among the visible initiatives: code, name, how many."""
    facts = select(reader, View())
    placed = primary_lines(reader).get(axis_of(reader, view.axis), {})
    lines = {line.code: line.name for line in reader.lines.values()}
    entities = {e.code: e.name for e in reader.entities.values()}
    codes = {pk: e.code for pk, e in reader.entities.items()}
    people, projects = catalog.people(reader), _projects(reader)
    at = [
        next((reader.lines[placed[p]].code for p in f.products if p in placed), NONE)
        for f in facts
    ]
    held = [people.get(f.owner or 0) for f in facts]
    found = {
        "entity": counted([codes.get(f.entity or 0, NONE) for f in facts], entities),
        "line": counted(at, lines),
        "stage": counted([f.stage for f in facts], {}),
        "state": counted([f.state for f in facts], {}),
        "owner": counted(
            [p.code if p else NONE for p in held], {p.code: p.name for p in held if p}
        ),
        "project": counted(
            [projects.get(f.project or 0, (NONE, ""))[0] for f in facts], dict(projects.values())
        ),
    }
    found["stage"].sort(key=lambda item: STAGES.index(item[0]) if item[0] in STAGES else 9)
    found["state"].sort(key=lambda item: INITIATIVE_STATES.index(item[0]))
    return found
