"""The sheet of an initiative: purpose, place in the plan, money and effort, what hangs from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from portulan.compliance.queries import RiskRow, risks_on
from portulan.portfolio.models import Benefit, CostLine, Dependency, Initiative, Request
from portulan.prioritisation.queries.ranking import RankFact, rank_ranges
from portulan.prioritisation.queries.scoring import model_in_force
from portulan.prioritisation.queries.scoring import sheet as score_sheet
from portulan.readmodels import catalog
from portulan.readmodels.book import book, default_year
from portulan.readmodels.reader import Reader
from portulan.readmodels.sheets import parts
from portulan.readmodels.sheets.parts import Decided, Ref
from portulan.readmodels.sheets.product import shares_of
from portulan_core.money import Amounts, split_by_share
from portulan_core.periods import fiscal_year
from portulan_core.scoring import ScoreResult


@dataclass(frozen=True, slots=True)
class MonthMoney:
    """A month of an initiative: CAPEX, OPEX, and what was really spent."""

    month: int
    capex: int
    opex: int
    actual: int


@dataclass(frozen=True, slots=True)
class YearMoney:
    """A fiscal year of an initiative."""

    year: int
    capex: int
    opex: int

    @property
    def total(self) -> int:
        """Both natures."""
        return self.capex + self.opex


@dataclass(frozen=True, slots=True)
class TeamEffort:
    """A team's effort: whole, and by month from the start."""

    code: str
    name: str
    days: int
    by_month: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ServedProduct:
    """A product served, its share and its part of the cost (``None``: may not be seen)."""

    ref: Ref
    share: int
    cost: int | None


@dataclass(frozen=True, slots=True)
class Expected:
    """What it should bring in a year."""

    kind: str
    year: int
    amount: int
    owner: str
    validated: bool


@dataclass(frozen=True, slots=True)
class Linked:
    """An initiative before or after this one. ``late``: the dates do not fit together."""

    ref: Ref
    state: str
    start: int | None
    end: int | None
    lag: int
    kind: str
    note: str
    late: bool


@dataclass(frozen=True, slots=True)
class InitiativeSheet:
    """An initiative's page; what is money is empty or ``None`` without the right."""

    initiative: Initiative
    products: tuple[ServedProduct, ...]
    hidden_products: int
    months: tuple[MonthMoney, ...]
    years: tuple[YearMoney, ...]
    money: Amounts | None
    year: int
    teams: tuple[TeamEffort, ...]
    benefits: tuple[Expected, ...]
    before: tuple[Linked, ...]
    after: tuple[Linked, ...]
    decisions: tuple[Decided, ...]
    risks: tuple[RiskRow, ...]
    requests: tuple[tuple[str, str, str], ...]
    rank: RankFact | None
    project: Ref | None
    objective: Ref | None
    owner: Ref | None

    @property
    def end(self) -> int | None:
        """The month after the last one."""
        start = self.initiative.start
        return None if start is None else start + self.initiative.months


def ranks(reader: Reader) -> dict[str, RankFact]:
    """Ranks of initiatives by uid, kept for the state of the data."""
    return reader.kept("rank_ranges", (), rank_ranges)


def sheet(reader: Reader, initiative: Initiative, *, sees_money: bool) -> InitiativeSheet:
    """The sheet of an initiative that was fetched for the reader (at most 8 queries, 2 warm)."""
    own = reader.kept("initiative_parts", initiative.pk, lambda: _own(initiative))
    shares = own.shares
    whole = initiative.cost if sees_money else None
    refs = {ref.code: ref for ref in parts.product_refs(reader, shares)}
    facts = catalog.products(reader)
    costs = _split(whole, shares)
    products = [
        ServedProduct(refs[facts[pk].code], share, costs.get(pk))
        for pk, share in shares.items()
        if pk in facts and facts[pk].code in refs
    ]
    before, after = _linked(reader, initiative, own.dependencies)
    year = default_year(reader)
    money = (
        book(reader, year).by_initiative.get(initiative.pk, Amounts()) if sees_money else None
    )
    return InitiativeSheet(
        initiative=initiative,
        products=tuple(products),
        hidden_products=len(shares) - len(products),
        months=_months(initiative, own.spent) if sees_money else (),
        years=_years(initiative, reader.first_month(initiative.entity_id)) if sees_money else (),
        money=money,
        year=year,
        teams=_teams(reader, initiative),
        benefits=tuple(b for b in own.benefits if sees_money or b.kind == "user_time"),
        before=before,
        after=after,
        decisions=tuple(parts.decisions_on(reader, "initiative", [initiative.pk])),
        risks=own.risks,
        requests=own.requests,
        rank=ranks(reader).get(str(initiative.uid)),
        project=parts.project_ref(initiative.project),
        objective=(
            Ref("objective", initiative.objective.code, initiative.objective.name)
            if initiative.objective else None
        ),
        owner=(
            Ref("person", initiative.owner.code, initiative.owner.name)
            if initiative.owner else None
        ),
    )


@dataclass(frozen=True, slots=True)
class _Own:
    """What hangs from an initiative alone, the same for every reader."""

    shares: dict[int, int]
    dependencies: tuple[Dependency, ...]
    spent: tuple[tuple[int, int], ...]
    benefits: tuple[Expected, ...]
    risks: tuple[RiskRow, ...]
    requests: tuple[tuple[str, str, str], ...]


def _own(initiative: Initiative) -> _Own:
    spent = (
        CostLine.objects.filter(initiative=initiative, kind="actual").order_by("month")
        .values_list("month").annotate(total=Sum("amount"))
    )
    requests = (
        Request.objects.filter(initiative=initiative).order_by("-asked_on")
        .values_list("code", "name", "state")[:20]
    )
    return _Own(
        shares_of(initiative.pk),
        tuple(Dependency.objects.filter(Q(predecessor=initiative) | Q(successor=initiative))),
        tuple(spent),
        _benefits(initiative),
        tuple(risks_on("initiative", initiative.pk)),
        tuple(requests),
    )


def _split(amount: int | None, shares: dict[int, int]) -> dict[int, int]:
    """An amount over products, as the budget splits it, to the cent."""
    if amount is None or not shares:
        return {}
    return {
        pk: part for pk, part in split_by_share(amount, list(shares.items())) if pk is not None
    }


def _at(column: Sequence[int], index: int) -> int:
    return column[index] if index < len(column) else 0


def _months(
    initiative: Initiative, actual: Sequence[tuple[int, int]]
) -> tuple[MonthMoney, ...]:
    spent = dict(actual)
    if initiative.start is None:
        return tuple(MonthMoney(month, 0, 0, amount) for month, amount in spent.items())
    capex, opex = initiative.costs_capex, initiative.costs_opex
    length = max(len(capex), len(opex), initiative.months)
    planned = range(initiative.start, initiative.start + length)
    found = []
    for month in sorted({*planned, *spent}):
        index = month - initiative.start
        inside = 0 <= index < length
        found.append(
            MonthMoney(
                month, _at(capex, index) if inside else 0, _at(opex, index) if inside else 0,
                spent.get(month, 0),
            )
        )
    return tuple(found)


def _years(initiative: Initiative, first_month: int) -> tuple[YearMoney, ...]:
    if initiative.start is None:
        return ()
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for place, column in enumerate((initiative.costs_capex, initiative.costs_opex)):
        for index, amount in enumerate(column):
            sums[fiscal_year(initiative.start + index, first_month)][place] += amount
    return tuple(YearMoney(year, *pair) for year, pair in sorted(sums.items()))


def _teams(reader: Reader, initiative: Initiative) -> tuple[TeamEffort, ...]:
    named = {uid: (code, name) for uid, code, name in parts.teams(reader).values()}
    found = [
        TeamEffort(code, name, sum(days), tuple(days))
        for uid, days in initiative.efforts.items()
        for code, name in [named.get(uid, ("", uid))]
    ]
    return tuple(sorted(found, key=lambda t: -t.days))


def _benefits(initiative: Initiative) -> tuple[Expected, ...]:
    rows = (
        Benefit.objects.filter(initiative=initiative).order_by("year", "kind")
        .values_list("kind", "year", "amount", "owner__name", "validated")
    )
    return tuple(
        Expected(kind, year, amount, owner or "", validated)
        for kind, year, amount, owner, validated in rows
    )


def _linked(
    reader: Reader, initiative: Initiative, rows: Sequence[Dependency]
) -> tuple[tuple[Linked, ...], tuple[Linked, ...]]:
    seen = {work.code for work in parts.works(reader, _ends(rows, initiative.pk))}
    facts = catalog.initiatives(reader)
    mine = facts.get(initiative.pk)
    before: list[Linked] = []
    after: list[Linked] = []
    for row in rows:
        other = row.predecessor_id if row.successor_id == initiative.pk else row.successor_id
        fact = facts.get(other)
        if fact is None or fact.code not in seen or mine is None:
            continue
        first, second = (fact, mine) if row.successor_id == initiative.pk else (mine, fact)
        late = (
            row.kind == Dependency.Kind.FINISH_START
            and first.end is not None and second.start is not None
            and first.end + row.lag > second.start
        )
        made = Linked(
            Ref("initiative", fact.code, fact.name), fact.state, fact.start, fact.end, row.lag,
            row.kind, row.note, late,
        )
        (before if row.successor_id == initiative.pk else after).append(made)
    return tuple(before), tuple(after)


def _ends(rows: Sequence[Dependency], mine: int) -> list[int]:
    return [pk for row in rows for pk in (row.predecessor_id, row.successor_id) if pk != mine]


@dataclass(frozen=True, slots=True)
class Scored:
    """An initiative's score with what explains it."""

    model: str
    version: int
    result: ScoreResult
    scorers: tuple[str, ...]
    last_on: date | None
    rank: RankFact | None


def scored(reader: Reader, initiative: Initiative) -> Scored | None:
    """The score of an initiative; ``None`` without a scoring model (at most 8 queries)."""
    model = model_in_force()
    if model is None:
        return None
    found = score_sheet(model, initiative)
    return Scored(
        model.record.name, model.record.version, found.result,
        tuple(dict.fromkeys(found.authors.values())),
        max((mark.scored_on for mark in found.marks), default=None),
        ranks(reader).get(str(initiative.uid)),
    )
