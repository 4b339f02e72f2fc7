"""Secret votes, scores together, written consultations, signed minutes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.apps import apps
from django.db import transaction

from portulan.base.jobs import JobContext
from portulan.base.models import Job
from portulan.base.policy import Invalid, Refused
from portulan.governance import actions, sealing
from portulan.governance.actions import consultations, rounds, secret_votes
from portulan.governance.mandate import check_kind, check_quorum
from portulan.governance.models import (
    AgendaItem,
    Dossier,
    Meeting,
    RegisterEntry,
    RoundScore,
    ScoringRound,
    SecretParticipation,
    SecretPoll,
    SecretTally,
)
from portulan.governance.queries import live
from portulan.organisation.models import EntityRole
from portulan.prioritisation.actions.scoring import adopt_preset
from portulan.prioritisation.models import Score
from tests.governance.house import House

VOTERS = ("chair", "voter", "second", "third")


@pytest.fixture
def item(house: House) -> AgendaItem:
    """A point with a dossier, before a committee of four who are there."""
    for code in ("second", "third"):
        house.person(code, "unit")
        actions.add_member(house.actors["pmo"], house.forum, house.people[code], "votes")
    point = house.sitting(house.dossier())
    for code in (*VOTERS, "secretary", "deputy"):
        house.refresh(code)
    return point


def line_of(item: AgendaItem) -> Any:
    assert item.dossier is not None
    return item.dossier.lines.order_by("position", "pk").first()


def every_row(without: frozenset[str] = frozenset()) -> list[str]:
    """All that the database says, but identifiers drawn at random."""
    rows = []
    for model in apps.get_models():
        if model._meta.label_lower in without or model._meta.label_lower == "sessions.session":
            continue
        for values in model._default_manager.order_by("pk").values():
            kept = {
                name: value
                for name, value in values.items()
                if not isinstance(value, UUID) and name not in ("salt", "password", "payload")
                and name not in ("seal", "previous", "digest", "cause_uid")
                # PostgreSQL draws numbers that it does not give back.
                and name not in ("id", "change_id", "record_id")
            }
            said = json.dumps(kept, default=str, sort_keys=True)
            rows.append(f"{model._meta.label_lower} {said}")
    return rows


@contextmanager
def undone() -> Iterator[None]:
    """A world that is left as if it had never been."""
    try:
        with transaction.atomic():
            yield
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass


def cast(house: House, poll: SecretPoll, said: list[tuple[str, str]]) -> None:
    for code, choice in said:
        secret_votes.cast_ballot(house.actors[code], poll, choice)


# --- Secret votes


def test_the_database_reads_the_same_whoever_said_what(house: House, item: AgendaItem) -> None:
    """Same counts, other people, other order: no table tells the one from the other."""
    poll = secret_votes.open_poll(house.actors["pmo"], item, line=line_of(item))
    one = [("chair", "against"), ("voter", "for"), ("second", "for"), ("third", "abstain")]
    other = [("third", "for"), ("second", "against"), ("chair", "abstain"), ("voter", "for")]
    read: list[list[str]] = []
    for said in (one, other):
        with undone():
            cast(house, poll, said)
            before = every_row()
            assert secret_votes.close_poll(house.actors["pmo"], poll)
            read.append(before + every_row())
    assert read[0] == read[1]


def test_a_ballot_leaves_no_history_and_no_moment(house: House, item: AgendaItem) -> None:
    poll = secret_votes.open_poll(house.actors["pmo"], item, line=line_of(item))
    secret = frozenset(
        ("governance.secrettally", "governance.secretparticipation", "governance.meeting")
    )
    before = every_row(secret)
    cast(house, poll, [("chair", "against")])
    assert every_row(secret) == before
    columns = {f.name for model in (SecretParticipation, SecretTally) for f in model._meta.fields}
    assert columns == {"id", "poll", "person", "voted", "choice", "ballots"}


def test_nothing_is_told_of_the_count_before_it_is_closed(house: House, item: AgendaItem) -> None:
    poll = secret_votes.open_poll(house.actors["pmo"], item, line=line_of(item))
    cast(house, poll, [("chair", "for"), ("voter", "for"), ("second", "against")])
    (seen,) = live.polls(house.actors["pmo"], item)
    assert (seen.voted, seen.seats, seen.result) == (3, 4, None)
    line = line_of(item)
    assert line.votes_for is None
    assert secret_votes.close_poll(house.actors["pmo"], poll)
    (seen,) = live.polls(house.actors["pmo"], item)
    assert seen.result == (2, 1, 0)
    line.refresh_from_db()
    assert (line.votes_for, line.votes_against) == (2, 1)
    assert not SecretTally.objects.exists()


def test_too_few_ballots_are_thrown_away(house: House, item: AgendaItem) -> None:
    poll = secret_votes.open_poll(house.actors["pmo"], item, line=line_of(item))
    cast(house, poll, [("chair", "against"), ("voter", "against")])
    assert not secret_votes.close_poll(house.actors["pmo"], poll)
    assert not SecretTally.objects.exists()
    poll.refresh_from_db()
    assert (poll.state, poll.votes_against) == ("void", None)


def test_a_small_group_has_no_secret(house: House) -> None:
    point = house.sitting(house.dossier())
    pmo = house.actors["pmo"]
    for attendance in house.meeting.attendances.select_related("person")[2:]:
        actions.set_attendance(pmo, house.meeting, attendance.person, present=False)
    with pytest.raises(Refused) as refused:
        secret_votes.open_poll(pmo, point, line=line_of(point))
    assert refused.value.refusal.code == "poll.few"


def test_nobody_votes_twice_for_another_or_after_the_end(house: House, item: AgendaItem) -> None:
    poll = secret_votes.open_poll(house.actors["pmo"], item, line=line_of(item))
    cast(house, poll, [("chair", "for"), ("voter", "for"), ("second", "for")])
    for code, choice, why in (
        ("chair", "against", "poll.voted"),
        ("pmo", "for", "right.missing"),
        ("secretary", "for", "right.missing"),
    ):
        with pytest.raises(Refused) as refused:
            secret_votes.cast_ballot(house.actors[code], poll, choice)
        assert refused.value.refusal.code == why
    with pytest.raises(Invalid):
        secret_votes.cast_ballot(house.actors["third"], poll, "peut-être")
    secret_votes.close_poll(house.actors["pmo"], poll)
    with pytest.raises(Refused) as refused:
        secret_votes.cast_ballot(house.actors["third"], poll, "for")
    assert refused.value.refusal.code == "poll.over"


def test_an_open_vote_and_a_secret_one_do_not_mix(house: House, item: AgendaItem) -> None:
    pmo, line = house.actors["pmo"], line_of(item)
    secret_votes.open_poll(pmo, item, line=line)
    for call in (
        lambda: actions.cast_vote(pmo, item, line, house.people["voter"], "for"),
        lambda: actions.all_for(pmo, item, line),
        lambda: secret_votes.open_poll(pmo, item, line=line),
        lambda: actions.close_meeting(pmo, house.meeting, ""),
    ):
        with pytest.raises(Refused):
            call()


def test_a_deputy_of_the_day_has_the_ballot_and_the_right_of_the_seat(
    house: House, item: AgendaItem
) -> None:
    """Only at that sitting, and only while it lasts."""
    pmo, stand_in = house.actors["pmo"], house.people["reader"]
    assert not any(grant.forum for grant in house.actors["reader"].grants)
    actions.set_attendance(
        pmo, house.meeting, house.people["voter"], present=True, deputised=True, deputy=stand_in
    )
    house.refresh("reader")
    poll = secret_votes.open_poll(pmo, item, line=line_of(item))
    with pytest.raises(Refused) as refused:
        secret_votes.cast_ballot(house.actors["voter"], poll, "for")
    assert refused.value.refusal.code == "poll.no_seat"
    secret_votes.cast_ballot(house.actors["reader"], poll, "for")
    Meeting.objects.filter(pk=house.meeting.pk).update(state="closed")
    assert not any(grant.forum for grant in house.refresh("reader").grants)
    with pytest.raises(Refused) as refused:
        actions.set_attendance(
            pmo, Meeting.objects.create(code="x", forum=house.forum, on=date(2027, 4, 1)),
            house.people["voter"], present=True, deputised=True, deputy=house.people["chair"],
        )  # fmt: skip
    assert refused.value.refusal.code == "member.deputy_seated"


# --- Scores together


@pytest.fixture
def scoring(house: House, item: AgendaItem) -> ScoringRound:
    """A round on an initiative that is not decided."""
    EntityRole.objects.create(
        role="pmo", person=house.people["pmo"], entity=house.entities["unit"]
    )
    pmo = house.refresh("pmo")
    model = adopt_preset(pmo, "five_families")
    criterion = model.definition["criteria"][0]["code"]
    return rounds.open_round(pmo, item, house.initiatives["I4"], criterion)


def values_of(scoring: ScoringRound) -> tuple[float, float]:
    criterion = next(c for c in live.criteria() if c.code == scoring.criterion)
    allowed = criterion.scale.values or (criterion.scale.minimum, criterion.scale.maximum)
    return float(allowed[0]), float(allowed[-1])


def test_a_score_is_nowhere_else_until_it_is_revealed(
    house: House, scoring: ScoringRound
) -> None:
    low, high = values_of(scoring)
    read = []
    seen = []
    for mine, theirs in ((low, high), (high, low)):
        with undone():
            rounds.give_score(house.actors["chair"], scoring, mine)
            rounds.give_score(house.actors["voter"], scoring, theirs)
            read.append(every_row(frozenset({"governance.roundscore"})))
            seen.append(
                [repr(live.rounds(house.actors[c], scoring.item)) for c in ("pmo", "second")]
            )
    assert read[0] == read[1]
    assert seen[0] == seen[1]


def test_what_is_revealed_is_kept_with_its_dissent(house: House, scoring: ScoringRound) -> None:
    """Two turns: the first scores stay beside, the reasons of the extremes go with the scores."""
    pmo, (low, high) = house.actors["pmo"], values_of(scoring)
    with pytest.raises(Refused) as refused:
        rounds.reveal(pmo, scoring)
    assert refused.value.refusal.code == "round.few"
    rounds.give_score(house.actors["chair"], scoring, low)
    rounds.give_score(house.actors["voter"], scoring, high)
    rounds.reveal(pmo, scoring)
    (seen,) = live.rounds(pmo, scoring.item)
    assert seen.spread == high - low
    assert all(given.extreme for given in seen.given)
    with pytest.raises(Refused) as refused:
        rounds.give_score(house.actors["second"], scoring, low)
    assert refused.value.refusal.code == "round.revealed"
    rounds.explain(house.actors["chair"], scoring, "Le marché n’est pas là.")
    rounds.again(pmo, scoring)
    assert live.rounds(pmo, scoring.item)[0].given == ()
    rounds.give_score(house.actors["voter"], scoring, low)
    rounds.reveal(pmo, scoring)
    assert not Score.objects.exists()
    assert rounds.keep(pmo, scoring) == 2
    kept = {score.author.code: score for score in Score.objects.select_related("author")}
    assert {code: score.value for code, score in kept.items()} == {"chair": low, "voter": low}
    assert kept["chair"].reason == "Le marché n’est pas là."
    (seen,) = live.rounds(pmo, scoring.item)
    assert [given.first for given in seen.given] == [None, high]


def test_scores_that_are_never_revealed_go_with_the_sitting(
    house: House, scoring: ScoringRound
) -> None:
    rounds.give_score(house.actors["chair"], scoring, values_of(scoring)[0])
    assert isinstance(scoring.item.dossier, Dossier)
    Dossier.objects.filter(pk=scoring.item.dossier.pk).update(state="draft")
    actions.close_meeting(house.actors["pmo"], house.meeting, "Rien.")
    assert not RoundScore.objects.exists()


def test_only_seats_that_are_taken_score_and_only_for_themselves(
    house: House, scoring: ScoringRound
) -> None:
    low, _high = values_of(scoring)
    for code in ("pmo", "secretary", "reader", "outsider"):
        with pytest.raises(Refused):
            rounds.give_score(house.actors[code], scoring, low)
    with pytest.raises(Invalid):
        rounds.give_score(house.actors["chair"], scoring, 1e9)


# --- Written consultations


@pytest.fixture
def asked(house: House) -> Meeting:
    """A dossier put to the members until the Thursday after."""
    return consultations.open_consultation(
        house.actors["pmo"], house.forum, [house.dossier()], date(2027, 3, 18)
    )


def answer(house: House, meeting: Meeting, code: str, choice: str) -> None:
    point = meeting.items.select_related("dossier").get()
    point.meeting = meeting
    for line in point.dossier.lines.filter(withdrawn=False):
        actions.cast_vote(house.refresh(code), point, line, house.people[code], choice)


def test_members_decide_without_sitting(house: House, asked: Meeting) -> None:
    dossier = asked.items.get().dossier
    assert dossier is not None
    assert dossier.state == "frozen"
    answer(house, asked, "chair", "for")
    answer(house, asked, "voter", "for")
    assert consultations.close_consultation(house.actors["pmo"], asked, "Par écrit.")
    decision = asked.decisions.get()
    assert decision.verdict == "whole"
    assert asked.state == "closed"
    assert sealing.verify() == []


def test_without_quorum_nothing_is_decided_and_the_dossier_is_ready_again(
    house: House, asked: Meeting
) -> None:
    assert not consultations.close_consultation(house.actors["pmo"], asked)
    assert not asked.decisions.exists()
    dossier = asked.items.get().dossier
    assert dossier is not None
    assert dossier.state == "ready"


@pytest.mark.parametrize(("chair", "verdict"), [("for", "whole"), ("against", "refused")])
def test_the_chair_tells_when_votes_are_even(
    house: House, asked: Meeting, chair: str, verdict: str
) -> None:
    answer(house, asked, "chair", chair)
    answer(house, asked, "voter", "against" if chair == "for" else "for")
    assert consultations.close_consultation(house.actors["pmo"], asked)
    assert asked.decisions.get().verdict == verdict


def test_nobody_answers_for_another_in_writing(house: House, asked: Meeting) -> None:
    point = asked.items.select_related("dossier").get()
    point.meeting = asked
    line = line_of(point)
    for code in ("pmo", "secretary", "reader"):
        with pytest.raises(Refused):
            actions.cast_vote(house.actors[code], point, line, house.people["voter"], "for")


def run_due() -> dict[str, int]:
    return consultations.run_due(JobContext(Job(kind="consultation.run_due")))


def test_members_are_reminded_once_and_it_closes_by_itself(
    house: House, asked: Meeting, thursday: time_machine.Traveller
) -> None:
    answer(house, asked, "chair", "for")
    answer(house, asked, "voter", "for")
    assert run_due() == {"closed": 0, "reminded": 0, "held": 0}
    thursday.shift(timedelta(days=5))
    assert run_due()["reminded"] == 1
    assert run_due()["reminded"] == 0
    thursday.shift(timedelta(days=3))
    assert run_due()["closed"] == 1
    assert asked.decisions.get().decided_on == date(2027, 3, 18)


def test_a_day_that_is_past_and_a_dossier_that_is_not_ready_are_refused(house: House) -> None:
    pmo, draft = house.actors["pmo"], house.dossier(complete=False)
    with pytest.raises(Invalid):
        consultations.open_consultation(pmo, house.forum, [draft], date(2027, 3, 1))
    for dossiers in ([], [draft]):
        with pytest.raises(Refused):
            consultations.open_consultation(pmo, house.forum, dossiers, date(2027, 3, 18))


# --- Minutes


def close(house: House) -> None:
    pmo = house.actors["pmo"]
    actions.open_meeting(pmo, house.meeting)
    actions.close_meeting(pmo, house.meeting, "Ce qui fut dit.")


def test_signed_minutes_are_in_the_register_and_any_change_is_found(house: House) -> None:
    close(house)
    entry = RegisterEntry.objects.get()
    assert entry.payload["event"] == "minutes"
    assert "Ce qui fut dit" not in json.dumps(entry.payload)
    assert sealing.verify() == []
    Meeting.objects.filter(pk=house.meeting.pk).update(minutes="Autre chose.")
    assert [finding.detail for finding in sealing.verify()] == ["minutes"]


def test_minutes_are_corrected_by_a_note_never_reopened(house: House) -> None:
    pmo = house.actors["pmo"]
    with pytest.raises(Refused):
        actions.add_note(pmo, house.meeting, "Trop tôt.")
    close(house)
    for call in (
        lambda: actions.open_meeting(pmo, house.meeting),
        lambda: actions.cancel_meeting(pmo, house.meeting),
        lambda: actions.add_items(pmo, house.meeting, [actions.ItemInput("Point")]),
        lambda: actions.close_meeting(pmo, house.meeting, "Encore."),
    ):
        with pytest.raises(Refused):
            call()
    actions.add_note(pmo, house.meeting, "Lire « douze » au lieu de « deux ».")
    assert [e.payload["event"] for e in RegisterEntry.objects.order_by("number")] == [
        "minutes", "corrected",
    ]  # fmt: skip
    assert sealing.verify() == []


@pytest.mark.parametrize(
    ("percent", "chaired", "absent", "why"),
    [
        (100, False, "voter", "meeting.quorum"),
        (0, True, "chair", "meeting.no_chair"),
        (50, False, "chair", None),
    ],
)
def test_the_quorum_is_a_number_a_share_or_the_chair(
    house: House, percent: int, chaired: bool, absent: str, why: str | None
) -> None:
    house.forum.quorum, house.forum.quorum_percent = 0, percent
    house.forum.quorum_chair = chaired
    house.forum.save()
    house.meeting.forum = house.forum
    house.sitting(house.dossier())
    actions.set_attendance(
        house.actors["pmo"], house.meeting, house.people[absent], present=False
    )
    refusal = check_quorum(house.meeting)
    assert (refusal.code if refusal else None) == why


def test_a_ritual_decides_nothing_of_the_register(house: House) -> None:
    ritual = actions.create_forum(
        house.actors["pmo"], actions.ForumInput("Synchro", ritual="inter_product_sync")
    )
    assert ritual.level == "ritual"
    refusal = check_kind(ritual, "continue")
    assert refusal is not None
    assert refusal.code == "mandate.ritual"
