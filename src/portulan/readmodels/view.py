"""How a list is asked for, and what other parts say about its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

SEVERITIES = ("blocking", "major", "minor", "info")
#: The value of a filter that asks for what has none.
NONE = "-"


@dataclass(frozen=True, slots=True)
class ScoreFact:
    """A score and the ranks held in most plausible weightings, among ``of``."""

    value: float
    low: int | None = None
    high: int | None = None
    of: int = 0


@dataclass(frozen=True, slots=True)
class FindingFact:
    """How many open findings an object has by severity, and what the worst is about."""

    counts: Mapping[str, int]
    topic: str = ""

    @property
    def worst(self) -> str:
        """The severity of the worst finding."""
        return next((code for code in SEVERITIES if self.counts.get(code)), "")

    @property
    def weight(self) -> tuple[int, ...]:
        """For sorting: more severe, then more."""
        return tuple(self.counts.get(code, 0) for code in SEVERITIES)


@dataclass(frozen=True, slots=True)
class Extras:
    """What other parts say about objects, by uid: scores and findings."""

    scores: Mapping[str, ScoreFact] = field(default_factory=dict)
    findings: Mapping[str, FindingFact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """How a list is asked for. Filters hold codes ("-" for none); several of one kind are "or"."""

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    group: str = ""
    sort: str = "name"
    descending: bool = False
    axis: str = ""
    year: int | None = None
    page: int = 1
    size: int = 50

    def without(self, name: str) -> View:
        """The same view without one filter."""
        return replace(self, filters={k: v for k, v in self.filters.items() if k != name})
