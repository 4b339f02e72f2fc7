"""Large-neighbourhood search: free some items of the plan held, solve the rest exactly, repeat.

Neighbourhoods (Shaw 1998; Danna, Rothberg and Le Pape 2005): the items of some teams or
envelopes, of a stretch of time, of linked items, items at random. Their size adapts: larger
when the small program is solved at once, smaller when it is not.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portulan_core.arbitrage.compiled import Compiled, Ints
from portulan_core.arbitrage.engines import run_cp_sat
from portulan_core.arbitrage.linear import INF, Linear
from portulan_core.arbitrage.race import Board


@dataclass(slots=True)
class Restriction:
    """A smaller program: the free columns of a larger one, the others held at their values."""

    linear: Linear
    columns: Ints
    goal: Ints
    constant: int


def restrict(linear: Linear, goal: Ints, values: Ints, free: Ints) -> Restriction:
    """The program over the ``free`` columns; rows that cannot be broken any more are left out."""
    position = np.full(linear.columns, -1, dtype=np.int64)
    position[free] = np.arange(len(free))
    inside = position[linear.entry_column] >= 0
    outside = ~inside
    held = np.zeros(len(linear.low), dtype=np.int64)
    fixed = linear.entry_value[outside] * values[linear.entry_column[outside]]
    np.add.at(held, linear.entry_row[outside], fixed)
    rows, amounts = linear.entry_row[inside], linear.entry_value[inside]
    most = np.zeros(len(linear.low), dtype=np.int64)
    least = np.zeros(len(linear.low), dtype=np.int64)
    np.add.at(most, rows, np.maximum(amounts, 0))
    np.add.at(least, rows, np.minimum(amounts, 0))
    low = np.where(linear.low <= -INF, -INF, linear.low - held)
    high = np.where(linear.high >= INF, INF, linear.high - held)
    binding = (most > high) | (least < low)
    number = np.full(len(linear.low), -1, dtype=np.int64)
    kept = np.flatnonzero(binding)
    number[kept] = np.arange(len(kept))
    take = number[rows] >= 0
    small = Linear(
        columns=len(free),
        entry_row=number[rows[take]],
        entry_column=position[linear.entry_column[inside][take]],
        entry_value=amounts[take],
        low=low[kept],
        high=high[kept],
        tags=[linear.tags[r] for r in kept.tolist()],
        chosen=linear.chosen,
        synergy=linear.synergy,
        step=linear.step,
    )
    others = np.ones(linear.columns, dtype=bool)
    others[free] = False
    return Restriction(small, free, goal[free], int(goal[others] @ values[others]))


@dataclass(slots=True)
class Guide:
    """What the prover tells the search, renewed as it learns: each part is replaced as a whole.

    ``linear``: the program with rows that cut fractions off. ``gains``: what each item gains at
    the prices of the limits. ``share``: how much of each item the relaxation chooses.
    """

    linear: Linear
    gains: npt.NDArray[np.float64] | None = None
    share: npt.NDArray[np.float64] | None = None


class Search:
    """Neighbourhoods of one problem, drawn from a seed."""

    def __init__(
        self,
        c: Compiled,
        guide: Guide,
        goal: Ints,
        board: Board,
        seed: int,
    ) -> None:
        self.guide = guide
        self.c = c
        linear = guide.linear
        self.goal = goal
        self.board = board
        self.random = random.Random(seed)
        self.count = len(c.problem.items)
        self.size = float(min(self.count, 40))
        self.slice = 2.0
        rows = c.entry_row
        owner = c.item[c.entry_option]
        keep = np.array([r.kind in ("capacity", "ceiling") for r in c.rows], dtype=bool)
        self.groups: dict[str, list[int]] = {}
        names = [f"{r.kind}:{r.key}" for r in c.rows]
        codes: dict[str, int] = {}
        labels: list[str] = []
        for name in names:
            if name not in codes:
                codes[name] = len(labels)
                labels.append(name)
        code = np.array([codes[name] for name in names], dtype=np.int64)
        if len(rows):
            mask = keep[rows]
            pairs = np.unique(code[rows[mask]] * self.count + owner[mask])
            for pair in pairs.tolist():
                self.groups.setdefault(labels[pair // self.count], []).append(pair % self.count)
        self.team_names = [n for n in self.groups if n.startswith("capacity:")]
        self.envelope_names = [n for n in self.groups if n.startswith("ceiling:")]
        self.teams_of: list[list[str]] = [[] for _ in range(self.count)]
        for name in self.team_names:
            for i in self.groups[name]:
                self.teams_of[i].append(name)
        self.links: list[list[int]] = [[] for _ in range(self.count)]
        for link in c.problem.precedences:
            a, b = c.index[link.before], c.index[link.after]
            self.links[a].append(b)
            self.links[b].append(a)
        for group in c.problem.groups:
            members = [c.index[k] for k in group.items]
            for i in members:
                self.links[i] += [m for m in members if m != i]
        self.free_always = np.concatenate(
            [linear.step, linear.synergy[linear.synergy >= 0]]
        ).astype(np.int64)

    def run(
        self,
        offer: Callable[[Ints], object],
        until: float,
        enough: Callable[[], bool] | None = None,
    ) -> None:
        """Search until the deadline (monotonic), offering better plans to the board.

        ``enough``: another end, looked at between neighbourhoods, which are short then.
        """
        board = self.board
        self.slice = 1.0
        if enough is None:
            self.slice = min(4.0, max(1.0, 0.15 * (until - time.monotonic())))
        while time.monotonic() < until and not board.done:
            if enough is not None and enough():
                return
            options = board.best
            if not isinstance(options, dict):
                time.sleep(0.02)
                continue
            linear = self.guide.linear
            values = linear.complete(self.c, options)
            chosen = self.draw(options)
            columns = self.columns(linear, chosen)
            part = restrict(linear, self.goal, values, columns)
            seconds = min(self.slice, until - time.monotonic())
            if seconds <= 0:
                return

            def take(small: Ints, values: Ints = values, part: Restriction = part) -> None:
                whole = values.copy()
                whole[part.columns] = small
                offer(whole)

            begun = time.monotonic()
            status = run_cp_sat(
                part.linear,
                part.goal,
                board,
                take,
                seconds=seconds,
                seed=self.random.randrange(2**30),
                hint=values[part.columns],
                prove=False,
                settings={"linearization_level": 2},
            )
            spent = time.monotonic() - begun
            if len(chosen) >= self.count and status == "optimal":
                return
            if status == "optimal" and spent < 0.3 * self.slice:
                self.size = min(float(self.count), self.size * 1.2 + 0.5)
            elif status != "optimal":
                self.size = max(8.0, self.size * 0.85)

    def columns(self, linear: Linear, items: list[int]) -> Ints:
        """The columns of these items, and those that depend on all."""
        own = [np.arange(self.c.first[i], self.c.first[i + 1], dtype=np.int64) for i in items]
        own.append(linear.chosen[items])
        own.append(self.free_always)
        return np.unique(np.concatenate(own))

    def draw(self, options: dict[int, int]) -> list[int]:
        """Items to free: about ``size`` of them, by one of the neighbourhoods."""
        want = int(self.size)
        kinds = ["items", "window", "links"]
        if self.team_names:
            kinds += ["teams", "teams", "spread"]
        if len(self.envelope_names) > 1:
            kinds.append("envelopes")
        gains, share = self.guide.gains, self.guide.share
        if gains is not None:
            kinds += ["close"]
        if share is not None:
            kinds += ["relaxed", "relaxed"]
        kind = self.random.choice(kinds)
        picked: dict[int, None] = {}
        everyone = range(self.count)
        if kind == "close" and gains is not None:
            # Items whose choice is close at the prices of the limits, with some noise.
            want = min(want, self.count)
            closeness = np.abs(gains)
            usual = float(np.partition(closeness, want - 1)[want - 1]) + 1e-9
            noise = [self.random.expovariate(2.0) for _ in everyone]
            order: list[int] = np.argsort(closeness / usual + noise)[:want].tolist()
            return order
        if kind == "relaxed" and share is not None:
            # Items that the relaxation splits, or chooses otherwise than the plan, with some noise.
            want = min(want, self.count)
            now = np.zeros(self.count)
            now[list(options)] = 1.0
            doubt = np.abs(share - now)
            noise = [self.random.uniform(0.0, 0.5) for _ in everyone]
            picks: list[int] = np.argsort(-(doubt + noise))[:want].tolist()
            return picks
        if kind == "items":
            return self.random.sample(everyone, min(want, self.count))
        if kind in ("teams", "spread"):
            name = self.random.choice(self.team_names)
            todo = [name]
            seen = {name}
            while todo and len(picked) < want:
                name = todo.pop(self.random.randrange(len(todo)))
                members = self.groups[name]
                if kind == "spread":
                    members = self.random.sample(members, max(1, len(members) // 2))
                for i in members:
                    picked[i] = None
                    for other in self.teams_of[i]:
                        if other not in seen:
                            seen.add(other)
                            todo.append(other)
        elif kind == "envelopes":
            members = self.groups[self.random.choice(self.envelope_names)]
            picked = dict.fromkeys(self.random.sample(members, min(want, len(members))))
        elif kind == "links":
            todo_items = [self.random.randrange(self.count)]
            while len(picked) < want:
                if not todo_items:
                    todo_items = [self.random.randrange(self.count)]
                i = todo_items.pop(0)
                if i in picked:
                    continue
                picked[i] = None
                todo_items += self.links[i]
                if self.teams_of[i] and self.random.random() < 0.3:
                    near = self.groups[self.random.choice(self.teams_of[i])]
                    todo_items.append(self.random.choice(near))
        else:
            # What is placed around a period, with as many of those that are out.
            t = self.random.randrange(max(1, self.c.problem.periods))
            near = sorted(options, key=lambda i: abs(int(self.c.start[options[i]]) - t))
            inside = near[: want // 2]
            out = [i for i in everyone if i not in options]
            picked = dict.fromkeys(inside)
            picked.update(dict.fromkeys(self.random.sample(out, min(len(out), want - len(inside)))))
        chosen = list(picked)
        if len(chosen) > want * 2:
            chosen = self.random.sample(chosen, want * 2)
        return chosen
