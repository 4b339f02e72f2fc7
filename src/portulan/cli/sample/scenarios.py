"""Questions that the made-up group asked of its plan, each with its answer.

The problems are small enough to be proven at once, so that the same day always gives the same
answers; times are only an upper bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.utils import timezone

from portulan.base.policy import Actor
from portulan.base.text import slug
from portulan.organisation.queries import sign_ins
from portulan.prioritisation.actions.scenarios import create_scenario
from portulan.prioritisation.assumptions import Assumptions
from portulan.prioritisation.queries.scenarios import (
    Ground,
    arbitration_world,
    calendar_of,
    first_sheet,
    ground,
)
from portulan.prioritisation.solving import solve_now
from portulan.prioritisation.studying import study_now
from portulan_core.model import PLANNED_STATES, World
from portulan_core.periods import fiscal_year, fiscal_year_start

ASKS = "Claire Aubry"
#: Seconds that an answer may take; and each study of the first scenario.
SECONDS = 3.0
STUDIES: Mapping[str, float] = {
    "frontier": 6.0, "uncertainty": 2.0, "mandatory": 2.0, "stability": 2.0,
}  # fmt: skip
#: What is to be given back of the half-year, in percent; what may be spent more, minor units.
SHARE, MORE = 15, 500_000_00
#: Amounts asked for are round: in minor units.
ROUND = 50_000_00


def load_scenarios(actor: Actor, day: date) -> list[str]:
    """Three scenarios solved for today, the first with its studies; none for another day.

    Returns their codes.
    """
    if day != timezone.localdate():
        return []
    who = _owner(actor)
    world = arbitration_world()
    start = ground(world, None, calendar_of(None))
    by = _end_of_half(start)
    year = fiscal_year(start.first, start.first_month)
    sheets: tuple[tuple[str, Assumptions], ...] = (
        (f"Tenir le budget {year}", first_sheet("fit", start)),
        (
            f"Rendre {SHARE} % au S2 {fiscal_year(by - 1, start.first_month)}",
            replace(
                first_sheet("cut", start), give_back=_share_of(world, start, by), by_month=by
            ),
        ),
        ("Croissance : 500 k€ de plus", replace(first_sheet("grow", start), more=MORE)),
    )
    found = []
    for name, sheet in sheets:
        scenario = create_scenario(who, name, replace(sheet, seconds=15))
        found.append(solve_now(who, scenario, SECONDS))
    if (found[0].result or {}).get("rows"):
        for kind, seconds in STUDIES.items():
            study_now(who, found[0], kind, seconds)
    return [scenario.code for scenario in found]


def _owner(load: Actor) -> Actor:
    """Who asks, if she signs in there; else who loads."""
    account, person = sign_ins().get(slug(ASKS), (None, None))
    return replace(load, name=ASKS, account_id=account, person_id=person) if account else load


def _end_of_half(start: Ground) -> int:
    """The end of the second half of the fiscal year, six months off at least."""
    year = fiscal_year(start.first, start.first_month)
    end = fiscal_year_start(year + 1, start.first_month)
    return end if end - start.first >= 6 else end + 12


def _share_of(world: World, start: Ground, by: int) -> int:
    """So much percent of what the plan spends in the half-year that ends then, rounded."""
    spent = 0
    for row in world.initiatives.values():
        if row.state not in PLANNED_STATES or row.start is None:
            continue
        for costs in (row.costs_capex, row.costs_opex):
            spent += sum(
                amount for offset, amount in enumerate(costs)
                if by - 6 <= row.start + offset < by
            )
    return max(ROUND, spent * SHARE // 100 // ROUND * ROUND)
