"""Derived tables kept for a state of the data: many pages ask for the same one.

Every write leaves a ``Change``, so the last changes name the state of the data. A table is kept
under that name, in this process, for a short while; nothing is kept while no change was ever made.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from portulan.base.models import Change

T = TypeVar("T")
State = tuple[Any, ...]
#: How many tables a process keeps, and for how many seconds at most.
KEPT = 32
SECONDS = 120
#: Changes looked at: transactions that overlap commit in any order.
LAST = 16

#: Small results of one actor, kept apart so that they never push a shared table out.
KEPT_OWN = 400

_kept: dict[Hashable, tuple[float, Any]] = {}
_own: dict[Hashable, tuple[float, Any]] = {}


def state() -> State:
    """What names the present state of the data (one query); empty when nothing was ever changed."""
    return tuple(Change.objects.order_by("-pk").values_list("uid", flat=True)[:LAST])


def kept(
    name: str, at: State, key: Hashable, make: Callable[[], T], own: bool = False
) -> T:
    """The table ``name`` for a state of the data and a key, made when it is not there.

    ``own``: a small result that only one actor may see; the key must name the actor.
    """
    if not at:
        return make()
    place = (name, at, key)
    store, most = (_own, KEPT_OWN) if own else (_kept, KEPT)
    now = time.monotonic()
    found = store.pop(place, None)
    if found is None or found[0] < now:
        found = (now + SECONDS, make())
    store[place] = found
    while len(store) > most:
        store.pop(next(iter(store)), None)
    value: T = found[1]
    return value


def forget() -> None:
    """Drop everything kept, as a process that has just started (for measures and tests)."""
    _kept.clear()
    _own.clear()
