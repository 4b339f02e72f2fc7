"""A coherent organisation of any size: every rule of coherence holds in it.

Facts are made so that figures follow from one another: capacities from the efforts placed on them,
envelopes from the money they must carry, measures from the trend of their indicator. All money is
in euro cents, all effort in hundredths of person-days.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from portulan_core.generate import words
from portulan_core.generate.committees import ACTIVE, governance, risks_and_requests
from portulan_core.generate.uids import UidSource
from portulan_core.model import (
    TABLES,
    Assignment,
    Benefit,
    Capacity,
    CostLine,
    Dependency,
    Entity,
    Envelope,
    Forum,
    Indicator,
    Initiative,
    InitiativeProduct,
    KeyResult,
    Line,
    Measure,
    Membership,
    Objective,
    ObjectiveProduct,
    Person,
    Product,
    ProductEntity,
    ProductLine,
    Project,
    ProjectProduct,
    Row,
    StagePeriod,
    Team,
    World,
)
from portulan_core.periods import (
    first_day,
    fiscal_year,
    fiscal_year_start,
    last_day,
    month_of,
)

#: Months before and after the current one that plans, capacities and money reach.
PAST, FUTURE = 24, 24
#: Days of work in a month, in hundredths, and the part of them that reaches initiatives.
MONTH_DAYS, FOCUS = 1_800, 0.8
#: Most products that one person serves at a time.
SPAN = 3
#: Headroom of envelopes and capacities over what they must carry.
HEADROOM = 1.08
DAY_RATE = 55_000

STATES = (
    ("done", 14), ("in_progress", 22), ("planned", 26), ("proposed", 16), ("idea", 10),
    ("deferred", 5), ("refused", 4), ("stopped", 3),
)  # fmt: skip
FAMILIES = (
    ("usage", "Utilisateurs actifs", "up", "personnes"),
    ("business", "Part des actes faits en ligne", "up", "%"),
    ("quality", "Incidents par mois", "down", "incidents"),
    ("flow", "Délai de mise en service", "down", "jours"),
)


def clean_world(
    seed: int = 0,
    products: int = 60,
    initiatives: int | None = None,
    *,
    today: date,
    measure_months: int | None = None,
) -> World:
    """A World in which nothing is wrong on ``today``.

    Args:
        seed: the same seed, sizes and day give the same World.
        products: how many, 1 to 6,000.
        initiatives: how many, 0 to 100,000; twice the products when not said.
        today: the day on which it is coherent.
        measure_months: monthly measures per indicator; 24, or 6 above 300 products.

    Raises:
        ValueError: a size outside its bounds.
    """
    count = 2 * products if initiatives is None else initiatives
    if not 1 <= products <= 6_000:
        raise ValueError(f"products must be in 1..6000, not {products}")
    if not 0 <= count <= 100_000:
        raise ValueError(f"initiatives must be in 0..100000, not {count}")
    if measure_months is None:
        measure_months = 24 if products <= 300 else 6
    builder = Builder(seed, products, count, today, max(1, measure_months))
    return builder.build()


@dataclass
class Unit:
    """What the builder remembers of a business unit."""

    entity: Entity
    sites: list[Entity] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)
    objectives: list[Objective] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    initiatives: list[Initiative] = field(default_factory=list)
    forum: Forum | None = None


class Builder:
    """Makes the tables one after the other; each method fills those it is named after."""

    def __init__(self, seed: int, products: int, initiatives: int, today: date, months: int):
        self.uid = UidSource(seed, today)
        self.random = random.Random(f"world:{seed}")
        self.product_count, self.initiative_count = products, initiatives
        self.today, self.measure_months = today, months
        self.now = month_of(today)
        self.window = (self.now - PAST, self.now + FUTURE)
        self.rows: dict[str, list[Row]] = {name: [] for name in TABLES}
        self.units: list[Unit] = []
        self.stage_of: dict[str, str] = {}
        self.line_of: dict[str, str] = {}
        self.unit_of: dict[str, Unit] = {}
        self.manager_of: dict[str, str] = {}
        self.business_of: dict[str, str] = {}
        self.tech_of: dict[str, str] = {}
        self.cost_of_run: dict[str, int] = {}
        self.indicators_of: dict[str, list[Indicator]] = defaultdict(list)
        self.served: dict[str, list[tuple[str, int]]] = {}
        self.people_made = 0

    def add(self, name: str, row: Row) -> None:
        self.rows[name].append(row)

    def build(self) -> World:
        self.entities()
        self.lines()
        self.objectives()
        self.products()
        self.indicators()
        self.initiatives()
        self.projects()
        self.dependencies()
        self.teams()
        self.money()
        governance(self)
        risks_and_requests(self)
        world = World()
        for name, rows in self.rows.items():
            world = world.with_rows(name, rows)
        return world

    # --- Organisation

    def person(self, entity: Entity) -> Person:
        """One more person of an entity."""
        n = self.people_made
        self.people_made += 1
        first = words.FIRST_NAMES[n % len(words.FIRST_NAMES)]
        last = words.LAST_NAMES[(n // len(words.FIRST_NAMES) + n) % len(words.LAST_NAMES)]
        row = Person(self.uid(), f"P{n + 1:05d}", f"{first} {last}", entity.uid)
        self.add("people", row)
        return row

    def assign(
        self,
        person: str,
        role: str,
        kind: str,
        target: str,
        fraction: int | None = None,
        starts: date | None = None,
        ends: date | None = None,
    ) -> None:
        self.add(
            "assignments",
            Assignment(self.uid(), person, role, kind, target, fraction, starts, ends),
        )

    def entities(self) -> None:
        group = Entity(self.uid(), "GRP", "Groupe", None, "group")
        self.group = group
        self.add("entities", group)
        self.group_roles = {}
        for role in ("executive", "pmo", "finance", "architect", "security", "legal", "compliance"):
            person = self.person(group)
            self.group_roles[role] = person.uid
            self.assign(person.uid, role, "entity", group.uid)
        for index in range(max(2, min(40, round(self.product_count / 30)))):
            entity = Entity(
                self.uid(),
                f"U{index + 1:02d}",
                f"Direction {index + 1}",
                group.uid,
                "unit",
                fiscal_first_month=4 if index == 1 else 1,
            )
            self.add("entities", entity)
            unit = Unit(entity)
            self.units.append(unit)
            for number in range(2):
                site = Entity(
                    self.uid(),
                    f"{entity.code}-{number + 1}",
                    f"Agence {index + 1}.{number + 1}",
                    entity.uid,
                    "country",
                    fiscal_first_month=entity.fiscal_first_month,
                )
                self.add("entities", site)
                unit.sites.append(site)
            for role in ("executive", "pmo", "finance", "head_of_product", "business"):
                person = self.person(entity)
                unit.roles[role] = person.uid
                self.assign(person.uid, role, "entity", entity.uid)

    def lines(self) -> None:
        size = max(1, min(len(words.SEGMENTS), self.product_count // 8))
        self.axes: dict[str, list[Line]] = {}
        for axis, names in (
            ("segment", words.SEGMENTS[:size]),
            ("domain", words.DOMAINS[:size]),
            ("platform", words.PLATFORMS[: max(1, size - 2)]),
        ):
            self.axes[axis] = []
            for index, name in enumerate(names):
                line = Line(self.uid(), f"{axis[:3].upper()}-{index + 1}", name, axis)
                self.add("lines", line)
                self.axes[axis].append(line)
                owner = self.units[index % len(self.units)].roles["head_of_product"]
                self.assign(owner, "head_of_product", "line", line.uid)

    # --- Objectives

    def objectives(self) -> None:
        starts, ends = date(self.today.year, 1, 1), date(self.today.year, 12, 31)
        cycle = str(self.today.year)
        tops = []
        for index, name in enumerate(words.OBJECTIVES[: max(1, min(4, len(self.units)))]):
            row = Objective(
                self.uid(), f"OBJ-{index + 1}", name, None, self.group.uid,
                self.group_roles["executive"], cycle, starts, ends,
            )  # fmt: skip
            tops.append(row)
        self.tops = tops
        for number, unit in enumerate(self.units):
            per_unit = max(1, min(3, self.product_count // (4 * len(self.units)) or 1))
            for index in range(per_unit):
                row = Objective(
                    self.uid(),
                    f"OBJ-{unit.entity.code}-{index + 1}",
                    f"{words.UNIT_OBJECTIVES[index]} ({unit.entity.name})",
                    tops[(number + index) % len(tops)].uid,
                    unit.entity.uid,
                    unit.roles["head_of_product"],
                    cycle,
                    starts,
                    ends,
                )
                unit.objectives.append(row)

    def key_results(self, objective: Objective, indicator: Indicator | None = None) -> None:
        if indicator is None:
            for name, baseline, target, current in (
                ("Clients satisfaits", 62.0, 75.0, 70.0),
                ("Délai moyen de réponse", 9.0, 5.0, 6.0),
            ):
                self.add(
                    "key_results",
                    KeyResult(self.uid(), objective.uid, name, None, baseline, target, current),
                )
            return
        self.add(
            "key_results",
            KeyResult(
                self.uid(), objective.uid, indicator.name, indicator.uid, 0.0, indicator.target,
                indicator.last_value,
            ),
        )  # fmt: skip

    # --- Catalogue

    def products(self) -> None:
        platforms = max(1, min(len(words.PLATFORM_NAMES), self.product_count // 10))
        self.platforms: list[Product] = []
        squads: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
        for index in range(self.product_count):
            unit = self.units[index % len(self.units)]
            platform = index < platforms
            entity = unit.sites[index // len(self.units) % 2] if index % 3 == 2 else unit.entity
            if platform:
                name = f"Plateforme {words.PLATFORM_NAMES[index]}"
                stage = "run"
            else:
                noun = words.PRODUCT_NOUNS[index % len(words.PRODUCT_NOUNS)]
                subject = words.PRODUCT_SUBJECTS[index // 3 % len(words.PRODUCT_SUBJECTS)]
                name = f"{noun} {subject} {index + 1}"
                stage = self.random.choices(
                    ("exploration", "development", "run", "end_of_life"), (14, 26, 54, 6)
                )[0]
            row = Product(
                uid=self.uid(),
                code=f"PRD-{index + 1:04d}",
                name=name,
                kind="platform" if platform else "service" if index % 11 == 5 else "digital",
                entity=entity.uid,
                successor=self.platforms[0].uid if stage == "end_of_life" else None,
                vision=f"{name} : le moyen le plus simple d’aller au bout d’une démarche.",
                value_users="Moins d’étapes, une réponse le jour même.",
                value_business="Moins de reprises à la main, des délais tenus.",
                personal_data=index % 2 == 0,
            )
            if platform:
                self.platforms.append(row)
            self.stage_of[row.uid], self.unit_of[row.uid] = stage, unit
            unit.products.append(row)
            self.add("products", row)
            self.place_product(row, index, entity)
            self.periods(row, stage)
            if stage in ACTIVE:
                self.staff(row, unit, squads)
        for product in self.rows["products"]:
            if product.uid not in {p.uid for p in self.platforms}:
                platform_row = self.random.choice(self.platforms)
                if self.stage_of[product.uid] in ACTIVE:
                    self.add(
                        "dependencies",
                        Dependency(
                            self.uid(), "needs", platform_row.uid, product.uid, subject="product"
                        ),
                    )

    def place_product(self, product: Product, index: int, entity: Entity) -> None:
        """Lines on each axis, parts of entities, objectives served."""
        for axis, lines in self.axes.items():
            line = lines[(index + (0 if axis == "segment" else index // 5)) % len(lines)]
            self.add("product_lines", ProductLine(self.uid(), product.uid, line.uid))
            if axis == "segment":
                self.line_of[product.uid] = line.uid
        unit = self.unit_of[product.uid]
        for part in ("owner", "sponsor"):
            target = entity.uid if part == "owner" else unit.entity.uid
            self.add("product_entities", ProductEntity(self.uid(), product.uid, target, part))
        self.add(
            "product_entities",
            ProductEntity(self.uid(), product.uid, unit.entity.uid, "payer", 10_000),
        )
        if self.stage_of[product.uid] in ACTIVE:
            objective = unit.objectives[(len(unit.products) - 1) % len(unit.objectives)]
            self.add(
                "objective_products", ObjectiveProduct(self.uid(), objective.uid, product.uid)
            )

    def periods(self, product: Product, stage: str) -> None:
        """Contiguous periods up to the current stage, each ending the day the next one starts."""
        months = {"exploration": 2, "development": 7, "run": 14, "end_of_life": 3}[stage]
        back = self.random.randint(1, months) if stage != "run" else self.random.randint(3, 40)
        starts = [first_day(self.now - back)]
        order = ("exploration", "development", "run", "end_of_life")
        for earlier in reversed(order[: order.index(stage)]):
            length = {"exploration": (2, 5), "development": (4, 11), "run": (14, 40)}[earlier]
            starts.insert(0, first_day(month_of(starts[0]) - self.random.randint(*length)))
        for position, start in enumerate(starts):
            end = starts[position + 1] if position + 1 < len(starts) else None
            self.add(
                "stage_periods",
                StagePeriod(
                    self.uid(), product.uid, order[position], start, end, position=position
                ),
            )

    def staff(
        self,
        product: Product,
        unit: Unit,
        squads: dict[str, list[tuple[str, dict[str, str]]]],
    ) -> None:
        """People for an active product: a squad serves at most ``SPAN`` products of a unit."""
        mine = squads[unit.entity.uid]
        if not mine or len(mine) % SPAN == 0:
            roles = {
                role: self.person(unit.entity).uid
                for role in ("product_manager", "product_owner", "business", "tech_lead",
                             "designer", "support")
            }  # fmt: skip
        else:
            roles = mine[-1][1]
        mine.append((product.uid, roles))
        for role, person in roles.items():
            fraction = None if role == "business" else 30
            self.assign(person, role, "product", product.uid, fraction)
        self.manager_of[product.uid] = roles["product_manager"]
        self.business_of[product.uid] = roles["business"]
        self.tech_of[product.uid] = roles["tech_lead"]
        self.assign(roles["business"], "sponsor", "product", product.uid)

    # --- Evidence

    def indicators(self) -> None:
        freshest = self.today - timedelta(days=min(20, max(1, self.today.day - 1)))
        linked: set[str] = set()
        objectives = {o.uid: o for u in self.units for o in u.objectives}
        self.keep_served(objectives)
        objective_of = {
            row.product: row.objective
            for row in self.rows["objective_products"]
            if isinstance(row, ObjectiveProduct)
        }
        for product in self.rows["products"]:
            stage = self.stage_of[product.uid]
            if stage not in ACTIVE or not isinstance(product, Product):
                continue
            for family, name, direction, unit in FAMILIES:
                if stage == "exploration" and family not in ("usage", "business"):
                    continue
                values = self.curve(direction)
                row = Indicator(
                    self.uid(),
                    f"{product.code}-{family[:3].upper()}",
                    f"{name}, {product.name}",
                    product.uid,
                    family,
                    unit,
                    direction,
                    round(values[-1] * (1.1 if direction == "up" else 0.9), 1),
                    self.manager_of[product.uid],
                    45,
                    freshest,
                    values[-1],
                )
                self.add("indicators", row)
                self.indicators_of[product.uid].append(row)
                for back, value in enumerate(reversed(values)):
                    at = freshest if back == 0 else last_day(month_of(freshest) - back)
                    self.add("measures", Measure(self.uid(), row.uid, at, value))
            objective = objective_of[product.uid]
            if objective not in linked:
                linked.add(objective)
                for indicator in self.indicators_of[product.uid][:2]:
                    self.key_results(objectives[objective], indicator)

    def keep_served(self, objectives: dict[str, Objective]) -> None:
        """Objectives that some product serves, and those above them; the others are not set."""
        served = {
            row.objective
            for row in self.rows["objective_products"]
            if isinstance(row, ObjectiveProduct)
        }
        kept = [row for uid, row in objectives.items() if uid in served]
        above = {row.parent for row in kept}
        for row in self.tops:
            if row.uid in above:
                self.add("objectives", row)
                self.key_results(row)
        for row in kept:
            self.add("objectives", row)

    def curve(self, direction: str) -> list[float]:
        """Monthly values that go the right way, with noise."""
        value = self.random.uniform(40, 400)
        slope = 0.015 if direction == "up" else -0.015
        found = []
        for _ in range(self.measure_months):
            value = max(1.0, value * (1 + slope + self.random.uniform(-0.01, 0.01)))
            found.append(round(value, 1))
        return found

    # --- Initiatives

    def initiatives(self) -> None:
        draw = self.random
        states = [state for state, _ in STATES]
        weights = [weight for _, weight in STATES]
        active = {
            unit.entity.uid: [p for p in unit.products if self.stage_of[p.uid] in ACTIVE]
            for unit in self.units
        }
        units = [unit for unit in self.units if active[unit.entity.uid]]
        self.make_team_names()
        for index in range(self.initiative_count if units else 0):
            unit = units[index % len(units)]
            products = active[unit.entity.uid]
            product = products[index // len(units) % len(products)]
            state = draw.choices(states, weights)[0]
            months = draw.randint(2, 9)
            start = self.start_for(state, months)
            small = self.stage_of[product.uid] == "exploration"
            days = draw.randint(8, 30) if small else draw.randint(15, 120)
            external = 0 if small else draw.randint(0, 60) * 100_000
            teams = draw.sample(unit.teams, min(len(unit.teams), draw.choice((1, 1, 2))))
            shares = _even(days * 100, len(teams))
            efforts = tuple(
                sorted(
                    (team.uid, tuple(_even(part, months)))
                    for team, part in zip(teams, shares, strict=True)
                )
            )
            verb = words.INITIATIVE_VERBS[index % len(words.INITIATIVE_VERBS)]
            subject = words.INITIATIVE_SUBJECTS[index // 10 % len(words.INITIATIVE_SUBJECTS)]
            row = Initiative(
                uid=self.uid(),
                code=f"INI-{index + 1:06d}",
                name=f"{verb} {subject} ({product.code})",
                state=state,
                stage=self.stage_of[product.uid],
                entity=unit.entity.uid,
                start=start,
                months=months,
                earliest=start if state == "planned" else None,
                latest=start + months if state == "planned" and start is not None else None,
                costs_capex=tuple(_even(external, months)),
                costs_opex=tuple(_even(days * DAY_RATE, months)),
                efforts=efforts,
                estimate_author=self.tech_of[product.uid],
            )
            self.add("initiatives", row)
            unit.initiatives.append(row)
            self.serve(row, product, products)
            if state not in ("idea", "refused"):
                self.benefits(row, product)

    def start_for(self, state: str, months: int) -> int | None:
        draw = self.random
        if state == "done":
            return draw.randint(self.window[0], self.now - months)
        if state == "in_progress":
            return draw.randint(self.now - months + 1, self.now - 1)
        if state == "planned":
            return draw.randint(self.now + 1, self.window[1] - months)
        if state == "stopped":
            return draw.randint(self.window[0], self.now - months)
        return None

    def serve(self, row: Initiative, product: Product, products: Sequence[Product]) -> None:
        """One product, or two by share when they live in the same funding time."""
        served = [(product.uid, 10_000)]
        if len(products) > 1 and self.random.random() < 0.1:
            other = self.random.choice(products)
            same = self.stage_of[other.uid] == self.stage_of[product.uid]
            if other.uid != product.uid and same:
                served = [(product.uid, 7_000), (other.uid, 3_000)]
        self.served[row.uid] = served
        for uid, share in served:
            self.add("initiative_products", InitiativeProduct(self.uid(), row.uid, uid, share))

    def benefits(self, row: Initiative, product: Product) -> None:
        kind = self.random.choice(("revenue", "margin", "saving"))
        year = first_day(row.end).year if row.end is not None else self.today.year + 1
        amount = row.cost * self.random.randint(40, 160) // 100
        sure = row.state in ("planned", "in_progress", "done")
        self.add(
            "benefits",
            Benefit(
                self.uid(), row.uid, kind, year, amount, self.business_of[product.uid], sure
            ),
        )

    # --- Projects and dependencies

    def projects(self) -> None:
        """Each project carries a few initiatives of a unit that run at about the same time."""
        number = 0
        replaced: dict[str, str] = {}
        for unit in self.units:
            running = sorted(
                (r for r in unit.initiatives if r.state == "in_progress" and r.start is not None),
                key=lambda r: (r.start, r.code),
            )
            for group in (running[i : i + 4] for i in range(0, len(running) // 3, 4)):
                number += 1
                manager = self.person(unit.entity)
                starts = first_day(min(r.start for r in group if r.start is not None))
                ends = last_day(max(r.end for r in group if r.end is not None) - 1)
                project = Project(
                    uid=self.uid(),
                    code=f"PRJ-{number:04d}",
                    name=f"Programme {number} ({unit.entity.code})",
                    entity=unit.entity.uid,
                    manager=manager.uid,
                    baseline_starts=starts,
                    baseline_ends=ends,
                    starts=starts,
                    ends=ends,
                    budget=sum(r.cost for r in group),
                    phase="réalisation",
                )
                self.add("projects", project)
                self.assign(manager.uid, "project_manager", "project", project.uid, 60)
                replaced |= {r.uid: project.uid for r in group}
                served = list(dict.fromkeys(p for r in group for p, _ in self.served[r.uid]))
                for uid, share in zip(served, _even(10_000, len(served)), strict=True):
                    part = ProjectProduct(self.uid(), project.uid, uid, share)
                    self.add("project_products", part)
        if replaced:
            self.rows["initiatives"] = [
                _with_project(row, replaced.get(row.uid)) for row in self.rows["initiatives"]
            ]

    def dependencies(self) -> None:
        """A part of the planned initiatives need one that ends before they start."""
        for unit in self.units:
            placed = [
                r
                for r in unit.initiatives
                if r.start is not None and r.state in ("done", "in_progress", "planned")
            ]
            by_end = sorted(placed, key=lambda r: (r.end or 0, r.code))
            ends = [r.end or 0 for r in by_end]
            for row in placed:
                if row.state != "planned" or self.random.random() > 0.25 or row.start is None:
                    continue
                before = int(np.searchsorted(ends, row.start, side="right"))
                if before:
                    earlier = by_end[self.random.randrange(max(0, before - 40), before)]
                    self.add(
                        "dependencies",
                        Dependency(self.uid(), "finish_start", earlier.uid, row.uid),
                    )

    # --- Teams

    def make_team_names(self) -> None:
        """Teams first, so that efforts can name them; their size follows from the efforts."""
        per_unit = max(2, round(self.initiative_count / len(self.units) / 60))
        for unit in self.units:
            for index in range(per_unit):
                manager = self.person(unit.entity)
                unit.teams.append(
                    Team(
                        self.uid(),
                        f"EQ-{unit.entity.code}-{index + 1:03d}",
                        f"Équipe {unit.entity.code} {index + 1}",
                        unit.entity.uid,
                        True,
                        manager.uid,
                    )
                )

    def teams(self) -> None:
        """Members and monthly capacities that carry the efforts of the present plan."""
        first, last = self.window[0], self.window[1]
        months = last - first
        load: dict[str, list[int]] = {}
        for unit in self.units:
            for team in unit.teams:
                load[team.uid] = [0] * months
            for row in unit.initiatives:
                if row.state not in ("planned", "in_progress", "done") or row.start is None:
                    continue
                offset = row.start - first
                for uid, days in row.efforts:
                    column = load[uid]
                    for index, value in enumerate(days):
                        column[offset + index] += value
        per_person = int(MONTH_DAYS * FOCUS)
        for unit in self.units:
            for team in unit.teams:
                self.add("teams", team)
                run = 200
                peak = int(max(load[team.uid]) * HEADROOM) + run
                members = max(3, -(-peak // per_person))
                people = [team.manager] + [
                    self.person(unit.entity).uid for _ in range(members - 1)
                ]
                for person in people:
                    if person is not None:
                        self.add("memberships", Membership(self.uid(), person, team.uid, 100))
                for month in range(first, last):
                    self.add(
                        "capacities",
                        Capacity(self.uid(), team.uid, month, members * per_person, run),
                    )

    # --- Money

    def money(self) -> None:
        """Run costs and actuals, then envelopes that carry what they must, with headroom."""
        carried: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))

        def carry(product: str, stage: str, month: int, amount: int) -> None:
            carried[self.line_of[product], stage][month] += amount

        year = fiscal_year_start(self.today.year)
        for product in self.rows["products"]:
            stage = self.stage_of[product.uid]
            amount = self.random.randint(3, 30) * 100_000
            for month in range(year, year + 12):
                kind = "actual" if month < self.now else "plan"
                self.add(
                    "cost_lines",
                    CostLine(self.uid(), kind, month, amount, product.uid, None, stage),
                )
                carry(product.uid, stage, month, amount)
        for unit in self.units:
            for row in unit.initiatives:
                if row.start is None or row.state not in ("planned", "in_progress", "done"):
                    continue
                for index in range(row.months):
                    month = row.start + index
                    cost = row.costs_capex[index] + row.costs_opex[index]
                    for product_uid, share in self.served[row.uid]:
                        carry(product_uid, row.stage, month, cost * share // 10_000 + 1)
                    if year <= month < self.now:
                        self.spent(row, month, index)
        self.envelopes(carried)

    def spent(self, row: Initiative, month: int, index: int) -> None:
        for nature, costs in (("opex", row.costs_opex), ("capex", row.costs_capex)):
            if costs[index]:
                self.add(
                    "cost_lines",
                    CostLine(
                        self.uid(), "actual", month, costs[index], None, row.uid, row.stage, nature
                    ),
                )

    def envelopes(self, carried: dict[tuple[str, str], dict[int, int]]) -> None:
        """By segment line, funding time and year; enough in any calendar of the group."""
        calendars = {
            row.fiscal_first_month for row in self.rows["entities"] if isinstance(row, Entity)
        }
        for year in range(self.today.year - 2, self.today.year + 4):
            for line in self.axes["segment"]:
                for stage in ("exploration", "development", "run", "end_of_life"):
                    months = carried.get((line.uid, stage), {})
                    need = max(
                        sum(v for m, v in months.items() if fiscal_year(m, first) == year)
                        for first in calendars
                    )
                    amount = (int(need * HEADROOM) // 1_000_000 + 1) * 1_000_000
                    for version in ("voted", "revised"):
                        self.add(
                            "envelopes",
                            Envelope(
                                self.uid(), year, version, amount, self.group.uid, line.uid, stage
                            ),
                        )


def _even(total: int, parts: int) -> list[int]:
    """``total`` in ``parts`` as equal as possible, larger parts first."""
    quotient, rest = divmod(total, parts)
    return [quotient + 1] * rest + [quotient] * (parts - rest)


def _with_project(row: Row, project: str | None) -> Row:
    if project is None or not isinstance(row, Initiative):
        return row
    return replace(row, project=project)
