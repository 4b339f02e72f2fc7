"""The plain baseline: in order of value for what is scarce, each item as early as it fits."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from portulan_core.arbitrage import measure
from portulan_core.arbitrage.compiled import Compiled, compile_problem
from portulan_core.arbitrage.problem import Problem
from portulan_core.arbitrage.result import GoalResult, Result
from portulan_core.arbitrage.verify import violations

Floats = npt.NDArray[np.float64]


def greedy(problem: Problem) -> Result:
    """A plan made as a committee would by hand: no search, no proof.

    Mandatory items first, then by points per share of the scarce limits they use; each in its
    first mode that fits, as early as it fits, after what it needs; items that need one another
    (all-or-none, required precedences) go in together or not at all. Status ``unknown`` when the
    mandatory items, floors or guardrails are not met that way.
    """
    problem.check()
    begun = time.monotonic()
    compiled = compile_problem(problem)
    options = place_in_order(compiled, priorities(compiled))
    placements = compiled.placements(options)
    seconds = time.monotonic() - begun
    if violations(problem, placements):
        return Result("unknown", seconds=seconds, method="greedy")
    values = measure.goal_values(problem, placements)
    return Result(
        status="feasible",
        placements=placements,
        objective=measure.objective(problem, values),
        goals=tuple(
            GoalResult(g.measure, v, None) for g, v in zip(problem.goals, values, strict=True)
        ),
        usage=measure.usage(problem, placements),
        seconds=seconds,
        method="greedy",
    )


def priorities(c: Compiled, prices: Floats | None = None) -> list[int]:
    """Items by decreasing points per share of the limits used (mandatory ones first)."""
    positive = np.maximum(c.rhs, 0).astype(float)
    demand = np.zeros(len(c.rows))
    np.add.at(demand, c.entry_row, np.maximum(c.entry_amount, 0))
    scarce = (demand > positive) & (demand > 0)
    weight = np.where(scarce, 1.0 / np.maximum(positive, 1.0), 0.0) if prices is None else prices
    load = np.zeros(c.options)
    np.add.at(load, c.entry_option, np.maximum(c.entry_amount, 0) * weight[c.entry_row])
    ratio = c.value / (load + 1e-9)
    best = np.full(len(c.problem.items), -np.inf)
    np.maximum.at(best, c.item, np.where(c.value > 0, ratio, c.value))
    items = c.problem.items
    return sorted(
        range(len(items)),
        key=lambda i: (
            not items[i].mandatory,
            items[i].present is None and any(g.measure == "stability" for g in c.problem.goals[:1]),
            -best[i],
            i,
        ),
    )


class Plan:
    """A plan being built: its options by item, and what is left of each row."""

    def __init__(self, c: Compiled, reduced: Floats | None = None) -> None:
        self.c = c
        self.reduced = reduced
        self.left = c.rhs.copy()
        self.options: dict[int, int] = {}
        self.needs: dict[int, list[tuple[int, int, bool, bool]]] = {}
        self.feeds: dict[int, list[tuple[int, int, bool, bool]]] = {}
        for link in c.problem.precedences:
            before, after = c.index[link.before], c.index[link.after]
            from_end = link.link == "finish_to_start"
            row = (link.lag, link.required, from_end)
            self.needs.setdefault(after, []).append((before, *row))
            self.feeds.setdefault(before, []).append((after, *row))
        self.rivals: dict[int, list[list[int]]] = {}
        self.mates: dict[int, list[int]] = {}
        for group in c.problem.groups:
            members = [c.index[k] for k in group.items]
            for i in members:
                if group.kind == "exclusive":
                    self.rivals.setdefault(i, []).append(members)
                else:
                    self.mates.setdefault(i, []).extend(m for m in members if m != i)

    def fits(self, option: int) -> bool:
        """Whether an option can be added: limits not made worse, precedences and groups held."""
        c = self.c
        rows, amounts = c.usage(option)
        left = self.left[rows]
        if np.any((amounts > 0) & (amounts > left)):
            return False
        i = int(c.item[option])
        for before, lag, required, from_end in self.needs.get(i, ()):
            held = self.options.get(before)
            if held is None:
                if required:
                    return False
                continue
            ready = c.end[held] if from_end else c.start[held]
            if c.start[option] < ready + lag:
                return False
        for after, lag, _, from_end in self.feeds.get(i, ()):
            held = self.options.get(after)
            if held is not None:
                ready = c.end[option] if from_end else c.start[option]
                if c.start[held] < ready + lag:
                    return False
        return not any(
            m != i and m in self.options for members in self.rivals.get(i, ()) for m in members
        )

    def add(self, option: int) -> None:
        """Take an option."""
        rows, amounts = self.c.usage(option)
        self.left[rows] -= amounts
        self.options[int(self.c.item[option])] = option

    def drop(self, item: int) -> None:
        """Take an item out."""
        rows, amounts = self.c.usage(self.options.pop(item))
        self.left[rows] += amounts

    def cluster(self, item: int) -> list[int]:
        """The item with all that it asks for, in an order that respects precedences."""
        seen: set[int] = set()
        order: list[int] = []

        def visit(i: int) -> None:
            if i in seen or i in self.options:
                return
            seen.add(i)
            for before, _, required, _ in self.needs.get(i, ()):
                if required:
                    visit(before)
            order.append(i)
            for mate in self.mates.get(i, ()):
                visit(mate)

        visit(item)
        members = set(order)
        ranked: list[int] = []
        placed: set[int] = set()

        def rank(i: int, trail: frozenset[int]) -> None:
            if i in placed or i in trail:
                return
            for before, _, _, _ in self.needs.get(i, ()):
                if before in members:
                    rank(before, trail | {i})
            placed.add(i)
            ranked.append(i)

        for i in order:
            rank(i, frozenset())
        return ranked

    def insert(self, item: int) -> bool:
        """Add an item and what it asks for, each at its best option that fits; all or nothing."""
        added: list[int] = []
        for i in self.cluster(item):
            for option in self.preferred(i):
                if self.fits(option):
                    self.add(option)
                    added.append(i)
                    break
            else:
                for back in added:
                    self.drop(back)
                return False
        return True

    def preferred(self, item: int) -> list[int]:
        """Options of an item: the present one, then most points, then earliest."""
        c = self.c
        return sorted(
            c.span(item),
            key=lambda o: (c.change[o], -c.value[o], c.start[o], c.mode[o]),
        )


def place_in_order(c: Compiled, order: list[int], reduced: Floats | None = None) -> dict[int, int]:
    """Insert items one after the other; those that gain nothing are left out.

    ``reduced``: what each option gains at the prices of the limits, to choose among options.
    """
    plan = Plan(c, reduced)
    items = c.problem.items
    scheduling = c.problem.goals[0].measure in ("makespan", "stability")
    for i in order:
        if i in plan.options:
            continue
        cluster = plan.cluster(i)
        worth = sum(max((int(c.value[o]) for o in c.span(k)), default=0) for k in cluster)
        wanted = any(items[k].mandatory for k in cluster)
        kept = scheduling and any(items[k].present is not None for k in cluster)
        if wanted or kept or worth > 0:
            plan.insert(i)
    return plan.options
