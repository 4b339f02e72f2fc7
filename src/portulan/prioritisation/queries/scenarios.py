"""Reads on scenarios: what to assume at first, the World they need, and what changed since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils import timezone

from portulan.base.jobs import JobStatus, status_of
from portulan.organisation.rights import entities_below, entity_uids
from portulan.prioritisation.assumptions import CLOSE, Assumptions, Limit, from_json
from portulan.prioritisation.doubts import Doubts, validated
from portulan.prioritisation.models import (
    Entity,
    Initiative,
    InitiativeProduct,
    Product,
    Scenario,
    Study,
)
from portulan.prioritisation.outcome import standing as where_it_stands
from portulan.prioritisation.problem import Built, build
from portulan.prioritisation.queries.ranking import standing
from portulan.prioritisation.queries.scoring import marks, model_in_force, scores
from portulan.prioritisation.questions import CUT
from portulan.snapshot.assemble import take
from portulan_core.model import CANDIDATE_STATES, PLANNED_STATES, World
from portulan_core.periods import fiscal_year, fiscal_year_start, month_of, quarter_start

#: Tables of the World that arbitration reads.
TABLES = (
    "entities", "teams", "lines", "products", "product_lines", "envelopes", "cost_lines",
    "initiatives", "initiative_products", "benefits", "dependencies", "capacities",
)  # fmt: skip
#: Those that the sheet of assumptions needs to be shown.
GROUND_TABLES = (
    "entities", "teams", "lines", "products", "envelopes", "initiatives", "initiative_products",
    "capacities",
)  # fmt: skip
#: What *fit* gives up of the best value for fewer changes, in basis points.
CALM = 200
#: Quarters from the present one to the end of a horizon, at least.
AHEAD = 4


def present_month() -> int:
    """The ordinal of the present month."""
    return month_of(timezone.localdate())


def arbitration_world() -> World:
    """All that arbitration reads (a constant number of queries)."""
    return take(TABLES)


def sheet_world() -> World:
    """What the sheet of assumptions is shown from: less than what is solved."""
    return take(GROUND_TABLES)


def scope_of(entity: int | None) -> frozenset[str] | None:
    """The uids of an entity and all below it; ``None``: the whole company."""
    return None if entity is None else entity_uids(entities_below([entity]))


def calendar_of(entity: Entity | None) -> int:
    """The first month of the fiscal year of an entity, or of the company."""
    if entity is None:
        entity = Entity.objects.filter(parent=None).order_by("pk").first()
    return entity.fiscal_first_month if entity else 1


def world_for(scenario: Scenario) -> World:
    """The World that a scenario is solved in."""
    return arbitration_world()


def points() -> dict[str, float]:
    """The score of every scored initiative by uid, 0..100."""
    model = model_in_force()
    if model is None:
        return {}
    found = scores(model, marks(model))
    uids = dict(Initiative.objects.filter(state__in=CANDIDATE_STATES).values_list("pk", "uid"))
    return {
        str(uids[pk]): result.value
        for pk, result in found.items()
        if pk in uids and result.value is not None
    }


def doubts(world: World) -> Doubts:
    """How sure scores, benefits and estimates are (the scores of the ranking, and one query)."""
    found = standing()
    spreads: dict[str, float] = {}
    if found is not None:
        weights = found.matrix.weights
        for row, uid in enumerate(found.uids):
            value = float(found.ranges.value[row]) / 100
            deviation = float(((weights * found.matrix.spreads[row]) ** 2).sum()) ** 0.5
            spreads[uid] = deviation / value if value > 0 else 1.0
    estimates = {
        str(uid): percent or 0
        for uid, percent in Initiative.objects.filter(estimate_range__isnull=False).values_list(
            "uid", "estimate_range"
        )
    }
    return Doubts(spreads, estimates, validated(world))


def built_for(world: World, scenario: Scenario) -> Built:
    """A scenario's problem in a World."""
    return build(
        world,
        from_json(scenario.assumptions),
        present_month(),
        points(),
        scope_of(scenario.entity_id),
        calendar_of(scenario.entity),
        doubts(world),
    )


def spent_by(sheet: Assumptions, entity: Entity | None) -> int:
    """What the present plan spends by the date of a cut and may still change, in minor units."""
    asked = replace(sheet, preset="cut", give_back=0, floors=())
    built = build(
        arbitration_world(), asked, present_month(), {},
        scope_of(entity.pk if entity else None), calendar_of(entity),
    )  # fmt: skip
    return next((e.ceiling or 0 for e in built.problem.envelopes if e.key == CUT), 0)


# --- What to assume at first


@dataclass(frozen=True, slots=True)
class Ground:
    """What the sheet of assumptions starts from: the horizon, the plan's money, the budget."""

    first: int
    periods: int
    first_month: int
    basis: str
    #: Whole cost of the present plan, what of it lies ahead, and how many initiatives it holds.
    total: int
    ahead: int
    planned: int
    #: Teams with a known capacity in the horizon: uid, name.
    teams: tuple[tuple[str, str], ...]
    axis: str
    envelopes: tuple[Limit, ...]


def ground(
    world: World, scope: frozenset[str] | None, first_month: int, present: int | None = None
) -> Ground:
    """What is known before anything is assumed.

    The horizon goes from the present fiscal quarter to the end of a fiscal year, four quarters at
    least. When nothing of the present plan lies ahead (dates that are past, or none), the whole
    cost is proposed as the basis.
    """
    present = present_month() if present is None else present
    first = quarter_start(present, first_month)
    year = fiscal_year(first, first_month)
    end = fiscal_year_start(year + 1, first_month)
    while end - first < AHEAD * 3:
        end += 12
    served: dict[str, set[str]] = {}
    for link in world.initiative_products.values():
        product = world.products.get(link.product)
        if product is not None and product.entity is not None:
            served.setdefault(link.initiative, set()).add(product.entity)
    total = ahead = planned = 0
    for row in world.initiatives.values():
        if row.state not in PLANNED_STATES:
            continue
        if scope is not None and row.entity not in scope and not served.get(row.uid, set()) & scope:
            continue
        planned += 1
        total += row.cost
        if row.start is not None and row.end is not None and row.end > present:
            past = max(0, present - row.start)
            ahead += sum(row.costs_capex[past:]) + sum(row.costs_opex[past:])
    known = {c.team for c in world.capacities.values() if first <= c.month < end}
    teams = sorted(
        ((uid, world.teams[uid].name) for uid in known if uid in world.teams), key=lambda t: t[1]
    )
    axis, limits = _limits(world, scope, year, fiscal_year(end - 1, first_month))
    return Ground(
        first=first,
        periods=(end - first) // 3,
        first_month=first_month,
        basis="years" if ahead * 20 >= total and ahead else "whole",
        total=total,
        ahead=ahead,
        planned=planned,
        teams=tuple(teams),
        axis=axis,
        envelopes=limits,
    )


def _limits(
    world: World, scope: frozenset[str] | None, first: int, last: int
) -> tuple[str, tuple[Limit, ...]]:
    """The budget's envelopes of the horizon: revised ones, else voted, along the axis most used."""
    inside = [
        e
        for e in world.envelopes.values()
        if first <= e.fiscal_year <= last and (scope is None or e.entity in scope)
    ]
    axes: dict[str, int] = {}
    for envelope in inside:
        line = world.lines.get(envelope.line or "")
        if line is not None:
            axes[line.axis] = axes.get(line.axis, 0) + 1
    axis = max(sorted(axes), key=lambda name: axes[name], default="")
    found: dict[str, Limit] = {}
    for year in range(first, last + 1):
        of_year = [e for e in inside if e.fiscal_year == year]
        revised = [e for e in of_year if e.version == "revised"]
        for envelope in revised or [e for e in of_year if e.version == "voted"]:
            line = world.lines.get(envelope.line or "")
            if line is not None and line.axis != axis:
                continue
            limit = Limit(
                envelope.amount, year, envelope.line, envelope.stage, envelope.entity, envelope.uid
            )
            known = found.get(limit.key)
            found[limit.key] = (
                limit if known is None else replace(known, amount=known.amount + limit.amount)
            )
    return axis, tuple(found.values())


def first_sheet(preset: str, found: Ground) -> Assumptions:
    """The assumptions of a new scenario.

    *fit* holds the envelopes of the budget and the capacities, stops nothing that has begun, and
    gives up to two hundredths of the value for fewer changes; nothing comes in until one asks.
    *cut* holds nothing but what is given back; on the whole cost, what has begun may stop, for
    otherwise nothing could be given back. *grow* changes nothing of the present plan, and *stop*
    only what it has to.
    """
    whole = found.basis == "whole"
    return Assumptions(
        preset=preset,
        basis=found.basis,
        first=found.first,
        periods=found.periods,
        axis=found.axis,
        envelopes=found.envelopes if preset == "fit" and not whole else (),
        hold_capacity=preset == "fit",
        stop_started=whole and preset in ("fit", "cut"),
        entrants=preset in ("grow", "stop"),
        close=CALM if preset == "fit" else CLOSE,
        max_changes=0 if preset in ("grow", "stop") else None,
    )


# --- What became of it


@dataclass(frozen=True, slots=True)
class Drift:
    """An initiative that is no longer what it was when the scenario was solved."""

    code: str
    name: str


def drift(scenario: Scenario) -> list[Drift]:
    """The candidates of a scenario that changed since it was solved (one query)."""
    plan = (scenario.result or {}).get("plan") or {}
    if not plan or scenario.state == Scenario.State.ADOPTED:
        return []
    found = []
    for row in Initiative.objects.filter(state__isnull=False).only(
        "uid", "code", "name", "state", "start", "months", "cost"
    ):
        was = plan.get(str(row.uid))
        if was is not None and list(was) != where_it_stands(row):
            found.append(Drift(row.code, row.name))
    return found


def job_of(scenario: Scenario) -> JobStatus | None:
    """The scenario's job, when one was asked for."""
    return status_of(scenario.job_uid) if scenario.job_uid else None


def products_by_uid(uids: Iterable[str]) -> dict[str, str]:
    """The main product of each initiative, by the initiative's uid (one query)."""
    found: dict[str, str] = {}
    wanted = set(uids)
    for uid, name in (
        InitiativeProduct.objects.order_by("share", "-pk")
        .values_list("initiative__uid", "product__name")
        .filter(initiative__state__in=CANDIDATE_STATES + ("done", "refused", "stopped"))
    ):
        if str(uid) in wanted:
            found[str(uid)] = name
    return found


def names_of(uids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Code and name of initiatives by uid."""
    wanted = [UUID(uid) for uid in uids]
    return {
        str(uid): (code, name)
        for uid, code, name in Initiative.objects.filter(uid__in=wanted).values_list(
            "uid", "code", "name"
        )
    }


def exit_cost(code: str) -> int:
    """What stopping a product is said to cost on its sheet, nil when nobody said (one query)."""
    found = Product.objects.filter(code=code).values_list("stop_cost", flat=True).first()
    return found or 0


def studies_of(scenario: Scenario) -> dict[str, Study]:
    """What was computed around a scenario's answer, by kind (one query)."""
    return {study.kind: study for study in Study.objects.filter(scenario=scenario)}
