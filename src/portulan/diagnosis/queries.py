"""The diagnosis of a day, what was kept of those before, the plan, and a product's own gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from portulan.base.models import Change
from portulan.base.policy import Actor, Scope, check_right, held
from portulan.catalogue.manifest import PRODUCT_READ
from portulan.catalogue.rights import Sight, sights
from portulan.diagnosis.activities import COACHING_READ
from portulan.diagnosis.models import CoachingNote, DiagnosisRun, PlanStep, Product, Score
from portulan.organisation.rights import root_ids
from portulan.snapshot.assemble import take
from portulan_core import maturity
from portulan_core.maturity import Diagnosis, Result
from portulan_core.model import World

#: Kind of object → table of the World.
TABLE_OF = {
    "product": "products",
    "objective": "objectives",
    "initiative": "initiatives",
    "request": "requests",
    "team": "teams",
    "forum": "forums",
    "decision": "decisions",
    "action": "action_items",
    "indicator": "indicators",
    "promise": "promises",
    "project": "projects",
    "risk": "risks",
    "line": "lines",
    "entity": "entities",
}


@dataclass(frozen=True, slots=True)
class Computed:
    """A diagnosis with the World that it was made from, to name the objects behind a mark."""

    diagnosis: Diagnosis
    world: World


@dataclass(frozen=True, slots=True)
class Named:
    """An object behind a mark: its kind, code and name."""

    kind: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of the plan with how far it is, in percent; ``measured``: read from the facts."""

    step: PlanStep
    percent: int
    measured: bool
    late: bool


def computed(at: date | None = None) -> Computed:
    """The diagnosis of today, or as of a day; that of today is kept while nothing changes."""
    today = timezone.localdate()
    if at is not None and at != today:
        world = _scored(take(maturity.READ | maturity.PAST, at=at), at)
        return Computed(maturity.diagnose(world, at), world)
    state = Change.objects.order_by("-pk").values_list("uid", flat=True).first()
    key = (state, today)
    if state is None or key not in _kept:
        world = _scored(take(maturity.READ), today)
        found = Computed(maturity.diagnose(world, today), world)
        if state is None:
            return found
        while len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = found
    return _kept[key]


def _scored(world: World, day: date) -> World:
    """The World that knows which initiatives had a score on a day (its value is left aside)."""
    uids = Score.objects.filter(scored_on__lte=day).values_list("initiative__uid", flat=True)
    rows = [
        replace(row, score=row.score if row.score is not None else 0.0)
        for uid in {str(uid) for uid in uids}
        if (row := world.initiatives.get(uid)) is not None
    ]
    return world.with_rows("initiatives", rows) if rows else world


_kept: dict[tuple[UUID | None, date], Computed] = {}
KEPT = 2


def history(months: int = 24) -> list[DiagnosisRun]:
    """The diagnoses kept, oldest first."""
    return list(reversed(DiagnosisRun.objects.order_by("-on")[:months]))


def named(
    actor: Actor, world: World, objects: Sequence[tuple[str, str]], most: int = 40
) -> tuple[list[Named], int]:
    """The objects that the actor may know of, named, and how many others there are."""
    (sight,) = [Sight(True)] if actor.system else sights(held(actor, PRODUCT_READ))
    found: list[Named] = []
    for kind, uid in objects:
        row: Any = world.table(TABLE_OF[kind]).get(uid)
        if row is None:
            continue
        product = row.uid if kind == "product" else getattr(row, "product", None)
        owner = world.products.get(product or "")
        entity = getattr(row, "entity", None) or (owner.entity if owner else None)
        if not sight.covers(entity, product):
            continue
        code = str(getattr(row, "code", ""))
        name = str(getattr(row, "name", "") or getattr(row, "title", "") or code)
        found.append(Named(kind, code, name))
    found.sort(key=lambda n: n.name.casefold())
    return found[:most], len(objects) - len(found[:most])


def plan(diagnosis: Diagnosis, day: date | None = None) -> list[Progress]:
    """The steps of the plan with their progress: open ones first, by due day."""
    day = day or timezone.localdate()
    results = {r.code: r for d in diagnosis.domains for r in d.results}
    rows = [
        progress_of(step, results.get(step.test), day)
        for step in PlanStep.objects.select_related("owner").order_by("position", "pk")
    ]
    return sorted(
        rows,
        key=lambda r: (r.step.state != PlanStep.State.OPEN, r.step.due_on or date.max, r.step.pk),
    )


def progress_of(step: PlanStep, result: Result | None, day: date) -> Progress:
    """How far a step is: from where its test stood to its target, else as typed."""
    late = step.state == PlanStep.State.OPEN and step.due_on is not None and step.due_on < day
    if step.state == PlanStep.State.DONE:
        return Progress(step, 100, False, False)
    if result is None or result.share is None or step.target is None:
        return Progress(step, min(100, step.progress), False, late)
    start = step.start or 0
    now = 100 * result.share
    if step.target <= start:
        return Progress(step, 100 if now >= step.target else 0, True, late)
    percent = round(100 * (now - start) / (step.target - start))
    return Progress(step, max(0, min(100, percent)), True, late)


# --- One product


@dataclass(frozen=True, slots=True)
class ProductGaps:
    """A product with the tests that it does not pass."""

    product: Product
    tests: tuple[str, ...]
    notes: int


def gaps_of(diagnosis: Diagnosis, uid: str) -> list[str]:
    """The tests that a product does not pass, in order."""
    return [
        result.code
        for domain in diagnosis.domains
        for result in domain.results
        if ("product", uid) in result.missing
    ]


def products_to_coach(actor: Actor, diagnosis: Diagnosis) -> list[ProductGaps]:
    """The products that the actor may coach or follow, those with most to gain first."""
    missing: dict[str, list[str]] = {}
    for domain in diagnosis.domains:
        for result in domain.results:
            for kind, uid in result.missing:
                if kind == "product":
                    missing.setdefault(uid, []).append(result.code)
    notes: dict[int, int] = {}
    for pk in CoachingNote.objects.filter(done_on=None).values_list("product_id", flat=True):
        notes[pk] = notes.get(pk, 0) + 1
    rows = [
        ProductGaps(product, tuple(missing.get(str(product.uid), ())), notes.get(product.pk, 0))
        for product in _readable(actor)
    ]
    return sorted(rows, key=lambda r: (-len(r.tests), r.product.name))


def _readable(actor: Actor) -> Iterable[Product]:
    found = Product.objects.select_related("entity").prefetch_related("product_lines")
    for product in found.exclude(stage__in=("", "end_of_life")).order_by("folded"):
        if check_right(actor, COACHING_READ, scope_of(product)) is None:
            yield product


def scope_of(product: Product) -> Scope:
    """Where a product lies, for coaching: itself, its lines, its entity and above."""
    path = product.entity.path if product.entity else ""
    above = frozenset(int(pk) for pk in path.split("/") if pk) or root_ids()
    lines = frozenset(link.line_id for link in product.product_lines.all())
    return Scope(entities=frozenset(above), lines=lines, products=frozenset([product.pk]))


def notes_of(product: Product) -> list[CoachingNote]:
    """The notes on a product, those still open first."""
    found = CoachingNote.objects.filter(product=product).select_related("author")
    return sorted(found.order_by("-on", "-pk"), key=lambda n: n.done_on is not None)


def marks_of(run: DiagnosisRun) -> Mapping[str, float | None]:
    """Domain → mark of a diagnosis kept."""
    return {code: run.marks.get(code) for code in maturity.DOMAINS}
