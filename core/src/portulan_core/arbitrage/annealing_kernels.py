"""Compiled moves of the annealing of `portulan_core.arbitrage.annealing`; see there."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from portulan_core.arbitrage.kernel import kernel

Whole = Any
"""A 64-bit integer, of Python or of NumPy."""

LONGEST = 64
"""Items that one move may put or eject; a move that needs more is given up."""


class Tables(NamedTuple):
    """What does not change, in few arrays (each costs time at every call).

    ``options[o]``: item, worth, start, end, first entry; ``entries[e]``: row, amount, option;
    ``rows[r]``: first entry in ``row_entries``, limit; ``items[i]``: first option, first link
    before, first link after, first pair, mandatory, frozen; ``before`` and ``after``: other item,
    lag, required, from its end; ``pairs``: other item, worth. Firsts have one row more, the end.
    """

    options: Any
    entries: Any
    rows: Any
    row_entries: Any
    items: Any
    before: Any
    after: Any
    pairs: Any


class State(NamedTuple):
    """The plan, and what makes its moves quick.

    ``plan[i]``: option (-1: none), option in the best plan, move in which it is locked;
    ``use[r]``: used, count of entries in use, which ``held`` lists row by row; ``place[e]``: where
    in it; ``trail``: item and former option of each change of a move; ``numbers``: see below.
    """

    plan: Any
    use: Any
    held: Any
    place: Any
    trail: Any
    out: Any
    todo: Any
    numbers: Any
    random: Any


VALUE, BEST, STAMP, LENGTH, OUTS = range(5)
"""Places in ``State.numbers``."""


@kernel
def draw(s: State) -> float:
    """A uniform number in [0, 1) (splitmix64)."""
    s.random[0] += np.uint64(0x9E3779B97F4A7C15)
    z = s.random[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) / 9007199254740992.0


@kernel
def add(t: Tables, s: State, o: Whole) -> None:
    """Choose an option of an item that has none."""
    i = t.options[o, 0]
    s.plan[i, 0] = o
    s.numbers[VALUE] += t.options[o, 1]
    for k in range(t.items[i, 3], t.items[i + 1, 3]):
        if s.plan[t.pairs[k, 0], 0] >= 0:
            s.numbers[VALUE] += t.pairs[k, 1]
    for e in range(t.options[o, 4], t.options[o + 1, 4]):
        r = t.entries[e, 0]
        s.use[r, 0] += t.entries[e, 1]
        at = t.rows[r, 0] + s.use[r, 1]
        s.held[at] = e
        s.place[e] = at
        s.use[r, 1] += 1


@kernel
def drop(t: Tables, s: State, i: Whole) -> None:
    """Take the option of an item away."""
    o = s.plan[i, 0]
    s.plan[i, 0] = -1
    s.numbers[VALUE] -= t.options[o, 1]
    for k in range(t.items[i, 3], t.items[i + 1, 3]):
        if s.plan[t.pairs[k, 0], 0] >= 0:
            s.numbers[VALUE] -= t.pairs[k, 1]
    for e in range(t.options[o, 4], t.options[o + 1, 4]):
        r = t.entries[e, 0]
        s.use[r, 0] -= t.entries[e, 1]
        s.use[r, 1] -= 1
        last = s.held[t.rows[r, 0] + s.use[r, 1]]
        at = s.place[e]
        s.held[at] = last
        s.place[last] = at


@kernel
def change(t: Tables, s: State, i: Whole, o: Whole) -> bool:
    """Give an item another option (-1: none), noted so that it can be undone."""
    n = s.numbers[LENGTH]
    if n >= len(s.trail):
        return False
    s.trail[n, 0] = i
    s.trail[n, 1] = s.plan[i, 0]
    s.numbers[LENGTH] = n + 1
    if s.plan[i, 0] >= 0:
        drop(t, s, i)
    if o >= 0:
        add(t, s, o)
    return True


@kernel
def undo(t: Tables, s: State) -> None:
    """Take back all that `change` noted."""
    for n in range(s.numbers[LENGTH] - 1, -1, -1):
        i = s.trail[n, 0]
        if s.plan[i, 0] >= 0:
            drop(t, s, i)
        if s.trail[n, 1] >= 0:
            add(t, s, s.trail[n, 1])
    s.numbers[LENGTH] = 0


@kernel
def ready(t: Tables, o: Whole, lag: Whole, from_end: Whole) -> Whole:
    """When what waits for an option may begin."""
    return (t.options[o, 3] if from_end else t.options[o, 2]) + lag


@kernel
def in_order(t: Tables, s: State, o: Whole) -> bool:
    """Whether an option respects the precedences with what is chosen."""
    i = t.options[o, 0]
    for k in range(t.items[i, 1], t.items[i + 1, 1]):
        q = s.plan[t.before[k, 0], 0]
        if q < 0:
            if t.before[k, 2]:
                return False
        elif ready(t, q, t.before[k, 1], t.before[k, 3]) > t.options[o, 2]:
            return False
    for k in range(t.items[i, 2], t.items[i + 1, 2]):
        q = s.plan[t.after[k, 0], 0]
        if q >= 0 and ready(t, o, t.after[k, 1], t.after[k, 3]) > t.options[q, 2]:
            return False
    return True


@kernel
def room(t: Tables, s: State, o: Whole) -> bool:
    """Whether an option fits beside what is chosen."""
    for e in range(t.options[o, 4], t.options[o + 1, 4]):
        r = t.entries[e, 0]
        a = t.entries[e, 1]
        if a > 0 and s.use[r, 0] + a > t.rows[r, 1]:
            return False
    return True


@kernel
def settle(t: Tables, s: State, i: Whole) -> bool:
    """Choose the best option of an item that fits as things stand; whether there is one."""
    best: Whole = np.int64(-1)
    for o in range(t.items[i, 0], t.items[i + 1, 0]):
        if (
            (best < 0 or t.options[o, 1] > t.options[best, 1])
            and room(t, s, o)
            and in_order(t, s, o)
        ):
            best = o
    if best < 0:
        return False
    if t.options[best, 1] <= 0 and not t.items[i, 4]:
        gain = t.options[best, 1]
        for k in range(t.items[i, 3], t.items[i + 1, 3]):
            if s.plan[t.pairs[k, 0], 0] >= 0:
                gain += t.pairs[k, 1]
        if gain <= 0:
            return False
    return change(t, s, i, best)


@kernel
def eject(t: Tables, s: State, i: Whole) -> bool:
    """Take an item out, and what cannot be without it; False where that is not possible."""
    low = s.numbers[OUTS]
    if low >= LONGEST or t.items[i, 4] or t.items[i, 5] or s.plan[i, 2] == s.numbers[STAMP]:
        return False
    if not change(t, s, i, np.int64(-1)):
        return False
    s.out[low] = i
    s.numbers[OUTS] = low + 1
    while low < s.numbers[OUTS]:
        j = s.out[low]
        low += 1
        for k in range(t.items[j, 2], t.items[j + 1, 2]):
            x = t.after[k, 0]
            if t.after[k, 2] and s.plan[x, 0] >= 0:
                full = s.numbers[OUTS] >= LONGEST
                if full or t.items[x, 4] or t.items[x, 5] or s.plan[x, 2] == s.numbers[STAMP]:
                    return False
                if not change(t, s, x, np.int64(-1)):
                    return False
                s.out[s.numbers[OUTS]] = x
                s.numbers[OUTS] += 1
    return True


@kernel
def elsewhere(
    t: Tables, s: State, i: Whole, low: Whole, high: Whole, lag: Whole, from_end: Whole
) -> Whole:
    """A random option of an item that starts from ``low`` on and is ready by ``high``; -1: none."""
    found = 0
    pick: Whole = np.int64(-1)
    for o in range(t.items[i, 0], t.items[i + 1, 0]):
        if t.options[o, 2] >= low and ready(t, o, lag, from_end) <= high:
            found += 1
            if draw(s) * found < 1.0:
                pick = o
    return pick


@kernel
def insist(t: Tables, s: State, option: Whole) -> bool:
    """Choose an option whatever stands in its way; what does is moved or ejected."""
    s.todo[0] = option
    waiting = 1
    far = np.int64(1) << np.int64(40)
    while waiting:
        waiting -= 1
        o = s.todo[waiting]
        i = t.options[o, 0]
        if s.plan[i, 2] == s.numbers[STAMP] or t.items[i, 5]:
            return False
        s.plan[i, 2] = s.numbers[STAMP]
        if not change(t, s, i, o):
            return False
        for k in range(t.items[i, 1], t.items[i + 1, 1]):
            p, lag, from_end = t.before[k, 0], t.before[k, 1], t.before[k, 3]
            q = s.plan[p, 0]
            if q >= 0 and ready(t, q, lag, from_end) <= t.options[o, 2]:
                continue
            if q < 0 and not t.before[k, 2]:
                continue
            other = elsewhere(t, s, p, -far, t.options[o, 2], lag, from_end)
            if other >= 0:
                if waiting >= LONGEST:
                    return False
                s.todo[waiting] = other
                waiting += 1
            elif t.before[k, 2] or not eject(t, s, p):
                return False
        for k in range(t.items[i, 2], t.items[i + 1, 2]):
            x = t.after[k, 0]
            q = s.plan[x, 0]
            if q < 0:
                continue
            soonest = ready(t, o, t.after[k, 1], t.after[k, 3])
            if t.options[q, 2] >= soonest:
                continue
            if t.items[x, 4]:
                other = elsewhere(t, s, x, soonest, far, np.int64(0), np.int64(0))
                if other < 0 or waiting >= LONGEST:
                    return False
                s.todo[waiting] = other
                waiting += 1
            elif not eject(t, s, x):
                return False
        for e in range(t.options[o, 4], t.options[o + 1, 4]):
            if t.entries[e, 1] <= 0:
                continue
            r = t.entries[e, 0]
            while s.use[r, 0] > t.rows[r, 1]:
                excess = s.use[r, 0] - t.rows[r, 1]
                victim = np.int64(-1)
                least = 0.0
                for h in range(t.rows[r, 0], t.rows[r, 0] + s.use[r, 1]):
                    v = s.held[h]
                    a = t.entries[v, 1]
                    if a <= 0:
                        continue
                    c = t.entries[v, 2]
                    j = t.options[c, 0]
                    if s.plan[j, 2] == s.numbers[STAMP] or t.items[j, 4] or t.items[j, 5]:
                        continue
                    score = (0.3 + draw(s)) * t.options[c, 1] / min(a, excess)
                    if victim < 0 or score < least:
                        victim = j
                        least = score
                if victim < 0 or not eject(t, s, victim):
                    return False
    return True


@kernel
def sound(t: Tables, s: State) -> bool:
    """Whether what moved broke a row that only removals break (floors, shares)."""
    for n in range(s.numbers[LENGTH]):
        for o in (s.trail[n, 1], s.plan[s.trail[n, 0], 0]):
            if o < 0:
                continue
            for e in range(t.options[o, 4], t.options[o + 1, 4]):
                r = t.entries[e, 0]
                if s.use[r, 0] > t.rows[r, 1]:
                    return False
    return True


@kernel
def anneal(t: Tables, s: State, moves: Whole, heat: float, refills: Whole, signed: bool) -> Whole:
    """So many moves at one temperature (in units of worth); returns how many were accepted."""
    items = len(t.items) - 1
    accepted = 0
    for _ in range(moves):
        i = int(draw(s) * items)
        span = t.items[i + 1, 0] - t.items[i, 0]
        if span == 0 or t.items[i, 5]:
            continue
        before = s.numbers[VALUE]
        s.numbers[LENGTH] = 0
        s.numbers[OUTS] = 0
        s.numbers[STAMP] += 1
        held = s.plan[i, 0]
        if held >= 0 and not t.items[i, 4] and draw(s) < 0.1:
            good = eject(t, s, i)
        else:
            o = t.items[i, 0] + int(draw(s) * span)
            if o == held:
                continue
            good = insist(t, s, o)
        if good:
            for n in range(s.numbers[OUTS]):
                j = s.out[n]
                if s.plan[j, 0] < 0:
                    settle(t, s, j)
            freed = s.numbers[LENGTH]
            for _ in range(refills):
                n = int(draw(s) * freed)
                o = s.trail[n, 1]
                if o < 0:
                    continue
                low, high = t.options[o, 4], t.options[o + 1, 4]
                if low == high:
                    continue
                r = t.entries[low + int(draw(s) * (high - low)), 0]
                wide = t.rows[r + 1, 0] - t.rows[r, 0]
                e = t.row_entries[t.rows[r, 0] + int(draw(s) * wide)]
                j = t.options[t.entries[e, 2], 0]
                if s.plan[j, 0] < 0 and not t.items[j, 5]:
                    settle(t, s, j)
            good = not signed or sound(t, s)
        delta = s.numbers[VALUE] - before
        if good and (delta >= 0 or draw(s) < math.exp(delta / heat)):
            accepted += 1
            if s.numbers[VALUE] > s.numbers[BEST]:
                s.numbers[BEST] = s.numbers[VALUE]
                for j in range(items):
                    s.plan[j, 1] = s.plan[j, 0]
        else:
            undo(t, s)
    return accepted
