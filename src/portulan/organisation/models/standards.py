"""The company's standards: a value for each topic of its governance."""

from __future__ import annotations

from django.db import models

from portulan.base.models import Record


class Standard(Record):
    """What holds in the whole company for one topic (``rules``, ``dossiers``, ``profile``…)."""

    key = models.CharField(max_length=40, unique=True)
    value = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.key
