"""What people say to one another about objects, and the views they keep."""

from __future__ import annotations

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
    """A remark in Markdown on an object."""

    subject_kind = models.CharField(max_length=40)
    subject_uid = models.UUIDField(db_index=True)
    author = models.ForeignKey(
        "organisation.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField()
