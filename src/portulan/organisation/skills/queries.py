"""Reads of skills: one person's levels and gaps, the catalogue, trainings, the whole in groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, F, Q

from portulan.organisation.models import (
    DevelopmentStep,
    Enrolment,
    Person,
    PersonSkill,
    Skill,
    Training,
    TrainingSession,
)
from portulan.organisation.rolesheets.queries import company_sheets

#: A figure about people is shown from so many people on, never below.
FEWEST = 5
LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A skill with somebody's levels and what their roles ask for."""

    code: str
    name: str
    name_en: str
    family: str
    declared: int | None
    agreed: int | None
    agreed_on: date | None
    agreed_by: str
    expected: int
    roles: tuple[str, ...]

    @property
    def level(self) -> int:
        """The level that counts: agreed, else declared, else none."""
        return self.agreed or self.declared or 0

    @property
    def gap(self) -> int:
        """Levels that are missing."""
        return max(0, self.expected - self.level)


def expected(roles: Iterable[str]) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Skill → the highest level that these roles ask for, and the roles that ask (two queries)."""
    sheets = company_sheets()
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    for role in sorted(set(roles)):
        for code, level in asked(sheets.get(role, {}).get("skills", ())).items():
            most, who = found.get(code, (0, ()))
            found[code] = (max(most, level), (*who, role))
    return found


def asked(items: Iterable[Mapping[str, object]]) -> dict[str, int]:
    """Skill → level, out of the items of a role sheet that name a skill of the catalogue."""
    found: dict[str, int] = {}
    for item in items:
        code, level = item.get("code"), item.get("level")
        if isinstance(code, str) and isinstance(level, int) and level in LEVELS:
            found[code] = level
    return found


def levels(person: Person, roles: Iterable[str]) -> list[LevelRow]:
    """Every skill of the catalogue with somebody's levels, by family (four queries)."""
    wanted = expected(roles)
    mine = {
        row.skill_id: row
        for row in PersonSkill.objects.filter(person=person).select_related("agreed_by")
    }
    found = []
    for skill in Skill.objects.order_by("family", "folded"):
        row = mine.get(skill.pk)
        if not skill.active and row is None:
            continue
        level, who = wanted.get(skill.code, (0, ()))
        found.append(
            LevelRow(
                skill.code, skill.name, skill.name_en, skill.family,
                row.declared if row else None, row.agreed if row else None,
                row.agreed_on if row else None,
                row.agreed_by.name if row and row.agreed_by else "", level, who,
            )
        )
    return found


def catalogue() -> list[Skill]:
    """Every skill in use, by family (one query)."""
    return list(Skill.objects.filter(active=True).order_by("family", "folded"))


def steps(person: Person) -> list[DevelopmentStep]:
    """The plan of somebody: what is to be done first, then what is done (one query)."""
    rows = DevelopmentStep.objects.filter(person=person).select_related("skill", "coach")
    return sorted(
        rows, key=lambda s: (s.done_on is not None, s.due_on or date.max, s.pk)
    )


def coached(person: int) -> list[DevelopmentStep]:
    """What somebody coaches others on, still to be done; no level is told (one query)."""
    return list(
        DevelopmentStep.objects.filter(coach_id=person, done_on=None)
        .select_related("person", "skill")
        .order_by("due_on", "pk")
    )


def enrolments(person: Person) -> list[Enrolment]:
    """The seats of somebody, latest first (one query)."""
    return list(
        Enrolment.objects.filter(person=person)
        .select_related("session__training")
        .order_by("-session__starts", "-pk")
    )


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody of a manager's team: what waits for the manager."""

    code: str
    name: str
    job_title: str
    to_agree: int


def reports(manager: int) -> list[Report]:
    """The people of a manager, by name, with how many declared levels wait to be agreed."""
    waiting = Q(skills__declared__isnull=False) & (
        Q(skills__agreed=None) | Q(skills__declared_on__gt=F("skills__agreed_on"))
    )
    rows = (
        Person.objects.filter(manager_id=manager, active=True)
        .annotate(n=Count("skills", filter=waiting))
        .order_by("folded")
    )
    return [Report(row.code, row.name, row.job_title, row.n) for row in rows]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session with its seats; ``mine`` the reader's own state, "" when not enrolled."""

    uid: UUID
    code: str
    name: str
    starts: date
    ends: date
    place: str
    seats: int
    taken: int
    cancelled: bool
    mine: str


_TAKEN = ("accepted", "attended", "absent")


def sessions(
    person: int | None, *, since: date | None = None, training: Training | None = None
) -> list[SessionRow]:
    """Sessions in order, with the seats that are taken (two queries)."""
    rows = TrainingSession.objects.select_related("training").annotate(
        taken=Count("enrolments", filter=Q(enrolments__state__in=_TAKEN))
    )
    if training is not None:
        rows = rows.filter(training=training)
    if since is not None:
        rows = rows.filter(ends__gte=since)
    mine = (
        dict(Enrolment.objects.filter(person_id=person).values_list("session_id", "state"))
        if person is not None else {}
    )
    return [
        SessionRow(
            row.uid, row.training.code, row.training.name, row.starts, row.ends, row.place,
            row.seats, row.taken, row.cancelled, mine.get(row.pk, ""),
        )
        for row in rows.order_by("starts", "pk")
    ]


def trainings() -> list[Training]:
    """The catalogue of trainings, by name (one query)."""
    return list(Training.objects.filter(active=True).order_by("folded"))


def enrolled(training: Training) -> dict[UUID, list[Enrolment]]:
    """Session → who asked for a seat, by name (one query)."""
    found: dict[UUID, list[Enrolment]] = {}
    rows = Enrolment.objects.filter(session__training=training)
    for row in rows.select_related("person", "session").order_by("person__folded"):
        found.setdefault(row.session.uid, []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class Group:
    """A skill in a group of people: from ``FEWEST`` people on, else nothing is told.

    ``below`` is how many have less than their role asks; ``None`` when it is too few to be told.
    """

    code: str
    name: str
    name_en: str
    family: str
    people: int
    average: float
    below: int | None


def groups(roles_of: Mapping[int, Sequence[str]]) -> list[Group]:
    """Every skill over everybody, without a name and never below ``FEWEST`` people (three queries).

    ``roles_of``: person id → roles held.
    """
    sheets = company_sheets()
    wanted = {role: asked(sections.get("skills", ())) for role, sections in sheets.items()}
    known: dict[int, dict[int, int]] = {}
    for skill, person, agreed, declared in PersonSkill.objects.filter(
        person__active=True
    ).values_list("skill_id", "person_id", "agreed", "declared"):
        level = agreed or declared
        if level:
            known.setdefault(skill, {})[person] = level
    found = []
    for row in Skill.objects.filter(active=True).order_by("family", "folded"):
        mine = known.get(row.pk, {})
        if len(mine) < FEWEST:
            continue
        below = sum(
            1 for person, level in mine.items()
            if level < max(
                (wanted.get(role, {}).get(row.code, 0) for role in roles_of.get(person, ())),
                default=0,
            )
        )
        told = below if below == 0 or below >= FEWEST else None
        found.append(
            Group(
                row.code, row.name, row.name_en, row.family, len(mine),
                sum(mine.values()) / len(mine), told,
            )
        )
    return found
