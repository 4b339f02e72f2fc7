"""For each rule, the smallest change of a clean world that breaks it, and only it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from portulan_core.coherence.context import Context
from portulan_core.model import (
    ActionItem,
    Assignment,
    Dependency,
    Indicator,
    Initiative,
    InitiativeProduct,
    Objective,
    ObjectiveConflict,
    Product,
    Project,
    ProjectProduct,
    Promise,
    Request,
    Risk,
    StagePeriod,
    World,
)
from portulan_core.periods import fiscal_year, month_of

Mutation = Callable[[World, date], tuple[World, str]]
MUTATIONS: dict[str, Mutation] = {}


def breaks(code: str) -> Callable[[Mutation], Mutation]:
    def register(function: Mutation) -> Mutation:
        MUTATIONS[code] = function
        return function

    return register


def new(number: int) -> str:
    return f"ffffffff-0000-7000-8000-{number:012d}"


def in_stage(world: World, day: date, stage: str, periods: int = 1) -> Product:
    context = Context(world, day)
    return next(
        p
        for uid, p in world.products.items()
        if context.stages[uid] == stage and len(context.periods[uid]) >= periods
    )


def periods_of(world: World, product: str) -> list[StagePeriod]:
    return sorted(
        (p for p in world.stage_periods.values() if p.product == product),
        key=lambda p: p.position,
    )


def first_plan(world: World, state: str = "planned") -> Initiative:
    return next(i for i in world.initiatives.values() if i.state == state and i.start is not None)


@breaks("LIF-01")
def _(world: World, day: date) -> tuple[World, str]:
    product = in_stage(world, day, "run", 2)
    earlier, later = periods_of(world, product.uid)[:2]
    assert later.starts is not None
    changed = replace(earlier, ends=later.starts + timedelta(days=10))
    return world.with_rows("stage_periods", [changed]), product.uid


@breaks("LIF-02")
def _(world: World, day: date) -> tuple[World, str]:
    product = in_stage(world, day, "run", 2)
    earlier, later = periods_of(world, product.uid)[-2:]
    assert earlier.starts is not None
    return world.with_rows(
        "stage_periods",
        [replace(earlier, stage="run"), replace(later, stage="development")],
    ), product.uid


@breaks("LIF-03")
def _(world: World, day: date) -> tuple[World, str]:
    product = in_stage(world, day, "run", 2)
    earlier, later = periods_of(world, product.uid)[:2]
    return world.with_rows(
        "stage_periods", [replace(earlier, starts=later.starts, ends=None)]
    ), product.uid


@breaks("LIF-04")
def _(world: World, day: date) -> tuple[World, str]:
    product = in_stage(world, day, "run", 2)
    earlier = periods_of(world, product.uid)[0]
    assert earlier.starts is not None
    return world.with_rows(
        "stage_periods", [replace(earlier, ends=earlier.starts - timedelta(days=3))]
    ), product.uid


@breaks("LIF-05")
def _(world: World, day: date) -> tuple[World, str]:
    # Nothing else may hang on the product: an active one without a stage is no longer active.
    product = next(iter(world.products.values()))
    fresh = replace(product, uid=new(1), code="NEW", name="Un produit sans étape", team=None)
    return world.with_rows("products", [fresh]), fresh.uid


@breaks("LIF-06")
def _(world: World, day: date) -> tuple[World, str]:
    initiative = first_plan(world)
    product, period = Product(new(1), "OLD", "En fin de vie"), new(2)
    world = world.with_rows("products", [product]).with_rows(
        "stage_periods", [StagePeriod(period, product.uid, "end_of_life", date(2020, 1, 1))]
    )
    shares = [s for s in world.initiative_products.values() if s.initiative == initiative.uid]
    return world.without("initiative_products", [s.uid for s in shares]).with_rows(
        "initiative_products", [InitiativeProduct(new(3), initiative.uid, product.uid)]
    ), product.uid


@breaks("LIF-07")
def _(world: World, day: date) -> tuple[World, str]:
    product = in_stage(world, day, "run")
    last = periods_of(world, product.uid)[-1]
    ahead = StagePeriod(
        new(1), product.uid, "end_of_life", day + timedelta(days=90), position=last.position + 1
    )
    return world.with_rows("stage_periods", [ahead]), product.uid


@breaks("LIF-08")
def _(world: World, day: date) -> tuple[World, str]:
    product = in_stage(world, day, "run")
    last = periods_of(world, product.uid)[-1]
    return world.with_rows(
        "stage_periods", [replace(last, ends=day - timedelta(days=1))]
    ), product.uid


@breaks("ROL-01")
def _(world: World, day: date) -> tuple[World, str]:
    product = in_stage(world, day, "run")
    gone = [
        a.uid
        for a in world.assignments.values()
        if a.target == product.uid and a.role in ("product_manager", "product_owner")
    ]
    return world.without("assignments", gone), product.uid


@breaks("ROL-02")
def _(world: World, day: date) -> tuple[World, str]:
    product = in_stage(world, day, "run")
    held = {a.person for a in world.assignments.values()}
    idle = next((p for p in world.people if p not in held), None)
    person = idle or next(
        a.person
        for a in world.assignments.values()
        if a.target_type != "product"
        and not any(b.person == a.person and b.target_type == "product"
                    for b in world.assignments.values())
    )
    return world.with_rows(
        "assignments", [Assignment(new(1), person, "product_manager", "product", product.uid)]
    ), product.uid


@breaks("ROL-03")
def _(world: World, day: date) -> tuple[World, str]:
    product = in_stage(world, day, "run")
    people = [
        a.uid for a in world.assignments.values() if a.target == product.uid and a.role == "sponsor"
    ]
    parts = [
        e.uid
        for e in world.product_entities.values()
        if e.product == product.uid and e.part == "sponsor"
    ]
    return world.without("assignments", people).without("product_entities", parts), product.uid


@breaks("STA-01")
def _(world: World, day: date) -> tuple[World, str]:
    # A product manager who is assigned is staff: the rule needs a product owned by nobody at all,
    # hence the role is kept by the sponsor alone and ROL-01 is not what is tested here.
    product = in_stage(world, day, "run")
    gone = [
        a.uid for a in world.assignments.values() if a.target == product.uid and a.role != "sponsor"
    ]
    return world.without("assignments", gone).with_rows(
        "products", [replace(product, team=None)]
    ), product.uid


@breaks("STA-02")
def _(world: World, day: date) -> tuple[World, str]:
    product, person = Product(new(1), "OLD", "Arrêté"), next(iter(world.people))
    return world.with_rows("products", [product]).with_rows(
        "stage_periods", [StagePeriod(new(2), product.uid, "end_of_life", date(2020, 1, 1))]
    ).with_rows(
        "assignments", [Assignment(new(3), person, "developer", "product", product.uid)]
    ), product.uid


@breaks("STA-03")
def _(world: World, day: date) -> tuple[World, str]:
    context = Context(world, day)
    held = {a.person for a in world.assignments.values()}
    person = next((p for p in world.people if p not in held), None)
    if person is None:
        row = replace(next(iter(world.people.values())), uid=new(9), code="NEW", name="Éparpillé")
        world, person = world.with_rows("people", [row]), row.uid
    return world.with_rows(
        "assignments",
        [
            Assignment(new(i), person, "developer", "product", product)
            for i, product in enumerate(sorted(context.active)[:5])
        ],
    ), person


@breaks("OBJ-01")
def _(world: World, day: date) -> tuple[World, str]:
    links = list(world.objective_products.values())
    count = {o: sum(1 for x in links if x.objective == o) for o in {x.objective for x in links}}
    context = Context(world, day)
    product = next(
        p
        for p in sorted(context.active)
        if all(count[x.objective] > 1 for x in links if x.product == p)
    )
    return world.without(
        "objective_products", [x.uid for x in links if x.product == product]
    ), product


@breaks("OBJ-02")
def _(world: World, day: date) -> tuple[World, str]:
    objective = Objective(new(1), "NEW", "Un objectif que rien ne sert")
    known = next(iter(world.key_results.values()))
    return world.with_rows("objectives", [objective]).with_rows(
        "key_results", [replace(known, uid=new(2), objective=objective.uid)]
    ), objective.uid


@breaks("OBJ-03")
def _(world: World, day: date) -> tuple[World, str]:
    first, second, *_ = world.objectives
    return world.with_rows(
        "objective_conflicts", [ObjectiveConflict(new(1), first, second, "contraires")]
    ), first


@breaks("OBJ-04")
def _(world: World, day: date) -> tuple[World, str]:
    objective = next(iter(world.key_results.values())).objective
    gone = [k.uid for k in world.key_results.values() if k.objective == objective]
    return world.without("key_results", gone), objective


@breaks("IND-01")
def _(world: World, day: date) -> tuple[World, str]:
    product = in_stage(world, day, "run")
    used = {k.indicator for k in world.key_results.values()}
    gone = [i.uid for i in world.indicators.values() if i.product == product.uid]
    assert gone, used
    return world.without("indicators", gone), product.uid


@breaks("IND-02")
def _(world: World, day: date) -> tuple[World, str]:
    row = next(i for i in world.indicators.values() if i.freshness_days)
    assert row.freshness_days is not None
    old = replace(row, last_at=day - timedelta(days=row.freshness_days + 30))
    return world.with_rows("indicators", [old]), row.uid


@breaks("IND-03")
def _(world: World, day: date) -> tuple[World, str]:
    row: Indicator = next(iter(world.indicators.values()))
    return world.with_rows("indicators", [replace(row, target=None)]), row.uid


@breaks("DAT-01")
def _(world: World, day: date) -> tuple[World, str]:
    product = in_stage(world, day, "run")
    return world.with_rows("products", [replace(product, vision=" ")]), product.uid


@breaks("DAT-02")
def _(world: World, day: date) -> tuple[World, str]:
    first, second, *_ = sorted(world.products)
    twin = replace(world.products[second], name=world.products[first].name.upper())
    return world.with_rows("products", [twin]), first


@breaks("DAT-03")
def _(world: World, day: date) -> tuple[World, str]:
    share = next(iter(world.initiative_products.values()))
    return world.with_rows(
        "initiative_products", [replace(share, share=share.share - 1_000)]
    ), share.initiative


@breaks("BUD-01")
def _(world: World, day: date) -> tuple[World, str]:
    # Money moves from one line's envelope to another's: the whole still fits.
    first = next(e for e in world.entities.values() if e.parent is None).fiscal_first_month
    year = fiscal_year(month_of(day), first)
    rows = [
        e
        for e in world.envelopes.values()
        if e.version == "revised" and e.fiscal_year == year and e.line
    ]
    poor = rows[0].line
    rich = next(e for e in rows if e.line != poor and world.lines[e.line].axis ==
                world.lines[poor].axis and (e.stage == rows[0].stage or True))
    taken = [e for e in rows if e.line == poor]
    total = sum(e.amount - 1 for e in taken)
    changed = [replace(e, amount=1) for e in taken]
    return world.with_rows(
        "envelopes", [*changed, replace(rich, amount=rich.amount + total)]
    ), poor


@breaks("BUD-03")
def _(world: World, day: date) -> tuple[World, str]:
    root = next(e for e in world.entities.values() if e.parent is None)
    year = fiscal_year(month_of(day), root.fiscal_first_month)
    kept = [
        e.uid for e in world.envelopes.values() if e.fiscal_year == year
    ]
    general = replace(
        world.envelopes[kept[0]], uid=new(1), line=None, stage="", version="revised", amount=1,
        entity=root.uid,
    )
    return world.without("envelopes", kept).with_rows("envelopes", [general]), root.uid


@breaks("BUD-02")
def _(world: World, day: date) -> tuple[World, str]:
    row = first_plan(world)
    bare = replace(row, costs_capex=(), costs_opex=(), efforts=())
    return world.with_rows("initiatives", [bare]), row.uid


@breaks("CAP-01")
def _(world: World, day: date) -> tuple[World, str]:
    month = month_of(day)
    row = next(
        i
        for i in world.initiatives.values()
        if i.state in ("planned", "in_progress")
        and i.start is not None
        and i.start + i.months > month + 1
        and any(sum(days) for _, days in i.efforts)
    )
    team = max(row.efforts, key=lambda e: sum(e[1]))[0]
    heavy = tuple((t, tuple(d * 1000 for d in ds) if t == team else ds) for t, ds in row.efforts)
    return world.with_rows("initiatives", [replace(row, efforts=heavy)]), team


@breaks("CAP-02")
def _(world: World, day: date) -> tuple[World, str]:
    month = month_of(day)
    team = next(
        team
        for i in world.initiatives.values()
        if i.state in ("planned", "in_progress") and i.start is not None
        for team, days in i.efforts
        if any(v for at, v in enumerate(days) if month <= i.start + at < month + 12)
    )
    gone = [c.uid for c in world.capacities.values() if c.team == team]
    return world.without("capacities", gone), team


@breaks("DEP-01")
def _(world: World, day: date) -> tuple[World, str]:
    planned = [
        i for i in world.initiatives.values() if i.state == "planned" and i.start is not None
    ]
    late = max(planned, key=lambda i: i.end or 0)
    free = min((i for i in planned if i.uid != late.uid), key=lambda i: i.start or 0)
    return world.with_rows(
        "dependencies", [Dependency(new(1), "finish_start", late.uid, free.uid)]
    ), free.uid


@breaks("DEP-02")
def _(world: World, day: date) -> tuple[World, str]:
    row = first_plan(world)
    idea = replace(row, uid=new(1), code="NEW", name="Une idée", state="refused", start=None)
    share = next(s for s in world.initiative_products.values() if s.initiative == row.uid)
    return world.with_rows("initiatives", [idea]).with_rows(
        "initiative_products", [replace(share, uid=new(3), initiative=idea.uid, share=10_000)]
    ).with_rows("dependencies", [Dependency(new(2), "finish_start", idea.uid, row.uid)]), row.uid


@breaks("DEP-03")
def _(world: World, day: date) -> tuple[World, str]:
    done = [i for i in world.initiatives.values() if i.state not in ("planned", "in_progress")]
    first, second = sorted(i.uid for i in done[:2])
    return world.with_rows(
        "dependencies",
        [
            Dependency(new(1), "finish_start", first, second),
            Dependency(new(2), "finish_start", second, first),
        ],
    ), first


@breaks("DEP-04")
def _(world: World, day: date) -> tuple[World, str]:
    needing = in_stage(world, day, "run")
    ending = Product(new(1), "OLD", "En fin de vie")
    return world.with_rows("products", [ending]).with_rows(
        "stage_periods", [StagePeriod(new(2), ending.uid, "end_of_life", date(2020, 1, 1))]
    ).with_rows(
        "dependencies",
        [Dependency(new(3), "needs", ending.uid, needing.uid, subject="product")],
    ), needing.uid


@breaks("GOV-01")
def _(world: World, day: date) -> tuple[World, str]:
    row = next(d for d in world.decisions.values() if d.state == "applied")
    stuck = replace(row, state="decided", applied=False, verdict="whole")
    return world.with_rows("decisions", [stuck]), row.uid


@breaks("GOV-02")
def _(world: World, day: date) -> tuple[World, str]:
    late = ActionItem(new(1), "Relancer", due_on=day - timedelta(days=4))
    return world.with_rows("action_items", [late]), late.uid


@breaks("GOV-03")
def _(world: World, day: date) -> tuple[World, str]:
    decision = next(iter(world.decisions))
    promise = Promise(new(1), decision, "indicator", due_on=day - timedelta(days=60))
    return world.with_rows("promises", [promise]), promise.uid


@breaks("GOV-04")
def _(world: World, day: date) -> tuple[World, str]:
    # A large initiative of its own, engaged in the past so that no budget of this year moves.
    product = in_stage(world, day, "run")
    row = Initiative(
        new(1), "BIG", "Engagée sans décision", state="in_progress",
        start=month_of(day) - 48, months=12, costs_opex=(20_000_000,),
    )
    return world.with_rows("initiatives", [row]).with_rows(
        "initiative_products", [InitiativeProduct(new(2), row.uid, product.uid)]
    ), row.uid


@breaks("GOV-05")
def _(world: World, day: date) -> tuple[World, str]:
    product = in_stage(world, day, "run")
    return world.with_rows("products", [replace(product, entity=None)]), product.uid


@breaks("GOV-06")
def _(world: World, day: date) -> tuple[World, str]:
    forum = next(f for f in world.forums.values() if f.active)
    chair = [m.uid for m in world.forum_members.values() if m.forum == forum.uid
             and m.right == "chair"]
    return world.without("forum_members", chair), forum.uid


@breaks("GOV-07")
def _(world: World, day: date) -> tuple[World, str]:
    row = Request(new(1), "NEW", "Une demande", asked_on=day - timedelta(days=120))
    return world.with_rows("requests", [row]), row.uid


@breaks("RSK-01")
def _(world: World, day: date) -> tuple[World, str]:
    row = Risk(new(1), "product", next(iter(world.products)), "Grave", likelihood=4, impact=5)
    return world.with_rows("risks", [row]), row.uid


def _project(world: World, **values: object) -> tuple[World, str]:
    row = replace(
        Project(new(1), "NEW", "Un projet", budget=1_000_00, state="running"), **values  # type: ignore[arg-type]  (columns by name)
    )
    share = ProjectProduct(new(2), row.uid, next(iter(world.products)))
    return world.with_rows("projects", [row]).with_rows("project_products", [share]), row.uid


@breaks("PRJ-01")
def _(world: World, day: date) -> tuple[World, str]:
    return _project(
        world, baseline_ends=day + timedelta(days=10), ends=day + timedelta(days=200)
    )


@breaks("PRJ-02")
def _(world: World, day: date) -> tuple[World, str]:
    return _project(world, ends=day - timedelta(days=20), baseline_ends=day - timedelta(days=20))


@breaks("PRJ-03")
def _(world: World, day: date) -> tuple[World, str]:
    world, uid = _project(world, ends=day + timedelta(days=20))
    return world.without("project_products", [new(2)]), uid


@breaks("PRJ-04")
def _(world: World, day: date) -> tuple[World, str]:
    return _project(world, ends=day + timedelta(days=20), budget=None)


@breaks("PRJ-05")
def _(world: World, day: date) -> tuple[World, str]:
    world, uid = _project(world, ends=day + timedelta(days=20))
    row = Initiative(new(4), "DEAR", "Trop chère", state="proposed", project=uid,
                     costs_opex=(500_000_00,))
    return world.with_rows("initiatives", [row]).with_rows(
        "initiative_products", [InitiativeProduct(new(5), row.uid, next(iter(world.products)))]
    ), uid


@breaks("PRJ-06")
def _(world: World, day: date) -> tuple[World, str]:
    return _project(
        world, state="proposed", starts=day - timedelta(days=90), ends=day + timedelta(days=90)
    )


#: What a mutation cannot help breaking as well.
ALSO: dict[str, set[str]] = {"STA-01": {"ROL-01"}}

