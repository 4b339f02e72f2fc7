"""Rules on life cycle, roles, staffing, objectives, indicators and the quality of product facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from portulan_core.coherence.context import Context, in_force
from portulan_core.coherence.rule import Hit, Severity, rule
from portulan_core.lifecycle import current_period
from portulan_core.model import STAGES, StagePeriod

Thresholds = Mapping[str, float]
_RANK = {stage: index for index, stage in enumerate(STAGES)}


def _dated(periods: list[StagePeriod]) -> dict[str, list[StagePeriod]]:
    """Periods with a start, by market, in the order of starts (then of stages, then of source)."""
    by_market: dict[str, list[StagePeriod]] = defaultdict(list)
    for period in periods:
        if period.starts is not None:
            by_market[period.market].append(period)
    for found in by_market.values():
        found.sort(
            key=lambda p: (p.starts or date.min, _RANK.get(p.stage or "", -1), p.position)
        )
    return by_market


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _word(period: StagePeriod) -> str:
    return period.source_stage or period.stage or ""


@rule(
    "LIF-01", "life_cycle", Severity.MINOR, "product", "products stage_periods",
    "name first second end start",
)
def overlapping(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A stage that ends after another of its market has started, later than itself."""
    for uid, product in context.world.products.items():
        for periods in _dated(context.periods.get(uid, [])).values():
            pair = next(
                (
                    (a, b)
                    for a in periods
                    for b in periods
                    if a.starts and b.starts and a.ends and a.starts < b.starts < a.ends
                ),
                None,
            )
            if pair:
                yield Hit(
                    uid,
                    {
                        "name": product.name,
                        "first": _word(pair[0]),
                        "second": _word(pair[1]),
                        "end": _iso(pair[0].ends),
                        "start": _iso(pair[1].starts),
                    },
                )
                break


@rule(
    "LIF-02", "life_cycle", Severity.MAJOR, "product", "products stage_periods",
    "name first second start",
)
def backward(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A stage that starts strictly later comes earlier in the life cycle."""
    for uid, product in context.world.products.items():
        for periods in _dated(context.periods.get(uid, [])).values():
            known = [p for p in periods if p.stage is not None]
            pair = next(
                (
                    (a, b)
                    for a, b in pairwise(known)
                    if a.starts != b.starts and _RANK[b.stage or ""] < _RANK[a.stage or ""]
                ),
                None,
            )
            if pair:
                yield Hit(
                    uid,
                    {
                        "name": product.name,
                        "first": _word(pair[0]),
                        "second": _word(pair[1]),
                        "start": _iso(pair[1].starts),
                    },
                )
                break


@rule(
    "LIF-03", "life_cycle", Severity.MINOR, "product", "products stage_periods",
    "name first second start",
)
def same_start(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """Two stages of one market start on the same day."""
    for uid, product in context.world.products.items():
        for periods in _dated(context.periods.get(uid, [])).values():
            pair = next(
                ((a, b) for a, b in pairwise(periods) if a.starts == b.starts),
                None,
            )
            if pair:
                yield Hit(
                    uid,
                    {
                        "name": product.name,
                        "first": _word(pair[0]),
                        "second": _word(pair[1]),
                        "start": _iso(pair[0].starts),
                    },
                )
                break


@rule(
    "LIF-04", "life_cycle", Severity.MAJOR, "product", "products stage_periods",
    "name stage start end",
)
def ends_before_start(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A stage ends before it starts."""
    for uid, product in context.world.products.items():
        wrong = next(
            (p for p in context.periods.get(uid, []) if p.starts and p.ends and p.ends < p.starts),
            None,
        )
        if wrong:
            yield Hit(
                uid,
                {
                    "name": product.name,
                    "stage": _word(wrong),
                    "start": _iso(wrong.starts),
                    "end": _iso(wrong.ends),
                },
            )


@rule("LIF-05", "life_cycle", Severity.MAJOR, "product", "products stage_periods", "name")
def without_stage(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """No stage in force today: nobody can tell which funding time pays."""
    for uid, product in context.world.products.items():
        if context.stages[uid] is None:
            yield Hit(uid, {"name": product.name})


@rule(
    "LIF-06", "life_cycle", Severity.MAJOR, "product",
    "products stage_periods initiatives initiative_products", "name count amount",
)
def fed_at_end_of_life(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A product at its end of life still receives initiatives other than its own ending."""
    for uid in sorted(context.stopped):
        alive = [
            i
            for i in context.product_initiatives.get(uid, [])
            if i.state in ("planned", "in_progress")
            and i.stage != "end_of_life"
            and (i.end is None or i.end > context.month)
        ]
        if alive:
            amount = sum(i.cost for i in alive)
            yield Hit(
                uid,
                {
                    "name": context.world.products[uid].name,
                    "count": len(alive),
                    "amount": amount,
                },
                related=tuple(("initiative", i.uid) for i in alive),
                weight=amount / 100,
            )


@rule(
    "LIF-07", "life_cycle", Severity.INFO, "product", "products stage_periods", "name stage start"
)
def future_stage(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A stage is entered as a fact although it starts in the future."""
    for uid, product in context.world.products.items():
        ahead = [
            p
            for p in context.periods.get(uid, [])
            if p.starts is not None and p.starts > context.day
        ]
        if ahead:
            yield Hit(
                uid,
                {
                    "name": product.name,
                    "stage": _word(ahead[0]),
                    "start": _iso(ahead[0].starts),
                },
            )


@rule(
    "LIF-08", "life_cycle", Severity.MINOR, "product", "products stage_periods", "name stage end"
)
def ended_without_sequel(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """The current stage has an end that is past, and nothing follows (end of life aside)."""
    for uid, product in context.world.products.items():
        period = current_period(context.periods.get(uid, []), context.day)
        if period is None or period.stage == "end_of_life":
            continue
        if period.ends is not None and period.ends < context.day:
            yield Hit(
                uid, {"name": product.name, "stage": _word(period), "end": _iso(period.ends)}
            )


@rule(
    "ROL-01", "roles", Severity.MAJOR, "product", "products stage_periods assignments", "name"
)
def without_manager(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """An active product that nobody manages: no product manager and no product owner."""
    for uid in sorted(context.active):
        roles = {a.role for a in context.assignments.get(uid, [])}
        if not roles & {"product_manager", "product_owner"}:
            yield Hit(uid, {"name": context.world.products[uid].name})


@rule(
    "ROL-02", "roles", Severity.MINOR, "product", "products stage_periods assignments people",
    "name count people",
)
def several_managers(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """Several product managers at once: nobody knows who decides."""
    for uid in sorted(context.active):
        people = sorted(
            {a.person for a in context.assignments.get(uid, []) if a.role == "product_manager"}
        )
        if len(people) > 1:
            yield Hit(
                uid,
                {
                    "name": context.world.products[uid].name,
                    "count": len(people),
                    "people": ", ".join(context.name("people", p) for p in people[:5]),
                },
                related=tuple(("person", p) for p in people),
            )


@rule(
    "ROL-03", "roles", Severity.MAJOR, "product",
    "products stage_periods assignments product_entities", "name",
)
def without_sponsor(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """An active product without a sponsor, person or organisation."""
    sponsored = {e.product for e in context.world.product_entities.values() if e.part == "sponsor"}
    for uid in sorted(context.active - sponsored):
        if not any(a.role == "sponsor" for a in context.assignments.get(uid, [])):
            yield Hit(uid, {"name": context.world.products[uid].name})


@rule(
    "STA-01", "staffing", Severity.MAJOR, "product",
    "products stage_periods assignments memberships teams", "name",
)
def without_staff(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """An active product on which nobody works: no assignment in force, no team with members."""
    for uid in sorted(context.active):
        product = context.world.products[uid]
        team = product.team is not None and context.team_people.get(product.team, 0) > 0
        people = [a for a in context.assignments.get(uid, []) if a.role != "sponsor"]
        if not people and not team:
            yield Hit(uid, {"name": product.name})


@rule(
    "STA-02", "staffing", Severity.MAJOR, "product", "products stage_periods assignments",
    "name count",
)
def staffed_after_end(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A product at its end of life to which people are still assigned."""
    for uid in sorted(context.stopped):
        people = {a.person for a in context.assignments.get(uid, []) if a.role != "sponsor"}
        if people:
            yield Hit(
                uid,
                {"name": context.world.products[uid].name, "count": len(people)},
                related=tuple(("person", p) for p in sorted(people)),
                weight=len(people),
            )


@rule(
    "STA-03", "staffing", Severity.MAJOR, "person", "people products stage_periods assignments",
    "name count limit", limit=5,
)
def spread_thin(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A person assigned to ``limit`` active products or more at once."""
    products: dict[str, set[str]] = defaultdict(set)
    for uid in context.active:
        for assignment in context.assignments.get(uid, []):
            if assignment.role != "sponsor":
                products[assignment.person].add(uid)
    for person, held in sorted(products.items()):
        if len(held) >= thresholds["limit"]:
            yield Hit(
                person,
                {
                    "name": context.name("people", person),
                    "count": len(held),
                    "limit": int(thresholds["limit"]),
                },
                related=tuple(("product", uid) for uid in sorted(held)),
                weight=len(held),
            )


@rule(
    "OBJ-01", "objectives", Severity.MINOR, "product",
    "products stage_periods objective_products", "name",
)
def serves_nothing(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """An active product that serves no objective."""
    serving = {link.product for link in context.world.objective_products.values()}
    for uid in sorted(context.active - serving):
        yield Hit(uid, {"name": context.world.products[uid].name})


@rule(
    "OBJ-02", "objectives", Severity.MAJOR, "objective", "objectives objective_products", "name"
)
def unserved(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """An objective of today, with none below it, that no product serves."""
    served = {link.objective for link in context.world.objective_products.values()}
    parents = {o.parent for o in context.world.objectives.values()}
    for uid, objective in context.world.objectives.items():
        if (
            uid not in served
            and uid not in parents
            and in_force(objective.starts, objective.ends, context.day)
        ):
            yield Hit(uid, {"name": objective.name})


@rule(
    "OBJ-03", "objectives", Severity.MAJOR, "objective",
    "objectives objective_conflicts objective_products", "name other reason",
)
def contradiction(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """Two objectives declared to pull apart, that nobody has settled."""
    for conflict in context.world.objective_conflicts.values():
        if not conflict.resolved:
            yield Hit(
                conflict.first,
                {
                    "name": context.name("objectives", conflict.first),
                    "other": context.name("objectives", conflict.second),
                    "reason": conflict.reason,
                },
                related=(("objective", conflict.second),),
            )


@rule("OBJ-04", "objectives", Severity.MINOR, "objective", "objectives key_results", "name")
def unmeasured(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """An objective of today without a key result."""
    measured = {k.objective for k in context.world.key_results.values()}
    for uid, objective in context.world.objectives.items():
        if uid not in measured and in_force(objective.starts, objective.ends, context.day):
            yield Hit(uid, {"name": objective.name})


@rule(
    "IND-01", "indicators", Severity.MINOR, "product", "products stage_periods indicators", "name"
)
def blind(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """A product in development or run without any indicator."""
    measured = {i.product for i in context.world.indicators.values()}
    for uid in sorted(context.active - measured):
        if context.stages[uid] in ("development", "run"):
            yield Hit(uid, {"name": context.world.products[uid].name})


@rule("IND-02", "indicators", Severity.MINOR, "indicator", "indicators", "name days last", grace=0)
def stale(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """An indicator whose last measure is older than the freshness it promises."""
    for uid, indicator in context.world.indicators.items():
        if indicator.freshness_days is None:
            continue
        limit = context.day - timedelta(days=indicator.freshness_days + int(thresholds["grace"]))
        if indicator.last_at is None or indicator.last_at < limit:
            days = (context.day - indicator.last_at).days if indicator.last_at else 0
            yield Hit(
                uid,
                {"name": indicator.name, "days": days, "last": _iso(indicator.last_at)},
                related=(("product", indicator.product),) if indicator.product else (),
                weight=days,
            )


@rule("IND-03", "indicators", Severity.INFO, "indicator", "indicators", "name missing")
def unowned(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """An indicator without a target or without an owner who vouches for it."""
    for uid, indicator in context.world.indicators.items():
        missing = [
            code
            for code, value in (("target", indicator.target), ("owner", indicator.owner))
            if value is None
        ]
        if missing:
            yield Hit(
                uid,
                {"name": indicator.name, "missing": "+".join(missing)},
                related=(("product", indicator.product),) if indicator.product else (),
            )


@rule("DAT-01", "data_quality", Severity.MINOR, "product", "products stage_periods", "name missing")
def incomplete_sheet(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """An active product whose vision or value is not written."""
    for uid in sorted(context.active):
        product = context.world.products[uid]
        missing = [
            code
            for code, text in (
                ("vision", product.vision),
                ("value_users", product.value_users),
                ("value_business", product.value_business),
            )
            if not text.strip()
        ]
        if missing:
            yield Hit(
                uid, {"name": product.name, "missing": "+".join(missing)}, weight=len(missing)
            )


@rule("DAT-02", "data_quality", Severity.MINOR, "product", "products", "name count")
def same_name(context: Context, thresholds: Thresholds) -> Iterator[Hit]:
    """Several products carry the same name: probably one record too many."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for uid, product in context.world.products.items():
        by_name[" ".join(product.name.casefold().split())].append(uid)
    for uids in by_name.values():
        if len(uids) > 1:
            first, *others = sorted(uids)
            yield Hit(
                first,
                {"name": context.world.products[first].name, "count": len(uids)},
                related=tuple(("product", uid) for uid in others),
            )
