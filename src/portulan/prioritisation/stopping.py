"""What stopping a product, or initiatives, costs and frees. Pure: no database."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from portulan.prioritisation.assumptions import Assumptions
from portulan.prioritisation.problem import Built
from portulan.prioritisation.questions import followers
from portulan_core.arbitrage import measure, present_plan
from portulan_core.model import World
from portulan_core.periods import fiscal_year


def stopping(world: World, built: Built, sheet: Assumptions) -> dict[str, Any]:
    """What is freed by fiscal year and by team; what is lost; who depends on it.

    Money in minor units, days in hundredths, points in hundredths. ``sunk``: spent so far on what
    is stopped. ``engaged``: commitments that may have to be paid all the same.
    """
    problem = built.problem
    now = present_plan(problem)
    out = followers(problem, built.stopped & {item.key for item in problem.items})
    gone = {key: placed for key, placed in now.items() if key in out}
    calendar = built.first_month

    def year(month: int) -> int:
        return fiscal_year(month, calendar)

    money: dict[int, dict[str, int]] = defaultdict(lambda: {"initiatives": 0, "run": 0})
    days: dict[str, int] = defaultdict(int)
    for _item, mode, start in measure.chosen(problem, gone):
        for amounts in mode.cost.values():
            for t, amount in measure.within(amounts, start, problem.periods):
                money[year(built.months[t])]["initiatives"] += amount
        for team, amounts in mode.effort.items():
            days[team] += sum(a for _, a in measure.within(amounts, start, problem.periods))
    product = world.products.get(sheet.stop_product)
    first = max(sheet.stop_month or 0, sheet.first)
    last = sheet.first + sheet.periods * sheet.step
    engaged = run_later = 0
    for line in world.cost_lines.values():
        mine = bool(sheet.stop_product) and line.product == sheet.stop_product
        if line.kind == "plan" and mine and line.month >= first:
            if line.month < last:
                money[year(line.month)]["run"] += line.amount
            else:
                run_later += line.amount
        elif line.kind == "commitment" and (mine or line.initiative in out):
            engaged += line.amount
    benefits = sum(
        row.amount for row in world.benefits.values()
        if row.initiative in out and row.kind in ("revenue", "margin", "saving")
    )  # fmt: skip
    rows = world.initiatives

    def named(uid: str) -> dict[str, Any]:
        row = rows[uid]
        return {
            "item": uid, "code": row.code, "name": row.name, "state": row.state,
            "mandatory": row.mandatory, "why": row.mandatory_reason,
            "spent": built.spent.get(uid, 0), "points": built.worth[uid].points,
        }  # fmt: skip

    needing = sorted(
        {
            world.products[link.successor].name
            for link in world.dependencies.values()
            if link.subject == "product"
            and link.predecessor == sheet.stop_product
            and link.successor in world.products
        }
    )
    return {
        "product": {"uid": product.uid, "code": product.code, "name": product.name}
        if product
        else None,
        "month": sheet.stop_month,
        "stopped": [named(uid) for uid in sorted(built.stopped) if uid in built.worth],
        "followers": [named(uid) for uid in sorted(out - built.stopped)],
        "money": [{"year": y, **money[y]} for y in sorted(money)],
        "days": [
            {"team": world.teams[uid].name if uid in world.teams else uid, "days": amount}
            for uid, amount in sorted(days.items(), key=lambda pair: -pair[1])
            if amount
        ],
        "value": sum(
            item.value_of(mode, start) for item, mode, start in measure.chosen(problem, gone)
        ),
        "benefits": benefits,
        "sunk": sum(built.spent.get(uid, 0) for uid in gone),
        "engaged": engaged,
        "run_later": run_later,
        "exit_cost": sheet.exit_cost,
        "products": needing,
    }
