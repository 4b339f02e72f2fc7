"""Placement only: everything is mandatory and the whole must end as early as possible.

The (multi-project, multi-mode) resource-constrained project scheduling problem. A first plan by
serial schedule generation (Kolisch 1996); CP-SAT on interval variables, alone at first, so that
what is easy ends at once; then beside it a compiled population
(`portulan_core.arbitrage.populations`), and for small projects a proof by branching
(`portulan_core.arbitrage.branching`).
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from portulan_core.arbitrage import branching, populations
from portulan_core.arbitrage.compiled import Ints
from portulan_core.arbitrage.modes import broken, essential, translated
from portulan_core.arbitrage.problem import Goal, Item, Mode, Placement, Problem, Resource
from portulan_core.arbitrage.race import Board

AT_ONCE, SHORT, LONG = 0.04, 0.15, 0.4
"""Shares of the time: the first look, and the ends of the first two rounds beside a population."""
CLOSE = 0.02
"""With a gap below, the proof is worth more than a second population."""
GLANCE, PATIENT = 0.12, 0.6
"""With several modes, the ends of the first two rounds: learning is lost between them."""
HOPE = 0.2
"""With a gap above and several modes, a second population is worth more than the proof."""
QUICK = 0.3
"""Seconds of a population where a proof comes after it."""
LEAN = ("no_lp", "quick_restart_no_lp", "default_lp", "objective_lb_search_no_lp", "max_lp")
"""CP-SAT's searches that take part in a proof, by rank (each worker more takes one more)."""
GRACE = 0.15
"""Seconds to wait for a thread that was told to stop."""


def applies(problem: Problem) -> bool:
    """Whether a problem is placement only, in the form that interval variables express."""
    if [g.measure for g in problem.goals] != ["makespan"] or not problem.items:
        return False
    if problem.may_end_after or problem.guardrails or problem.max_changes is not None:
        return False
    if any(g.kind == "exclusive" for g in problem.groups):
        return False
    if any(e.periods is not None for e in problem.envelopes):
        return False
    for item in problem.items:
        if not item.mandatory or item.excluded:
            return False
        fixed = item.present is not None and (item.started or not item.movable)
        if fixed and item.present is not None and item.present.start < 0:
            return False
        for mode in item.modes:
            if any(len(row) > mode.duration for row in mode.effort.values()):
                return False
            # A milestone at the very end is outside the periods: so is what it costs.
            if any(len(row) > mode.duration and any(row) for row in mode.cost.values()):
                return False
            if fixed and problem.window(item, mode):
                start = problem.window(item, mode)[0]
                if start + mode.duration > problem.periods:
                    return False
    return True


@dataclass(slots=True)
class Network:
    """Activities in index form. ``links[j]``: (predecessor, lag, from its end)."""

    durations: list[int]
    demands: list[list[tuple[int, tuple[int, ...]]]]
    before: list[list[tuple[int, int, bool]]]
    after: list[list[int]]
    earliest: list[int]
    latest: list[int]
    capacity: Ints


def network(problem: Problem, modes: list[int]) -> Network:
    """The activities of a problem once the mode of each is chosen."""
    index = {item.key: i for i, item in enumerate(problem.items)}
    rows = {r.key: n for n, r in enumerate(problem.resources)}
    before: list[list[tuple[int, int, bool]]] = [[] for _ in problem.items]
    after: list[list[int]] = [[] for _ in problem.items]
    for link in problem.precedences:
        a, b = index[link.before], index[link.after]
        before[b].append((a, link.lag, link.link == "finish_to_start"))
        after[a].append(b)
    chosen = [item.modes[m] for item, m in zip(problem.items, modes, strict=True)]
    windows = [problem.window(item, mode) for item, mode in zip(problem.items, chosen, strict=True)]
    return Network(
        durations=[mode.duration for mode in chosen],
        demands=[[(rows[k], v) for k, v in mode.effort.items() if any(v)] for mode in chosen],
        before=before,
        after=after,
        earliest=[w[0] if w else 0 for w in windows],
        latest=[w[-1] if w else -1 for w in windows],
        capacity=np.array([r.capacity for r in problem.resources], dtype=np.int64).reshape(
            len(problem.resources), problem.periods
        ),
    )


def order_of(net: Network) -> list[int] | None:
    """Activities, each after those that come before it; None when they go round in a circle."""
    waiting = [len({a for a, _, _ in rows}) for rows in net.before]
    ready = [j for j, n in enumerate(waiting) if n == 0]
    out = []
    while ready:
        j = ready.pop()
        out.append(j)
        for k in set(net.after[j]):
            waiting[k] -= 1
            if waiting[k] == 0:
                ready.append(k)
    return out if len(out) == len(waiting) else None


def tails(net: Network, order: list[int]) -> list[int]:
    """The longest time from the start of each activity to the end of all."""
    out = list(net.durations)
    for j in reversed(order):
        for a, lag, from_end in net.before[j]:
            step = (net.durations[a] if from_end else 0) + lag
            out[a] = max(out[a], step + out[j])
    return out


def serial(net: Network, priority: list[float], deadline: float = math.inf) -> list[int] | None:
    """Each activity at its first feasible start, by priority; None if one finds no room.

    None also when it is not over by the deadline (monotonic).
    """
    n = len(net.durations)
    free = net.capacity.copy()
    waiting = [len({a for a, _, _ in rows}) for rows in net.before]
    ready = {j for j in range(n) if waiting[j] == 0}
    starts = [-1] * n
    while ready:
        if time.monotonic() > deadline:
            return None
        j = min(ready, key=lambda k: (priority[k], k))
        ready.discard(j)
        start = net.earliest[j]
        for a, lag, from_end in net.before[j]:
            start = max(start, starts[a] + (net.durations[a] if from_end else 0) + lag)
        placed = first_room(net, free, j, start)
        if placed is None or placed > net.latest[j]:
            return None
        starts[j] = placed
        for row, amounts in net.demands[j]:
            free[row, placed : placed + len(amounts)] -= np.asarray(amounts)
        for k in set(net.after[j]):
            waiting[k] -= 1
            if waiting[k] == 0:
                ready.add(k)
    return starts if min(starts, default=0) >= 0 else None


def first_room(net: Network, free: Ints, j: int, start: int) -> int | None:
    """The first start at or after ``start`` with room for activity j."""
    horizon = free.shape[1]
    length = net.durations[j]
    while start + length <= horizon:
        jump = start
        for row, amounts in net.demands[j]:
            short = np.flatnonzero(free[row, start : start + len(amounts)] < amounts)
            if len(short):
                # Flat demands may skip past the last shortage; shaped ones move by one.
                flat = min(amounts) == max(amounts)
                jump = max(jump, start + (int(short[-1]) + 1 if flat else 1))
        if jump == start:
            return start
        start = jump
    return None


def mirrored(net: Network, span: int) -> Network:
    """The same activities with time turned round, for justification."""
    n = len(net.durations)
    before: list[list[tuple[int, int, bool]]] = [[] for _ in range(n)]
    after: list[list[int]] = [[] for _ in range(n)]
    for j in range(n):
        for a, lag, from_end in net.before[j]:
            # start_j >= start_a + d_a + lag, read from the other end of time, is the same rule
            # with a after j; from start to start, the lag loses the duration of a.
            shift = lag if from_end else lag - net.durations[a]
            before[a].append((j, shift, True))
            after[j].append(a)
    return Network(
        durations=net.durations,
        demands=[[(r, tuple(reversed(v))) for r, v in rows] for rows in net.demands],
        before=before,
        after=after,
        earliest=[
            max(0, span - d - late) for d, late in zip(net.durations, net.latest, strict=True)
        ],
        latest=[span - d - early for d, early in zip(net.durations, net.earliest, strict=True)],
        capacity=np.ascontiguousarray(net.capacity[:, :span][:, ::-1]),
    )


def justified(net: Network, starts: list[int], deadline: float = math.inf) -> list[int]:
    """Push all to the right, then to the left, while that is shorter (double justification).

    At the deadline (monotonic) the best so far comes back.
    """
    best = starts
    while True:
        ends = [s + d for s, d in zip(best, net.durations, strict=True)]
        span = max(ends, default=0)
        back = mirrored(net, span)
        right = serial(back, [-float(e) for e in ends], deadline)
        if right is None:
            return best
        begins = [span - s - d for s, d in zip(right, net.durations, strict=True)]
        left = serial(net, [float(b) for b in begins], deadline)
        if left is None:
            return best
        new = max((s + d for s, d in zip(left, net.durations, strict=True)), default=0)
        if new >= span:
            return best
        best = left


def simple_bound(problem: Problem) -> int:
    """No plan ends before this: the longest chain, and the work of each resource over its capacity.

    The work of the activities whose head (or tail) is at least h cannot begin before h (or ends
    that long before the end): the best over all h. Modes count by their least duration and work.
    """
    shortest = [
        min(range(len(i.modes)), key=lambda m, i=i: i.modes[m].duration)  # type: ignore[misc]
        for i in problem.items
    ]
    net = network(problem, shortest)
    order = order_of(net)
    if order is None:
        return 0
    tail = tails(net, order)
    head = list(net.earliest)
    for j in order:
        for a, lag, from_end in net.before[j]:
            head[j] = max(head[j], head[a] + (net.durations[a] if from_end else 0) + lag)
    bound = max((h + t for h, t in zip(head, tail, strict=True)), default=0)
    after = [t - d for t, d in zip(tail, net.durations, strict=True)]
    for resource in problem.resources:
        most = max(resource.capacity, default=0)
        if most <= 0:
            continue
        work = [
            min(sum(mode.effort.get(resource.key, ())) for mode in item.modes)
            for item in problem.items
        ]
        busy = [j for j, w in enumerate(work) if w]
        for own, other in ((head, after), (after, head)):
            total, least = 0, 10**9
            for j in sorted(busy, key=lambda j: -own[j]):
                total += work[j]
                least = min(least, other[j])
                bound = max(bound, own[j] - (-total // most) + least)
    return bound


def first_plans(
    problem: Problem,
    board: Board,
    offer: Callable[[dict[str, Placement], int], object],
    seconds: float,
    seed: int,
    most: int,
) -> None:
    """Random biased priorities with justification, at most so many, until the time is over."""
    until = time.monotonic() + seconds
    # Something to begin with is worth more than the time it was meant to take.
    latest = time.monotonic() + max(1.0, 5 * seconds)
    modes = [
        min(range(len(i.modes)), key=lambda m, i=i: i.modes[m].duration)  # type: ignore[misc]
        for i in problem.items
    ]
    net = network(problem, modes)
    order = order_of(net)
    if order is None:
        return
    tail = tails(net, order)
    draw = random.Random(seed)
    base = [-float(t) for t in tail]
    noise = 0.0
    for _ in range(most):
        spread = noise * max(tail, default=1)
        priority = [b + draw.uniform(-spread, spread) for b in base]
        starts = serial(net, priority, latest)
        if starts is not None:
            starts = justified(net, starts, until)
            span = max((s + d for s, d in zip(starts, net.durations, strict=True)), default=0)
            offer(
                {
                    item.key: Placement(item.modes[m].key, s)
                    for item, m, s in zip(problem.items, modes, starts, strict=True)
                },
                span,
            )
        noise = draw.choice((0.05, 0.1, 0.2, 0.4))
        if time.monotonic() >= until or board.done:
            return


def run_intervals(
    problem: Problem,
    board: Board,
    offer: Callable[[dict[str, Placement], int], object],
    seconds: float,
    workers: int,
    seed: int,
    hint: dict[str, Placement] | None,
    lean: bool = False,
) -> str:
    """CP-SAT on interval variables; as `engines.run_cp_sat`.

    ``lean``: all workers learn clauses and none solves linear relaxations or looks around the best
    plan, which proves several modes three times as fast where plans come from elsewhere.
    """
    clock = board.clock
    model = cp_model.CpModel()
    horizon = problem.periods
    if board.value is not None:
        horizon = min(horizon, int(board.value))
    starts: dict[str, cp_model.IntVar] = {}
    ends: dict[str, cp_model.LinearExprT] = {}
    picks: dict[str, list[tuple[str, cp_model.IntVar | int]]] = {}
    loads: Loads = {r.key: [] for r in problem.resources}
    open_ends: dict[str, cp_model.IntVar] = {}
    told: dict[str, list[tuple[cp_model.IntVar, dict[str, int]]]] = {
        item.key: [] for item in problem.items
    }
    spent: dict[str, list[tuple[int, cp_model.IntVar | int]]] = {}
    for item in problem.items:
        windows = [(mode, problem.window(item, mode)) for mode in item.modes]
        windows = [(mode, w) for mode, w in windows if w]
        if not windows:
            return "infeasible"
        low = min(w[0] for _, w in windows)
        high = min(max(w[-1] for _, w in windows), horizon)
        if low > high:
            high = low
        start = model.new_int_var(low, high, "")
        starts[item.key] = start
        several = len(windows) > 1
        literals = [model.new_bool_var("") if several else 1 for _ in windows]
        picks[item.key] = [(m.key, x) for (m, _), x in zip(windows, literals, strict=True)]
        level = several and all(is_level(mode) for mode, _ in windows)
        if level:
            chosen = [(mode, x) for (mode, _), x in zip(windows, literals, strict=True)]
            end = one_interval(model, start, horizon, chosen, loads, told[item.key])
            ends[item.key] = open_ends[item.key] = end
        elif several:
            ends[item.key] = start + sum(
                m.duration * x for (m, _), x in zip(windows, literals, strict=True)
            )
        else:
            ends[item.key] = start + windows[0][0].duration
        if several:
            model.add_exactly_one(literals)
        for (mode, window), literal in zip(windows, literals, strict=True):
            # That it ends by the horizon is said by its end.
            narrow = window[0] > low or window[-1] < min(high, horizon - mode.duration)
            if several and narrow:
                model.add_linear_constraint(start, window[0], window[-1]).only_enforce_if(literal)
            for key, amounts in mode.effort.items() if not level else ():
                for offset, length, amount in segments(amounts):
                    if several:
                        part = model.new_optional_fixed_size_interval_var(
                            start + offset, length, literal, ""
                        )
                    else:
                        part = model.new_fixed_size_interval_var(start + offset, length, "")
                    loads[key].append((part, amount))
            for account, amounts in mode.cost.items():
                spent.setdefault(account, []).append((sum(amounts), literal))
    for resource in problem.resources:
        most = max(resource.capacity)
        parts = loads[resource.key]
        blocks: list[tuple[cp_model.IntervalVar, cp_model.LinearExprT]] = [
            (model.new_fixed_size_interval_var(first, length, ""), most - level)
            for first, length, level in segments(resource.capacity, zeros=True)
            if level < most and first < horizon
        ]
        if parts:
            rows = parts + blocks
            model.add_cumulative([r for r, _ in rows], [d for _, d in rows], most)
    for envelope in problem.envelopes:
        terms = [a * x for account in envelope.accounts for a, x in spent.get(account, [])]
        if terms:
            total = sum(terms)
            if envelope.ceiling is not None:
                model.add(total <= envelope.ceiling)
            if envelope.floor is not None:
                model.add(total >= envelope.floor)
        elif (envelope.floor or 0) > 0 or (envelope.ceiling or 0) < 0:
            return "infeasible"
    for link in problem.precedences:
        ready = ends[link.before] if link.link == "finish_to_start" else starts[link.before]
        model.add(starts[link.after] >= ready + link.lag)
    span = model.new_int_var(0, horizon, "")
    for over in ends.values():
        model.add(span >= over)
    model.minimize(span)
    if hint is not None:
        for key, placed in hint.items():
            model.add_hint(starts[key], placed.start)
            for mode_key, literal in picks[key]:
                if not isinstance(literal, int):
                    model.add_hint(literal, mode_key == placed.mode)
            for variable, values in told[key]:
                model.add_hint(variable, values.get(placed.mode, 0))
            if key in open_ends:
                length = problem.item(key).mode(placed.mode).duration
                model.add_hint(open_ends[key], placed.start + length)
        if board.value is not None:
            model.add_hint(span, int(board.value))

    def read(value: Callable[[cp_model.LinearExprT], int]) -> dict[str, Placement]:
        out = {}
        for item in problem.items:
            mode = next(m for m, x in picks[item.key] if isinstance(x, int) or value(x))
            out[item.key] = Placement(mode, value(starts[item.key]))
        return out

    class Watcher(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            offer(read(self.value), int(self.objective_value))
            if board.proven:
                self.stop_search()

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = min(seconds, clock.left)
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    if lean and workers == 1:
        solver.parameters.linearization_level = 0
    elif lean:
        solver.parameters.subsolvers.extend(LEAN[:workers])

    def tighten(bound: float) -> None:
        board.tighten(bound)

    solver.best_bound_callback = tighten
    ticket = clock.register(solver.stop_search)
    try:
        status = solver.solve(model, Watcher())
    finally:
        clock.release(ticket)
    if status == cp_model.INFEASIBLE:
        return "infeasible"
    if status == cp_model.MODEL_INVALID:
        raise RuntimeError(model.validate())
    if status != cp_model.UNKNOWN:
        board.tighten(solver.best_objective_bound)
    return "optimal" if status == cp_model.OPTIMAL else "feasible"


Loads = dict[str, list[tuple[cp_model.IntervalVar, cp_model.LinearExprT]]]
"""What uses a resource: intervals and how much each takes, by key of the resource."""


def is_level(mode: Mode) -> bool:
    """Whether a mode asks the same of each resource in all its periods."""
    return all(
        not any(row) or (len(row) == mode.duration and len(set(row)) == 1)
        for row in mode.effort.values()
    )


def one_interval(
    model: cp_model.CpModel,
    start: cp_model.IntVar,
    horizon: int,
    chosen: list[tuple[Mode, cp_model.IntVar | int]],
    loads: Loads,
    told: list[tuple[cp_model.IntVar, dict[str, int]]],
) -> cp_model.IntVar:
    """An item whose modes are all level: one interval of unknown length and demand; its end.

    What the least of the modes uses is thus seen while the mode is open, which proves far more.
    ``told`` gets the variables that follow from the mode, with their values by its key.
    """

    def one_of(values: list[int]) -> cp_model.LinearExprT:
        """The value of the mode that is taken."""
        if len(set(values)) == 1:
            return values[0]
        out = model.new_int_var_from_domain(cp_model.Domain.from_values(values), "")
        for value, (_, literal) in zip(values, chosen, strict=True):
            model.add(out == value).only_enforce_if(literal)
        model.add(out == sum(v * x for v, (_, x) in zip(values, chosen, strict=True)))
        told.append((out, {mode.key: v for v, (mode, _) in zip(values, chosen, strict=True)}))
        return out

    length = one_of([mode.duration for mode, _ in chosen])
    end = model.new_int_var(0, max(horizon, 0), "")
    interval = model.new_interval_var(start, length, end, "")
    for key, rows in loads.items():
        levels = [max(mode.effort.get(key, ()), default=0) for mode, _ in chosen]
        if any(levels):
            rows.append((interval, one_of(levels)))
    return end


def segments(amounts: tuple[int, ...], zeros: bool = False) -> list[tuple[int, int, int]]:
    """A profile as (offset, length, level); levels of 0 are left out unless asked."""
    out: list[tuple[int, int, int]] = []
    for t, amount in enumerate(amounts):
        if out and out[-1][2] == amount and out[-1][0] + out[-1][1] == t:
            out[-1] = (out[-1][0], out[-1][1] + 1, amount)
        else:
            out.append((t, 1, amount))
    return [s for s in out if zeros or s[2]]


def schedule(
    problem: Problem,
    board: Board,
    seconds: float,
    workers: int,
    seed: int,
    start: dict[str, Placement] | None = None,
) -> str:
    """Place everything as early as possible; the board holds placements by key.

    Returns what was used. Links that lists do not express (from start to start, negative lags) are
    left to CP-SAT.
    """

    def offer(plan: dict[str, Placement], span: int) -> None:
        board.offer(plan, span)

    if start is not None:
        ends = [p.start + problem.item(k).mode(p.mode).duration for k, p in start.items()]
        offer(start, max([0, *ends]))
    if broken(problem):
        board.infeasible = True
        return "schedule generation"
    whole, problem = problem, essential(problem)
    run = _Run(whole, problem, board, offer, seconds, workers, seed)
    board.tighten(float(simple_bound(problem)))
    compiled = populations.serves(problem)
    if not problem.envelopes:
        first = 1 if compiled else max(10, len(problem.items))
        first_plans(problem, board, offer, min(0.1 * seconds, 2.0), seed, first)
    if board.done:
        return "schedule generation"
    if not compiled:
        run.intervals(1.0, workers)
        return "intervals"
    # What is easy ends here, before anything compiled is loaded.
    run.intervals(AT_ONCE, workers)
    if board.stopped():
        return "intervals"
    run.share()
    return "population and intervals"


def prepare() -> None:
    """Load the compiled searches (in a fresh installation: compile them, half a minute).

    Not needed, though without it the first problems of a process have less time for them.
    """
    items = tuple(Item(str(n), (Mode(effort={"r": (1,)}),), mandatory=True) for n in range(2))
    problem = Problem(2, items, (Resource("r", (1, 1)),), goals=(Goal("makespan"),))
    far = time.monotonic() + 600.0
    population = populations.Population(problem, 2, 0)
    population.run(lambda plan, span: None, far, lambda: False, generations=2)
    branching.Proof(problem, 3).run(lambda plan, span: None, far, lambda: False)


class _Run:
    """The solvers of one call of `schedule`."""

    def __init__(
        self,
        whole: Problem,
        problem: Problem,
        board: Board,
        offer: Callable[[dict[str, Placement], int], object],
        seconds: float,
        workers: int,
        seed: int,
    ) -> None:
        self.whole = whole
        self.problem = problem
        self.board = board
        self.offer = offer
        self.begun = time.monotonic()
        self.seconds = seconds
        self.workers = workers
        self.seed = seed
        self.loaded = False
        self.released = False
        self.several = any(len(item.modes) > 1 for item in problem.items)
        self.lean = self.several and populations.serves(problem)

    def until(self, share: float) -> float:
        """When that share of the time is over."""
        return self.begun + share * self.seconds

    def held(self) -> dict[str, Placement] | None:
        """The best plan, in modes that were kept."""
        best = self.board.best
        if not isinstance(best, dict) or self.problem is self.whole:
            return best if isinstance(best, dict) else None
        return translated(self.whole, self.problem, best)

    def intervals(self, share: float, workers: int, lean: bool | None = None) -> None:
        """CP-SAT until then, from the best plan so far."""
        board = self.board
        left = self.until(share) - time.monotonic()
        if left <= 0 or board.done:
            return
        lean = self.lean if lean is None else lean
        status = run_intervals(
            self.problem, board, self.offer, left, workers, self.seed, self.held(), lean
        )
        if status == "infeasible":
            if board.best is None:
                board.infeasible = True
            else:
                board.tighten(float(board.value or 0))
            board.clock.interrupt()

    def share(self) -> None:
        """A population on one thread, and CP-SAT on the others; small projects: then a proof."""
        small = branching.serves(self.problem)
        if self.workers == 1:
            with _Beside(lambda: self.populate(LONG, small)) as side:
                side.join(self.until(LONG))
            self.intervals(1.0, 1)
            return
        if self.several:
            self.modal()
            return
        with _Beside(lambda: self.populate(1.0, small)):
            quick = AT_ONCE + (QUICK if small else 0.0) / max(QUICK, self.seconds)
            for share in (quick, SHORT, LONG):
                self.intervals(share, self.workers - 1)
                if small and self.loaded:
                    self.alone(lambda: self.prove(1.0, mirrored=True))
                    return
            if self.gap() < CLOSE or not self.loaded:
                self.intervals(1.0, self.workers - 1)
            else:
                self.second(small)

    def second(self, small: bool) -> None:
        """A second population beside the first, and CP-SAT on what workers are left."""
        if self.workers == 2:
            self.alone(lambda: self.populate(1.0, small, 1))
            return
        with _Beside(lambda: self.populate(1.0, small, 1)):
            self.intervals(1.0, self.workers - 2)

    def modal(self) -> None:
        """Several modes: the proof takes over from the population where it may end."""
        others = self.workers - 1
        with _Beside(lambda: self.populate(1.0, False)):
            # The relaxation's bounds are the better ones for what will not be proven.
            self.intervals(GLANCE, others, lean=False)
            self.intervals(PATIENT, others)
            if self.gap() > HOPE and self.loaded:
                self.second(False)
                return
            self.released = True
        self.intervals(1.0, self.workers)

    def alone(self, function: Callable[[], None]) -> None:
        """Run a function to the end of the time, though without waiting for a compiler."""
        with _Beside(function) as side:
            side.join(self.until(1.0))

    def gap(self) -> float:
        """What may still be gained, as a share of the best span (1 when there is no plan)."""
        value, bound = self.board.value, self.board.bound
        return 1.0 if not value or bound is None else (value - bound) / value

    def populate(self, share: float, small: bool, other: int = 0) -> None:
        """A population until then; where ``small``, a proof soon takes its place.

        ``other`` is added to the seed, for a second one beside the first.
        """
        board = self.board
        population = populations.Population(self.problem, self.horizon(), self.seed + 1000 * other)

        def news() -> dict[str, Placement] | None:
            held = population.span
            if board.value is None or (held is not None and held <= board.value):
                return None
            return self.held()

        def stopped() -> bool:
            return self.released or board.stopped()

        population.run(self.offer, self.until(share), stopped, news, generations=2)
        self.loaded = True
        until = self.until(share)
        end = min(until, time.monotonic() + QUICK) if small else until
        population.run(self.offer, end, stopped, news)
        if small:
            self.prove(share, mirrored=False)

    def prove(self, share: float, mirrored: bool) -> None:
        """Branch until then; when that ends, nothing is shorter than the best plan."""
        board = self.board
        if board.done:
            return
        span = self.horizon() + 1 if board.value is None else board.value
        proof = branching.Proof(self.problem, span, mirrored)
        over = proof.run(
            self.offer,
            self.until(share),
            board.stopped,
            lambda: board.value,
            int(board.bound or 0),
        )
        if over and board.value is not None:
            board.tighten(float(board.value))

    def horizon(self) -> int:
        """Plans that end later are not even parents of good ones."""
        if self.board.value is None:
            return self.problem.periods
        return min(self.problem.periods, self.board.value * 5 // 4 + 20)


class _Beside:
    """A function on a thread of its own; leaving waits for it, though not for a compiler."""

    def __init__(self, function: Callable[[], None]) -> None:
        self.error: Exception | None = None

        def work() -> None:
            try:
                function()
            except Exception as error:
                self.error = error

        self.thread = threading.Thread(target=work, name="arbitrage-population", daemon=True)

    def __enter__(self) -> _Beside:
        self.thread.start()
        return self

    def join(self, until: float) -> None:
        """Wait until it ends or time is over."""
        self.thread.join(max(0.0, until - time.monotonic()))

    def __exit__(self, *raised: object) -> None:
        self.thread.join(GRACE)
        if self.error is not None and raised[0] is None:
            raise self.error
