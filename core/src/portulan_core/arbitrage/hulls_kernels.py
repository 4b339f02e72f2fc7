"""Compiled search for rows from packings, for `portulan_core.arbitrage.hulls`; see there."""

from __future__ import annotations

from typing import Any

import numpy as np

from portulan_core.arbitrage.kernel import kernel

Whole = Any
"""A 64-bit integer, of Python or of NumPy."""

DEEPEST = 64
"""A packing of more options than that is not looked for: the search says it is not complete."""
WITNESSES = 64
"""Packings that reach the limit, kept to see at once that an option cannot weigh anything."""
LIFT = 2000
"""An option whose weight takes more nodes to find is not lifted."""
TINY = 1e-9


@kernel
def sort(keys: Any, order: Any, count: Whole) -> None:
    """Put the indexes 0 … count−1 into ``order``, the greatest key first, ties as they stand."""
    for a in range(count):
        b = a
        while b > 0 and keys[order[b - 1]] < keys[a]:
            order[b] = order[b - 1]
            b -= 1
        order[b] = a


@kernel
def heaviest(
    weights: Any,
    use: Any,
    owner: Any,
    room: Any,
    active: Any,
    barred: Whole,
    enough: float,
    whole: bool,
    nodes: Whole,
    members: Any,
) -> tuple[float, Whole]:
    """The heaviest packing of some options: at most one an owner, within the room of each period.

    ``active``: the options to look at; ``barred``: an owner to leave out (-1: none); the search
    ends when it holds ``enough``. ``whole``: weights are integers. ``members`` (one flag an
    option) gets the packing. Returns its weight, and the nodes that are left of ``nodes``: none
    when the search was cut short, so that the weight is no proven maximum.

    Depth first over owners in the order of weight over use, bounded by the fractional packing
    (Dantzig 1957) of each owner's heaviest weight over its least use, the periods added up.
    """
    periods = use.shape[1]
    for k in range(len(members)):
        members[k] = False
    # Options that fit by themselves, and what they use of all periods together.
    count = 0
    option = np.empty(len(active), dtype=np.int64)
    size = np.empty(len(active))
    key = np.empty(len(active))
    most: Whole = np.int64(0)
    total = 0.0
    for t in range(periods):
        if room[t] > 0:
            total += 1.0
    for a in range(len(active)):
        k = active[a]
        if weights[k] <= TINY or owner[k] == barred:
            continue
        fits = True
        used = 0.0
        for t in range(periods):
            if use[k, t] > room[t]:
                fits = False
                break
            if room[t] > 0:
                used += use[k, t] / room[t]
        if fits:
            option[count] = k
            size[count] = used
            key[count] = weights[k]
            most = max(most, owner[k])
            count += 1
    if count == 0:
        return 0.0, nodes
    # Owners, by weight over use; the options of each one stand together, the heaviest first.
    order = np.empty(count, dtype=np.int64)
    sort(key, order, count)
    groups: Whole = 0
    group_of = np.full(most + 1, -1, dtype=np.int64)
    top = np.empty(count)
    least = np.empty(count)
    for heavier in order:
        k = option[heavier]
        known = group_of[owner[k]]
        if known < 0:
            group_of[owner[k]] = groups
            top[groups] = weights[k]
            least[groups] = size[heavier]
            groups += 1
        else:
            least[known] = min(least[known], size[heavier])
    for g in range(groups):
        key[g] = top[g] / max(least[g], 1e-12)
    ranked = np.empty(groups, dtype=np.int64)
    sort(key, ranked, groups)
    rank = np.empty(groups, dtype=np.int64)
    for g in range(groups):
        rank[ranked[g]] = g
    first = np.zeros(groups + 1, dtype=np.int64)
    for a in range(count):
        first[rank[group_of[owner[option[a]]]] + 1] += 1
    place = np.zeros(groups, dtype=np.int64)
    for g in range(groups):
        first[g + 1] += first[g]
        place[g] = first[g]
    line = np.empty(count, dtype=np.int64)
    for heavier in order:
        k = option[heavier]
        known = rank[group_of[owner[k]]]
        line[place[known]] = k
        place[known] += 1
    heavy = np.empty(groups)
    light = np.empty(groups)
    for g in range(groups):
        heavy[g] = top[ranked[g]]
        light[g] = least[ranked[g]]

    step = 1.0 - 1e-6 if whole else TINY
    deepest = min(groups, DEEPEST)
    at_group = np.zeros(deepest + 1, dtype=np.int64)
    at_option = np.zeros(deepest + 1, dtype=np.int64)
    taken = np.zeros(deepest + 1, dtype=np.int64)
    value = np.zeros(deepest + 1)
    space = np.zeros(deepest + 1)
    left = np.zeros((deepest + 1, periods), dtype=np.int64)
    for t in range(periods):
        left[0, t] = room[t]
    space[0] = total
    depth = 0
    best = 0.0
    while depth >= 0:
        g = at_group[depth]
        if g >= groups:
            depth -= 1
            continue
        o = at_option[depth]
        if o == 0:
            bound = value[depth]
            rest = space[depth]
            for h in range(g, groups):
                if light[h] <= rest:
                    rest -= light[h]
                    bound += heavy[h]
                else:
                    bound += heavy[h] * rest / light[h]
                    break
            if bound < best + step:
                depth -= 1
                continue
        if first[g] + o >= first[g + 1]:
            at_group[depth] = g + 1
            at_option[depth] = 0
            continue
        at_option[depth] = o + 1
        k = line[first[g] + o]
        fits = True
        for t in range(periods):
            if use[k, t] > left[depth, t]:
                fits = False
                break
        if not fits:
            continue
        nodes -= 1
        if nodes <= 0:
            return best, np.int64(0)
        taken[depth] = k
        reached = value[depth] + weights[k]
        if reached > best:
            best = reached
            for m in range(len(members)):
                members[m] = False
            for d in range(depth + 1):
                members[taken[d]] = True
            if best >= enough:
                return best, nodes
        if g + 1 >= groups:
            continue
        if depth + 1 >= deepest:
            if deepest < groups:
                return best, np.int64(0)
            continue
        rest = space[depth]
        for t in range(periods):
            left[depth + 1, t] = left[depth, t] - use[k, t]
            if room[t] > 0:
                rest -= use[k, t] / room[t]
        depth += 1
        space[depth] = max(rest, 0.0) + TINY
        value[depth] = reached
        at_group[depth] = g + 1
        at_option[depth] = 0
    return best, nodes


@kernel
def covered(
    share: Any, use: Any, owner: Any, room: Any, least: float, nodes: Whole
) -> tuple[Any, float, Whole]:
    """Weights of which no packing has more than 1 and the point ``share`` has the most.

    Dual prices of the least fractional cover of the point by packings, columns being found by
    `heaviest`; the basis begins with each option alone. Returns the weights, what the point has
    of them (at most 1 + ``least`` when no such row is broken by more), and the nodes that are left.
    """
    n = len(share)
    inverse = np.zeros((n, n))
    amount = np.zeros(n)
    cost = np.ones(n)
    active = np.zeros(n, dtype=np.int64)
    total = 0.0
    for j in range(n):
        inverse[j, j] = 1.0
        amount[j] = share[j]
        active[j] = j
        total += share[j]
    members = np.zeros(n, dtype=np.bool_)
    entering = np.zeros(n)
    weights = np.ones(n)
    for _ in range(6 * n + 40):
        if total <= 1 + least:
            return weights, total, nodes
        for j in range(n):
            weights[j] = 0.0
            for i in range(n):
                weights[j] += cost[i] * inverse[i, j]
        low = 0
        for j in range(1, n):
            if weights[j] < weights[low]:
                low = j
        price = 1.0
        if weights[low] < -1e-7:
            for i in range(n):
                entering[i] = -inverse[i, low]
            price = 0.0
        else:
            for j in range(n):
                weights[j] = max(weights[j], 0.0)
            found, nodes = heaviest(
                weights, use, owner, room, active, np.int64(-1), 1e18, False, nodes, members
            )
            if nodes <= 0:
                return weights, 0.0, nodes
            if found <= 1 + 1e-7:
                break
            for i in range(n):
                entering[i] = 0.0
            for j in range(n):
                if members[j]:
                    for i in range(n):
                        entering[i] += inverse[i, j]
        out = -1
        ratio = 0.0
        for i in range(n):
            if entering[i] > 1e-9:
                r = amount[i] / entering[i]
                if out < 0 or r < ratio:
                    out = i
                    ratio = r
        if out < 0:
            break
        pivot = entering[out]
        for j in range(n):
            inverse[out, j] /= pivot
        amount[out] = ratio
        cost[out] = price
        for i in range(n):
            if i == out or entering[i] == 0.0:
                continue
            factor = entering[i]
            amount[i] -= factor * ratio
            for j in range(n):
                inverse[i, j] -= factor * inverse[out, j]
        total = 0.0
        for i in range(n):
            total += cost[i] * amount[i]
    for j in range(n):
        weights[j] = max(weights[j], 0.0)
    reached = 0.0
    for j in range(n):
        reached += weights[j] * share[j]
    return weights, reached, nodes


@kernel
def row(
    share: Any,
    inside: Any,
    use: Any,
    owner: Any,
    owners: Whole,
    room: Any,
    order: Any,
    least: float,
    grain: float,
    nodes: Whole,
) -> tuple[Any, Whole]:
    """A row that the point breaks by at least ``least`` of its limit: integer weights and limit.

    ``share``: what the point has of the options ``inside`` (indexes of ``use`` and ``owner``,
    numbers below ``owners``); ``order``: the other options, in the order in which they are
    lifted; ``grain``: weights are multiples of one in so many. The limit is 0 when there is no
    such row.
    """
    all_weights = np.zeros(len(use))
    weights, reached, nodes = covered(share, use[inside], owner[inside], room, least, nodes)
    if reached <= 1 + least:
        return all_weights, np.int64(0)
    for a in range(len(inside)):
        all_weights[inside[a]] = np.floor(weights[a] * grain + 0.5)
    members = np.zeros(len(use), dtype=np.bool_)
    none = np.int64(-1)
    best, nodes = heaviest(all_weights, use, owner, room, inside, none, 1e18, True, nodes, members)
    held = 0.0
    for a in range(len(inside)):
        held += share[a] * all_weights[inside[a]]
    if nodes <= 0 or best <= 0 or held < (1 + least) * best:
        return all_weights, np.int64(0)
    # The others weigh what the limit leaves for them beside the heaviest packing (Padberg 1975).
    periods = use.shape[1]
    seen = 0
    known = np.zeros((WITNESSES, periods), dtype=np.int64)
    busy = np.zeros((WITNESSES, owners), dtype=np.bool_)
    active = np.empty(len(use), dtype=np.int64)
    count = 0
    for k in inside:
        if all_weights[k] > 0:
            active[count] = k
            count += 1
    space = np.zeros(periods, dtype=np.int64)
    for k in order:
        free = True
        for w in range(min(seen, WITNESSES)):
            if busy[w, owner[k]]:
                continue
            fits = True
            for t in range(periods):
                if known[w, t] + use[k, t] > room[t]:
                    fits = False
                    break
            if fits:
                free = False
                break
        if not free:
            continue
        fits = True
        for t in range(periods):
            space[t] = room[t] - use[k, t]
            if space[t] < 0:
                fits = False
        if not fits:
            continue
        most, rest = heaviest(
            all_weights,
            use,
            owner,
            space,
            active[:count],
            owner[k],
            best,
            True,
            min(nodes, LIFT),
            members,
        )
        nodes -= min(nodes, LIFT) - rest
        if nodes <= 0:
            break
        if rest <= 0:
            continue
        if most >= best:
            w = seen % WITNESSES
            seen += 1
            for t in range(periods):
                known[w, t] = 0
            for j in range(busy.shape[1]):
                busy[w, j] = False
            for j in range(len(use)):
                if members[j]:
                    busy[w, owner[j]] = True
                    for t in range(periods):
                        known[w, t] += use[j, t]
            continue
        all_weights[k] = best - most
        active[count] = k
        count += 1
    return all_weights, np.int64(best)
