"""Follow an object, or no longer."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from portulan.base.policy import Actor, Refusal, Refused
from portulan.base.subjects import Subject
from portulan.collaboration.access import subject_for
from portulan.collaboration.models import Watch


def watch(actor: Actor, kind: str, code: str, wanted: bool) -> None:
    """Follow an object that the actor may read, or say that one does not want to.

    Raises:
        NotFoundForActor: none that the actor may know of.
        Refused: the account is nobody's.
    """
    subject = subject_for(actor, kind, code)
    if actor.person_id is None:
        raise Refused(Refusal("comment.nobody"))
    Watch.objects.update_or_create(
        person_id=actor.person_id, subject_uid=subject.uid,
        defaults={"subject_kind": subject.kind, "muted": not wanted},
    )


def follow(person: int | None, subject: Subject) -> None:
    """Follow what one acted on, unless one said that one does not want to."""
    if person is not None:
        follow_all([(person, subject.kind, subject.uid)])


def follow_all(pairs: Iterable[tuple[int, str, UUID]]) -> None:
    """The same for many: person, kind and uid of the object (one query)."""
    Watch.objects.bulk_create(
        [
            Watch(person_id=person, subject_kind=kind, subject_uid=uid)
            for person, kind, uid in pairs
        ],
        ignore_conflicts=True,
    )
