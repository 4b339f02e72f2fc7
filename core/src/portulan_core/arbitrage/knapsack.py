"""Choosing under several capacities at once: the multidimensional knapsack, and packings like it.

Two works beside each other. A search: populations of plans (Chu and Beasley 1998), and small cores
of good plans solved exactly. And a proof: planes with a given number of choices made (Vasquez
and Hao 2001; Boussier, Vasquez, Vimont, Hanafi and Michelon 2010), each with its own relaxation and
what its reduced costs fix, split further where the bound is widest, then searched depth first by a
dual simplex. The loops are in `knapsack_kernels`, loaded (and in a new installation compiled)
while CP-SAT works.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from portulan_core.arbitrage.compiled import Compiled, Ints
from portulan_core.arbitrage.engines import run_cp_sat
from portulan_core.arbitrage.linear import INF, Linear
from portulan_core.arbitrage.race import Board

if TYPE_CHECKING:
    from portulan_core.arbitrage.knapsack_kernels import Tree

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]

FEWEST = 40
"""Below so many choices, CP-SAT proves the optimum at once."""
MOST_ROWS = 160
"""With more limits than this, a table of the basis costs too much."""
DENSE = 2_000_000
"""Largest table of use (choices x limits)."""
POOL = 150
"""Plans of the genetic search."""
BATCH = 0.05
"""About so many seconds in compiled code before the clock is looked at."""
IDLE = 300_000
"""Children without a better plan before the population is drawn anew."""
MANNERS = ((0.0, 0), (0.02, 1), (0.01, 0), (0.05, 1), (0.0, 1))
"""Of populations in turn: noise on the order of worth, and whether kept children are improved."""
ELITE = 16
"""Plans shared by the searches."""
WORTH_PROVING = 0.25
"""Share of the distance that the proof has to close early to go on."""
SPREAD = 400
"""Parts that the proof is split into before it searches them to the end."""


@dataclass(slots=True)
class Packing:
    """``use · x ≤ limit``, 0/1, all use at least 0: most ``value``.

    ``use`` is rows x columns. ``forced``: columns held at 1 or 0 (-1: free).
    """

    value: Ints
    use: Ints
    limit: Ints
    forced: Ints


def packing(compiled: Compiled, linear: Linear, goal: Ints, sense: int) -> Packing | None:
    """The program as a packing of whole choices, or None where it is not one.

    Columns are the options; an item with several makes a row, as exclusive groups do; mandatory
    items with one option are held.
    """
    count = compiled.options
    several = [i for i in range(len(compiled.problem.items)) if len(compiled.span(i)) != 1]
    if sense < 0 or count < FEWEST or linear.columns != count + len(several):
        return None
    if len(several) and len(linear.synergy) and np.any(linear.synergy >= 0):
        return None
    if np.any(goal < 0) or np.any(goal[count:]):
        return None
    rows: list[dict[int, int]] = [{} for _ in range(len(linear.low))]
    spans = {int(linear.chosen[i]): compiled.span(i) for i in several}
    for row, column, amount in zip(
        linear.entry_row.tolist(),
        linear.entry_column.tolist(),
        linear.entry_value.tolist(),
        strict=True,
    ):
        # The variable "chosen" of an item with several options is their sum.
        for option in spans.get(column, (column,)):
            rows[row][option] = rows[row].get(option, 0) + amount
    forced = np.full(count, -1, dtype=np.int64)
    kept: list[tuple[dict[int, int], int]] = [
        (dict.fromkeys(span, 1), 1) for span in spans.values() if len(span) > 1
    ]
    for terms, low, high in zip(rows, linear.low.tolist(), linear.high.tolist(), strict=True):
        used = {column: amount for column, amount in terms.items() if amount}
        if low <= -INF:
            if high < 0 or min(used.values(), default=0) < 0:
                return None
            if used:
                kept.append((used, high))
        elif low == high == 1 and list(used.values()) == [1]:
            forced[next(iter(used))] = 1
        elif used or low > 0 or high < 0:
            # Another floor: not a packing.
            return None
    if not kept or len(kept) > MOST_ROWS or count * len(kept) > DENSE:
        return None
    if max(sum(used.values()) for used, _ in kept) > 2**60 or int(goal.sum()) > 2**60:
        return None
    use = np.zeros((len(kept), count), dtype=np.int64)
    for number, (used, _) in enumerate(kept):
        use[number, list(used)] = list(used.values())
    limit = np.minimum(np.array([high for _, high in kept], dtype=np.int64), use.sum(axis=1))
    if np.any(use[:, forced == 1].sum(axis=1) > limit):
        return None
    value = goal[:count].astype(np.int64)
    forced[(value == 0) & (forced < 0)] = 0
    return Packing(value, use, limit, forced)


_ready = threading.Event()
_loading = threading.Lock()
_loader: list[threading.Thread] = []


def load(done: Callable[[], object]) -> bool:
    """Whether the compiled loops are at hand; else they are got ready beside, then ``done``."""
    if _ready.is_set():
        return True
    with _loading:
        if not _loader:
            thread = threading.Thread(target=prepare, name="arbitrage-load", daemon=True)
            _loader.append(thread)
            thread.start()

    def wait() -> None:
        _ready.wait()
        done()

    threading.Thread(target=wait, name="arbitrage-wait", daemon=True).start()
    return False


def prepare() -> None:
    """Load the compiled loops (or compile them): each runs once on a packing of nothing much."""
    try:
        use = np.array([[2, 3, 4, 5]], dtype=np.int64)
        small = Packing(np.array([3, 4, 5, 6]), use, np.array([7]), np.full(4, -1))
        tree = grown(small, np.arange(4), (0, 4))
        from portulan_core.arbitrage import knapsack_kernels as kernels

        bound = kernels.settle(tree, -np.inf)
        kernels.tighten(tree, bound, 0.0)
        kernels.explore(tree, 1.0, 1000)
        Breeding(small, np.arange(4), np.full(4, 0.5), 1).run(10)
    finally:
        _ready.set()


def grown(packing: Packing, free: Ints, plane: tuple[int, int], held: Ints | None = None) -> Tree:
    """The tree of a packing over its ``free`` columns, ``held`` ones being chosen.

    ``plane``: between how many of the free columns are chosen, a row more.
    """
    from portulan_core.arbitrage import knapsack_kernels as kernels

    use = packing.use[:, free]
    top = packing.limit if held is None else packing.limit - packing.use[:, held].sum(axis=1)
    binding = use.sum(axis=1) > top
    use, top = use[binding], top[binding]
    n, m = len(free), len(use) + 1
    largest = np.maximum(use.max(axis=1, initial=1), 1).astype(float)
    scale = np.exp2(-np.ceil(np.log2(largest)))
    rows = np.ones((m, n))
    rows[:-1] = use * scale[:, None]
    limit = np.append(top * scale, float(plane[1]))
    span = np.append(np.full(m - 1, np.inf), float(plane[1] - plane[0]))
    value = packing.value[free]

    def zeros(*shape: int) -> Floats:
        return np.zeros(shape)

    tree = kernels.Tree(
        rows=rows,
        columns=np.ascontiguousarray(rows.T),
        worth=value.astype(float),
        limit=limit,
        span=span,
        use=np.ascontiguousarray(use.T),
        top=top.astype(np.int64),
        value=value.astype(np.int64),
        low=np.zeros(n, dtype=np.uint8),
        high=np.ones(n, dtype=np.uint8),
        side=np.zeros(n + m, dtype=np.uint8),
        basis=np.zeros(m, dtype=np.int64),
        inverse=zeros(m, m),
        reduced=zeros(n + m),
        inside=zeros(m),
        rest=zeros(m),
        entry=zeros(n + m),
        spare=zeros(n),
        trail=np.zeros(n + 1, dtype=np.int64),
        branch=np.zeros(n + 1, dtype=np.int64),
        first=np.zeros(n + 1, dtype=np.uint8),
        mark=np.zeros(n + 1, dtype=np.int64),
        meter=np.zeros(6, dtype=np.int64),
        best=np.array([0, -1], dtype=np.int64),
        plan=np.zeros(n, dtype=np.uint8),
    )
    kernels.restart(tree)
    return tree


def point_of(tree: Tree) -> Floats:
    """The point of the relaxation last solved."""
    n = tree.rows.shape[1]
    out = np.where(tree.low == tree.high, tree.low, tree.side[:n] == 1).astype(float)
    basic = tree.basis < n
    out[tree.basis[basic]] = tree.inside[basic]
    point: Floats = np.clip(out, 0.0, 1.0)
    return point


class Breeding:
    """A population over some columns of a packing; `run` makes children."""

    def __init__(
        self,
        packing: Packing,
        free: Ints,
        chance: Floats,
        seed: int,
        held: Ints | None = None,
        size: int = POOL,
    ) -> None:
        """``free`` stand from the most worthy to the least; ``chance`` is theirs to be chosen."""
        from portulan_core.arbitrage import knapsack_kernels as kernels

        random = np.random.default_rng(seed)
        self.kernels = kernels
        self.free = free
        limit = packing.limit
        self.limit = limit if held is None else limit - packing.use[:, held].sum(axis=1)
        # The scarcest limits first: they say soonest that a choice does not fit.
        use = packing.use[:, free]
        scarce = np.argsort(self.limit / np.maximum(use.sum(axis=1), 1), kind="stable")
        self.limit = self.limit[scarce]
        self.use: Ints = np.ascontiguousarray(use[scarce].T)
        self.value = packing.value[free]
        n = len(free)
        self.keys: Words = random.integers(1, 2**63, n).astype(np.uint64)
        self.state: Words = random.integers(1, 2**63, 1).astype(np.uint64)
        self.plans: Bytes = np.zeros((size, n), dtype=np.uint8)
        self.values: Ints = np.zeros(size, dtype=np.int64)
        self.hashes: Words = np.zeros(size, dtype=np.uint64)
        self.loads: Ints = np.zeros((size, self.use.shape[1]), dtype=np.int64)
        kernels.seed_plans(
            self.plans,
            self.values,
            self.hashes,
            self.loads,
            self.keys,
            self.state,
            self.use,
            self.limit,
            self.value,
            chance,
        )

    def take(self, plans: Bytes) -> None:
        """Known plans instead of the worst ones."""
        order = np.argsort(self.values, kind="stable")
        for slot, plan in zip(order.tolist(), plans, strict=False):
            self.plans[slot] = plan
            self.values[slot] = int(self.value @ plan.astype(np.int64))
            self.loads[slot] = plan.astype(np.int64) @ self.use
            self.hashes[slot] = np.bitwise_xor.reduce(self.keys[plan > 0], initial=np.uint64(0))

    def run(self, children: int, flips: int = 2, polish: int = 0) -> int:
        """So many children; returns how many came into the population."""
        return int(
            self.kernels.breed(
                self.plans,
                self.values,
                self.hashes,
                self.loads,
                self.keys,
                self.state,
                self.use,
                self.limit,
                self.value,
                children,
                flips,
                polish,
            )
        )


@dataclass(slots=True)
class Plane:
    """The packing with a given number of choices made; what its bound decides is held."""

    bound: float
    low: int
    high: int
    free: Ints
    held: Ints
    base: int


@dataclass
class Hunt:
    """What the works on one packing share: the relaxation, the best plans, the parts left."""

    packing: Packing
    board: Board
    constant: int
    offer: Callable[[Ints], object]
    seed: int
    until: float
    plans: list[tuple[int, Bytes]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    heap: list[tuple[float, int, Plane, Bytes, Bytes]] = field(default_factory=list)
    working: dict[int, float] = field(default_factory=dict)
    count: itertools.count[int] = field(default_factory=itertools.count)
    children: int = 0
    epochs: int = 0
    solved: int = 0
    work: float = 0.0
    started: bool = False
    finished: bool = False

    def __post_init__(self) -> None:
        """Solve the relaxation of the whole, and bound by it."""
        from portulan_core.arbitrage import knapsack_kernels as kernels

        self.kernels = kernels
        packing = self.packing
        self.free: Ints = np.flatnonzero(packing.forced < 0).astype(np.int64)
        self.held: Ints = np.flatnonzero(packing.forced == 1).astype(np.int64)
        self.base = int(packing.value[self.held].sum())
        total = float(packing.value.astype(float).sum())
        # Rounding of sums of so many terms, each at most the total (Higham 2002), twice over.
        size = packing.use.shape[0] + packing.use.shape[1] + 8
        self.error = 4.5e-16 * size * total + 1e-6
        usual = int(np.gcd.reduce(packing.value[self.free])) if len(self.free) else 1
        self.step = max(1.0, float(usual)) - self.error
        self.exact = self.step >= 0.5
        if not self.exact:
            self.step = self.error
        self.bound = -np.inf
        if not len(self.free):
            return
        tree = grown(packing, self.free, (0, len(self.free)), self.held)
        self.bound = float(kernels.settle(tree, -np.inf)) + self.base
        self.spare: Floats = tree.spare.copy()
        self.point: Floats = point_of(tree)
        m = tree.rows.shape[0] - 1
        prices = np.maximum(-tree.reduced[len(self.free) :][:m], 0.0)
        paid = tree.columns[:, :m] @ prices
        self.worth: Floats = tree.worth / np.maximum(paid, 1e-9 * max(1e-9, paid.max(initial=0)))
        self.told(self.bound)

    @property
    def value(self) -> int:
        """Value of the best plan, without the constant."""
        held = self.board.value
        return -1 if held is None else held - self.constant

    def over(self) -> bool:
        """Whether the works have to end."""
        return self.finished or self.board.done or time.monotonic() >= self.until

    def told(self, bound: float) -> None:
        """Put a bound on the board."""
        self.board.tighten(bound + self.constant, self.error)

    def note(self, plan: Bytes) -> None:
        """Keep a plan of all columns among the best, each once, and offer the best."""
        value = int(self.packing.value @ plan.astype(np.int64))
        with self.lock:
            if any(v == value and np.array_equal(plan, p) for v, p in self.plans):
                return
            better = value > self.value
            self.plans.append((value, plan))
            self.plans.sort(key=lambda row: -row[0])
            del self.plans[ELITE:]
        if better:
            self.offer(plan.astype(np.int64))

    def note_if_holds(self, plan: Bytes) -> None:
        """`note` a plan that may not hold."""
        if np.all(self.packing.use @ plan.astype(np.int64) <= self.packing.limit):
            self.note(plan)

    def whole(self, free: Ints, held: Ints, part: Bytes) -> Bytes:
        """A plan of all columns, from one of the free columns and the columns held."""
        out = np.zeros(len(self.packing.value), dtype=np.uint8)
        out[held] = 1
        out[free] = part
        return out

    def decided(self) -> tuple[Ints, Ints, Floats]:
        """(free, held, chance): what the relaxation and the best plan leave open, worthiest first.

        What is left out is in no better plan, and what is held in each (reduced costs).
        """
        room = self.bound - (self.value + self.step) + self.error
        one, zero = self.spare > room, -self.spare > room
        open_ = np.flatnonzero(~(one | zero))
        open_ = open_[np.argsort(-self.worth[open_], kind="stable")]
        held = np.concatenate([self.held, self.free[one]])
        return self.free[open_], held, self.point[open_]

    # The genetic search.

    def breed(self, stale: Callable[[], bool], shift: int = 0) -> None:
        """Populations one after the other, until the end or until ``stale``."""
        while not self.over() and not stale():
            epoch = self.epochs
            free, held, chance = self.decided()
            if not len(free):
                return
            # Orders of repair near the relaxation's, as each attracts to plans of its own.
            seed = self.seed + 1009 * epoch + shift
            noise, polish = MANNERS[(epoch + shift) % len(MANNERS)]
            if noise:
                random = np.random.default_rng(seed + 1)
                worth = self.worth[np.searchsorted(self.free, free)]
                order = np.argsort(-worth * np.exp(random.normal(0.0, noise, len(free))))
                free, chance = free[order], chance[order]
            crowd = Breeding(self.packing, free, chance, seed, held)
            if np.any(crowd.limit < 0):
                return
            if epoch % 3 == 2 or not epoch:
                with self.lock:
                    known = [plan[free] for _, plan in self.plans]
                inside = [
                    p for p in known if np.all(crowd.use.T @ p.astype(np.int64) <= crowd.limit)
                ]
                if inside:
                    crowd.take(np.asarray(inside))
            best, idle = -1, 0
            batch = max(100, min(40_000, int(2e9 * BATCH / crowd.use.size)))
            while not self.over() and not stale() and idle < IDLE:
                kept = crowd.run(batch, polish=polish)
                self.children += batch
                top = int(crowd.values.max())
                idle = 0 if top > best else idle + batch
                if top > best:
                    best = top
                    for slot in np.argsort(-crowd.values, kind="stable")[:4]:
                        self.note(self.whole(free, held, crowd.plans[slot]))
                if not kept and idle > IDLE // 6:
                    break
            self.epochs += 1

    # Cores.

    def cores(self, stale: Callable[[], bool], shift: int = 0) -> None:
        """Small cores of good plans solved exactly, one after the other."""
        random = np.random.default_rng(self.seed + 7919 + shift)
        kernels = self.kernels
        size = 30.0 + len(self.packing.limit)
        rank = np.full(len(self.packing.value), np.inf)
        rank[self.free] = np.abs(self.spare)
        usual = float(np.median(np.abs(self.spare))) + 1e-9
        while not self.over() and not stale():
            with self.lock:
                plans = [plan for _, plan in self.plans]
            if not plans:
                time.sleep(0.005)
                continue
            free, _, _ = self.decided()
            if not len(free):
                return
            base = plans[0] if random.random() < 0.5 else plans[random.integers(len(plans))]
            doubt = (np.asarray(plans)[:, free] != base[free]).any(axis=0)
            score = rank[free] / usual - 1.0 * doubt + random.exponential(0.4, len(free))
            want = min(len(free), int(size))
            core = free[np.argpartition(score, want - 1)[:want]]
            chosen = base.astype(bool)
            chosen[core] = False
            kept = np.flatnonzero(chosen)
            if np.any(self.packing.use[:, kept].sum(axis=1) > self.packing.limit):
                continue
            tree = grown(self.packing, core, (0, want), kept)
            under = int(self.packing.value[kept].sum())
            tree.best[0] = max(self.value - under, -1)
            finished = False
            most = 40_000
            done = 0
            piece = self.slice(tree)
            while not finished and done < most and not self.over():
                finished = bool(kernels.explore(tree, self.step, piece))
                done += piece
            self.solved += 1
            if tree.best[1] >= 0:
                self.note(self.whole(core, kept, tree.plan))
            if finished:
                size = min(float(len(free)), size * 1.02 + 0.1)
            else:
                size = max(15.0, size * 0.97)

    def slice(self, tree: Tree) -> int:
        """Pivots of about `BATCH` seconds."""
        m, n = tree.rows.shape
        return max(50, int(2e8 * BATCH / (m * (n + 2 * m))))

    # The proof.

    def planes(self) -> None:
        """The parts of the proof: one for each number of choices that a better plan may make."""
        n = len(self.free)
        middle = int(np.floor(float(self.point.sum())))
        tree = grown(self.packing, self.free, (0, n), self.held)
        rows: list[Plane] = []
        for step in (1, -1):
            k = middle + 1 if step > 0 else middle
            while 0 <= k <= n and not self.over():
                # What lies further out has no more than this one's bound (concave in k).
                bound = self.plane(tree, k, k, rows)
                if bound < self.value + self.step:
                    break
                k += step
        if self.over():
            return
        with self.lock:
            for row in rows:
                m = len(row.free)
                low, high = np.zeros(m, dtype=np.uint8), np.ones(m, dtype=np.uint8)
                heapq.heappush(self.heap, (-row.bound, next(self.count), row, low, high))
        self.summed()

    def plane(self, tree: Tree, low: int, high: int, rows: list[Plane]) -> float:
        """Bound one plane, and keep it if it may hold a better plan."""
        tree.limit[-1], tree.span[-1] = high, high - low
        bound = float(self.kernels.settle(tree, -np.inf))
        if bound == np.inf:
            bound = float(self.kernels.settle(tree, -np.inf))
        if bound + self.base < self.value + self.step:
            return bound + self.base
        room = bound + self.base - (self.value + self.step) + self.error
        one, zero = tree.spare > room, -tree.spare > room
        if bound == np.inf:
            one, zero = np.zeros(len(one), dtype=bool), np.zeros(len(one), dtype=bool)
        free = np.flatnonzero(~(one | zero))
        held = np.concatenate([self.held, self.free[one]])
        taken = int(one.sum())
        rows.append(
            Plane(
                bound=bound + self.base,
                low=max(0, low - taken),
                high=high - taken,
                free=self.free[free],
                held=held,
                base=int(self.packing.value[held].sum()),
            )
        )
        return bound + self.base

    def summed(self) -> None:
        """Tell the board the largest bound of the parts that are left (the best plan if none)."""
        with self.lock:
            left = [-self.heap[0][0]] if self.heap else []
            left += list(self.working.values())
            bound = max([float(self.value), *left])
            if not left or bound < self.value + self.step:
                # Nothing better by a step; where a step is less than the rounding, by that much.
                bound = self.value + (0.0 if self.exact else self.step)
                self.finished = True
        self.told(min(self.bound, bound))

    def prove(self, worker: int, stale: Callable[[], bool]) -> None:
        """Take parts in the order of their bounds, split or search them, until none is left."""
        with self.lock:
            first, self.started = not self.started, True
        if first:
            self.planes()
        kernels = self.kernels
        trees: dict[int, Tree] = {}
        while not self.over() and not stale():
            with self.lock:
                part = heapq.heappop(self.heap) if self.heap else None
                if part is not None:
                    self.working[worker] = -part[0]
                elif not self.working:
                    return
                many = len(self.heap)
            if part is None:
                time.sleep(0.002)
                continue
            key, _, plane, low, high = part
            if -key < self.value + self.step:
                with self.lock:
                    self.working.pop(worker)
                self.summed()
                continue
            tree = trees.get(id(plane))
            if tree is None:
                tree = trees[id(plane)] = grown(
                    self.packing, plane.free, (plane.low, plane.high), plane.held
                )
            tree.low[:], tree.high[:] = low, high
            tree.meter[:2] = 0
            tree.best[:] = self.value - plane.base, -1
            finished = False
            if many >= SPREAD:
                piece, done = self.slice(tree), 0
                while not finished and done < 20 * piece and not self.over():
                    before = int(tree.meter[3])
                    finished = bool(kernels.explore(tree, self.step, piece))
                    done += piece
                    self.work += BATCH * (int(tree.meter[3]) - before) / piece
                    if tree.best[1] >= 0:
                        self.note(self.whole(plane.free, plane.held, tree.plan))
                        tree.best[1] = -1
                    tree.best[0] = max(tree.best[0], self.value - plane.base)
                if finished:
                    children = []
                else:
                    tree.low[:], tree.high[:] = low, high
                    tree.meter[:2] = 0
            if not finished:
                children = self.split(tree, -key, plane)
            with self.lock:
                for child in children:
                    heapq.heappush(self.heap, child)
                self.working.pop(worker)
            self.summed()

    def split(
        self, tree: Tree, known: float, plane: Plane
    ) -> list[tuple[float, int, Plane, Bytes, Bytes]]:
        """A part in two, on either side of its most fractional choice; none where it is bounded."""
        kernels = self.kernels
        cut = self.value + self.step - plane.base
        bound = float(kernels.settle(tree, cut))
        if bound < cut:
            return []
        choice = -1
        n = tree.rows.shape[1]
        if np.isfinite(bound):
            basic = np.flatnonzero(tree.basis < n)
            inside = tree.inside[basic]
            away = np.minimum(inside, 1 - inside)
            if len(away) and away.max() > 1e-6:
                choice = int(tree.basis[basic[np.argmax(away)]])
            elif kernels.note(tree) and tree.best[1] >= 0:
                self.note(self.whole(plane.free, plane.held, tree.plan))
                tree.best[1] = -1
                cut = self.value + self.step - plane.base
                if bound < cut:
                    return []
            kernels.tighten(tree, bound, cut)
        else:
            bound = known - plane.base
        open_ = np.flatnonzero(tree.low < tree.high)
        if choice < 0 or tree.low[choice] == tree.high[choice]:
            if not len(open_):
                self.note_if_holds(self.whole(plane.free, plane.held, tree.low))
                return []
            choice = int(open_[0])
        out = []
        for side in (0, 1):
            low, high = tree.low.copy(), tree.high.copy()
            low[choice] = high[choice] = side
            key = -min(known, bound + plane.base)
            out.append((key, next(self.count), plane, low, high))
        return out

    @property
    def closed(self) -> float:
        """How much of the relaxation's distance to the best plan the proof has taken back."""
        bound = self.board.bound
        if bound is None or self.bound <= self.value:
            return 0.0
        return (self.bound - (bound - self.constant)) / (self.bound - self.value)


def hunt(
    packing: Packing,
    linear: Linear,
    goal: Ints,
    constant: int,
    board: Board,
    offer: Callable[[Ints], object],
    *,
    seconds: float,
    workers: int,
    seed: int,
    hint: Ints | None = None,
) -> str:
    """Optimise a packing until the deadline or the proof; returns the name of the method.

    ``offer`` takes the values of the columns. With one worker, the same seed does the same.
    """
    until = time.monotonic() + seconds
    taken = threading.Event()

    def ready() -> None:
        while not taken.wait(0.02):
            board.clock.interrupt()

    if not load(ready):
        try:
            run_cp_sat(
                linear,
                goal,
                board,
                offer,
                constant=constant,
                seconds=seconds,
                workers=workers,
                seed=seed,
                hint=hint,
            )
        finally:
            taken.set()
        if board.done or time.monotonic() >= until or not _ready.is_set():
            return "cp-sat"
    chase = Hunt(packing, board, constant, offer, seed, until)
    if not len(chase.free):
        chase.note(chase.whole(chase.free, chase.held, np.zeros(0, dtype=np.uint8)))
        chase.told(float(chase.base))
        return "packing"
    # What is forced, alone: a proof that ends before the search began has a plan then.
    none = np.zeros(len(chase.free), dtype=np.uint8)
    chase.note_if_holds(chase.whole(chase.free, chase.held, none))
    if hint is not None:
        chase.note_if_holds((hint[: len(packing.value)] > 0).astype(np.uint8))
    if workers == 1:
        _alone(chase)
    else:
        with ThreadPoolExecutor(workers, thread_name_prefix="arbitrage") as pool:
            jobs = [pool.submit(_search, chase, seconds, k) for k in range(workers - 1)]
            jobs.append(pool.submit(_proof, chase, seconds, workers - 1))
            for job in jobs:
                job.result()
    return "packing"


def _alone(chase: Hunt) -> None:
    """One thread: search and proof in turn, by counts of work and not by the clock."""
    budget = 1.0
    while not chase.over():
        epochs = chase.epochs
        chase.breed(lambda epochs=epochs: chase.epochs > epochs)  # type: ignore[misc]
        work = chase.work
        chase.prove(0, lambda work=work, budget=budget: chase.work > work + budget)  # type: ignore[misc]
        if chase.over():
            return
        if chase.closed > WORTH_PROVING:
            budget *= 2.0
        solved = chase.solved
        chase.cores(lambda solved=solved: chase.solved > solved + 20)  # type: ignore[misc]


def _search(chase: Hunt, seconds: float, worker: int) -> None:
    """The thread that searches; it helps the proof once it finds nothing more."""
    begun = time.monotonic()
    held = [chase.value, begun]

    def stale() -> bool:
        now = time.monotonic()
        if chase.value > held[0]:
            held[:] = chase.value, now
        still = now - held[1]
        return chase.closed > WORTH_PROVING and still > max(0.02 * seconds, 0.5 * (now - begun))

    while not chase.over():
        chase.breed(stale, worker * 7)
        # As long as it searched in vain, then it searches again.
        now = time.monotonic()
        rest = now + max(0.05 * seconds, now - held[1])
        chase.prove(worker, lambda rest=rest: time.monotonic() > rest)  # type: ignore[misc]
        held[1] = time.monotonic()


def _proof(chase: Hunt, seconds: float, worker: int) -> None:
    """The thread that proves, while that leads somewhere, else solves cores."""
    while chase.value < 0 and not chase.over():
        time.sleep(0.002)
    begun = time.monotonic()
    time.sleep(min(0.1, 0.01 * seconds))

    def stale() -> bool:
        spent = (time.monotonic() - begun) / seconds
        return chase.closed < (0.0 if spent < 0.1 else 0.1 if spent < 0.25 else 0.4)

    chase.prove(worker, stale)
    while not chase.over():
        epochs = chase.epochs
        chase.breed(lambda epochs=epochs: chase.epochs > epochs + 5, 1000 + worker)  # type: ignore[misc]
        solved = chase.solved
        chase.cores(lambda solved=solved: chase.solved > solved + 20, worker)  # type: ignore[misc]
