"""From the World and a scenario's assumptions to a problem of arbitration. Pure: no database.

A period is a month or a fiscal quarter (or the whole, see ``Assumptions.basis``). What is spent or
can no longer be changed (past months, initiatives outside the scope, costs outside initiatives) is
taken off the limits, so that the sums are those of the budget page. Points are in hundredths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from portulan.prioritisation.assumptions import Assumptions, Limit
from portulan.prioritisation.candidates import Candidates
from portulan.prioritisation.doubts import Doubts, at_risk
from portulan.prioritisation.floors import held
from portulan.prioritisation.limits import Limits
from portulan.prioritisation.questions import question, stopped_by
from portulan.prioritisation.worth import Worth, worths
from portulan_core.arbitrage import Item, Problem
from portulan_core.model import World


@dataclass(frozen=True, slots=True)
class Built:
    """A problem and what is needed to read it.

    ``phases``: months between the start of a period and the start of the initiative in it.
    ``fixed``: what cannot be changed, by limit. ``spent``: by initiative. ``left_out``: how many
    initiatives are not in it, by reason. ``loose``: dependencies that the present plan does not
    keep, which are left so. ``stopped``: initiatives that a *stop* takes out by itself.
    """

    problem: Problem
    months: tuple[int, ...]
    step: int
    basis: str
    first_month: int
    phases: Mapping[str, int]
    worth: Mapping[str, Worth]
    spent: Mapping[str, int]
    fixed: Mapping[str, int]
    limits: tuple[Limit, ...]
    unused: tuple[str, ...]
    left_out: Mapping[str, int]
    loose: int
    teams: tuple[str, ...] = ()
    stopped: frozenset[str] = frozenset()
    #: How much of the best value may be given up for fewer changes, in basis points.
    close: int = 0
    #: Points at risk of each initiative, in hundredths, and how many are allowed (``None``: any).
    risks: Mapping[str, int] = field(default_factory=dict)
    risk_limit: int | None = None
    #: Envelopes of the budget already exceeded by what cannot be changed, and by how much.
    exceeded: Mapping[str, int] = field(default_factory=dict)
    #: Days of teams that cannot be changed, less those given more: by team and period.
    taken: Mapping[tuple[str, int], int] = field(default_factory=dict)

    def month(self, uid: str, period: int) -> int:
        """The month in which an initiative started in a period begins."""
        return self.months[0] + period * self.step + self.phases.get(uid, 0)


def build(
    world: World,
    sheet: Assumptions,
    present: int,
    scores: Mapping[str, float] | None = None,
    scope: frozenset[str] | None = None,
    first_month: int = 1,
    doubts: Doubts | None = None,
) -> Built:
    """The problem of a scenario.

    Args:
        world: initiatives with products and dependencies, cost lines, capacities, lines, entities.
        sheet: the assumptions.
        present: ordinal of the present month.
        scores: points 0..100 by initiative; without one, benefits count, then a neutral value.
        scope: entities whose initiatives may be chosen (``None``: all).
        first_month: of the fiscal year.
        doubts: how sure values are, for what is at risk.
    """
    of = Candidates(world, sheet, present, scores or {}, scope, first_month)
    rows = of.candidates()
    remaining = {row.uid: of.remaining(row) for row in rows}
    worth = worths(world, [row.uid for row in rows], remaining, scores or {})
    items = [of.item(row, worth[row.uid].points) for row in rows]
    kept = {item.key: item for item in items}
    limits = Limits(of)
    accounts = sorted({a for i in items for m in i.modes for a in m.cost})
    envelopes, fixed, unused = limits.envelopes(accounts, kept)
    resources, teams = limits.resources(kept)
    known = {resource.key for resource in resources}
    links, loose = limits.precedences({row.uid: row for row in rows}, kept)
    problem = Problem(
        periods=of.periods,
        items=tuple(_without_teams(item, known) for item in items),
        resources=tuple(resources),
        envelopes=tuple(envelopes),
        precedences=tuple(links),
        max_changes=sheet.max_changes,
        may_end_after=True,
    )
    if sheet.floors:
        problem = held(problem, sheet.floors, limits)
    return Built(
        problem=question(problem, sheet, of),
        months=tuple(of.first + of.step * t for t in range(of.periods)),
        step=of.step,
        basis=sheet.basis,
        first_month=of.calendar,
        phases=of.phases,
        worth=worth,
        spent={uid: of.spent.get(uid, 0) for uid in kept},
        fixed=fixed,
        limits=sheet.envelopes,
        unused=tuple(unused),
        left_out=dict(of.left_out),
        loose=loose,
        teams=teams,
        exceeded=limits.exceeded,
        taken=limits.held_days,
        close=sheet.close,
        risks=at_risk(worth, doubts or Doubts()),
        risk_limit=sheet.risk_at_most,
        stopped=stopped_by(sheet, of) if sheet.preset == "stop" else frozenset(),
    )


def _without_teams(item: Item, known: set[str]) -> Item:
    """The same item, asking only for teams whose capacity is known."""
    return replace(
        item,
        modes=tuple(
            replace(mode, effort={k: v for k, v in mode.effort.items() if k in known})
            for mode in item.modes
        ),
    )
