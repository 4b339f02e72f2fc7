"""What one more unit of a bottleneck is worth: by solving again, never by duals of integers."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from portulan_core.arbitrage import measure
from portulan_core.arbitrage.compiled import compile_problem
from portulan_core.arbitrage.problem import Issue, Problem, ProblemError
from portulan_core.arbitrage.reasons import Remedy, Step, apply_remedy
from portulan_core.arbitrage.result import Result
from portulan_core.arbitrage.solve import solve


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """A limit: a resource in a period (None: in each period), or an envelope."""

    resource: str | None = None
    period: int | None = None
    envelope: str | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What ``delta`` more units of a limit bring in the first goal.

    ``gain`` is the improvement found; the true one lies between ``low`` and ``high`` (None when no
    bound is known); ``exact`` when both plans are proven best. ``enter`` and ``leave``: the items
    that come in and go out.
    """

    target: Bottleneck
    delta: int
    gain: int
    low: int
    high: float | None
    exact: bool
    enter: tuple[str, ...]
    leave: tuple[str, ...]


def price(
    problem: Problem,
    result: Result,
    target: Bottleneck,
    delta: int,
    time_limit: float = 5.0,
    workers: int = 1,
    seed: int = 0,
) -> Price:
    """Solve again with ``delta`` more of one limit, from the plan found; first goal only.

    What the first goal left to the next ones (its tolerance) is no part of the gain.

    Raises:
        ValueError: there is no plan to compare with.
        ProblemError: the limit is none of the problem's, or ``delta`` takes more than there is.
    """
    if result.objective is None:
        raise ValueError("a price needs a plan")
    _check(problem, target)
    first = problem if problem.order == "weighted" else replace(problem, goals=problem.goals[:1])
    until = time.monotonic() + time_limit
    held, bound, plan = result.objective, result.bound, result.placements
    if problem.order == "lexicographic" and problem.goals[0].tolerance:
        if result.status == "optimal" and bound is not None:
            held = round(bound)
        else:
            alone = solve(first, 0.5 * time_limit, workers, seed, start=result.placements)
            if alone.objective is not None:
                held, bound, plan = alone.objective, alone.bound, alone.placements
    steps: tuple[Step, ...]
    if target.envelope is not None:
        steps = (Step("add_budget", {"envelope": target.envelope, "amount": delta}),)
    else:
        periods = range(problem.periods) if target.period is None else (target.period,)
        steps = tuple(
            Step("add_capacity", {"resource": target.resource, "period": t, "amount": delta})
            for t in periods
        )
    wider = apply_remedy(first, Remedy(steps, "none"))
    left = max(0.0, until - time.monotonic())
    again = solve(wider, left, workers, seed, start=plan)
    sense = 1 if problem.order == "weighted" else measure.SENSE[problem.goals[0].measure]
    if again.objective is None:
        return Price(target, delta, 0, 0, None, False, (), ())
    gain, low = sense * (again.objective - held), 0
    if bound is not None:
        low = int(sense * (again.objective - bound))
    if delta >= 0:  # more of a limit is never worth less
        gain, low = max(0, gain), max(0, low)
    high = None if again.bound is None else sense * (again.bound - held)
    proven = bound is not None and abs(bound - held) <= 1e-9 * max(1.0, abs(held))
    exact = proven and again.status == "optimal"
    better = gain > 0
    return Price(
        target=target,
        delta=delta,
        gain=gain,
        low=gain if exact else low,
        high=float(gain) if exact else high,
        exact=exact,
        enter=tuple(k for k in again.placements if k not in result.placements) if better else (),
        leave=tuple(k for k in result.placements if k not in again.placements) if better else (),
    )


def _check(problem: Problem, target: Bottleneck) -> None:
    issues = []
    if (target.resource is None) == (target.envelope is None):
        issues.append(Issue("target", "wrong_form", "a resource or an envelope", str(target)))
    if target.resource is not None and target.resource not in {r.key for r in problem.resources}:
        issues.append(Issue("target.resource", "unknown_key", "a resource", str(target.resource)))
    if target.envelope is not None and target.envelope not in {e.key for e in problem.envelopes}:
        issues.append(Issue("target.envelope", "unknown_key", "an envelope", str(target.envelope)))
    if target.period is not None and not 0 <= target.period < problem.periods:
        wanted = f"0 to {problem.periods - 1}"
        issues.append(Issue("target.period", "unknown_period", wanted, str(target.period)))
    if issues:
        raise ProblemError(issues)


def bottlenecks(problem: Problem, result: Result, most: int = 10) -> list[tuple[Bottleneck, int]]:
    """The limits that keep items out, with how many items each keeps out; the strictest first.

    A limit counts for an item that is out when, the plan staying as it is, none of the item's
    options leaves that limit unbroken.
    """
    if not result.found:
        return []
    c = compile_problem(problem, prune=False)
    held = c.selected(result.placements)
    if held is None:
        raise ValueError("the result does not belong to this problem")
    left = c.rhs.copy()
    for option in held.values():
        rows, amounts = c.usage(option)
        left[rows] -= amounts
    counts: dict[int, int] = {}
    for i in range(len(problem.items)):
        if i in held:
            continue
        blocking: set[int] | None = None
        for option in c.span(i):
            rows, amounts = c.usage(option)
            short = set(rows[(amounts > 0) & (amounts > left[rows])].tolist())
            blocking = short if blocking is None else blocking & short
            if not blocking:
                break
        for row in blocking or ():
            counts[row] = counts.get(row, 0) + 1
    out = []
    for row, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        tag = c.rows[row]
        if tag.kind == "capacity" and isinstance(tag.detail, int):
            out.append((Bottleneck(resource=tag.key, period=tag.detail), count))
        elif tag.kind == "ceiling":
            out.append((Bottleneck(envelope=tag.key), count))
    return out[:most]
