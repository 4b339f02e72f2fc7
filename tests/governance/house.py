"""A small company with a plan, a budget, a committee and a scenario: what governance decides on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portulan.base.models import Account
from portulan.base.policy import Actor
from portulan.catalogue.models import Line, Product, ProductLine, StagePeriod
from portulan.evidence.models import Indicator, Measure
from portulan.governance import actions
from portulan.governance.gates import SECTIONS
from portulan.governance.models import Dossier, Forum, ForumMember, Meeting
from portulan.organisation.models import Entity, EntityRole, Person, Team
from portulan.organisation.rights import actor_for
from portulan.portfolio.models import (
    Benefit,
    Capacity,
    CostLine,
    Envelope,
    Initiative,
    InitiativeProduct,
)
from portulan.prioritisation.models import Scenario
from portulan_core.effects import Effect

TODAY = date(2027, 3, 11)
YEAR = 2027
JANUARY = YEAR * 12
K = 100_000  # one thousand euros, in cents


def _made(record: Any) -> Any:
    record.refresh_derived()
    record.save()
    return record


@dataclass
class House:
    """The objects by name; ``actors`` by role word."""

    entities: dict[str, Entity] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    initiatives: dict[str, Initiative] = field(default_factory=dict)
    envelope: Envelope = None
    team: Team = None
    forum: Forum = None
    meeting: Meeting = None
    scenario: Scenario = None
    indicator: Indicator = None

    def person(self, code: str, entity: str, *roles: str) -> Person:
        """Somebody who signs in, with roles on an entity."""
        account = Account.objects.create_account(f"{code}@example.org", name=code.title())
        person = _made(
            Person(code=code, name=code.title(), account=account, entity=self.entities[entity])
        )
        for role in roles:
            EntityRole.objects.create(role=role, person=person, entity=self.entities[entity])
        self.people[code] = person
        self.actors[code] = actor_for(account)
        return person

    def refresh(self, code: str) -> Actor:
        """The actor again, after its seats or roles changed."""
        self.actors[code] = actor_for(self.people[code].account)
        return self.actors[code]

    def dossier(self, *, complete: bool = True, **promise: Any) -> Dossier:
        """The dossier of the scenario, complete and ready unless told otherwise."""
        values: dict[str, Any] = {
            "kind": "benefit",
            "title": "Recettes",
            "promised": 900.0 * K,
            "due_on": date(2028, 3, 31),
        }
        promised = actions.PromiseInput(**(values | promise))
        draft = actions.Draft(
            "Plan 2027 révisé",
            {code: f"Texte de {code}." for code in SECTIONS} if complete else {},
            promises=(promised,) if complete else (),
        )
        dossier = actions.dossier_from_scenario(self.actors["pmo"], self.scenario, draft)
        if complete:
            actions.submit(self.actors["pmo"], dossier)
        return dossier

    def sitting(self, dossier: Dossier) -> Any:
        """The meeting open on this dossier, everybody present; returns the agenda item."""
        pmo = self.actors["pmo"]
        (item,) = actions.add_items(
            pmo, self.meeting, [actions.ItemInput("Plan 2027", "decision", 45, dossier)]
        )
        if self.meeting.state == Meeting.State.PLANNED:
            actions.open_meeting(pmo, self.meeting)
            actions.all_present(pmo, self.meeting)
        actions.open_item(pmo, item)
        return item


def build() -> House:
    """Three initiatives planned, two candidates, one envelope of 1,200 k€, a committee of four."""
    house = House()
    group = _made(Entity(code="GRP", name="Groupe", level="group"))
    unit = _made(Entity(code="UNI", name="Unité", parent=group))
    other = _made(Entity(code="OTH", name="Autre", parent=group))
    house.entities = {"group": group, "unit": unit, "other": other}
    for entity in (group, unit, other):
        entity.path = f"/{group.pk}/" if entity is group else f"/{group.pk}/{entity.pk}/"
        entity.save(update_fields=["path"])
    house.person("pmo", "group", "pmo")
    house.person("chair", "unit")
    house.person("voter", "unit")
    house.person("deputy", "unit")
    house.person("secretary", "unit")
    house.person("manager", "unit", "product_manager")
    house.person("reader", "unit", "contributor")
    house.person("outsider", "other", "pmo")
    line = _made(Line(code="MOB", name="Mobilité"))
    for code, name in (("ESC", "Escale"), ("CAR", "Carène")):
        product = _made(Product(code=code, name=name, entity=unit, vision=f"Vision {name}"))
        ProductLine.objects.create(product=product, line=line)
        StagePeriod.objects.create(product=product, stage="run", starts=date(2024, 1, 1))
        product.stage = "run"
        product.save()
        house.products[code] = product
    for code, name, cost, start, state, product in (
        ("I1", "Tarification solidaire", 300, JANUARY + 3, "planned", "ESC"),
        ("I2", "Titres interrégionaux", 400, JANUARY + 5, "planned", "ESC"),
        ("I3", "Jumeau énergétique", 400, JANUARY + 4, "planned", "CAR"),
        ("I4", "Garantie de retour", 250, None, "proposed", "ESC"),
        ("I5", "Socle événementiel", 200, None, "proposed", "CAR"),
    ):
        initiative = _made(
            Initiative(
                code=code,
                name=name,
                entity=unit,
                state=state,
                start=start,
                months=4,
                costs_opex=[cost * K // 4] * 4,
                owner=house.people["manager"],
            )
        )
        InitiativeProduct.objects.create(
            initiative=initiative, product=house.products[product]
        )
        Benefit.objects.create(initiative=initiative, kind="revenue", year=2028, amount=500 * K)
        house.initiatives[code] = initiative
    house.envelope = Envelope.objects.create(
        entity=group, fiscal_year=YEAR, version="revised", amount=1_200 * K
    )
    house.team = _made(Team(code="DATA", name="Équipe Data", entity=unit))
    for month in range(JANUARY, JANUARY + 12):
        Capacity.objects.create(team=house.team, month=month, days=10_000)
    for month in (JANUARY, JANUARY + 1):
        CostLine.objects.create(
            kind="actual", product=house.products["ESC"], month=month, amount=25 * K
        )
    house.indicator = _made(
        Indicator(code="IND-1", name="Voyageurs", product=house.products["ESC"], unit="k")
    )
    for month in range(6):
        Measure.objects.create(
            indicator=house.indicator, on=date(2026, 7 + month, 28), value=120.0 + 8 * month
        )
    house.forum = _made(
        Forum(
            code="portefeuille",
            name="Comité de portefeuille",
            entity=unit,
            threshold=2_000 * K,
            quorum=2,
            kinds=[],
        )
    )
    for code, right in (("chair", "chair"), ("voter", "votes"), ("secretary", "secretary")):
        ForumMember.objects.create(
            forum=house.forum,
            person=house.people[code],
            right=right,
            deputy=house.people["deputy"] if code == "voter" else None,
        )
    for code in ("chair", "voter", "secretary", "deputy"):
        house.refresh(code)
    house.meeting = actions.plan_meeting(house.actors["pmo"], house.forum, TODAY)
    house.scenario = _made(
        Scenario(
            code="S1",
            name="Tenir 1,2 M€",
            entity=unit,
            state="solved",
            effects=[
                _effect(house, "initiative.state", "I3", "planned", "deferred"),
                _effect(house, "initiative.place", "I3", JANUARY + 4, None),
                _effect(house, "initiative.state", "I4", "proposed", "planned"),
                _effect(house, "initiative.place", "I4", None, JANUARY + 6),
                _effect(house, "initiative.place", "I2", JANUARY + 5, JANUARY + 7),
            ],
        )
    )
    return house


def _effect(house: House, kind: str, code: str, before: Any, after: Any) -> dict[str, Any]:
    return Effect(kind, str(house.initiatives[code].uid), before, after).to_json()
