"""Placement only, by a population of plans: a genetic search over lists of activities.

Lists crossed at two points (Hartmann 1998), each decoded by serial schedule generation and pushed
to the right and back to the left (Valls, Ballestín and Quintanilla 2005); when nothing gets better,
a second population is drawn around the best plan (as in their hybrid of 2008). Several modes are
genes beside the list; while a list is decoded, an activity may take the mode in which it ends
first. The loops are compiled: `portulan_core.arbitrage.scheduling_kernels`, imported when a search
begins.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from portulan_core.arbitrage.compiled import Ints
from portulan_core.arbitrage.problem import Placement, Problem

if TYPE_CHECKING:
    from portulan_core.arbitrage.scheduling_kernels import Frame

SLICE = 0.05
"""Seconds of compiled work between two looks at the clock."""
NONE = 2**60
"""An envelope without floor or ceiling."""
LISTS = 48_000
"""About so many activities in all the lists of a population."""
PATIENCE = 60
"""Children, in population sizes, without a better plan before the population is drawn anew."""


def serves(problem: Problem) -> bool:
    """Whether lists express the links: all from end to start, with lags of 0 or more."""
    links = all(link.lag >= 0 and link.link == "finish_to_start" for link in problem.precedences)
    return bool(problem.items) and links and len(order_of(problem)) == len(problem.items)


def order_of(problem: Problem) -> list[int]:
    """Items, each after those it waits for; shorter than all when they go round."""
    index = {item.key: i for i, item in enumerate(problem.items)}
    waiting = [0] * len(index)
    after: list[list[int]] = [[] for _ in index]
    for link in problem.precedences:
        waiting[index[link.after]] += 1
        after[index[link.before]].append(index[link.after])
    out = [j for j, n in enumerate(waiting) if n == 0]
    for j in out:
        for k in after[j]:
            waiting[k] -= 1
            if waiting[k] == 0:
                out.append(k)
    return out


def frame_of(problem: Problem, horizon: int) -> Frame:
    """The problem as arrays; plans end by ``horizon``."""
    from portulan_core.arbitrage.scheduling_kernels import Frame

    index = {item.key: i for i, item in enumerate(problem.items)}
    number = {r.key: n for n, r in enumerate(problem.resources)}
    largest = [max([0, *r.capacity]) + 1 for r in problem.resources]
    place: list[tuple[int, int]] = []
    word, bit = 0, 0
    for most in largest:
        width = most.bit_length() + 1
        if bit + width > 64:
            word, bit = word + 1, 0
        place.append((word, bit))
        bit += width
    guard = [0] * (word + 1)
    free = np.zeros((horizon, word + 1), dtype=np.uint64)
    for (w, b), most, resource in zip(place, largest, problem.resources, strict=True):
        guard[w] |= 1 << (b + most.bit_length())
        row = np.asarray(resource.capacity[:horizon], dtype=np.uint64)
        free[:, w] |= row << np.uint64(b)
    guards = np.asarray(guard, dtype=np.uint64)
    free |= guards
    first: list[int] = []
    modes: list[int] = []
    duration: list[int] = []
    earliest: list[int] = []
    latest: list[int] = []
    part, offset, length = [0], list[int](), list[int]()
    demand: list[list[int]] = []
    cost: list[list[int]] = []
    for item in problem.items:
        first.append(len(duration))
        modes.append(len(item.modes))
        for mode in item.modes:
            window = problem.window(item, mode)
            duration.append(mode.duration)
            earliest.append(window[0] if window else 0)
            latest.append(window[-1] if window else -1)
            cost.append(
                [
                    sum(sum(mode.cost.get(account, ())) for account in envelope.accounts)
                    for envelope in problem.envelopes
                ]
            )
            for at, long, now in pieces(mode.effort, mode.duration, number, largest, place, word):
                offset.append(at)
                length.append(long)
                demand.append(now)
            part.append(len(offset))
    before: list[list[tuple[int, int]]] = [[] for _ in problem.items]
    after: list[list[tuple[int, int]]] = [[] for _ in problem.items]
    for link in problem.precedences:
        a, b = index[link.before], index[link.after]
        before[b].append((a, link.lag))
        after[a].append((b, link.lag))
    before_at, before_rows, before_lag = links_of(before)
    after_at, after_rows, after_lag = links_of(after)
    return Frame(
        first=ints(first),
        modes=ints(modes),
        duration=ints(duration),
        earliest=ints(earliest),
        latest=ints(latest),
        part=ints(part),
        offset=ints(offset),
        length=ints(length),
        demand=np.asarray(demand, dtype=np.uint64).reshape(len(offset), word + 1),
        before_at=before_at,
        before=before_rows,
        before_lag=before_lag,
        after_at=after_at,
        after=after_rows,
        after_lag=after_lag,
        free=free,
        guard=guards,
        cost=ints(cost).reshape(len(duration), len(problem.envelopes)),
        floor=ints([-NONE if e.floor is None else e.floor for e in problem.envelopes]),
        ceiling=ints([NONE if e.ceiling is None else e.ceiling for e in problem.envelopes]),
        rank=ints(order_of(problem)),
    )


def ints(values: object) -> Ints:
    """As an array of 64-bit integers."""
    return np.asarray(values, dtype=np.int64)


def links_of(rows: list[list[tuple[int, int]]]) -> tuple[Ints, Ints, Ints]:
    """Lists one after the other: where each begins, the others, the lags."""
    at = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    return (
        ints(at),
        ints([a for row in rows for a, _ in row]),
        ints([g for r in rows for _, g in r]),
    )


def pieces(
    effort: Mapping[str, tuple[int, ...]],
    duration: int,
    number: Mapping[str, int],
    largest: list[int],
    place: list[tuple[int, int]],
    last: int,
) -> list[tuple[int, int, list[int]]]:
    """A mode's demand as (offset, length, words) where it is level and not 0."""
    out: list[tuple[int, int, list[int]]] = []
    for t in range(duration):
        now = [0] * (last + 1)
        for key, amounts in effort.items():
            if t < len(amounts) and amounts[t]:
                w, b = place[number[key]]
                now[w] += min(amounts[t], largest[number[key]]) << b
        if out and out[-1][2] == now:
            out[-1] = (out[-1][0], out[-1][1] + 1, now)
        else:
            out.append((t, 1, now))
    return [piece for piece in out if any(piece[2])]


class Population:
    """The search on one problem; ``horizon``: plans that end later are not looked at."""

    def __init__(self, problem: Problem, horizon: int, seed: int) -> None:
        from portulan_core.arbitrage import scheduling_kernels as kernels

        self.problem = problem
        self.kernels = kernels
        self.frame = frame_of(problem, horizon)
        count = len(problem.items)
        self.size = int(np.clip(LISTS // max(1, count), 32, 400))
        self.state = np.array([2 * seed + 0x9E3779B97F4A7C15], dtype=np.uint64)
        self.base = self.shortest()
        self.priority = self.latest_starts()
        self.decoded = 0
        self.told: int | None = None
        size = self.size
        self.herd = kernels.Herd(
            np.zeros((size, count), dtype=np.int64),
            np.zeros((size, count), dtype=np.int64),
            np.zeros((size, count), dtype=np.int64),
            np.full(size, kernels.FAR << 32, dtype=np.int64),
            np.zeros(count, dtype=np.int64),
            self.base.copy(),
            np.array([kernels.FAR << 32], dtype=np.int64),
        )

    def shortest(self) -> Ints:
        """The row of the shortest mode of each activity."""
        f = self.frame
        return ints(
            [
                a + int(np.argmin(f.duration[a : a + m]))
                for a, m in zip(f.first.tolist(), f.modes.tolist(), strict=True)
            ]
        )

    def latest_starts(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """What the links leave: the activity with the longest chain after it comes first."""
        f = self.frame
        own = f.duration[self.base].tolist()
        tail = list(own)
        for j in reversed(f.rank.tolist()):
            for e in range(int(f.after_at[j]), int(f.after_at[j + 1])):
                tail[j] = max(tail[j], own[j] + int(f.after_lag[e]) + tail[int(f.after[e])])
        return -np.asarray(tail, dtype=np.float64)

    @property
    def span(self) -> int | None:
        """The least span so far."""
        value = int(self.herd.best[0]) >> 32
        return value if value < self.kernels.FAR else None

    def plan(self) -> dict[str, Placement]:
        """The best plan so far, as placements by key."""
        f, herd = self.frame, self.herd
        modes = (herd.best_variants - f.first).tolist()
        return {
            item.key: Placement(item.modes[m].key, s)
            for item, m, s in zip(self.problem.items, modes, herd.best_starts.tolist(), strict=True)
        }

    def begin_from(self, plan: Mapping[str, Placement]) -> None:
        """Take a plan that holds as the best so far, if it is better."""
        f, herd = self.frame, self.herd
        rows, starts = [], []
        for j, item in enumerate(self.problem.items):
            placed = plan[item.key]
            mode = [m.key for m in item.modes].index(placed.mode)
            rows.append(int(f.first[j]) + mode)
            starts.append(placed.start)
        ends = ints(starts) + f.duration[ints(rows)]
        value = (int(ends.max(initial=0)) << 32) + (int(ends.sum()) & 0xFFFFFFFF)
        if value < int(herd.best[0]) and int(ends.max(initial=0)) <= len(f.free):
            herd.best[0] = value
            herd.best_starts[:] = starts
            herd.best_variants[:] = rows

    def admit(self) -> None:
        """Put the best plan in the place of the worst member, unless it is one of them."""
        herd = self.herd
        value = int(herd.best[0])
        if value >= self.kernels.FAR << 32 or (herd.value == value).any():
            return
        worst = int(herd.value.argmax())
        place = np.argsort(self.frame.rank)
        herd.lists[worst] = np.lexsort((place, herd.best_starts))
        herd.variants[worst] = herd.best_variants
        herd.starts[worst] = herd.best_starts
        herd.value[worst] = value

    def run(
        self,
        offer: Callable[[dict[str, Placement], int], object],
        until: float,
        stopped: Callable[[], bool],
        news: Callable[[], Mapping[str, Placement] | None] = lambda: None,
        generations: int | None = None,
    ) -> None:
        """Search until the deadline (monotonic), or for so many slices of ``size`` children.

        ``offer`` gets each plan with a lesser span than the last; ``news`` may bring a better plan
        from elsewhere.
        """
        k, herd, size = self.kernels, self.herd, self.size
        steps = size
        patience = PATIENCE * size
        fresh = self.decoded == 0
        idle = 0
        slices = 0
        while time.monotonic() < until and not stopped():
            if generations is not None and slices >= generations:
                return
            slices += 1
            other = news()
            if other is not None:
                self.begin_from(other)
                if not fresh:
                    self.admit()
            best = int(herd.best[0])
            begun = time.monotonic()
            if fresh:
                near = 0 if self.decoded == 0 else size // 2
                k.seed_herd(self.frame, herd, self.priority, self.base, 0, near, self.state)
                self.decoded += size
                self.admit()
                fresh, idle = False, 0
            else:
                k.evolve(self.frame, herd, steps, self.state)
                self.decoded += steps
                idle += steps
                spent = time.monotonic() - begun
                if generations is None and spent < SLICE / 2:
                    steps = min(2 * steps, 100_000)
                elif generations is None and spent > 2 * SLICE:
                    steps = max(8, steps // 2)
            if int(herd.best[0]) < best:
                idle = 0
            elif idle > patience:
                fresh = True
            span = self.span
            if span is not None and (self.told is None or span < self.told):
                self.told = span
                offer(self.plan(), span)
