"""Reads of the organisation alone: names to choose from, accounts and roles for the settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from portulan.organisation.models import Entity, EntityRole, Person, Team
from portulan.organisation.rights import in_force

Choice = tuple[str, str]


def entity_choices() -> list[Choice]:
    """Code and name of every entity, parents before children."""
    rows = list(Entity.objects.order_by("folded").values_list("path", "code", "name"))
    return [
        (code, "\u2003" * max(0, path.count("/") - 2) + name) for path, code, name in sorted(rows)
    ]


def people_choices() -> list[Choice]:
    """Code and name of everybody who works here now, by name."""
    return list(Person.objects.filter(active=True).order_by("folded").values_list("code", "name"))


def team_choices() -> list[Choice]:
    """Code and name of every team, by name."""
    return list(Team.objects.order_by("folded").values_list("code", "name"))


@dataclass(frozen=True, slots=True)
class Access:
    """A role that somebody holds on an entity."""

    uid: str
    person: str
    name: str
    email: str
    role: str
    entity: str
    entity_name: str
    starts: date | None
    ends: date | None
    signs_in: bool


def accesses(day: date | None = None) -> list[Access]:
    """The roles held on entities on a day (today), by name (one query)."""
    rows = (
        EntityRole.objects.filter(in_force(day or timezone.localdate()))
        .select_related("person__account", "entity")
        .order_by("person__folded", "entity__path", "role")
    )
    return [
        Access(
            str(row.uid), row.person.code, row.person.name,
            row.person.account.email if row.person.account else row.person.email, row.role,
            row.entity.code, row.entity.name, row.starts, row.ends,
            row.person.account is not None and row.person.account.is_active,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class EntityNode:
    """An entity in the tree; ``depth`` 0 at the top."""

    code: str
    name: str
    level: str
    depth: int
    currency: str
    first_month: int
    people: int


def entity_tree() -> list[EntityNode]:
    """Every entity, parents before children, with how many people it has (two queries)."""
    from django.db.models import Count

    counts = dict(
        Person.objects.filter(active=True, entity__isnull=False)
        .values_list("entity_id")
        .annotate(n=Count("pk"))
    )
    return [
        EntityNode(
            e.code, e.name, e.level, max(0, e.path.count("/") - 2), e.currency,
            e.fiscal_first_month, counts.get(e.pk, 0),
        )
        for e in Entity.objects.order_by("path")
    ]


def people_coded(codes: Iterable[str]) -> dict[str, int]:
    """The ids of the people who have one of these codes, by lower-case code (one query)."""
    wanted = {code.lower() for code in codes}
    if not wanted:
        return {}
    match = Q()
    for code in wanted:
        match |= Q(code__iexact=code)
    return {
        code.lower(): pk for code, pk in Person.objects.filter(match).values_list("code", "pk")
    }


def sign_ins() -> dict[str, tuple[int, int]]:
    """Code of a person who has an account → ids of the account and of the person (one query)."""
    return {
        code: (account, pk)
        for code, account, pk in Person.objects.exclude(account=None).values_list(
            "code", "account_id", "pk"
        )
        if account is not None
    }


@dataclass(frozen=True, slots=True)
class CompanyPlace:
    """An entity in few words; ``top``: nothing stands above it."""

    code: str
    name: str
    level: str
    top: bool


def places_of_company() -> list[CompanyPlace]:
    """Every entity in few words, parents before children (one query)."""
    rows = Entity.objects.order_by("path").values_list("code", "name", "level", "parent_id")
    return [CompanyPlace(code, name, level, up is None) for code, name, level, up in rows]
