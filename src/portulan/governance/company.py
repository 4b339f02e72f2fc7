"""The tree of entities, and what is read once while a page is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

from portulan.governance.models import Entity

T = TypeVar("T")
_kept: ContextVar[dict[Any, Any] | None] = ContextVar("governance_kept", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """While a page is read, and nothing is written, the same small table is asked for once."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def remembered(key: Any, make: Callable[[], T]) -> T:
    """A value made once within ``reading``, each time outside of it."""
    kept = _kept.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    return cast(T, kept[key])


class Company:
    """The tree of entities, read once for a request: who is above and below whom."""

    def __init__(self) -> None:
        self._parents = dict(Entity.objects.values_list("pk", "parent_id"))
        self._below: dict[int, set[int]] = {}
        for pk in self._parents:
            for above in self._chain(pk):
                self._below.setdefault(above, set()).add(pk)

    def _chain(self, entity_id: int) -> frozenset[int]:
        found: set[int] = set()
        at: int | None = entity_id
        while at is not None and at not in found:
            found.add(at)
            at = self._parents.get(at)
        return frozenset(found)

    @property
    def roots(self) -> frozenset[int]:
        """The entities that have nothing above them."""
        return frozenset(pk for pk, parent in self._parents.items() if parent is None)

    def above(self, entity_id: int | None) -> frozenset[int]:
        """An entity and all above it; without entity, the whole company: its roots."""
        return self.roots if entity_id is None else self._chain(entity_id)

    def below(self, entity_id: int | None) -> frozenset[int]:
        """An entity and all below it; without entity, every one."""
        if entity_id is None:
            return frozenset(self._parents)
        return frozenset(self._below.get(entity_id, ())) | {entity_id}


def company_of() -> Company:
    """The tree as it stands (one query)."""
    return remembered("company", Company)
