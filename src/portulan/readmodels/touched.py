"""Who and what a change of governance touches: holders of roles, seats, sittings, open dossiers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils import timezone

from portulan.catalogue.models import Line, LineRole, ProductRole
from portulan.governance.models import AgendaItem, Dossier, ForumMember, Meeting
from portulan.organisation.models import Entity, EntityRole, Team
from portulan.organisation.rights import in_force
from portulan.portfolio.models import ProjectRole
from portulan.prioritisation.models import Score

#: Code and name of somebody.
Who = tuple[str, str]
OPEN = (Dossier.State.DRAFT, Dossier.State.READY, Dossier.State.FROZEN)


def role_holders(day: date | None = None) -> dict[str, tuple[Who, ...]]:
    """Role → who holds it somewhere on a day (today), by name (five queries)."""
    condition = in_force(day or timezone.localdate())
    found: dict[str, dict[str, str]] = {}
    for model in (EntityRole, LineRole, ProductRole, ProjectRole):
        rows = model._default_manager.filter(condition, person__active=True).values_list(
            "role", "person__code", "person__name"
        )
        for role, code, name in rows.distinct():
            found.setdefault(role, {})[code] = name
    seats = ForumMember.objects.filter(condition, forum__active=True).values_list(
        "right", "person__code", "person__name"
    )
    for right, code, name in seats.distinct():
        found.setdefault(f"forum_{right}", {})[code] = name
    return {
        role: tuple(sorted(people.items(), key=lambda pair: pair[1]))
        for role, people in found.items()
    }


@dataclass(frozen=True, slots=True)
class ForumStanding:
    """What hangs on a forum: who sits, sittings to come, dossiers that wait for it."""

    members: tuple[Who, ...]
    meetings: int
    dossiers: tuple[str, ...]


def forum_standing(codes: Collection[str], day: date | None = None) -> dict[str, ForumStanding]:
    """What hangs on these forums (three queries)."""
    day = day or timezone.localdate()
    members: dict[str, list[Who]] = {}
    for forum, code, name in (
        ForumMember.objects.filter(in_force(day), forum__code__in=codes)
        .order_by("person__folded")
        .values_list("forum__code", "person__code", "person__name")
    ):
        members.setdefault(forum, []).append((code, name))
    meetings = dict(
        Meeting.objects.filter(forum__code__in=codes, on__gte=day, state=Meeting.State.PLANNED)
        .values_list("forum__code")
        .annotate(n=Count("pk"))
    )
    dossiers: dict[str, list[str]] = {}
    for forum, code in (
        AgendaItem.objects.filter(
            meeting__forum__code__in=codes, meeting__state=Meeting.State.PLANNED,
            dossier__state__in=OPEN,
        )
        .values_list("meeting__forum__code", "dossier__code")
        .distinct()
    ):
        dossiers.setdefault(forum, []).append(code)
    return {
        code: ForumStanding(
            tuple(members.get(code, ())), meetings.get(code, 0),
            tuple(sorted(dossiers.get(code, ()))),
        )
        for code in codes
    }


def open_dossiers() -> dict[str, tuple[str, ...]]:
    """Kind → codes of the dossiers that are not decided yet (one query)."""
    found: dict[str, list[str]] = {}
    rows = Dossier.objects.filter(state__in=OPEN).order_by("code").values_list("kind", "code")
    for kind, code in rows:
        found.setdefault(kind, []).append(code)
    return {kind: tuple(codes) for kind, codes in found.items()}


def scored() -> int:
    """How many initiatives carry a score (one query)."""
    return Score.objects.values("initiative").distinct().count()


def place_names() -> dict[tuple[str, int], str]:
    """The name of every entity, line and team, by kind and id (three queries)."""
    return {
        (kind, pk): name
        for kind, model in (("entity", Entity), ("line", Line), ("team", Team))
        for pk, name in model._default_manager.values_list("pk", "name")
    }
