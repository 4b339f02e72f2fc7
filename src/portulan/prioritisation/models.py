"""Scoring models, scores, and scenarios of the portfolio trade-off."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import NamedRecord, Record

# What scores and scenarios are about; prioritisation reads them here and never writes them.
from portulan.catalogue.models import Line as Line
from portulan.catalogue.models import Product as Product
from portulan.catalogue.models import ProductLine as ProductLine
from portulan.organisation.models import Entity as Entity
from portulan.organisation.models import Person as Person
from portulan.organisation.models import Team as Team
from portulan.portfolio.models import Initiative as Initiative
from portulan.portfolio.models import InitiativeProduct as InitiativeProduct


class ScoringModel(NamedRecord):
    """A version of the company's scoring model; fixed once a score uses it.

    ``definition`` is the JSON form of ``portulan_core.scoring.ScoringModel``.
    """

    version = models.PositiveSmallIntegerField(default=1)
    definition = models.JSONField()
    active = models.BooleanField(default=True)
    adopted_on = models.DateField(null=True, blank=True)


class Score(Record):
    """One scorer's mark of an initiative on a criterion."""

    model = models.ForeignKey(ScoringModel, on_delete=models.PROTECT, related_name="scores")
    initiative = models.ForeignKey(
        "portfolio.Initiative", on_delete=models.CASCADE, related_name="+"
    )
    criterion = models.CharField(max_length=60)
    value = models.FloatField()
    #: 0 to 100: how sure the scorer is.
    confidence = models.PositiveSmallIntegerField(default=80)
    reason = models.TextField(blank=True, default="")
    evidence = models.TextField(blank=True, default="")
    author = models.ForeignKey(
        "organisation.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    scored_on = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["model", "initiative", "criterion", "author"], name="score_unique"
            )
        ]


class RankOverride(Record):
    """A rank that somebody set against the score, with the reason."""

    initiative = models.ForeignKey(
        "portfolio.Initiative", on_delete=models.CASCADE, related_name="+"
    )
    rank = models.PositiveIntegerField()
    reason = models.TextField()
    author = models.ForeignKey(
        "organisation.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    set_on = models.DateField()


class PriorityClass(Record):
    """The MoSCoW class of an initiative: it comes before the score, and never changes it."""

    class Level(models.TextChoices):
        MUST = "must"
        SHOULD = "should"
        COULD = "could"
        WONT = "wont"

    initiative = models.ForeignKey(
        "portfolio.Initiative", on_delete=models.CASCADE, related_name="+"
    )
    level = models.CharField(max_length=6, choices=Level.choices)
    author = models.ForeignKey(
        "organisation.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    set_on = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["initiative"], name="priority_class_unique")
        ]


class Scenario(NamedRecord):
    """Assumptions, and the plan that fits them best; a decision adopts its effects."""

    class State(models.TextChoices):
        DRAFT = "draft"
        SOLVED = "solved"
        SUBMITTED = "submitted"
        ADOPTED = "adopted"
        DROPPED = "dropped"

    class Preset(models.TextChoices):
        FIT = "fit"
        CUT = "cut"
        GROW = "grow"
        STOP = "stop"

    preset = models.CharField(max_length=6, choices=Preset.choices, default=Preset.FIT)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    entity = models.ForeignKey(
        "organisation.Entity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: Envelopes, capacities, locks, amount to give back and by when, changes allowed.
    assumptions = models.JSONField(default=dict)
    #: JSON form of ``portulan_core.arbitrage`` problem and result, with explanations.
    problem = models.JSONField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    #: What the plan becomes, as effects.
    effects = models.JSONField(default=list)
    job_uid = models.UUIDField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)


class Study(Record):
    """What is computed around a scenario's answer: one of each kind, replaced by the next one.

    ``basis`` is when the scenario was solved for which this was computed: another moment, and the
    study is about an older answer.
    """

    class Kind(models.TextChoices):
        FRONTIER = "frontier"
        UNCERTAINTY = "uncertainty"
        MANDATORY = "mandatory"
        STABILITY = "stability"

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="studies")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    #: What was asked: seconds, draws, ranges.
    params = models.JSONField(default=dict)
    result = models.JSONField(null=True, blank=True)
    basis = models.DateTimeField(null=True, blank=True)
    computed_at = models.DateTimeField(null=True, blank=True)
    job_uid = models.UUIDField(null=True, blank=True)

    #: A study is computed again at will: its figures are kept, not their history.
    untracked: ClassVar[frozenset[str]] = Record.untracked | {"result"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scenario", "kind"], name="study_unique")
        ]
