"""Entities, people, teams and the roles people hold on entities."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import NamedRecord, Record


class Entity(NamedRecord):
    """A part of the company: group > business unit > country (or whatever the levels are)."""

    class Level(models.TextChoices):
        GROUP = "group"
        UNIT = "unit"
        COUNTRY = "country"

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    #: ``/1/5/12/``: the ids from the root down to this one.
    path = models.CharField(max_length=300, db_index=True, editable=False, default="")
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.UNIT)
    currency = models.CharField(max_length=3, default="EUR")
    fiscal_first_month = models.PositiveSmallIntegerField(default=1)
    country = models.CharField(max_length=2, blank=True, default="FR")
    description = models.TextField(blank=True, default="")

    untracked: ClassVar[frozenset[str]] = NamedRecord.untracked | {"path"}


class Person(NamedRecord):
    """Somebody who works on products; may have an account to sign in with."""

    account = models.OneToOneField(
        "base.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    email = models.EmailField(blank=True, default="")
    entity = models.ForeignKey(
        Entity, null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    job_title = models.CharField(max_length=200, blank=True, default="")
    active = models.BooleanField(default=True)
    #: Who agrees levels of skill with this person, and sees them.
    manager = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )


class Team(NamedRecord):
    """A permanent or temporary team that gives capacity."""

    entity = models.ForeignKey(
        Entity, null=True, blank=True, on_delete=models.PROTECT, related_name="teams"
    )
    permanent = models.BooleanField(default=True)
    manager = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="managed_teams"
    )
    skill = models.CharField(max_length=100, blank=True, default="")
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)


class Membership(Record):
    """A person's share of time in a team, in percent."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    fraction = models.PositiveSmallIntegerField(default=100)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)


class RoleAssignment(Record):
    """What every table of roles held by a person has; one concrete table per kind of object."""

    #: A code of ``organisation.roles.ROLES``.
    role = models.CharField(max_length=40, db_index=True)
    #: Percent of a full time, when known.
    fraction = models.PositiveSmallIntegerField(null=True, blank=True)
    #: The source's own word for the role, when it came from elsewhere.
    source_role = models.CharField(max_length=200, blank=True, default="")
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class EntityRole(RoleAssignment):
    """A role on an entity covers everything below it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="entity_roles")
    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="roles")
