"""Forecasts from what was really done: how many by then, when will it be done, with what chance.

Throughput forecasts resample the weeks (or other periods) of the past, in one of two ways.

``steady``: any past period may come again (B. Efron, "Bootstrap methods: another look at the
jackknife", Annals of Statistics 7(1), 1979; blocks: D. N. Politis and J. P. Romano, "A circular
block-resampling procedure for stationary data", 1992). A short past is itself a sample, so each
run first redraws it (``doubt``).

``follow``: what comes again is how the past *moved*: a stretch of it, divided by the level just
before that stretch, times the level now; and so on, the level following. Real teams drift, and
the steady way, the usual one, is then far too sure: on real histories its 80 % intervals held 18
to 58 % of what came, those of this way 57 to 82 % (docs/methods/flow.md). It is the default once
the past is long enough.

Networks of tasks: R. M. Van Slyke, "Monte Carlo methods and the PERT problem", Operations Research
11(5), 1963 (criticality). Past overruns as a correction: B. Flyvbjerg, "From Nobel prize to project
management: getting risks right", Project Management Journal 37(3), 2006.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Fewest periods of history from which a forecast is made.
MIN_HISTORY = 6
#: Chances, in per cent, that forecasts are given at.
CHANCES = (50, 70, 85, 95)
#: ``auto`` follows when the past has ``FOLLOW_HISTORY`` periods, and is steady otherwise.
METHODS = ("auto", "follow", "steady")
FOLLOW_HISTORY = 20
#: Periods that make the level, periods of a stretch, and periods that the past reaches back.
LEVEL = 4
STRETCH = 4
MEMORY = 52
#: Weight, in periods, of the mean of the past in the level: keeps a level of nil from lasting.
PRIOR = 2.0
#: The most a stretch may raise or lower the level.
LEAP = 4.0
#: Periods drawn together by the steady way.
STRIDE = 32
#: Independent origins under which a back-test says nothing.
MIN_ORIGINS = 8


class ForecastError(ValueError):
    """Input that no forecast can be made from: a ``code`` and ``params`` to say it.

    Codes: ``too_short`` (count, needed), ``bad_history``, ``bad_argument``, ``bad_task``,
    ``unknown_task``, ``cycle`` (tasks).
    """

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        detail = ", ".join(f"{key}={value!r}" for key, value in params.items())
        super().__init__(f"{code}: {detail}")


# ---------------------------------------------------------------------------- throughput


@dataclass(frozen=True, slots=True, eq=False)
class CountForecast:
    """How many items in ``periods`` periods. ``at_least[c]``: reached in at least c % of the runs.

    ``samples``: the count of each run, in increasing order.
    """

    periods: int
    history: int
    method: str
    at_least: Mapping[int, int]
    mean: float
    samples: Ints

    def chance(self, items: int) -> float:
        """The share of the runs that do at least ``items``."""
        return float((self.samples >= items).mean())


@dataclass(frozen=True, slots=True, eq=False)
class WhenForecast:
    """How many periods until the items are done.

    ``within[c]``: enough in at least c % of the runs, ``None`` when that passes the horizon.
    ``beyond``: share of the runs not done at the horizon. ``samples``: periods of each run in
    increasing order, ``horizon + 1`` standing for beyond.
    """

    items: tuple[int, int]
    history: int
    method: str
    horizon: int
    within: Mapping[int, int | None]
    beyond: float
    samples: Ints

    def chance(self, periods: int) -> float:
        """The share of the runs done within ``periods`` (at most the horizon)."""
        return float((self.samples <= min(periods, self.horizon)).mean())

    def dates(self, start: date, days: int = 7) -> dict[int, date | None]:
        """``within`` as the last day of the period, the first period beginning on ``start``."""
        return {
            chance: None if n is None else start + timedelta(days=max(0, n * days - 1))
            for chance, n in self.within.items()
        }


def how_many(
    throughput: Sequence[int] | Ints,
    periods: int,
    *,
    runs: int = 10_000,
    seed: int = 0,
    method: str = "auto",
    block: int = 1,
    doubt: bool = True,
    chances: Sequence[int] = CHANCES,
) -> CountForecast:
    """How many items will be done in the next ``periods`` periods.

    Args:
        throughput: items done in each past period, oldest first; complete periods only.
        periods: how many to come.
        runs, seed: of the simulation; the same seed gives the same answer.
        method: one of ``METHODS``; the answer says which was used.
        block: (steady) past periods are drawn in runs of so many.
        doubt: (steady) redraw the past first, since a short past is a sample.
        chances: per cent.

    Raises:
        ForecastError: ``too_short``, ``bad_history`` or ``bad_argument``.
    """
    past = _history(throughput)
    _check(runs, block, chances)
    method = _method(method, past)
    if periods < 0:
        raise ForecastError("bad_argument", periods=periods, expected=">= 0")
    rng = np.random.default_rng(seed)
    samples = np.sort(_sums(past, periods, runs, rng, method, block, doubt))
    return CountForecast(
        periods=periods,
        history=len(past),
        method=method,
        at_least={chance: int(samples[_floor(runs, chance)]) for chance in chances},
        mean=float(samples.mean()),
        samples=samples,
    )


def when_done(
    throughput: Sequence[int] | Ints,
    items: int | tuple[int, int],
    *,
    horizon: int = 260,
    runs: int = 10_000,
    seed: int = 0,
    method: str = "auto",
    block: int = 1,
    doubt: bool = True,
    chances: Sequence[int] = CHANCES,
) -> WhenForecast:
    """In how many periods the items will be done.

    Args:
        throughput: items done in each past period, oldest first; complete periods only.
        items: how many are left, or the least and the most when items may be found or split.
        horizon: periods after which the simulation gives up.
        runs, seed, method, block, doubt, chances: as for ``how_many``.

    Raises:
        ForecastError: ``too_short``, ``bad_history`` or ``bad_argument``.
    """
    past = _history(throughput)
    _check(runs, block, chances)
    method = _method(method, past)
    least, most = (items, items) if isinstance(items, int) else items
    if not 0 <= least <= most:
        raise ForecastError("bad_argument", items=items, expected="0 <= least <= most")
    if horizon < 1:
        raise ForecastError("bad_argument", horizon=horizon, expected=">= 1")
    rng = np.random.default_rng(seed)
    left = rng.integers(least, most + 1, runs)
    needed = np.where(left <= 0, 0, horizon + 1)
    done = np.zeros(runs)
    start = 0
    for drawn in _stretches(past, runs, rng, method, block, doubt):
        total = done[:, None] + np.cumsum(drawn[:, : horizon - start], axis=1)
        # Half an item done is an item done, as in the rounded count of ``how_many``.
        reached = total >= left[:, None] - 0.5
        ended = reached.any(axis=1) & (needed > horizon)
        needed[ended] = start + 1 + reached[ended].argmax(axis=1)
        done = total[:, -1]
        start += drawn.shape[1]
        if start >= horizon or not (needed > horizon).any():
            break
    samples = np.sort(needed)
    within = {chance: int(samples[_ceil(runs, chance)]) for chance in chances}
    return WhenForecast(
        items=(least, most),
        history=len(past),
        method=method,
        horizon=horizon,
        within={chance: None if n > horizon else n for chance, n in within.items()},
        beyond=float((samples > horizon).mean()),
        samples=samples,
    )


def _history(throughput: Sequence[int] | Ints) -> Ints:
    past = np.asarray(throughput)
    if past.ndim != 1 or (len(past) and past.dtype.kind not in "iu"):
        raise ForecastError("bad_history", expected="whole numbers, one per period")
    if len(past) < MIN_HISTORY:
        raise ForecastError("too_short", count=len(past), needed=MIN_HISTORY)
    if (past < 0).any():
        raise ForecastError("bad_history", expected=">= 0")
    return past.astype(np.int64)


def _check(runs: int, block: int, chances: Sequence[int]) -> None:
    if runs < 1 or block < 1 or any(not 0 < chance < 100 for chance in chances):
        raise ForecastError("bad_argument", runs=runs, block=block, chances=tuple(chances))


def _floor(runs: int, chance: float) -> int:
    """Place, in increasing order, of the value that ``chance`` per cent of the runs reach."""
    return max(0, min(runs - 1, runs - math.ceil(runs * chance / 100 - 1e-9)))


def _ceil(runs: int, chance: float) -> int:
    """Place, in increasing order, of the value that ``chance`` per cent of the runs stay within."""
    return max(0, math.ceil(runs * chance / 100 - 1e-9) - 1)


def _places(count: int, runs: int, length: int, rng: np.random.Generator, block: int) -> Ints:
    """Random places of the past (runs × length), in circular blocks."""
    if block == 1:
        return rng.integers(0, count, (runs, length))
    first = rng.integers(0, count, (runs, math.ceil(length / block)))
    places = (first[:, :, None] + np.arange(block)) % count
    return places.reshape(runs, -1)[:, :length]


def _method(method: str, past: Ints) -> str:
    if method not in METHODS:
        raise ForecastError("bad_argument", method=method, expected=METHODS)
    if method == "auto":
        return "follow" if len(past) >= FOLLOW_HISTORY else "steady"
    if method == "follow" and len(past) < LEVEL + STRETCH + 1:
        raise ForecastError("too_short", count=len(past), needed=LEVEL + STRETCH + 1)
    return method


def _stretches(
    past: Ints, runs: int, rng: np.random.Generator, method: str, block: int, doubt: bool
) -> Iterator[Floats]:
    """Futures, a stretch of periods at a time (runs × periods), without end."""
    if method == "follow":
        yield from _following(past[-MEMORY:].astype(float), runs, rng)
    own = past[_places(len(past), runs, len(past), rng, block)] if doubt else None
    width = math.ceil(STRIDE / block) * block
    while True:
        places = _places(len(past), runs, width, rng, block)
        drawn = past[places] if own is None else np.take_along_axis(own, places, axis=1)
        yield drawn.astype(float)


def _following(past: Floats, runs: int, rng: np.random.Generator) -> Iterator[Floats]:
    mean = float(past.mean())
    if mean == 0:
        while True:
            yield np.zeros((runs, STRETCH))
    firsts = np.arange(LEVEL, len(past) - STRETCH + 1)
    level_before = np.array(
        [(past[first - LEVEL : first].sum() + PRIOR * mean) / (LEVEL + PRIOR) for first in firsts]
    )
    recent = np.tile(past[-LEVEL:], (runs, 1))
    while True:
        chosen = rng.integers(0, len(firsts), runs)
        level_now = (recent.sum(axis=1) + PRIOR * mean) / (LEVEL + PRIOR)
        ratio = np.clip(level_now / level_before[chosen], 1 / LEAP, LEAP)
        stretch: Floats = past[firsts[chosen][:, None] + np.arange(STRETCH)] * ratio[:, None]
        yield stretch
        recent = np.concatenate([recent, stretch], axis=1)[:, -LEVEL:]


def _sums(
    past: Ints,
    periods: int,
    runs: int,
    rng: np.random.Generator,
    method: str,
    block: int,
    doubt: bool,
) -> Ints:
    """Items done over so many periods, in each run."""
    total = np.zeros(runs)
    left = periods
    stretches = _stretches(past, runs, rng, method, block, doubt)
    while left > 0:
        drawn = next(stretches)[:, :left]
        total += drawn.sum(axis=1)
        left -= drawn.shape[1]
    return np.floor(total + 0.5).astype(np.int64)


# ---------------------------------------------------------------------------- back-test


@dataclass(frozen=True, slots=True)
class Origin:
    """One past forecast: made at period ``at``, and what came. ``low``..``high`` holds 80 %."""

    at: int
    low: int
    median: int
    high: int
    actual: int


@dataclass(frozen=True, slots=True)
class BackTest:
    """How forecasts made in the past would have fared.

    ``coverage[s]``: share of the origins whose actual fell in the central s % interval.
    ``kept[c]``: share whose actual reached the number announced with c % chance.
    ``independent``: how many of the origins do not overlap. ``verdict``: ``too_few``,
    ``calibrated``, ``too_narrow`` (reality falls outside too often) or ``too_wide``, on the 80 %
    interval, given the number of independent origins. ``bias``: mean of actual minus median, in
    items per period.
    """

    horizon: int
    method: str
    coverage: Mapping[int, float]
    kept: Mapping[int, float]
    independent: int
    verdict: str
    bias: float
    origins: tuple[Origin, ...]


def back_test(
    throughput: Sequence[int] | Ints,
    *,
    horizon: int = 4,
    history: int = 26,
    shares: Sequence[int] = (50, 80, 90),
    chances: Sequence[int] = CHANCES,
    runs: int = 2_000,
    seed: int = 0,
    method: str = "auto",
    block: int = 1,
    doubt: bool = True,
) -> BackTest:
    """Forecast each past stretch of ``horizon`` periods from what was known before it.

    Args:
        throughput: items done in each past period, oldest first; complete periods only.
        horizon: periods forecast each time.
        history: periods known at the first origin. Each origin looks back at most ``MEMORY``.
        shares, chances: per cent, of the central intervals and of the numbers announced.
        runs, seed, method, block, doubt: as for ``how_many``.

    Raises:
        ForecastError: ``too_short`` when not one origin fits, ``bad_history``, ``bad_argument``.
    """
    past = _history(throughput)
    _check(runs, block, (*chances, *shares))
    if horizon < 1 or history < MIN_HISTORY:
        raise ForecastError("bad_argument", horizon=horizon, history=history)
    if len(past) < history + horizon:
        raise ForecastError("too_short", count=len(past), needed=history + horizon)
    method = _method(method, past[:history])
    rng = np.random.default_rng(seed)
    origins: list[Origin] = []
    inside = dict.fromkeys(shares, 0)
    kept = dict.fromkeys(chances, 0)
    error = 0.0
    for at in range(history, len(past) - horizon + 1):
        known = past[max(0, at - MEMORY) : at]
        samples = np.sort(_sums(known, horizon, runs, rng, method, block, doubt))
        actual = int(past[at : at + horizon].sum())
        for share in shares:
            low, high = samples[_floor(runs, 50 + share / 2)], samples[_ceil(runs, 50 + share / 2)]
            inside[share] += bool(low <= actual <= high)
        for chance in chances:
            kept[chance] += bool(actual >= samples[_floor(runs, chance)])
        median = int(samples[_ceil(runs, 50)])
        error += (actual - median) / horizon
        origins.append(
            Origin(
                at, int(samples[_floor(runs, 90)]), median, int(samples[_ceil(runs, 90)]), actual
            )
        )
    count = len(origins)
    independent = (count + horizon - 1) // horizon
    hits = sum(origin.low <= origin.actual <= origin.high for origin in origins)
    return BackTest(
        horizon=horizon,
        method=method,
        coverage={share: inside[share] / count for share in shares},
        kept={chance: kept[chance] / count for chance in chances},
        independent=independent,
        verdict=_verdict(hits / count, independent),
        bias=error / count,
        origins=tuple(origins),
    )


def _verdict(coverage: float, independent: int, nominal: float = 0.80) -> str:
    """Whether so many independent trials could give this coverage by chance (90 %, binomial)."""
    if independent < MIN_ORIGINS:
        return "too_few"
    mass = [
        math.comb(independent, k) * nominal**k * (1 - nominal) ** (independent - k)
        for k in range(independent + 1)
    ]
    hits = round(coverage * independent)
    if math.fsum(mass[: hits + 1]) <= 0.05:
        return "too_narrow"
    if math.fsum(mass[hits:]) <= 0.05:
        return "too_wide"
    return "calibrated"


# ---------------------------------------------------------------------------- networks

LINKS = ("finish_start", "start_start", "finish_finish")


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of an initiative, in working days (or any one unit).

    Either three figures (``low``, ``likely``, ``high``: a triangular law), or ``samples`` of the
    duration, such as those of ``when_done``. ``not_before``: earliest start, from the origin.
    """

    code: str
    low: float = 0
    likely: float = 0
    high: float = 0
    samples: tuple[float, ...] = ()
    not_before: float = 0


@dataclass(frozen=True, slots=True)
class Link:
    """``after`` waits for ``before``, with a lag (negative for an overlap). See ``LINKS``."""

    before: str
    after: str
    kind: str = "finish_start"
    lag: float = 0


@dataclass(frozen=True, slots=True)
class TaskForecast:
    """``start`` and ``finish`` by chance (in so many per cent of the runs, at the latest then).

    ``critical``: share of the runs in which a delay of this task delays the whole.
    ``plan``: finish when every task takes its likely duration (median of the samples).
    """

    code: str
    plan: float
    start: Mapping[int, float]
    finish: Mapping[int, float]
    critical: float


@dataclass(frozen=True, slots=True, eq=False)
class NetworkForecast:
    """``plan``: the end when every task takes its likely duration, and ``plan_chance`` how often
    the runs keep to it. ``finish``: the end by chance. ``tasks``: in an order of precedence."""

    plan: float
    plan_chance: float
    finish: Mapping[int, float]
    tasks: tuple[TaskForecast, ...]
    samples: Floats = field(repr=False)

    def chance(self, end: float) -> float:
        """The share of the runs over by ``end``."""
        return float((self.samples <= end).mean())


def network(
    tasks: Sequence[Task],
    links: Sequence[Link] = (),
    *,
    overruns: Sequence[float] = (),
    common: float = 0.5,
    runs: int = 5_000,
    seed: int = 0,
    chances: Sequence[int] = CHANCES,
) -> NetworkForecast:
    """When tasks that wait for one another will be over. Team capacity is not looked at here.

    Args:
        tasks, links: the network, without a cycle.
        overruns: realised over promised durations of the past (1.3 for 30 % late), drawn and
            applied to the durations given by three figures; empty for none.
        common: how much tasks share their fortune, 0 (each its own) to 1 (all the same quantile):
            in that share of the draws a task follows the fortune of its run. Independent tasks
            make forecasts too sure.
        runs, seed, chances: as for ``how_many``.

    Raises:
        ForecastError: ``bad_task``, ``unknown_task``, ``cycle`` or ``bad_argument``.
    """
    _check(runs, 1, chances)
    if not 0 <= common <= 1:
        raise ForecastError("bad_argument", common=common, expected=(0, 1))
    ratios = np.sort(np.asarray(overruns, dtype=float))
    if ratios.ndim != 1 or not np.isfinite(ratios).all() or (ratios <= 0).any():
        raise ForecastError("bad_argument", overruns="not positive numbers")
    for task in tasks:
        _check_task(task)
    order = _precedence(tasks, links)
    by_code = {task.code: task for task in tasks}
    rng = np.random.default_rng(seed)
    fortune = rng.random(runs)
    luck = rng.random(runs)
    durations: dict[str, Floats] = {}
    for task in tasks:
        quantile = np.where(rng.random(runs) < common, fortune, rng.random(runs))
        drawn = _duration(task, quantile)
        own = np.where(rng.random(runs) < common, luck, rng.random(runs))
        if len(ratios) and not task.samples:
            drawn = drawn * ratios[(own * len(ratios)).astype(np.int64)]
        durations[task.code] = drawn
    starts, finishes, critical = _pass(order, by_code, links, durations)
    plan_durations = {
        task.code: np.array(
            [float(np.median(task.samples)) if task.samples else float(task.likely)]
        )
        for task in tasks
    }
    _, plan, _ = _pass(order, by_code, links, plan_durations)
    ends = np.max(np.stack(list(finishes.values())), axis=0) if order else np.zeros(runs)
    planned = max((float(finish[0]) for finish in plan.values()), default=0.0)

    def by_chance(values: Floats) -> dict[int, float]:
        ordered = np.sort(values)
        return {chance: float(ordered[_ceil(runs, chance)]) for chance in chances}

    return NetworkForecast(
        plan=planned,
        plan_chance=float((ends <= planned + 1e-9).mean()),
        finish=by_chance(ends),
        tasks=tuple(
            TaskForecast(
                code=code,
                plan=float(plan[code][0]),
                start=by_chance(starts[code]),
                finish=by_chance(finishes[code]),
                critical=float(critical[code].mean()),
            )
            for code in order
        ),
        samples=np.sort(ends),
    )


def _check_task(task: Task) -> None:
    figures = (*task.samples, task.not_before, task.low, task.likely, task.high)
    if not all(math.isfinite(figure) for figure in figures) or min(task.samples, default=0) < 0:
        raise ForecastError("bad_task", task=task.code, expected="finite durations >= 0")
    if not 0 <= task.low <= task.likely <= task.high:
        raise ForecastError("bad_task", task=task.code, expected="0 <= low <= likely <= high")


def _duration(task: Task, quantile: Floats) -> Floats:
    """Durations at these quantiles of the task's law."""
    if task.samples:
        ordered = np.sort(np.asarray(task.samples, dtype=float))
        return ordered[(quantile * len(ordered)).astype(np.int64)]
    low, likely, high = float(task.low), float(task.likely), float(task.high)
    if high == low:
        return np.full(len(quantile), low)
    rising = (likely - low) / (high - low)
    left = low + np.sqrt(quantile * (high - low) * (likely - low))
    right = high - np.sqrt((1 - quantile) * (high - low) * (high - likely))
    return np.where(quantile < rising, left, right)


def _precedence(tasks: Sequence[Task], links: Sequence[Link]) -> list[str]:
    """Tasks in an order in which each comes after those it waits for."""
    after: dict[str, list[str]] = {}
    for task in tasks:
        if task.code in after:
            raise ForecastError("bad_task", task=task.code, expected="used once")
        after[task.code] = []
    waits = dict.fromkeys(after, 0)
    for link in links:
        if link.before not in after or link.after not in after:
            raise ForecastError("unknown_task", before=link.before, after=link.after)
        if link.kind not in LINKS or not math.isfinite(link.lag):
            raise ForecastError("bad_argument", kind=link.kind, lag=link.lag, expected=LINKS)
        after[link.before].append(link.after)
        waits[link.after] += 1
    ready = [code for code in after if not waits[code]]
    order: list[str] = []
    while ready:
        code = ready.pop()
        order.append(code)
        for next_code in after[code]:
            waits[next_code] -= 1
            if not waits[next_code]:
                ready.append(next_code)
    if len(order) < len(after):
        raise ForecastError("cycle", tasks=_one_cycle({c: after[c] for c in after if waits[c] > 0}))
    return order


def _one_cycle(after: Mapping[str, list[str]]) -> tuple[str, ...]:
    """One cycle among tasks that all wait; walking backwards never leaves them."""
    before: dict[str, str] = {}
    for code, followers in after.items():
        for follower in followers:
            if follower in after:
                before[follower] = code
    here = next(iter(before))
    seen: list[str] = []
    while here not in seen:
        seen.append(here)
        here = before[here]
    return tuple(reversed(seen[seen.index(here) :]))


def _pass(
    order: Sequence[str],
    tasks: Mapping[str, Task],
    links: Sequence[Link],
    durations: Mapping[str, Floats],
) -> tuple[dict[str, Floats], dict[str, Floats], dict[str, npt.NDArray[np.bool_]]]:
    """Earliest starts and finishes, and whether each task is critical, for every run at once."""
    into: dict[str, list[Link]] = {code: [] for code in order}
    out: dict[str, list[Link]] = {code: [] for code in order}
    for link in links:
        into[link.after].append(link)
        out[link.before].append(link)
    starts: dict[str, Floats] = {}
    finishes: dict[str, Floats] = {}
    for code in order:
        lasting = durations[code]
        start = np.full(len(lasting), float(tasks[code].not_before))
        for link in into[code]:
            if link.kind == "finish_start":
                bound = finishes[link.before] + link.lag
            elif link.kind == "start_start":
                bound = starts[link.before] + link.lag
            else:
                bound = finishes[link.before] + link.lag - lasting
            start = np.maximum(start, bound)
        starts[code], finishes[code] = start, start + lasting
    critical: dict[str, npt.NDArray[np.bool_]] = {}
    if not order:
        return starts, finishes, critical
    end = np.max(np.stack(list(finishes.values())), axis=0)
    latest: dict[str, Floats] = {}
    for code in reversed(order):
        lasting = durations[code]
        limit = end.copy()
        for link in out[code]:
            if link.kind == "finish_start":
                bound = latest[link.after] - durations[link.after] - link.lag
            elif link.kind == "start_start":
                bound = latest[link.after] - durations[link.after] - link.lag + lasting
            else:
                bound = latest[link.after] - link.lag
            limit = np.minimum(limit, bound)
        latest[code] = limit
        critical[code] = limit - finishes[code] <= 1e-9 * (1 + np.abs(end))
    return starts, finishes, critical
