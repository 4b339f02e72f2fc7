"""Who sits at a meeting: seats that are taken, who stands in for whom, who has a say."""

from __future__ import annotations

from portulan.base.policy import Actor
from portulan.governance.mandate import voting_members
from portulan.governance.models import Attendance, Meeting, Person
from portulan.organisation.rights import in_force

#: Seats that are asked for their score when something is scored together.
SCORING = ("chair", "votes", "advises")


def seats_taken(meeting: Meeting) -> list[int]:
    """The people whose seat has a right to decide and is taken, in person or by deputy."""
    seats = [m.person_id for m in voting_members(meeting.forum, meeting.on)]
    return sorted(
        meeting.attendances.filter(present=True, person_id__in=seats).values_list(
            "person_id", flat=True
        )
    )


def stands_in(actor: Actor, meeting: Meeting, person: Person) -> bool:
    """Whether the actor represents a member at this meeting."""
    row = Attendance.objects.filter(meeting=meeting, person=person, deputised=True).first()
    if row is None:
        return False
    if row.deputy_id is not None:
        return row.deputy_id == actor.person_id
    return meeting.forum.members.filter(person=person, deputy_id=actor.person_id).exists()


def seats_for(actor: Actor, meeting: Meeting) -> list[int]:
    """The seats (people's ids) that the actor fills: its own, and those it represents."""
    if actor.person_id is None:
        return []
    usual = set(
        meeting.forum.members.filter(deputy_id=actor.person_id).values_list("person_id", flat=True)
    )
    found = []
    for row in meeting.attendances.filter(present=True).order_by("person_id"):
        if not row.deputised:
            filled = row.person_id == actor.person_id
        elif row.deputy_id is not None:
            filled = row.deputy_id == actor.person_id
        else:
            filled = row.person_id in usual
        if filled:
            found.append(row.person_id)
    return found


def scorers(meeting: Meeting) -> list[int]:
    """The seats that are taken in person and have a say: those that decide or advise."""
    seats = meeting.forum.members.filter(in_force(meeting.on), right__in=SCORING)
    return list(
        meeting.attendances.filter(
            present=True, deputised=False, person_id__in=seats.values("person_id")
        )
        .order_by("person_id")
        .values_list("person_id", flat=True)
    )
