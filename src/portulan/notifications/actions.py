"""Writes of a person on their own notifications and preferences."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.core import signing
from django.utils import timezone

from portulan.base.policy import Actor, Invalid, Refusal, Refused
from portulan.notifications.kinds import CADENCES, KINDS, NEVER
from portulan.notifications.models import Notification, Person, Preference

SALT = "notifications.unsubscribe"
#: A link of a mail works for a year.
AGE = 366 * 24 * 3600


def mark_read(actor: Actor, uid: UUID | str | None = None, *, read: bool = True) -> int:
    """Mark one of one's own notifications, or all of them; returns how many changed."""
    if actor.person_id is None:
        return 0
    found = Notification.objects.filter(person_id=actor.person_id, read_at__isnull=read)
    if uid is not None:
        found = found.filter(uid=uid)
    return found.update(read_at=timezone.now() if read else None)


def set_preferences(
    actor: Actor, mail: Mapping[str, str], shown: Collection[str], quiet_until: date | None
) -> None:
    """Say how one wants to be told.

    Raises:
        Refused: the account is nobody's.
        Invalid: an unknown kind or cadence.
    """
    if actor.person_id is None:
        raise Refused(Refusal("comment.nobody"))
    errors = {
        code: Refusal("field.unknown", {"value": cadence})
        for code, cadence in mail.items() if code not in KINDS or cadence not in CADENCES
    }
    if errors:
        raise Invalid(errors)
    Preference.objects.update_or_create(
        person_id=actor.person_id,
        defaults={
            "mail": dict(mail), "hidden": sorted(set(KINDS) - set(shown)),
            "quiet_until": quiet_until,
        },
    )


def token(person: Person, kind: str = "") -> str:
    """What a link of a mail carries: whose mails it stops, and of which kind ("" for all)."""
    return signing.dumps({"person": str(person.uid), "kind": kind}, salt=SALT)


def whose(text: str) -> tuple[Person, str] | None:
    """The person and kind of a token; ``None`` when it is not ours or is too old."""
    try:
        said = signing.loads(text, salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return None
    person = Person.objects.filter(uid=said["person"]).first()
    return (person, said["kind"]) if person is not None else None


def unsubscribe(text: str) -> bool:
    """Stop the mails of a token; tells whether it was one of ours."""
    found = whose(text)
    if found is None:
        return False
    person, kind = found
    kept, _made = Preference.objects.get_or_create(person=person)
    codes = [kind] if kind in KINDS else list(KINDS)
    kept.mail = {**kept.mail, **dict.fromkeys(codes, NEVER)}
    kept.save(update_fields=["mail"])
    return True
