"""Rows "at most one of these": options of which any two exclude each other, whatever the team.

Two options exclude each other when they belong to one item, when together they ask a resource for
more than it has in some period, when one comes too late for the other (a precedence), or through
an exclusive group. Such pairs reach over several teams; sets of them are found greedily among what
the relaxation uses and then widened (Padberg 1973; Atamtürk, Nemhauser and Savelsbergh 2000).
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from portulan_core.arbitrage.bounds import Cut
from portulan_core.arbitrage.compiled import Compiled, Ints

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MOST = 3000
"""At most so many options are compared with one another."""


def exclusions(c: Compiled, options: Ints) -> Bools:
    """Which of these options exclude each other, as a symmetric table (an option: not itself)."""
    position = np.full(c.options, -1, dtype=np.int64)
    position[options] = np.arange(len(options))
    item = c.item[options]
    table = np.asarray(item[:, None] == item[None, :], dtype=np.bool_)
    place = position[c.entry_option]
    kept = place >= 0
    rows, place, amounts = c.entry_row[kept], place[kept], c.entry_amount[kept]
    order = np.argsort(rows, kind="stable")
    rows, place, amounts = rows[order], place[order], amounts[order]
    present, first = np.unique(rows, return_index=True)
    ends = np.append(first, len(rows))[1:]
    for r, low, high in zip(present.tolist(), first.tolist(), ends.tolist(), strict=True):
        # Efforts are never negative: what two options ask for is asked for in any plan.
        if c.rows[r].kind != "capacity" or high - low < 2:
            continue
        here, use = place[low:high], amounts[low:high]
        table[np.ix_(here, here)] |= use[:, None] + use[None, :] > c.rhs[r]
    for link in c.problem.precedences:
        before = np.flatnonzero(item == c.index[link.before])
        after = np.flatnonzero(item == c.index[link.after])
        if len(before) and len(after):
            ready = (c.end if link.link == "finish_to_start" else c.start)[options[before]]
            late = c.start[options[after]][None, :] < (ready + link.lag)[:, None]
            table[np.ix_(before, after)] |= late
            table[np.ix_(after, before)] |= late.T
    for group in c.problem.groups:
        if group.kind == "exclusive":
            inside = np.flatnonzero(np.isin(item, [c.index[key] for key in group.items]))
            table[np.ix_(inside, inside)] = True
    np.fill_diagonal(table, False)
    return table


def find(
    c: Compiled,
    point: Floats,
    reduced: Floats,
    until: float,
    least: float = 0.01,
    stopped: Callable[[], bool] = lambda: False,
) -> list[Cut]:
    """Rows "at most one of these" that the point breaks by at least ``least``."""
    weight = point[: c.options]
    used = np.flatnonzero(weight > 0.02)
    if not 1 < len(used) <= MOST:
        return []
    rest = np.flatnonzero(weight <= 0.02)
    rest = rest[np.argsort(-reduced[rest], kind="stable")][: MOST - len(used)]
    options = np.concatenate([used, rest])
    table = exclusions(c, options)
    weight, gain = weight[options], reduced[options]
    inner = table[: len(used), : len(used)]
    seen: set[tuple[int, ...]] = set()
    cuts = []
    for seed in np.argsort(-weight[: len(used)], kind="stable").tolist():
        if time.monotonic() >= until or stopped():
            break
        members = [seed]
        total = float(weight[seed])
        able = np.flatnonzero(inner[seed])
        while len(able):
            near = np.where(inner[np.ix_(able, able)], weight[able], 0.0).sum(axis=1)
            best = int(able[np.argmax(near + weight[able])])
            members.append(best)
            total += float(weight[best])
            able = able[inner[best, able]]
        mark = tuple(sorted(members))
        if total < 1 + least or mark in seen:
            continue
        seen.add(mark)
        others = np.flatnonzero(table[members].all(axis=0))
        others = others[np.argsort(-gain[others], kind="stable")]
        while len(others):
            first, others = int(others[0]), others[1:]
            members.append(first)
            others = others[table[first, others]]
        columns = np.sort(options[np.asarray(members, dtype=np.int64)])
        cuts.append(Cut(columns, np.ones(len(columns), dtype=np.int64), 1))
    return cuts
