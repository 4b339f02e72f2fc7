"""When nothing is feasible: a minimal set of limits that cannot all hold.

CP-SAT gives a first set (the assumptions that suffice), a deletion filter (Chinneck and Dravnieks
1991) makes it minimal: dropping any one of the limits makes the others feasible.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from portulan_core.arbitrage.compiled import Row, compile_problem
from portulan_core.arbitrage.linear import Linear, linear_program
from portulan_core.arbitrage.problem import Goal, Item, Problem


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of a conflict: ``code`` and what it bears on.

    Codes: ``mandatory``, ``excluded``, ``earliest``, ``latest``, ``latest_end``, ``horizon``
    (item), ``capacity`` (resource, period), ``ceiling``, ``floor`` (envelope), ``guardrail``
    (guardrail, limit), ``max_changes``, ``exclusive``, ``all_or_none`` (group), ``precedence``
    (before, after).
    """

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Limits that cannot all hold. ``minimal``: any one dropped, the rest can (proven)."""

    limits: tuple[Limit, ...]
    minimal: bool


def conflicts(problem: Problem, time_limit: float = 10.0, seed: int = 0) -> Conflict | None:
    """A minimal set of limits of the problem that cannot all hold; None when they can.

    Also None when it cannot be told within the time limit. The horizon and, for items that are
    started or not movable, their present placement are taken as given.
    """
    problem.check()
    deadline = time.monotonic() + time_limit
    for item in problem.items:
        if item.mandatory and not any(problem.window(_widened(item), m) for m in item.modes):
            shortest = min(m.duration for m in item.modes)
            told = {"item": item.key, "duration": shortest, "periods": problem.periods}
            return Conflict(
                (Limit("mandatory", {"item": item.key}), Limit("horizon", told)), minimal=True
            )
    system = _System(problem, seed)
    everything = list(range(len(system.names)))
    core = system.core(everything, deadline)
    if core is None:
        return None
    minimal = True
    for name in list(core):
        rest = [n for n in core if n != name]
        answer = system.feasible(rest, deadline)
        if answer is False:
            core = rest
        elif answer is None:
            minimal = False
    links = {link.key: link for link in problem.precedences}
    limits = []
    for name in sorted(core):
        row = system.names[name]
        params: dict[str, Any]
        if row.kind == "capacity":
            params = {"resource": row.key, "period": row.detail}
        elif row.kind in ("ceiling", "floor"):
            params = {"envelope": row.key}
        elif row.kind == "guardrail":
            params = {"guardrail": row.key, "limit": row.detail}
        elif row.kind in ("exclusive", "all_or_none"):
            params = {"group": row.key}
        elif row.kind == "precedence":
            params = {"before": links[row.key].before, "after": links[row.key].after}
        elif row.kind == "max_changes":
            params = {"limit": problem.max_changes}
        else:
            params = {"item": row.key}
        limits.append(Limit(row.kind, params))
    return Conflict(tuple(limits), minimal)


def _widened(item: Item) -> Item:
    return replace(item, earliest=0, latest=None, latest_end=None, excluded=False)


class _System:
    """The rows of the widened problem by limit, and the windows as limits of their own."""

    def __init__(self, problem: Problem, seed: int) -> None:
        self.seed = seed
        wide = replace(
            problem,
            items=tuple(_widened(item) for item in problem.items),
            goals=(Goal("value"),),
            synergies=(),
        )
        compiled = compile_problem(wide, prune=False)
        self.linear: Linear = linear_program(compiled)
        extra: list[tuple[Row, list[int]]] = []
        for i, item in enumerate(problem.items):
            fixed = item.present is not None and (item.started or not item.movable)
            span = compiled.span(i)
            if item.excluded:
                extra.append((Row("excluded", item.key), list(span)))
            if fixed:
                continue
            for kind, bound, outside in (
                ("earliest", item.earliest, [o for o in span if compiled.start[o] < item.earliest]),
                (
                    "latest",
                    item.latest,
                    [o for o in span if compiled.start[o] > (item.latest or 0)],
                ),
                (
                    "latest_end",
                    item.latest_end,
                    [o for o in span if compiled.end[o] > (item.latest_end or 0)],
                ),
            ):
                if bound is not None and outside:
                    extra.append((Row(kind, item.key), outside))
        for tag, options in extra:
            terms = np.zeros(self.linear.columns, dtype=np.int64)
            terms[options] = 1
            self.linear = self.linear.with_row(terms, 0, 0, tag)
        names = {tag: None for tag in self.linear.tags if tag.kind != "item"}
        self.names: list[Row] = list(names)
        self.number = {row: n for n, row in enumerate(self.names)}

    def model(
        self, limits: list[int], assume: bool
    ) -> tuple[cp_model.CpModel, dict[int, cp_model.IntVar]]:
        linear = self.linear
        model = cp_model.CpModel()
        variables = [model.new_bool_var("") for _ in range(linear.columns)]
        keep = set(limits)
        literals = {n: model.new_bool_var("") for n in limits} if assume else {}
        firsts = np.searchsorted(linear.entry_row, np.arange(len(linear.low) + 1))
        columns, values = linear.entry_column.tolist(), linear.entry_value.tolist()
        for r, tag in enumerate(linear.tags):
            number = self.number.get(tag)
            if number is not None and number not in keep:
                continue
            low, high = int(firsts[r]), int(firsts[r + 1])
            terms = [variables[c] for c in columns[low:high]]
            if not terms:
                if linear.low[r] <= 0 <= linear.high[r]:
                    continue
                if number is None or not assume:
                    model.add_bool_or([])
                else:
                    model.add_bool_or([literals[number].negated()])
                continue
            expression = cp_model.LinearExpr.weighted_sum(terms, values[low:high])
            row = model.add_linear_constraint(expression, int(linear.low[r]), int(linear.high[r]))
            if assume and number is not None:
                row.only_enforce_if(literals[number])
        if assume:
            model.add_assumptions(list(literals.values()))
        return model, literals

    def solver(self, deadline: float) -> cp_model.CpSolver | None:
        left = deadline - time.monotonic()
        if left <= 0:
            return None
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = left
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self.seed
        return solver

    def core(self, limits: list[int], deadline: float) -> list[int] | None:
        """Limits that suffice for infeasibility; None when feasible or not told in time."""
        if self.feasible(limits, deadline) is not False:
            return None
        model, literals = self.model(limits, assume=True)
        half = time.monotonic() + (deadline - time.monotonic()) / 2
        solver = self.solver(half)
        if solver is not None and solver.solve(model) == cp_model.INFEASIBLE:
            named = {literal.index: n for n, literal in literals.items()}
            found = [
                named[index]
                for index in solver.sufficient_assumptions_for_infeasibility()
                if index in named
            ]
            if found and self.feasible(found, deadline) is False:
                return sorted(found)
        return limits

    def feasible(self, limits: list[int], deadline: float) -> bool | None:
        """Whether these limits can all hold; None when not told in time."""
        solver = self.solver(deadline)
        if solver is None:
            return None
        model, _ = self.model(limits, assume=False)
        status = solver.solve(model)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return True
        return False if status == cp_model.INFEASIBLE else None
