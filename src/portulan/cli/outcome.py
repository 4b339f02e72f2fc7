"""How a command ends: its exit status, and a failure that says why."""

from __future__ import annotations

DONE, REFUSED, WRONG, INTERRUPTED = 0, 1, 2, 130


class Failure(Exception):
    """A command that cannot do what is asked: says why, and the exit status."""

    def __init__(self, message: str, status: int = WRONG) -> None:
        super().__init__(message)
        self.status = status
