"""Scoring an initiative together: each seat scores alone, all is revealed at once, then kept.

What a seat gives stays in a table without history until it is revealed; what is kept becomes each
scorer's own score, with its reason, through the action of prioritisation.
"""

from __future__ import annotations

from django.db import transaction

from portulan.base.changes import recording
from portulan.base.policy import Actor, Invalid, Refusal, Refused, require
from portulan.governance.access import forum_scope
from portulan.governance.actions.meetings import require_open, touch
from portulan.governance.activities import MEETING_RUN, ROUND_SCORE
from portulan.governance.models import (
    AgendaItem,
    Initiative,
    Person,
    RoundScore,
    ScoringRound,
)
from portulan.governance.seats import scorers
from portulan.prioritisation.actions.scoring import record_score
from portulan.prioritisation.queries.scoring import RANKED_STATES, model_in_force
from portulan_core.scoring import ScoringError, check_rating

#: Fewer scores would tell who gave what.
FEWEST = 2
LONGEST_REASON = 4_000


def check_round(item: AgendaItem, initiative: Initiative) -> Refusal | None:
    """Why nothing can be scored together: no open point, one under way, a decided initiative."""
    if item.state != AgendaItem.State.OPEN:
        return Refusal("item.not_open")
    if item.rounds.filter(
        state__in=(ScoringRound.State.SCORING, ScoringRound.State.REVEALED)
    ).exists():
        return Refusal("round.there")
    if initiative.state not in RANKED_STATES:
        return Refusal("score.closed", {"state": initiative.state})
    return Refusal("model.none") if model_in_force() is None else None


def open_round(
    actor: Actor, item: AgendaItem, initiative: Initiative, criterion: str
) -> ScoringRound:
    """Ask the seats that are taken to score an initiative on a criterion of the model in force.

    Raises:
        Refused: no right, no sitting, or what ``check_round`` says; Invalid: no such criterion.
    """
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    require_open(item.meeting)
    refusal = check_round(item, initiative)
    if refusal is not None:
        raise Refused(refusal)
    found = model_in_force()
    if found is None or criterion not in {c.code for c in found.core.criteria}:
        raise Invalid({"criterion": Refusal("invalid")})
    with recording(actor, MEETING_RUN.code) as rec:
        made = rec.create(ScoringRound(item=item, initiative=initiative, criterion=criterion))
        touch(item.meeting)
    return made


def give_score(actor: Actor, round_: ScoringRound, value: float) -> None:
    """Score, or score again as long as nothing is revealed. Nobody scores for others.

    Raises:
        Refused: no right, no seat that is taken, or it is revealed; Invalid: outside the scale.
    """
    require(actor, ROUND_SCORE, forum_scope(round_.item.meeting.forum))
    if actor.person_id is None or actor.person_id not in scorers(round_.item.meeting):
        raise Refused(Refusal("round.no_seat"))
    _check_value(round_, value)
    with transaction.atomic():
        held = ScoringRound.objects.select_for_update().get(pk=round_.pk)
        if held.state != ScoringRound.State.SCORING:
            raise Refused(Refusal("round.revealed"))
        # No history: what is not revealed is written nowhere else.
        RoundScore.objects.update_or_create(
            round=held, person_id=actor.person_id, defaults={"value": value}
        )
        touch(round_.item.meeting)


def _check_value(round_: ScoringRound, value: float) -> None:
    found = model_in_force()
    if found is None:
        raise Refused(Refusal("model.none"))
    try:
        check_rating(found.core.criterion(round_.criterion), value, exact=True)
    except ScoringError as error:
        raise Invalid({"value": Refusal(f"score.{error.code}", dict(error.params))}) from None


def reveal(actor: Actor, round_: ScoringRound) -> None:
    """Show every score at once.

    Raises:
        Refused: no right, fewer than two scores, or revealed already.
    """
    require(actor, MEETING_RUN, forum_scope(round_.item.meeting.forum))
    with recording(actor, MEETING_RUN.code) as rec:
        held = _held(round_, ScoringRound.State.SCORING)
        # Who does not score again in the second turn stands by the first score.
        given = (
            RoundScore.objects.filter(round=held).exclude(value=None, first=None).count()
        )
        if given < FEWEST:
            raise Refused(Refusal("round.few", {"count": given, "fewest": FEWEST}))
        rec.update(held, state=ScoringRound.State.REVEALED)
        touch(round_.item.meeting)


def explain(actor: Actor, round_: ScoringRound, reason: str) -> None:
    """Say why one scored so, once it is revealed: it is kept with the score.

    Raises:
        Refused: no right, not revealed, or no score of one's own; Invalid: too long.
    """
    require(actor, ROUND_SCORE, forum_scope(round_.item.meeting.forum))
    if len(reason) > LONGEST_REASON:
        raise Invalid({"reason": Refusal("text.long", {"most": LONGEST_REASON})})
    if actor.person_id is None:
        raise Refused(Refusal("round.no_score"))
    with transaction.atomic():
        held = _held(round_, ScoringRound.State.REVEALED)
        changed = (
            RoundScore.objects.filter(round=held, person_id=actor.person_id)
            .exclude(value=None)
            .update(reason=reason.replace("\r\n", "\n").strip())
        )
        if not changed:
            raise Refused(Refusal("round.no_score"))
        touch(round_.item.meeting)


def again(actor: Actor, round_: ScoringRound) -> None:
    """A second turn, after the extremes were heard: the first scores stay beside.

    Raises:
        Refused: no right, nothing revealed, or it was the second turn.
    """
    require(actor, MEETING_RUN, forum_scope(round_.item.meeting.forum))
    with recording(actor, MEETING_RUN.code) as rec:
        held = _held(round_, ScoringRound.State.REVEALED)
        if held.turn > 1:
            raise Refused(Refusal("round.second"))
        for row in RoundScore.objects.filter(round=held):
            row.first, row.value = row.value, None
            row.save(update_fields=["first", "value"])
        rec.update(held, state=ScoringRound.State.SCORING, turn=2)
        touch(round_.item.meeting)


def keep(actor: Actor, round_: ScoringRound) -> int:
    """Keep what was revealed: each scorer's own score, with its reason; returns how many.

    Who did not score again in the second turn keeps the first score.

    Raises:
        Refused: no right, nothing revealed, or the initiative was decided meanwhile.
    """
    require(actor, MEETING_RUN, forum_scope(round_.item.meeting.forum))
    with recording(actor, MEETING_RUN.code) as rec:
        held = _held(round_, ScoringRound.State.REVEALED)
        rows = list(
            RoundScore.objects.filter(round=held).select_related("person").order_by("person_id")
        )
        kept = 0
        for row in rows:
            value = row.first if row.value is None else row.value
            if value is None:
                continue
            record_score(
                _scored_by(row.person),
                held.initiative,
                held.criterion,
                value,
                reason=row.reason or None,
            )
            kept += 1
        rec.update(held, state=ScoringRound.State.KEPT)
        touch(round_.item.meeting)
    return kept


def _scored_by(person: Person) -> Actor:
    """The scorer: the seat gave the right to score here, checked when the score was given."""
    return Actor(
        name=person.name, account_id=person.account_id, person_id=person.pk, system=True
    )


def drop(actor: Actor, round_: ScoringRound) -> None:
    """Leave a round without keeping anything; what was given is erased.

    Raises:
        Refused: no right, or it was kept.
    """
    require(actor, MEETING_RUN, forum_scope(round_.item.meeting.forum))
    with recording(actor, MEETING_RUN.code) as rec:
        held = ScoringRound.objects.select_for_update().get(pk=round_.pk)
        if held.state in (ScoringRound.State.KEPT, ScoringRound.State.DROPPED):
            raise Refused(Refusal("round.over"))
        RoundScore.objects.filter(round=held).delete()
        rec.update(held, state=ScoringRound.State.DROPPED)
        touch(round_.item.meeting)


def _held(round_: ScoringRound, state: str) -> ScoringRound:
    held = (
        ScoringRound.objects.select_for_update(of=("self",))
        .select_related("initiative")
        .get(pk=round_.pk)
    )
    if held.state != state:
        raise Refused(Refusal("round.over" if state == "revealed" else "round.revealed"))
    return held
