"""Compiled loops of the packing search: a genetic search, and branch and bound by dual simplex.

Both run in slices: all of their state is in arrays, so that the caller may look at the clock, at
the best plan of others and at the stop between two slices. Random numbers: xorshift64* in one word.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from portulan_core.arbitrage.kernel import kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]

FEASIBLE = 1e-7
"""How far a basic variable may lie outside of its bounds (rows are scaled to coefficients ≤ 1)."""
PIVOT = 1e-9
"""Smallest coefficient to pivot on."""
RENEW = 100
"""Pivots after which the inverse of the basis is computed anew."""


@kernel
def draw(state: Words) -> np.uint64:
    """The next random word (xorshift64*, Marsaglia 2003, Vigna 2016)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return np.uint64(x * np.uint64(2685821657736338717))


@kernel
def below(state: Words, count: int) -> int:
    """A random index below ``count`` (< 2³¹)."""
    return int(((draw(state) >> np.uint64(32)) * np.uint64(count)) >> np.uint64(32))


@kernel
def fill(plan: Bytes, load: Ints, use: Ints, limit: Ints) -> None:
    """Make a plan feasible and full: the least worthy dropped, then all that fit added, in turn.

    Columns stand from the most worthy to the least (Chu and Beasley 1998); ``load`` is brought up
    to date.
    """
    count, rows = use.shape
    over = False
    for i in range(rows):
        over |= load[i] > limit[i]
    if over:
        for j in range(count - 1, -1, -1):
            if plan[j]:
                helps = False
                for i in range(rows):
                    if load[i] > limit[i] and use[j, i] > 0:
                        helps = True
                        break
                if helps:
                    plan[j] = 0
                    over = False
                    for i in range(rows):
                        load[i] -= use[j, i]
                        over |= load[i] > limit[i]
                    if not over:
                        break
    for j in range(count):
        if not plan[j]:
            fits = True
            for i in range(rows):
                if load[i] + use[j, i] > limit[i]:
                    fits = False
                    break
            if fits:
                plan[j] = 1
                for i in range(rows):
                    load[i] += use[j, i]


@kernel
def swap(plan: Bytes, load: Ints, use: Ints, limit: Ints, value: Ints) -> None:
    """One chosen for one that is worth more, the best such first, until there is none."""
    count, rows = use.shape
    while True:
        gain, out, into = 0, -1, -1
        for j in range(count):
            if plan[j]:
                for k in range(count):
                    if not plan[k] and value[k] - value[j] > gain:
                        fits = True
                        for i in range(rows):
                            if load[i] - use[j, i] + use[k, i] > limit[i]:
                                fits = False
                                break
                        if fits:
                            gain, out, into = value[k] - value[j], j, k
        if gain == 0:
            return
        plan[out], plan[into] = 0, 1
        for i in range(rows):
            load[i] += use[into, i] - use[out, i]
        fill(plan, load, use, limit)


@kernel
def breed(
    plans: Bytes,
    values: Ints,
    hashes: Words,
    loads: Ints,
    keys: Words,
    state: Words,
    use: Ints,
    limit: Ints,
    value: Ints,
    children: int,
    flips: int,
    polish: int,
) -> int:
    """A steady-state genetic search over so many children; returns how many were kept.

    Parents by tournaments of two, uniform crossover, a few flips, repair, and the worst plan
    replaced if the child is better and new (Chu and Beasley 1998).
    """
    size, count = plans.shape
    rows = use.shape[1]
    child = np.zeros(count, dtype=np.uint8)
    load = np.zeros(rows, dtype=np.int64)
    kept = 0
    worst = int(np.argmin(values))
    for _ in range(children):
        a, b = below(state, size), below(state, size)
        mother = a if values[a] >= values[b] else b
        a, b = below(state, size), below(state, size)
        father = a if values[a] >= values[b] else b
        # What the child uses is counted from what its mother does: they differ little.
        for i in range(rows):
            load[i] = loads[mother, i]
        word = np.uint64(0)
        for j in range(count):
            child[j] = plans[mother, j]
            if plans[father, j] != child[j]:
                if word <= np.uint64(1):
                    word = draw(state) | np.uint64(1 << 63)
                if word & np.uint64(1):
                    child[j] = np.uint8(1) - child[j]
                    sign = 1 if child[j] else -1
                    for i in range(rows):
                        load[i] += sign * use[j, i]
                word >>= np.uint64(1)
        for _ in range(flips):
            j = below(state, count)
            child[j] = np.uint8(1) - child[j]
            sign = 1 if child[j] else -1
            for i in range(rows):
                load[i] += sign * use[j, i]
        fill(child, load, use, limit)
        total = 0
        for j in range(count):
            total += value[j] * child[j]
        if total <= values[worst]:
            continue
        if polish:
            swap(child, load, use, limit, value)
        total = 0
        mark = np.uint64(0)
        for j in range(count):
            if child[j]:
                total += value[j]
                mark ^= keys[j]
        known = False
        for p in range(size):
            known |= hashes[p] == mark
        if known:
            continue
        plans[worst] = child
        values[worst] = total
        hashes[worst] = mark
        loads[worst] = load
        kept += 1
        worst = int(np.argmin(values))
    return kept


@kernel
def seed_plans(
    plans: Bytes,
    values: Ints,
    hashes: Words,
    loads: Ints,
    keys: Words,
    state: Words,
    use: Ints,
    limit: Ints,
    value: Ints,
    chance: Floats,
) -> None:
    """Fill each plan at random, each choice with its chance, then make it feasible and full."""
    size, count = plans.shape
    for p in range(size):
        load = loads[p]
        load[:] = 0
        noise = 0.5 * below(state, 1000) / 1000.0
        for j in range(count):
            odds = chance[j] * (1.0 - noise) + 0.5 * noise
            plans[p, j] = 1 if below(state, 1 << 30) < odds * (1 << 30) else 0
            if plans[p, j]:
                load += use[j]
        fill(plans[p], load, use, limit)
        total = 0
        mark = np.uint64(0)
        for j in range(count):
            if plans[p, j]:
                total += value[j]
                mark ^= keys[j]
        values[p], hashes[p] = total, mark


class Tree(NamedTuple):
    """A packing of ``n`` choices under ``m`` rows, and the state of a branch and bound over it.

    ``rows``, ``columns``: the use, by row and by column, each row divided by a power of two;
    ``limit``, ``span``: each row stays between ``limit - span`` and ``limit``. ``use``, ``top``,
    ``value``: the same in integers, without rows that only part the search. ``low``, ``high``:
    bounds of the choices. Variables are the choices, then the slacks of the rows; ``side`` is 0
    (at its lower bound), 1 (at its upper) or 2 (basic). ``meter``: depth, length of the trail,
    pivots since the inverse was renewed, pivots, nodes. ``best``: value to beat, then the value
    found (-1: none); ``plan``: the plan found.
    """

    rows: Floats
    columns: Floats
    worth: Floats
    limit: Floats
    span: Floats
    use: Ints
    top: Ints
    value: Ints
    low: Bytes
    high: Bytes
    side: Bytes
    basis: Ints
    inverse: Floats
    reduced: Floats
    inside: Floats
    rest: Floats
    entry: Floats
    spare: Floats
    trail: Ints
    branch: Ints
    first: Bytes
    mark: Ints
    meter: Ints
    best: Ints
    plan: Bytes


@kernel
def invert(t: Tree) -> bool:
    """The inverse of the basis and the reduced costs, anew; False where the basis is singular."""
    m, n = t.rows.shape
    table = np.zeros((m, 2 * m))
    for r in range(m):
        j = t.basis[r]
        for i in range(m):
            if j < n:
                table[i, r] = t.columns[j, i]
            else:
                table[i, r] = 1.0 if j - n == i else 0.0
        table[r, m + r] = 1.0
    for r in range(m):
        top = r
        for i in range(r + 1, m):
            if abs(table[i, r]) > abs(table[top, r]):
                top = i
        if abs(table[top, r]) < 1e-11:
            return False
        if top != r:
            for k in range(2 * m):
                table[r, k], table[top, k] = table[top, k], table[r, k]
        scale = 1.0 / table[r, r]
        for k in range(2 * m):
            table[r, k] *= scale
        for i in range(m):
            if i != r and table[i, r] != 0.0:
                factor = table[i, r]
                for k in range(2 * m):
                    table[i, k] -= factor * table[r, k]
    for i in range(m):
        for k in range(m):
            t.inverse[i, k] = table[i, m + k]
    t.reduced[:n] = t.worth
    for i in range(m):
        price = 0.0
        for r in range(m):
            if t.basis[r] < n:
                price += t.worth[t.basis[r]] * t.inverse[r, i]
        t.reduced[n + i] = -price
        if price != 0.0:
            for j in range(n):
                t.reduced[j] -= price * t.rows[i, j]
    for r in range(m):
        t.reduced[t.basis[r]] = 0.0
    t.meter[2] = 0
    return True


@kernel
def restart(t: Tree) -> None:
    """Back to the basis of slacks, from which every packing can begin."""
    m, n = t.rows.shape
    for j in range(n + m):
        t.side[j] = 0
    for i in range(m):
        t.basis[i] = n + i
        t.side[n + i] = 2
    invert(t)


@kernel
def proven(t: Tree) -> float:
    """A bound that holds whatever the rounding: counted anew from the prices of the rows.

    ``spare`` is left with the reduced costs at these prices.
    """
    m, n = t.rows.shape
    t.spare[:n] = t.worth
    total = 0.0
    for i in range(m):
        price = 0.0 if t.side[n + i] == 2 else -t.reduced[n + i]
        if price < 0.0 and t.span[i] == np.inf:
            price = 0.0
        if price != 0.0:
            total += price * (t.limit[i] if price > 0.0 else t.limit[i] - t.span[i])
            for j in range(n):
                t.spare[j] -= price * t.rows[i, j]
    for j in range(n):
        gain = t.spare[j]
        total += gain * (t.high[j] if gain > 0.0 else t.low[j])
    return total


@kernel
def settle(t: Tree, cut: float) -> float:
    """Solve the relaxation within the bounds by the dual simplex; its bound (-inf: no plan).

    All choices being bounded, any basis is dual feasible once each choice stands at the bound that
    its reduced cost asks for: so nothing is stored to go back. Stops early below ``cut``.
    Breakpoints that leave the row infeasible are passed by flipping (long step rule).
    """
    m, n = t.rows.shape
    if t.meter[2] >= RENEW and not invert(t):
        restart(t)
    early = True
    limit = 50 + 20 * m
    for i in range(m):
        t.rest[i] = t.limit[i]
    base = 0.0
    for j in range(n):
        if t.side[j] != 2:
            if t.low[j] < t.high[j]:
                t.side[j] = 1 if t.reduced[j] > 0.0 else 0
            else:
                t.side[j] = t.low[j]
            if t.side[j] == 1:
                base += t.worth[j]
                for i in range(m):
                    t.rest[i] -= t.columns[j, i]
    for i in range(m):
        if t.side[n + i] != 2:
            t.side[n + i] = 0
            if t.span[i] != np.inf and t.reduced[n + i] > 0.0:
                t.side[n + i] = 1
                t.rest[i] -= t.span[i]
    for _ in range(limit):
        value = base
        leaving, worst, up = -1, FEASIBLE, False
        for r in range(m):
            total = 0.0
            for i in range(m):
                total += t.inverse[r, i] * t.rest[i]
            t.inside[r] = total
            j = t.basis[r]
            if j < n:
                low, high = float(t.low[j]), float(t.high[j])
                value += t.worth[j] * total
            else:
                low, high = 0.0, t.span[j - n]
            if low - total > worst:
                leaving, worst, up = r, low - total, False
            elif total - high > worst:
                leaving, worst, up = r, total - high, True
        if leaving < 0:
            break
        if early and value < cut:
            if proven(t) < cut:
                return -np.inf
            early = False
        for j in range(n):
            t.entry[j] = 0.0
        for i in range(m):
            factor = t.inverse[leaving, i] if up else -t.inverse[leaving, i]
            t.entry[n + i] = factor
            if factor != 0.0:
                for j in range(n):
                    t.entry[j] += factor * t.rows[i, j]
        entering, size = -1, 0.0
        while worst > FEASIBLE:
            entering, least, size = -1, np.inf, 0.0
            for j in range(n + m):
                if t.side[j] == 2:
                    continue
                a = t.entry[j]
                if t.side[j] == 0:
                    if a <= PIVOT:
                        continue
                elif a >= -PIVOT:
                    continue
                if j < n:
                    if t.low[j] == t.high[j]:
                        continue
                elif t.span[j - n] == 0.0:
                    continue
                ratio = abs(t.reduced[j] / a)
                if ratio < least - 1e-12 or (ratio <= least and abs(a) > size):
                    entering, least, size = j, ratio, abs(a)
            if entering < 0:
                return -np.inf
            reach = 1.0 if entering < n else t.span[entering - n]
            if size * reach >= worst:
                break
            # Flipped, and out of this row's choice: it now stands at the other bound.
            worst -= size * reach
            if entering < n:
                sign = 1.0 if t.side[entering] == 0 else -1.0
                base += sign * t.worth[entering]
                for i in range(m):
                    t.rest[i] -= sign * t.columns[entering, i]
            else:
                sign = 1.0 if t.side[entering] == 0 else -1.0
                t.rest[entering - n] -= sign * reach
            t.side[entering] = 1 - t.side[entering]
            entering = -1
        if entering < 0:
            continue
        column = np.empty(m)
        for r in range(m):
            if entering < n:
                total = 0.0
                for i in range(m):
                    total += t.inverse[r, i] * t.columns[entering, i]
                column[r] = total
            else:
                column[r] = t.inverse[r, entering - n]
        pivot = column[leaving]
        if abs(pivot) < PIVOT or abs(abs(pivot) - size) > 1e-6 * max(1.0, size):
            # The inverse has drifted: anew, and whatever is known bounds this node.
            restart(t)
            return np.inf
        turn = t.reduced[entering] / t.entry[entering]
        for j in range(n + m):
            t.reduced[j] -= turn * t.entry[j]
        t.reduced[entering] = 0.0
        for r in range(m):
            t.reduced[t.basis[r]] = 0.0
        out = t.basis[leaving]
        t.reduced[out] = -turn if up else turn
        if t.side[entering] == 1:
            if entering < n:
                base -= t.worth[entering]
                for i in range(m):
                    t.rest[i] += t.columns[entering, i]
            else:
                t.rest[entering - n] += t.span[entering - n]
        if out < n:
            t.side[out] = t.high[out] if up else t.low[out]
            if t.side[out] == 1:
                base += t.worth[out]
                for i in range(m):
                    t.rest[i] -= t.columns[out, i]
            if t.low[out] < t.high[out]:
                t.side[out] = 1 if up else 0
        else:
            t.side[out] = 1 if up else 0
            if up:
                t.rest[out - n] -= t.span[out - n]
        t.side[entering] = 2
        t.basis[leaving] = entering
        scale = 1.0 / pivot
        for i in range(m):
            t.inverse[leaving, i] *= scale
        for r in range(m):
            if r != leaving and column[r] != 0.0:
                factor = column[r]
                for i in range(m):
                    t.inverse[r, i] -= factor * t.inverse[leaving, i]
        t.meter[2] += 1
        t.meter[3] += 1
        if t.meter[2] >= RENEW + limit:
            break
    return proven(t)


@kernel
def hold(t: Tree, j: int, value: int) -> None:
    """Fix a choice, until the trail is taken back."""
    t.low[j] = value
    t.high[j] = value
    t.trail[t.meter[1]] = j
    t.meter[1] += 1


@kernel
def tighten(t: Tree, bound: float, cut: float) -> None:
    """Fix what no plan worth ``cut`` does otherwise, by the reduced costs in ``spare``."""
    n = t.rows.shape[1]
    room = bound - cut
    for j in range(n):
        if t.low[j] < t.high[j]:
            if t.spare[j] > room:
                hold(t, j, 1)
            elif -t.spare[j] > room:
                hold(t, j, 0)


@kernel
def note(t: Tree) -> bool:
    """Keep the point of the relaxation if it is a plan, and a better one; exact."""
    m, n = t.rows.shape
    count = len(t.top)
    load = np.zeros(count, dtype=np.int64)
    total = 0
    point = np.zeros(n, dtype=np.uint8)
    for j in range(n):
        if t.side[j] != 2:
            point[j] = t.low[j] if t.low[j] == t.high[j] else t.side[j]
    for r in range(m):
        j = t.basis[r]
        if j < n and t.inside[r] > 0.5:
            point[j] = 1
    for j in range(n):
        if point[j]:
            total += t.value[j]
            for i in range(count):
                load[i] += t.use[j, i]
    for i in range(count):
        if load[i] > t.top[i]:
            return False
    if total > t.best[0]:
        t.best[0] = total
        t.best[1] = total
        t.plan[:] = point
    return True


@kernel
def explore(t: Tree, step: float, pivots: int) -> bool:
    """Branch and bound, depth first, for about so many pivots; True when it is over.

    A node is left below the value to beat plus ``step``. Branches on the most fractional choice,
    nearer side first; what reduced costs decide is fixed below the node (Fréville and Plateau
    1994; Vimont, Boussier and Vasquez 2008).
    """
    m, n = t.rows.shape
    until = t.meter[3] + pivots
    while True:
        if t.meter[3] >= until:
            return False
        cut = t.best[0] + step
        t.meter[4] += 1
        t.meter[3] += 1
        bound = settle(t, cut)
        if bound == np.inf:
            bound = settle(t, cut)
        choice = -1
        if bound >= cut:
            far = 1e-6
            nearest = 0
            for r in range(m):
                j = t.basis[r]
                if j < n and t.low[j] < t.high[j]:
                    part = min(t.inside[r], 1.0 - t.inside[r])
                    if part > far:
                        choice, far = j, part
                        nearest = 1 if t.inside[r] > 0.5 else 0
            if choice < 0:
                note(t)
                cut = t.best[0] + step
                if bound >= cut:
                    for j in range(n):
                        if t.low[j] < t.high[j]:
                            choice = j
                            nearest = int(t.side[j]) if t.side[j] != 2 else 1
                            break
        if choice >= 0:
            depth = t.meter[0]
            if bound < np.inf:
                tighten(t, bound, cut)
            if t.low[choice] < t.high[choice]:
                t.branch[depth] = choice
                t.first[depth] = nearest
                t.mark[depth] = t.meter[1]
                t.meter[0] = depth + 1
                hold(t, choice, nearest)
            continue
        # Back to the last choice whose other side is to be seen.
        depth = t.meter[0]
        while depth > 0:
            depth -= 1
            while t.meter[1] > t.mark[depth]:
                t.meter[1] -= 1
                j = t.trail[t.meter[1]]
                t.low[j], t.high[j] = 0, 1
            if t.first[depth] < 2:
                other = 1 - t.first[depth]
                t.first[depth] = 2
                hold(t, t.branch[depth], other)
                depth += 1
                break
        else:
            t.meter[0] = 0
            return True
        t.meter[0] = depth
