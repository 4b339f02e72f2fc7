"""The responsibility matrix: the company's own letters instead of the shipped ones."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import Record
from portulan.organisation.models.structure import Entity, Team


class MatrixCell(Record):
    """The company's own letter for a role on an activity, instead of the inherited one.

    ``letter`` "" takes the role out, "X" says that the role must not. Without place it is for the
    whole company; else for one entity and everything below it, one line of products, or the
    products of one team.
    """

    activity = models.CharField(max_length=80)
    role = models.CharField(max_length=40)
    letter = models.CharField(max_length=1, blank=True, default="")
    entity = models.ForeignKey(
        Entity, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    #: The line of products, which a higher app knows (as in ``Grant.line``).
    line_id = models.BigIntegerField(null=True, blank=True)
    #: ``entity:3``, ``team:4``, ``line:5``; "" for the whole company.
    place = models.CharField(max_length=30, blank=True, default="", editable=False)

    untracked: ClassVar[frozenset[str]] = Record.untracked | {"place"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["activity", "role", "place"], name="matrix_cell_once"
            )
        ]

    def refresh_derived(self) -> None:
        self.place = next(
            (
                f"{kind}:{found}"
                for kind, found in (
                    ("team", self.team_id), ("line", self.line_id), ("entity", self.entity_id)
                )
                if found is not None
            ),
            "",
        )
