"""A person's notifications and preferences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portulan.base.policy import Actor, NotFoundForActor
from portulan.base.subjects import Subject
from portulan.notifications.kinds import KINDS
from portulan.notifications.making import readable
from portulan.notifications.models import Notification, Preference

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A notification that its reader may read today."""

    uid: UUID
    kind: str
    subject: Subject | None
    params: Mapping[str, Any]
    at: datetime
    read: bool


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a person is told: kind → cadence by mail, and kinds shown in the pages."""

    mail: Mapping[str, str]
    shown: frozenset[str]
    quiet_until: date | None


def unread(actor: Actor) -> int:
    """How many notifications wait (one query)."""
    if actor.person_id is None:
        return 0
    return Notification.objects.filter(person_id=actor.person_id, read_at=None).count()


def notifications(actor: Actor, *, only_unread: bool = False) -> list[Row]:
    """The last notifications, latest first; what may not be read today is left out."""
    if actor.person_id is None:
        return []
    found = Notification.objects.filter(person_id=actor.person_id)
    if only_unread:
        found = found.filter(read_at=None)
    return rows_of(actor, found.order_by("-at", "-pk")[:SHOWN])


def rows_of(actor: Actor, found: Iterable[Notification]) -> list[Row]:
    """Those of these notifications that the actor may read today."""
    listed = list(found)
    pairs = [(n.subject_kind, n.subject_uid) if n.subject_uid else None for n in listed]
    seen = readable(actor, pairs)
    return [
        Row(n.uid, n.kind, seen[n.subject_uid] if n.subject_uid else None, n.params, n.at,
            n.read_at is not None)
        for n in listed if not n.subject_uid or n.subject_uid in seen
    ]


def notification(actor: Actor, uid: UUID | str) -> Row:
    """One of the actor's own notifications.

    Raises:
        NotFoundForActor: none of theirs, or about what they may no longer read.
    """
    found = rows_of(
        actor, Notification.objects.filter(uid=uid, person_id=actor.person_id or 0)
    )
    if not found:
        raise NotFoundForActor("notification", str(uid))
    return found[0]


def preferences(person: int | None) -> Preferences:
    """How a person wants to be told, with what is usual where they said nothing."""
    kept = Preference.objects.filter(person_id=person or 0).first()
    mail = {code: kind.mail for code, kind in KINDS.items()}
    if kept is None:
        return Preferences(mail, frozenset(KINDS), None)
    mail.update({code: cadence for code, cadence in kept.mail.items() if code in KINDS})
    return Preferences(mail, frozenset(KINDS) - set(kept.hidden), kept.quiet_until)
