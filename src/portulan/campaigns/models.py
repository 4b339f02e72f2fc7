"""Campaigns, what each contributor is asked for, and what they gave."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import NamedRecord, Record

# What campaigns ask about; they are read here, and written by the actions of their own apps.
from portulan.catalogue.models import Product as Product
from portulan.catalogue.models import ProductLine as ProductLine
from portulan.catalogue.models import ProductRole as ProductRole
from portulan.evidence.models import Indicator as Indicator
from portulan.organisation.models import Entity as Entity
from portulan.organisation.models import Person as Person
from portulan.organisation.models import Team as Team
from portulan.portfolio.models import Capacity as Capacity
from portulan.portfolio.models import Initiative as Initiative
from portulan.portfolio.models import InitiativeProduct as InitiativeProduct


class Campaign(NamedRecord):
    """Somebody asks contributors for facts until a day."""

    class Kind(models.TextChoices):
        SHEETS = "sheets"
        SCORES = "scores"
        MEASURES = "measures"
        CAPACITIES = "capacities"
        FORECASTS = "forecasts"

    class State(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"
        CLOSED = "closed"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    #: The part of the company that it asks about, with all that is below; ``None``: the whole.
    entity = models.ForeignKey(
        "organisation.Entity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    line = models.ForeignKey(
        "catalogue.Line", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    #: What is asked of each object: codes of the fields of its kind.
    fields = models.JSONField(default=list)
    #: ``holder`` (whoever answers for the object) or codes of people, each asked for everything.
    people = models.JSONField(default=list)
    message = models.TextField(blank=True, default="")
    asker = models.ForeignKey(
        "organisation.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    due_on = models.DateField()
    #: Days before (+) and after (-) the due day on which who has not finished is reminded.
    remind_days = models.JSONField(default=list)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    #: The last reminder sent by hand.
    reminded_at = models.DateTimeField(null=True, blank=True)


class Ask(Record):
    """One object that one person is asked to fill in."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="asks")
    person = models.ForeignKey(
        "organisation.Person", on_delete=models.CASCADE, related_name="+"
    )
    #: Who was asked first, when they handed it to somebody else.
    handed_by = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    object_kind = models.CharField(max_length=40)
    object_uid = models.UUIDField(db_index=True)
    position = models.PositiveIntegerField(default=0)
    #: The contributor said: that is all, or there is nothing to change.
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["campaign", "person", "object_uid"], name="ask_once"
            )
        ]


class Answer(Record):
    """A value that a contributor proposes; it enters when it is accepted."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        ACCEPTED = "accepted"
        REFUSED = "refused"

    class Way(models.TextChoices):
        PAGE = "page"
        FILE = "file"

    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="answers")
    field = models.CharField(max_length=60)
    #: The value that was there when it was given, and the one proposed.
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    author = models.ForeignKey(
        "organisation.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    given_at = models.DateTimeField()
    way = models.CharField(max_length=4, choices=Way.choices, default=Way.PAGE)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    settled_by = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    #: Why it was refused.
    word = models.TextField(blank=True, default="")
    #: The change that it made.
    change_uid = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["ask", "field"], name="answer_ask_field")
        ]
