"""Calendar feeds: found by their owner to close them, or by their secret to answer."""

from __future__ import annotations

from portulan.base.models import Account
from portulan.base.policy import Actor, NotFoundForActor
from portulan.governance.models import CalendarFeed


def feed_for(actor: Actor, uid: str) -> CalendarFeed:
    """One of the actor's own feeds.

    Raises:
        NotFoundForActor: none, or somebody else's.
    """
    found = CalendarFeed.objects.filter(
        uid=uid, person_id=actor.person_id or 0, revoked_at=None
    ).first()
    if found is None:
        raise NotFoundForActor("feed", uid)
    return found


def feed_by_secret(digest: str) -> tuple[CalendarFeed, Account] | None:
    """The feed with this digest of its secret, and who it answers for; ``None``: nobody any more.

    Somebody who left (account or person not active) is answered nothing.
    """
    found = (
        CalendarFeed.objects.select_related("person__account", "forum", "forum__entity")
        .filter(digest=digest, revoked_at=None, person__active=True)
        .first()
    )
    if found is None or found.person.account is None or not found.person.account.is_active:
        return None
    return found, found.person.account
