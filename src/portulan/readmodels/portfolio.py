"""The portfolio's products as a reader sees them: filtered, grouped with sums, sorted, in pages.

Money of a product shows only where ``budget.read`` is granted on it; a row whose money may not be
seen never matches a filter on money and comes last when rows are sorted by it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from portulan.catalogue.models import Product
from portulan.governance.models import AgendaItem, DossierLine
from portulan.readmodels import catalog
from portulan.readmodels.book import default_year, primary_lines
from portulan.readmodels.catalog import ProductFact
from portulan.readmodels.reader import Reader
from portulan.readmodels.selection import (
    GROUPS,
    MONEY_SORTS,
    SORTS,
    amounts_of,
    axis_of,
    heading,
    matching,
    sort_key,
    team_names,
)
from portulan.readmodels.tables import Table, arrange, counted, everything
from portulan.readmodels.view import NONE, Extras, FindingFact, ScoreFact, View
from portulan_core.model import STAGES
from portulan_core.money import Amounts


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
    #: What goes beyond the plan, product by product, in all.
    beyond: int


def products(reader: Reader, view: View, extras: Extras | None = None) -> Portfolio:
    """One page of the list (at most 14 queries, whatever the number of products)."""
    return _build(reader, view, extras or Extras(), whole=False)


def all_products(reader: Reader, view: View, extras: Extras | None = None) -> Portfolio:
    """The same list on one page: what an export or a report takes."""
    return _build(reader, view, extras or Extras(), whole=True)


def _build(reader: Reader, view: View, extras: Extras, whole: bool) -> Portfolio:
    year = default_year(reader) if view.year is None else view.year
    axis = axis_of(reader, view.axis)
    facts = matching(reader, view)
    amounts = amounts_of(reader, view)
    sort = view.sort if view.sort in SORTS else "name"
    if sort in MONEY_SORTS and not reader.sees_money:
        sort = "name"
    key = sort_key(reader, sort, amounts, extras)
    under = heading(reader, view.group, axis) if view.group in GROUPS else None

    def detail(shown: Sequence[ProductFact]) -> Sequence[ProductRow]:
        return _rows(reader, shown, axis, amounts, extras)

    descending = view.descending and sort == view.sort
    if whole:
        table = everything(
            facts, heading=under, key=key, descending=descending, amounts=amounts, detail=detail
        )
    else:
        table = arrange(
            facts, heading=under, key=key, descending=descending, amounts=amounts,
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
        tuple((name, amount) for amount, name in over[:5]), sum(amount for amount, _ in over),
    )


def _rows(
    reader: Reader, shown: Sequence[ProductFact], axis: str,
    amounts: Callable[[ProductFact], Amounts | None], extras: Extras,
) -> list[ProductRow]:
    ids = [fact.id for fact in shown]
    summaries = dict(Product.objects.filter(pk__in=ids).values_list("pk", "summary"))
    coming = next_decisions(reader, ids)
    owners, people = catalog.owners(reader), catalog.people(reader)
    placed, teams = primary_lines(reader).get(axis, {}), team_names(reader)
    entities = {pk: entity.name for pk, entity in reader.entities.items()}
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
                entity=entities.get(fact.entity or 0, ""),
                line=line.name if line else "",
                team=teams.get(fact.team or 0, ("", ""))[1],
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
    teams = team_names(reader)
    found = {
        "entity": counted([codes.get(f.entity or 0, NONE) for f in facts], names),
        "line": counted([line.code if line else NONE for line in at], lines),
        "stage": counted([f.stage or NONE for f in facts], {}),
        "owner": counted(
            [p.code if p else NONE for p in held], {p.code: p.name for p in held if p}
        ),
        "team": counted(
            [teams.get(f.team or 0, (NONE, ""))[0] for f in facts], dict(teams.values())
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
