"""What this app brings to a transfer: views and comments, beside the tables of the World."""

from __future__ import annotations

from portulan.collaboration.models import Comment, SavedView
from portulan.snapshot.tables import Table

TABLES: tuple[Table, ...] = ()
DETAILS = (SavedView, Comment)
