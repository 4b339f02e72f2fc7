"""Work items: the backlog, where it comes from, and the releases that bring it out.

One row is one item with its whole history in a column, so that a year of a large company is read
in one query and imported in one short transaction. ``portulan.portfolio.models`` gives them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar

from django.db import models

from portulan.base.models import NamedRecord


class WorkSource(NamedRecord):
    """Where work items come from, and how its states, groups and clock are read."""

    class Kind(models.TextChoices):
        #: One row a change of state.
        TRANSITIONS = "transitions"
        #: One row an item, with its dates; the three "states" are created, started, finished.
        SPANS = "spans"
        #: Typed here.
        LOCAL = "local"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    #: Name of the time zone in which its days begin; "" for the instance's.
    zone = models.CharField(max_length=60, blank=True, default="")
    #: ``[[name, category], …]``: items name a state by its place. Category "" is no state.
    states = models.JSONField(default=list, blank=True)
    #: ``{"project:UT": {"team": uid, "product": uid, "initiative": uid}}``.
    groups = models.JSONField(default=dict, blank=True)
    #: Field → column, as settled at the last import.
    columns = models.JSONField(default=dict, blank=True)
    #: Until when its history is known; ``None``: until now.
    known_until = models.DateTimeField(null=True, blank=True)


class Release(NamedRecord):
    """A version of a product that brings items to its users."""

    class State(models.TextChoices):
        PLANNED = "planned"
        RELEASED = "released"
        DROPPED = "dropped"

    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.CASCADE, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    goal = models.TextField(blank=True, default="")
    due_on = models.DateField(null=True, blank=True)
    released_on = models.DateField(null=True, blank=True)


class BacklogItem(NamedRecord):
    """A story, a ticket, a task: what is asked, when it is accepted, and how it moved."""

    class Standing(models.TextChoices):
        BEFORE = "before"
        ACTIVE = "active"
        WAITING = "waiting"
        DONE = "done"
        DROPPED = "dropped"

    source = models.ForeignKey(WorkSource, on_delete=models.PROTECT, related_name="items")
    #: What the source calls it.
    key = models.CharField(max_length=200)
    #: The source's own word: story, bug, ticket…
    kind = models.CharField(max_length=80, blank=True, default="")
    description = models.TextField(blank=True, default="")
    #: Acceptance criteria: ``[[text, met], …]``.
    criteria = models.JSONField(default=list, blank=True)
    team = models.ForeignKey(
        "organisation.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    product = models.ForeignKey(
        "catalogue.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    initiative = models.ForeignKey(
        "portfolio.Initiative", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    release = models.ForeignKey(
        Release, null=True, blank=True, on_delete=models.SET_NULL, related_name="items"
    )
    #: Smaller comes first in the backlog.
    rank = models.IntegerField(default=0)
    #: ``[[second, state entered], [second, state entered, state left], …]`` as the source gave
    #: them, seconds since 1970 UTC, states by their place in ``source.states``.
    transitions = models.JSONField(default=list, blank=True)
    #: Derived at each write, for lists and counts.
    standing = models.CharField(
        max_length=8, choices=Standing.choices, default=Standing.BEFORE, editable=False
    )
    opened_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    untracked: ClassVar[frozenset[str]] = NamedRecord.untracked | {
        "standing", "opened_at", "finished_at"
    }

    def refresh_derived(self) -> None:
        super().refresh_derived()
        self.standing, opened, finished = standing_of(
            self.transitions, [category for _, category in self.source.states]
        )
        self.opened_at = None if opened is None else datetime.fromtimestamp(opened, UTC)
        self.finished_at = None if finished is None else datetime.fromtimestamp(finished, UTC)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "key"], name="backlog_item_key")
        ]


def standing_of(
    transitions: Sequence[Sequence[int]], categories: Sequence[str]
) -> tuple[str, int | None, int | None]:
    """Where an item stands after its changes, the second it opened, the second it was finished.

    ``finished`` is the entry into its last stay in done states. Changes to what is no state count
    for nothing.
    """
    standing = "before"
    opened: int | None = None
    finished: int | None = None
    for second, state in sorted((row[0], row[1]) for row in transitions):
        category = categories[state] if state < len(categories) else ""
        if not category:
            continue
        if opened is None:
            opened = second
        if category == "done":
            finished = second if standing != "done" or finished is None else finished
        else:
            finished = None
        standing = category
    return standing, opened, finished
