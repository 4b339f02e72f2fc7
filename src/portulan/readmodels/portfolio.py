"""The portfolio's products as a reader sees them: filtered, grouped with sums, sorted, in pages.

Money of a product shows only where ``budget.read`` is granted on it; a row whose money may not be
seen never matches a filter on money and comes last when rows are sorted by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from portulan.base.text import fold
from portulan.catalogue.models import Product
from portulan.governance.models import AgendaItem, DossierLine
from portulan.organisation.models import Team
from portulan.portfolio.manifest import BUDGET_READ
from portulan.readmodels import catalog
from portulan.readmodels.book import book, default_year, primary_lines
from portulan.readmodels.catalog import ProductFact
from portulan.readmodels.reader import Reader
from portulan.readmodels.tables import NONE, Heading, Table, arrange, counted, everything
from portulan_core.model import STAGES
from portulan_core.money import Amounts

SORTS = (
    "name", "stage", "owner", "entity", "planned", "landing", "drift", "score", "findings",
)
GROUPS = ("line", "stage", "entity", "owner", "team")
FILTERS = ("entity", "line", "stage", "owner", "team", "kind", "money")
MONEY_SORTS = frozenset({"planned", "landing", "drift"})
SEVERITIES = ("blocking", "major", "minor", "info")


@dataclass(frozen=True, slots=True)
class ScoreFact:
    """A score and the ranks held in most plausible weightings, among ``of``."""

    value: float
    low: int | None = None
    high: int | None = None
    of: int = 0


@dataclass(frozen=True, slots=True)
class FindingFact:
    """How many open findings an object has by severity, and what the worst is about."""

    counts: Mapping[str, int]
    topic: str = ""

    @property
    def worst(self) -> str:
        """The severity of the worst finding."""
        return next((code for code in SEVERITIES if self.counts.get(code)), "")

    @property
    def weight(self) -> tuple[int, ...]:
        """For sorting: more severe, then more."""
        return tuple(self.counts.get(code, 0) for code in SEVERITIES)


@dataclass(frozen=True, slots=True)
class Extras:
    """What other parts say about objects, by uid: scores and findings."""

    scores: Mapping[str, ScoreFact] = field(default_factory=dict)
    findings: Mapping[str, FindingFact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """How the list is asked for. Filters hold codes ("-" for none), several of one kind are "or"."""

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    group: str = ""
    sort: str = "name"
    descending: bool = False
    axis: str = ""
    year: int | None = None
    page: int = 1
    size: int = 50

    def without(self, name: str) -> View:
        """The same view without one filter."""
        return replace(self, filters={k: v for k, v in self.filters.items() if k != name})


@dataclass(frozen=True, slots=True)
class NextDecision:
    """What a committee will decide about a product, and when."""

    title: str
    on: date


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product in the list; ``money`` ``None`` when the reader may not see it."""

    uid: str
    code: str
    name: str
    summary: str
    kind: str
    stage: str
    owner: str
    owner_code: str
    entity: str
    line: str
    team: str
    money: Amounts | None
    score: ScoreFact | None
    findings: FindingFact | None
    next: NextDecision | None


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The list with what the page says about it."""

    table: Table[ProductRow]
    year: int
    axis: str
    sees_money: bool
    #: Right end of the landing bars.
    scale: int
    #: Products that go furthest beyond their plan: name and amount, largest first.
    drifters: tuple[tuple[str, int], ...]


def axis_of(reader: Reader, asked: str) -> str:
    """The axis asked for when lines are on it, else the first one used."""
    used = [axis for axis in ("segment", "domain", "platform")
            if any(line.axis == axis for line in reader.lines.values())]
    return asked if asked in used else (used[0] if used else "segment")


def products(reader: Reader, view: View, extras: Extras | None = None) -> Portfolio:
    """One page of the list (at most 14 queries, whatever the number of products)."""
    return _build(reader, view, extras or Extras(), whole=False)


def all_products(reader: Reader, view: View, extras: Extras | None = None) -> Portfolio:
    """The same list on one page: what an export or a report takes."""
    return _build(reader, view, extras or Extras(), whole=True)


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
        teams = _teams(reader)
        return lambda fact: (teams[fact.team][0] if fact.team in teams else NONE) in values
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


def _teams(reader: Reader) -> Mapping[int, tuple[str, str]]:
    return reader.kept(
        "team_names",
        (),
        lambda: {pk: (code, name) for pk, code, name in Team.objects.values_list(
            "pk", "code", "name"
        )},
    )


def _build(reader: Reader, view: View, extras: Extras, whole: bool) -> Portfolio:
    year = default_year(reader) if view.year is None else view.year
    axis = axis_of(reader, view.axis)
    facts = matching(reader, view)
    amounts = amounts_of(reader, view)
    sort = view.sort if view.sort in SORTS else "name"
    if sort in MONEY_SORTS and not reader.sees_money:
        sort = "name"
    key = _sort_key(reader, sort, amounts, extras)
    heading = _heading(reader, view.group, axis) if view.group in GROUPS else None

    def detail(shown: Sequence[ProductFact]) -> Sequence[ProductRow]:
        return _rows(reader, shown, axis, amounts, extras)

    descending = view.descending and sort == view.sort
    if whole:
        table = everything(
            facts, heading=heading, key=key, descending=descending, amounts=amounts, detail=detail
        )
    else:
        table = arrange(
            facts, heading=heading, key=key, descending=descending, amounts=amounts,
            detail=detail, page=view.page, size=view.size,
        )
    known = [(fact, amounts(fact)) for fact in facts]
    over = sorted(
        ((a.drift, fact.name) for fact, a in known if a is not None and a.drift > 0), reverse=True
    )
    scale = max(
        (max(a.landing, a.planned) for _, a in known if a is not None), default=0
    )
    return Portfolio(
        table, year, axis, reader.sees_money, scale,
        tuple((name, amount) for amount, name in over[:5]),
    )


def _sort_key(
    reader: Reader, sort: str, amounts: Callable[[ProductFact], Amounts | None], extras: Extras
) -> Callable[[ProductFact], Any]:
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
        entities = reader.entities
        return lambda f: (
            (entities[f.entity].name, f.folded) if f.entity in entities else None
        )
    if sort == "score":
        scores = extras.scores
        return lambda f: (scores[f.uid].value, f.folded) if f.uid in scores else None
    if sort == "findings":
        findings = extras.findings
        return lambda f: (findings[f.uid].weight, f.folded) if f.uid in findings else None
    return lambda f: f.folded


def _heading(reader: Reader, group: str, axis: str) -> Callable[[ProductFact], Heading]:
    nothing = Heading(None, NONE, "")
    if group == "stage":
        return lambda f: (
            Heading(STAGES.index(f.stage), f.stage, f.stage) if f.stage in STAGES else nothing
        )
    if group == "entity":
        entities = reader.entities
        return lambda f: (
            Heading(entities[f.entity].name, entities[f.entity].code, entities[f.entity].name)
            if f.entity in entities
            else nothing
        )
    if group == "owner":
        owners, people = catalog.owners(reader), catalog.people(reader)

        def by_owner(fact: ProductFact) -> Heading:
            person = people.get(owners.get(fact.id, 0))
            return Heading(person.folded, person.code, person.name) if person else nothing

        return by_owner
    if group == "team":
        teams = _teams(reader)
        return lambda f: (
            Heading(teams[f.team][1], *teams[f.team]) if f.team in teams else nothing
        )
    placed = primary_lines(reader).get(axis, {})
    order = {pk: rank for rank, pk in enumerate(reader.lines)}

    def by_line(fact: ProductFact) -> Heading:
        line = reader.lines.get(placed.get(fact.id, 0))
        return Heading(order[line.id], line.code, line.name) if line else nothing

    return by_line


def _rows(
    reader: Reader, shown: Sequence[ProductFact], axis: str,
    amounts: Callable[[ProductFact], Amounts | None], extras: Extras,
) -> list[ProductRow]:
    ids = [fact.id for fact in shown]
    summaries = dict(Product.objects.filter(pk__in=ids).values_list("pk", "summary"))
    coming = next_decisions(reader, ids)
    owners, people = catalog.owners(reader), catalog.people(reader)
    placed, teams = primary_lines(reader).get(axis, {}), _teams(reader)
    rows = []
    for fact in shown:
        person = people.get(owners.get(fact.id, 0))
        line = reader.lines.get(placed.get(fact.id, 0))
        rows.append(
            ProductRow(
                uid=fact.uid,
                code=fact.code,
                name=fact.name,
                summary=_first_sentence(summaries.get(fact.id, "")),
                kind=fact.kind,
                stage=fact.stage,
                owner=person.name if person else "",
                owner_code=person.code if person else "",
                entity=reader.entities[fact.entity].name if fact.entity in reader.entities else "",
                line=line.name if line else "",
                team=teams[fact.team][1] if fact.team in teams else "",
                money=amounts(fact),
                score=extras.scores.get(fact.uid),
                findings=extras.findings.get(fact.uid),
                next=coming.get(fact.id),
            )
        )
    return rows


def _first_sentence(text: str, length: int = 70) -> str:
    line = text.strip().split("\n", 1)[0]
    line = line.split(". ", 1)[0].rstrip(".")
    return line if len(line) <= length else line[: length - 1].rsplit(" ", 1)[0] + "…"


def next_decisions(reader: Reader, ids: Sequence[int]) -> dict[int, NextDecision]:
    """Product → the next agenda item that is about it (two queries)."""
    found: dict[int, NextDecision] = {}

    def note(product: int | None, title: str, on: date) -> None:
        if product is not None and (product not in found or on < found[product].on):
            found[product] = NextDecision(title, on)

    items = AgendaItem.objects.filter(meeting__on__gte=reader.day, state="planned")
    for product, other, title, on in (
        items.filter(product_id__in=ids) | items.filter(dossier__product_id__in=ids)
    ).values_list("product_id", "dossier__product_id", "title", "meeting__on"):
        note(product if product in ids else other, title, on)
    for product, served, title, on in DossierLine.objects.filter(
        dossier__items__meeting__on__gte=reader.day, dossier__items__state="planned",
    ).filter(product_id__in=ids).values_list(
        "product_id", "initiative__name", "title", "dossier__items__meeting__on"
    ):
        note(product, served or title, on)
    return found


def choices(reader: Reader, view: View) -> dict[str, list[tuple[str, str, int]]]:
    """For each filter, the codes among the visible products: code, name, how many.

    Names of stages and kinds are left to the pages.
    """
    facts = matching(reader, View())
    placed = primary_lines(reader).get(axis_of(reader, view.axis), {})
    owners, people = catalog.owners(reader), catalog.people(reader)
    lines = {line.code: line.name for line in reader.lines.values()}
    names = {e.code: e.name for e in reader.entities.values()}
    codes = {pk: e.code for pk, e in reader.entities.items()}
    held = [people.get(owners.get(fact.id, 0)) for fact in facts]
    at = [reader.lines.get(placed.get(fact.id, 0)) for fact in facts]
    teams = _teams(reader)
    found = {
        "entity": counted([codes.get(f.entity or 0, NONE) for f in facts], names),
        "line": counted([line.code if line else NONE for line in at], lines),
        "stage": counted([f.stage or NONE for f in facts], {}),
        "owner": counted(
            [p.code if p else NONE for p in held], {p.code: p.name for p in held if p}
        ),
        "team": counted(
            [teams[f.team][0] if f.team in teams else NONE for f in facts], dict(teams.values())
        ),
        "kind": counted([f.kind for f in facts], {}),
    }
    found["stage"].sort(key=lambda item: STAGES.index(item[0]) if item[0] in STAGES else 9)
    return found


@dataclass(frozen=True, slots=True)
class Column:
    """A stage on the board: its first products, how many there are, their money."""

    stage: str
    rows: tuple[ProductRow, ...]
    count: int
    landing: int | None


def board(
    reader: Reader, view: View, extras: Extras | None = None, limit: int = 30
) -> list[Column]:
    """The products by stage; a stage shows its first ``limit``, by name."""
    extras = extras or Extras()
    axis = axis_of(reader, view.axis)
    amounts = amounts_of(reader, view)
    by_stage: dict[str, list[ProductFact]] = {stage: [] for stage in STAGES}
    for fact in matching(reader, view):
        by_stage.setdefault(fact.stage, []).append(fact)
    shown = [fact for facts in by_stage.values() for fact in facts[:limit]]
    rows = {row.uid: row for row in _rows(reader, shown, axis, amounts, extras)}
    found = []
    for stage, facts in by_stage.items():
        known = [a for a in (amounts(fact) for fact in facts) if a is not None]
        found.append(
            Column(
                stage,
                tuple(rows[fact.uid] for fact in facts[:limit]),
                len(facts),
                sum(a.landing for a in known) if known else None,
            )
        )
    return found
