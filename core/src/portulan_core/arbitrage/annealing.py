"""Simulated annealing with ejections, compiled: millions of small changes to a feasible plan.

A move puts an item at a random option; what stands in its way (a full team or envelope, an item
that must come before or after) is moved or ejected, the least worthy for what they free first; then
the ejected ones and others that ask for what was freed go in where they are worth most. After each
move the plan holds in every limit (Kirkpatrick, Gelatt and Vecchi 1983; ejection chains, Glover
1996). What it finds is counted again by the caller.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from portulan_core.arbitrage.compiled import Compiled, Ints, compile_problem
from portulan_core.arbitrage.linear import Linear, linear_program
from portulan_core.arbitrage.problem import Goal, Item, Mode, Problem, Resource

SLICE = 0.05
"""Seconds between two looks at the clock."""
HEATS = (0.4, 0.25)
"""First temperatures that are tried, in usual worths of a chosen item."""
TRIAL = 0.12
"""Share of the time for each try; the better one gets what is left."""
FALL = 5.0
"""How many times colder the end is than the beginning."""
REFILLS = 8
"""Tries to fill what a move freed."""


def worths(c: Compiled, linear: Linear, goal: Ints, sense: int) -> Ints | None:
    """The worth of each option, or None where the goal is no sum over items and pairs."""
    if np.any(goal[linear.step]) or not c.options:
        return None
    worth = sense * goal[: c.options].copy()
    own = linear.chosen[c.item]
    apart = own >= c.options
    worth[apart] += sense * goal[own[apart]]
    return np.asarray(worth, dtype=np.int64)


_ready = threading.Event()
_loading = threading.Lock()
_loader: list[threading.Thread] = []


def load() -> threading.Event:
    """Set once the compiled moves are at hand; where they are not, they are got ready beside.

    From disk that takes a fraction of a second; in a fresh installation they are compiled, which
    takes ten seconds: no answer waits for it.
    """
    with _loading:
        if not _ready.is_set() and not _loader:
            thread = threading.Thread(target=prepare, name="arbitrage-load", daemon=True)
            _loader.append(thread)
            thread.start()
    return _ready


def prepare() -> None:
    """Load the compiled moves (or compile them)."""
    try:
        _run_once()
    finally:
        _ready.set()


def _run_once() -> None:
    items = tuple(Item(str(n), (Mode(effort={"r": (1,)}),), value=1) for n in range(2))
    c = compile_problem(Problem(2, items, (Resource("r", (1, 1)),), goals=(Goal("value"),)))
    linear = linear_program(c)
    goal, _ = linear.goal(c, "value")
    search = Annealing(c, linear, goal, c.value, 1, 0)
    search.put({0: 0})
    search.run(lambda plan: None, time.monotonic() + 600.0, lambda: False, moves=10)


class Annealing:
    """One search: tables of the problem, and the plan that moves. Reproducible from its seed."""

    def __init__(
        self, c: Compiled, linear: Linear, goal: Ints, worth: Ints, sense: int, seed: int
    ) -> None:
        from portulan_core.arbitrage import annealing_kernels as kernels

        self.c = c
        self.kernels = kernels
        count = len(c.problem.items)
        rows = [np.asarray(c.entry_row)]
        options = [np.asarray(c.entry_option)]
        amounts = [np.asarray(c.entry_amount)]
        limit = c.rhs.tolist()
        frozen = np.zeros(count, dtype=bool)
        for group in c.problem.groups:
            members = [c.index[key] for key in group.items]
            if group.kind != "exclusive":
                frozen[members] = True
                continue
            own = np.concatenate([np.arange(c.first[i], c.first[i + 1]) for i in members])
            rows.append(np.full(len(own), len(limit)))
            options.append(own)
            amounts.append(np.ones(len(own), dtype=np.int64))
            limit.append(1)
        row, option = np.concatenate(rows), np.concatenate(options)
        amount = np.concatenate(amounts)
        order = np.lexsort((row, option))
        row, option, amount = row[order], option[order], amount[order]
        by_row = np.argsort(row, kind="stable")
        before: list[list[tuple[int, int, int, int]]] = [[] for _ in range(count)]
        after: list[list[tuple[int, int, int, int]]] = [[] for _ in range(count)]
        for link in c.problem.precedences:
            a, b = c.index[link.before], c.index[link.after]
            rest = (link.lag, int(link.required), int(link.link == "finish_to_start"))
            before[b].append((a, *rest))
            after[a].append((b, *rest))
        pairs: list[list[tuple[int, int]]] = [[] for _ in range(count)]
        for column, synergy in zip(linear.synergy, c.problem.synergies, strict=True):
            if column >= 0:
                left, right = (c.index[key] for key in synergy.items)
                gain = sense * int(goal[column])
                pairs[left].append((right, gain))
                pairs[right].append((left, gain))
        entry_first = np.searchsorted(option, np.arange(c.options + 1))
        row_first = np.searchsorted(row[by_row], np.arange(len(limit) + 1))
        zeros = np.zeros(count + 1, dtype=np.int64)
        must = zeros.copy()
        must[:count] = [i.mandatory for i in c.problem.items]
        still = zeros.copy()
        still[:count] = frozen

        def with_end(column: Ints) -> Ints:
            return np.append(column, 0)

        self.signed = bool(np.any(amount < 0))
        self.worth = worth
        self.tables = kernels.Tables(
            options=_columns(*map(with_end, (c.item, worth, c.start, c.end)), entry_first),
            entries=_columns(row, amount, option),
            rows=_columns(row_first, with_end(np.asarray(limit, dtype=np.int64))),
            row_entries=by_row.astype(np.int64),
            items=_columns(c.first, _firsts(before), _firsts(after), _firsts(pairs), must, still),
            before=_table(before, 4),
            after=_table(after, 4),
            pairs=_table(pairs, 2),
        )
        self.state = kernels.State(
            plan=_columns(zeros[:-1] - 1, zeros[:-1] - 1, zeros[:-1]),
            use=np.zeros((len(limit), 2), dtype=np.int64),
            held=np.zeros(len(row) + 1, dtype=np.int64),
            place=np.zeros(len(row) + 1, dtype=np.int64),
            trail=np.zeros((1024, 2), dtype=np.int64),
            out=np.zeros(kernels.LONGEST + 1, dtype=np.int64),
            todo=np.zeros(kernels.LONGEST + 1, dtype=np.int64),
            numbers=np.zeros(5, dtype=np.int64),
            random=np.array([seed * 2654435761 + 88172645463325252], dtype=np.uint64),
        )
        self.moves = 0
        self.first: dict[int, int] = {}

    def put(self, options: dict[int, int]) -> None:
        """Begin from a plan that holds."""
        s, kernels = self.state, self.kernels
        for i in np.flatnonzero(s.plan[:, 0] >= 0).tolist():
            kernels.drop(self.tables, s, i)
        if not self.first:
            self.first = dict(options)
        for option in options.values():
            kernels.add(self.tables, s, option)
        if s.numbers[kernels.VALUE] > s.numbers[kernels.BEST] or not (s.plan[:, 1] >= 0).any():
            s.numbers[kernels.BEST] = s.numbers[kernels.VALUE]
            s.plan[:, 1] = s.plan[:, 0]

    @property
    def value(self) -> int:
        """The worth of the plan as it stands."""
        return int(self.state.numbers[self.kernels.VALUE])

    @property
    def best_value(self) -> int:
        """The worth of the best plan met."""
        return int(self.state.numbers[self.kernels.BEST])

    def best(self) -> dict[int, int]:
        """The best plan met: option by item index."""
        found = self.state.plan[:, 1]
        return {int(i): int(found[i]) for i in np.flatnonzero(found >= 0)}

    def usual(self) -> float:
        """The usual worth of a chosen item, the unit of temperatures."""
        chosen = self.state.plan[:, 0]
        worth = self.worth[chosen[chosen >= 0]] if (chosen >= 0).any() else self.worth
        return max(1e-9, float(np.abs(worth).mean()) if len(worth) else 1.0)

    def search(
        self,
        offer: Callable[[dict[int, int]], object],
        latest: Callable[[], dict[int, int] | None],
        until: float,
        stopped: Callable[[], bool],
    ) -> None:
        """Anneal until the deadline (monotonic): each of `HEATS` for a while, then the better one.

        ``offer`` gets each better plan, ``latest`` gives the best plan that anyone holds.
        """
        begun = time.monotonic()
        reached = []
        for number, heat in enumerate(HEATS):
            plan = latest() if number == 0 else self.first
            self.put(plan or {})
            end = begun + TRIAL * (number + 1) * (until - begun)
            reached.append((self.run(offer, end, stopped, heat), heat))
        self.put(latest() or self.best())
        self.run(offer, until, stopped, max(reached)[1])

    def run(
        self,
        offer: Callable[[dict[int, int]], object],
        until: float,
        stopped: Callable[[], bool],
        heat: float = HEATS[0],
        moves: int | None = None,
    ) -> int:
        """Cool down once from ``heat`` (in usual worths), until the deadline or over ``moves``.

        Returns the worth of the best plan of this run.
        """
        unit = self.usual()
        begun = time.monotonic()
        step, done, reached = 200, 0, self.value
        known = self.best_value
        while not stopped():
            now = time.monotonic()
            if moves is None:
                share = (now - begun) / max(1e-9, until - begun)
            else:
                share = done / max(1, moves)
            if now >= until or share >= 1:
                break
            degrees = unit * heat * FALL**-share
            self.kernels.anneal(self.tables, self.state, step, degrees, REFILLS, self.signed)
            done += step
            self.moves += step
            reached = max(reached, self.value)
            spent = max(time.monotonic() - now, 1e-6)
            if moves is None:
                step = int(np.clip(step * SLICE / spent, 50, 4 * step + 1))
            if self.best_value > known:
                reached = known = self.best_value
                offer(self.best())
        return reached


def _firsts(rows: list[list[Any]]) -> npt.NDArray[np.int64]:
    return np.cumsum([0, *[len(row) for row in rows]]).astype(np.int64)


def _columns(*columns: Ints) -> Ints:
    return np.ascontiguousarray(np.stack(columns, axis=1).astype(np.int64))


def _table(rows: list[list[Any]], width: int) -> npt.NDArray[np.int64]:
    flat = [entry for row in rows for entry in row]
    return np.asarray(flat, dtype=np.int64).reshape(len(flat), width)
