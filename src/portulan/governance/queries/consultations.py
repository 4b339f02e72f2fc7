"""Reads on written consultations: what is asked, who answered, what the reader said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from portulan.base.policy import Actor, Refusal
from portulan.governance.mandate import check_quorum, quorum_of, voting_members
from portulan.governance.models import (
    AgendaItem,
    Decision,
    Dossier,
    DossierLine,
    Forum,
    Meeting,
    Person,
    Vote,
)
from portulan.governance.queries.meetings import ready_for
from portulan.governance.rhythm import zone_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A line put to the members: the counts so far, and what each of the reader's seats said."""

    line: DossierLine
    votes_for: int
    votes_against: int
    abstentions: int
    mine: tuple[tuple[Person, str, str], ...]
    reasons: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A dossier put to the members, with its lines and the decision it became."""

    item: AgendaItem
    dossier: Dossier
    lines: tuple[Asked, ...]
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Consultation:
    """A written consultation as one reader sees it."""

    meeting: Meeting
    papers: tuple[Paper, ...]
    answered: int
    voters: int
    quorum: int
    days_left: int
    short: Refusal | None
    #: Members who decide and have not answered: shown to who runs it, to remind them.
    silent: tuple[str, ...]

    @property
    def lines(self) -> int:
        """How many lines are put to the members."""
        return sum(len(paper.lines) for paper in self.papers)


def consultation(actor: Actor, meeting: Meeting, day: date | None = None) -> Consultation:
    """A written consultation (a constant number of queries)."""
    day = day or timezone.now().astimezone(zone_of(meeting.forum)).date()
    members = voting_members(meeting.forum, meeting.on)
    there = {a.person_id: a for a in meeting.attendances.select_related("person", "deputy")}
    seats = []
    for member in members:
        row = there.get(member.person_id)
        by = (row.deputy_id or member.deputy_id) if row and row.deputised else member.person_id
        if actor.person_id is not None and by == actor.person_id:
            seats.append(member.person)
    items = list(
        meeting.items.exclude(dossier=None)
        .select_related("dossier", "dossier__owner", "dossier__product")
        .order_by("position", "pk")
    )
    lines: dict[int, list[DossierLine]] = {}
    for line in (
        DossierLine.objects.filter(
            dossier__in=[item.dossier_id for item in items if item.dossier_id], withdrawn=False
        )
        .select_related("product", "initiative")
        .order_by("position", "pk")
    ):
        lines.setdefault(line.dossier_id, []).append(line)
    votes: dict[int, list[Vote]] = {}
    for vote in (
        Vote.objects.filter(line__in=[n.pk for found in lines.values() for n in found])
        .select_related("person")
        .order_by("person__folded", "pk")
    ):
        votes.setdefault(vote.line_id, []).append(vote)
    decisions = {
        d.dossier_id: d for d in Decision.objects.filter(meeting=meeting).order_by("pk")
    }
    answered = {
        pk for pk, row in there.items() if row.present and pk in {m.person_id for m in members}
    }
    papers = []
    for item in items:
        item.meeting = meeting
        dossier = item.dossier
        assert dossier is not None
        papers.append(
            Paper(
                item,
                dossier,
                tuple(
                    _asked(line, votes.get(line.pk, []), seats)
                    for line in lines.get(dossier.pk, [])
                ),
                decisions.get(dossier.pk),
            )
        )
    return Consultation(
        meeting,
        tuple(papers),
        len(answered),
        len(members),
        quorum_of(meeting.forum, len(members)),
        ((meeting.until or meeting.on) - day).days,
        check_quorum(meeting),
        tuple(m.person.name for m in members if m.person_id not in answered),
    )


def _asked(line: DossierLine, votes: list[Vote], seats: list[Person]) -> Asked:
    said = {vote.person_id: vote for vote in votes}
    return Asked(
        line,
        sum(v.choice == Vote.Choice.FOR for v in votes),
        sum(v.choice == Vote.Choice.AGAINST for v in votes),
        sum(v.choice == Vote.Choice.ABSTAIN for v in votes),
        tuple(
            (
                seat,
                said[seat.pk].choice if seat.pk in said else "",
                said[seat.pk].reason if seat.pk in said else "",
            )
            for seat in seats
        ),
        tuple((v.person.name, v.choice, v.reason) for v in votes if v.reason),
    )


def ready_dossiers(forum: Forum) -> tuple[Dossier, ...]:
    """Dossiers that could be put to a forum in writing: ready, in its mandate, on no agenda."""
    return ready_for(forum)
