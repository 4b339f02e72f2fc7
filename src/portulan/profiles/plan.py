"""The plan of a profile: what it adds, changes and removes, whom it touches, what it meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings

from portulan.base.manifest import activities
from portulan.base.policy import Override
from portulan.governance.standard import SEATS
from portulan.organisation.matrix import Place, check_letters
from portulan.organisation.queries import places_of_company
from portulan.organisation.rights import whole_matrix
from portulan.organisation.rolesheets.queries import Variant, every_sheet
from portulan.organisation.standards import standard, standards
from portulan.profiles.library import Profile
from portulan.profiles.merge import (
    ADD,
    CHANGE,
    CONFLICT,
    LOCAL,
    REMOVE,
    Entry,
    compare,
    resolve,
)
from portulan.profiles.state import KEPT, holds, in_step, present, target
from portulan.readmodels.touched import (
    ForumStanding,
    Who,
    forum_standing,
    open_dossiers,
    place_names,
    role_holders,
    scored,
)

APPLIED = "profile"
Overrides = Mapping[str, tuple[Override, ...]]


@dataclass(frozen=True, slots=True)
class Right:
    """Somebody who gains or loses the right to an activity."""

    activity: str
    role: str
    gains: bool
    people: tuple[Who, ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """Whom and what the plan touches, when conflicts stay as they are locally."""

    rights: tuple[Right, ...] = ()
    forums: Mapping[str, ForumStanding] = field(default_factory=dict)
    #: Forum → (role, names of those who would sit); nobody: the seat stays to be filled.
    seats: Mapping[str, tuple[tuple[str, tuple[Who, ...]], ...]] = field(default_factory=dict)
    dossiers: tuple[str, ...] = ()
    sheets: Mapping[str, tuple[Who, ...]] = field(default_factory=dict)
    scored: int = 0

    @property
    def people(self) -> tuple[Who, ...]:
        """Everybody named, once, by name."""
        found = {who for right in self.rights for who in right.people}
        for standing in self.forums.values():
            found |= set(standing.members)
        for people in self.sheets.values():
            found |= set(people)
        return tuple(sorted(found, key=lambda pair: pair[1]))


@dataclass(frozen=True, slots=True)
class LocalPart:
    """What a part of the company settled for itself, which the profile leaves."""

    kind: str
    code: str
    where: str
    detail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A profile against the company, up to a step of its ladder ("" the whole)."""

    profile: Profile
    step: str
    language: str
    entries: tuple[Entry, ...]
    before: Mapping[str, Any]
    #: What the profile says of the items of the step; what was said of them before.
    said: Mapping[str, Mapping[str, Any]]
    said_before: frozenset[str]
    parts: tuple[LocalPart, ...] = ()
    #: Activity → role → letter in the whole company, as it stands.
    matrix: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many items are added, changed, removed, kept local, in conflict."""
        kinds = (ADD, CHANGE, REMOVE, LOCAL, CONFLICT)
        return {kind: sum(e.kind == kind for e in self.entries) for kind in kinds}

    @property
    def empty(self) -> bool:
        """Nothing to add, change or remove, and no conflict."""
        return all(entry.kind == LOCAL for entry in self.entries)

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The choices it asks for."""
        return tuple(name for entry in self.entries for name in entry.conflicts)

    @property
    def same_profile(self) -> bool:
        """The profile and step are those applied last."""
        return (
            self.before.get("code") == self.profile.code
            and self.before.get("step", "") == self.step
        )


def applied() -> dict[str, Any]:
    """What was applied last: ``code``, ``name``, ``step``, ``on``; empty when nothing was."""
    found = standard(APPLIED)
    return {name: found[name] for name in ("code", "name", "step", "on", "source") if name in found}


def make(profile: Profile, step: str = "", language: str = "") -> Plan:
    """The plan of a profile (a constant number of queries).

    Raises:
        KeyError: the profile has no such step.
        ScoringError: its scoring model says nonsense.
    """
    language = language or settings.LANGUAGE_CODE
    held = in_step(profile, step)
    settled = standards(*KEPT, SEATS, APPLIED)
    kept = settled[APPLIED]
    matrix, overrides = whole_matrix()
    sheets, variants = every_sheet()
    places = places_of_company()
    now = present(matrix, settled, [p.code for p in places if p.top], sheets)
    wanted = target(profile, language, [(p.code, p.level, p.name) for p in places])
    _entities_own(now, wanted)
    base = kept.get("base", {})
    entries = compare(now, wanted, base, lambda key: holds(held, key))
    return Plan(
        profile, step, language, tuple(_with_parts(entries, overrides)),
        {name: value for name, value in kept.items() if name != "base"},
        {key: item for key, item in wanted.items() if holds(held, key)},
        frozenset(key for key in base if holds(held, key)),
        _local_parts(variants, overrides), matrix,
    )


def _entities_own(now: Mapping[str, Any], wanted: dict[str, Any]) -> None:
    """What the profile lets entities settle in their forums is theirs once the forum stands."""
    allowed = wanted.get("adaptable/forums", {}).get("value", ())
    for key, item in wanted.items():
        if key.startswith("forums/") and item["entity"] and key in now:
            kept = {name: now[key][name] for name in ("name", *allowed)}
            wanted[key] = item | {
                name: value for name, value in kept.items() if value not in (None, "", [], 0)
            }


def _with_parts(entries: list[Entry], overrides: Overrides) -> list[Entry]:
    """Rows of the matrix that would leave a part of the company without its one answer."""
    made = []
    for entry in entries:
        if entry.topic == "matrix" and entry.kind in (ADD, CHANGE, REMOVE):
            own = (entry.target or {}).get("letters", {})
            if _refused(entry.code, own, overrides.get(entry.code, ())):
                entry = replace(entry, kind=CONFLICT, fields=(), reason="parts")
        made.append(entry)
    return made


def _refused(code: str, own: Mapping[str, str], parts: tuple[Override, ...]) -> bool:
    activity = activities().get(code)
    return activity is None or (
        check_letters(activity, activity.letters, parts, Place(), own) is not None
    )


def _local_parts(variants: Sequence[Variant], overrides: Overrides) -> tuple[LocalPart, ...]:
    """Letters and sections that parts of the company settled: they stay."""
    found = [
        LocalPart("sheet", role, name, settled) for role, _code, name, settled in variants
    ]
    names = place_names() if overrides else {}
    for activity, parts in overrides.items():
        for place in {part.place: part for part in parts}.values():
            kind = "entity" if place.entity else "line" if place.line else "team"
            key = (kind, place.entity or place.line or place.team or 0)
            letters = tuple(f"{p.role} {p.letter or '–'}" for p in parts if p.place == place.place)
            found.append(LocalPart("matrix", activity, names.get(key, ""), letters))
    return tuple(found)


def touched(plan: Plan, choices: Mapping[str, str] | None = None) -> Touched:
    """Whom and what the plan touches with these choices (a constant number of queries)."""
    chosen = choices or {}
    changing = [
        (entry, resolve(entry, chosen)) for entry in plan.entries if _moves(entry, chosen)
    ]
    holders = role_holders()
    rights: list[Right] = []
    matrix = plan.matrix
    for entry, after in changing:
        if entry.topic != "matrix" or entry.code not in activities():
            continue
        activity = activities()[entry.code]
        own = (after or {}).get("letters", {})
        then = {r: letter for r, letter in {**activity.letters, **own}.items() if letter}
        now = matrix[entry.code]
        for role in sorted({*then, *now}):
            had = now.get(role, "-") in activity.permits
            has = then.get(role, "-") in activity.permits
            if had != has:
                rights.append(Right(entry.code, role, has, holders.get(role, ())))
    codes = [entry.code for entry, _after in changing if entry.topic == "forums"]
    seats = {
        entry.code: tuple(
            (str(seat["role"]), holders.get(str(seat["role"]), ()))
            for seat in (after or {}).get("seats", ())
        )
        for entry, after in changing
        if entry.topic == "forums" and after is not None
    }
    kinds = {entry.code for entry, _after in changing if entry.topic == "dossiers"}
    open_ = open_dossiers() if kinds else {}
    return Touched(
        tuple(rights),
        forum_standing(codes),
        seats,
        tuple(code for kind in sorted(kinds) for code in open_.get(kind, ())),
        {e.code: holders.get(e.code, ()) for e, _after in changing if e.topic == "sheets"},
        scored() if any(entry.topic == "scoring" for entry, _after in changing) else 0,
    )


def _moves(entry: Entry, choices: Mapping[str, str]) -> bool:
    """Whether something is written for an entry, with these choices."""
    if entry.kind == LOCAL:
        return False
    return resolve(entry, choices) != entry.present
