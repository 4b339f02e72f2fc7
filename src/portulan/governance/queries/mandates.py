"""The map of mandates: who decides what and up to which amount, where two do, where nobody does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from portulan.base.policy import Actor
from portulan.governance.access import readable_forums
from portulan.governance.company import Company, company_of
from portulan.governance.gates import KINDS
from portulan.governance.models import (
    Decision,
    Entity,
    Forum,
    ForumMember,
    Meeting,
    Product,
)
from portulan.governance.rhythm import occurrences
from portulan.organisation.rights import in_force

#: The levels of committees, from the ground up.
LEVELS = ("operational", "architecture", "portfolio", "strategic")
#: More seats that decide than this is a crowd: discussions grow with the pairs of people.
CROWD = 9
CROWD_SEATS = 15
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Power:
    """A forum that may take a kind of decision where one looks, above and up to which amount."""

    forum: Forum
    #: Amounts above this are its own: the most that a lower forum may decide (0: from the first
    #: euro).
    above: int
    #: Minor units; ``None``: any amount.
    up_to: int | None
    #: It covers only some lines of products.
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A kind of decision at a level."""

    kind: str
    level: str
    powers: tuple[Power, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of decision across the levels; ``ceiling``: nobody decides above (``None``: all is
    covered; 0: nobody decides at all).
    """

    kind: str
    cells: tuple[Cell, ...]
    ceiling: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with mandates: a code and what it is about."""

    code: str
    params: dict[str, Any]
    forum: str = ""


@dataclass(frozen=True, slots=True)
class Delay:
    """Days from request to decision: half of ``count`` took at most ``median``, 85 % ``p85``."""

    count: int
    median: int
    p85: int


@dataclass(frozen=True, slots=True)
class Load:
    """What a forum asks of its members, over the last twelve months."""

    forum: Forum
    deciding: int
    advising: int
    sittings: int
    decisions: int
    #: Hours of sitting, as they were; and those that the rhythm asks for in the coming year.
    hours: float
    hours_ahead: float
    #: Hours of sitting times seats.
    person_hours: float
    delay: Delay | None
    #: The same over the twelve months before.
    before: Delay | None
    waiting: int
    #: Quarter → median delay, oldest first, the last eight quarters with a decision.
    trend: tuple[tuple[date, int], ...] = ()

    @property
    def crowded(self) -> bool:
        """More people than can talk to one another."""
        return self.deciding > CROWD or self.deciding + self.advising > CROWD_SEATS


@dataclass(frozen=True, slots=True)
class Map:
    """The page of mandates for a part of the company."""

    entity: Entity | None
    entities: tuple[Entity, ...]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    loads: tuple[Load, ...] = field(default=())


def mandates(actor: Actor, code: str = "", day: date | None = None) -> Map:
    """The map, seen from a part of the company ("": the top), for what the actor may know of.

    A code that is none shows the top. A constant number of queries.
    """
    day = day or timezone.localdate()
    company = company_of()
    known = readable_forums(actor)
    forums = list(
        Forum.objects.filter(pk__in=known, active=True)
        .select_related("entity")
        .prefetch_related("lines")
        .order_by("folded")
    )
    seats: dict[int, list[ForumMember]] = {}
    for member in ForumMember.objects.filter(in_force(day), forum__in=forums):
        seats.setdefault(member.forum_id, []).append(member)
    holds = Exists(Product.objects.filter(entity=OuterRef("pk")))
    found_entities = list(Entity.objects.order_by("path", "folded").annotate(holds=holds))
    entities: list[Entity] = list(found_entities)
    placed = [one.pk for one in found_entities if one.holds]
    entity = next((one for one in entities if one.code == code), None)
    committees = [forum for forum in forums if forum.level in LEVELS]
    above = company.above(entity.pk) if entity is not None else company.roots
    rows = tuple(_row(kind, committees, above, entity is None) for kind in KINDS)
    loads = _loads(forums, seats, day)
    findings = (
        *_gaps(committees, company, entities, placed),
        *_overlaps(committees),
        *_crowds(loads),
    )
    return Map(entity, tuple(entities), rows, findings, loads)


def takes(forum: Forum, kind: str) -> bool:
    """Whether a forum may take a kind of decision."""
    return forum.level in LEVELS and (not forum.kinds or kind in forum.kinds)


def _powers(kind: str, forums: Sequence[Forum], above: frozenset[int], top: bool) -> list[Power]:
    """Who may decide here, the smallest amounts first."""
    found = [
        forum
        for forum in forums
        if takes(forum, kind) and (forum.entity_id is None or forum.entity_id in above)
    ]
    found.sort(key=lambda f: (math.inf if f.threshold is None else f.threshold, f.name))
    powers = []
    for forum in found:
        lower = [
            other.threshold
            for other in found
            if other.threshold is not None
            and not list(other.lines.all())
            and (forum.threshold is None or other.threshold < forum.threshold)
        ]
        powers.append(
            Power(
                forum, max(lower, default=0), forum.threshold,
                tuple(line.name for line in forum.lines.all()),
            )
        )  # fmt: skip
    return powers


def _row(kind: str, forums: Sequence[Forum], above: frozenset[int], top: bool) -> Row:
    powers = _powers(kind, forums, above, top)
    cells = tuple(
        Cell(kind, level, tuple(p for p in powers if p.forum.level == level)) for level in LEVELS
    )
    whole = [p for p in powers if not p.lines]
    if any(p.up_to is None for p in whole):
        ceiling = None
    else:
        ceiling = max((p.up_to or 0 for p in whole), default=0)
    return Row(kind, cells, ceiling)


def _gaps(
    forums: Sequence[Forum],
    company: Company,
    entities: Sequence[Entity],
    placed: Sequence[int],
) -> list[Finding]:
    """Parts of the company with products where a kind of decision, or an amount, has nobody."""
    if not forums:
        return []
    names = {entity.pk: entity.name for entity in entities}
    nobody: dict[str, list[str]] = {}
    beyond: dict[tuple[str, int], list[str]] = {}
    for pk in sorted(placed, key=lambda one: names[one]):
        for kind in KINDS:
            row = _row(kind, forums, company.above(pk), False)
            if row.ceiling is None:
                continue
            name = names[pk]
            if row.ceiling == 0:
                nobody.setdefault(kind, []).append(name)
            else:
                beyond.setdefault((kind, row.ceiling), []).append(name)
    everywhere = len(placed)
    found = []
    for places, kinds in _together(nobody):
        found.append(
            Finding(
                "mandate.gap",
                {"kinds": kinds, "places": places, "everywhere": len(places) == everywhere},
            )
        )
    for (places, amount), kinds in _together_above(beyond):
        found.append(
            Finding(
                "mandate.gap_amount",
                {
                    "kinds": kinds,
                    "amount": amount,
                    "places": places,
                    "everywhere": len(places) == everywhere,
                },
            )
        )
    return found


def _together(nobody: dict[str, list[str]]) -> list[tuple[tuple[str, ...], list[str]]]:
    """Kinds with the same places said at once."""
    found: dict[tuple[str, ...], list[str]] = {}
    for kind, places in nobody.items():
        found.setdefault(tuple(places), []).append(kind)
    return list(found.items())


def _together_above(
    beyond: dict[tuple[str, int], list[str]],
) -> list[tuple[tuple[tuple[str, ...], int], list[str]]]:
    found: dict[tuple[tuple[str, ...], int], list[str]] = {}
    for (kind, amount), places in beyond.items():
        found.setdefault((tuple(places), amount), []).append(kind)
    return list(found.items())


def _overlaps(forums: Sequence[Forum]) -> list[Finding]:
    """Two committees of one part of the company that decide the same up to the same amount."""
    found = []
    for position, one in enumerate(forums):
        for other in forums[position + 1 :]:
            if one.entity_id != other.entity_id or one.threshold != other.threshold:
                continue
            mine, theirs = set(one.lines.all()), set(other.lines.all())
            if mine and theirs and not mine & theirs:
                continue
            shared = [kind for kind in KINDS if takes(one, kind) and takes(other, kind)]
            if shared:
                found.append(
                    Finding(
                        "mandate.overlap",
                        {"one": one.name, "other": other.name, "kinds": shared},
                        one.code,
                    )
                )
    return found


def _crowds(loads: Sequence[Load]) -> list[Finding]:
    found = []
    for load in loads:
        if load.crowded:
            found.append(
                Finding(
                    "mandate.crowd",
                    {
                        "forum": load.forum.name,
                        "deciding": load.deciding,
                        "seats": load.deciding + load.advising,
                    },
                    load.forum.code,
                )
            )
        if load.forum.level in LEVELS and load.advising > load.deciding:
            found.append(
                Finding(
                    "mandate.no_right",
                    {"forum": load.forum.name, "advising": load.advising,
                     "deciding": load.deciding},
                    load.forum.code,
                )
            )
    return found


def _loads(
    forums: Sequence[Forum], seats: dict[int, list[ForumMember]], day: date
) -> tuple[Load, ...]:
    since = day - YEAR
    sat: dict[int, list[float]] = {}
    for meeting in Meeting.objects.filter(
        forum__in=forums, state=Meeting.State.CLOSED, form=Meeting.Form.SITTING,
        on__gt=since, on__lte=day,
    ):  # fmt: skip
        if meeting.opened_at and meeting.closed_at:
            hours = (meeting.closed_at - meeting.opened_at).total_seconds() / 3600
            # A sitting that somebody forgot to close did not last for days.
            if not 0 < hours <= 12:
                hours = 0.0
        else:
            hours = 0.0
        sat.setdefault(meeting.forum_id, []).append(hours)
    decided: dict[int, list[tuple[date, int | None]]] = {}
    for forum, asked, on in Decision.objects.filter(
        forum__in=forums, decided_on__isnull=False
    ).values_list("forum_id", "dossier__requested_on", "decided_on"):
        if forum is not None and on is not None:
            days = max(0, (on - asked).days) if asked is not None else None
            decided.setdefault(forum, []).append((on, days))
    waiting: dict[int, set[int]] = {}
    for forum_pk, dossier in (
        Meeting.objects.filter(
            forum__in=forums, items__dossier__state__in=("ready", "frozen"),
            state__in=(Meeting.State.PLANNED, Meeting.State.OPEN),
        ).values_list("forum_id", "items__dossier_id")
    ):  # fmt: skip
        waiting.setdefault(forum_pk, set()).add(dossier)
    return tuple(
        _load(forum, seats.get(forum.pk, []), sat.get(forum.pk, []), decided.get(forum.pk, []),
              len(waiting.get(forum.pk, ())), day)
        for forum in forums
    )  # fmt: skip


def _load(
    forum: Forum,
    members: Sequence[ForumMember],
    sat: Sequence[float],
    decided: Sequence[tuple[date, int | None]],
    waiting: int,
    day: date,
) -> Load:
    since, earlier = day - YEAR, day - 2 * YEAR
    usual = forum.duration / 60
    hours = sum(known or usual for known in sat)
    deciding = sum(m.right in ("chair", "votes") for m in members)
    ahead = len(occurrences(forum, day, day + YEAR)) * usual
    by_quarter: dict[date, list[int]] = {}
    for on, days in decided:
        if days is not None:
            by_quarter.setdefault(date(on.year, 3 * ((on.month - 1) // 3) + 1, 1), []).append(days)
    return Load(
        forum,
        deciding,
        len(members) - deciding,
        len(sat),
        sum(on > since for on, _ in decided),
        hours,
        ahead,
        hours * len(members),
        delay_of([d for on, d in decided if d is not None and since < on <= day]),
        delay_of([d for on, d in decided if d is not None and earlier < on <= since]),
        waiting,
        tuple((quarter, middle(by_quarter[quarter])) for quarter in sorted(by_quarter)[-8:]),
    )


def middle(values: Sequence[int]) -> int:
    """The median, of two middle values the higher one: a promise that holds."""
    return sorted(values)[len(values) // 2]


def delay_of(values: Sequence[int]) -> Delay | None:
    """Median and 85th percentile (nearest rank) of days."""
    if not values:
        return None
    ordered = sorted(values)
    return Delay(len(ordered), middle(ordered), ordered[math.ceil(0.85 * len(ordered)) - 1])
