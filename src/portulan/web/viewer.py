"""Who reads the page: the actor of a request, found once."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from portulan.base.models import Account
from portulan.base.policy import Actor
from portulan.organisation.rights import actor_for

__all__ = ["Account", "account", "actor"]
_KEPT = "_portulan_actor"


def account(request: HttpRequest) -> Account | None:
    """The signed-in account, or ``None``."""
    user = getattr(request, "user", None)
    return cast(Account, user) if user is not None and user.is_authenticated else None


def actor(request: HttpRequest) -> Actor:
    """The actor of a request; every view that sits behind the sign-in has one.

    Raises:
        PermissionError: nobody is signed in.
    """
    kept: Actor | None = getattr(request, _KEPT, None)
    if kept is None:
        signed_in = account(request)
        if signed_in is None:
            raise PermissionError("nobody is signed in")
        kept = actor_for(signed_in)
        setattr(request, _KEPT, kept)
    return kept
