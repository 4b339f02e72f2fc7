"""Notifications and how each person wants them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import Account as Account
from portulan.base.models import HistoryRow as HistoryRow
from portulan.base.models import Setting as Setting
from portulan.base.models import new_uid

# What notifications are about; they are read here and never written.
from portulan.catalogue.models import Product as Product
from portulan.catalogue.models import ProductRole as ProductRole
from portulan.collaboration.models import Comment as Comment
from portulan.collaboration.models import Watch as Watch
from portulan.governance.models import ActionItem as ActionItem
from portulan.governance.models import Decision as Decision
from portulan.governance.models import DecisionSubject as DecisionSubject
from portulan.governance.models import Dossier as Dossier
from portulan.governance.models import ForumMember as ForumMember
from portulan.governance.models import Meeting as Meeting
from portulan.organisation.models import Person as Person


class Notification(models.Model):
    """One thing that one person is told. What it is about is read again under their rights of the
    day, each time it is shown or sent.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    person = models.ForeignKey(
        "organisation.Person", on_delete=models.CASCADE, related_name="+"
    )
    #: A code of ``notifications.kinds.KINDS``.
    kind = models.CharField(max_length=30)
    #: What it is about; "" when it is the person's own affair (an action, a request to them).
    subject_kind = models.CharField(max_length=40, blank=True, default="")
    subject_uid = models.UUIDField(null=True, blank=True)
    #: Codes, names and days for the sentence.
    params = models.JSONField(default=dict)
    #: The same thing is told once.
    key = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    #: Sent by mail, or found not to be.
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "key"], name="notification_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "read_at"]),
            models.Index(fields=["mailed_at", "person"]),
        ]


class Preference(models.Model):
    """How a person wants to be told; kinds that are not there follow what is usual."""

    person = models.OneToOneField(
        "organisation.Person", on_delete=models.CASCADE, related_name="+"
    )
    #: Kind → ``now``, ``daily``, ``weekly`` or ``never``.
    mail = models.JSONField(default=dict)
    #: Kinds that are not shown in the pages either.
    hidden = models.JSONField(default=list)
    #: No mail until then.
    quiet_until = models.DateField(null=True, blank=True)
    daily_on = models.DateField(null=True, blank=True)
    weekly_on = models.DateField(null=True, blank=True)
