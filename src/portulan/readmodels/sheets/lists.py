"""The lists that lead to the sheets: lines, teams, people, objectives, projects, indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from portulan.base.text import fold
from portulan.catalogue.models import ProductLine, ProductRole
from portulan.evidence.activities import INDICATOR_READ
from portulan.organisation.models import EntityRole, Membership, Person, Team
from portulan.organisation.rights import in_force
from portulan.portfolio.activities import BUDGET_READ
from portulan.portfolio.models import Project
from portulan.readmodels import catalog
from portulan.readmodels.initiatives import readable
from portulan.readmodels.load import LoadRow, load_map
from portulan.readmodels.money import BudgetRow, budget
from portulan.readmodels.reader import Reader
from portulan.readmodels.sheets import parts
from portulan.readmodels.sheets.parts import Gauge
from portulan.readmodels.sheets.people import readable_projects


def _entity_name(reader: Reader, pk: int | None) -> str:
    fact = reader.entities.get(pk) if pk is not None else None
    return fact.name if fact else ""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line in the list; ``budget`` ``None`` when there is none to see."""

    code: str
    name: str
    depth: int
    products: int
    budget: BudgetRow | None


def lines(reader: Reader) -> dict[str, list[LineRow]]:
    """Every line by axis with how many products it has that the reader sees."""
    seen = reader.products()
    counts: dict[int, int] = {}
    placed = ProductLine.objects.filter(in_force(reader.day)).values_list("line_id", "product_id")
    for line, product in set(placed):
        if seen is None or product in seen:
            counts[line] = counts.get(line, 0) + 1
    found: dict[str, list[LineRow]] = {}
    for axis in dict.fromkeys(fact.axis for fact in reader.lines.values()):
        money = budget(reader, axis=axis)
        rows = {row.code: row for row in money.by_line if row.kind == "line"} if money else {}
        children: dict[int | None, list[int]] = {}
        for fact in reader.lines.values():
            if fact.axis == axis:
                children.setdefault(fact.parent, []).append(fact.id)
        found[axis] = [
            LineRow(
                reader.lines[pk].code, reader.lines[pk].name, depth, counts.get(pk, 0),
                rows.get(reader.lines[pk].code),
            )
            for pk, depth in _walk(children, None, 0)
        ]
    return found


def _walk(
    children: Mapping[int | None, list[int]], parent: int | None, depth: int
) -> Iterable[tuple[int, int]]:
    for pk in children.get(parent, ()):
        yield pk, depth
        yield from _walk(children, pk, depth + 1)


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team in the list."""

    code: str
    name: str
    entity: str
    manager: str
    skill: str
    members: int
    load: LoadRow | None


def teams(reader: Reader, text: str = "") -> tuple[list[TeamRow], tuple[int, ...]]:
    """Every team with its load of the next quarters, and the quarters' first months."""
    found = load_map(reader, quarters=4)
    loads = {row.team.id: row for row in found.rows}
    rows = Team.objects.select_related("manager").order_by("folded")
    for word in fold(text).split():
        rows = rows.filter(folded__contains=word)
    members = dict(
        Membership.objects.filter(in_force(reader.day)).values_list("team_id")
        .annotate(n=Count("pk"))
    )
    return [
        TeamRow(
            t.code, t.name,
            _entity_name(reader, t.entity_id),
            t.manager.name if t.manager else "", t.skill, members.get(t.pk, 0), loads.get(t.pk),
        )
        for t in rows
    ], found.months


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in the list."""

    code: str
    name: str
    title: str
    entity: str
    roles: tuple[str, ...]
    products: int
    active: bool


def people(
    reader: Reader, *, text: str = "", role: str = "", start: int = 0, size: int = 50
) -> tuple[list[PersonRow], int]:
    """A page of people with the roles they hold today, and how many there are in all."""
    rows = Person.objects.order_by("-active", "folded")
    for word in fold(text).split():
        rows = rows.filter(folded__contains=word)
    if role:
        now = in_force(reader.day) & Q(role=role)
        rows = rows.filter(
            Q(pk__in=ProductRole.objects.filter(now).values("person_id"))
            | Q(pk__in=EntityRole.objects.filter(now).values("person_id"))
        )
    total = rows.count()
    shown = list(rows[start : start + size])
    ids = [p.pk for p in shown]
    held: dict[int, set[str]] = {}
    counts: dict[int, set[int]] = {}
    seen = reader.products()
    for person, what, product in ProductRole.objects.filter(
        in_force(reader.day), person_id__in=ids
    ).values_list("person_id", "role", "product_id"):
        if seen is None or product in seen:
            held.setdefault(person, set()).add(what)
            counts.setdefault(person, set()).add(product)
    for person, what in EntityRole.objects.filter(
        in_force(reader.day), person_id__in=ids
    ).values_list("person_id", "role"):
        held.setdefault(person, set()).add(what)
    order = {code: i for i, code in enumerate(parts.ORDER)}
    return [
        PersonRow(
            p.code, p.name, p.job_title,
            _entity_name(reader, p.entity_id),
            tuple(sorted(held.get(p.pk, ()), key=lambda r: order.get(r, 99))),
            len(counts.get(p.pk, ())), p.active,
        )
        for p in shown
    ], total


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    """An objective in the list."""

    code: str
    name: str
    depth: int
    cycle: str
    owner: str
    entity: str
    products: int
    conflicts: int
    #: Neither a product nor an objective below that a product serves.
    orphan: bool


def objectives(reader: Reader) -> list[ObjectiveRow]:
    """Every objective, parents before children, with what serves it (no query warm)."""
    facts = parts.objectives(reader)
    seen, people_by_id = reader.products(), catalog.people(reader)
    children: dict[int | None, list[int]] = {}
    for fact in facts.values():
        parent = fact.parent if fact.parent in facts else None
        children.setdefault(parent, []).append(fact.id)
    served = {pk for pk, fact in facts.items() if fact.products}
    found = []
    for pk, depth in _walk(children, None, 0):
        fact = facts[pk]
        below = {pk, *(under for under, _ in _walk(children, pk, 0))}
        owner = people_by_id.get(fact.owner or 0)
        found.append(
            ObjectiveRow(
                fact.code, fact.name, depth, fact.cycle, owner.name if owner else "",
                _entity_name(reader, fact.entity),
                sum(seen is None or p in seen for p in fact.products), len(fact.against),
                not below & served,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project in the list; ``plan`` and ``budget`` ``None`` where they may not be seen."""

    code: str
    name: str
    state: str
    status: str
    status_text: str
    manager: str
    entity: str
    baseline_ends: date | None
    ends: date | None
    budget: int | None
    plan: int | None
    initiatives: int

    @property
    def slip(self) -> int | None:
        """Days beyond the baseline."""
        if self.ends is None or self.baseline_ends is None:
            return None
        return (self.ends - self.baseline_ends).days


def projects(
    reader: Reader, *, text: str = "", status: str = "", start: int = 0, size: int = 50
) -> tuple[list[ProjectRow], int]:
    """A page of the projects that the reader sees, and how many there are in all."""
    seen = readable_projects(reader)
    words = fold(text).split()
    codes = [
        pk for pk, ref in seen.items()
        if all(word in fold(f"{ref.name} {ref.code}") for word in words)
    ]
    rows = Project.objects.filter(pk__in=codes).select_related("manager").order_by("folded")
    if status:
        rows = rows.filter(status=status)
    total = rows.count()
    shown = list(rows[start : start + size])
    carried: dict[int, list[catalog.InitiativeFact]] = {}
    for fact in catalog.initiatives(reader).values():
        if fact.project is not None:
            carried.setdefault(fact.project, []).append(fact)
    may = readable(reader)
    reach = reader.reach(BUDGET_READ)
    return [
        ProjectRow(
            p.code, p.name, p.state, p.status, p.status_text,
            p.manager.name if p.manager else "",
            _entity_name(reader, p.entity_id),
            p.baseline_ends, p.ends,
            p.budget
            if reach.everywhere or p.entity_id in reach.entities or p.pk in reach.projects
            else None,
            sum(f.cost for f in carried.get(p.pk, ()))
            if carried.get(p.pk) and all(may(f) for f in carried[p.pk]) else None,
            len(carried.get(p.pk, ())),
        )
        for p in shown
    ], total


def indicators(
    reader: Reader, *, text: str = "", family: str = "", only: str = ""
) -> list[Gauge]:
    """The indicators that the reader sees, by family (three queries warm).

    ``only``: ``late`` (out of date or never measured) or ``off`` (target not reached).
    """
    condition = Q()
    seen = reader.products(INDICATOR_READ)
    if seen is not None:
        condition = Q(product_id__in=seen)
        if reader.reach(INDICATOR_READ).root:
            condition |= Q(product_id=None)
    if family:
        condition &= Q(family=family)
    for word in fold(text).split():
        condition &= Q(folded__contains=word) | Q(product__folded__contains=word)
    found = parts.gauges(reader, condition, limit=5000, points=6, named=True)
    if only == "late":
        found = [g for g in found if g.stale]
    elif only == "off":
        found = [g for g in found if g.reached is False]
    return found

