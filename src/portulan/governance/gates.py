"""When a dossier may be decided: sections, promises and lines asked for, by kind of decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portulan.base.policy import Refusal
from portulan.governance.company import remembered
from portulan.governance.models import Dossier, DossierLine, Promise

#: The eight sections of a dossier, in order.
SECTIONS = (
    "context",
    "vision",
    "objectives",
    "options",
    "risks",
    "impact",
    "rollout",
    "indicators",
)
KINDS = (
    "launch",
    "reinforce",
    "continue",
    "pivot",
    "stop",
    "fund",
    "change_stage",
    "adopt_scenario",
    "change_standard",
    "waive",
    "escalate",
    "cascade",
)
_SHORT = ("context", "options", "risks", "impact")
VALUE = ("indicator", "benefit")


@dataclass(frozen=True, slots=True)
class Gate:
    """What a kind of dossier must hold: sections, and kinds of promise of which one is needed."""

    sections: tuple[str, ...] = SECTIONS
    promises: tuple[tuple[str, ...], ...] = ()


_VALUE_AND_DATE = Gate(promises=(VALUE, ("date", "cost")))
GATES: Mapping[str, Gate] = {
    "launch": _VALUE_AND_DATE,
    "reinforce": _VALUE_AND_DATE,
    "pivot": _VALUE_AND_DATE,
    "fund": _VALUE_AND_DATE,
    "continue": Gate(promises=(VALUE,)),
    "stop": Gate(promises=(("cost", "date"),)),
    "change_stage": Gate(promises=((*VALUE, "cost", "date"),)),
    "adopt_scenario": Gate(promises=((*VALUE, "cost", "date"),)),
    "change_standard": Gate(_SHORT),
    "waive": Gate(_SHORT),
    "escalate": Gate(_SHORT),
    "cascade": Gate(_SHORT),
}


@dataclass(frozen=True, slots=True)
class Completeness:
    """How far a dossier is: sections filled among those asked for, and all that is missing."""

    asked: tuple[str, ...]
    filled: frozenset[str]
    missing: tuple[Refusal, ...]

    @property
    def complete(self) -> bool:
        """Nothing is missing."""
        return not self.missing

    @property
    def done(self) -> int:
        """How many of the sections asked for are filled."""
        return sum(section in self.filled for section in self.asked)


def completeness(
    dossier: Dossier,
    lines: Sequence[DossierLine] | None = None,
    promises: Sequence[Promise] | None = None,
) -> Completeness:
    """What a dossier still lacks for its kind. Lines and promises are read when not given."""
    if lines is None and promises is None:
        return remembered(("complete", dossier.pk), lambda: _completeness(dossier))
    return _completeness(dossier, lines, promises)


def _completeness(
    dossier: Dossier,
    lines: Sequence[DossierLine] | None = None,
    promises: Sequence[Promise] | None = None,
) -> Completeness:
    gate = GATES.get(dossier.kind, Gate())
    lines = list(dossier.lines.all()) if lines is None else lines
    promises = list(dossier.promises.all()) if promises is None else promises
    filled = frozenset(code for code in SECTIONS if str(dossier.sections.get(code, "")).strip())
    missing = [
        Refusal("dossier.section", {"section": code})
        for code in gate.sections
        if code not in filled
    ]
    if not any(not line.withdrawn for line in lines):
        missing.append(Refusal("dossier.lines"))
    if dossier.reverts_id is None:
        for kinds in gate.promises:
            if not any(promise.kind in kinds for promise in promises):
                missing.append(Refusal("dossier.promise", {"kinds": kinds}))
        missing += [found for p in promises if (found := check_promise(p)) is not None]
    return Completeness(gate.sections, filled, tuple(missing))


def check_promise(promise: Promise) -> Refusal | None:
    """Why a promise cannot be checked later: no value, no due day, or no indicator to read."""
    if promise.kind == Promise.Kind.DATE:
        if promise.promised_on is None:
            return Refusal("promise.date", {"promise": promise.title})
        return None
    if promise.promised is None:
        return Refusal("promise.value", {"promise": promise.title})
    if promise.due_on is None:
        return Refusal("promise.due", {"promise": promise.title})
    if promise.kind == Promise.Kind.INDICATOR and promise.indicator_id is None:
        return Refusal("promise.indicator", {"promise": promise.title})
    return None


def check_complete(dossier: Dossier) -> Refusal | None:
    """Why a dossier may not be decided yet: the first thing missing, and how many."""
    found = completeness(dossier)
    if found.complete:
        return None
    return Refusal("dossier.incomplete", {"count": len(found.missing)})
