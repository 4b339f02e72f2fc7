"""The company's own templates."""

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
