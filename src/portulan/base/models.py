"""What every app stands on: identity, accounts, the trace of changes, long work."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from uuid_utils.compat import uuid7

from portulan.base.text import fold


def new_uid() -> uuid.UUID:
    """A fresh public identifier (UUIDv7), made before the row is inserted."""
    return uuid7()


class Record(models.Model):
    """A fact with a public identifier, a revision for visible conflicts and its origin.

    ``origin`` is empty for what was typed here, else the source instance it came from.
    Writes go through ``portulan.base.changes.recording``, which keeps the history.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    origin = models.CharField(max_length=120, blank=True, default="", editable=False)

    #: Columns that are derived or technical, and kept out of the history.
    untracked: ClassVar[frozenset[str]] = frozenset({"id", "uid", "revision", "folded"})

    class Meta:
        abstract = True

    def refresh_derived(self) -> None:
        """Recompute derived columns before a write; the recorder calls it."""


class NamedRecord(Record):
    """A record with a code (unique per type), a name, and a folded column to search and sort."""

    code = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=300)
    folded = models.CharField(max_length=400, db_index=True, editable=False, default="")

    class Meta:
        abstract = True

    def refresh_derived(self) -> None:
        self.folded = fold(f"{self.name} {self.code}")[:400]

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """Creates accounts by e-mail address."""

    def create_account(self, email: str, password: str | None = None, **extra: Any) -> Account:
        """Create an account; without a password it cannot sign in until one is set."""
        account = self.model(email=self.normalize_email(email).lower(), **extra)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Who signs in. What a person may do comes from role assignments, never from here."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True, default="")
    language = models.CharField(max_length=5, default="fr")
    theme = models.CharField(max_length=5, blank=True, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email


class Change(models.Model):
    """One per action: who, when, under which activity, because of what."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    at = models.DateTimeField(db_index=True)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: The name to show, kept when the account goes; a job or command names itself.
    actor = models.CharField(max_length=200, blank=True, default="")
    activity = models.CharField(max_length=80)
    cause_type = models.CharField(max_length=40, blank=True, default="")
    cause_uid = models.UUIDField(null=True, blank=True, db_index=True)
    note = models.CharField(max_length=300, blank=True, default="")
    undone_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )


class HistoryRow(models.Model):
    """What one change did to one record: changed columns, old and new.

    ``effective_on`` is ``None`` for facts taken in from elsewhere: they were so before we knew.
    """

    class Operation(models.TextChoices):
        CREATE = "create"
        UPDATE = "update"
        DELETE = "delete"

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="rows")
    model = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    record_uid = models.UUIDField()
    operation = models.CharField(max_length=6, choices=Operation.choices)
    effective_on = models.DateField(null=True, blank=True)
    #: ``{column: [old, new]}``; a creation has only new values, a deletion only old ones.
    columns = models.JSONField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["model", "record_uid"]),
            models.Index(fields=["effective_on"]),
        ]


class ExternalKey(models.Model):
    """The identifier that a source gives to one of our records."""

    source = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=300)
    record_uid = models.UUIDField(db_index=True)
    #: Digest of the row last taken in, so that the same row again changes nothing.
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "kind", "key"], name="external_key_unique")
        ]


class CodeAlias(models.Model):
    """A former code of a record, so that old links still lead to it."""

    kind = models.CharField(max_length=40)
    code = models.CharField(max_length=120)
    record_uid = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "code"], name="code_alias_unique")
        ]


class Setting(models.Model):
    """A setting of this instance that lives with its data (for example: these are samples)."""

    key = models.CharField(max_length=80, unique=True)
    value = models.JSONField(null=True)


class Job(models.Model):
    """Long work: leased by a worker, retried when the lease runs out, with progress and cancel."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    #: Two enqueues with the same non-empty key give one job.
    idempotency_key = models.CharField(max_length=200, blank=True, default="")
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    run_after = models.DateTimeField(db_index=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=80, blank=True, default="")
    attempt = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    #: 0 to 1000.
    progress = models.PositiveSmallIntegerField(default=0)
    #: A code and parameters of where it stands; pages turn it into a sentence.
    status = models.JSONField(default=dict)
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    cancel_requested = models.BooleanField(default=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "run_after"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="job_idempotent",
            )
        ]


class Schedule(models.Model):
    """A kind of job to enqueue at regular intervals."""

    kind = models.CharField(max_length=60, unique=True)
    every_seconds = models.PositiveIntegerField()
    next_at = models.DateTimeField()
    params = models.JSONField(default=dict)
