"""Diagnoses kept, steps of the transition plan, and notes that help a product along."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import Record

# What steps and notes are about.
from portulan.catalogue.models import Product as Product
from portulan.organisation.models import Person as Person
from portulan.prioritisation.models import Score as Score


class DiagnosisRun(models.Model):
    """The diagnosis of a day: marks by domain, and what each test counted."""

    on = models.DateField(unique=True)
    mark = models.FloatField(null=True, blank=True)
    #: Domain → mark (1 to 5), or ``None``.
    marks = models.JSONField(default=dict)
    #: Test → ``[passed, total]``.
    tests = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["on"]


class PlanStep(Record):
    """A step of the transition plan; with a test, its progress is read from the facts."""

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        DROPPED = "dropped"

    position = models.PositiveSmallIntegerField(default=0)
    domain = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    note = models.TextField(blank=True, default="")
    #: The fact test that it should move ("": none), from which share and to which, in percent.
    test = models.CharField(max_length=40, blank=True, default="")
    start = models.PositiveSmallIntegerField(null=True, blank=True)
    target = models.PositiveSmallIntegerField(null=True, blank=True)
    #: Typed progress, in percent, for a step without a test.
    progress = models.PositiveSmallIntegerField(default=0)
    owner = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    done_on = models.DateField(null=True, blank=True)


class CoachingNote(Record):
    """A note that helps a product's manager with the roadmap; about the product, not the person."""

    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    on = models.DateField()
    #: The fact test that it is about ("": the roadmap as a whole).
    test = models.CharField(max_length=40, blank=True, default="")
    text = models.TextField()
    done_on = models.DateField(null=True, blank=True)
