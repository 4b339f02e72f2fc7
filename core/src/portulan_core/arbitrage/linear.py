"""The time-indexed integer program of a problem, and its two writings: MathOpt and CP-SAT.

Variables: one 0/1 per option, one 0/1 per item with several options (``x = Σ options``), one per
synergy, one 0/1 per period for the makespan ("something still goes on"). All coefficients are
integers. Precedences are in the cumulative form ("A has started by t only if B was over by t"),
which is far tighter than one row on the sums of starts (Pritsker 1969, Christofides 1987).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from ortools.math_opt import model_pb2
from ortools.sat.python import cp_model

from portulan_core.arbitrage import measure
from portulan_core.arbitrage.compiled import Compiled, Ints, Row

INF = 2**62


@dataclass(slots=True)
class Linear:
    """``low ≤ A·v ≤ high`` over 0/1 variables; entries by row; ``tags[r]`` says why row r."""

    columns: int
    entry_row: Ints
    entry_column: Ints
    entry_value: Ints
    low: Ints
    high: Ints
    tags: list[Row]
    chosen: Ints
    synergy: Ints
    step: Ints

    def goal(self, compiled: Compiled, name: str) -> tuple[Ints, int]:
        """(coefficients, constant) of a measure over the variables."""
        out = np.zeros(self.columns, dtype=np.int64)
        n = compiled.options
        if name == "value":
            out[:n] = compiled.value
            for column, synergy in zip(self.synergy, compiled.problem.synergies, strict=True):
                if column >= 0:
                    out[column] = synergy.value
            return out, 0
        if name == "cost":
            out[:n] = compiled.cost
            return out, compiled.baseline_cost
        if name == "stability":
            out[:n] = compiled.change
            return out, compiled.baseline_changes
        out[self.step] = 1
        return out, 0

    def with_row(self, coefficients: Ints, low: int, high: int, tag: Row) -> Linear:
        """The same program with one more row."""
        used = np.flatnonzero(coefficients)
        row = np.full(len(used), len(self.low), dtype=np.int64)
        return replace(
            self,
            entry_row=np.concatenate([self.entry_row, row]),
            entry_column=np.concatenate([self.entry_column, used]),
            entry_value=np.concatenate([self.entry_value, coefficients[used]]),
            low=np.append(self.low, low),
            high=np.append(self.high, high),
            tags=[*self.tags, tag],
        )

    def complete(self, compiled: Compiled, options: Mapping[int, int]) -> Ints:
        """The values of all variables for a choice of options by item index."""
        out = np.zeros(self.columns, dtype=np.int64)
        for i, option in options.items():
            out[option] = 1
            out[self.chosen[i]] = 1
        for column, synergy in zip(self.synergy, compiled.problem.synergies, strict=True):
            if column >= 0:
                out[column] = all(compiled.index[k] in options for k in synergy.items)
        end = max((int(compiled.end[o]) for o in options.values()), default=0)
        out[self.step[: max(0, end)]] = 1
        return out

    def feasible(self, values: Ints) -> bool:
        """Whether the values hold in every row, in exact integers."""
        held = self.activity(values)
        return bool(np.all(held >= self.low) and np.all(held <= self.high))

    def activity(self, values: Ints) -> Ints:
        """A·v, in exact integers."""
        held = np.zeros(len(self.low), dtype=np.int64)
        np.add.at(held, self.entry_row, self.entry_value * values[self.entry_column])
        return held


class _Builder:
    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.rows: list[int] = []
        self.cols: list[int] = []
        self.vals: list[int] = []
        self.low: list[int] = []
        self.high: list[int] = []
        self.tags: list[Row] = []

    def variable(self) -> int:
        self.columns += 1
        return self.columns - 1

    def add(self, terms: dict[int, int], low: int, high: int, tag: Row) -> None:
        row = len(self.low)
        for column in sorted(terms):
            if terms[column]:
                self.rows.append(row)
                self.cols.append(column)
                self.vals.append(terms[column])
        self.low.append(low)
        self.high.append(high)
        self.tags.append(tag)


def linear_program(c: Compiled, makespan: bool | None = None) -> Linear:
    """The integer program; ``makespan``: with its variables (None: if it is a goal)."""
    p = c.problem
    b = _Builder(c.options)
    chosen = np.full(len(p.items), -1, dtype=np.int64)
    for i, item in enumerate(p.items):
        span = c.span(i)
        if len(span) == 1:
            chosen[i] = span[0]
        else:
            chosen[i] = b.variable()
            b.add(
                {**dict.fromkeys(span, 1), int(chosen[i]): -1},
                0,
                0,
                Row("item", item.key),
            )
        if item.mandatory:
            b.add({int(chosen[i]): 1}, 1, 1, Row("mandatory", item.key))
    _limits(c, b)
    for link in p.precedences:
        before, after = c.index[link.before], c.index[link.after]
        ready = c.end if link.link == "finish_to_start" else c.start
        spans = c.span(after), c.span(before)
        tag = Row("precedence", link.key)
        rest = sorted(spans[1], key=lambda o: int(ready[o]))
        previous: dict[int, int] | None = None
        for t in sorted({int(c.start[o]) for o in spans[0]}):
            terms = {o: 1 for o in spans[0] if c.start[o] <= t}
            if link.required:
                terms.update({o: -1 for o in rest if ready[o] + link.lag <= t})
                b.add(terms, -INF, 0, tag)
            else:
                late = {o: 1 for o in rest if ready[o] + link.lag > t}
                if late and (previous is None or terms != previous):
                    b.add({**terms, **late}, -INF, 1, tag)
            previous = terms
    for group in p.groups:
        columns = [int(chosen[c.index[k]]) for k in group.items]
        tag = Row(group.kind, group.key)
        if group.kind == "exclusive":
            b.add(dict.fromkeys(columns, 1), -INF, 1, tag)
        else:
            for left, right in pairwise(columns):
                b.add({left: 1, right: -1}, 0, 0, tag)
    synergy = np.full(len(p.synergies), -1, dtype=np.int64)
    for s, pair in enumerate(p.synergies):
        if not pair.value:
            continue
        z = b.variable()
        synergy[s] = z
        left, right = (int(chosen[c.index[k]]) for k in pair.items)
        tag = Row("synergy", "+".join(pair.items))
        b.add({z: 1, left: -1}, -INF, 0, tag)
        b.add({z: 1, right: -1}, -INF, 0, tag)
        b.add({left: 1, right: 1, z: -1}, -INF, 1, tag)
    steps: list[int] = []
    if makespan if makespan is not None else any(g.measure == "makespan" for g in p.goals):
        last = int(c.end.max()) if c.options else 0
        steps = [b.variable() for _ in range(max(0, last))]
        tag = Row("makespan", "")
        for t, w in enumerate(steps):
            if t:
                b.add({w: 1, steps[t - 1]: -1}, -INF, 0, tag)
            for i in range(len(p.items)):
                going = {o: 1 for o in c.span(i) if c.end[o] > t}
                if going:
                    b.add({**going, w: -1}, -INF, 0, tag)
    return Linear(
        columns=b.columns,
        entry_row=np.asarray(b.rows, dtype=np.int64),
        entry_column=np.asarray(b.cols, dtype=np.int64),
        entry_value=np.asarray(b.vals, dtype=np.int64),
        low=np.asarray(b.low, dtype=np.int64),
        high=np.asarray(b.high, dtype=np.int64),
        tags=b.tags,
        chosen=chosen,
        synergy=synergy,
        step=np.asarray(steps, dtype=np.int64),
    )


def _limits(c: Compiled, b: _Builder) -> None:
    """The limits, without those that no choice can reach, divided by their common divisor."""
    order = np.argsort(c.entry_row, kind="stable")
    rows, options, amounts = (
        c.entry_row[order],
        c.entry_option[order],
        c.entry_amount[order],
    )
    firsts = np.searchsorted(rows, np.arange(len(c.rows) + 1))
    for r, tag in enumerate(c.rows):
        low, high = firsts[r], firsts[r + 1]
        take, use = options[low:high], amounts[low:high]
        bound = int(c.rhs[r])
        most = np.zeros(len(c.problem.items), dtype=np.int64)
        np.maximum.at(most, c.item[take], np.maximum(use, 0))
        if int(most.sum()) <= bound:
            continue
        divisor = int(np.gcd.reduce(use)) if len(use) else 1
        if divisor > 1:
            use = use // divisor
            bound = bound // divisor
        b.add(dict(zip(take.tolist(), use.tolist(), strict=True)), -INF, bound, tag)


def math_opt_proto(
    linear: Linear, goal: Ints, maximize: bool, fixed: Ints | None = None
) -> model_pb2.ModelProto:
    """The program for MathOpt. ``fixed[v]`` in (0, 1) fixes a variable, -1 leaves it free."""
    proto = model_pb2.ModelProto()
    n = linear.columns
    proto.variables.ids.extend(range(n))
    lows = np.zeros(n) if fixed is None else np.maximum(fixed, 0).astype(float)
    highs = np.ones(n) if fixed is None else np.where(fixed < 0, 1, fixed).astype(float)
    proto.variables.lower_bounds.extend(lows.tolist())
    proto.variables.upper_bounds.extend(highs.tolist())
    proto.variables.integers.extend([True] * n)
    proto.objective.maximize = maximize
    used = np.flatnonzero(goal)
    proto.objective.linear_coefficients.ids.extend(used.tolist())
    proto.objective.linear_coefficients.values.extend(goal[used].astype(float).tolist())
    m = len(linear.low)
    proto.linear_constraints.ids.extend(range(m))
    low = np.where(linear.low <= -INF, -np.inf, linear.low.astype(float))
    high = np.where(linear.high >= INF, np.inf, linear.high.astype(float))
    proto.linear_constraints.lower_bounds.extend(low.tolist())
    proto.linear_constraints.upper_bounds.extend(high.tolist())
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(linear.entry_row.tolist())
    matrix.column_ids.extend(linear.entry_column.tolist())
    matrix.coefficients.extend(linear.entry_value.astype(float).tolist())
    return proto


def cp_sat_model(
    linear: Linear, goal: Ints, maximize: bool, hint: Ints | None = None
) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """The program for CP-SAT, with its variables in order."""
    model = cp_model.CpModel()
    variables = [model.new_bool_var("") for _ in range(linear.columns)]
    firsts = np.searchsorted(linear.entry_row, np.arange(len(linear.low) + 1))
    columns, values = linear.entry_column.tolist(), linear.entry_value.tolist()
    lows, highs = linear.low.tolist(), linear.high.tolist()
    for r in range(len(lows)):
        low, high = int(firsts[r]), int(firsts[r + 1])
        terms = [variables[v] for v in columns[low:high]]
        weights = values[low:high]
        if not terms:
            if lows[r] > 0 or highs[r] < 0:
                model.add_bool_or([])
            continue
        expression = cp_model.LinearExpr.weighted_sum(terms, weights)
        if (
            lows[r] == 0
            and highs[r] == 0
            and sorted(set(weights)) == [-1, 1]
            and weights.count(-1) == 1
        ):
            owner = terms[weights.index(-1)]
            options = [v for v, w in zip(terms, weights, strict=True) if w == 1]
            model.add_exactly_one([*options, owner.negated()])
        elif highs[r] == 1 and lows[r] <= -INF and set(weights) == {1}:
            model.add_at_most_one(terms)
        else:
            model.add_linear_constraint(expression, lows[r], highs[r])
    used = np.flatnonzero(goal).tolist()
    if used:
        total = cp_model.LinearExpr.weighted_sum([variables[v] for v in used], goal[used].tolist())
        if maximize:
            model.maximize(total)
        else:
            model.minimize(total)
    if hint is not None:
        for variable, value in zip(variables, hint.tolist(), strict=True):
            model.add_hint(variable, value)
    return model, variables


def goal_terms(compiled: Compiled, linear: Linear) -> list[tuple[str, Ints, int, bool]]:
    """The goals in turn: measure, coefficients, constant, maximize. One if they are weighted."""
    p = compiled.problem
    if p.order == "lexicographic":
        out: list[tuple[str, Ints, int, bool]] = []
        for goal in p.goals:
            coefficients, constant = linear.goal(compiled, goal.measure)
            out.append((goal.measure, coefficients, constant, measure.SENSE[goal.measure] > 0))
        return out
    total = np.zeros(linear.columns, dtype=np.int64)
    shift = 0
    for goal in p.goals:
        coefficients, constant = linear.goal(compiled, goal.measure)
        total += goal.weight * measure.SENSE[goal.measure] * coefficients
        shift += goal.weight * measure.SENSE[goal.measure] * constant
    return [("weighted", total, shift, True)]
