"""What constraints cost: each item that has to stay, and staying close to the present plan.

Everything by solving again, never by duals of integers; gaps are stated.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from portulan_core.arbitrage import measure
from portulan_core.arbitrage.problem import Goal, Item, Placement, Problem
from portulan_core.arbitrage.result import Result
from portulan_core.arbitrage.solve import solve
from portulan_core.arbitrage.verify import violations

LEAST = 0.2
"""The least number of seconds that is given to one problem."""


@dataclass(frozen=True, slots=True)
class MandatoryCost:
    """What holding an item costs in the first goal.

    ``loss``: how much better the best plan found becomes once the item may come out or move; the
    true loss lies between ``low`` and ``high`` (None: no bound); ``exact`` when both are proven.
    ``stays``: it is in the best plan even when it need not be. ``enter`` and ``leave``: what comes
    in and goes out once it is free.
    """

    item: str
    loss: int
    low: int
    high: float | None
    exact: bool
    stays: bool
    enter: tuple[str, ...]
    leave: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MandatoryCosts:
    """Each item that has to stay, the dearest first, and all of them freed at once (``together``,
    whose ``item`` is empty; None when nothing is mandatory or the time ran out)."""

    items: tuple[MandatoryCost, ...]
    together: MandatoryCost | None
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StabilityPoint:
    """The best plan with at most ``changes`` changes to the present plan.

    ``value`` and ``placements`` are None when there is none (``infeasible``: proven) or none was
    found. ``bound``: the most value that any plan can have with so many changes. ``entered``: how
    many items come in; they are not changes to the present plan.
    """

    changes: int
    value: int | None
    bound: float | None
    proven: bool
    infeasible: bool
    entered: int
    placements: Mapping[str, Placement] | None


@dataclass(frozen=True, slots=True)
class Stability:
    """Value as a function of the number of changes.

    ``least``: the fewest changes with which every limit holds; ``least_proven`` tells whether
    fewer are impossible. ``most``: the changes of the best plan when they are free.
    """

    points: tuple[StabilityPoint, ...]
    least: int | None
    least_proven: bool
    most: int | None


def freed(problem: Problem, item: Item) -> Item:
    """The same item, neither mandatory nor held where it is.

    What has started keeps its start, and what could not stand where it does now if it moved freely
    (before the first period, say) stays held: freeing an item never closes a plan.
    """
    free = replace(item, mandatory=False, movable=True)
    if item.movable or item.present is None:
        return free
    if item.present.start in problem.window(free, free.mode(item.present.mode)):
        return free
    return replace(free, movable=False)


def mandatory_costs(
    problem: Problem,
    result: Result,
    items: Sequence[str] | None = None,
    *,
    time_limit: float = 30.0,
    workers: int = 2,
    seed: int = 0,
    progress: Callable[[int, int], object] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> MandatoryCosts:
    """The value lost by holding each mandatory item, by solving again without that constraint.

    Args:
        result: a plan of the problem as it is. Where the first goal leaves a tolerance to the
            next ones, the reference is solved again without it.
        items: the mandatory items to look at, in this order (None: all of them).
        progress: called with (done, asked).

    Raises:
        ValueError: there is no plan to compare with.
    """
    if result.objective is None:
        raise ValueError("the cost of an item needs a plan")
    until = time.monotonic() + time_limit
    first = problem if problem.order == "weighted" else replace(problem, goals=problem.goals[:1])
    asked = [i for i in problem.items if i.mandatory and (items is None or i.key in items)]
    if items is not None:
        place = {key: n for n, key in enumerate(items)}
        asked.sort(key=lambda item: place[item.key])
    if not asked:
        return MandatoryCosts((), None)
    if problem.order == "lexicographic" and problem.goals[0].tolerance:
        share = max(LEAST, (until - time.monotonic()) / (len(asked) + 2))
        again = solve(first, share, workers, seed, should_stop=should_stop, start=result.placements)
        result = again if again.found else result
    done = 0

    def compare(names: Sequence[Item], start: Mapping[str, Placement]) -> MandatoryCost | None:
        nonlocal done
        left = until - time.monotonic()
        if (done and left < LEAST) or (should_stop is not None and should_stop()):
            return None
        free = first.with_items({item.key: freed(problem, item) for item in names})
        again = solve(
            free, max(LEAST, left / (len(asked) + 1 - done)), workers, seed,
            should_stop=should_stop, start=start,
        )  # fmt: skip
        done += 1
        if progress is not None:
            progress(done, len(asked) + 1)
        return _compared(problem, result, again, names)

    together = compare(asked, result.placements)
    rows: list[MandatoryCost] = []
    left: list[str] = []
    for item in asked:
        # Nothing to gain with all of them free: nothing to gain with one.
        if together is not None and together.high is not None and together.high <= 0:
            stays = item.key in result.placements
            rows.append(MandatoryCost(item.key, 0, 0, 0.0, True, stays, (), ()))
            continue
        found = compare([item], result.placements)
        if found is None:
            left.append(item.key)
        else:
            rows.append(found)
    rows.sort(key=lambda row: -row.loss)
    return MandatoryCosts(tuple(rows), together, tuple(left))


def _compared(
    problem: Problem, result: Result, again: Result, names: Sequence[Item]
) -> MandatoryCost:
    sense = 1 if problem.order == "weighted" else measure.SENSE[problem.goals[0].measure]
    key = names[0].key if len(names) == 1 else ""
    assert result.objective is not None
    if again.objective is None:
        return MandatoryCost(key, 0, 0, None, False, True, (), ())
    loss = max(0, sense * (again.objective - result.objective))
    low = loss
    if result.gap is None or result.gap > 1e-9:
        best = result.bound
        low = 0 if best is None else max(0, int(sense * (again.objective - best)))
    high = (
        None if again.bound is None else float(max(0.0, sense * (again.bound - result.objective)))
    )
    exact = again.gap is not None and again.gap <= 1e-9 and low == loss
    better = loss > 0
    return MandatoryCost(
        item=key,
        loss=loss,
        low=low,
        high=float(loss) if exact else high,
        exact=exact,
        stays=all(item.key in again.placements for item in names) if better else True,
        enter=tuple(k for k in again.placements if k not in result.placements) if better else (),
        leave=tuple(k for k in result.placements if k not in again.placements) if better else (),
    )


def stability_costs(
    problem: Problem,
    *,
    levels: int = 8,
    time_limit: float = 40.0,
    workers: int = 2,
    seed: int = 0,
    start: Mapping[str, Placement] | None = None,
    progress: Callable[[int, int], object] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Stability:
    """The best value with so many changes to the present plan, from the fewest to free.

    Items that come in are not changes. ``start``: a plan known to hold. Limits of the problem on
    the number of changes are left aside.
    """
    problem.check()
    until = time.monotonic() + time_limit
    free = replace(problem, max_changes=None, order="lexicographic")
    known: list[Mapping[str, Placement]] = []
    if start is not None and not violations(free, dict(start)):
        known.append(start)
    asked, done = levels + 1, 0

    def run(goals: tuple[Goal, ...], most: int | None) -> Result:
        nonlocal done
        left = max(LEAST, until - time.monotonic())
        fits = [p for p in known if most is None or measure.stability(problem, p) <= most]
        best = max(fits, key=lambda p: measure.value(problem, p), default=None)
        found = solve(
            replace(free, goals=goals, max_changes=most),
            max(LEAST, left / max(1, asked - done)), workers, seed,
            should_stop=should_stop, start=best,
        )  # fmt: skip
        done += 1
        if progress is not None:
            progress(done, asked)
        if found.found:
            known.append(found.placements)
        return found

    def over() -> bool:
        return time.monotonic() >= until or (should_stop is not None and should_stop())

    calm = run((Goal("stability"), Goal("value")), None)
    if not calm.found:
        return Stability((), None, calm.status == "infeasible", None)
    least = measure.stability(problem, calm.placements)
    proven = calm.goals[0].bound is not None and calm.goals[0].bound >= least - 1e-6
    points: dict[int, StabilityPoint] = {}
    best = run((Goal("value"), Goal("stability")), None) if not over() else calm
    most = measure.stability(problem, best.placements)
    for count in spaced(least, most, levels - 1):
        if count in points or over():
            continue
        points[count] = _stability_point(problem, count, run((Goal("value"),), count))
    if most not in points:
        points[most] = _stability_point(problem, most, best)
    rows = [points[count] for count in sorted(points)]
    return Stability(tuple(_rising(rows)), least, proven, most)


def spaced(low: int, high: int, count: int) -> tuple[int, ...]:
    """Whole numbers from ``low`` up to before ``high``, closer together at the start."""
    if high <= low:
        return (low,)
    found = {low}
    for n in range(1, max(1, count)):
        found.add(low + round((high - low) * (n / count) ** 1.6))
    return tuple(sorted(x for x in found if x < high))


def _stability_point(problem: Problem, changes: int, result: Result) -> StabilityPoint:
    if not result.found:
        return StabilityPoint(
            changes, None, None, result.status == "infeasible", result.status == "infeasible", 0,
            None,
        )  # fmt: skip
    value = measure.value(problem, result.placements)
    bound = result.goals[0].bound
    new = sum(item.present is None and item.key in result.placements for item in problem.items)
    proven = bound is not None and bound <= value + 1e-6
    return StabilityPoint(changes, value, bound, proven, False, new, dict(result.placements))


def _rising(rows: Sequence[StabilityPoint]) -> list[StabilityPoint]:
    """More changes allowed are never worth less: a better plan of fewer changes carries over."""
    found: list[StabilityPoint] = []
    for row in rows:
        last = found[-1] if found else None
        if last is not None and last.value is not None and (row.value or 0) < last.value:
            same = row.bound is not None and row.bound <= last.value + 1e-6
            row = replace(
                row, value=last.value, placements=last.placements, entered=last.entered,
                proven=same, infeasible=False,
            )  # fmt: skip
        found.append(row)
    return found
