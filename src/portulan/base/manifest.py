"""What an app tells the floors below it, as one frozen value; and the registry that reads them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from portulan.base.policy import Activity, Grant

if TYPE_CHECKING:
    from portulan.base.changes import Recorder
    from portulan.base.jobs import JobContext

#: Apps from the ground up; the order is that of the floors.
APPS = (
    "portulan.organisation",
    "portulan.collaboration",
    "portulan.catalogue",
    "portulan.portfolio",
    "portulan.evidence",
    "portulan.compliance",
    "portulan.prioritisation",
    "portulan.governance",
    "portulan.readmodels",
    "portulan.coherence",
    "portulan.diagnosis",
    "portulan.profiles",
    "portulan.reports",
    "portulan.integrations",
    "portulan.campaigns",
    "portulan.notifications",
)


@dataclass(frozen=True, slots=True)
class EffectHandler:
    """How an effect reads and writes the database; the core says the same for a World."""

    type: str
    #: ``(target uid, after) -> current value`` in the effect's shape; rows locked for the write.
    read: Callable[[str, Any], Any]
    write: Callable[[Recorder, str, Any], None]


@dataclass(frozen=True, slots=True)
class Manifest:
    """An app's declarations. Everything is optional."""

    app: str
    activities: tuple[Activity, ...] = ()
    #: Roles held by a person on this app's objects: ``(person id, day) -> grants``.
    grants: tuple[Callable[[int, date], Iterable[Grant]], ...] = ()
    #: Tables of the World: dotted path to ``facts.TABLES`` is read lazily.
    facts: str = ""
    effects: tuple[EffectHandler, ...] = ()
    #: Kind of job → dotted path of its function ``(JobContext) -> result``.
    jobs: Mapping[str, str] = field(default_factory=dict)
    #: Kind → seconds between two runs, enqueued by the scheduler.
    schedules: Mapping[str, int] = field(default_factory=dict)
    #: Dotted path of the module that finds objects for a reader (``base.subjects.Resolver``).
    subjects: str = ""


@lru_cache(maxsize=1)
def manifests() -> tuple[Manifest, ...]:
    """Every app's manifest, in the order of the floors."""
    found = []
    for app in APPS:
        try:
            module = importlib.import_module(f"{app}.manifest")
        except ModuleNotFoundError as error:
            if error.name != f"{app}.manifest":
                raise
            continue
        found.append(module.MANIFEST)
    return tuple(found)


@lru_cache(maxsize=1)
def activities() -> Mapping[str, Activity]:
    """Every declared activity by code.

    Raises:
        ValueError: two apps declare the same code.
    """
    known: dict[str, Activity] = {}
    for manifest in manifests():
        for activity in manifest.activities:
            if activity.code in known:
                raise ValueError(f"activity {activity.code} is declared twice")
            known[activity.code] = activity
    return known


@lru_cache(maxsize=1)
def effect_handlers() -> Mapping[str, EffectHandler]:
    """Every effect handler by type."""
    return {h.type: h for manifest in manifests() for h in manifest.effects}


def job_function(kind: str) -> Callable[[JobContext], Any]:
    """The function that runs a kind of job.

    Raises:
        KeyError: no app declares the kind.
    """
    for manifest in manifests():
        if kind in manifest.jobs:
            path, _, name = manifest.jobs[kind].rpartition(".")
            function: Callable[[JobContext], Any] = getattr(importlib.import_module(path), name)
            return function
    raise KeyError(kind)
