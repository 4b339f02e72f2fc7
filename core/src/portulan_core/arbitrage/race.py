"""What the solvers of one run share: the best plan, what is proven, the clock, the stop."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from portulan_core.arbitrage.result import Incumbent


@dataclass(frozen=True, slots=True)
class Progress:
    """What `solve` tells while it works. ``goal`` is the index of the goal being optimised."""

    seconds: float
    value: float | None
    bound: float | None
    goal: int = 0


class Clock:
    """Deadline and stop of one run; `stop` interrupts whatever registered itself."""

    def __init__(self, seconds: float) -> None:
        self.begun = time.monotonic()
        self.deadline = self.begun + seconds
        self.stopped = False
        self._stops: dict[int, Callable[[], object]] = {}
        self._lock = threading.Lock()

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self.begun

    @property
    def left(self) -> float:
        """Seconds to the deadline, 0 once stopped."""
        return 0.0 if self.stopped else max(0.0, self.deadline - time.monotonic())

    def stop(self) -> None:
        """Interrupt all that runs."""
        with self._lock:
            self.stopped = True
            stops = list(self._stops.values())
        for interrupt in stops:
            interrupt()

    def interrupt(self) -> None:
        """Interrupt what runs now; what starts later still may."""
        with self._lock:
            stops = list(self._stops.values())
        for halt in stops:
            halt()

    def register(self, interrupt: Callable[[], object]) -> int:
        """Call ``interrupt`` when stopped (at once if it already is); returns a ticket."""
        with self._lock:
            ticket = len(self._stops)
            while ticket in self._stops:
                ticket += 1
            self._stops[ticket] = interrupt
            stopped = self.stopped
        if stopped:
            interrupt()
        return ticket

    def release(self, ticket: int) -> None:
        """Forget an interrupt."""
        with self._lock:
            self._stops.pop(ticket, None)


class Board:
    """One goal being optimised: best value held and bound proven, seen by all its solvers.

    ``sense`` 1 for a maximum, -1 for a minimum. `offer` takes any plan type; the caller has
    checked that it is feasible.
    """

    def __init__(self, clock: Clock, sense: int, log: list[Incumbent] | None = None) -> None:
        self.clock = clock
        self.sense = sense
        self.best: object | None = None
        self.value: int | None = None
        self.bound: float | None = None
        self.log: list[Incumbent] = [] if log is None else log
        self.infeasible = False
        self.settled = False
        self._lock = threading.Lock()

    def offer(self, plan: object, value: int) -> bool:
        """Keep a plan if it is better than the one held."""
        with self._lock:
            if self.value is not None and self.sense * value <= self.sense * self.value:
                return False
            self.best, self.value = plan, value
            self._note()
        self._rest()
        return True

    def tighten(self, bound: float, slack: float | None = None) -> bool:
        """Note a proven bound (rounded inwards to an integer, all measures being integers).

        ``slack``: how far the bound may be off; None: what solvers usually allow themselves.
        """
        if not math.isfinite(bound) or abs(bound) > 1e18:
            return False
        if slack is None:
            slack = 1e-6 + 1e-9 * abs(bound)
        whole = float(int((bound + slack) // 1) if self.sense > 0 else -int((slack - bound) // 1))
        with self._lock:
            if self.bound is not None and self.sense * whole >= self.sense * self.bound:
                return False
            self.bound = whole
            self._note()
        self._rest()
        return True

    def settle(self) -> None:
        """Note that an exact search ended: nothing better than the plan held exists.

        Floats hold whole numbers to 2**53 only; beyond, the bound is the nearest one outwards.
        """
        with self._lock:
            if self.value is None or self.settled:
                return
            self.settled = True
            whole = float(self.value)
            if self.sense * whole < self.sense * self.value:
                whole = math.nextafter(whole, self.sense * math.inf)
            if self.bound is None or self.sense * whole < self.sense * self.bound:
                self.bound = whole
                self._note()
        self._rest()

    def _rest(self) -> None:
        if self.proven:
            self.clock.interrupt()

    def _note(self) -> None:
        self.log.append(Incumbent(round(self.clock.seconds, 3), self.value, self.bound))

    @property
    def proven(self) -> bool:
        """Whether nothing better than the plan held exists (or no plan exists)."""
        if self.infeasible or self.settled:
            return True
        if self.value is None or self.bound is None:
            return False
        return self.sense * self.value >= self.sense * self.bound

    def stopped(self) -> bool:
        """`done`, as a function."""
        return self.done

    @property
    def done(self) -> bool:
        """Whether the solvers of this goal may rest."""
        return self.proven or self.clock.left <= 0
