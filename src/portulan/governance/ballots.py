"""Tables of what is said in secret: ballots, and scores that are not revealed yet.

Who took part and what was said stand apart and nothing links them: no row, no key, no moment, no
order. A tally has one row for each answer, made before the first ballot; a participation has one
row for each seat, made at the same time. Neither keeps a history: what is written here goes through
``portulan.governance.actions`` without a trace.

``portulan.governance.models`` gives them their place in the app; import them from there.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import Record


class SecretPoll(Record):
    """A secret vote on a line of a dossier, or on a question of an agenda item."""

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"
        VOID = "void"

    item = models.ForeignKey("AgendaItem", on_delete=models.CASCADE, related_name="polls")
    line = models.ForeignKey(
        "DossierLine", null=True, blank=True, on_delete=models.CASCADE, related_name="polls"
    )
    question = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    #: The result, once it is closed; nothing before.
    votes_for = models.PositiveSmallIntegerField(null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField(null=True, blank=True)


class SecretParticipation(models.Model):
    """A seat that may take part in a secret vote, and whether it did. Never what it said."""

    poll = models.ForeignKey(SecretPoll, on_delete=models.CASCADE, related_name="participations")
    person = models.ForeignKey("organisation.Person", on_delete=models.CASCADE, related_name="+")
    voted = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["poll", "person"], name="secret_participation_once")
        ]


class SecretTally(models.Model):
    """How many ballots of a secret vote say one thing. Never who."""

    poll = models.ForeignKey(SecretPoll, on_delete=models.CASCADE, related_name="tallies")
    choice = models.CharField(max_length=7)
    ballots = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["poll", "choice"], name="secret_tally_once")
        ]


class ScoringRound(Record):
    """An initiative scored together on one criterion: hidden, revealed, scored again, kept."""

    class State(models.TextChoices):
        SCORING = "scoring"
        REVEALED = "revealed"
        KEPT = "kept"
        DROPPED = "dropped"

    item = models.ForeignKey("AgendaItem", on_delete=models.CASCADE, related_name="rounds")
    initiative = models.ForeignKey(
        "portfolio.Initiative", on_delete=models.CASCADE, related_name="+"
    )
    criterion = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State.choices, default=State.SCORING)
    #: 1, then 2 when the members score again.
    turn = models.PositiveSmallIntegerField(default=1)


class RoundScore(models.Model):
    """What a seat gave in a round: nobody else sees it until it is revealed, and no history has it.

    ``first`` is the score of the first turn, kept beside when there is a second.
    """

    round = models.ForeignKey(ScoringRound, on_delete=models.CASCADE, related_name="scores")
    person = models.ForeignKey("organisation.Person", on_delete=models.CASCADE, related_name="+")
    value = models.FloatField(null=True, blank=True)
    first = models.FloatField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "person"], name="round_score_once")
        ]
