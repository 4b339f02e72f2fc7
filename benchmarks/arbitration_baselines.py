"""Plain solvers on the straightforward time-indexed model, for comparison only.

One 0/1 variable for each item, mode and start; at most one for an item; a row for each capacity and
period and for each envelope; a precedence as "the successor has started by t only if the
predecessor was over by t". No warm start, no cut, no decomposition of ours. Shares no code with
the solver it is compared with, apart from the problem itself.
"""

from __future__ import annotations

import datetime
import time
from dataclasses import dataclass

from ortools.math_opt.python import mathopt

from portulan_core.arbitrage import Placement, Problem

SOLVERS = {
    "scip": mathopt.SolverType.GSCIP,
    "cp-sat": mathopt.SolverType.CP_SAT,
    "highs": mathopt.SolverType.HIGHS,
}


@dataclass(frozen=True)
class Plain:
    """What a plain solver found."""

    value: float | None
    bound: float | None
    seconds: float
    placements: dict[str, Placement]

    @property
    def gap(self) -> float | None:
        """Relative gap, None without a plan or a bound."""
        if self.value is None or self.bound is None:
            return None
        return abs(self.bound - self.value) / max(1.0, abs(self.value))


def solve_plain(problem: Problem, solver: str, seconds: float, threads: int = 2) -> Plain:
    """Most value with one solver; the time to build the model counts."""
    begun = time.monotonic()
    model = mathopt.Model()
    y: dict[tuple[str, str, int], mathopt.Variable] = {}
    of: dict[str, list[tuple[str, int, mathopt.Variable]]] = {}
    load: dict[tuple[str, int], list[mathopt.LinearTerm]] = {}
    spent: dict[tuple[str, int], list[mathopt.LinearTerm]] = {}
    objective = []
    for item in problem.items:
        of[item.key] = []
        for mode in item.modes:
            for start in problem.window(item, mode):
                variable = model.add_binary_variable()
                y[item.key, mode.key, start] = variable
                of[item.key].append((mode.key, start, variable))
                objective.append(item.value_of(mode, start) * variable)
                for table, rows in ((mode.effort, load), (mode.cost, spent)):
                    for key, amounts in table.items():
                        for offset, amount in enumerate(amounts):
                            if amount and start + offset < problem.periods:
                                rows.setdefault((key, start + offset), []).append(amount * variable)
        total = mathopt.fast_sum([v for _, _, v in of[item.key]])
        if item.mandatory:
            model.add_linear_constraint(total == 1)
        else:
            model.add_linear_constraint(total <= 1)
    for resource in problem.resources:
        for t, capacity in enumerate(resource.capacity):
            terms = load.get((resource.key, t))
            if terms:
                model.add_linear_constraint(mathopt.fast_sum(terms) <= capacity)
    for envelope in problem.envelopes:
        covered = range(problem.periods) if envelope.periods is None else envelope.periods
        terms = [x for a in envelope.accounts for t in covered for x in spent.get((a, t), [])]
        if terms and envelope.ceiling is not None:
            model.add_linear_constraint(mathopt.fast_sum(terms) <= envelope.ceiling)
    for group in problem.groups:
        members = [v for key in group.items for _, _, v in of[key]]
        model.add_linear_constraint(mathopt.fast_sum(members) <= 1)
    for link in problem.precedences:
        before = problem.item(link.before)
        for t in sorted({s for _, s, _ in of[link.after]}):
            started = [v for _, s, v in of[link.after] if s <= t]
            over = [v for m, s, v in of[link.before] if s + before.mode(m).duration + link.lag <= t]
            late = [v for m, s, v in of[link.before] if s + before.mode(m).duration + link.lag > t]
            if link.required:
                model.add_linear_constraint(mathopt.fast_sum(started) <= mathopt.fast_sum(over))
            elif late:
                model.add_linear_constraint(mathopt.fast_sum(started + late) <= 1)
    model.maximize(mathopt.fast_sum(objective))
    left = max(0.1, seconds - (time.monotonic() - begun))
    parameters = mathopt.SolveParameters(
        time_limit=datetime.timedelta(seconds=left),
        threads=threads if solver == "cp-sat" else None,  # the others refuse the setting
    )
    result = mathopt.solve(model, SOLVERS[solver], params=parameters)
    value, placements = None, {}
    if result.solutions and result.solutions[0].primal_solution is not None:
        primal = result.solutions[0].primal_solution
        value = primal.objective_value
        for (item_key, mode_key, start), variable in y.items():
            if primal.variable_values[variable] > 0.5:
                placements[item_key] = Placement(mode_key, start)
    bound = result.termination.objective_bounds.dual_bound
    return Plain(
        value,
        bound if abs(bound) < 1e18 else None,
        time.monotonic() - begun,
        placements,
    )
