"""Imports: what was uploaded, how it was read, what it did, and how to undo it."""

from __future__ import annotations

from django.db import models

from portulan.base.models import new_uid


class ImportBatch(models.Model):
    """One file taken in (or tried): staging, mapping, plan, outcome."""

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        PLANNED = "planned"
        APPLIED = "applied"
        REJECTED = "rejected"
        UNDONE = "undone"

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=80)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, db_index=True)
    content = models.BinaryField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    account = models.ForeignKey(
        "base.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    #: Sheet → kind and column → field, as guessed then corrected.
    mapping = models.JSONField(default=dict)
    #: Repairs accepted for groups of errors.
    repairs = models.JSONField(default=dict)
    #: Counts, errors by group, per sheet.
    plan = models.JSONField(default=dict)
    change = models.ForeignKey(
        "base.Change", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: The long work asked for last on it: reading, taking in, taking back.
    job_uid = models.UUIDField(null=True, blank=True)
