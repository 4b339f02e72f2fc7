"""Rights as values: activities, what they need, who has them, and why not.

The matrix that grants rights lives in ``organisation``; every app declares its activities in its
manifest. Deny by default: an activity that nobody declares is refused to everyone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LETTERS = ("R", "A", "C", "I")
#: The letter of a role that must not: it refuses even who has the right through another role.
MUST_NOT = "X"


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that can be done, ``noun.verb``; a code is never reused.

    ``letters`` is the default matrix (role code → letter); ``permits`` the letters that grant it.
    """

    code: str
    letters: Mapping[str, str]
    permits: str = "RA"

    @property
    def reads(self) -> bool:
        """Whether it is about reading: being told is then enough."""
        return "I" in self.permits


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held on one object: exactly one of the ids is set (database ids)."""

    role: str
    entity: int | None = None
    line: int | None = None
    product: int | None = None
    initiative: int | None = None
    project: int | None = None
    team: int | None = None
    forum: int | None = None
    #: The entity and everything above it, for a role held on an entity.
    above: frozenset[int] = field(default=frozenset(), compare=False)

    def within(self, other: Grant) -> bool:
        """Whether what this role is held on is what the other one covers, as far as is known."""
        if other.entity is not None:
            return other.entity == self.entity or other.entity in self.above
        return (
            (self.line, self.product, self.initiative, self.project, self.team, self.forum)
            == (other.line, other.product, other.initiative, other.project, other.team, other.forum)
            and self.entity is None
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an object lies: what a grant may cover. ``entities`` includes the ancestors.

    ``on`` names the object, kind and code, to explain a right.
    """

    entities: frozenset[int] = frozenset()
    lines: frozenset[int] = frozenset()
    products: frozenset[int] = frozenset()
    initiative: int | None = None
    project: int | None = None
    team: int | None = None
    forum: int | None = None
    on: tuple[str, str] | None = field(default=None, compare=False)

    def covered_by(self, grant: Grant) -> bool:
        """Whether a grant's object covers this one."""
        return (
            (grant.entity is not None and grant.entity in self.entities)
            or (grant.line is not None and grant.line in self.lines)
            or (grant.product is not None and grant.product in self.products)
            or (grant.initiative is not None and grant.initiative == self.initiative)
            or (grant.project is not None and grant.project == self.project)
            or (grant.team is not None and grant.team == self.team)
            or (grant.forum is not None and grant.forum == self.forum)
        )


@dataclass(frozen=True, slots=True)
class Override:
    """The letter of a role on an activity in one part of the company: exactly one id is set.

    ``above`` holds the entity and everything above it. ``letter`` "" takes the role out.
    """

    activity: str
    role: str
    letter: str
    entity: int | None = None
    line: int | None = None
    team: int | None = None
    above: frozenset[int] = frozenset()

    @property
    def rank(self) -> tuple[int, int, int]:
        """Sorts the narrowest first: team, line, then entities from the deepest."""
        kind = 0 if self.team is not None else 1 if self.line is not None else 2
        return kind, -len(self.above), self.team or self.line or self.entity or 0

    def covers(self, scope: Scope) -> bool:
        """Whether an object lies in this part."""
        return (
            (self.entity is not None and self.entity in scope.entities)
            or (self.line is not None and self.line in scope.lines)
            or (self.team is not None and self.team == scope.team)
        )

    @property
    def place(self) -> tuple[int | None, int | None, int | None]:
        """Which part it is."""
        return self.entity, self.line, self.team

    def reached_by(self, grant: Grant) -> bool:
        """Whether a role may cover something in this part."""
        return self.entity is None or grant.entity is None or grant.entity in self.above


#: Not tied to one object: a right held anywhere is enough (lists filter their rows themselves).
ANYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account, its person, and the roles held today.

    ``system`` is for commands and jobs run by the operator; they are traced under ``name``.
    """

    name: str
    account_id: int | None = None
    person_id: int | None = None
    grants: tuple[Grant, ...] = ()
    system: bool = False
    #: Letters of the whole company: activity → role → letter (the shipped ones and its own).
    matrix: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: Letters of parts of the company: activity → overrides, the narrowest first.
    overrides: Mapping[str, tuple[Override, ...]] = field(default_factory=dict)


def system_actor(name: str) -> Actor:
    """The operator's own command or a scheduled job."""
    return Actor(name=name, system=True)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something may not be done: a code, parameters, and the roles that may.

    The code and parameters become a sentence in the pages; ``roles`` are role codes.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    roles: tuple[str, ...] = ()


class Refused(Exception):
    """A right is missing or a rule says no (403, or 422 for a rule): carries the refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class NotFoundForActor(Exception):
    """No such object, or none that this actor may know of (404)."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"{kind} {key}")
        self.kind, self.key = kind, key


class Conflict(Exception):
    """Somebody changed it meanwhile (409): columns with what was expected and what is there."""

    def __init__(self, kind: str, key: str, columns: Mapping[str, tuple[Any, Any]]) -> None:
        super().__init__(f"{kind} {key}: {', '.join(columns)}")
        self.kind, self.key, self.columns = kind, key, columns


class Invalid(Exception):
    """Input that cannot be taken: one code and parameters per field (422)."""

    def __init__(self, errors: Mapping[str, Refusal]) -> None:
        super().__init__(", ".join(f"{name}: {error.code}" for name, error in errors.items()))
        self.errors = errors


def letters_in(
    letters: Mapping[str, str], own: Sequence[Override], part: Override
) -> dict[str, str]:
    """Role → letter in one part: the company's, then those of the parts above, then its own.

    A line or a team stands below the company alone, so that a part is judged by itself.
    """
    found = dict(letters)
    for override in reversed(own):
        above = part.entity is not None and override.entity in part.above
        if above or override.place == part.place:
            found[override.role] = override.letter
    return found


def letters_at(actor: Actor, activity: Activity, scope: Scope = ANYWHERE) -> Mapping[str, str]:
    """Role → letter where ``scope`` lies: those of the narrowest part that has its own."""
    letters = actor.matrix.get(activity.code, activity.letters)
    own = actor.overrides.get(activity.code, ())
    part = next((override for override in own if override.covers(scope)), None)
    return letters if part is None else letters_in(letters, own, part)


def check_right(actor: Actor, activity: Activity, scope: Scope = ANYWHERE) -> Refusal | None:
    """Why ``actor`` may not do ``activity`` on what ``scope`` tells, or ``None`` when it may.

    A role that must not refuses what another role of the same person would permit.
    """
    if actor.system:
        return None
    letters = letters_at(actor, activity, scope)
    forbidden = ""
    if scope is ANYWHERE:
        if _somewhere(actor, activity, letters):
            return None
    else:
        permitted = False
        for grant in actor.grants:
            letter = letters.get(grant.role, "")
            if letter and scope.covered_by(grant):
                if letter == MUST_NOT:
                    forbidden = grant.role
                permitted = permitted or letter in activity.permits
        if permitted and not forbidden:
            return None
    params = {"activity": activity.code}
    if scope.on is not None:
        params["on"] = ":".join(scope.on)
    if forbidden:
        params["role"] = forbidden
    roles = tuple(
        sorted(role for role, letter in letters.items() if letter and letter in activity.permits)
    )
    return Refusal("right.must_not" if forbidden else "right.missing", params, roles)


def _held_on(grant: Grant) -> Scope:
    """What a role is held on, as far as the grant tells."""
    return Scope(
        entities=grant.above | ({grant.entity} if grant.entity is not None else frozenset()),
        lines=frozenset({grant.line} if grant.line is not None else ()),
        team=grant.team,
    )


def _somewhere(actor: Actor, activity: Activity, letters: Mapping[str, str]) -> bool:
    """Whether a role gives the right on something: lists filter their rows themselves."""
    own = actor.overrides.get(activity.code, ())
    parts = list({override.place: override for override in own}.values())
    barred: list[Grant] = []
    permitting: list[Grant] = []
    for grant in actor.grants:
        here = (letters_at(actor, activity, _held_on(grant)) if own else letters).get(grant.role)
        if here == MUST_NOT:
            barred.append(grant)
            continue
        below = (
            letters_in(letters, own, part).get(grant.role)
            for part in parts
            if part.reached_by(grant)
        )
        if any(letter and letter in activity.permits for letter in (here, *below)):
            permitting.append(grant)
    return any(not any(grant.within(bar) for bar in barred) for grant in permitting)


def held(actor: Actor, activity: Activity) -> tuple[Grant, ...]:
    """The roles that permit the activity where they are held, and that no other role of the same
    person forbids there. Letters of narrower parts are not looked at.
    """
    own = actor.overrides.get(activity.code, ())
    whole = actor.matrix.get(activity.code, activity.letters)
    letters = [
        (grant, (letters_at(actor, activity, _held_on(grant)) if own else whole).get(grant.role))
        for grant in actor.grants
    ]
    barred = [grant for grant, letter in letters if letter == MUST_NOT]
    return tuple(
        grant
        for grant, letter in letters
        if letter and letter in activity.permits and not any(grant.within(bar) for bar in barred)
    )


def require(actor: Actor, activity: Activity, scope: Scope = ANYWHERE) -> None:
    """Let pass or raise.

    Raises:
        Refused: the actor lacks the right; the refusal names the roles that have it.
    """
    refusal = check_right(actor, activity, scope)
    if refusal is not None:
        raise Refused(refusal)
