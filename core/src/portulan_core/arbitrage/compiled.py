"""A problem as integer arrays: the *options* of each item, and the limits as rows over them.

An option is one item in one mode at one start. Each limit of the problem (capacity of a resource
in a period, ceiling or floor of an envelope, guardrail, number of changes) becomes a row
``Σ coefficient·option ≤ right-hand side``, floors with signs turned. Precedences, groups and
synergies stay as they are; `portulan_core.arbitrage.linear` makes rows of them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portulan_core.arbitrage import measure
from portulan_core.arbitrage.problem import Placement, Problem

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Row:
    """Which limit a row stands for: kind, key of what limits, period or name of the limit."""

    kind: str
    key: str
    detail: int | str | None = None


@dataclass(slots=True)
class Compiled:
    """Arrays over options (sorted by item) and rows; item i has options ``first[i]:first[i+1]``."""

    problem: Problem
    index: dict[str, int]
    item: Ints
    mode: Ints
    start: Ints
    end: Ints
    value: Ints
    cost: Ints
    change: Ints
    first: Ints
    rows: list[Row]
    rhs: Ints
    entry_option: Ints
    entry_row: Ints
    entry_amount: Ints
    entry_first: Ints
    baseline_cost: int
    baseline_changes: int

    @property
    def options(self) -> int:
        """How many options there are."""
        return len(self.item)

    def span(self, item: int) -> range:
        """The options of an item."""
        return range(int(self.first[item]), int(self.first[item + 1]))

    def usage(self, option: int) -> tuple[Ints, Ints]:
        """(rows, amounts) of an option."""
        low, high = self.entry_first[option], self.entry_first[option + 1]
        return self.entry_row[low:high], self.entry_amount[low:high]

    def placement(self, option: int) -> Placement:
        """The mode and start of an option."""
        item = self.problem.items[self.item[option]]
        return Placement(item.modes[self.mode[option]].key, int(self.start[option]))

    def placements(self, options: Mapping[int, int] | dict[int, int]) -> dict[str, Placement]:
        """Placements by key, from option by item index, in the order of the problem."""
        items = self.problem.items
        return {items[i].key: self.placement(options[i]) for i in sorted(options)}

    def selected(self, placements: Mapping[str, Placement]) -> dict[int, int] | None:
        """Option by item index, from placements; None when one is not an option here."""
        out: dict[int, int] = {}
        for key, placed in placements.items():
            i = self.index.get(key)
            if i is None:
                return None
            for option in self.span(i):
                if self.start[option] == placed.start and self.placement(option) == placed:
                    out[i] = option
                    break
            else:
                return None
        return out


def count_options(problem: Problem) -> int:
    """How many options a problem has (before any are dropped)."""
    return sum(len(problem.window(item, mode)) for item in problem.items for mode in item.modes)


def compile_problem(problem: Problem, prune: bool = True) -> Compiled:
    """Arrays of a checked problem. ``prune`` drops the options that alone break a limit."""
    periods = problem.periods
    index = {item.key: i for i, item in enumerate(problem.items)}
    rows: list[Row] = []
    rhs: list[int] = []
    row_of_resource: dict[str, int] = {}
    for resource in problem.resources:
        row_of_resource[resource.key] = len(rows)
        for t in range(periods):
            rows.append(Row("capacity", resource.key, t))
            rhs.append(resource.capacity[t])
    # Envelopes: for each account, which (row, sign) take its cost in each period.
    takers: dict[str, list[list[tuple[int, int]]]] = {}
    for envelope in problem.envelopes:
        covered = range(periods) if envelope.periods is None else sorted(set(envelope.periods))
        for kind, bound, sign in (
            ("ceiling", envelope.ceiling, 1),
            ("floor", envelope.floor, -1),
        ):
            if bound is None:
                continue
            for account in envelope.accounts:
                table = takers.setdefault(account, [[] for _ in range(periods)])
                for t in covered:
                    table[t].append((len(rows), sign))
            rows.append(Row(kind, envelope.key))
            rhs.append(sign * bound)
    rails = []
    for rail in problem.guardrails:
        for name, a, b, low, bound in measure.rail_limits(rail):
            rails.append((len(rows), rail, a, b, low))
            rows.append(Row("guardrail", rail.key, name))
            rhs.append(-low * bound)
    changes_row = None
    present_items = sum(item.present is not None for item in problem.items)
    if problem.max_changes is not None:
        changes_row = len(rows)
        rows.append(Row("max_changes", ""))
        rhs.append(problem.max_changes - present_items)

    # What items cost when they are not chosen: in the right-hand side, taken back when chosen.
    exits: list[dict[int, int]] = []
    exit_total: list[int] = []
    for item in problem.items:
        relief: dict[int, int] = {}
        total = 0
        for account, amounts in item.exit_cost.items():
            for t, amount in measure.within(amounts, 0, periods):
                total += amount
                for row, sign in takers.get(account, [()] * periods)[t]:
                    relief[row] = relief.get(row, 0) - sign * amount
        for row, amount in relief.items():
            rhs[row] += amount
        exits.append(relief)
        exit_total.append(total)

    o_item: list[int] = []
    o_mode: list[int] = []
    o_start: list[int] = []
    o_end: list[int] = []
    o_value: list[int] = []
    o_cost: list[int] = []
    o_change: list[int] = []
    e_row: list[int] = []
    e_amount: list[int] = []
    e_first = [0]
    first = [0]
    hard = _hard_limits(rows, rhs, problem, exits) if prune else {}
    for i, item in enumerate(problem.items):
        for m, mode in enumerate(item.modes):
            spent = [(a, v) for a, v in mode.cost.items() if any(v)]
            worked = [(row_of_resource[k], v) for k, v in mode.effort.items() if any(v)]
            for start in problem.window(item, mode):
                use = dict(exits[i])
                cost = -exit_total[i]
                for row, amounts in worked:
                    for t, amount in measure.within(amounts, start, periods):
                        if amount:
                            use[row + t] = use.get(row + t, 0) + amount
                for account, amounts in spent:
                    taken = takers.get(account)
                    for t, amount in measure.within(amounts, start, periods):
                        cost += amount
                        if taken is not None:
                            for row, sign in taken[t]:
                                use[row] = use.get(row, 0) + sign * amount
                if any(row in hard and amount > hard[row] for row, amount in use.items()):
                    continue
                for row, rail, a, b, low in rails:
                    weight = measure.rail_weight(problem, rail, item, mode, start)
                    held = (a if rail.label in item.labels else 0) + b
                    if weight and held:
                        use[row] = use.get(row, 0) - low * held * weight
                placed = Placement(mode.key, start)
                kept = item.present == placed
                if kept and changes_row is not None:
                    use[changes_row] = use.get(changes_row, 0) - 1
                o_item.append(i)
                o_mode.append(m)
                o_start.append(start)
                o_end.append(start + mode.duration)
                o_value.append(item.value_of(mode, start))
                o_cost.append(cost)
                o_change.append(-1 if kept else 0)
                for row, amount in use.items():
                    if amount:
                        e_row.append(row)
                        e_amount.append(amount)
                e_first.append(len(e_row))
        first.append(len(o_item))

    def array(values: list[int]) -> Ints:
        return np.asarray(values, dtype=np.int64)

    counts = np.diff(array(e_first))
    return Compiled(
        problem=problem,
        index=index,
        item=array(o_item),
        mode=array(o_mode),
        start=array(o_start),
        end=array(o_end),
        value=array(o_value),
        cost=array(o_cost),
        change=array(o_change),
        first=array(first),
        rows=rows,
        rhs=array(rhs),
        entry_option=np.repeat(np.arange(len(o_item), dtype=np.int64), counts),
        entry_row=array(e_row),
        entry_amount=array(e_amount),
        entry_first=array(e_first),
        baseline_cost=sum(exit_total),
        baseline_changes=present_items,
    )


def _hard_limits(
    rows: list[Row], rhs: list[int], problem: Problem, exits: list[dict[int, int]]
) -> dict[int, int]:
    """Limits that no choice of the others can widen: capacities, and ceilings without credits."""
    limits = {}
    credits = {
        account
        for item in problem.items
        for mode in item.modes
        for account, amounts in mode.cost.items()
        if any(a < 0 for a in amounts)
    }
    relieved = {row for relief in exits for row in relief}
    accounts = {e.key: e.accounts for e in problem.envelopes}
    for r, row in enumerate(rows):
        open_ended = row.kind == "ceiling" and (
            r in relieved or not credits.isdisjoint(accounts[row.key])
        )
        if row.kind == "capacity" or (row.kind == "ceiling" and not open_ended):
            limits[r] = rhs[r]
    return limits
