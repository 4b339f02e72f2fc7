"""Reads of views, comments, attachments and watches."""

from __future__ import annotations

from portulan.collaboration.queries.views import ViewRow, saved_views

__all__ = ["ViewRow", "saved_views"]
