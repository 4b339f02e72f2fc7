"""Run costs, actuals and commitments; then envelopes that the landing passes by a known amount."""

from __future__ import annotations

from portulan.cli.sample.group import Group, table
from portulan_core.model import STAGES, CostLine, Envelope, Initiative
from portulan_core.money import world_pieces

#: How far the landing of the year is above the revised envelopes, in cents.
ABOVE = 120_000_000
ROUND = 500_000
#: Lines and funding times where the year went wrong, with the part of the excess they carry.
EXCESS = {
    ("SEG-AGT", "run"): 0.34,
    ("SEG-PAR", "run"): 0.30,
    ("SEG-AGT", "development"): 0.21,
    ("SEG-COL", "development"): 0.15,
}
#: Headroom of the others.
SPARE = 0.02
CATEGORIES = (
    ("hébergement", "Nuage Souverain"),
    ("licences", "Éditions Béryl"),
    ("support", "Assistance Ouest"),
    ("exploitation", ""),
)
#: Yearly run cost of a product by kind, in thousands of euros: from, to.
RUN = {
    "platform": (160, 300),
    "digital": (40, 130),
    "service": (30, 80),
    "physical": (80, 180),
}


def build(group: Group) -> None:
    """Add cost lines, then envelopes."""
    _running(group)
    _spent(group)
    _envelopes(group)


def _line(
    group: Group,
    kind: str,
    month: int,
    amount: int,
    stage: str,
    nature: str = "opex",
    product: str | None = None,
    initiative: str | None = None,
    category: str = "",
    supplier: str = "",
) -> None:
    row = CostLine(group.uid(), kind, month, amount, product, initiative, stage, nature)
    group.add("cost_lines", row)
    group.detail("portfolio.costline", row.uid, category=category, supplier=supplier)


def _running(group: Group) -> None:
    """What products cost outside initiatives: planned for two years, spent until last month."""
    start = group.year_start
    for number, row in enumerate(table("products")):
        low, high = RUN[row["kind"]]
        part = 0.35 if row["stage"] in ("exploration", "end_of_life") else 1.0
        monthly = int(group.random.randint(low, high) * part * 100_000 / 12 / 10_000) * 10_000
        product = group.find("products", row["code"])
        category, supplier = CATEGORIES[number % len(CATEGORIES)]
        drift = group.random.uniform(0.97, 1.08)
        for month in range(start - 12, start + 24):
            if month < group.now:
                spent = int(monthly * drift * group.random.uniform(0.96, 1.05) / 100) * 100
                _line(group, "actual", month, spent, row["stage"], product=product,
                      category=category, supplier=supplier)  # fmt: skip
            if month >= start:
                _line(group, "plan", month, monthly, row["stage"], product=product,
                      category=category, supplier=supplier)  # fmt: skip
        if supplier:
            _line(group, "commitment", group.now, monthly * 3, row["stage"], product=product,
                  category=category, supplier=supplier)  # fmt: skip


def _spent(group: Group) -> None:
    """What initiatives have cost so far, near their plan, and what is engaged outside."""
    for row in group.all(Initiative, "initiatives"):
        if row.start is None or row.state not in ("in_progress", "done"):
            continue
        drift = group.random.uniform(0.95, 1.12)
        for index in range(row.months):
            month = row.start + index
            if not group.year_start - 12 <= month < group.now:
                continue
            for nature, column in (("opex", row.costs_opex), ("capex", row.costs_capex)):
                amount = int(column[index] * drift * group.random.uniform(0.9, 1.1) / 100) * 100
                if amount:
                    _line(group, "actual", month, amount, row.stage, nature, initiative=row.uid)
        left = sum(row.costs_capex[max(0, group.now - row.start) :])
        if row.state == "in_progress" and left:
            _line(group, "commitment", group.now, left * 6 // 10, row.stage, "capex",
                  initiative=row.uid, category="prestation", supplier="Ateliers Réunis")


def _envelopes(group: Group) -> None:
    """By segment line and funding time, from the landing that the plan gives."""
    entity = group.find("entities", "VAL")
    segments = [row["code"] for row in table("lines") if row["axis"] == "segment"]
    cells = [(line, stage) for line in segments for stage in STAGES]
    world = group.world()
    line_of = {group.find("products", row["code"]): row["segment"] for row in table("products")}
    before: dict[tuple[str, str], int] = {}
    for year in (group.year - 1, group.year, group.year + 1):
        money = dict.fromkeys(cells, 0)
        for piece in world_pieces(world, year, group.now):
            if piece.product is not None:
                money[line_of[str(piece.product)], piece.stage] += piece.amounts.landing
        amounts = _amounts(money, ABOVE if year == group.year else 0)
        if year > group.year:  # the plan is still thin so far ahead: the budget is renewed
            amounts = {cell: max(amount, before[cell]) for cell, amount in amounts.items()}
        before = amounts
        for (line, stage), amount in amounts.items():
            if amount:
                _versions(group, year, line, stage, entity, amount, money[line, stage])


def _amounts(money: dict[tuple[str, str], int], above: int) -> dict[tuple[str, str], int]:
    """Amounts of envelopes that the landing passes by ``above`` in all."""
    amounts = {}
    for cell, landing in money.items():
        amount = landing * (1 + SPARE)
        amounts[cell] = -(-int(amount) // ROUND) * ROUND if landing else 0
    if above:
        spare = sum(amounts.values()) - sum(money.values())
        for cell, part in EXCESS.items():
            cut = (above + spare) * part
            amounts[cell] = int((amounts[cell] - cut) // ROUND) * ROUND
    return amounts


def _versions(
    group: Group, year: int, line: str, stage: str, entity: str, amount: int, landing: int
) -> None:
    """Voted at the start, revised since; the next year is voted only."""
    moved = {"run": 0.97, "development": 1.05}.get(stage, 1.0)
    versions = {
        "voted": int(amount * moved // ROUND) * ROUND if year <= group.year else amount,
        "revised": amount if year <= group.year else 0,
        "forecast": landing if year == group.year else 0,
    }
    for version, value in versions.items():
        if not value:
            continue
        row = Envelope(
            group.uid(), year, version, value, entity, group.find("lines", line), stage
        )
        group.add("envelopes", row, f"{year}:{version}:{line}:{stage}")
        group.detail(
            "portfolio.envelope",
            row.uid,
            vouched_by="Anne Texier" if version == "voted" else "Paul Joly",
            vouched_on=group.sitting("COS", 2 if version == "voted" else 1),
        )
