"""What a rule and a finding are, and the published list of rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from portulan_core.coherence.context import Context
from portulan_core.model import TABLES


class Severity(IntEnum):
    """How much a finding matters; the greater, the graver."""

    INFO = 0
    MINOR = 1
    MAJOR = 2
    BLOCKING = 3

    @property
    def code(self) -> str:
        """``info``, ``minor``, ``major``, ``blocking``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """One incoherence on one object.

    ``subject_type`` is the World's word for the object (``product``, ``team``…), ``subject`` its
    uid. ``params`` hold plain values (names, numbers, ISO dates) that the sentence needs, always
    the same keys for a rule. ``related`` are other objects concerned, ``amount`` what is at stake
    in minor units when money is, ``weight`` what sorts findings of one severity.
    """

    code: str
    severity: Severity
    topic: str
    subject_type: str
    subject: str
    params: Mapping[str, Any] = field(default_factory=dict)
    related: tuple[tuple[str, str], ...] = ()
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule yields; the engine adds code, severity and topic."""

    subject: str
    params: Mapping[str, Any] = field(default_factory=dict)
    related: tuple[tuple[str, str], ...] = ()
    weight: float = 0.0
    severity: Severity | None = None


Check = Callable[[Context, Mapping[str, float]], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it reads, what it is about, how grave, with which thresholds."""

    code: str
    topic: str
    severity: Severity
    subject_type: str
    reads: tuple[str, ...]
    params: tuple[str, ...]
    check: Check
    thresholds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """A company's adjustments: severities and thresholds by rule, rules switched off."""

    severities: Mapping[str, Severity] = field(default_factory=dict)
    thresholds: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    disabled: frozenset[str] = frozenset()


RULES: dict[str, Rule] = {}


def rule(
    code: str,
    topic: str,
    severity: Severity,
    subject_type: str,
    reads: str,
    params: str = "",
    **thresholds: float,
) -> Callable[[Check], Check]:
    """Declare a rule; ``reads`` and ``params`` are space-separated names.

    Raises:
        ValueError: the code is taken, or a table does not exist.
    """

    def register(check: Check) -> Check:
        if code in RULES:
            raise ValueError(f"rule {code} is declared twice")
        unknown = set(reads.split()) - set(TABLES)
        if unknown:
            raise ValueError(f"rule {code} reads unknown tables {sorted(unknown)}")
        RULES[code] = Rule(
            code,
            topic,
            severity,
            subject_type,
            tuple(reads.split()),
            tuple(params.split()),
            check,
            thresholds,
        )
        return check

    return register
