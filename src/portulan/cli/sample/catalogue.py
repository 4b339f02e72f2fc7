"""Products with their life cycle, lines, people and texts; objectives with key results."""

from __future__ import annotations

from datetime import timedelta

from portulan.cli.sample.group import Group, listed, table
from portulan.cli.sample.organisation import assign, person
from portulan_core.model import (
    STAGES,
    Dependency,
    Indicator,
    KeyResult,
    Objective,
    ObjectiveProduct,
    Product,
    ProductEntity,
    ProductLine,
    StagePeriod,
)
from portulan_core.periods import first_day, fiscal_year_start

#: How long earlier stages lasted, in months.
LASTED = {"exploration": (4, 8), "development": (9, 16), "run": (30, 60)}
TEXTS = (
    "summary", "users", "markets", "strategy", "constraints_field", "constraints_operations",
    "team_impacts", "debt", "exit_strategy",
)  # fmt: skip
USERS = {
    "SEG-PAR": "Foyers, locataires, voyageurs du quotidien",
    "SEG-ENT": "Entreprises et gestionnaires de sites",
    "SEG-COL": "Élus, services techniques, autorités organisatrices",
    "SEG-AGT": "Agents, conseillers, exploitants du groupe",
}


def build(group: Group) -> None:
    """Add products, then who works on them."""
    for row in table("products"):
        product = Product(
            uid=group.uid(),
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            entity=group.find("entities", row["entity"]),
            vision=row["vision"],
            value_users=row["users"],
            value_business=row["business"],
            personal_data=row["data"] == "oui",
            team=group.maybe("teams", row["team"]),
        )
        group.add("products", product, row["code"])
        group.detail(
            "catalogue.product", product.uid, users=USERS[row["segment"]], summary=row["vision"]
        )
        _place(group, product, row)
        _periods(group, product, row["stage"], int(row["months"]))
    for row in table("products"):
        for need in listed(row["needs"]):
            group.add(
                "dependencies",
                Dependency(
                    group.uid(),
                    "needs",
                    group.find("products", need),
                    group.find("products", row["code"]),
                    subject="product",
                ),
            )
    group.change("products", "ANCRM", successor=group.find("products", "CONTACT"))
    group.change("products", "CARREU", successor=group.find("products", "BILLET"))
    for row in table("sheets"):
        uid = group.find("products", row["product"])
        group.detail(
            "catalogue.product", uid, **{name: row[name] for name in TEXTS if row[name]}
        )
    _squads(group)


def _place(group: Group, product: Product, row: dict[str, str]) -> None:
    for axis in ("segment", "domain", "platform"):
        line = group.find("lines", row[axis])
        group.add("product_lines", ProductLine(group.uid(), product.uid, line))
    unit = row["entity"].split("-")[0]
    for part, code, share in (
        ("owner", row["entity"], None),
        ("sponsor", unit, None),
        ("payer", unit, 10_000),
    ):
        group.add(
            "product_entities",
            ProductEntity(group.uid(), product.uid, group.find("entities", code), part, share),
        )


def _periods(group: Group, product: Product, stage: str, months: int) -> None:
    starts = [first_day(group.now - months)]
    rank = STAGES.index(stage)
    for earlier in reversed(STAGES[:rank]):
        length = group.random.randint(*LASTED[earlier])
        before = starts[0].year * 12 + starts[0].month - 1 - length
        starts.insert(0, first_day(before))
    for position, start in enumerate(starts):
        end = starts[position + 1] if position < rank else None
        group.add(
            "stage_periods",
            StagePeriod(
                group.uid(), product.uid, STAGES[position], start, end, position=position
            ),
            f"{product.code}:{STAGES[position]}",
        )


def _squads(group: Group) -> None:
    entity_of = {row["code"]: row["entity"] for row in table("products")}
    for row in table("squads"):
        products = listed(row["products"])
        unit = entity_of[products[0]].split("-")[0]
        for column, role, title, fraction in (
            ("manager", "product_manager", "Manager produit", 100 // len(products)),
            ("business", "business", "Référent métier", None),
            ("owner", "product_owner", "Product owner", 100 // len(products)),
        ):
            if not row[column]:
                continue
            uid = person(group, row[column], unit, title)
            for code in products:
                assign(group, uid, role, "product", group.find("products", code), fraction)
    head = group.find("people", "Hélène Marchand")
    for line in ("SEG-PAR", "SEG-COL"):
        assign(group, head, "head_of_product", "line", group.find("lines", line))


def objectives(group: Group) -> None:
    """Objectives of the fiscal year, and what shows that they are reached."""
    starts = first_day(fiscal_year_start(group.year, group.first_month))
    ends = first_day(fiscal_year_start(group.year + 1, group.first_month)) - timedelta(days=1)
    column = "key results (name;baseline;target;current or =PRODUCT-FAMILY)"
    for row in table("objectives"):
        objective = Objective(
            uid=group.uid(),
            code=f"OBJ-{row['code']}",
            name=row["name"],
            parent=group.maybe("objectives", row["parent"]),
            entity=group.find("entities", row["entity"]),
            owner=group.find("people", row["owner"]),
            cycle=str(group.year),
            starts=starts,
            ends=ends,
        )
        group.add("objectives", objective, row["code"])
        for code in listed(row["products"]):
            group.add(
                "objective_products",
                ObjectiveProduct(group.uid(), objective.uid, group.find("products", code)),
            )
        for text in listed(row[column], "/"):
            group.add("key_results", _key_result(group, objective, text))


def _key_result(group: Group, objective: Objective, text: str) -> KeyResult:
    if text.startswith("="):
        indicator = group.get(Indicator, "indicators", text[1:])
        return KeyResult(
            group.uid(),
            objective.uid,
            indicator.name,
            indicator.uid,
            float(group.keys["first value"][text[1:]]),
            indicator.target,
            indicator.last_value,
        )
    name, *figures = text.split(";")
    baseline, target, current = (float(figure) for figure in figures)
    return KeyResult(group.uid(), objective.uid, name, None, baseline, target, current)
