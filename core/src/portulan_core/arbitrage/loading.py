"""The proof's compiled loops got ready beside, after the moves of the search.

In a fresh installation compiling takes tens of seconds, of which no answer waits: the search and
the proof use solvers that need no compiler until then (see `strategy`).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from portulan_core.arbitrage import annealing, bounds, hulls


@dataclass(frozen=True, slots=True)
class Proofs:
    """``prices`` and ``rows`` are set once the loops that make them are at hand."""

    prices: threading.Event = field(default_factory=threading.Event)
    rows: threading.Event = field(default_factory=threading.Event)


_proofs = Proofs()
_lock = threading.Lock()
_loader: list[threading.Thread] = []


def proofs() -> Proofs:
    """What is at hand; what is not is got ready beside."""
    with _lock:
        if not _proofs.rows.is_set() and not _loader:
            thread = threading.Thread(target=_after_moves, name="arbitrage-load", daemon=True)
            _loader.append(thread)
            thread.start()
    return _proofs


def _after_moves() -> None:
    # One after the other: the search gains most, and compilers only get in each other's way.
    annealing.load().wait()
    for prepare, done in ((bounds.prepare, _proofs.prices), (hulls.prepare, _proofs.rows)):
        try:
            prepare()
        finally:
            done.set()
