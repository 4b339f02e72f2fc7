"""Rights as values: activities, what they need, who has them, and why not.

The matrix that grants rights lives in ``organisation``; every app declares its activities in its
manifest. Deny by default: an activity that nobody declares is refused to everyone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LETTERS = ("R", "A", "C", "I")


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that can be done, ``noun.verb``; a code is never reused.

    ``letters`` is the default matrix (role code → letter); ``permits`` the letters that grant it.
    """

    code: str
    letters: Mapping[str, str]
    permits: str = "RA"


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


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an object lies: what a grant may cover. ``entities`` includes the ancestors."""

    entities: frozenset[int] = frozenset()
    lines: frozenset[int] = frozenset()
    products: frozenset[int] = frozenset()
    initiative: int | None = None
    project: int | None = None
    team: int | None = None
    forum: int | None = None

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
    #: Effective letters: activity → role → letter (defaults and the company's overrides).
    matrix: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


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


def check_right(actor: Actor, activity: Activity, scope: Scope = ANYWHERE) -> Refusal | None:
    """Why ``actor`` may not do ``activity`` on what ``scope`` tells, or ``None`` when it may."""
    if actor.system:
        return None
    letters = actor.matrix.get(activity.code, activity.letters)
    for grant in actor.grants:
        if letters.get(grant.role, "") and letters[grant.role] in activity.permits:
            if scope is ANYWHERE or scope.covered_by(grant):
                return None
    roles = tuple(sorted(role for role, letter in letters.items() if letter in activity.permits))
    return Refusal("right.missing", {"activity": activity.code}, roles)


def require(actor: Actor, activity: Activity, scope: Scope = ANYWHERE) -> None:
    """Let pass or raise.

    Raises:
        Refused: the actor lacks the right; the refusal names the roles that have it.
    """
    refusal = check_right(actor, activity, scope)
    if refusal is not None:
        raise Refused(refusal)
