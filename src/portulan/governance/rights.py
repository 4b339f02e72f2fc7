"""Seats in forums as grants: chair, voting member, adviser, secretary."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q

from portulan.base.policy import Grant
from portulan.governance.models import Attendance, ForumMember, Meeting
from portulan.organisation.rights import in_force


def forum_grants(person_id: int, day: date) -> Iterable[Grant]:
    """Seats held in forums: roles ``forum_chair`` and so on.

    As the member, as the usual deputy, or as who represents a member at a sitting under way.
    """
    stands_in = Attendance.objects.filter(
        meeting__forum=OuterRef("forum"),
        meeting__state__in=(Meeting.State.PLANNED, Meeting.State.OPEN),
        person=OuterRef("person"),
        deputy_id=person_id,
        deputised=True,
    )
    found = ForumMember.objects.filter(
        in_force(day), Q(person_id=person_id) | Q(deputy_id=person_id) | Exists(stands_in)
    )
    return [
        Grant(f"forum_{right}", forum=pk) for right, pk in found.values_list("right", "forum_id")
    ]
