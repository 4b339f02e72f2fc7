"""Solves a scenario: as a job with progress, or at once where no worker runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from portulan.base.changes import Cause, recording
from portulan.base.jobs import JobContext
from portulan.base.policy import Actor, system_actor
from portulan.organisation.rights import actor_for
from portulan.prioritisation.activities import SCENARIO_EDIT
from portulan.prioritisation.assumptions import Assumptions, from_json
from portulan.prioritisation.giving import most_given
from portulan.prioritisation.models import Scenario
from portulan.prioritisation.outcome import outcome
from portulan.prioritisation.problem import Built
from portulan.prioritisation.queries.scenarios import built_for, world_for
from portulan.prioritisation.stopping import stopping
from portulan_core.arbitrage import (
    Bottleneck,
    Price,
    Problem,
    Progress,
    Reason,
    Result,
    bottlenecks,
    conflicts,
    explain,
    limited,
    price,
    solve,
)
from portulan_core.effects import Effect
from portulan_core.model import World

#: Parts of the time given: to the search, to the reasons, to the prices of bottlenecks.
SEARCH, REASONS = 0.6, 0.2
PRICES = 5
Tell = Callable[[int, str, dict[str, Any]], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """What solving gave: to be stored with the scenario."""

    problem: dict[str, Any]
    result: dict[str, Any]
    effects: list[Effect]


def answer(
    world: World,
    built: Built,
    seconds: float,
    *,
    sheet: Assumptions | None = None,
    tell: Tell | None = None,
    should_stop: Stop | None = None,
    workers: int = 2,
) -> Answer:
    """Solve, explain and price a problem within about ``seconds``."""
    began = time.monotonic()
    problem = built.problem
    asked = problem
    if built.risk_limit is not None:  # a rule of the search only: it must not count as a cost
        asked = limited(problem, None, built.risk_limit, built.risks)
    last = [0.0]

    def progress(now: Progress) -> None:
        if tell is None or time.monotonic() - last[0] < 0.3:
            return
        last[0] = time.monotonic()
        gap = None
        if now.value is not None and now.bound is not None:
            gap = abs(now.bound - now.value) / max(1.0, abs(now.value))
        share = min(1.0, now.seconds / max(0.1, seconds * SEARCH))
        tell(
            int(600 * share), "searching",
            {"value": now.value, "bound": now.bound, "gap": gap, "seconds": round(now.seconds, 1)},
        )

    result = solve(asked, seconds * SEARCH, workers, progress=progress, should_stop=should_stop)
    conflict = None
    reasons, prices = [], []
    if result.status == "infeasible":
        conflict = conflicts(asked, max(3.0, seconds * REASONS))
    elif result.found:
        quick = should_stop is not None and should_stop()
        if tell is not None:
            tell(650, "explaining", {"gap": result.gap, "value": result.objective})
        reasons = explain(asked, result, 0.2 if quick else seconds * REASONS)
        if not quick:
            left = max(1.0, seconds - (time.monotonic() - began))
            prices = priced(asked, result, left, tell, reasons)
    if asked is not problem and result.found:
        result = counted_again(problem, result)
    found, effects = outcome(
        world, built, result, reasons=reasons, prices=prices, conflict=conflict
    )
    if sheet is not None and result.status == "infeasible" and sheet.give_back:
        found["most_back"] = most_given(asked, sheet.give_back, max(2.0, seconds * REASONS))
    if sheet is not None and sheet.preset == "stop":
        found["stop"] = stopping(world, built, sheet)
    if sheet is not None and sheet.preset == "grow":
        found["grow"] = {"more": sheet.more, "days": [list(row) for row in sheet.more_days]}
    found["total_seconds"] = round(time.monotonic() - began, 1)
    return Answer(problem.to_json(), found, effects)


def counted_again(problem: Problem, result: Result) -> Result:
    """The same plan, counted on the problem without the rules of the search."""
    kept = {e.key for e in problem.envelopes} | {r.key for r in problem.resources}
    return replace(result, usage=tuple(u for u in result.usage if u.key in kept))


def priced(
    problem: Problem, result: Result, seconds: float, tell: Tell | None = None,
    reasons: Sequence[Reason] = (),
) -> list[Price]:
    """The price of the strictest bottlenecks, each by solving again with a little more.

    A little is what the least remedy on that limit asks: below, nothing would change.

    Prices are those of value: the part of it that is given up for fewer changes is not theirs.
    """
    until = time.monotonic() + seconds
    if problem.goals[0].tolerance and problem.order == "lexicographic":
        first = replace(problem, goals=problem.goals[:1])
        again = solve(first, min(3.0, seconds / 3), start=result.placements)
        result = again if again.found else result
    asked = _asked(reasons)
    targets = [target for target, _ in bottlenecks(problem, result, PRICES)]
    often = sorted(asked, key=lambda one: -len(asked[one]))
    targets = list(dict.fromkeys([*targets, *often]))[:PRICES]
    for used in result.usage:  # what is full also counts when initiatives only move
        limit = used.limit[0]
        if used.kind == "envelope" and limit and used.used[0] >= 0.98 * limit:
            target = Bottleneck(envelope=used.key)
            if target not in targets and len(targets) < PRICES:
                targets.append(target)
    found = []
    ceilings = {e.key: e.ceiling for e in problem.envelopes}
    for place, target in enumerate(targets):
        left = until - time.monotonic()
        if left < 0.2:
            break
        delta = 1_000 if target.envelope is None else step_of(ceilings[target.envelope] or 0)
        if target in asked:
            delta = round_up(min(asked[target]), 100 if target.envelope is None else 100_000)
        found.append(price(problem, result, target, delta, min(3.0, left / (len(targets) - place))))
        if tell is not None:
            tell(750 + 200 * (place + 1) // len(targets), "pricing", {})
    return sorted(found, key=lambda p: -p.gain)


def _asked(reasons: Sequence[Reason]) -> dict[Bottleneck, list[int]]:
    """What the remedies that have one step ask of each limit."""
    found: dict[Bottleneck, list[int]] = {}
    for reason in reasons:
        steps = [] if reason.remedy is None else [
            s for s in reason.remedy.steps if s.code in ("add_capacity", "add_budget")
        ]  # fmt: skip
        if len(steps) != 1:
            continue
        params = steps[0].params
        target = Bottleneck(params.get("resource"), params.get("period"), params.get("envelope"))
        found.setdefault(target, []).append(int(params["amount"]))
    return found


def round_up(amount: int, least: int) -> int:
    """The next round amount: 1, 2 or 5 times a power of ten, from ``least`` on."""
    power = least
    while True:
        for factor in (1, 2, 5):
            if factor * power >= amount:
                return factor * power
        power *= 10


def step_of(ceiling: int) -> int:
    """A round amount near a hundredth: 1, 2 or 5 times a power of ten, at least 1,000 €."""
    aim = max(100_000, abs(ceiling) // 100)
    power = int(10 ** (len(str(aim)) - 1))
    return max(m * power for m in (1, 2, 5) if m * power <= aim)


def run(context: JobContext) -> None:
    """The job ``scenario.solve``; stopped by the user, it keeps the best plan found so far."""
    scenario = Scenario.objects.get(uid=context.params["scenario"])
    actor = actor_for(context.account) if context.account else system_actor("scenario.solve")

    def tell(permille: int, code: str, params: dict[str, Any]) -> None:
        context.progress(permille, code, **params)

    context.progress(10, "reading")
    sheet = from_json(scenario.assumptions)
    world = world_for(scenario)
    built = built_for(world, scenario)
    found = answer(
        world, built, sheet.seconds, sheet=sheet, tell=tell, should_stop=context.should_stop
    )
    if context.closing():
        return
    with context.last_step() as give:
        keep(actor, Scenario.objects.get(pk=scenario.pk), found, Cause("job", context.uid))
        give({"status": found.result["status"], "gap": found.result["gap"]})


def solve_now(actor: Actor, scenario: Scenario, seconds: float | None = None) -> Scenario:
    """Solve at once, in this process (commands and tests; the caller authorises)."""
    sheet = from_json(scenario.assumptions)
    world = world_for(scenario)
    found = answer(world, built_for(world, scenario), seconds or sheet.seconds, sheet=sheet)
    keep(actor, scenario, found, None)
    return scenario


def keep(actor: Actor, scenario: Scenario, found: Answer, cause: Cause | None) -> None:
    """Store an answer with its scenario."""
    open_states = (Scenario.State.DRAFT, Scenario.State.SOLVED, Scenario.State.DROPPED)
    if scenario.state not in open_states:
        return
    with recording(actor, SCENARIO_EDIT.code, cause=cause) as rec:
        rec.update(
            scenario,
            problem=found.problem,
            result=found.result,
            effects=[effect.to_json() for effect in found.effects],
            state=Scenario.State.SOLVED
            if found.result["status"] in ("optimal", "feasible")
            else Scenario.State.DRAFT,
            solved_at=timezone.now(),
        )
