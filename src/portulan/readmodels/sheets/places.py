"""The sheets of lines, entities, teams, people, objectives and requests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from portulan.base.policy import NotFoundForActor
from portulan.catalogue.models import (
    KeyResult,
    Line,
    LineRole,
    Objective,
    ObjectiveConflict,
)
from portulan.evidence.models import KeyResultIndicator
from portulan.organisation.models import Entity, EntityRole, Membership, Person, Team
from portulan.organisation.rights import in_force
from portulan.portfolio.models import Initiative
from portulan.readmodels import catalog
from portulan.readmodels.load import LoadRow, load_map
from portulan.readmodels.money import Budget, BudgetRow, budget
from portulan.readmodels.portfolio import ProductRow, products
from portulan.readmodels.reader import Reader
from portulan.readmodels.sheets import parts
from portulan.readmodels.sheets.parts import Ref, Work
from portulan.readmodels.view import View

SHOWN = 60


@dataclass(frozen=True, slots=True)
class LineSheet:
    """A line's page."""

    line: Line
    parent: Ref | None
    children: tuple[Ref, ...]
    products: tuple[ProductRow, ...]
    count: int
    budget: BudgetRow | None
    year: int
    people: tuple[tuple[str, str, str], ...]


def line_sheet(reader: Reader, line: Line) -> LineSheet:
    """The page of a line that was fetched for the reader (at most 6 queries warm)."""
    listed = products(
        reader, View(filters={"line": (line.code,)}, axis=line.axis, sort="name", size=SHOWN)
    )
    found = budget(reader, axis=line.axis)
    people = (
        LineRole.objects.filter(in_force(reader.day), line=line)
        .values_list("role", "person__code", "person__name")
    )
    fact = reader.lines.get(line.pk)
    parent = reader.lines.get(fact.parent) if fact and fact.parent else None
    return LineSheet(
        line,
        Ref("line", parent.code, parent.name) if parent else None,
        tuple(
            Ref("line", child.code, child.name)
            for child in reader.lines.values() if child.parent == line.pk
        ),
        listed.table.rows,
        listed.table.count,
        _row(found, line.code),
        found.year if found else listed.year,
        tuple(people),
    )


def _row(found: Budget | None, code: str) -> BudgetRow | None:
    if found is None:
        return None
    return next((row for row in found.by_line if row.kind == "line" and row.code == code), None)


@dataclass(frozen=True, slots=True)
class EntitySheet:
    """An entity's page; ``total`` ``None`` without the right on its money."""

    entity: Entity
    above: tuple[Ref, ...]
    below: tuple[Ref, ...]
    products: tuple[ProductRow, ...]
    count: int
    teams: tuple[Ref, ...]
    people: tuple[tuple[str, str, str], ...]
    members: int
    total: BudgetRow | None
    year: int


def entity_sheet(reader: Reader, entity: Entity) -> EntitySheet:
    """The page of an entity that was fetched for the reader (at most 7 queries warm)."""
    fact = reader.entities[entity.pk]
    listed = products(reader, View(filters={"entity": (entity.code,)}, sort="name", size=SHOWN))
    found = budget(reader, entity=entity.code)
    people = (
        EntityRole.objects.filter(in_force(reader.day), entity=entity)
        .order_by("role", "person__folded").values_list("role", "person__code", "person__name")
    )
    return EntitySheet(
        entity,
        tuple(_entity_ref(reader, pk) for pk in fact.above),
        tuple(
            _entity_ref(reader, e.id) for e in reader.entities.values() if e.parent == entity.pk
        ),
        listed.table.rows,
        listed.table.count,
        tuple(
            Ref("team", code, name)
            for code, name in Team.objects.filter(entity=entity).order_by("folded")
            .values_list("code", "name")
        ),
        tuple(people),
        Person.objects.filter(entity=entity, active=True).count(),
        found.total if found is not None and not found.empty else None,
        found.year if found else listed.year,
    )


def _entity_ref(reader: Reader, pk: int) -> Ref:
    fact = reader.entities[pk]
    return Ref("entity", fact.code, fact.name)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a team."""

    code: str
    name: str
    title: str
    fraction: int
    starts: date | None
    ends: date | None


@dataclass(frozen=True, slots=True)
class TeamSheet:
    """A team's page; ``load`` ``None`` when nothing is known of it or it may not be seen."""

    team: Team
    members: tuple[Member, ...]
    load: LoadRow | None
    months: tuple[int, ...]
    works: tuple[tuple[Work, int], ...]
    products: tuple[Ref, ...]


def team_sheet(reader: Reader, team: Team) -> TeamSheet:
    """The page of a team that was fetched for the reader (at most 6 queries warm)."""
    members = (
        Membership.objects.filter(team=team).select_related("person").order_by("person__folded")
    )
    found = load_map(reader, teams=frozenset({team.code}))
    uid = str(team.uid)
    days = reader.kept("team_works", team.pk, lambda: _works_of(uid))
    works = [(work, days[work.uid]) for work in parts.works(reader, _ids(reader, days))]
    mine = [f.id for f in catalog.products(reader).values() if f.team == team.pk]
    return TeamSheet(
        team,
        tuple(
            Member(m.person.code, m.person.name, m.person.job_title, m.fraction, m.starts, m.ends)
            for m in members
            if m.ends is None or m.ends >= reader.day
        ),
        found.rows[0] if found.rows else None,
        found.months,
        tuple(works),
        parts.product_refs(reader, mine),
    )


def _works_of(team: str) -> dict[str, int]:
    """Uid of the initiatives that ask for a team's days → how many."""
    rows = Initiative.objects.filter(efforts__has_key=team).values_list("uid", "efforts")
    return {str(uid): sum(efforts.get(team, ())) for uid, efforts in rows}


def _ids(reader: Reader, uids: Iterable[str]) -> list[int]:
    wanted = set(uids)
    return [fact.id for fact in catalog.initiatives(reader).values() if fact.uid in wanted]


@dataclass(frozen=True, slots=True)
class Result:
    """A key result; ``progress`` 0 to 1 from its baseline to its target."""

    uid: str
    name: str
    unit: str
    baseline: float | None
    target: float | None
    current: float | None
    indicator: Ref | None
    revision: int

    @property
    def progress(self) -> float | None:
        """How far it is from the baseline to the target."""
        if self.current is None or self.target is None:
            return None
        start = self.baseline or 0.0
        span = self.target - start
        return None if span == 0 else max(0.0, min(1.0, (self.current - start) / span))


@dataclass(frozen=True, slots=True)
class ObjectiveSheet:
    """An objective's page."""

    objective: Objective
    above: Ref | None
    below: tuple[Ref, ...]
    products: tuple[Ref, ...]
    hidden: int
    results: tuple[Result, ...]
    conflicts: tuple[tuple[Ref, str, bool], ...]
    works: tuple[Work, ...]


def objective_sheet(reader: Reader, objective: Objective) -> ObjectiveSheet:
    """The page of an objective that was fetched for the reader (at most 6 queries warm)."""
    everything = parts.objectives(reader)
    fact = everything.get(objective.pk)
    ids: Sequence[int] = fact.products if fact else ()
    shown = parts.product_refs(reader, ids)
    conflicts = ObjectiveConflict.objects.filter(Q(first=objective) | Q(second=objective))
    against = []
    for row in conflicts:
        other = everything.get(row.second_id if row.first_id == objective.pk else row.first_id)
        if other is not None:
            against.append((Ref("objective", other.code, other.name), row.reason, row.resolved))
    serving = _serving(objective.pk)
    return ObjectiveSheet(
        objective,
        Ref("objective", objective.parent.code, objective.parent.name)
        if objective.parent else None,
        tuple(
            Ref("objective", f.code, f.name)
            for f in everything.values() if f.parent == objective.pk
        ),
        shown,
        len(ids) - len(shown),
        results(objective),
        tuple(against),
        tuple(parts.works(reader, serving)),
    )


def results(objective: Objective) -> tuple[Result, ...]:
    """The key results of an objective, read from their indicators where linked (two queries)."""
    rows = list(KeyResult.objects.filter(objective=objective).order_by("pk"))
    links = KeyResultIndicator.objects.filter(key_result__in=rows).select_related("indicator")
    measured = {link.key_result_id: link.indicator for link in links}
    found = []
    for row in rows:
        indicator = measured.get(row.pk)
        current = row.current
        if indicator is not None and indicator.last_value is not None:
            current = indicator.last_value
        found.append(
            Result(
                str(row.uid), row.name, row.unit, row.baseline, row.target, current,
                Ref("indicator", indicator.code, indicator.name) if indicator else None,
                row.revision,
            )
        )
    return tuple(found)


def result_of(objective: Objective, uid: UUID | str) -> Result:
    """One key result of an objective.

    Raises:
        NotFoundForActor: the objective has no such result.
    """
    found = next((r for r in results(objective) if r.uid == str(uid)), None)
    if found is None:
        raise NotFoundForActor("key_result", str(uid))
    return found


def _serving(objective: int) -> list[int]:
    return list(Initiative.objects.filter(objective_id=objective).values_list("pk", flat=True))
