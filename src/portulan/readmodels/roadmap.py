"""The roadmap: placed initiatives in time, what moved since the baseline, what conflicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portulan.portfolio.models import Baseline, Dependency, Initiative
from portulan.readmodels import catalog
from portulan.readmodels.catalog import InitiativeFact, ProductFact
from portulan.readmodels.initiatives import InitiativeRow, amounts_of, heading, rows, select
from portulan.readmodels.load import LoadMap, load_map
from portulan.readmodels.reader import Reader
from portulan.readmodels.selection import axis_of
from portulan.readmodels.tables import Table, arrange
from portulan.readmodels.view import Extras, View
from portulan_core.periods import fiscal_year_start, quarter_start

#: Zoom → months shown.
HORIZONS = {"month": 12, "quarter": 24, "year": 48}
#: States that have a bar; ideas and refusals have none.
SHOWN_STATES = ("proposed", "planned", "in_progress", "done", "deferred", "stopped")


@dataclass(frozen=True, slots=True)
class BaselineFact:
    """A frozen reference."""

    code: str
    name: str
    taken_on: date


@dataclass(frozen=True, slots=True)
class Bar:
    """An initiative in time; ``was_…`` where it stood in the baseline (``None``: not in it)."""

    row: InitiativeRow
    start: int
    end: int
    was_start: int | None
    was_end: int | None

    @property
    def slip(self) -> int | None:
        """Months by which the end moved (later: positive)."""
        return None if self.was_end is None else self.end - self.was_end

    @property
    def moved(self) -> bool:
        """Whether it stands elsewhere than in the baseline."""
        return self.was_end is not None and (self.start, self.end) != (self.was_start, self.was_end)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A successor that starts before its predecessor's end and lag allow, by so many months."""

    predecessor: str
    predecessor_name: str
    successor: str
    successor_name: str
    months: int


@dataclass(frozen=True, slots=True)
class Milestone:
    """A date that binds: the latest month of a mandatory initiative, with its reason."""

    month: int
    text: str
    code: str


@dataclass(frozen=True, slots=True)
class Roadmap:
    """What the page draws, and says: ``slipped`` bars end later than in the baseline."""

    table: Table[Bar]
    first: int
    months: int
    first_month: int
    axis: str
    baseline: BaselineFact | None
    baselines: tuple[BaselineFact, ...]
    slipped: int
    latest: tuple[str, int] | None
    conflicts: tuple[Conflict, ...]
    milestones: tuple[Milestone, ...]
    load: LoadMap | None
    unplaced: int


def roadmap(
    reader: Reader, view: View, *, zoom: str = "quarter", first: int | None = None,
    baseline: str = "", team: str = "",
) -> Roadmap:
    """One page of bars, by line unless another grouping is asked for (at most 16 queries)."""
    months = HORIZONS.get(zoom, HORIZONS["quarter"])
    if first is None:
        first = fiscal_year_start(reader.fiscal_year, reader.calendar)
        if zoom == "month":
            first = quarter_start(reader.month, reader.calendar)
    else:
        first = quarter_start(first, reader.calendar)
    axis = axis_of(reader, view.axis)
    facts = [f for f in select(reader, view) if f.state in SHOWN_STATES]
    placed = [
        f for f in facts if f.start is not None and f.start < first + months and
        f.start + f.months > first
    ]
    reference, known, placements = _baseline(reader, baseline)
    amounts = amounts_of(reader, view)
    under = heading(reader, view.group or "line", axis)

    def detail(shown: list[InitiativeFact]) -> list[Bar]:
        found = rows(reader, shown, axis, amounts, Extras())
        return [
            _bar(row, fact, placements.get(fact.uid))
            for row, fact in zip(found, shown, strict=True)
        ]

    known_products = catalog.products(reader)
    table = arrange(
        placed, heading=under,
        key=lambda f: (_first_product(known_products, f), f.start or 0, f.folded),
        descending=False, amounts=amounts, detail=lambda s: detail(list(s)), page=view.page,
        size=view.size,
    )
    slips = sorted(
        ((slip, f.name) for f in placed if (slip := _slip(f, placements.get(f.uid))) > 0),
        reverse=True,
    )
    load = load_map(reader, first=first, quarters=months // 3, teams=frozenset({team})) \
        if team else None
    return Roadmap(
        table, first, months, reader.calendar, axis, reference, known, len(slips),
        (slips[0][1], slips[0][0]) if slips else None, conflicts(reader, facts),
        _milestones(placed, facts, first, months), load,
        sum(1 for f in facts if f.start is None),
    )


def _first_product(known: Mapping[int, ProductFact], fact: InitiativeFact) -> str:
    found = known.get(fact.products[0]) if fact.products else None
    return found.folded if found else ""


def _baseline(
    reader: Reader, code: str
) -> tuple[BaselineFact | None, tuple[BaselineFact, ...], Mapping[str, list[int]]]:
    """The baseline asked for, else the latest one; all there are; its placements."""
    known = tuple(
        BaselineFact(*row)
        for row in Baseline.objects.order_by("-taken_on", "-pk").values_list(
            "code", "name", "taken_on"
        )
    )
    chosen = next((b for b in known if b.code == code), known[0] if known else None)
    if chosen is None or code == "-":
        return None, known, {}
    found = Baseline.objects.filter(code=chosen.code).values_list("placements", flat=True).first()
    return chosen, known, found or {}


def _bar(row: InitiativeRow, fact: InitiativeFact, was: list[int] | None) -> Bar:
    start = fact.start or 0
    before = was[0] if was else None
    return Bar(
        row, start, start + fact.months, before,
        before + was[1] if was and before is not None else None,
    )


def _slip(fact: InitiativeFact, was: list[int] | None) -> int:
    if not was or was[0] is None or fact.end is None:
        return 0
    return fact.end - (was[0] + was[1])


def links(reader: Reader) -> list[tuple[int, int, int]]:
    """Every dependency between initiatives: predecessor, successor, lag (0 query warm)."""
    return reader.kept("dependencies", (), lambda: list(
        Dependency.objects.values_list("predecessor_id", "successor_id", "lag")
    ))


def conflicts(reader: Reader, facts: list[InitiativeFact]) -> tuple[Conflict, ...]:
    """Dependencies between placed initiatives that the dates break, worst first (one query)."""
    placed = {f.id: f for f in facts if f.start is not None and f.state in SHOWN_STATES}
    found = []
    for before, after, lag in links(reader):
        first, then = placed.get(before), placed.get(after)
        if first is None or then is None or first.end is None or then.start is None:
            continue
        if first.state == "done":
            continue
        months = first.end + lag - then.start
        if months > 0:
            found.append(Conflict(first.code, first.name, then.code, then.name, months))
    return tuple(sorted(found, key=lambda c: (-c.months, c.successor_name)))


def _milestones(
    placed: list[InitiativeFact], facts: list[InitiativeFact], first: int, months: int
) -> tuple[Milestone, ...]:
    mandatory = [f.id for f in facts if f.mandatory]
    if not mandatory:
        return ()
    return tuple(
        Milestone(latest, reason or name, code)
        for latest, reason, name, code in Initiative.objects.filter(
            pk__in=mandatory, latest__gte=first, latest__lt=first + months
        ).order_by("latest", "folded").values_list("latest", "mandatory_reason", "name", "code")[:6]
        if latest is not None
    )
