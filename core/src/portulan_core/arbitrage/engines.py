"""Running CP-SAT and SCIP on an integer program, interruptible, offering each plan to a board."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import numpy as np
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model
from ortools.util.python.solve_interrupter import SolveInterrupter

from portulan_core.arbitrage.compiled import Ints
from portulan_core.arbitrage.linear import Linear, cp_sat_model, math_opt_proto
from portulan_core.arbitrage.race import Board

Offer = Callable[[Ints], object]


class _Watcher(cp_model.CpSolverSolutionCallback):
    def __init__(self, variables: list[cp_model.IntVar], offer: Offer, board: Board) -> None:
        super().__init__()
        self.variables = variables
        self.offer = offer
        self.board = board

    def on_solution_callback(self) -> None:
        values = np.fromiter(
            (self.boolean_value(v) for v in self.variables),
            np.int64,
            len(self.variables),
        )
        self.offer(values)
        if self.board.proven:
            self.stop_search()


def whole(bound: float) -> float | None:
    """How far a bound of CP-SAT may be off: it counts in integers, which floats hold to 2**53."""
    return 0.5 if abs(bound) < 2**52 else None


def run_cp_sat(
    linear: Linear,
    goal: Ints,
    board: Board,
    offer: Offer,
    *,
    constant: int = 0,
    seconds: float,
    workers: int = 1,
    seed: int = 0,
    hint: Ints | None = None,
    prove: bool = True,
    settings: dict[str, float | bool | int] | None = None,
) -> str:
    """Solve with CP-SAT; offers each solution, tightens the board's bound if ``prove``.

    Returns "optimal", "infeasible", "feasible" or "unknown".
    """
    clock = board.clock
    seconds = min(seconds, clock.left)
    if seconds <= 0:
        return "unknown"
    maximize = board.sense > 0
    model, variables = cp_sat_model(linear, goal, maximize, hint)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = max(1, workers)
    solver.parameters.random_seed = seed
    for name, value in (settings or {}).items():
        setattr(solver.parameters, name, value)
    if prove:

        def tighten(bound: float) -> None:
            board.tighten(bound + constant, whole(bound + constant))

        solver.best_bound_callback = tighten
    watcher = _Watcher(variables, offer, board)
    ticket = clock.register(solver.stop_search)
    try:
        status = solver.solve(model, watcher)
    finally:
        clock.release(ticket)
    if status == cp_model.INFEASIBLE:
        return "infeasible"
    if status == cp_model.MODEL_INVALID:
        raise RuntimeError(model.validate())
    if status == cp_model.UNKNOWN:
        return "unknown"
    if prove and goal.any():
        bound = solver.best_objective_bound + constant
        board.tighten(bound, whole(bound))
        if status == cp_model.OPTIMAL and abs(bound) >= 2**52:
            board.settle()
    elif prove and status == cp_model.OPTIMAL:
        board.tighten(float(constant), whole(float(constant)))
    return "optimal" if status == cp_model.OPTIMAL else "feasible"


def run_scip(
    linear: Linear,
    goal: Ints,
    board: Board,
    offer: Offer,
    *,
    constant: int = 0,
    seconds: float,
    seed: int = 0,
    hint: Ints | None = None,
    fixed: Ints | None = None,
    prove: bool = True,
    settings: Callable[[mathopt.SolveParameters], None] | None = None,
) -> str:
    """Solve with SCIP (through MathOpt), as `run_cp_sat`; its plans are rounded: check them.

    Offers its plan and its bound at the end only: its solution events print to the error output
    and state bounds before there are any.
    """
    clock = board.clock
    seconds = min(seconds, clock.left)
    if seconds <= 0:
        return "unknown"
    proto = math_opt_proto(linear, goal, board.sense > 0, fixed)
    model = mathopt.Model.from_model_proto(proto)
    variables = sorted(model.variables(), key=lambda v: v.id)
    interrupter = SolveInterrupter()
    ticket = clock.register(interrupter.interrupt)
    parameters = mathopt.SolveParameters(
        time_limit=datetime.timedelta(seconds=seconds), threads=1, random_seed=seed
    )
    if settings is not None:
        settings(parameters)
    model_parameters = mathopt.ModelSolveParameters()
    if hint is not None:
        values = dict(zip(variables, hint.tolist(), strict=True))
        model_parameters.solution_hints.append(mathopt.SolutionHint(variable_values=values))

    def array(solution: dict[mathopt.Variable, float]) -> Ints:
        out = np.zeros(len(variables), dtype=np.int64)
        for variable, value in solution.items():
            out[variable.id] = round(value)
        return out

    try:
        result = mathopt.solve(
            model,
            mathopt.SolverType.GSCIP,
            params=parameters,
            model_params=model_parameters,
            interrupter=interrupter,
        )
    finally:
        clock.release(ticket)
    reason = result.termination.reason
    if reason in (
        mathopt.TerminationReason.INFEASIBLE,
        mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,
    ):
        return "infeasible"
    if result.solutions:
        for solution in result.solutions:
            if solution.primal_solution is not None:
                offer(array(solution.primal_solution.variable_values))
    if prove:
        board.tighten(result.termination.objective_bounds.dual_bound + constant)
    if reason == mathopt.TerminationReason.OPTIMAL:
        return "optimal"
    return "feasible" if result.solutions else "unknown"
