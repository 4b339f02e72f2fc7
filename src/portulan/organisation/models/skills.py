"""Skills, levels of people, trainings: seen by the person, their manager and human resources."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import NamedRecord, Record
from portulan.organisation.models.structure import Person


class Skill(NamedRecord):
    """A skill of the catalogue, with what each of its four levels looks like."""

    class Family(models.TextChoices):
        PRODUCT = "product"
        DISCOVERY = "discovery"
        DELIVERY = "delivery"
        DATA = "data"
        BUSINESS = "business"
        GOVERNANCE = "governance"
        LEADERSHIP = "leadership"

    family = models.CharField(max_length=12, choices=Family.choices, default=Family.PRODUCT)
    #: The name in English; ``name`` is the one in French.
    name_en = models.CharField(max_length=300, blank=True, default="")
    #: Four texts ``{"fr": …, "en": …}``, from having notions to being the one to turn to.
    anchors = models.JSONField(default=list, blank=True)
    active = models.BooleanField(default=True)


class PersonSkill(Record):
    """A level, 1 to 4: declared by the person, then agreed with their manager."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="levels")
    declared = models.PositiveSmallIntegerField(null=True, blank=True)
    declared_on = models.DateField(null=True, blank=True)
    agreed = models.PositiveSmallIntegerField(null=True, blank=True)
    agreed_on = models.DateField(null=True, blank=True)
    agreed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "skill"], name="person_skill_once")
        ]


class Training(NamedRecord):
    """A training of the catalogue."""

    description = models.TextField(blank=True, default="")
    provider = models.CharField(max_length=200, blank=True, default="")
    hours = models.PositiveSmallIntegerField(default=7)
    #: Code of a skill → level that it leads to.
    leads_to = models.JSONField(default=dict, blank=True)
    active = models.BooleanField(default=True)


class TrainingSession(Record):
    """A training on given days."""

    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="sessions")
    starts = models.DateField()
    ends = models.DateField()
    place = models.CharField(max_length=200, blank=True, default="")
    seats = models.PositiveSmallIntegerField(default=12)
    cancelled = models.BooleanField(default=False)


class Enrolment(Record):
    """Somebody's seat in a session, and whether they came."""

    class State(models.TextChoices):
        ASKED = "asked"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        ATTENDED = "attended"
        ABSENT = "absent"

    session = models.ForeignKey(
        TrainingSession, on_delete=models.CASCADE, related_name="enrolments"
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="enrolments")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "person"], name="enrolment_once")
        ]


class DevelopmentStep(Record):
    """A step of somebody's plan: a training, coaching by somebody, practice on a real case."""

    class Kind(models.TextChoices):
        TRAINING = "training"
        COACHING = "coaching"
        PRACTICE = "practice"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="development")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.TRAINING)
    title = models.CharField(max_length=300)
    skill = models.ForeignKey(
        Skill, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    coach = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="coaching"
    )
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
