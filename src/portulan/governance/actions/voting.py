"""Votes and verdicts on the lines of a frozen dossier, and the text of the decision."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q

from portulan.base.changes import Recorder, recording
from portulan.base.policy import Actor, Conflict, Invalid, Refusal, Refused, check_right, require
from portulan.governance.access import forum_scope
from portulan.governance.actions.meetings import check_sitting, touch
from portulan.governance.activities import DECISION_DECIDE, MEETING_RUN, VOTE_CAST
from portulan.governance.mandate import voting_members
from portulan.governance.models import (
    AgendaItem,
    Attendance,
    Dossier,
    DossierLine,
    Meeting,
    Person,
    SecretPoll,
    Vote,
)
from portulan.governance.seats import seats_taken, stands_in

LONGEST_TEXT = 10_000


def check_votable(item: AgendaItem, line: DossierLine) -> Refusal | None:
    """Why nobody can vote on a line now: no sitting, another point, a dossier that is not fixed."""
    refusal = check_sitting(item.meeting)
    if refusal is not None:
        return refusal
    if item.state != AgendaItem.State.OPEN:
        return Refusal("item.not_open")
    if item.dossier is None or line.dossier_id != item.dossier_id:
        return Refusal("item.no_dossier")
    if item.dossier.state != Dossier.State.FROZEN:
        return Refusal("dossier.not_frozen", {"state": item.dossier.state})
    if line.withdrawn:
        return Refusal("line.withdrawn")
    return None


def _require_votable(item: AgendaItem, line: DossierLine) -> None:
    refusal = check_votable(item, line)
    if refusal is not None:
        raise Refused(refusal)


def check_voter(item: AgendaItem, person: Person) -> Refusal | None:
    """Why a person has no vote: no seat with a right to decide, or the seat is empty.

    Who answers a written consultation is there by answering.
    """
    seats = {m.person_id: m for m in voting_members(item.meeting.forum, item.meeting.on)}
    if person.pk not in seats:
        return Refusal("vote.no_seat", {"person": person.name})
    if item.meeting.form == Meeting.Form.CONSULTATION:
        return None
    present = Attendance.objects.filter(meeting=item.meeting, person=person, present=True)
    if not present.exists():
        return Refusal("vote.absent", {"person": person.name})
    return None


def may_cast(actor: Actor, item: AgendaItem, person: Person) -> bool:
    """Whether the actor casts this seat's vote: its own, as deputy, or as who runs the sitting.

    In a written consultation nobody answers for others, but a deputy who stands in.
    """
    if actor.system:
        return True
    scope = forum_scope(item.meeting.forum)
    written = item.meeting.form == Meeting.Form.CONSULTATION
    if not written and check_right(actor, MEETING_RUN, scope) is None:
        return True
    if actor.person_id is None:
        return False
    if actor.person_id != person.pk and not stands_in(actor, item.meeting, person):
        return False
    require(actor, VOTE_CAST, scope)
    return True


def cast_vote(
    actor: Actor,
    item: AgendaItem,
    line: DossierLine,
    person: Person,
    choice: str,
    *,
    reason: str = "",
) -> None:
    """Record the open vote of a seat on a line; "" takes the vote back.

    Raises:
        Refused: nobody may vote now, no seat, or not the actor's to cast.
    """
    if not may_cast(actor, item, person):
        raise Refused(Refusal("vote.not_yours", {"person": person.name}))
    _require_votable(item, line)
    refusal = check_voter(item, person)
    if refusal is not None:
        raise Refused(refusal)
    if choice not in ("", *Vote.Choice.values):
        raise Invalid({"choice": Refusal("invalid")})
    _require_open_vote(line)
    with recording(actor, VOTE_CAST.code) as rec:
        vote = Vote.objects.filter(line=line, person=person).first()
        if not choice:
            if vote is not None:
                rec.delete(vote)
        elif vote is None:
            rec.create(Vote(line=line, person=person, choice=choice, reason=reason.strip()))
        else:
            rec.update(vote, choice=choice, reason=reason.strip())
        if item.meeting.form == Meeting.Form.CONSULTATION:
            _answered(rec, item.meeting, person)
        count_votes(rec, line)
        touch(item.meeting)


def _answered(rec: Recorder, meeting: Meeting, person: Person) -> None:
    """A member of a written consultation counts for the quorum once it said something."""
    row = meeting.attendances.filter(person=person).first()
    said = Vote.objects.filter(line__dossier__items__meeting=meeting, person=person).exists()
    if row is None:
        rec.create(Attendance(meeting=meeting, person=person, present=said))
    else:
        rec.update(row, present=said)


def all_for(actor: Actor, item: AgendaItem, line: DossierLine) -> None:
    """Record every seat that is taken and has not voted as in favour."""
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    _require_votable(item, line)
    _require_open_vote(line)
    present = set(seats_taken(item.meeting))
    voted = set(line.votes.values_list("person_id", flat=True))
    with recording(actor, VOTE_CAST.code) as rec:
        rec.create_many(
            [
                Vote(line=line, person_id=pk, choice=Vote.Choice.FOR)
                for pk in sorted(present - voted)
            ]
        )
        count_votes(rec, line)
        touch(item.meeting)


def _require_open_vote(line: DossierLine) -> None:
    """Refuse an open vote on a line that is or was voted in secret."""
    if SecretPoll.objects.filter(line=line).exclude(state=SecretPoll.State.VOID).exists():
        raise Refused(Refusal("vote.secret"))


def count_votes(rec: Recorder, line: DossierLine) -> None:
    """Write the counts of the open votes on their line."""
    found = line.votes.aggregate(
        **{choice: Count("pk", filter=Q(choice=choice)) for choice in Vote.Choice.values}
    )
    if not any(found.values()):
        rec.update(line, votes_for=None, votes_against=None, abstentions=None)
        return
    rec.update(
        line,
        votes_for=found[Vote.Choice.FOR],
        votes_against=found[Vote.Choice.AGAINST],
        abstentions=found[Vote.Choice.ABSTAIN],
    )


def check_verdict(
    line: DossierLine, verdict: str, deferred_to: date | None, counted: bool
) -> Refusal | None:
    """Why a verdict does not fit: unknown, deferred without its day, against the count."""
    if verdict not in DossierLine.Verdict.values:
        return Refusal("invalid")
    if verdict == DossierLine.Verdict.DEFERRED and deferred_to is None:
        return Refusal("line.deferred_to", {"line": line.title})
    if counted and verdict == DossierLine.Verdict.APPROVED:
        in_favour, against = line.votes_for or 0, line.votes_against or 0
        if against > in_favour:
            return Refusal("line.against", {"for": in_favour, "against": against})
    return None


def decide_line(
    actor: Actor,
    item: AgendaItem,
    line: DossierLine,
    verdict: str,
    *,
    condition: str = "",
    deferred_to: date | None = None,
    counts: tuple[int, int, int] | None = None,
) -> None:
    """Give a line its verdict: approved, deferred to a day, refused, or pending again.

    ``counts`` (for, against, abstentions) is for a show of hands without names.

    Raises:
        Refused: no right, nothing to decide now, or the verdict does not fit the votes.
        Invalid: counts beyond the seats that are taken.
    """
    require(actor, DECISION_DECIDE, forum_scope(item.meeting.forum))
    _require_votable(item, line)
    with recording(actor, DECISION_DECIDE.code) as rec:
        if counts is not None:
            if min(counts) < 0 or sum(counts) > 1000:
                raise Invalid({"counts": Refusal("invalid")})
            if not line.votes.exists():
                rec.update(
                    line, votes_for=counts[0], votes_against=counts[1], abstentions=counts[2]
                )
        refusal = check_verdict(line, verdict, deferred_to, line.votes_for is not None)
        if refusal is not None:
            raise Refused(refusal)
        rec.update(
            line,
            verdict=verdict,
            condition=condition.strip(),
            deferred_to=deferred_to if verdict == DossierLine.Verdict.DEFERRED else None,
        )
        touch(item.meeting)


def approve_rest(actor: Actor, item: AgendaItem) -> int:
    """Approve every line that is still open; returns how many."""
    require(actor, DECISION_DECIDE, forum_scope(item.meeting.forum))
    if item.dossier is None:
        raise Refused(Refusal("item.no_dossier"))
    lines = list(
        item.dossier.lines.filter(withdrawn=False, verdict=DossierLine.Verdict.PENDING)
    )
    for line in lines:
        _require_votable(item, line)
    for line in lines:
        refusal = check_verdict(line, "approved", None, line.votes_for is not None)
        if refusal is not None:
            raise Refused(refusal)
    with recording(actor, DECISION_DECIDE.code) as rec:
        count = rec.update_many(
            (line, {"verdict": DossierLine.Verdict.APPROVED}) for line in lines
        )
        touch(item.meeting)
    return count


def write_decision(actor: Actor, item: AgendaItem, text: str, *, seen: str | None = None) -> None:
    """Keep the text of the decision as it is typed; ``seen`` is what the writer started from.

    Raises:
        Refused, Invalid; Conflict: somebody else typed meanwhile.
    """
    require(actor, DECISION_DECIDE, forum_scope(item.meeting.forum))
    refusal = check_sitting(item.meeting)
    if refusal is not None:
        raise Refused(refusal)
    if len(text) > LONGEST_TEXT:
        raise Invalid({"text": Refusal("text.long", {"most": LONGEST_TEXT})})
    text = text.replace("\r\n", "\n").strip()
    with recording(actor, DECISION_DECIDE.code) as rec:
        fresh = AgendaItem.objects.select_for_update().get(pk=item.pk)
        started = None if seen is None else seen.replace("\r\n", "\n").strip()
        if started is not None and fresh.decision_text not in (started, text):
            raise Conflict(
                "item", str(item.uid), {"decision_text": (started, fresh.decision_text)}
            )
        rec.update(fresh, decision_text=text)
        item.decision_text = text
        touch(item.meeting)
