"""Keeps a few processes alive: restarts those that die, stops all of them cleanly."""

from __future__ import annotations

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

#: Seconds before a dead process is started again: the first time, and at most.
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
#: Alive this long, a process counts as healthy again.
HEALTHY = 60.0
#: Seconds between SIGTERM and SIGKILL.
GRACE = 20.0
POLL = 0.2


def _end_with_parent() -> None:
    """In a new process: be told to stop when the supervisor dies, where the system can."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


@dataclass
class Child:
    """One process: what to run, and the address on which it is ready, if it listens."""

    name: str
    command: Sequence[str]
    ready: tuple[str, int] | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = FIRST_WAIT
    again_at: float = 0.0
    failures: int = 0

    def start(self) -> None:
        """Start it in a group of its own, so that a Ctrl-C reaches the supervisor alone."""
        self.process = subprocess.Popen(
            list(self.command), start_new_session=True, preexec_fn=_end_with_parent
        )
        self.started = time.monotonic()

    def sweep(self) -> None:
        """Kill what a process that ended has left behind: its group bears its number."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def listening(self) -> bool:
        """Whether somebody listens on its address (true when it has none)."""
        if self.ready is None:
            return True
        try:
            with socket.create_connection(self.ready, timeout=1):
                return True
        except OSError:
            return False

    def answers(self) -> bool:
        """Whether it answers HTTP on its address, whatever it says (true when it has none)."""
        if self.ready is None:
            return True
        connection = http.client.HTTPConnection(*self.ready, timeout=2)
        try:
            connection.request("HEAD", "/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True


@dataclass
class Supervisor:
    """Runs children until a signal asks to stop."""

    children: Sequence[Child]
    stopping: bool = False
    log: Callable[[str], None] = field(
        default=lambda text: print(f"portulan: {text}", file=sys.stderr, flush=True)
    )

    def run(self, on_ready: Callable[[], None] | None = None) -> int:
        """Start all, restart those that die, stop all; returns the exit status.

        A process that dies at once three times ends the whole (status 1): its
        port is taken or its settings are wrong, and starting again does not mend that.
        """
        previous = {
            number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)
        }
        status = 0
        announced = False
        try:
            for child in self.children:
                child.start()
            while not self.stopping:
                time.sleep(POLL)
                if not announced and all(c.answers() for c in self.children):
                    announced = True
                    if on_ready is not None:
                        on_ready()
                if not self._look(announced):
                    status = 1
                    break
        finally:
            self._end()
            for number, handler in previous.items():
                signal.signal(number, handler)
        return status

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _look(self, announced: bool) -> bool:
        """Restart what died; false when it is of no use."""
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.again_at:
                    child.start()
                continue
            code = child.process.poll()
            if code is None:
                if now - child.started > HEALTHY:
                    child.wait, child.failures = FIRST_WAIT, 0
                continue
            child.failures += 1
            child.sweep()
            if not announced and child.failures >= 3:
                self.log(f"{child.name} does not start (exit status {code})")
                return False
            self.log(f"{child.name} ended (exit status {code}), starting it again")
            child.process = None
            child.again_at = now + child.wait
            child.wait = min(child.wait * 2, LONGEST_WAIT)
        return True

    def _end(self) -> None:
        started = [child for child in self.children if child.process is not None]
        alive = [c.process for c in started if c.process and c.process.poll() is None]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + GRACE
        for process in alive:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for child in started:
            child.sweep()
