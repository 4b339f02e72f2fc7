"""The one door of arbitration: `solve` a problem within a time limit, any time, with a proof.

Which solver does what was chosen by measurement: see ``docs/methods/arbitration.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np

from portulan_core.arbitrage import measure, scheduling
from portulan_core.arbitrage.compiled import Compiled, Row, compile_problem
from portulan_core.arbitrage.engines import run_cp_sat, whole
from portulan_core.arbitrage.greedy import place_in_order, priorities
from portulan_core.arbitrage.linear import INF, Linear, goal_terms, linear_program
from portulan_core.arbitrage.problem import BASIS, Placement, Problem
from portulan_core.arbitrage.race import Board, Clock, Progress
from portulan_core.arbitrage.result import GoalResult, Incumbent, Result
from portulan_core.arbitrage.strategy import optimise
from portulan_core.arbitrage.verify import violations

POLL = 0.05


def solve(
    problem: Problem,
    time_limit: float = 10.0,
    workers: int = 2,
    seed: int = 0,
    progress: Callable[[Progress], object] | None = None,
    should_stop: Callable[[], bool] | None = None,
    start: Mapping[str, Placement] | None = None,
) -> Result:
    """The best plan found within ``time_limit`` seconds, with the bound that is proven.

    ``workers``: threads used at once. ``progress`` is called with a `Progress` when something
    changes, ``should_stop`` about twenty times a second, both from the calling thread; when it
    returns true the best plan so far comes back. ``start``: a plan to begin from (kept if nothing
    better is found and if it is feasible). The same seed gives the same search; when the time
    limit cuts it, the machine's speed shows. `ProblemError` when the problem does not hold.
    """
    problem.check()
    clock = Clock(time_limit)
    run = _Run(problem, clock, max(1, workers), seed, start)
    if progress is None and should_stop is None:
        run.work()
        return run.result()
    seen = 0

    def tell(progress: Callable[[Progress], object]) -> None:
        last = run.log[-1]
        progress(Progress(clock.seconds, last.value, last.bound, len(run.goals)))

    with ThreadPoolExecutor(1, thread_name_prefix="arbitrage") as pool:
        work = pool.submit(run.work)
        try:
            while not wait([work], timeout=POLL).done:
                if should_stop is not None and not clock.stopped and should_stop():
                    clock.stop()
                if progress is not None and len(run.log) > seen:
                    seen = len(run.log)
                    tell(progress)
            work.result()
            if progress is not None and len(run.log) > seen:
                tell(progress)
        except BaseException:
            # A caller that gives up, or is interrupted, does not wait for the time limit.
            clock.stop()
            raise
    return run.result()


class _Run:
    """One call of `solve`: the goals in turn, each with a board, on one program."""

    def __init__(
        self,
        problem: Problem,
        clock: Clock,
        workers: int,
        seed: int,
        start: Mapping[str, Placement] | None,
    ) -> None:
        self.problem = problem
        self.clock = clock
        self.workers = workers
        self.seed = seed
        self.start = start
        self.log: list[Incumbent] = []
        self.goals: list[tuple[float | None, bool]] = []
        self.plan: dict[str, Placement] | None = None
        self.infeasible = False
        self.method = ""

    def work(self) -> None:
        """Fill ``plan``, ``goals`` (bound and proof of each) and ``log``."""
        if self.problem.order == "lexicographic" and scheduling.applies(self.problem):
            self.place()
            return
        compiled = compile_problem(self.problem)
        linear = linear_program(compiled)
        best: dict[int, int] | None = None
        for options in self.starts(compiled):
            values = linear.complete(compiled, options)
            if linear.feasible(values):
                plan = compiled.placements(options)
                if best is None or measure.rank(self.problem, plan) > measure.rank(
                    self.problem, compiled.placements(best)
                ):
                    best = options
        terms = goal_terms(compiled, linear)
        for stage, (name, coefficients, constant, maximize) in enumerate(terms):
            board = Board(self.clock, 1 if maximize else -1, self.log if stage == 0 else [])
            if best is not None:
                held = linear.complete(compiled, best)
                board.offer(best, int(coefficients @ held) + constant)
            share = 1.0 if stage == len(terms) - 1 else 0.85
            self.method = (
                optimise(
                    compiled,
                    linear,
                    coefficients,
                    constant,
                    board,
                    name,
                    seconds=self.clock.left * share,
                    workers=self.workers,
                    seed=self.seed,
                )
                if stage == 0
                else self.refine(compiled, linear, coefficients, constant, board, self.later(stage))
            )
            if board.infeasible and stage == 0:
                self.infeasible = True
                return
            if board.best is None:
                return
            best = board.best  # type: ignore[assignment]  # boards here hold options
            assert best is not None and board.value is not None
            self.goals.append((board.bound, board.proven))
            kept = board.value - constant
            goal = self.problem.goals[min(stage, len(self.problem.goals) - 1)]
            slack = abs(board.value) * goal.tolerance // BASIS
            low, high = (kept - slack, INF) if maximize else (-INF, kept + slack)
            linear = linear.with_row(coefficients, low, high, Row("goal", name))
            self.plan = compiled.placements(best)
        if best is not None and self.later(len(terms) - 1) < 1.0 and not self.clock.stopped:
            # What a tolerance allowed to lose is won back where the later goals lose nothing by it.
            _name, coefficients, constant, maximize = terms[0]
            board = Board(self.clock, 1 if maximize else -1, [])
            held = linear.complete(compiled, best)
            board.offer(best, int(coefficients @ held) + constant)
            self.refine(compiled, linear, coefficients, constant, board, 1.0)
            best = board.best  # type: ignore[assignment]  # boards here hold options
            assert best is not None
        if best is not None:
            self.plan = compiled.placements(tidy(compiled, linear, best))

    def later(self, stage: int) -> float:
        """The share of what is left that a later goal may take: all, unless some is won back."""
        goals = self.problem.goals
        loose = self.problem.order == "lexicographic" and goals[0].tolerance and len(goals) > 1
        return 0.75 if loose and stage == len(goals) - 1 else 1.0

    def place(self) -> None:
        """Placement only: interval variables instead of options."""
        board = Board(self.clock, -1, self.log)
        start = dict(self.start) if self.start is not None else None
        if start is not None and violations(self.problem, start):
            start = None
        self.method = scheduling.schedule(
            self.problem, board, self.clock.left, self.workers, self.seed, start
        )
        self.infeasible = board.infeasible
        if isinstance(board.best, dict):
            self.goals.append((board.bound, board.proven))
            self.plan = {i.key: board.best[i.key] for i in self.problem.items}

    def refine(
        self,
        compiled: Compiled,
        linear: Linear,
        coefficients: object,
        constant: int,
        board: Board,
        share: float,
    ) -> str:
        """A later goal, the earlier ones held by rows: an exact search from the plan."""
        goal = np.asarray(coefficients)
        if not goal.any():
            board.tighten(float(constant), whole(float(constant)))
            return self.method
        hint = linear.complete(compiled, board.best)  # type: ignore[arg-type]

        def offer(values: object) -> None:
            from portulan_core.arbitrage.strategy import read_options

            options = read_options(compiled, np.asarray(values))
            full = linear.complete(compiled, options)
            if linear.feasible(full):
                board.offer(options, int(goal @ full) + constant)

        run_cp_sat(
            linear,
            goal,
            board,
            offer,
            constant=constant,
            seconds=self.clock.left * share,
            workers=self.workers,
            seed=self.seed,
            hint=hint,
        )
        return self.method

    def starts(self, compiled: Compiled) -> list[dict[int, int]]:
        """Plans to begin from: the caller's, the present one, the greedy one."""
        plans = []
        present = {i.key: i.present for i in self.problem.items if i.present and not i.excluded}
        for placements in (self.start, present):
            if placements is not None:
                options = compiled.selected(placements)
                if options is not None:
                    plans.append(options)
        plans.append(insistent(compiled))
        return plans

    def result(self) -> Result:
        """What was found, counted again by `measure` and checked by `verify`'s rules."""
        problem = self.problem
        seconds = round(self.clock.seconds, 3)
        log = tuple(self.log)
        if self.plan is None:
            status = "infeasible" if self.infeasible else "unknown"
            return Result(
                "infeasible" if status == "infeasible" else "unknown",
                bound=None,
                log=log,
                seconds=seconds,
                method=self.method,
                stopped=self.clock.stopped,
            )
        broken = violations(problem, self.plan)
        if broken:
            raise RuntimeError(f"the plan found breaks a rule: {broken[0]}")
        values = measure.goal_values(problem, self.plan)
        lexicographic = problem.order == "lexicographic"
        goals = []
        for index, (goal, value) in enumerate(zip(problem.goals, values, strict=True)):
            bound = None
            if lexicographic and index < len(self.goals):
                bound = self.goals[index][0]
            goals.append(GoalResult(goal.measure, value, bound))
        complete = len(self.goals) == (len(problem.goals) if lexicographic else 1)
        optimal = complete and all(proven for _, proven in self.goals)
        return Result(
            status="optimal" if optimal else "feasible",
            placements=self.plan,
            objective=measure.objective(problem, values),
            bound=self.goals[0][0] if self.goals else None,
            goals=tuple(goals),
            usage=measure.usage(problem, self.plan),
            log=log,
            seconds=seconds,
            method=self.method,
            stopped=self.clock.stopped,
        )


def insistent(compiled: Compiled, rounds: int = 20) -> dict[int, int]:
    """The greedy plan; mandatory items that found no room go first in the next try."""
    items = compiled.problem.items
    order = priorities(compiled)
    plan: dict[int, int] = {}
    for _ in range(rounds):
        plan = place_in_order(compiled, order)
        missed = [i for i in order if items[i].mandatory and i not in plan]
        if not missed:
            break
        late = set(missed)
        order = missed + [i for i in order if i not in late]
    return plan


def tidy(compiled: Compiled, linear: Linear, options: dict[int, int]) -> dict[int, int]:
    """The same plan with new items moved to earlier starts where that costs nothing."""
    values = linear.complete(compiled, options)
    if not linear.feasible(values):
        return options
    problem = compiled.problem
    plan = dict(options)
    before = measure.rank(problem, compiled.placements(plan))
    held = linear.activity(values)
    order = np.argsort(linear.entry_column, kind="stable")
    columns, rows = linear.entry_column[order], linear.entry_row[order].tolist()
    amounts = linear.entry_value[order].tolist()
    firsts = np.searchsorted(columns, np.arange(compiled.options + 1)).tolist()

    def entries(option: int) -> Iterable[tuple[int, int]]:
        span = slice(firsts[option], firsts[option + 1])
        return zip(rows[span], amounts[span], strict=True)

    for i, old in sorted(options.items(), key=lambda pair: int(compiled.start[pair[1]])):
        if problem.items[i].present is not None:
            continue
        for new in compiled.span(i):
            if (
                compiled.start[new] >= compiled.start[old]
                or compiled.mode[new] != compiled.mode[old]
            ):
                continue
            worse = (
                compiled.value[new] < compiled.value[old] or compiled.cost[new] > compiled.cost[old]
            )
            if worse:
                continue
            change: dict[int, int] = {}
            for row, value in entries(old):
                change[row] = change.get(row, 0) - value
            for row, value in entries(new):
                change[row] = change.get(row, 0) + value
            if all(linear.low[r] <= held[r] + d <= linear.high[r] for r, d in change.items()):
                for row, d in change.items():
                    held[row] += d
                plan[i] = new
                break
    after = measure.rank(problem, compiled.placements(plan))
    return plan if after >= before else options
