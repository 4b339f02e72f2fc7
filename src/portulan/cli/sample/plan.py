"""Initiatives with efforts and benefits, projects, dependencies, and the teams' capacities."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from portulan.cli.sample.group import Group, listed, table
from portulan.cli.sample.organisation import assign
from portulan_core.model import (
    PLANNED_STATES,
    Benefit,
    Capacity,
    Dependency,
    Initiative,
    InitiativeProduct,
    Product,
    Project,
    ProjectProduct,
    Team,
)
from portulan_core.periods import first_day, last_day, spread

#: Working days by month of the year, school holidays felt.
WORKING = (22, 20, 21, 20, 18, 21, 19, 15, 22, 22, 19, 18)
FOCUS = 75
#: Cents of a person-day of our own teams.
DAY_RATE = 52_000
#: Cents in a thousand euros.
THOUSAND = 100_000
SHARES = {1: (10_000,), 2: (7_000, 3_000), 3: (5_000, 3_000, 2_000)}
SIZES = ((40, "XS"), (90, "S"), (160, "M"), (260, "L"))
#: The team that everybody needs: its worst quarter is the next one.
SCARCE = "EQ-DON"


def build(group: Group) -> None:
    """Add initiatives, dependencies, projects and capacities."""
    scale = _scale(group)
    stages = {row["code"]: row["stage"] for row in table("products")}
    for number, row in enumerate(table("initiatives"), start=1):
        _initiative(group, number, row, scale, stages)
    _dependencies(group)
    _projects(group)
    _capacities(group)


def _efforts(row: dict[str, str]) -> list[tuple[str, int]]:
    """Teams with person-days."""
    pairs = (part.split(":") for part in listed(row["teams"]))
    return [(team, int(days)) for team, days in pairs]


def _net(group: Group, month: int, members: int, run: float) -> float:
    """Hundredths of person-days that a team gives to initiatives in a month."""
    return members * WORKING[month % 12] * FOCUS * (1 - run)


def _scale(group: Group) -> dict[str, float]:
    """By team, what its efforts are multiplied by so that its worst quarter is as written."""
    found = {}
    for team in table("teams"):
        load: dict[int, float] = defaultdict(float)
        for row in table("initiatives"):
            if row["state"] not in PLANNED_STATES:
                continue
            start, months = group.month(int(row["start"])), int(row["months"])
            for code, days in _efforts(row):
                if code == team["code"]:
                    for month in range(start, start + months):
                        load[month] += days * 100 / months
        worst = 0.0
        quarters = (1,) if team["code"] == SCARCE else range(5)
        for quarter in quarters:
            first = group.quarter + 3 * quarter
            members = int(team["members"])
            given = sum(_net(group, first + i, members, float(team["run"])) for i in range(3))
            worst = max(worst, sum(load[first + i] for i in range(3)) / given)
        found[team["code"]] = float(team["peak"]) / worst if worst else 0.5
    return found


def _initiative(
    group: Group,
    number: int,
    row: dict[str, str],
    scale: dict[str, float],
    stages: dict[str, str],
) -> None:
    codes = listed(row["products"])
    months = int(row["months"])
    start = group.month(int(row["start"])) if row["start"] else None
    days = {code: round(count * scale[code]) for code, count in _efforts(row)}
    efforts = tuple(
        sorted(
            (group.find("teams", code), tuple(spread(count * 100, months)))
            for code, count in days.items()
            if count
        )
    )
    own = sum(days.values()) * DAY_RATE
    product = group.get(Product, "products", codes[0])
    planned = row["state"] in ("planned", "proposed")
    leader = next(iter(days), "")
    author = group.get(Team, "teams", leader).manager if leader else None
    late = group.month(12) if row["key"] in MANDATORY else None
    initiative = Initiative(
        uid=group.uid(),
        code=f"INI-{number:03d}",
        name=row["name"],
        state=row["state"],
        stage=stages[codes[0]],
        entity=product.entity,
        start=start,
        months=months,
        earliest=group.month(3) if planned else None,
        latest=late,
        mandatory=row["key"] in MANDATORY,
        mandatory_reason=MANDATORY.get(row["key"], ""),
        costs_capex=tuple(spread(int(row["capex"]) * THOUSAND, months)),
        costs_opex=tuple(spread(int(row["opex"]) * THOUSAND + own, months)),
        efforts=efforts,
        estimate_author=author,
    )
    group.add("initiatives", initiative, row["key"])
    total = sum(days.values())
    owner = next(
        (r["manager"] for r in table("squads") if codes[0] in listed(r["products"])), ""
    )
    group.detail(
        "portfolio.initiative",
        initiative.uid,
        problem=row["problem"],
        expected_value=row["value"],
        owner=group.maybe("people", owner),
        size=next((size for limit, size in SIZES if total <= limit), "XL"),
        estimate_range={"idea": 50, "proposed": 30}.get(row["state"], 15),
        estimate_on=group.today - timedelta(days=20 + number % 60),
    )
    for code, share in zip(codes, SHARES[len(codes)], strict=True):
        group.add(
            "initiative_products",
            InitiativeProduct(
                group.uid(), initiative.uid, group.find("products", code), share
            ),
        )
    _benefits(group, initiative, row, codes[0])


def _benefits(group: Group, initiative: Initiative, row: dict[str, str], code: str) -> None:
    kind, _, amount = row["benefit"].partition(":")
    if not amount or amount == "0":
        return
    owner = next((r["business"] for r in table("squads") if code in listed(r["products"])), "")
    end = initiative.end if initiative.end is not None else group.month(12)
    first = first_day(end).year
    for year, part in ((first, 40), (first + 1, 100), (first + 2, 100)):
        group.add(
            "benefits",
            Benefit(
                group.uid(),
                initiative.uid,
                kind,
                year,
                int(amount) * THOUSAND * part // 100,
                group.maybe("people", owner),
                row["state"] in ("done", "in_progress"),
            ),
        )


MANDATORY = {
    "fac-tva": "Obligation légale de facture électronique",
    "qua-pfas": "Arrêté sur les polluants éternels",
    "cst-preuve": "Mise en demeure de l’autorité de contrôle",
}
#: Dependencies whose dates are wrong in the plan, as in life.
TOO_EARLY = frozenset({("fac-tva", "fac-moteur"), ("esp-alerte", "don-tempsreel")})


def _dependencies(group: Group) -> None:
    """An end before a start where the plan respects it, else a need without dates."""
    for row in table("initiatives"):
        for key in listed(row["after"]):
            before = group.get(Initiative, "initiatives", key)
            after = group.get(Initiative, "initiatives", row["key"])
            dated = (
                before.end is None
                or after.start is None
                or before.end <= after.start
                or (row["key"], key) in TOO_EARLY
            )
            kind = "finish_start" if dated else "needs"
            group.add(
                "dependencies", Dependency(group.uid(), kind, before.uid, after.uid)
            )


def _projects(group: Group) -> None:
    for row in table("projects"):
        carried = [group.get(Initiative, "initiatives", key) for key in listed(row["initiatives"])]
        starts = first_day(min(i.start for i in carried if i.start is not None))
        ends = last_day(max(i.end for i in carried if i.end is not None) - 1)
        budget = sum(i.cost for i in carried) * float(row["budget"])
        project = Project(
            uid=group.uid(),
            code=row["code"],
            name=row["name"],
            entity=group.find("entities", row["entity"]),
            manager=group.find("people", row["manager"]),
            status=row["status"],
            baseline_starts=starts,
            baseline_ends=ends - timedelta(days=int(row["slip"])),
            starts=starts,
            ends=ends,
            budget=round(budget / 1_000_000) * 1_000_000,
            phase=row["phase"],
        )
        group.add("projects", project, row["code"])
        group.detail("portfolio.project", project.uid, status_text=row["text"])
        assign(
            group, group.find("people", row["manager"]), "project_manager", "project",
            project.uid, 60,
        )  # fmt: skip
        for key in listed(row["initiatives"]):
            group.change("initiatives", key, project=project.uid)
        codes = listed(row["products"])
        for code, share in zip(codes, spread(10_000, len(codes)), strict=True):
            group.add(
                "project_products",
                ProjectProduct(group.uid(), project.uid, group.find("products", code), share),
            )


def _capacities(group: Group) -> None:
    """Three fiscal years by month, from people, working days, focus and what running takes."""
    for row in table("teams"):
        members, run = int(row["members"]), float(row["run"])
        for month in range(group.year_start - 12, group.year_start + 24):
            days = members * WORKING[month % 12] * FOCUS
            capacity = Capacity(
                group.uid(), group.find("teams", row["code"]), month, days, round(days * run)
            )
            group.add("capacities", capacity, f"{row['code']}:{month}")
            group.detail(
                "portfolio.capacity", capacity.uid, fte=members * 100, focus=FOCUS
            )
