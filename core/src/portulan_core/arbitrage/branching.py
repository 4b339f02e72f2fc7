"""Placement only, small and plain: the proof by minimal delaying alternatives.

For projects of few activities in one mode, with level demands and capacities and links without lags
(PSPLIB's ``.sm`` files): `portulan_core.arbitrage.branching_kernels` says how and from whom.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from portulan_core.arbitrage.populations import ints, order_of
from portulan_core.arbitrage.problem import Placement, Problem

if TYPE_CHECKING:
    from portulan_core.arbitrage.branching_kernels import Tree

LARGEST = 40
"""So many activities (those that last) at most: with more, the tree rarely ends."""
LONGEST = 100_000
"""Periods at most: the path keeps a row for each."""
EXPLORED = 3_000_000
"""So many explored nodes are remembered at most."""


def serves(problem: Problem) -> bool:
    """Whether a problem has the plain form that this search knows."""
    if (
        problem.envelopes
        or problem.periods > LONGEST
        or len(order_of(problem)) != len(problem.items)
    ):
        return False
    if any(k.lag or k.link != "finish_to_start" for k in problem.precedences):
        return False
    if any(len(set(r.capacity)) > 1 for r in problem.resources):
        return False
    lasting = 0
    for item in problem.items:
        if len(item.modes) > 1:
            return False
        mode = item.modes[0]
        window = problem.window(item, mode)
        if not window or window[0] > 0 or window[-1] < problem.periods - mode.duration:
            return False
        lasting += mode.duration > 0
        for row in mode.effort.values():
            if any(row) and (len(row) != mode.duration or len(set(row)) > 1):
                return False
    return 0 < lasting <= LARGEST


class Proof:
    """The search on one problem, for plans that end before ``span``.

    ``mirrored``: with time turned round, which is at times far quicker.
    """

    def __init__(self, problem: Problem, span: int, mirrored: bool = False) -> None:
        from portulan_core.arbitrage import branching_kernels as kernels

        self.kernels = kernels
        self.problem = problem
        self.mirrored = mirrored
        self.visited = 0
        items = problem.items
        count = len(items)
        index = {item.key: i for i, item in enumerate(items)}
        waits = [0] * count
        for j in order_of(problem):
            for link in problem.precedences:
                if index[link.after] == j:
                    a = index[link.before]
                    waits[j] |= waits[a] | 1 << a
        order = order_of(problem)
        if mirrored:
            order.reverse()
            waits = [sum(1 << b for b in range(count) if waits[b] >> a & 1) for a in range(count)]
        duration = [item.modes[0].duration for item in items]
        demand = [
            [max(item.modes[0].effort.get(r.key, (0,)), default=0) for r in problem.resources]
            for item in items
        ]
        capacity = [r.capacity[0] for r in problem.resources]
        lasting = [j for j in range(count) if duration[j]]

        def apart(i: int, j: int) -> bool:
            if waits[i] >> j & 1 or waits[j] >> i & 1:
                return True
            pairs = zip(demand[i], demand[j], capacity, strict=True)
            return any(a + b > c for a, b, c in pairs)

        def companions(i: int) -> int:
            return sum(not apart(i, j) for j in lasting)

        self.members = members = sorted(lasting, key=companions)
        tail = list(duration)
        for j in reversed(order):
            for a in range(count):
                if waits[j] >> a & 1:
                    tail[a] = max(tail[a], duration[a] + tail[j])

        def word(which: Callable[[int], bool]) -> int:
            return sum(1 << k for k, a in enumerate(members) if which(a))

        self.small = kernels.Small(
            ints([duration[j] for j in members]),
            ints([tail[j] for j in members]),
            ints([demand[j] for j in members]).reshape(len(members), len(capacity)),
            ints(capacity),
            np.asarray([word(lambda a, j=j: bool(waits[j] >> a & 1)) for j in members], np.uint64),  # type: ignore[misc]
            np.asarray(
                [word(lambda a, j=j: a != j and apart(a, j)) for j in members],  # type: ignore[misc]
                np.uint64,
            ),
            ints(
                sorted(
                    range(len(members)),
                    key=lambda k: duration[members[k]] - tail[members[k]],
                )
            ),
        )
        self.everything = np.uint64((1 << len(members)) - 1)
        self.tree = self.tree_of(len(members), span)
        self.impossible = any(
            a > c for j in members for a, c in zip(demand[j], capacity, strict=True)
        )

    def tree_of(self, count: int, span: int) -> Tree:
        """The root, and tables of what was explored (memory is touched as it fills)."""
        depth = span + 3
        tree = self.kernels.Tree(
            state=np.zeros(8, dtype=np.int64),
            moment=np.zeros(depth, dtype=np.int64),
            placed=np.zeros(depth, dtype=np.uint64),
            eligible=np.zeros(depth, dtype=np.uint64),
            ends=np.zeros((depth, count), dtype=np.int32),
            first=np.zeros(depth, dtype=np.int64),
            counts=np.zeros(depth, dtype=np.int64),
            turn=np.full(depth, -1, dtype=np.int64),
            delay=np.empty(500_000, dtype=np.uint64),
            delay_bound=np.empty(500_000, dtype=np.int64),
            head=np.full(1 << 20, -1, dtype=np.int32),
            key=np.empty(EXPLORED, dtype=np.uint64),
            follow=np.empty(EXPLORED, dtype=np.int32),
            when=np.empty(EXPLORED, dtype=np.int32),
            pair_at=np.empty(EXPLORED, dtype=np.int64),
            pair_count=np.empty(EXPLORED, dtype=np.int32),
            pair_who=np.empty(6 * EXPLORED, dtype=np.int32),
            pair_end=np.empty(6 * EXPLORED, dtype=np.int32),
            best_ends=np.zeros(count, dtype=np.int64),
        )
        tree.state[self.kernels.BEST] = span
        return tree

    def plan(self) -> dict[str, Placement]:
        """The last plan found; what does not last starts as soon as it may."""
        starts = [0] * len(self.problem.items)
        ends = self.tree.best_ends.tolist()
        span = max(ends)
        for j, end, length in zip(self.members, ends, self.small.duration.tolist(), strict=True):
            starts[j] = span - end if self.mirrored else end - length
        items = self.problem.items
        index = {item.key: i for i, item in enumerate(items)}
        before: list[list[int]] = [[] for _ in items]
        for link in self.problem.precedences:
            before[index[link.after]].append(index[link.before])
        for j in order_of(self.problem):
            if items[j].modes[0].duration == 0:
                starts[j] = max(
                    (starts[a] + items[a].modes[0].duration for a in before[j]), default=0
                )
        return {
            item.key: Placement(item.modes[0].key, s) for item, s in zip(items, starts, strict=True)
        }

    def run(
        self,
        offer: Callable[[dict[str, Placement], int], object],
        until: float,
        stopped: Callable[[], bool],
        news: Callable[[], int | None] = lambda: None,
        target: int = 0,
    ) -> bool:
        """Search until the deadline; true when nothing ends before the least span known.

        ``news`` tells the least span known elsewhere; plans that end by ``target`` are enough.
        """
        k, state = self.kernels, self.tree.state
        if self.impossible:
            return False
        nodes = 2_000
        while not state[k.DONE] and not state[k.FULL]:
            if time.monotonic() >= until or stopped():
                return False
            known = news()
            if known is not None:
                state[k.BEST] = min(int(state[k.BEST]), known)
            before = int(state[k.BEST])
            begun = time.monotonic()
            self.visited += k.explore(self.small, self.tree, self.everything, target, nodes)
            if time.monotonic() - begun < 0.03:
                nodes = min(2 * nodes, 1_000_000)
            if int(state[k.BEST]) < before:
                offer(self.plan(), int(state[k.BEST]))
        return bool(state[k.DONE])
