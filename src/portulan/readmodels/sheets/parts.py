"""Parts that several pages of single objects share: people, decisions, initiatives, indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from portulan.catalogue.models import (
    Objective,
    ObjectiveConflict,
    ObjectiveProduct,
    ProductRole,
)
from portulan.evidence.models import Indicator
from portulan.evidence.queries import FAMILIES, Point, last_measures, reached, stale
from portulan.governance.models import DecisionSubject
from portulan.governance.queries.register import visible
from portulan.organisation.models import Team
from portulan.portfolio.activities import INITIATIVE_READ
from portulan.portfolio.models import ProductDependency, Project
from portulan.readmodels import catalog
from portulan.readmodels.book import book, default_year
from portulan.readmodels.initiatives import readable
from portulan.readmodels.reader import Reader
from portulan_core.model import PLANNED_STATES
from portulan_core.money import Amounts


@dataclass(frozen=True, slots=True)
class Ref:
    """Something with a page of its own."""

    kind: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Held:
    """A role that a person holds; ``now``: today."""

    uid: str
    role: str
    source_role: str
    person: str
    name: str
    title: str
    fraction: int | None
    starts: date | None
    ends: date | None
    now: bool


#: Roles in the order in which one asks who to talk to.
ORDER = (
    "head_of_product", "product_manager", "product_owner", "business", "sponsor", "tech_lead",
    "architect", "project_manager", "data", "security", "compliance", "legal", "marketing",
    "support", "deployment", "designer", "developer", "coach", "pmo", "executive", "finance",
    "contributor",
)


def people_on(product: int, day: date) -> list[Held]:
    """Everybody who holds or held a role on a product, those in force first (one query)."""
    rows = ProductRole.objects.filter(product_id=product).select_related("person")
    found = [
        Held(
            str(r.uid), r.role, r.source_role, r.person.code, r.person.name, r.person.job_title,
            r.fraction, r.starts, r.ends,
            (r.starts is None or r.starts <= day) and (r.ends is None or r.ends >= day),
        )
        for r in rows
    ]
    return sorted(
        found,
        key=lambda h: (
            not h.now, ORDER.index(h.role) if h.role in ORDER else len(ORDER),
            -(h.starts or date.min).toordinal() if not h.now else 0, h.name,
        ),
    )


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision on an object, that the reader may read."""

    code: str
    name: str
    kind: str
    verdict: str
    change: str
    state: str
    decided_on: date | None
    effective_on: date | None

    @property
    def on(self) -> date | None:
        """The day it takes effect, or was taken."""
        return self.effective_on or self.decided_on


def readable_decisions(reader: Reader) -> frozenset[int]:
    """The ids of the decisions that the reader may read, kept for the state of the data."""
    key = (reader.actor.grants, reader.actor.system)
    return reader.kept(
        "readable_decisions", key,
        lambda: frozenset(visible(reader.actor).values_list("pk", flat=True)),
    )


def decisions_on(reader: Reader, column: str, ids: Sequence[int]) -> list[Decided]:
    """Decisions about these products or initiatives (``column``), last first (one query warm)."""
    may = readable_decisions(reader)
    rows = (
        DecisionSubject.objects.filter(**{f"{column}_id__in": list(ids)})
        .select_related("decision")
        .order_by("-decision__decided_on", "-decision_id", "pk")
    )
    found: dict[int, Decided] = {}
    for row in rows:
        d = row.decision
        if d.pk in may and d.pk not in found:
            found[d.pk] = Decided(
                d.code, d.name, d.kind, row.verdict or d.verdict, row.change, d.state,
                d.decided_on, d.effective_on,
            )
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Work:
    """An initiative on another object's page; money ``None`` where it may not be seen."""

    uid: str
    code: str
    name: str
    state: str
    stage: str
    start: int | None
    end: int | None
    effort: int
    share: int | None
    cost: int | None
    money: Amounts | None

    @property
    def committed(self) -> float | None:
        """The part of the year's landing that is committed."""
        if self.money is None or not self.money.landing:
            return None
        return self.money.committed / self.money.landing


def works(
    reader: Reader, ids: Iterable[int], shares: Mapping[int, int] | None = None
) -> list[Work]:
    """Initiatives that the reader may see, present plan first, then by start (no query warm)."""
    known = catalog.initiatives(reader)
    seen = reader.initiatives(INITIATIVE_READ)
    may = readable(reader)
    money = book(reader, default_year(reader)).by_initiative if reader.sees_money else {}
    nothing = Amounts()
    found = []
    for pk in ids:
        fact = known.get(pk)
        if fact is None or (seen is not None and pk not in seen):
            continue
        open_purse = may(fact)
        found.append(
            Work(
                fact.uid, fact.code, fact.name, fact.state, fact.stage, fact.start, fact.end,
                fact.effort, shares.get(pk) if shares else None,
                fact.cost if open_purse else None,
                money.get(pk, nothing) if open_purse else None,
            )
        )
    rank = {state: i for i, state in enumerate(("in_progress", *PLANNED_STATES, "proposed",
                                                "idea", "deferred", "done"))}
    return sorted(
        found, key=lambda w: (rank.get(w.state, 9), w.start is None, w.start or 0, w.name)
    )


@dataclass(frozen=True, slots=True)
class Gauge:
    """An indicator with its last values."""

    code: str
    name: str
    family: str
    unit: str
    direction: str
    target: float | None
    value: float | None
    on: date | None
    source: str
    owner: str
    reached: bool | None
    stale: bool
    points: tuple[Point, ...]
    product: Ref | None = None


def gauges(
    reader: Reader, condition: Q, *, limit: int = 60, points: int = 8, named: bool = False
) -> list[Gauge]:
    """Indicators by family and name, with their last measures (two queries)."""
    rows = list(Indicator.objects.filter(condition).select_related("owner")[: limit * 4])
    rows.sort(key=lambda r: (FAMILIES.index(r.family) if r.family in FAMILIES else 9, r.folded))
    rows = rows[:limit]
    measured = last_measures([row.pk for row in rows], points)
    products = catalog.products(reader) if named else {}
    found = []
    for row in rows:
        seen = measured.get(row.pk, ())
        value = seen[-1].value if seen else None
        on = seen[-1].on if seen else None
        product = products.get(row.product_id or 0)
        found.append(
            Gauge(
                row.code, row.name, row.family, row.unit, row.direction, row.target, value, on,
                row.source, row.owner.name if row.owner else "",
                reached(value, row.target, row.direction),
                stale(on, row.freshness_days, reader.day), seen,
                Ref("product", product.code, product.name) if product else None,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class ObjectiveFact:
    """An objective's light columns; ``against``: the ids of those in conflict with it, and why."""

    id: int
    code: str
    name: str
    cycle: str
    owner: int | None
    entity: int | None
    parent: int | None
    products: tuple[int, ...]
    against: tuple[tuple[int, str], ...]


def objectives(reader: Reader) -> Mapping[int, ObjectiveFact]:
    """Every objective with the products that serve it and its open conflicts (0 query warm)."""
    return reader.kept("objectives", (), _objectives)


def _objectives() -> dict[int, ObjectiveFact]:
    served: dict[int, list[int]] = {}
    for objective, product in ObjectiveProduct.objects.order_by("pk").values_list(
        "objective_id", "product_id"
    ):
        served.setdefault(objective, []).append(product)
    against: dict[int, list[tuple[int, str]]] = {}
    for first, second, reason in ObjectiveConflict.objects.filter(resolved=False).values_list(
        "first_id", "second_id", "reason"
    ):
        against.setdefault(first, []).append((second, reason))
        against.setdefault(second, []).append((first, reason))
    return {
        row[0]: ObjectiveFact(
            *row, tuple(served.get(row[0], ())), tuple(against.get(row[0], ()))
        )
        for row in Objective.objects.order_by("folded").values_list(
            "pk", "code", "name", "cycle", "owner_id", "entity_id", "parent_id"
        )
    }


def dependencies(reader: Reader) -> Mapping[int, tuple[tuple[int, ...], tuple[int, ...]]]:
    """Product → the products it needs, and those that need it (0 query warm)."""
    return reader.kept("product_dependencies", (), _dependencies)


def _dependencies() -> dict[int, tuple[tuple[int, ...], tuple[int, ...]]]:
    needs: dict[int, list[int]] = {}
    needed: dict[int, list[int]] = {}
    for product, other in ProductDependency.objects.order_by("pk").values_list(
        "product_id", "needs_id"
    ):
        needs.setdefault(product, []).append(other)
        needed.setdefault(other, []).append(product)
    return {
        pk: (tuple(needs.get(pk, ())), tuple(needed.get(pk, ()))) for pk in {*needs, *needed}
    }


def product_refs(reader: Reader, ids: Iterable[int]) -> tuple[Ref, ...]:
    """The products that the reader may see, in the order given (no query warm)."""
    known, seen = catalog.products(reader), reader.products()
    return tuple(
        Ref("product", known[pk].code, known[pk].name)
        for pk in ids
        if pk in known and (seen is None or pk in seen)
    )


def teams(reader: Reader) -> Mapping[int, tuple[str, str, str]]:
    """Team id → uid, code, name (0 query warm)."""
    return reader.kept(
        "teams_by_id", (),
        lambda: {
            pk: (str(uid), code, name)
            for pk, uid, code, name in Team.objects.values_list("pk", "uid", "code", "name")
        },
    )


def project_ref(project: Project | None) -> Ref | None:
    """A project as a link."""
    return Ref("project", project.code, project.name) if project else None
