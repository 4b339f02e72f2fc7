"""Writes on views, comments, attachments and watches."""

from __future__ import annotations

from portulan.collaboration.actions.views import change_view, delete_view, save_view

__all__ = ["change_view", "delete_view", "save_view"]
