"""Monte Carlo over uncertain efforts, costs and values: what is chosen whatever comes.

Each item has ranges; a draw multiplies its costs, its efforts and its value by factors taken in
them. The same seed gives each item the same factors whatever else the problem holds (common random
numbers), so two plans or two scenarios are compared on the same draws. Each draw is solved again:
the share of draws in which an item is chosen comes with the interval of that estimate (Wilson
1927). The plan chosen is counted in each draw too: how often it still holds, and what breaks.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from portulan_core.arbitrage import measure
from portulan_core.arbitrage.problem import Issue, Item, Mode, Placement, Problem, ProblemError
from portulan_core.arbitrage.solve import solve
from portulan_core.arbitrage.verify import violations

Part = Literal["cost", "effort", "value"]
PARTS: tuple[Part, ...] = ("cost", "effort", "value")
Floats = npt.NDArray[np.float64]

SURE = 1.959_963_985
"""Normal quantile of the 95 % intervals."""
LEAST = 0.1


@dataclass(frozen=True, slots=True)
class Range:
    """A factor between ``low`` and ``high``, most likely ``likely``: a triangular law.

    ``Range(0.9, 1, 1.3)``: 10 % less to 30 % more, most likely what is planned.
    """

    low: float = 1.0
    likely: float = 1.0
    high: float = 1.0

    def at(self, uniform: Floats) -> Floats:
        """Factors at these quantiles (0..1), by inversion."""
        span = self.high - self.low
        if span <= 0:
            return np.full_like(uniform, self.likely)
        cut = (self.likely - self.low) / span
        below = self.low + np.sqrt(uniform * span * (self.likely - self.low))
        above = self.high - np.sqrt((1 - uniform) * span * (self.high - self.likely))
        return np.where(uniform <= cut, below, above)


def from_confidence(confidence: float, widest: float = 0.5, skew: float = 1.0) -> Range:
    """The range that a confidence of 0..1 stands for.

    Nothing at full confidence; at none, ``widest`` below and ``skew`` times as much above (costs
    pass their estimate more often and further than they stay under it: take 2).
    """
    doubt = 1.0 - min(1.0, max(0.0, confidence))
    return Range(max(0.0, 1.0 - widest * doubt), 1.0, 1.0 + widest * doubt * skew)


@dataclass(frozen=True, slots=True)
class Doubt:
    """The ranges of an item; each is drawn by itself, beside what is ``common`` to all items."""

    cost: Range = Range()
    effort: Range = Range()
    value: Range = Range()


@dataclass(frozen=True, slots=True)
class ItemShare:
    """In how many draws an item is in the best plan: share, and its 95 % interval."""

    item: str
    share: float
    low: float
    high: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class Break:
    """A limit that the plan chosen breaks in some draws; ``excess``: by how much then (mean).

    ``code`` and the keys are those of `Violation`: ``capacity`` (resource, period), ``ceiling`` or
    ``floor`` (envelope), ``guardrail`` (guardrail).
    """

    code: str
    key: str
    period: int | None
    share: float
    excess: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share with its 95 % interval."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """What many draws say.

    ``solved`` draws were solved again (``without``: of which no plan holds; ``raised``: in which
    what has to stay exceeds a limit by itself, raised to let it through); ``items`` counts over
    those with a plan. ``checked`` draws served to count the plan chosen: ``holds`` is how often it
    keeps every limit, ``breaks`` what it breaks, the most frequent first. ``value``: 10th, 50th and
    90th percentiles of its value; ``regret``: mean value missed against the best plan of each draw,
    over the draws in which the plan holds, as a share of its value. ``gap``: mean proven gap of the
    draws solved.
    """

    items: tuple[ItemShare, ...]
    solved: int
    without: int
    raised: int
    checked: int
    holds: Estimate | None
    breaks: tuple[Break, ...]
    value: tuple[int, int, int] | None
    cost: tuple[int, int, int] | None
    regret: float | None
    gap: float | None


def draws(
    items: Sequence[Item],
    doubts: Mapping[str, Doubt],
    count: int,
    seed: int = 0,
    common: float = 0.0,
) -> dict[str, dict[Part, Floats]]:
    """Factors of each item that has a doubt: ``count`` for its cost, its effort and its value.

    ``common``: the part (0..1) of each doubt that all items share, such as prices that rise for
    everyone (a Gaussian copula of that correlation). An item's factors depend on the seed and on
    its key only.
    """
    if not 0 <= common < 1:
        raise ProblemError([Issue("common", "too_large", "0 to less than 1", str(common))])
    shared = {part: _stream(seed, "", part).standard_normal(count) for part in PARTS}
    found: dict[str, dict[Part, Floats]] = {}
    for item in items:
        doubt = doubts.get(item.key)
        if doubt is None:
            continue
        rows: dict[Part, Floats] = {}
        for part, law in _laws(doubt):
            own = _stream(seed, item.key, part).standard_normal(count)
            mixed = math.sqrt(common) * shared[part] + math.sqrt(1 - common) * own
            rows[part] = law.at(_normal_cdf(mixed))
        found[item.key] = rows
    return found


def drawn(problem: Problem, factors: Mapping[str, Mapping[Part, Floats]], n: int) -> Problem:
    """The problem of the n-th draw: whole numbers, rounded to the nearest."""
    changed = {
        item.key: _scaled(item, {part: float(row[n]) for part, row in factors[item.key].items()})
        for item in problem.items
        if item.key in factors
    }
    return problem.with_items(changed)


def raised(problem: Problem) -> Problem:
    """The same problem, its ceilings and capacities at least what items that must stay take.

    They are counted where they stand in the present plan, else in their first mode as early as
    they may start: nothing else goes on a limit that they exceed by themselves.
    """
    plan: dict[str, Placement] = {}
    for item in problem.items:
        if not item.mandatory:
            continue
        if item.present is not None:
            plan[item.key] = item.present
        else:
            plan[item.key] = Placement(item.modes[0].key, max(0, item.earliest))
    used = measure.resource_use(problem, plan)
    costs = measure.account_cost(problem, plan)
    return replace(
        problem,
        resources=tuple(
            replace(
                r,
                capacity=tuple(max(c, u) for c, u in zip(r.capacity, used[r.key], strict=True)),
            )
            for r in problem.resources
        ),
        envelopes=tuple(
            e
            if e.ceiling is None
            else replace(e, ceiling=max(e.ceiling, measure.envelope_use(problem, e, costs)))
            for e in problem.envelopes
        ),
    )


def uncertainty(
    problem: Problem,
    placements: Mapping[str, Placement],
    doubts: Mapping[str, Doubt],
    *,
    count: int = 200,
    checks: int = 1_000,
    common: float = 0.0,
    time_limit: float = 60.0,
    workers: int = 2,
    seed: int = 0,
    raise_limits: bool = False,
    progress: Callable[[int, int], object] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Uncertainty:
    """How robust a plan and each item are, over draws of the ranges.

    Args:
        placements: the plan chosen (empty: none).
        count: draws to solve again; fewer when the time runs out (``solved`` says how many).
        checks: draws over which the plan chosen is counted.
        raise_limits: solve each draw with limits `raised`; otherwise a draw in which what has to
            stay exceeds a limit by itself has no plan. The plan chosen is always counted against
            the limits as they are.
        progress: called with (draws solved, draws asked).

    Raises:
        ProblemError: the problem does not hold, or a doubt makes no sense.
    """
    problem.check()
    _check(problem, doubts)
    until = time.monotonic() + time_limit
    most = max(count, checks)
    factors = draws(problem.items, doubts, most, seed, common)
    plan = dict(placements)
    held: list[bool] = []
    values: list[int] = []
    costs: list[int] = []
    broken: dict[tuple[str, str, int | None], list[int]] = {}
    shown = problem
    if plan:
        inside = set(plan)
        exits = {item.key for item in problem.items if item.exit_cost}
        own = {key: rows for key, rows in factors.items() if key in inside or key in exits}
        for n in range(checks):
            if should_stop is not None and n % 50 == 0 and should_stop():
                break
            if time.monotonic() > until - time_limit * 0.6 and n >= 100:
                break
            shown = drawn(problem, own, n)
            found = violations(shown, plan)
            held.append(not found)
            values.append(measure.value(shown, plan))
            costs.append(measure.cost(shown, plan))
            for violation in found:
                p = violation.params
                key = p.get("resource") or p.get("envelope") or p.get("guardrail") or ""
                excess = abs(int(p.get("used", 0)) - int(p.get("limit", 0))) if "used" in p else 0
                name = (violation.code, str(key), p.get("period"))
                broken.setdefault(name, []).append(excess)
    chosen_in: dict[str, int] = {item.key: 0 for item in problem.items}
    solved = without = higher = 0
    gaps: list[float] = []
    regrets: list[float] = []
    goals = problem.goals[:1] if problem.order == "lexicographic" else problem.goals
    last: Mapping[str, Placement] = plan
    for n in range(count):
        left = until - time.monotonic()
        if left < LEAST or (should_stop is not None and should_stop()):
            break
        asked = replace(drawn(problem, factors, n), goals=goals)
        if raise_limits:
            wider = raised(asked)
            higher += wider != asked
            asked = wider
        start = next((p for p in (plan, last) if p and not violations(asked, dict(p))), None)
        result = solve(
            asked, max(LEAST, left / (count - n)), workers, seed,
            should_stop=should_stop, start=start,
        )  # fmt: skip
        if result.status == "unknown":
            continue
        solved += 1
        if result.found:
            last = result.placements
            for key in result.placements:
                chosen_in[key] += 1
            if result.gap is not None:
                gaps.append(result.gap)
            if n < len(held) and held[n] and problem.goals[0].measure == "value":
                best = measure.value(asked, result.placements)
                regrets.append(max(0, best - values[n]) / max(1, abs(values[n])))
        else:
            without += 1
        if progress is not None:
            progress(solved, count)
    good = solved - without
    shares = [
        ItemShare(item.key, *_interval(chosen_in[item.key], good), item.key in plan)
        for item in problem.items
    ]
    breaks = [
        Break(code, key, period, len(rows) / len(held), sum(rows) / len(rows))
        for (code, key, period), rows in broken.items()
    ]
    return Uncertainty(
        items=tuple(shares) if good else (),
        solved=solved,
        without=without,
        raised=min(higher, solved),
        checked=len(held),
        holds=Estimate(*_interval(sum(held), len(held))) if held else None,
        breaks=tuple(sorted(breaks, key=lambda b: (-b.share, b.code, b.key, b.period or 0))),
        value=_percentiles(values),
        cost=_percentiles(costs),
        regret=sum(regrets) / len(regrets) if regrets else None,
        gap=sum(gaps) / len(gaps) if gaps else None,
    )


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share: E. B. Wilson, JASA 22, 1927. (0, 1) without trials."""
    if trials <= 0:
        return 0.0, 1.0
    share, z2 = successes / trials, SURE * SURE
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = SURE * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2)) / (1 + z2 / trials)
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    return low, 1.0 if successes == trials else min(1.0, middle + half)


def _laws(doubt: Doubt) -> tuple[tuple[Part, Range], ...]:
    return (("cost", doubt.cost), ("effort", doubt.effort), ("value", doubt.value))


def _interval(successes: int, trials: int) -> tuple[float, float, float]:
    return (successes / trials if trials else 0.0, *wilson(successes, trials))


def _stream(seed: int, key: str, part: str) -> np.random.Generator:
    """Numbers that depend on the seed, the item and the part only."""
    digest = hashlib.blake2b(f"{seed}|{part}|{key}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))


_erf = np.vectorize(math.erf, otypes=[np.float64])


def _normal_cdf(x: Floats) -> Floats:
    result: Floats = 0.5 * (1.0 + _erf(x / math.sqrt(2.0)))
    return result


def _round(amount: float) -> int:
    return math.floor(amount + 0.5)


def _scaled(item: Item, factors: Mapping[Part, float]) -> Item:
    cost, effort, value = factors["cost"], factors["effort"], factors["value"]

    def worth(v: int | tuple[int, ...]) -> int | tuple[int, ...]:
        return _round(v * value) if isinstance(v, int) else tuple(_round(x * value) for x in v)

    def mode(m: Mode) -> Mode:
        return replace(
            m,
            cost={k: tuple(_round(a * cost) for a in row) for k, row in m.cost.items()},
            effort={k: tuple(_round(a * effort) for a in row) for k, row in m.effort.items()},
            value=None if m.value is None else worth(m.value),
        )

    return replace(item, modes=tuple(mode(m) for m in item.modes), value=worth(item.value))


def _percentiles(values: Sequence[int]) -> tuple[int, int, int] | None:
    if not values:
        return None
    low, middle, high = np.percentile(np.asarray(values, dtype=float), (10, 50, 90)).tolist()
    return round(low), round(middle), round(high)


def _check(problem: Problem, doubts: Mapping[str, Doubt]) -> None:
    keys = {item.key for item in problem.items}
    issues = []
    for key, doubt in doubts.items():
        if key not in keys:
            issues.append(Issue(f"doubts.{key}", "unknown_key", "the key of an item", key))
        for part, law in _laws(doubt):
            if not 0 <= law.low <= law.likely <= law.high <= 100:
                issues.append(
                    Issue(
                        f"doubts.{key}.{part}", "wrong_order",
                        "0 <= low <= likely <= high <= 100",
                        f"{law.low}, {law.likely}, {law.high}",
                    )
                )  # fmt: skip
    if issues:
        raise ProblemError(issues)
