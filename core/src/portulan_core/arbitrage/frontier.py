"""The efficient frontier: value against cost and risk, each point a plan that can be chosen.

Epsilon-constraint method (Haimes, Lasdon and Wismer 1971): the most value under a limit on cost
(and one on risk), for a series of limits; then, at that value, the least cost plus risk, so that a
proven point is efficient: no plan does as well on all measures and better on one. The cheaper
plans found serve as starts for the dearer ones.

Risk is what the caller says: a whole number for each item (points at stake, say) that adds up over
the chosen items.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from portulan_core.arbitrage import measure
from portulan_core.arbitrage.presets import present_plan
from portulan_core.arbitrage.problem import (
    Envelope,
    Goal,
    Issue,
    Item,
    Mode,
    Placement,
    Problem,
    ProblemError,
)
from portulan_core.arbitrage.result import GoalResult, Result
from portulan_core.arbitrage.solve import solve
from portulan_core.arbitrage.verify import violations

COST_LIMIT = "·cost"
RISK_LIMIT = "·risk"
LEAST = 0.2
"""The least number of seconds that is given to a point."""


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """A plan of the frontier, verified, with what it is worth, costs and risks.

    ``cost_limit`` and ``risk_limit`` are the limits it was found under (None: none). ``bound`` is
    the most value that any plan can have under them. ``proven``: no plan is better on one measure
    without being worse on another.
    """

    placements: Mapping[str, Placement]
    value: int
    cost: int
    risk: int
    cost_limit: int | None
    risk_limit: int | None
    bound: float | None
    proven: bool

    @property
    def gap(self) -> float | None:
        """|bound − value| over |value| (over 1 when the value is 0); None without a bound."""
        if self.bound is None:
            return None
        return abs(self.bound - self.value) / max(1.0, abs(self.value))


@dataclass(frozen=True, slots=True)
class Frontier:
    """The efficient points found, by cost then risk.

    ``present``: value, cost and risk of the present plan, and whether it holds every limit (None
    when there is no present plan). ``solved`` of ``asked`` limits were tried before the time ran
    out or the search was stopped. ``complete``: every efficient point is here, by proof (only when
    ``levels`` is None and no risk is given).
    """

    points: tuple[FrontierPoint, ...]
    present: tuple[int, int, int, bool] | None
    solved: int
    asked: int
    complete: bool = False


def plan_risk(risks: Mapping[str, int], placements: Mapping[str, Placement]) -> int:
    """The risk of a plan: that of its items, added up."""
    return sum(risks.get(key, 0) for key in placements)


def limited(
    problem: Problem,
    cost: int | None = None,
    risk: int | None = None,
    risks: Mapping[str, int] | None = None,
) -> Problem:
    """The same problem whose plans cost at most ``cost`` and risk at most ``risk`` in all.

    Risk is held by an account of its own, so costs counted on the changed problem hold it too:
    count with the problem given.
    """
    envelopes = list(problem.envelopes)
    accounts = _accounts(problem)
    items = problem.items
    rails = problem.guardrails
    if risks:
        items = tuple(_with_risk(item, risks.get(item.key, 0)) for item in items)
        # A guardrail on every account must not see the one that carries risk.
        rails = tuple(
            replace(rail, keys=accounts or (COST_LIMIT,))
            if rail.measure == "cost" and not rail.keys
            else rail
            for rail in rails
        )
        if risk is not None:
            envelopes.append(Envelope(RISK_LIMIT, (RISK_LIMIT,), ceiling=risk))
    if cost is not None:
        envelopes.append(Envelope(COST_LIMIT, accounts, ceiling=cost))
    return replace(problem, items=items, guardrails=rails, envelopes=tuple(envelopes))


def frontier(
    problem: Problem,
    risks: Mapping[str, int] | None = None,
    *,
    levels: int | None = 8,
    risk_levels: Sequence[int] = (100, 70, 40),
    time_limit: float = 60.0,
    workers: int = 2,
    seed: int = 0,
    progress: Callable[[int, int, FrontierPoint | None], object] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Frontier:
    """Efficient plans from the cheapest that holds to the one of most value.

    Args:
        problem: its goals are left aside; every limit stays.
        risks: risk of each item, in whole units, nil when not named. Without it, value and cost.
        levels: how many limits on cost, evenly spaced; None: one by one until every efficient
            point is found (small problems, without risks).
        risk_levels: limits on risk, in percent of the risk of the plan of most value.
        progress: called after each limit with (done, asked, the point found or None).

    Raises:
        ProblemError: the problem does not hold, or a risk is negative or of no item.
    """
    problem.check()
    _check_risks(problem, risks)
    run = _Run(problem, dict(risks or {}), time_limit, workers, seed, progress, should_stop)
    if levels is None:
        if risks:
            issue = Issue("levels", "unknown_choice", "a number of levels when risks are given")
            raise ProblemError([issue])
        return run.every_point()
    return run.grid(max(2, levels), tuple(risk_levels) if risks else (100,))


def efficient(points: Sequence[FrontierPoint]) -> tuple[FrontierPoint, ...]:
    """The points that no other one matches on all measures and beats on one, by cost then risk."""
    kept: dict[tuple[int, int, int], FrontierPoint] = {}
    for point in points:
        key = (point.value, point.cost, point.risk)
        known = kept.get(key)
        if known is None or (point.proven and not known.proven):
            kept[key] = point
    found = [
        point
        for key, point in kept.items()
        if not any(
            other != key and other[0] >= key[0] and other[1] <= key[1] and other[2] <= key[2]
            for other in kept
        )
    ]
    return tuple(sorted(found, key=lambda p: (p.cost, p.risk)))


class _Run:
    """One call of `frontier`: plans found so far serve as starts for the next ones."""

    def __init__(
        self,
        problem: Problem,
        risks: dict[str, int],
        time_limit: float,
        workers: int,
        seed: int,
        progress: Callable[[int, int, FrontierPoint | None], object] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.problem = problem
        self.risks = risks
        self.until = time.monotonic() + time_limit
        self.workers, self.seed = workers, seed
        self.progress, self.should_stop = progress, should_stop
        self.points: list[FrontierPoint] = []
        self.done = self.asked = 0

    @property
    def over(self) -> bool:
        """Whether the search has to end."""
        stopped = self.should_stop is not None and self.should_stop()
        return stopped or time.monotonic() >= self.until

    def start(self, cost: int | None, risk: int | None) -> Mapping[str, Placement] | None:
        """The best plan found that holds these limits."""
        fits = [
            p
            for p in self.points
            if (cost is None or p.cost <= cost) and (risk is None or p.risk <= risk)
        ]
        return max(fits, key=lambda p: p.value).placements if fits else None

    def solve(self, problem: Problem, start: Mapping[str, Placement] | None) -> Result:
        """Solve within a fair share of the time that is left."""
        left = max(LEAST, self.until - time.monotonic())
        share = left / max(1, self.asked - self.done)
        return solve(
            problem, max(LEAST, share), self.workers, self.seed,
            should_stop=self.should_stop, start=start,
        )  # fmt: skip

    def point(self, cost: int | None, risk: int | None) -> FrontierPoint | None:
        """The most value under limits, then the least cost plus risk; None when none is found."""
        goals = (Goal("value"), Goal("cost"))
        asked = replace(
            limited(self.problem, cost, risk, self.risks), goals=goals, order="lexicographic"
        )
        result = self.solve(asked, self.start(cost, risk))
        self.done += 1
        found = self.counted(result, cost, risk) if result.found else None
        if found is not None:
            self.points.append(found)
        if self.progress is not None:
            self.progress(self.done, self.asked, found)
        return found

    def counted(self, result: Result, cost: int | None, risk: int | None) -> FrontierPoint | None:
        """The plan counted on the problem as given; None when it breaks a rule or a limit."""
        plan = dict(result.placements)
        spent = measure.cost(self.problem, plan)
        risky = plan_risk(self.risks, plan)
        over = (cost is not None and spent > cost) or (risk is not None and risky > risk)
        if over or violations(self.problem, plan):
            return None
        return FrontierPoint(
            placements=plan,
            value=measure.value(self.problem, plan),
            cost=spent,
            risk=risky,
            cost_limit=cost,
            risk_limit=risk,
            bound=result.bound,
            proven=all(_reached(goal) for goal in result.goals),
        )

    def cheapest(self) -> FrontierPoint | None:
        """The least cost at which every rule holds, with the most value there."""
        asked = replace(self.problem, goals=(Goal("cost"), Goal("value")), order="lexicographic")
        result = self.solve(asked, None)
        self.done += 1
        if not result.found:
            return None
        found = self.counted(result, None, None)
        if found is None:
            return None
        # With risks, another plan of the same cost and value may risk less: not proven then.
        found = replace(found, bound=None, proven=found.proven and not self.risks)
        self.points.append(found)
        return found

    def grid(self, levels: int, risk_levels: tuple[int, ...]) -> Frontier:
        """Limits on cost from the cheapest plan to the one of most value, at each limit on risk."""
        shares = sorted({s for s in risk_levels if 0 <= s < 100})
        self.asked = 2 + bool(self.risks) + (levels - 2) + len(shares) * (levels - 1)
        low = self.cheapest()
        if low is not None and self.risks and not self.over:
            self.point(low.cost, None)  # of the cheapest plans of most value, the least risky
        top = None if low is None or self.over else self.point(None, None)
        if low is None or top is None:
            return self.result(complete=False)
        span = top.cost - low.cost
        limits = [low.cost + span * k // (levels - 1) for k in range(1, levels - 1)]
        for cost in limits:
            if not self.over:
                self.point(cost, None)
        for share in shares:
            risk = top.risk * share // 100
            for at_most in (*limits, None):
                if not self.over:
                    self.point(at_most, risk)
        return self.result(complete=False)

    def every_point(self) -> Frontier:
        """From the plan of most value down: each next limit is just below the last cost."""
        limit: int | None = None
        complete = False
        self.asked = 2
        while not self.over:
            self.asked = max(self.asked, self.done + 2)
            before = self.done
            goals = (Goal("value"), Goal("cost"))
            asked = replace(limited(self.problem, limit), goals=goals, order="lexicographic")
            result = self.solve(asked, self.start(limit, None))
            self.done = before + 1
            if result.status == "infeasible":
                complete = all(p.proven for p in self.points)
                break
            found = self.counted(result, limit, None) if result.found else None
            if found is None:
                break
            self.points.append(found)
            if self.progress is not None:
                self.progress(self.done, self.asked, found)
            limit = found.cost - 1
            if limit < -(10**15):
                break
        self.asked = self.done
        return self.result(complete)

    def result(self, complete: bool) -> Frontier:
        """What was found."""
        plan = present_plan(self.problem)
        present = None
        if plan:
            present = (
                measure.value(self.problem, plan),
                measure.cost(self.problem, plan),
                plan_risk(self.risks, plan),
                not violations(self.problem, plan),
            )
        return Frontier(efficient(self.points), present, self.done, self.asked, complete)


def _reached(goal: GoalResult) -> bool:
    """Whether nothing better than a goal's value exists, within the accuracy of solvers' bounds."""
    if goal.bound is None:
        return False
    return abs(goal.bound - goal.value) <= 1e-6 + 2e-9 * abs(goal.value)


def _accounts(problem: Problem) -> tuple[str, ...]:
    found = {a for item in problem.items for mode in item.modes for a in mode.cost}
    return tuple(sorted(found | {a for item in problem.items for a in item.exit_cost}))


def _with_risk(item: Item, risk: int) -> Item:
    """The same item with its risk as a cost of its own, in the first period that counts."""
    if not risk:
        return item
    held = item.present is not None and (item.started or not item.movable)
    late = max(0, -item.present.start) if held and item.present is not None else 0
    row = (*([0] * late), risk)

    def risky(mode: Mode) -> Mode:
        return replace(mode, cost={**mode.cost, RISK_LIMIT: row})

    return replace(item, modes=tuple(risky(mode) for mode in item.modes))


def _check_risks(problem: Problem, risks: Mapping[str, int] | None) -> None:
    keys = {item.key for item in problem.items}
    issues = []
    for key, risk in (risks or {}).items():
        if key not in keys:
            issues.append(Issue(f"risks.{key}", "unknown_key", "the key of an item", key))
        elif isinstance(risk, bool) or not isinstance(risk, int):
            issues.append(Issue(f"risks.{key}", "not_an_integer", "an integer", repr(risk)))
        elif risk < 0:
            issues.append(Issue(f"risks.{key}", "too_small", "at least 0", str(risk)))
    names = {e.key for e in problem.envelopes} & {COST_LIMIT, RISK_LIMIT}
    issues += [Issue("envelopes", "duplicate_key", "another key", key) for key in sorted(names)]
    if issues:
        raise ProblemError(issues)
