"""What people say to one another about objects, and the views they keep."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import Record


class SavedView(Record):
    """A page's filters, grouping, sorting and columns under a name."""

    class Sharing(models.TextChoices):
        MINE = "mine"
        SHARED = "shared"
        LOCKED = "locked"

    account = models.ForeignKey(
        "base.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    #: The query string that holds the view.
    query = models.TextField(blank=True, default="")
    sharing = models.CharField(max_length=6, choices=Sharing.choices, default=Sharing.MINE)


class Comment(Record):
    """A remark in Markdown on an object, or an answer to one; what is taken away leaves a trace."""

    subject_kind = models.CharField(max_length=40)
    subject_uid = models.UUIDField(db_index=True)
    author = models.ForeignKey(
        "organisation.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField()
    #: The remark that begins the thread; answers have no answers of their own.
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="answers"
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    #: Of a thread: nothing more is to be done about it.
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: Taken away: the text is empty since.
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )


class Mention(models.Model):
    """A person or an object that a comment names: derived from its text at each write."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    #: As it was typed, in lower case, with its sign: ``@code`` or ``#code``.
    mark = models.CharField(max_length=121)
    person = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=40, blank=True, default="")
    uid = models.UUIDField(null=True, blank=True, db_index=True)


class Attachment(Record):
    """A file on an object. Its content lies in the storage of the instance, never among the static
    files; once erased, only the trace stays.
    """

    subject_kind = models.CharField(max_length=40)
    subject_uid = models.UUIDField(db_index=True)
    name = models.CharField(max_length=150, blank=True, default="")
    #: What the content really is, as looked at (``collaboration.sniffing``).
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=120, blank=True, default="")
    author = models.ForeignKey(
        "organisation.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_by = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    untracked: ClassVar[frozenset[str]] = Record.untracked | {"stored_as"}


class Watch(models.Model):
    """Somebody follows an object, or (``muted``) said that they do not want to."""

    person = models.ForeignKey(
        "organisation.Person", on_delete=models.CASCADE, related_name="+"
    )
    subject_kind = models.CharField(max_length=40)
    subject_uid = models.UUIDField(db_index=True)
    since = models.DateTimeField(auto_now_add=True)
    muted = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "subject_uid"], name="watch_person_subject")
        ]
