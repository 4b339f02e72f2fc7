"""Reads on what is asked of the seats at a sitting: a secret vote, a round of scores.

What is still secret is read here for nobody: a vote under way tells how many voted, a round under
way tells each reader only the score that they gave.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from portulan.base.policy import Actor, NotFoundForActor
from portulan.governance.company import company_of
from portulan.governance.models import (
    AgendaItem,
    Initiative,
    Meeting,
    RoundScore,
    ScoringRound,
    SecretParticipation,
    SecretPoll,
)
from portulan.governance.seats import scorers as scorers_of
from portulan.governance.seats import seats_for
from portulan.prioritisation.queries.scoring import RANKED_STATES, model_in_force
from portulan_core.scoring import Criterion


@dataclass(frozen=True, slots=True)
class Poll:
    """A secret vote as one reader sees it; the counts are ``None`` until it is closed."""

    uid: str
    title: str
    state: str
    voted: int
    seats: int
    #: Ballots that the reader may still put in.
    mine: int
    #: The reader put in every ballot that was theirs.
    done: bool
    line: int | None
    result: tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Given:
    """A score that is revealed."""

    person: str
    value: float
    first: float | None
    reason: str
    extreme: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Round:
    """A round as one reader sees it: ``given`` is empty until it is revealed."""

    uid: str
    state: str
    turn: int
    initiative: Initiative
    criterion: Criterion | None
    scored: int
    scorers: int
    may_score: bool
    own: float | None
    own_reason: str
    given: tuple[Given, ...]
    median: float | None
    spread: float | None

    @property
    def revealed(self) -> bool:
        """Everybody sees the scores."""
        return self.state in (ScoringRound.State.REVEALED, ScoringRound.State.KEPT)

    @property
    def agreed(self) -> bool:
        """Everybody gave the same."""
        return self.revealed and not self.spread


def poll_of(meeting: Meeting, uid: str) -> SecretPoll:
    """A secret vote of a meeting that was fetched for the actor.

    Raises:
        NotFoundForActor: the meeting has no such vote.
    """
    found = (
        SecretPoll.objects.select_related("item", "line")
        .filter(item__meeting=meeting, uid=uid)
        .first()
    )
    if found is None:
        raise NotFoundForActor("poll", uid)
    found.item.meeting = meeting
    return found


def round_of(meeting: Meeting, uid: str) -> ScoringRound:
    """A round of a meeting that was fetched for the actor.

    Raises:
        NotFoundForActor: the meeting has no such round.
    """
    found = (
        ScoringRound.objects.select_related("item", "initiative")
        .filter(item__meeting=meeting, uid=uid)
        .first()
    )
    if found is None:
        raise NotFoundForActor("round", uid)
    found.item.meeting = meeting
    return found


def polls(actor: Actor, item: AgendaItem) -> list[Poll]:
    """The secret votes of a point, the last first; void ones are left out."""
    found = list(
        item.polls.exclude(state=SecretPoll.State.VOID).select_related("line").order_by("-pk")
    )
    if not found:
        return []
    rows: dict[int, list[SecretParticipation]] = {}
    for row in SecretParticipation.objects.filter(poll__in=found).order_by("pk"):
        rows.setdefault(row.poll_id, []).append(row)
    held = set(seats_for(actor, item.meeting))
    return [_poll(poll, rows.get(poll.pk, []), held) for poll in found]


def _poll(poll: SecretPoll, rows: Sequence[SecretParticipation], held: set[int]) -> Poll:
    mine = [row for row in rows if row.person_id in held]
    left = sum(not row.voted for row in mine)
    return Poll(
        str(poll.uid),
        poll.line.title if poll.line else poll.question,
        poll.state,
        sum(row.voted for row in rows),
        len(rows),
        left,
        bool(mine) and not left,
        poll.line_id,
        (poll.votes_for or 0, poll.votes_against or 0, poll.abstentions or 0)
        if poll.state == SecretPoll.State.CLOSED
        else None,
    )


def rounds(actor: Actor, item: AgendaItem) -> list[Round]:
    """The rounds of a point, the last first; those that were left are left out."""
    found = list(
        item.rounds.exclude(state=ScoringRound.State.DROPPED)
        .select_related("initiative")
        .order_by("-pk")
    )
    if not found:
        return []
    scorers = scorers_of(item.meeting)
    model = model_in_force()
    criteria = {c.code: c for c in model.core.criteria} if model else {}
    rows: dict[int, list[RoundScore]] = {}
    for row in (
        RoundScore.objects.filter(round__in=found)
        .select_related("person")
        .order_by("person__folded", "pk")
    ):
        rows.setdefault(row.round_id, []).append(row)
    return [
        _round(actor, each, rows.get(each.pk, []), scorers, criteria.get(each.criterion))
        for each in found
    ]


def _round(
    actor: Actor,
    each: ScoringRound,
    rows: Sequence[RoundScore],
    scorers: Sequence[int],
    criterion: Criterion | None,
) -> Round:
    own = next((row for row in rows if row.person_id == actor.person_id), None)
    hidden = each.state == ScoringRound.State.SCORING
    values = [] if hidden else [v for row in rows if (v := value_of(row)) is not None]
    low, high = (min(values), max(values)) if values else (0.0, 0.0)
    return Round(
        str(each.uid),
        each.state,
        each.turn,
        each.initiative,
        criterion,
        sum(row.value is not None for row in rows),
        len(scorers),
        hidden and actor.person_id in scorers,
        own.value if own else None,
        own.reason if own else "",
        ()
        if hidden
        else tuple(
            Given(
                row.person.name,
                value,
                row.first if each.turn > 1 and row.first != value else None,
                row.reason,
                low != high and value in (low, high),
                row.person_id == actor.person_id,
            )
            for row in rows
            if (value := value_of(row)) is not None
        ),
        statistics.median(values) if values else None,
        high - low if values else None,
    )


def value_of(row: RoundScore) -> float | None:
    """What a seat stands by: its last score, else its first."""
    return row.first if row.value is None else row.value


def scorable(item: AgendaItem) -> list[Initiative]:
    """The initiatives that can be scored on a point: its own, those of its dossier's lines."""
    if item.initiative is not None:
        return [item.initiative] if item.initiative.state in RANKED_STATES else []
    if item.dossier is not None:
        lines = item.dossier.lines.filter(withdrawn=False).exclude(initiative=None)
        found = Initiative.objects.filter(pk__in=lines.values_list("initiative_id", flat=True))
    elif item.kind == "scoring":
        below = company_of().below(item.meeting.forum.entity_id)
        found = Initiative.objects.filter(Q(entity_id__in=below) | Q(entity=None))
    else:
        return []
    return list(found.filter(state__in=RANKED_STATES).order_by("folded")[:200])


def initiative_of(item: AgendaItem, code: str) -> Initiative | None:
    """The initiative with this code among those that can be scored on a point."""
    return next((one for one in scorable(item) if one.code == code), None)


def criteria() -> list[Criterion]:
    """The criteria of the scoring model in force, that a round can be about."""
    model = model_in_force()
    return list(model.core.criteria) if model else []
