"""Seats in forums as grants: chair, voting member, adviser, secretary."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from portulan.base.policy import Grant
from portulan.governance.models import ForumMember
from portulan.organisation.rights import in_force


def forum_grants(person_id: int, day: date) -> Iterable[Grant]:
    """Seats held in forums, as the member or the deputy: roles ``forum_chair`` and so on."""
    found = ForumMember.objects.filter(
        in_force(day), Q(person_id=person_id) | Q(deputy_id=person_id)
    )
    return [
        Grant(f"forum_{right}", forum=pk) for right, pk in found.values_list("right", "forum_id")
    ]
