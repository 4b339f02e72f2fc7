"""Depth first, by minimal delaying alternatives: the proof that a small project cannot be shorter.

Demeulemeester and Herroelen (1992, 1997): at each decision point all eligible activities start;
where a resource falls short, the search branches over the minimal sets of activities in progress
to delay. A node whose finished and running activities were seen in an explored node, all no later
there, is dominated (cutset rule). Bounds: the longest chain left, the work left of each resource,
and the sum of durations of activities that exclude each other two by two (Mingozzi et al. 1998).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from portulan_core.arbitrage.compiled import Ints
from portulan_core.arbitrage.kernel import kernel

Words = npt.NDArray[np.uint64]
Shorts = npt.NDArray[np.int32]

MOST = 63
"""So many activities fit in one word."""
DEPTH, BEST, DONE, POOL, ENTRIES, PAIRS, FULL = range(7)
"""What stands where in ``state``; ``FULL``: a table overflowed and the search gave up."""

PLACES = np.zeros(64, dtype=np.int64)
for _bit in range(64):
    PLACES[((1 << _bit) * 0x03F79D71B4CB0A89 % 2**64) >> 58] = _bit
MAGIC = np.uint64(0x03F79D71B4CB0A89)


class Small(NamedTuple):
    """Activities numbered so that those with the fewest companions come first.

    ``before[j]``: bits of those it waits for; ``excludes[j]``: of those that cannot run beside it;
    ``tail[j]``: the longest time from its start to the end of all; ``by_rest``: the activities,
    those with the longest time after their end first.
    """

    duration: Ints
    tail: Ints
    demand: Ints
    capacity: Ints
    before: Words
    excludes: Words
    by_rest: Ints


class Tree(NamedTuple):
    """The path from the root and what was explored; see `tree_of`."""

    state: Ints
    moment: Ints
    placed: Words
    eligible: Words
    ends: Shorts
    first: Ints
    counts: Ints
    turn: Ints
    delay: Words
    delay_bound: Ints
    head: Shorts
    key: Words
    follow: Shorts
    when: Shorts
    pair_at: Ints
    pair_count: Shorts
    pair_who: Shorts
    pair_end: Shorts
    best_ends: Ints


@kernel
def lowest(bits: np.uint64) -> int:
    """The place of the lowest bit that is set."""
    one = bits & (~bits + np.uint64(1))
    return int(PLACES[np.int64((one * MAGIC) >> np.uint64(58))])


@kernel
def seen(t: Tree, placed: np.uint64, moment: int, ends: Shorts) -> bool:
    """Whether an explored node dominates: same activities placed, all no later."""
    slot = np.int64((placed * MAGIC) >> np.uint64(44))
    entry = t.head[slot]
    while entry >= 0:
        if t.key[entry] == placed and t.when[entry] <= moment:
            good = True
            at = t.pair_at[entry]
            for p in range(at, at + t.pair_count[entry]):
                if t.pair_end[p] > max(moment, ends[t.pair_who[p]]):
                    good = False
                    break
            if good:
                return True
        entry = t.follow[entry]
    return False


@kernel
def remember(t: Tree, placed: np.uint64, moment: int, ends: Shorts) -> None:
    """Keep an explored node, while there is room."""
    entry, pair = t.state[ENTRIES], t.state[PAIRS]
    if entry >= t.key.shape[0] or pair + MOST >= t.pair_who.shape[0]:
        return
    slot = np.int64((placed * MAGIC) >> np.uint64(44))
    t.key[entry] = placed
    t.when[entry] = moment
    t.pair_at[entry] = pair
    bits = placed
    while bits:
        j = lowest(bits)
        bits &= bits - np.uint64(1)
        if ends[j] > moment:
            t.pair_who[pair] = j
            t.pair_end[pair] = ends[j]
            pair += 1
    t.pair_count[entry] = pair - t.pair_at[entry]
    t.follow[entry] = t.head[slot]
    t.head[slot] = entry
    t.state[ENTRIES] = entry + 1
    t.state[PAIRS] = pair


@kernel
def hopeless(
    s: Small, placed: np.uint64, moment: int, ends: Shorts, limit: int, left: Ints
) -> bool:
    """Whether no completion of this node ends before ``limit``.

    What is left of activities that exclude each other two by two, and the work left of a resource
    over its capacity, each with the shortest chain that comes after.
    """
    n = s.duration.shape[0]
    rest = np.uint64(0)
    for j in range(n):
        bit = np.uint64(1) << np.uint64(j)
        if not (placed & bit):
            left[j] = s.duration[j]
            rest |= bit
        elif ends[j] > moment:
            left[j] = ends[j] - moment
            rest |= bit
        else:
            left[j] = 0
    room = limit - moment - 1
    for r in range(s.capacity.shape[0]):
        work = 0
        for k in range(n):
            j = s.by_rest[k]
            work += left[j] * s.demand[j, r]
            if work > s.capacity[r] * (room - s.tail[j] + s.duration[j]):
                if work > 0 and left[j] > 0:
                    return True
    seeds = rest
    while seeds:
        i = lowest(seeds)
        seeds &= seeds - np.uint64(1)
        total, after = left[i], s.tail[i] - s.duration[i]
        if total + after > room:
            return True
        bits = rest & s.excludes[i]
        while bits:
            j = lowest(bits)
            total += left[j]
            after = min(after, s.tail[j] - s.duration[j])
            if total + after > room:
                return True
            bits &= s.excludes[j]
    return False


@kernel
def shiftable(s: Small, placed: np.uint64, kept: np.uint64, moment: int, ends: Shorts) -> bool:
    """Whether one of ``kept``, in progress, could have started one period earlier."""
    n = s.duration.shape[0]
    bits = kept
    while bits:
        j = lowest(bits)
        bits &= bits - np.uint64(1)
        start = ends[j] - s.duration[j]
        if start <= 0:
            continue
        t = start - 1
        good = True
        for a in range(n):
            if (s.before[j] >> np.uint64(a)) & np.uint64(1) and ends[a] > t:
                good = False
                break
        if not good:
            continue
        for r in range(s.capacity.shape[0]):
            if s.demand[j, r] == 0:
                continue
            free = s.capacity[r] - s.demand[j, r]
            for a in range(n):
                if (placed >> np.uint64(a)) & np.uint64(1) and a != j:
                    if ends[a] - s.duration[a] <= t < ends[a]:
                        free -= s.demand[a, r]
            if free < 0:
                good = False
                break
        if good:
            return True
    return False


@kernel
def alternatives(
    s: Small,
    t: Tree,
    depth: int,
    running: np.uint64,
    moment: int,
    ends: Shorts,
    members: Ints,
    chosen: Ints,
    residual: Ints,
    suffix: Ints,
) -> None:
    """The minimal sets of ``running`` whose delay makes room, with what each bounds."""
    resources = s.capacity.shape[0]
    count = 0
    bits = running
    while bits:
        members[count] = lowest(bits)
        bits &= bits - np.uint64(1)
        count += 1
    for r in range(resources):
        suffix[count, r] = 0
        for i in range(count - 1, -1, -1):
            suffix[i, r] = suffix[i + 1, r] + s.demand[members[i], r]
        residual[0, r] = suffix[0, r] - s.capacity[r]
    first = t.state[POOL]
    t.first[depth] = first
    top = first
    level = 0
    chosen[0] = -1
    while level >= 0:
        # chosen[level]: the member tried at this level, the next one now.
        i = chosen[level] + 1
        chosen[level] = i
        possible = i < count
        if possible:
            for r in range(resources):
                if residual[level, r] > suffix[i, r]:
                    possible = False
                    break
        if not possible:
            level -= 1
            continue
        j = members[i]
        helps, over = False, False
        for r in range(resources):
            if residual[level, r] > 0 and s.demand[j, r] > 0:
                helps = True
            residual[level + 1, r] = residual[level, r] - s.demand[j, r]
            if residual[level + 1, r] > 0:
                over = True
        if not helps:
            continue
        if over:
            chosen[level + 1] = i
            level += 1
            continue
        minimal = True
        for q in range(level + 1):
            covered = True
            for r in range(resources):
                if residual[level + 1, r] + s.demand[members[chosen[q]], r] > 0:
                    covered = False
                    break
            if covered:
                minimal = False
                break
        if not minimal:
            continue
        delayed = np.uint64(0)
        for q in range(level + 1):
            delayed |= np.uint64(1) << np.uint64(members[chosen[q]])
        soonest = 1 << 30
        for q in range(count):
            if not (delayed >> np.uint64(members[q])) & np.uint64(1):
                soonest = min(soonest, ends[members[q]])
        bound, early = 0, False
        for q in range(level + 1):
            a = members[chosen[q]]
            bound = max(bound, soonest + s.tail[a])
            if ends[a] - s.duration[a] < moment:
                early = True
        if bound >= t.state[BEST]:
            continue
        placed = t.placed[depth] | t.eligible[depth]
        if early and shiftable(s, placed & ~delayed, running & ~delayed, moment, ends):
            continue
        if top >= t.delay.shape[0]:
            t.state[FULL] = 1
            return
        # Kept in the order of the bounds.
        at = top
        while at > first and t.delay_bound[at - 1] > bound:
            t.delay[at] = t.delay[at - 1]
            t.delay_bound[at] = t.delay_bound[at - 1]
            at -= 1
        t.delay[at] = delayed
        t.delay_bound[at] = bound
        top += 1
    t.counts[depth] = top - first
    t.state[POOL] = top


@kernel
def explore(s: Small, t: Tree, everything: np.uint64, target: int, nodes: int) -> int:
    """Go on for so many nodes; returns how many were visited.

    ``state[BEST]``: only plans that end before are looked for (``best_ends`` holds the last found);
    ``state[DONE]`` is 1 when there is none (or one that ends by ``target`` was found).
    """
    n = s.duration.shape[0]
    left = np.zeros(n, dtype=np.int64)
    members = np.zeros(MOST + 1, dtype=np.int64)
    chosen = np.zeros(MOST + 2, dtype=np.int64)
    residual = np.zeros((MOST + 2, s.capacity.shape[0]), dtype=np.int64)
    suffix = np.zeros((MOST + 2, s.capacity.shape[0]), dtype=np.int64)
    visited = 0
    while visited < nodes and t.state[DONE] == 0 and t.state[FULL] == 0:
        d = t.state[DEPTH]
        ends = t.ends[d]
        moment, placed = t.moment[d], t.placed[d]
        if t.turn[d] < 0:
            # A new node.
            visited += 1
            dead = False
            if placed == everything:
                last = 0
                for j in range(n):
                    last = max(last, ends[j])
                if last < t.state[BEST]:
                    t.state[BEST] = last
                    for j in range(n):
                        t.best_ends[j] = ends[j]
                dead = True
            if not dead:
                dead = seen(t, placed, moment, ends)
            eligible, running = np.uint64(0), np.uint64(0)
            if not dead:
                over = np.uint64(0)
                for j in range(n):
                    bit = np.uint64(1) << np.uint64(j)
                    if placed & bit:
                        if ends[j] <= moment:
                            over |= bit
                        else:
                            running |= bit
                            if ends[j] + s.tail[j] - s.duration[j] >= t.state[BEST]:
                                dead = True
                for j in range(n):
                    bit = np.uint64(1) << np.uint64(j)
                    if not (placed & bit) and (s.before[j] & ~over) == np.uint64(0):
                        eligible |= bit
                        if moment + s.tail[j] >= t.state[BEST]:
                            dead = True
                if not dead:
                    dead = hopeless(s, placed, moment, ends, t.state[BEST], left)
            if dead:
                if d == 0:
                    t.state[DONE] = 1
                else:
                    t.state[DEPTH] = d - 1
                continue
            t.eligible[d] = eligible
            t.turn[d] = 0
            bits = eligible
            alone = -1
            while bits:
                j = lowest(bits)
                bits &= bits - np.uint64(1)
                ends[j] = moment + s.duration[j]
                if running == np.uint64(0) and alone < 0:
                    rest = everything & ~placed & ~(np.uint64(1) << np.uint64(j))
                    if (rest & ~s.excludes[j]) == np.uint64(0):
                        alone = j
            running |= eligible
            fits = True
            for r in range(s.capacity.shape[0]):
                load = 0
                bits = running
                while bits:
                    load += s.demand[lowest(bits), r]
                    bits &= bits - np.uint64(1)
                if load > s.capacity[r]:
                    fits = False
                    break
            if fits or alone >= 0:
                at = t.state[POOL]
                if at >= t.delay.shape[0]:
                    t.state[FULL] = 1
                    continue
                t.first[d], t.counts[d] = at, 1
                t.delay[at] = np.uint64(0)
                if not fits:
                    t.delay[at] = eligible & ~(np.uint64(1) << np.uint64(alone))
                t.delay_bound[at] = 0
                t.state[POOL] = at + 1
            else:
                alternatives(s, t, d, running, moment, ends, members, chosen, residual, suffix)
                if t.state[FULL]:
                    continue
        at = t.first[d] + t.turn[d]
        if t.turn[d] >= t.counts[d] or t.delay_bound[at] >= t.state[BEST]:
            # Explored: what stands here need not be looked at again.
            remember(t, placed, moment, ends)
            t.state[POOL] = t.first[d]
            if d == 0:
                t.state[DONE] = 1
            else:
                t.state[DEPTH] = d - 1
            continue
        t.turn[d] += 1
        now = (placed | t.eligible[d]) & ~t.delay[at]
        soonest = 1 << 30
        for j in range(n):
            t.ends[d + 1, j] = ends[j]
            if (now >> np.uint64(j)) & np.uint64(1) and ends[j] > moment:
                soonest = min(soonest, ends[j])
        t.placed[d + 1] = now
        t.moment[d + 1] = soonest
        t.turn[d + 1] = -1
        t.state[DEPTH] = d + 1
        if t.state[BEST] <= target:
            t.state[DONE] = 1
    if t.state[BEST] <= target:
        t.state[DONE] = 1
    return visited
