"""Secret votes: who took part is known, what was said is counted, and nothing links the two.

A ballot leaves no row: it adds one to the tally of its answer, in the transaction that marks the
seat as having voted. Neither has a moment, a history or an order; the rows were there before the
first ballot. Nothing of the count is shown before the vote is closed, and a vote with too few
ballots is void: its count is thrown away.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from portulan.base.changes import recording
from portulan.base.policy import Actor, Invalid, Refusal, Refused, require
from portulan.governance.access import forum_scope
from portulan.governance.actions.meetings import require_open, touch
from portulan.governance.actions.voting import check_votable, count_votes
from portulan.governance.activities import MEETING_RUN, VOTE_CAST
from portulan.governance.models import (
    AgendaItem,
    DossierLine,
    SecretParticipation,
    SecretPoll,
    SecretTally,
    Vote,
)
from portulan.governance.seats import seats_for, seats_taken

#: With fewer ballots, who voted would tell what was said.
FEWEST = 3


def check_poll(item: AgendaItem, line: DossierLine | None) -> Refusal | None:
    """Why no secret vote can be opened: nothing to vote on, one open already, too few seats."""
    if item.state != AgendaItem.State.OPEN:
        return Refusal("item.not_open")
    if line is not None:
        refusal = check_votable(item, line)
        if refusal is not None:
            return refusal
        if line.votes.exists():
            return Refusal("poll.open_votes")
        if line.polls.exclude(state=SecretPoll.State.VOID).exists():
            return Refusal("poll.there")
    if item.polls.filter(state=SecretPoll.State.OPEN).exists():
        return Refusal("poll.there")
    taken = len(seats_taken(item.meeting))
    if taken < FEWEST:
        return Refusal("poll.few", {"count": taken, "fewest": FEWEST})
    return None


def open_poll(
    actor: Actor, item: AgendaItem, *, line: DossierLine | None = None, question: str = ""
) -> SecretPoll:
    """Ask the seats that are taken for a secret vote, on a line or on a question.

    Raises:
        Refused: no right, no sitting, or what ``check_poll`` says; Invalid: no question.
    """
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    require_open(item.meeting)
    refusal = check_poll(item, line)
    if refusal is not None:
        raise Refused(refusal)
    if line is None and not question.strip():
        raise Invalid({"question": Refusal("required")})
    with recording(actor, MEETING_RUN.code) as rec:
        poll = rec.create(
            SecretPoll(
                item=item, line=line, question="" if line else question.strip()[:300]
            )
        )
        SecretParticipation.objects.bulk_create(
            [SecretParticipation(poll=poll, person_id=pk) for pk in seats_taken(item.meeting)]
        )
        SecretTally.objects.bulk_create(
            [SecretTally(poll=poll, choice=choice) for choice in Vote.Choice.values]
        )
        touch(item.meeting)
    return poll


def cast_ballot(actor: Actor, poll: SecretPoll, choice: str) -> None:
    """Put a secret ballot in; it cannot be changed or found again. Nobody votes for others.

    Who represents another member has one ballot for each seat, cast one after the other.

    Raises:
        Refused: no right, the vote is over, no seat in it, or all voted already.
        Invalid: an unknown answer.
    """
    require(actor, VOTE_CAST, forum_scope(poll.item.meeting.forum))
    if choice not in Vote.Choice.values:
        raise Invalid({"choice": Refusal("invalid")})
    seats = seats_for(actor, poll.item.meeting)
    with transaction.atomic():
        held = SecretPoll.objects.select_for_update().get(pk=poll.pk)
        if held.state != SecretPoll.State.OPEN:
            raise Refused(Refusal("poll.over"))
        rows = list(
            SecretParticipation.objects.filter(poll=poll, person_id__in=seats).order_by("pk")
        )
        if not rows:
            raise Refused(Refusal("poll.no_seat"))
        row = next((each for each in rows if not each.voted), None)
        if row is None:
            raise Refused(Refusal("poll.voted"))
        SecretParticipation.objects.filter(pk=row.pk).update(voted=True)
        SecretTally.objects.filter(poll=poll, choice=choice).update(ballots=F("ballots") + 1)
        touch(poll.item.meeting)


def close_poll(actor: Actor, poll: SecretPoll) -> bool:
    """Count: the result is known from now on, unless too few voted (then it is void: ``False``).

    Raises:
        Refused: no right, or it is over.
    """
    require(actor, MEETING_RUN, forum_scope(poll.item.meeting.forum))
    with recording(actor, MEETING_RUN.code) as rec:
        held = SecretPoll.objects.select_for_update().get(pk=poll.pk)
        if held.state != SecretPoll.State.OPEN:
            raise Refused(Refusal("poll.over"))
        counts = dict(SecretTally.objects.filter(poll=poll).values_list("choice", "ballots"))
        SecretTally.objects.filter(poll=poll).delete()
        counted = sum(counts.values()) >= FEWEST
        if counted:
            result = {
                "votes_for": counts[Vote.Choice.FOR],
                "votes_against": counts[Vote.Choice.AGAINST],
                "abstentions": counts[Vote.Choice.ABSTAIN],
            }
            rec.update(held, state=SecretPoll.State.CLOSED, **result)
            if held.line is not None:
                rec.update(held.line, **result)
        else:
            rec.update(held, state=SecretPoll.State.VOID)
        touch(poll.item.meeting)
    return counted


def drop_poll(actor: Actor, poll: SecretPoll) -> None:
    """Stop a secret vote without counting it; the ballots are thrown away.

    Raises:
        Refused: no right, or it is over.
    """
    require(actor, MEETING_RUN, forum_scope(poll.item.meeting.forum))
    with recording(actor, MEETING_RUN.code) as rec:
        held = SecretPoll.objects.select_for_update().get(pk=poll.pk)
        if held.state != SecretPoll.State.OPEN:
            raise Refused(Refusal("poll.over"))
        SecretTally.objects.filter(poll=poll).delete()
        rec.update(held, state=SecretPoll.State.VOID)
        if held.line is not None:
            count_votes(rec, held.line)
        touch(poll.item.meeting)
