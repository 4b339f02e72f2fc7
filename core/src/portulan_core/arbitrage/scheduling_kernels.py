"""The inner loops of placement: lists of activities decoded, justified, crossed, compiled.

A *list* holds the activities, each after those it waits for. Serial schedule generation puts each
at its first feasible start (Kolisch 1996); pushing all to the right and back to the left shortens
most plans (double justification; Valls, Ballestín and Quintanilla 2005). What is free of up to a
dozen resources in one period is one 64-bit word with a guard bit before each resource, so that one
subtraction and one mask say whether an activity fits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from portulan_core.arbitrage.compiled import Ints
from portulan_core.arbitrage.kernel import kernel

Words = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

FAR = 2**30
"""The span of a plan that does not hold."""


class Frame(NamedTuple):
    """The activities in their modes; row ``first[j] + m`` is mode m of activity j.

    Segments ``part[v]:part[v + 1]`` of a row: ``offset``, ``length`` and packed ``demand[s, w]``.
    Links as lists one after the other: ``before[before_at[j]:before_at[j + 1]]`` with their lags.
    ``free[t, w]``: what is there at first, guard bits set. ``cost[v, e]``: what a row takes of each
    envelope, whose total keeps ``floor[e]`` and ``ceiling[e]``. ``rank``: a topological order.
    """

    first: Ints
    modes: Ints
    duration: Ints
    earliest: Ints
    latest: Ints
    part: Ints
    offset: Ints
    length: Ints
    demand: Words
    before_at: Ints
    before: Ints
    before_lag: Ints
    after_at: Ints
    after: Ints
    after_lag: Ints
    free: Words
    guard: Words
    cost: Ints
    floor: Ints
    ceiling: Ints
    rank: Ints


class Herd(NamedTuple):
    """A population: lists, chosen rows, and starts; ``value``: span and total of ends in one."""

    lists: Ints
    variants: Ints
    starts: Ints
    value: Ints
    best_starts: Ints
    best_variants: Ints
    best: Ints


@kernel
def below(state: Words, limit: int) -> int:
    """A random integer from 0 to ``limit - 1`` (xorshift64*)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return int(np.int64((x * np.uint64(2685821657736338717)) >> np.uint64(33)) % limit)


@kernel
def uniform(state: Words) -> float:
    """A random number from 0 to 1."""
    return below(state, 1 << 30) / float(1 << 30)


@kernel
def room_after(f: Frame, v: int, free: Words, start: int) -> int:
    """The first start at or after ``start`` with room for row v; -1 when there is none."""
    horizon = free.shape[0]
    words = free.shape[1]
    last = min(f.latest[v], horizon - f.duration[v])
    low, high = f.part[v], f.part[v + 1]
    if words == 1 and high - low == 1:
        # One flat demand: one pass over the periods, counting those in a row that have room.
        guard, asked = f.guard[0], f.demand[low, 0]
        need, shift = f.length[low], f.offset[low]
        t, run = start + shift, 0
        end = last + shift + need
        while t < end:
            if ((free[t, 0] - asked) & guard) == guard:
                run += 1
                if run == need:
                    return int(t + 1 - need - shift)
            else:
                run = 0
            t += 1
        return -1
    while start <= last:
        moved = start
        for s in range(low, high):
            begin = start + f.offset[s]
            t = begin + f.length[s] - 1
            while t >= begin:
                good = True
                for w in range(words):
                    if ((free[t, w] - f.demand[s, w]) & f.guard[w]) != f.guard[w]:
                        good = False
                        break
                if not good:
                    break
                t -= 1
            if t >= begin:
                moved = t + 1 - f.offset[s]
                break
        if moved == start:
            return start
        start = moved
    return -1


@kernel
def room_before(f: Frame, v: int, free: Words, start: int) -> int:
    """The last start at or before ``start`` with room for row v; -1 when there is none."""
    words = free.shape[1]
    first = f.earliest[v]
    low, high = f.part[v], f.part[v + 1]
    while start >= first:
        moved = start
        for s in range(low, high):
            t = start + f.offset[s]
            end = t + f.length[s]
            while t < end:
                good = True
                for w in range(words):
                    if ((free[t, w] - f.demand[s, w]) & f.guard[w]) != f.guard[w]:
                        good = False
                        break
                if not good:
                    break
                t += 1
            if t < end:
                moved = t - f.offset[s] - f.length[s]
                break
        if moved == start:
            return start
        start = moved
    return -1


@kernel
def take(f: Frame, v: int, free: Words, start: int) -> None:
    """Row v at that start uses its resources."""
    words = free.shape[1]
    for s in range(f.part[v], f.part[v + 1]):
        begin = start + f.offset[s]
        for t in range(begin, begin + f.length[s]):
            for w in range(words):
                free[t, w] -= f.demand[s, w]


@kernel
def fill(source: Words, free: Words) -> None:
    """Everything is free again."""
    for t in range(source.shape[0]):
        for w in range(source.shape[1]):
            free[t, w] = source[t, w]


@kernel
def keeps(f: Frame, spent: Ints, old: int, new: int) -> bool:
    """Whether the envelopes hold once row ``old`` gives way to ``new``."""
    for e in range(spent.shape[0]):
        total = spent[e] - f.cost[old, e] + f.cost[new, e]
        if total > f.ceiling[e] or total < f.floor[e]:
            return False
    return True


@kernel
def forward(
    f: Frame,
    order: Ints,
    variant: Ints,
    free: Words,
    starts: Ints,
    spent: Ints,
    change: float,
    state: Words,
) -> int:
    """The span of a list, each activity at its first feasible start; `FAR` when one has no room.

    With probability ``change`` an activity takes the mode in which it ends first (envelopes
    allowing).
    """
    fill(f.free, free)
    top = 0
    for k in range(order.shape[0]):
        j = order[k]
        v = variant[j]
        ready = 0
        for e in range(f.before_at[j], f.before_at[j + 1]):
            a = f.before[e]
            t = starts[a] + f.duration[variant[a]] + f.before_lag[e]
            if t > ready:
                ready = t
        start = room_after(f, v, free, max(ready, f.earliest[v]))
        if change > 0.0 and f.modes[j] > 1 and (start < 0 or uniform(state) < change):
            end = FAR if start < 0 else start + f.duration[v]
            chosen = v
            for u in range(f.first[j], f.first[j] + f.modes[j]):
                if u != v and keeps(f, spent, v, u):
                    begin = room_after(f, u, free, max(ready, f.earliest[u]))
                    if begin >= 0 and begin + f.duration[u] < end:
                        end, start, chosen = begin + f.duration[u], begin, u
            if chosen != v:
                for e in range(spent.shape[0]):
                    spent[e] += f.cost[chosen, e] - f.cost[v, e]
                variant[j] = chosen
                v = chosen
        if start < 0:
            return FAR
        take(f, v, free, start)
        starts[j] = start
        if start + f.duration[v] > top:
            top = start + f.duration[v]
    return top


@kernel
def backward(f: Frame, order: Ints, variant: Ints, free: Words, starts: Ints, span: int) -> bool:
    """Each activity of the list (the last that ends first) at its last start before ``span``."""
    fill(f.free, free)
    for k in range(order.shape[0]):
        j = order[k]
        v = variant[j]
        end = span
        for e in range(f.after_at[j], f.after_at[j + 1]):
            t = starts[f.after[e]] - f.after_lag[e]
            if t < end:
                end = t
        start = room_before(f, v, free, min(end - f.duration[v], f.latest[v]))
        if start < 0:
            return False
        take(f, v, free, start)
        starts[j] = start
    return True


@kernel
def sort_by_start(f: Frame, starts: Ints, order: Ints, buckets: Ints) -> None:
    """The activities in the order of their starts, those that others wait for first."""
    buckets[:] = 0
    n = starts.shape[0]
    for j in range(n):
        buckets[starts[j] + 1] += 1
    for t in range(1, buckets.shape[0]):
        buckets[t] += buckets[t - 1]
    for k in range(n):
        j = f.rank[k]
        order[buckets[starts[j]]] = j
        buckets[starts[j]] += 1


@kernel
def sort_by_end(
    f: Frame, starts: Ints, variant: Ints, span: int, order: Ints, buckets: Ints
) -> None:
    """The activities from the last that ends to the first, those that wait for others first."""
    buckets[:] = 0
    n = starts.shape[0]
    for j in range(n):
        buckets[span - starts[j] - f.duration[variant[j]] + 1] += 1
    for t in range(1, buckets.shape[0]):
        buckets[t] += buckets[t - 1]
    for k in range(n - 1, -1, -1):
        j = f.rank[k]
        late = span - starts[j] - f.duration[variant[j]]
        order[buckets[late]] = j
        buckets[late] += 1


@kernel
def decode(
    f: Frame,
    order: Ints,
    variant: Ints,
    starts: Ints,
    spent: Ints,
    change: float,
    state: Words,
    free: Words,
    buckets: Ints,
    spare: Ints,
) -> int:
    """The value of a list, decoded and justified; ``order`` becomes the order of the starts.

    The value is the span times 2^32 plus the total of the ends (for equal spans, the lower total is
    the tighter plan); `FAR` times 2^32 when there is no room.
    """
    n = order.shape[0]
    span = forward(f, order, variant, free, starts, spent, change, state)
    if span >= FAR:
        return FAR << 32
    for _ in range(2):
        for j in range(n):
            spare[j] = starts[j]
        sort_by_end(f, starts, variant, span, order, buckets)
        if not backward(f, order, variant, free, starts, span):
            for j in range(n):
                starts[j] = spare[j]
            break
        sort_by_start(f, starts, order, buckets)
        new = forward(f, order, variant, free, starts, spent, 0.0, state)
        if new > span:
            for j in range(n):
                starts[j] = spare[j]
            break
        gained = new < span
        span = new
        if not gained:
            break
    sort_by_start(f, starts, order, buckets)
    total = 0
    for j in range(n):
        total += starts[j] + f.duration[variant[j]]
    return (span << 32) + (total & 0xFFFFFFFF)


@kernel
def random_list(f: Frame, keys: Floats, order: Ints, waiting: Ints, ready: Ints) -> None:
    """The list that takes, of the activities that wait for nothing, the one of the least key."""
    n = order.shape[0]
    count = 0
    for j in range(n):
        waiting[j] = f.before_at[j + 1] - f.before_at[j]
        if waiting[j] == 0:
            ready[count] = j
            count += 1
    for k in range(n):
        pick = 0
        for i in range(1, count):
            if keys[ready[i]] < keys[ready[pick]]:
                pick = i
        j = ready[pick]
        count -= 1
        ready[pick] = ready[count]
        order[k] = j
        for e in range(f.after_at[j], f.after_at[j + 1]):
            a = f.after[e]
            waiting[a] -= 1
            if waiting[a] == 0:
                ready[count] = a
                count += 1


@kernel
def cross(
    mother: Ints,
    father: Ints,
    low: int,
    high: int,
    child: Ints,
    own: npt.NDArray[np.bool_],
    group: Ints,
) -> None:
    """A list of two; ``own[j]``: activity j stands where the mother has it.

    What the mother has between two points stays as it is; the activities before and those after
    follow the father's order (measured better than the two points of Hartmann, where the father's
    activities come in between; Valls, Ballestín and Quintanilla 2008 keep such blocks too).
    """
    n = child.shape[0]
    for k in range(n):
        group[mother[k]] = 0 if k < low else (1 if k < high else 2)
    a, b = 0, high
    for k in range(low, high):
        child[k] = mother[k]
        own[mother[k]] = True
    for k in range(n):
        j = father[k]
        if group[j] == 0:
            child[a] = j
            a += 1
            own[j] = False
        elif group[j] == 2:
            child[b] = j
            b += 1
            own[j] = False


@kernel
def shift(f: Frame, order: Ints, place: Ints, moves: int, reach: int, state: Words) -> None:
    """Move activities of a list at random, within what they wait for and what waits for them."""
    n = order.shape[0]
    for k in range(n):
        place[order[k]] = k
    for _ in range(moves):
        here = below(state, n)
        j = order[here]
        low, high = max(0, here - reach), min(n - 1, here + reach)
        for e in range(f.before_at[j], f.before_at[j + 1]):
            low = max(low, place[f.before[e]] + 1)
        for e in range(f.after_at[j], f.after_at[j + 1]):
            high = min(high, place[f.after[e]] - 1)
        if high <= low:
            continue
        there = low + below(state, high - low + 1)
        step = 1 if there > here else -1
        k = here
        while k != there:
            order[k] = order[k + step]
            place[order[k]] = k
            k += step
        order[there] = j
        place[j] = there


@kernel
def repair(f: Frame, variant: Ints, spent: Ints, state: Words) -> bool:
    """Count the envelopes and change modes at random until they hold; whether they do."""
    n = variant.shape[0]
    envelopes = spent.shape[0]
    excess = 0.0
    for e in range(envelopes):
        spent[e] = 0
        for j in range(n):
            spent[e] += f.cost[variant[j], e]
        scale = 1.0 + abs(min(f.ceiling[e], max(f.floor[e], spent[e])))
        excess += max(0, spent[e] - f.ceiling[e], f.floor[e] - spent[e]) / scale
    tries = 0
    while excess > 0.0 and tries < 30 * n:
        tries += 1
        j = below(state, n)
        if f.modes[j] < 2:
            continue
        old, new = variant[j], f.first[j] + below(state, f.modes[j])
        after = 0.0
        for e in range(envelopes):
            total = spent[e] - f.cost[old, e] + f.cost[new, e]
            scale = 1.0 + abs(min(f.ceiling[e], max(f.floor[e], total)))
            after += max(0, total - f.ceiling[e], f.floor[e] - total) / scale
        if after < excess:
            for e in range(envelopes):
                spent[e] += f.cost[new, e] - f.cost[old, e]
            variant[j] = new
            excess = after
    return excess <= 0.0


@kernel
def better_of(value: Ints, state: Words, size: int) -> int:
    """The better of two members drawn at random."""
    a, b = below(state, size), below(state, size)
    return a if value[a] <= value[b] else b


@kernel
def seed_herd(
    f: Frame, herd: Herd, priority: Floats, base: Ints, keep: int, near: int, state: Words
) -> int:
    """Fill a population from place ``keep`` on; returns how many plans hold.

    The first ``near`` of the new ones are the best list with activities moved; the others are lists
    by ``priority`` with noise. Modes: ``base``, changed at random where there are several.
    """
    size, n = herd.lists.shape
    horizon = f.free.shape[0]
    free = np.empty(f.free.shape, dtype=np.uint64)
    buckets = np.empty(horizon + 2, dtype=np.int64)
    spare = np.empty(n, dtype=np.int64)
    ready = np.empty(n, dtype=np.int64)
    keys = np.empty(n, dtype=np.float64)
    spent = np.zeros(f.cost.shape[1], dtype=np.int64)
    several = f.duration.shape[0] > n
    scale = 1.0
    for j in range(n):
        scale = max(scale, abs(priority[j]))
    held = 0
    for p in range(size):
        if p < keep:
            held += herd.value[p] < (FAR << 32)
            continue
        close = p - keep < near and herd.best[0] < (FAR << 32)
        order, variant, starts = herd.lists[p], herd.variants[p], herd.starts[p]
        if close:
            sort_by_start(f, herd.best_starts, order, buckets)
            moves = 1 + below(state, max(2, n // 4))
            shift(f, order, spare, moves, 2 + below(state, 30), state)
            for j in range(n):
                variant[j] = herd.best_variants[j]
        else:
            noise = 0.0 if p == 0 else 0.02 * 2.0 ** (4.5 * uniform(state))
            for j in range(n):
                keys[j] = priority[j] + scale * noise * (2.0 * uniform(state) - 1.0)
                variant[j] = base[j]
            random_list(f, keys, order, spare, ready)
        if several and (p > 0 or keep > 0):
            share = 0.05 if close else 0.6 * uniform(state)
            for j in range(n):
                if f.modes[j] > 1 and uniform(state) < share:
                    variant[j] = f.first[j] + below(state, f.modes[j])
        value = FAR << 32
        if repair(f, variant, spent, state):
            change = uniform(state) if several else 0.0
            value = decode(f, order, variant, starts, spent, change, state, free, buckets, spare)
        herd.value[p] = value
        held += value < (FAR << 32)
        if value < herd.best[0]:
            herd.best[0] = value
            for j in range(n):
                herd.best_starts[j] = starts[j]
                herd.best_variants[j] = variant[j]
    return held


@kernel
def evolve(f: Frame, herd: Herd, steps: int, state: Words) -> int:
    """So many children, one at a time; returns how many entered the population.

    Both parents win a draw of two; the child replaces the worst of a few drawn members if it is
    better and not there yet.
    """
    size, n = herd.lists.shape
    horizon = f.free.shape[0]
    free = np.empty(f.free.shape, dtype=np.uint64)
    buckets = np.empty(horizon + 2, dtype=np.int64)
    spare = np.empty(n, dtype=np.int64)
    order = np.empty(n, dtype=np.int64)
    starts = np.empty(n, dtype=np.int64)
    variant = np.empty(n, dtype=np.int64)
    own = np.empty(n, dtype=np.bool_)
    spent = np.zeros(f.cost.shape[1], dtype=np.int64)
    several = f.duration.shape[0] > n
    entered = 0
    for _ in range(steps):
        m = better_of(herd.value, state, size)
        p = better_of(herd.value, state, size)
        for _ in range(3):
            if p != m:
                break
            p = better_of(herd.value, state, size)
        low, high = below(state, n + 1), below(state, n + 1)
        if low > high:
            low, high = high, low
        cross(herd.lists[m], herd.lists[p], low, high, order, own, spare)
        if below(state, 5) or m == p:
            shift(f, order, spare, 1 + below(state, 3), 20, state)
        for j in range(n):
            variant[j] = herd.variants[m, j] if own[j] else herd.variants[p, j]
        change = 0.0
        if several:
            for j in range(n):
                if f.modes[j] > 1 and uniform(state) * n < 1.5:
                    variant[j] = f.first[j] + below(state, f.modes[j])
            change = 0.0 if below(state, 3) == 0 else uniform(state)
        if not repair(f, variant, spent, state):
            continue
        value = decode(f, order, variant, starts, spent, change, state, free, buckets, spare)
        worst = below(state, size)
        for _ in range(3):
            other = below(state, size)
            if herd.value[other] > herd.value[worst]:
                worst = other
        if value >= herd.value[worst]:
            continue
        twin = False
        for q in range(size):
            if herd.value[q] == value:
                twin = True
                break
        if twin:
            continue
        entered += 1
        herd.value[worst] = value
        for j in range(n):
            herd.lists[worst, j] = order[j]
            herd.variants[worst, j] = variant[j]
            herd.starts[worst, j] = starts[j]
        if value < herd.best[0]:
            herd.best[0] = value
            for j in range(n):
                herd.best_starts[j] = starts[j]
                herd.best_variants[j] = variant[j]
    return entered
