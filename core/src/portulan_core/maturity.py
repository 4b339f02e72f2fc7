"""How far a company is in product mode: fact tests by domain, each a share of objects, on a scale.

A test counts the objects that it is about (``total``) and those that pass (``passed``). Its level
is 1 to 5 by the share: see ``STEPS``. The mark of a domain is the mean level of its tests, the
whole is the mean of the domains. A test without any object says nothing, and counts for nothing.
What is diagnosed is the organisation: no test is about a person.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

from portulan_core import load, money
from portulan_core.lifecycle import current_period
from portulan_core.model import PLANNED_STATES, Indicator, Initiative, StagePeriod, World
from portulan_core.periods import fiscal_year, month_of, quarter_start

T = TypeVar("T")
#: The share from which each level begins: 1 below the first, then 2, 3, 4, 5.
STEPS = (0.25, 0.5, 0.75, 0.9)
DOMAINS = (
    "vision",
    "roles",
    "funding",
    "discovery",
    "flow",
    "governance",
    "value",
    "lifecycle",
    "compliance",
)
ACTIVE = ("exploration", "development", "run")
FRESH_DAYS = 120
#: Products that one manager can hold; beyond, nobody manages them.
SPAN = 4
#: Quarters ahead whose capacity should be known.
AHEAD = 2
#: Work above this amount, in minor units, starts by a decision.
LIMIT = 10_000_000
GRAVE = 12
ANSWER_DAYS = 60

#: Objects of a test: (kind, uid) → passes.
Outcome = Iterable[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class Test:
    """A fact test: its domain, what it reads, and how it judges a World."""

    code: str
    domain: str
    reads: tuple[str, ...]
    judge: Callable[[Facts], Outcome]


@dataclass(frozen=True, slots=True)
class Result:
    """A test's outcome. ``missing`` are the objects that do not pass, as (kind, uid)."""

    code: str
    domain: str
    passed: int
    total: int
    missing: tuple[tuple[str, str], ...] = ()

    @property
    def share(self) -> float | None:
        """The part that passes; ``None``: nothing to judge."""
        return self.passed / self.total if self.total else None

    @property
    def level(self) -> int | None:
        """1 to 5; ``None``: nothing to judge."""
        return level_of(self.share)

    @property
    def to_next(self) -> int:
        """How many more objects must pass for the next level; 0 at the top, or without objects."""
        if self.level is None or self.level == 5:
            return 0
        needed = math.ceil(STEPS[self.level - 1] * self.total - 1e-9)
        return max(1, needed - self.passed)


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain's mark (1.0 to 5.0) with its tests; ``None``: nothing to judge."""

    code: str
    mark: float | None
    results: tuple[Result, ...]

    @property
    def level(self) -> int | None:
        """The whole level reached: the one whose description fits."""
        return None if self.mark is None else min(5, int(self.mark + 1e-9))


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Every domain on a day, and the whole."""

    day: date
    domains: tuple[Domain, ...]

    @property
    def mark(self) -> float | None:
        """The mean of the domains that have a mark."""
        return _mean(d.mark for d in self.domains)

    def domain(self, code: str) -> Domain:
        """One domain.

        Raises:
            KeyError: no such domain.
        """
        for found in self.domains:
            if found.code == code:
                return found
        raise KeyError(code)


def level_of(share: float | None) -> int | None:
    """The level of a share: 1 under 25 %, 2 from there, 3 from 50 %, 4 from 75 %, 5 from 90 %."""
    if share is None:
        return None
    return 1 + sum(share >= step - 1e-9 for step in STEPS)


def _mean(values: Iterable[float | int | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 2) if known else None


class Facts:
    """A World on a day, with what several tests look up."""

    def __init__(self, world: World, day: date) -> None:
        self.world, self.day, self.month = world, day, month_of(day)
        self.fresh = day - timedelta(days=FRESH_DAYS)

    @cached_property
    def periods(self) -> Mapping[str, list[StagePeriod]]:
        """Stage periods by product."""
        rows = sorted(self.world.stage_periods.values(), key=lambda p: p.position)
        return _by(rows, lambda p: p.product)

    @cached_property
    def stage(self) -> Mapping[str, str | None]:
        """Product → its stage today."""
        found = {}
        for uid in self.world.products:
            period = current_period(self.periods.get(uid, []), self.day)
            found[uid] = period.stage if period else None
        return found

    def staged(self, *stages: str) -> list[str]:
        """The products in these stages."""
        return [uid for uid, stage in self.stage.items() if stage in stages]

    @property
    def active(self) -> list[str]:
        """The products that live."""
        return self.staged(*ACTIVE)

    @cached_property
    def roles(self) -> Mapping[str, set[str]]:
        """Product → the roles that somebody holds on it today."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self._assignments("product"):
            found[row.target].add(row.role)
        return found

    def _assignments(self, kind: str):  # type: ignore[no-untyped-def] # rows of assignments
        return [
            row
            for row in self.world.assignments.values()
            if row.target_type == kind
            and (row.starts is None or row.starts <= self.day)
            and (row.ends is None or row.ends >= self.day)
        ]

    @cached_property
    def managed(self) -> Mapping[str, int]:
        """Product → the least number of products that one of its managers holds."""
        held: dict[str, set[str]] = defaultdict(set)
        for row in self._assignments("product"):
            if row.role == "product_manager":
                held[row.person].add(row.target)
        found: dict[str, int] = {}
        for products in held.values():
            for uid in products:
                found[uid] = min(found.get(uid, len(products)), len(products))
        return found

    @cached_property
    def indicators(self) -> Mapping[str, list[Indicator]]:
        """Indicators by product."""
        rows = [row for row in self.world.indicators.values() if row.product]
        return _by(rows, lambda row: row.product or "")

    @cached_property
    def last_measure(self) -> Mapping[str, date]:
        """Indicator → the day of its last measure until today (from the measures, when there)."""
        found = {
            uid: row.last_at
            for uid, row in self.world.indicators.items()
            if row.last_at is not None and row.last_at <= self.day
        }
        for measure in self.world.measures.values():
            known = found.get(measure.indicator)
            if measure.at <= self.day and (known is None or measure.at > known):
                found[measure.indicator] = measure.at
        return found

    def measured(self, product: str, *families: str) -> bool:
        """Whether a product has a fresh measure of one of these families (none given: of any)."""
        return any(
            self.last_measure.get(row.uid, date.min) >= self.fresh
            for row in self.indicators.get(product, [])
            if not families or row.family in families
        )

    @cached_property
    def plan(self) -> list[Initiative]:
        """The present plan."""
        return [
            row
            for row in self.world.initiatives.values()
            if row.start is not None and row.state in PLANNED_STATES
        ]

    @cached_property
    def first_month(self) -> int:
        """The first month of the fiscal year."""
        roots = [row for row in self.world.entities.values() if row.parent is None]
        return roots[0].fiscal_first_month if roots else 1

    @cached_property
    def entities_above(self) -> Mapping[str, set[str]]:
        """Entity → itself and all above."""
        parents = {uid: row.parent for uid, row in self.world.entities.items()}
        found: dict[str, set[str]] = {}
        for uid in parents:
            seen: set[str] = set()
            at: str | None = uid
            while at is not None and at not in seen:
                seen.add(at)
                at = parents.get(at)
            found[uid] = seen
        return found

    @cached_property
    def objective_products(self) -> set[str]:
        """The products that serve an objective."""
        return {row.product for row in self.world.objective_products.values()}


def _by(rows: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


TESTS: dict[str, Test] = {}


def test(
    code: str, domain: str, reads: str
) -> Callable[[Callable[[Facts], Outcome]], Callable[[Facts], Outcome]]:
    """Declare a test; ``reads`` names the tables of the World that it looks at."""

    def register(judge: Callable[[Facts], Outcome]) -> Callable[[Facts], Outcome]:
        TESTS[code] = Test(code, domain, tuple(reads.split()), judge)
        return judge

    return register


def _products(uids: Iterable[str], passes: Callable[[str], bool]) -> Outcome:
    return [("product", uid, passes(uid)) for uid in uids]


# --- Vision and strategy


@test("vision.written", "vision", "products stage_periods")
def _vision(facts: Facts) -> Outcome:
    """Active products with a vision in words."""
    products = facts.world.products
    return _products(facts.active, lambda uid: bool(products[uid].vision.strip()))


@test("vision.value", "vision", "products stage_periods")
def _value_said(facts: Facts) -> Outcome:
    """Active products that say their value for users and for the business."""
    products = facts.world.products
    return _products(
        facts.active,
        lambda uid: bool(
            products[uid].value_users.strip() and products[uid].value_business.strip()
        ),
    )


@test("vision.objectives", "vision", "products stage_periods objective_products")
def _objectives(facts: Facts) -> Outcome:
    """Active products that serve an objective of the company."""
    return _products(facts.active, lambda uid: uid in facts.objective_products)


@test("vision.results", "vision", "objectives key_results")
def _key_results(facts: Facts) -> Outcome:
    """Objectives of today with a key result that has a target and is measured."""
    measured = {
        row.objective
        for row in facts.world.key_results.values()
        if row.target is not None and (row.indicator is not None or row.current is not None)
    }
    return [
        ("objective", uid, uid in measured)
        for uid, row in facts.world.objectives.items()
        if row.ends is None or row.ends >= facts.day
    ]


# --- Product roles


@test("roles.manager", "roles", "products stage_periods assignments")
def _manager(facts: Facts) -> Outcome:
    """Active products with a product manager."""
    return _products(facts.active, lambda uid: "product_manager" in facts.roles[uid])


@test("roles.owner", "roles", "products stage_periods assignments")
def _owner(facts: Facts) -> Outcome:
    """Products being built or run with a product owner."""
    built = facts.staged("development", "run")
    return _products(built, lambda uid: "product_owner" in facts.roles[uid])


@test("roles.business", "roles", "products stage_periods assignments")
def _business(facts: Facts) -> Outcome:
    """Active products where the business has a voice: a business role, or a sponsor."""
    voices = {"business", "marketing", "sponsor"}
    return _products(facts.active, lambda uid: bool(facts.roles[uid] & voices))


@test("roles.span", "roles", "products stage_periods assignments")
def _span(facts: Facts) -> Outcome:
    """Managed products whose manager holds few enough of them to know each."""
    managed = [uid for uid in facts.active if uid in facts.managed]
    return _products(managed, lambda uid: facts.managed[uid] <= SPAN)


@test("roles.team", "roles", "products stage_periods teams")
def _team(facts: Facts) -> Outcome:
    """Products being built or run by a permanent team."""
    teams, products = facts.world.teams, facts.world.products

    def permanent(uid: str) -> bool:
        team = teams.get(products[uid].team or "")
        return team is not None and team.permanent

    return _products(facts.staged("development", "run"), permanent)


# --- Funding and arbitration


@test(
    "funding.envelopes", "funding", "entities envelopes lines products stage_periods product_lines"
)
def _envelopes(facts: Facts) -> Outcome:
    """Primary lines of active products that have an envelope of their own this year."""
    year = fiscal_year(facts.month, facts.first_month)
    lines = facts.world.lines
    funded = {
        row.line for row in facts.world.envelopes.values() if row.fiscal_year == year and row.line
    }
    # Money is given along one way of cutting the portfolio: the others are for reading.
    axes = {lines[uid].axis for uid in funded if uid in lines} or {
        min((row.axis for row in lines.values()), default="")
    }
    active = set(facts.active)
    used = {
        row.line
        for row in facts.world.product_lines.values()
        if row.primary
        and row.product in active
        and row.line in lines
        and lines[row.line].axis in axes
    }
    return [("line", uid, uid in funded or lines[uid].parent in funded) for uid in sorted(used)]


@test("funding.scored", "funding", "initiatives")
def _scored(facts: Facts) -> Outcome:
    """Candidates and planned work with a score on shared criteria."""
    return [
        ("initiative", uid, row.score is not None)
        for uid, row in facts.world.initiatives.items()
        if row.state in ("proposed", "planned")
    ]


@test(
    "funding.exploration",
    "funding",
    "products stage_periods initiatives initiative_products envelopes",
)
def _exploration(facts: Facts) -> Outcome:
    """Products being explored that have time or money of their own to explore."""
    funded = {
        row.product
        for row in facts.world.initiative_products.values()
        if (i := facts.world.initiatives.get(row.initiative)) is not None
        and i.stage == "exploration" and i.state in (*PLANNED_STATES, "done")
    }  # fmt: skip
    return _products(facts.staged("exploration"), lambda uid: uid in funded)


@test(
    "funding.landing",
    "funding",
    "entities initiatives initiative_products envelopes cost_lines products",
)
def _landing(facts: Facts) -> Outcome:
    """Parts of the company whose landing of the year keeps to the envelope in force."""
    year = fiscal_year(facts.month, facts.first_month)
    chosen: dict[str, int] = {}
    best: dict[tuple[str, str | None, str], tuple[bool, int]] = {}
    for row in facts.world.envelopes.values():
        if row.fiscal_year == year and row.entity and row.version in ("voted", "revised"):
            place = (row.entity, row.line, row.stage)
            revised = row.version == "revised"
            if place not in best or revised:
                best[place] = (revised, row.amount)
    for (entity, _line, _stage), (_revised, amount) in best.items():
        chosen[entity] = chosen.get(entity, 0) + amount
    if not chosen:
        return []
    spent: dict[str, int] = defaultdict(int)
    for piece in money.world_pieces(facts.world, year, facts.month):
        product = facts.world.products.get(piece.product or "")
        initiative = facts.world.initiatives.get(piece.initiative or "")
        held = (product.entity if product else None) or (
            initiative.entity if initiative else None
        )
        for uid in facts.entities_above.get(held or "", ()):
            spent[uid] += piece.amounts.landing
    return [("entity", uid, spent[uid] <= amount) for uid, amount in sorted(chosen.items())]


# --- Discovery and evidence


@test("discovery.explored", "discovery", "products stage_periods")
def _explored(facts: Facts) -> Outcome:
    """Products being built that were explored first."""
    return _products(
        facts.staged("development"),
        lambda uid: any(p.stage == "exploration" for p in facts.periods.get(uid, [])),
    )


@test("discovery.evidence", "discovery", "products stage_periods indicators")
def _evidence(facts: Facts) -> Outcome:
    """Products being explored or built of which something was measured lately."""
    return _products(facts.staged("exploration", "development"), facts.measured)


@test("discovery.benefits", "discovery", "initiatives benefits")
def _benefits(facts: Facts) -> Outcome:
    """Planned work that says what it will bring."""
    said = {row.initiative for row in facts.world.benefits.values() if row.amount}
    return [("initiative", row.uid, row.uid in said) for row in facts.plan]


@test("discovery.requests", "discovery", "requests")
def _requests(facts: Facts) -> Outcome:
    """Requests answered within two months, or young enough."""
    return [
        (
            "request",
            uid,
            ((row.answered_on or facts.day) - row.asked_on).days <= ANSWER_DAYS,
        )
        for uid, row in facts.world.requests.items()
        if row.asked_on is not None and (facts.day - row.asked_on).days <= 365
    ]


# --- Delivery flow


@test("flow.estimated", "flow", "initiatives")
def _estimated(facts: Facts) -> Outcome:
    """Planned work whose effort is known by team."""
    return [("initiative", row.uid, bool(row.effort)) for row in facts.plan]


@test("flow.on_time", "flow", "initiatives")
def _on_time(facts: Facts) -> Outcome:
    """Work in progress that is not past its end, and planned work not past its start."""
    found = []
    for row in facts.plan:
        late = (
            (row.end or 0) <= facts.month
            if row.state == "in_progress"
            else ((row.start or 0) < facts.month)
        )
        found.append(("initiative", row.uid, not late))
    return found


@test("flow.capacity", "flow", "teams capacities")
def _capacity(facts: Facts) -> Outcome:
    """Permanent teams whose capacity of the coming quarters is known."""
    months = range(facts.month, facts.month + 3 * AHEAD)
    known = {(row.team, row.month) for row in facts.world.capacities.values()}
    return [
        ("team", uid, all((uid, month) in known for month in months))
        for uid, row in facts.world.teams.items()
        if row.permanent and (row.ends is None or row.ends >= facts.day)
    ]


@test("flow.load", "flow", "entities teams capacities initiatives")
def _loaded(facts: Facts) -> Outcome:
    """Teams asked for no more than they can give, in each of the coming quarters."""
    first = quarter_start(facts.month, facts.first_month)
    rows = load.world_load(facts.world, first, AHEAD).rows()
    return [
        ("team", str(row[0].team), all((cell.ratio or 0) <= 1 for cell in row))
        for row in rows
        if row and any(cell.ratio is not None for cell in row)
    ]


# --- Governance and decisions


@test("governance.covered", "governance", "products stage_periods entities forums")
def _covered(facts: Facts) -> Outcome:
    """Active products that a portfolio committee covers."""
    seats = {
        row.entity for row in facts.world.forums.values() if row.active and row.level == "portfolio"
    }
    products = facts.world.products

    def covered(uid: str) -> bool:
        above = facts.entities_above.get(products[uid].entity or "", set())
        return None in seats or bool(above & seats)

    return _products(facts.active, covered)


@test("governance.quorum", "governance", "forums forum_members")
def _quorum(facts: Facts) -> Outcome:
    """Active committees that somebody chairs and whose quorum can be reached."""
    found = []
    for uid, forum in facts.world.forums.items():
        if not forum.active:
            continue
        rights = [
            m.right
            for m in facts.world.forum_members.values()
            if m.forum == uid
            and (m.starts is None or m.starts <= facts.day)
            and (m.ends is None or m.ends >= facts.day)
        ]
        votes = sum(right in ("votes", "chair") for right in rights)
        found.append(("forum", uid, "chair" in rights and votes >= max(1, forum.quorum)))
    return found


@test("governance.decided", "governance", "initiatives decisions")
def _decided(facts: Facts) -> Outcome:
    """Work in progress above the amount that asks for a decision, and that one covers."""
    covered = {
        uid
        for row in facts.world.decisions.values()
        if row.decided_on is not None and row.decided_on <= facts.day
        for uid in row.initiatives
    }
    return [
        ("initiative", row.uid, row.uid in covered)
        for row in facts.plan
        if row.state == "in_progress" and row.cost > LIMIT
    ]


@test("governance.applied", "governance", "decisions")
def _applied(facts: Facts) -> Outcome:
    """Decisions of the last year that took effect when their day came."""
    return [
        ("decision", uid, row.applied)
        for uid, row in facts.world.decisions.items()
        if row.verdict in ("whole", "partial", "conditional")
        and row.state in ("decided", "applied")
        and row.decided_on is not None
        and 0 <= (facts.day - row.decided_on).days <= 365
        and (row.effective_on or row.decided_on) <= facts.day
    ]


@test("governance.actions", "governance", "action_items")
def _actions(facts: Facts) -> Outcome:
    """Open actions that are not late."""
    return [
        ("action", uid, row.due_on >= facts.day)
        for uid, row in facts.world.action_items.items()
        if row.state == "open" and row.due_on is not None
    ]


# --- Value measurement


@test("value.usage", "value", "products stage_periods indicators")
def _usage(facts: Facts) -> Outcome:
    """Products in run whose usage was measured lately."""
    return _products(facts.staged("run"), lambda uid: facts.measured(uid, "usage"))


@test("value.business", "value", "products stage_periods indicators")
def _business_measured(facts: Facts) -> Outcome:
    """Products in run whose business results were measured lately."""
    return _products(facts.staged("run"), lambda uid: facts.measured(uid, "business"))


@test("value.targets", "value", "indicators")
def _targets(facts: Facts) -> Outcome:
    """Indicators with a target and somebody who vouches for them."""
    return [
        ("indicator", uid, row.target is not None and row.owner is not None)
        for uid, row in facts.world.indicators.items()
    ]


@test("value.promised", "value", "decisions promises")
def _promised(facts: Facts) -> Outcome:
    """Decisions of the last year to launch, reinforce or fund that promise something checkable."""
    promising = {row.decision for row in facts.world.promises.values() if row.due_on is not None}
    kinds = (
        "launch", "launch_discovery", "launch_development", "reinforce", "fund", "pivot",
    )  # fmt: skip
    return [
        ("decision", uid, uid in promising)
        for uid, row in facts.world.decisions.items()
        if row.kind in kinds
        and row.verdict in ("whole", "partial", "conditional")
        and row.decided_on is not None
        and 0 <= (facts.day - row.decided_on).days <= 365
    ]


@test("value.checked", "value", "promises decisions")
def _checked(facts: Facts) -> Outcome:
    """Promises come due that were set against what came."""
    return [
        ("promise", uid, row.realised is not None)
        for uid, row in facts.world.promises.items()
        if row.due_on is not None and row.due_on <= facts.day
    ]


# --- Life cycle and debt


@test("lifecycle.stage", "lifecycle", "products stage_periods")
def _staged(facts: Facts) -> Outcome:
    """Products whose stage of today is known."""
    return _products(facts.world.products, lambda uid: facts.stage[uid] is not None)


@test("lifecycle.quality", "lifecycle", "products stage_periods indicators")
def _quality(facts: Facts) -> Outcome:
    """Products in run whose quality was measured lately."""
    return _products(facts.staged("run"), lambda uid: facts.measured(uid, "quality"))


@test("lifecycle.successor", "lifecycle", "products stage_periods")
def _successor(facts: Facts) -> Outcome:
    """Products at their end of life that say when they stop, or what comes after."""
    products = facts.world.products

    def ends(uid: str) -> bool:
        return products[uid].successor is not None or any(
            p.stage == "end_of_life" and p.ends is not None for p in facts.periods.get(uid, [])
        )

    return _products(facts.staged("end_of_life"), ends)


@test("lifecycle.projects", "lifecycle", "projects project_products")
def _projects(facts: Facts) -> Outcome:
    """Running projects that serve a product."""
    serving = {row.project for row in facts.world.project_products.values()}
    return [
        ("project", uid, uid in serving)
        for uid, row in facts.world.projects.items()
        if row.state == "running"
    ]


@test("lifecycle.risks", "lifecycle", "risks")
def _risks(facts: Facts) -> Outcome:
    """Grave open risks with an owner and a review to come."""
    return [
        (
            "risk",
            uid,
            row.owner is not None and row.review_on is not None and row.review_on >= facts.day,
        )
        for uid, row in facts.world.risks.items()
        if row.state == "open" and row.likelihood * row.impact >= GRAVE
    ]


# --- Data and compliance


@test("compliance.known", "compliance", "products stage_periods")
def _data_known(facts: Facts) -> Outcome:
    """Active products that say whether they hold personal data."""
    products = facts.world.products
    return _products(facts.active, lambda uid: products[uid].personal_data is not None)


@test(
    "compliance.assessed",
    "compliance",
    "products stage_periods risks initiative_products initiatives",
)
def _assessed(facts: Facts) -> Outcome:
    """Active products with personal data whose data protection risk is assessed."""
    served: dict[str, set[str]] = defaultdict(set)
    for link in facts.world.initiative_products.values():
        served[link.initiative].add(link.product)
    assessed: set[str] = set()
    for row in facts.world.risks.values():
        if row.kind == "data_protection":
            assessed |= {row.target} if row.target_type == "product" else served[row.target]
    products = facts.world.products
    holding = [uid for uid in facts.active if products[uid].personal_data]
    return _products(holding, lambda uid: uid in assessed)


@test("compliance.voice", "compliance", "products stage_periods assignments entities")
def _voice(facts: Facts) -> Outcome:
    """Active products with personal data where data protection, security or legal has a seat."""
    roles = {"dpo", "compliance", "security", "legal", "data"}
    seated = {
        row.target for row in facts._assignments("entity") if row.role in ("dpo", "compliance")
    }
    products = facts.world.products

    def heard(uid: str) -> bool:
        above = facts.entities_above.get(products[uid].entity or "", set())
        return bool(facts.roles[uid] & roles) or bool(above & seated)

    holding = [uid for uid in facts.active if products[uid].personal_data]
    return _products(holding, heard)


#: Read beside, for a day that is past: the last measure of an indicator was another one then.
PAST = frozenset({"measures"})
#: Tables that at least one test reads.
READ = frozenset(table for found in TESTS.values() for table in found.reads) | {"entities"}


def diagnose(world: World, day: date) -> Diagnosis:
    """The diagnosis of a World on a day; the World needs the tables of ``READ``."""
    facts = Facts(world, day)
    by_domain: dict[str, list[Result]] = {code: [] for code in DOMAINS}
    for found in TESTS.values():
        outcome = list(found.judge(facts))
        by_domain[found.domain].append(
            Result(
                found.code,
                found.domain,
                sum(passes for _, _, passes in outcome),
                len(outcome),
                tuple((kind, uid) for kind, uid, passes in outcome if not passes),
            )
        )
    return Diagnosis(
        day,
        tuple(
            Domain(code, _mean(result.level for result in results), tuple(results))
            for code, results in by_domain.items()
        ),
    )


def steps(diagnosis: Diagnosis, most: int = 6) -> list[Result]:
    """What to work on first: the tests of the weakest domains, the nearest next level first."""
    order = sorted(
        (d for d in diagnosis.domains if d.mark is not None), key=lambda d: d.mark or 0.0
    )
    chosen: list[Result] = []
    for domain in order:
        open_tests = [r for r in domain.results if r.level is not None and r.level < 5]
        chosen += sorted(open_tests, key=lambda r: (r.level or 0, r.to_next))[:2]
    return chosen[:most]
