"""Profiles that the company brought in, and what was applied when."""

from __future__ import annotations

from django.db import models

from portulan.base.models import Record


class OwnProfile(Record):
    """A profile of the company's own: its files, as they came."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    #: Path inside the profile → text.
    files = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.code


class Application(Record):
    """One application of a profile, up to a step; its changes have it as their cause."""

    profile = models.CharField(max_length=60)
    name = models.CharField(max_length=200, blank=True, default="")
    #: The step it was applied up to; "" for the whole.
    step = models.CharField(max_length=60, blank=True, default="")
    before = models.CharField(max_length=60, blank=True, default="")
    applied_on = models.DateField()
    by = models.CharField(max_length=200, blank=True, default="")
    #: How many items were added, changed, removed, kept local.
    counts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.profile} {self.step}".strip()
