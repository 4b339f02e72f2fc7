"""The company's own template, and the documents made by a worker until they are fetched."""

from __future__ import annotations

from django.db import models

from portulan.base.models import new_uid


class SlideTemplate(models.Model):
    """The company's PowerPoint template; the last one uploaded serves."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    account = models.ForeignKey(
        "base.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)


class MadeReport(models.Model):
    """A document made by a worker for one account, kept for a day."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    job = models.UUIDField(unique=True)
    account = models.ForeignKey("base.Account", on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)
