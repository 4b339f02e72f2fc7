"""Committees, meetings, dossiers, decisions with their effects and promises, and the register."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import NamedRecord, Record

# What decisions are about; governance reads them here and writes them through effects only.
from portulan.catalogue.models import Line as Line
from portulan.catalogue.models import Product as Product
from portulan.catalogue.models import StagePeriod as StagePeriod
from portulan.compliance.models import Risk as Risk
from portulan.evidence.models import Indicator as Indicator
from portulan.governance.ballots import RoundScore as RoundScore
from portulan.governance.ballots import ScoringRound as ScoringRound
from portulan.governance.ballots import SecretParticipation as SecretParticipation
from portulan.governance.ballots import SecretPoll as SecretPoll
from portulan.governance.ballots import SecretTally as SecretTally
from portulan.governance.papers import Condition as Condition
from portulan.governance.papers import Contradiction as Contradiction
from portulan.governance.papers import DossierOption as DossierOption
from portulan.governance.papers import FrozenDossier as FrozenDossier
from portulan.governance.papers import LineReview as LineReview
from portulan.governance.papers import Referral as Referral
from portulan.governance.papers import Waiver as Waiver
from portulan.governance.sittings import AgendaItem as AgendaItem
from portulan.governance.sittings import AgendaTemplateLine as AgendaTemplateLine
from portulan.governance.sittings import Attendance as Attendance
from portulan.governance.sittings import CalendarFeed as CalendarFeed
from portulan.governance.sittings import Forum as Forum
from portulan.governance.sittings import ForumMember as ForumMember
from portulan.governance.sittings import Meeting as Meeting
from portulan.governance.sittings import MeetingNote as MeetingNote
from portulan.organisation.models import Entity as Entity
from portulan.organisation.models import Person as Person
from portulan.portfolio.models import Capacity as Capacity
from portulan.portfolio.models import Envelope as Envelope
from portulan.portfolio.models import Initiative as Initiative
from portulan.portfolio.models import Project as Project
from portulan.prioritisation.models import Scenario as Scenario


class Dossier(NamedRecord):
    """What a committee decides on: eight sections, facts prefilled, frozen at the vote."""

    class State(models.TextChoices):
        DRAFT = "draft"
        READY = "ready"
        FROZEN = "frozen"
        DECIDED = "decided"
        WITHDRAWN = "withdrawn"

    kind = models.CharField(max_length=20, default="adopt_scenario")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    entity = models.ForeignKey(
        "organisation.Entity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    scenario = models.ForeignKey(
        "prioritisation.Scenario", null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )
    product = models.ForeignKey(
        "catalogue.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    requested_on = models.DateField(null=True, blank=True)
    #: Section code → text (Markdown).
    sections = models.JSONField(default=dict)
    #: Amount asked, minor units.
    amount = models.BigIntegerField(default=0)
    #: The earlier decision that this one would undo.
    reverts = models.ForeignKey(
        "Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


class DossierLine(Record):
    """One thing to decide in a dossier, with its own effects and promises' targets."""

    class Verdict(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        DEFERRED = "deferred"
        REFUSED = "refused"

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=300)
    initiative = models.ForeignKey(
        "portfolio.Initiative", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    product = models.ForeignKey(
        "catalogue.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: ``out``, ``in``, ``moved``, ``resized``, ``keep``, ``stage``, ``envelope``.
    change = models.CharField(max_length=10)
    amount = models.BigIntegerField(default=0)
    effects = models.JSONField(default=list)
    reason = models.JSONField(default=dict, blank=True)
    verdict = models.CharField(
        max_length=10, choices=Verdict.choices, default=Verdict.PENDING
    )
    #: Taken out before the sitting; kept, so that it can be told.
    withdrawn = models.BooleanField(default=False)
    condition = models.TextField(blank=True, default="")
    deferred_to = models.DateField(null=True, blank=True)
    votes_for = models.PositiveSmallIntegerField(null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField(null=True, blank=True)


class Vote(Record):
    """A member's open vote on a line; the reason of a vote against is the dissent recorded."""

    class Choice(models.TextChoices):
        FOR = "for"
        AGAINST = "against"
        ABSTAIN = "abstain"

    line = models.ForeignKey(DossierLine, on_delete=models.CASCADE, related_name="votes")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    choice = models.CharField(max_length=7, choices=Choice.choices)
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["line", "person"], name="vote_line_person")
        ]



class Decision(NamedRecord):
    """What a committee decided: verdict, dates, effects; numbered, and entered in the register."""

    class State(models.TextChoices):
        DRAFT = "draft"
        DECIDED = "decided"
        APPLIED = "applied"
        REVERTED = "reverted"
        SUPERSEDED = "superseded"

    class Verdict(models.TextChoices):
        WHOLE = "whole"
        PARTIAL = "partial"
        CONDITIONAL = "conditional"
        DEFERRED = "deferred"
        REFUSED = "refused"

    kind = models.CharField(max_length=20)
    forum = models.ForeignKey(Forum, null=True, on_delete=models.PROTECT, related_name="decisions")
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    dossier = models.ForeignKey(
        Dossier, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    verdict = models.CharField(max_length=11, choices=Verdict.choices, blank=True, default="")
    text = models.TextField(blank=True, default="")
    conditions = models.TextField(blank=True, default="")
    dissent = models.TextField(blank=True, default="")
    decided_on = models.DateField(null=True, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    amount = models.BigIntegerField(default=0)
    #: Effects decided (approved lines), in order; applied or not.
    effects = models.JSONField(default=list)
    applied_at = models.DateTimeField(null=True, blank=True)
    #: The earlier decision that this one undoes.
    reverts = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reverted_by"
    )
    #: What makes the register's commitments to the texts impossible to guess; goes with an erasure.
    salt = models.CharField(max_length=64, blank=True, default="", editable=False)

    untracked: ClassVar[frozenset[str]] = NamedRecord.untracked | {"salt"}


class DecisionSubject(Record):
    """A product or initiative that a decision is about, with the verdict on its line."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="subjects")
    product = models.ForeignKey(
        "catalogue.Product", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    initiative = models.ForeignKey(
        "portfolio.Initiative", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    verdict = models.CharField(max_length=10, blank=True, default="")
    change = models.CharField(max_length=10, blank=True, default="")


class Promise(Record):
    """What a dossier promised: a measure, a benefit, a cost or a date, with its due day."""

    class Kind(models.TextChoices):
        INDICATOR = "indicator"
        BENEFIT = "benefit"
        COST = "cost"
        DATE = "date"

    dossier = models.ForeignKey(
        Dossier, null=True, blank=True, on_delete=models.CASCADE, related_name="promises"
    )
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.CASCADE, related_name="promises"
    )
    product = models.ForeignKey(
        "catalogue.Product", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    initiative = models.ForeignKey(
        "portfolio.Initiative", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    indicator = models.ForeignKey(
        "evidence.Indicator", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=300)
    unit = models.CharField(max_length=40, blank=True, default="")
    baseline = models.FloatField(null=True, blank=True)
    promised = models.FloatField(null=True, blank=True)
    promised_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    realised = models.FloatField(null=True, blank=True)
    realised_on = models.DateField(null=True, blank=True)
    guarantor = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )


class ActionItem(Record):
    """Something that somebody must do because of a meeting or a decision."""

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        DROPPED = "dropped"

    title = models.CharField(max_length=300)
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.CASCADE, related_name="actions"
    )
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.CASCADE, related_name="actions"
    )
    #: The agenda item in which it was agreed.
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="actions"
    )
    owner = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    done_on = models.DateField(null=True, blank=True)


class ValueReview(Record):
    """The verdict of a value review of a product."""

    class Verdict(models.TextChoices):
        REINFORCE = "reinforce"
        CONTINUE = "continue"
        PIVOT = "pivot"
        STOP = "stop"

    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.CASCADE, related_name="+"
    )
    on = models.DateField()
    proposed = models.CharField(max_length=10, choices=Verdict.choices)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True, default="")
    reasons = models.JSONField(default=list)
    comment = models.TextField(blank=True, default="")
    dossier = models.ForeignKey(
        Dossier, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )


class RegisterEntry(models.Model):
    """One line of the decision register: append-only, each sealed with the one before."""

    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    #: ``None``: the entry seals the minutes of a sitting.
    decision = models.ForeignKey(
        Decision, null=True, on_delete=models.PROTECT, related_name="entries"
    )
    payload = models.JSONField()
    previous = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
