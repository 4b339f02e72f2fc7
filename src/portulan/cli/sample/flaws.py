"""What a real group has: incoherences put there on purpose, each of another kind.

``EXPECTED`` says which rules find something in the demonstration; a test holds the two together.
"""

from __future__ import annotations

from datetime import timedelta

from portulan.cli.sample.group import Group
from portulan.cli.sample.organisation import assign
from portulan_core.model import (
    ActionItem,
    Assignment,
    Capacity,
    Dependency,
    Indicator,
    Initiative,
    InitiativeProduct,
    Measure,
    Objective,
    ObjectiveConflict,
    ObjectiveProduct,
    Product,
    ProductEntity,
    Promise,
    Request,
    StagePeriod,
)
from portulan_core.periods import first_day, last_day


def build(group: Group) -> None:
    """Put them in."""
    _life_cycle(group)
    _roles(group)
    _objectives(group)
    _evidence(group)
    _plan(group)
    _governance(group)
    _data(group)


def _life_cycle(group: Group) -> None:
    # The development of the adviser's desk ends three months after its run has begun.
    run = group.get(StagePeriod, "stage_periods", "CONTACT:run")
    assert run.starts is not None
    group.change(
        "stage_periods", "CONTACT:development", ends=run.starts + timedelta(days=92)
    )
    # Purchases went back from run to development.
    group.change("stage_periods", "ACHATS:run", ends=first_day(group.now - 3))
    _period(group, "ACHATS", "development", first_day(group.now - 3))
    # The run of the forecast is written down as a fact, three months ahead.
    group.change("stage_periods", "PREVCON:development", ends=first_day(group.now + 3))
    _period(group, "PREVCON", "run", first_day(group.now + 3))
    # The exploration of services to trustees has ended, and nothing follows.
    group.change(
        "stage_periods", "EFFACE:exploration", ends=group.today - timedelta(days=18)
    )


def _period(group: Group, code: str, stage: str, starts: object) -> None:
    product = group.find("products", code)
    known = [p for p in group.all(StagePeriod, "stage_periods") if p.product == product]
    row = StagePeriod(group.uid(), product, stage, None, None, position=len(known))
    group.add("stage_periods", row, f"{code}:{stage}:again")
    group.change("stage_periods", f"{code}:{stage}:again", starts=starts)


def _roles(group: Group) -> None:
    smart = group.find("products", "SMARTVI")
    for row in group.all(Assignment, "assignments"):
        if row.target == smart and row.role in ("product_manager", "product_owner"):
            group.drop("assignments", row.uid)
    head = group.find("people", "Hélène Marchand")
    assign(group, head, "product_manager", "product", group.find("products", "APICAT"))
    markets = group.find("products", "MARCHES")
    for part in group.all(ProductEntity, "product_entities"):
        if part.product == markets and part.part == "sponsor":
            group.drop("product_entities", part.uid)
    scarce = group.find("people", "Wassila Mansouri")
    for code in ("DONNEES", "MAINT", "PREVCON", "PILOTE", "FUITES", "BOT"):
        assign(group, scarce, "data", "product", group.find("products", code), 20)
    old = group.find("products", "ANCRM")
    assign(group, group.find("people", "Arnaud Benoit"), "support", "product", old, 40)


def _objectives(group: Group) -> None:
    for code in ("ACHATS", "EAUWAL"):
        product = group.find("products", code)
        for link in group.all(ObjectiveProduct, "objective_products"):
            if link.product == product:
                group.drop("objective_products", link.uid)
    model = group.get(Objective, "objectives", "E2")
    for key, name in (
        ("E3", "Passer l’hiver sans coupure"),
        ("M3", "Ouvrir le réseau du port aux entreprises"),
    ):
        group.add(
            "objectives",
            Objective(
                group.uid(), f"OBJ-{key}", name, group.find("objectives", "G3"), model.entity,
                model.owner, model.cycle, model.starts, model.ends,
            ),
            key,
        )  # fmt: skip
    group.add(
        "objective_products",
        ObjectiveProduct(
            group.uid(), group.find("objectives", "E3"), group.find("products", "RELCPT")
        ),
    )
    group.add(
        "objective_conflicts",
        ObjectiveConflict(
            group.uid(),
            group.find("objectives", "M2"),
            group.find("objectives", "G2"),
            "Rouler moins vite consomme moins, et met les bus en retard aux heures de pointe.",
        ),
    )


def _evidence(group: Group) -> None:
    blind = group.find("products", "APICAT")
    late = group.find("products", "RECOUV")
    for row in group.all(Indicator, "indicators"):
        if row.product == blind:
            group.drop("indicators", row.uid)
            for measure in group.all(Measure, "measures"):
                if measure.indicator == row.uid:
                    group.drop("measures", measure.uid)
        elif row.product == late:
            _stop_measuring(group, row)
    group.change("indicators", "OPENDAT-USA", owner=None, target=None)


def _stop_measuring(group: Group, row: Indicator) -> None:
    limit = last_day(group.now - 5)
    kept = []
    for measure in group.all(Measure, "measures"):
        if measure.indicator == row.uid:
            if measure.at > limit:
                group.drop("measures", measure.uid)
            else:
                kept.append(measure)
    last = max(kept, key=lambda measure: measure.at)
    group.change("indicators", row.code, last_at=last.at, last_value=last.value)


def _plan(group: Group) -> None:
    # Thresholds of alert, in the plan although nobody has estimated them.
    fraud = group.get(Product, "products", "FRAUDE")
    row = Initiative(
        group.uid(), "INI-190", "Seuils d’alerte de fraude", "planned", "run", fraud.entity,
        start=group.month(4), months=2, earliest=group.month(3),
    )  # fmt: skip
    group.add("initiatives", row, "fra-seuils")
    group.add("initiative_products", InitiativeProduct(group.uid(), row.uid, fraud.uid))
    # A title without network needs a redesign that was put off.
    group.add(
        "dependencies",
        Dependency(
            group.uid(),
            "needs",
            group.find("initiatives", "mob-refonte"),
            group.find("initiatives", "mob-hors-ligne"),
        ),
    )
    # Complaints still lean on the tool that is being closed.
    group.add(
        "dependencies",
        Dependency(
            group.uid(), "needs", group.find("products", "ANCRM"),
            group.find("products", "RECLAM"), subject="product",
        ),
    )  # fmt: skip
    # The fleet team has not said what it can give beyond half a year.
    fleet = group.find("teams", "EQ-FLO")
    for capacity in group.all(Capacity, "capacities"):
        if capacity.team == fleet and capacity.month >= group.month(6):
            group.drop("capacities", capacity.uid)
    # A green project four months late; another whose plan is above its budget.
    ends = group.rows["projects"][group.find("projects", "PRJ-BILL")]
    late = getattr(ends, "baseline_ends", None)
    if late is not None:
        group.change("projects", "PRJ-BILL", baseline_ends=late - timedelta(days=118))
    data = group.rows["projects"][group.find("projects", "PRJ-DATA")]
    group.change("projects", "PRJ-DATA", budget=int(getattr(data, "budget", 0) * 0.82))


def _governance(group: Group) -> None:
    owner = group.find("people", "Hugo Imbert")
    group.add(
        "action_items",
        ActionItem(
            group.uid(),
            "Écrire la procédure de relais de bus",
            group.find("decisions", "mobilite"),
            owner,
            group.today - timedelta(days=16),
        ),
    )
    late = Promise(
        uid=group.uid(),
        decision=group.find("decisions", "portail"),
        kind="cost",
        due_on=group.today - timedelta(days=48),
        product=group.find("products", "OPENDAT"),
        promised=4_500_000.0,
    )
    group.add("promises", late)
    group.detail(
        "governance.promise", late.uid, title="Crédits rendus par l’arrêt du portail", unit="EUR"
    )
    group.change("forums", "COP-EAU", quorum=5)
    group.change("risks", "ANCRM", review_on=group.today - timedelta(days=25))
    group.change("risks", "RELCPT", owner=None)
    asked = Request(
        uid=group.uid(),
        code="DMD-090",
        name="Tarif réduit pour les saisonniers",
        product=group.find("products", "TRANSCO"),
        asked_on=group.today - timedelta(days=96),
    )
    group.add("requests", asked)
    need = "Les saisonniers logés loin demandent un tarif au mois."
    group.detail("portfolio.request", asked.uid, need=need)


def _data(group: Group) -> None:
    group.change("products", "STATIO", vision="", value_business="")
    control = group.find("initiatives", "bil-controle")
    for link in group.all(InitiativeProduct, "initiative_products"):
        if link.initiative == control and link.share == 3_000:
            group.rows["initiative_products"][link.uid] = InitiativeProduct(
                link.uid, link.initiative, link.product, 2_000
            )
    _twin(group)


def _twin(group: Group) -> None:
    """A second record of the map of networks, made by the coast without asking."""
    model = group.get(Product, "products", "SIGREZO")
    twin = Product(
        uid=group.uid(),
        code="SIG-LIT",
        name=model.name,
        entity=group.find("entities", "EAU-LIT"),
        vision="Le plan des réseaux du littoral.",
        value_users="Un plan local.",
        value_business="Une mise à jour rapide.",
        team=model.team,
    )
    group.add("products", twin, "SIG-LIT")
    _period(group, "SIG-LIT", "run", first_day(group.now - 14))
