"""Who gets what from notifications: everybody their own, nobody another's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portulan.notifications.actions import token
from portulan.notifications.models import Notification
from tests.web.actors import ENTITLED, Company
from tests.web.permissions import MOVES_ON, SIGN_IN, SIGNED_IN, Row


def mine(built: Company) -> Mapping[str, Any]:
    """A notification of who is allowed."""
    made = Notification.objects.create(
        person=built.people[ENTITLED], kind="action", key="k", params={"title": "Relancer"}
    )
    return {"uid": made.uid}


def link(built: Company) -> Mapping[str, Any]:
    """The link of a mail to who is allowed."""
    return {"token": token(built.people[ENTITLED])}


OWN = (SIGN_IN, 404, 404, 302)
CHOICES = {"mail-mention": "daily", "shown-mention": "1"}

ROWS = (
    Row("notifications:home", "GET", SIGNED_IN),
    Row("notifications:list", "GET", SIGNED_IN),
    Row("notifications:read_all", "POST", MOVES_ON),
    Row("notifications:preferences", "GET", SIGNED_IN),
    Row("notifications:preferences", "POST", MOVES_ON, data=CHOICES),
    Row("notifications:unsubscribe", "GET", (200, 200, 200, 200), kwargs=link),
    Row("notifications:unsubscribe", "POST", (200, 200, 200, 200), kwargs=link),
    Row("notifications:unsubscribe", "GET", (404, 404, 404, 404), kwargs={"token": "forged"}),
    Row("notifications:follow", "GET", OWN, kwargs=mine),
    Row("notifications:open", "POST", OWN, kwargs=mine),
    Row("notifications:read", "POST", OWN, kwargs=mine),
)
