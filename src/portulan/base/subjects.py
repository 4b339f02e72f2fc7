"""Objects that people talk about, watch and are told of: found by code, and by whom they are read.

A low floor keeps what is said about an object without knowing what an object is. Who knows declares
it in a manifest (``Manifest.subjects``).
"""

from __future__ import annotations

import importlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, cast
from uuid import UUID

from portulan.base.manifest import manifests
from portulan.base.policy import Actor


@dataclass(frozen=True, slots=True)
class Subject:
    """An object: its kind, identifiers and name; ``model`` as the history names it."""

    kind: str
    uid: UUID
    code: str
    name: str
    model: str
    pk: int


class Resolver(Protocol):
    """What finds objects under the rights of today."""

    def find(self, actor: Actor, kind: str, code: str) -> Subject:
        """The object, if the actor may read it; else ``NotFoundForActor``."""
        ...

    def readable(
        self, actor: Actor, wanted: Mapping[str, Collection[UUID]]
    ) -> dict[UUID, Subject]:
        """Those of these objects (kind → uids) that the actor may read, by uid."""
        ...

    def coded(self, actor: Actor, codes: Collection[str]) -> dict[str, Subject]:
        """The readable objects that have one of these codes, by lower-case code."""
        ...


@lru_cache(maxsize=1)
def resolver() -> Resolver:
    """What the one manifest that knows of objects names.

    Raises:
        LookupError: no manifest does.
    """
    for manifest in manifests():
        if manifest.subjects:
            return cast(Resolver, importlib.import_module(manifest.subjects))
    raise LookupError("no manifest names the objects that people talk about")
