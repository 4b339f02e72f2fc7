"""Accepted exceptions to findings, and the trend of findings over time."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import Record


class FindingException(Record):
    """A finding accepted for a reason, until a day."""

    rule = models.CharField(max_length=20)
    subject_type = models.CharField(max_length=40)
    subject_uid = models.UUIDField()
    reason = models.TextField()
    accepted_by = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    accepted_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)


class CheckRun(models.Model):
    """How many findings there were on a day, by rule and severity."""

    on = models.DateField(unique=True)
    counts = models.JSONField(default=dict)
    seconds = models.FloatField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["on"]
