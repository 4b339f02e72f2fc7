"""Load against capacity as a reader sees it: teams × fiscal quarters, and who asks for a cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portulan.organisation.models import Team
from portulan.portfolio.manifest import CAPACITY_READ, INITIATIVE_READ
from portulan.portfolio.models import Capacity, Initiative
from portulan.readmodels.reader import Reader
from portulan_core import load as core
from portulan_core.model import PLANNED_STATES
from portulan_core.periods import fiscal_year_start, quarter_start

QUARTERS = 6


@dataclass(frozen=True, slots=True)
class TeamFact:
    """A team that gives capacity."""

    id: int
    uid: str
    code: str
    name: str
    manager: str
    entity: int | None


@dataclass(frozen=True, slots=True)
class LoadCell:
    """A team in a quarter: hundredths of person-days; ``ratio`` ``None`` when not known."""

    quarter: int
    month: int
    demand: int
    capacity: int | None
    ratio: float | None
    overrun: int | None
    spare: int


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A team across quarters."""

    team: TeamFact
    cells: tuple[LoadCell, ...]

    @property
    def known(self) -> bool:
        """Whether there is anything to show."""
        return any(c.demand or c.capacity is not None for c in self.cells)


@dataclass(frozen=True, slots=True)
class CellFact:
    """A cell with its team: one of those that the page speaks about."""

    team: TeamFact
    cell: LoadCell


@dataclass(frozen=True, slots=True)
class LoadMap:
    """The heat map; ``months`` are the first months of its quarters."""

    rows: tuple[LoadRow, ...]
    months: tuple[int, ...]
    first_month: int
    worst: CellFact | None
    #: Overloaded cells, worst first, and the emptiest of teams that are not used.
    over: tuple[CellFact, ...]
    slack: CellFact | None
    total: tuple[LoadCell, ...]


@dataclass(frozen=True, slots=True)
class Asker:
    """An initiative that asks for days; no code or name when the reader may not see it."""

    code: str
    name: str
    stage: str
    mandatory: bool
    days: int
    beyond: int


@dataclass(frozen=True, slots=True)
class CellDetail:
    """One cell and those that ask for its days, in order of need."""

    team: TeamFact
    cell: LoadCell
    askers: tuple[Asker, ...]
    #: Initiatives that, withdrawn, would make it fit (the last in order of need).
    relief: tuple[Asker, ...]


@dataclass(frozen=True, slots=True)
class _Work:
    demands: tuple[core.Demand, ...]
    capacities: tuple[core.Given, ...]
    teams: Mapping[str, TeamFact]


def _work(reader: Reader) -> _Work:
    return reader.kept("work", (), _read)


def _read() -> _Work:
    teams = {
        str(uid): TeamFact(pk, str(uid), code, name, manager or "", entity)
        for pk, uid, code, name, manager, entity in Team.objects.order_by("folded").values_list(
            "pk", "uid", "code", "name", "manager__name", "entity_id"
        )
    }
    uids = {fact.id: uid for uid, fact in teams.items()}
    demands = tuple(
        core.Demand(pk, start, efforts, core.weight(mandatory, state, start))
        for pk, start, efforts, mandatory, state in Initiative.objects.filter(
            state__in=PLANNED_STATES, start__isnull=False
        ).exclude(efforts={}).values_list("pk", "start", "efforts", "mandatory", "state")
        if start is not None
    )
    capacities = tuple(
        core.Given(uids[team], month, days, run)
        for team, month, days, run in Capacity.objects.values_list(
            "team_id", "month", "days", "run_load"
        )
        if team in uids
    )
    return _Work(demands, capacities, teams)


def first_quarter(reader: Reader, year: int | None = None) -> int:
    """The first month to show: of the present quarter, or of a fiscal year that is not present."""
    if year is None or year == reader.fiscal_year:
        return quarter_start(reader.month, reader.calendar)
    return fiscal_year_start(year, reader.calendar)


def load_map(
    reader: Reader, *, first: int | None = None, quarters: int = QUARTERS, entity: str = "",
    teams: frozenset[str] | None = None,
) -> LoadMap:
    """Load against capacity of the teams that the reader may see (at most 4 queries).

    ``first`` is moved back to the start of its fiscal quarter; ``entity`` (a code) narrows to the
    teams of an entity and below; ``teams`` to these codes.
    """
    start = first_quarter(reader) if first is None else quarter_start(first, reader.calendar)
    codes = ",".join(sorted(teams)) if teams is not None else "*"
    return reader.kept_own(
        f"load:{start}:{quarters}:{entity}:{codes}",
        lambda: _load_map(reader, start, quarters, entity, teams),
    )


def _load_map(
    reader: Reader, start: int, quarters: int, entity: str, teams: frozenset[str] | None
) -> LoadMap:
    work = _work(reader)
    shown = _shown(reader, work, entity, teams)
    found = core.quarterly(
        [t.uid for t in shown], start, quarters, work.demands, work.capacities
    )
    months = tuple(start + 3 * q for q in range(quarters))
    rows = tuple(
        LoadRow(team, tuple(_cell(c, months) for c in cells))
        for team, cells in zip(shown, found.rows(), strict=True)
    )
    rows = tuple(row for row in rows if row.known)
    over = sorted(
        (CellFact(r.team, c) for r in rows for c in r.cells if c.overrun),
        key=lambda x: (
            -(x.cell.ratio if x.cell.ratio is not None else float("inf")),
            -(x.cell.overrun or 0), x.cell.quarter, x.team.name,
        ),
    )
    idle = [
        CellFact(r.team, c) for r in rows for c in r.cells[:2]
        if c.ratio is not None and c.ratio < 0.75
    ]
    slack = min(idle, key=lambda x: (x.cell.ratio or 0, -x.cell.spare), default=None)
    return LoadMap(
        rows, months, reader.calendar, over[0] if over else None, tuple(over), slack,
        _total(rows, months),
    )


def _shown(
    reader: Reader, work: _Work, entity: str, teams: frozenset[str] | None
) -> list[TeamFact]:
    visible = reader.teams(CAPACITY_READ)
    part = reader.entity_by_code(entity) if entity else None
    inside = reader.below(part.id) if part else None
    return [
        t
        for t in work.teams.values()
        if (visible is None or t.id in visible)
        and (inside is None or t.entity in inside)
        and (teams is None or t.code in teams)
    ]


def _cell(cell: core.Cell, months: tuple[int, ...]) -> LoadCell:
    return LoadCell(
        cell.quarter, months[cell.quarter], cell.demand, cell.capacity, cell.ratio, cell.overrun,
        cell.spare,
    )


def _total(rows: tuple[LoadRow, ...], months: tuple[int, ...]) -> tuple[LoadCell, ...]:
    found = []
    for quarter in range(len(months)):
        cells = [row.cells[quarter] for row in rows]
        known = [c.capacity for c in cells if c.capacity is not None]
        whole = core.Cell("", quarter, sum(c.demand for c in cells), sum(known) if known else None)
        found.append(_cell(whole, months))
    return tuple(found)


def load_cell(reader: Reader, team: str, month: int) -> CellDetail | None:
    """One cell (a team's code, a month of the quarter) with those that ask for its days.

    ``None`` when the reader may not see the team (at most 6 queries).
    """
    work = _work(reader)
    shown = _shown(reader, work, "", frozenset({team}))
    if not shown:
        return None
    fact = shown[0]
    start = quarter_start(month, reader.calendar)
    cell = core.quarterly([fact.uid], start, 1, work.demands, work.capacities).cell(fact.uid, 0)
    parts = core.contributors(work.demands, fact.uid, start, 3, cell.capacity)
    visible = reader.initiatives(INITIATIVE_READ)
    names = {
        row[0]: row
        for row in Initiative.objects.filter(pk__in=[p.key for p in parts]).values_list(
            "pk", "code", "name", "stage", "mandatory"
        )
        if visible is None or row[0] in visible
    }
    askers = tuple(
        Asker(*names[part.key][1:], part.days, part.beyond)
        if part.key in names
        else Asker("", "", "", False, part.days, part.beyond)
        for part in parts
    )
    return CellDetail(fact, _cell(cell, (start,)), askers, _relief(askers, cell.overrun or 0))


def _relief(askers: tuple[Asker, ...], overrun: int) -> tuple[Asker, ...]:
    """The fewest named initiatives, least needed first, whose days make the cell fit."""
    if overrun <= 0:
        return ()
    movable = [a for a in askers if a.code and not a.mandatory]
    enough = [a for a in movable if a.days >= overrun]
    if enough:
        return (min(enough, key=lambda a: a.days),)
    found: list[Asker] = []
    left = overrun
    for asker in sorted(movable, key=lambda a: -a.days):
        if left <= 0:
            break
        found.append(asker)
        left -= asker.days
    return tuple(found) if left <= 0 else ()
