"""Who would be asked for what: the preview of a campaign, and what its launch does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from portulan.base.policy import Actor
from portulan.base.subjects import Subject
from portulan.campaigns.kinds import KINDS
from portulan.campaigns.models import Campaign, Person
from portulan.organisation.rights import actor_for
from portulan.readmodels import subjects

MOST = 5_000


@dataclass(frozen=True, slots=True)
class Planned:
    """One object that one person would be asked for."""

    person: Person
    subject: Subject


@dataclass(frozen=True, slots=True)
class Plan:
    """What a launch would ask; objects left out, and why: ``nobody`` answers for them, or who
    does has no ``account``, or cannot ``read`` them.
    """

    asks: tuple[Planned, ...]
    left_out: tuple[tuple[Subject, str, str], ...]

    def by_person(self) -> dict[str, list[Subject]]:
        """Name of the person → what they would be asked for."""
        found: dict[str, list[Subject]] = {}
        for ask in self.asks:
            found.setdefault(ask.person.name, []).append(ask.subject)
        return dict(sorted(found.items()))


def asked(actor: Actor, campaign: Campaign) -> Plan:
    """What a campaign that was fetched for the actor would ask."""
    kind = KINDS[campaign.kind]
    rows = kind.model._default_manager.filter(kind.targets(campaign)).distinct()
    uids = list(rows.values_list("uid", flat=True)[:MOST])
    seen = sorted(
        subjects.readable(actor, {kind.object_kind: uids}).values(), key=lambda s: s.name.lower()
    )
    wanted: list[tuple[int, Subject]] = []
    left: list[tuple[Subject, str, str]] = []
    if campaign.people:
        ids = Person.objects.filter(code__in=campaign.people).values_list("pk", flat=True)
        wanted = [(pk, subject) for pk in ids for subject in seen]
    else:
        holders = kind.holders([s.pk for s in seen])
        for subject in seen:
            if subject.pk in holders:
                wanted.append((holders[subject.pk], subject))
            else:
                left.append((subject, "nobody", ""))
    people = Person.objects.select_related("account").in_bulk({pk for pk, _ in wanted})
    readable: dict[int, set[UUID]] = {}
    for pk, person in people.items():
        own = {(s.kind, s.uid) for who, s in wanted if who == pk}
        readable[pk] = reads(person, own)
    asks = []
    for pk, subject in wanted:
        person = people[pk]
        if person.account is None or not person.account.is_active:
            left.append((subject, "account", person.name))
        elif subject.uid not in readable[pk]:
            left.append((subject, "read", person.name))
        else:
            asks.append(Planned(person, subject))
    asks.sort(key=lambda ask: (ask.person.name, ask.subject.name.lower()))
    return Plan(tuple(asks), tuple(left))


def reads(person: Person, objects: Iterable[tuple[str, UUID]]) -> set[UUID]:
    """Those of these objects that somebody may read; none without an account."""
    if person.account is None or not person.account.is_active:
        return set()
    wanted: dict[str, set[UUID]] = {}
    for kind, uid in objects:
        wanted.setdefault(kind, set()).add(uid)
    return set(subjects.readable(actor_for(person.account), wanted))
