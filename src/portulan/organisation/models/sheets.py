"""Role sheets (fiches métier), their versions, and the variants of entities."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portulan.base.models import Record


class RoleSheet(Record):
    """The sheet of a role: the company's (``entity`` ``None``), or the variant of an entity."""

    #: A code of ``organisation.roles.ROLES``.
    role = models.CharField(max_length=40)
    entity = models.ForeignKey(
        "organisation.Entity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    #: A sheet out of use is kept with its versions.
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["role", "entity"], name="role_sheet_unique"),
            models.UniqueConstraint(
                fields=["role"], condition=Q(entity=None), name="role_sheet_company_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.role


class RoleSheetVersion(Record):
    """One version of a sheet; without ``published_on`` it is the draft of the next one.

    A section is a list of items (``purpose``: one text); see ``rolesheets.content``. In a variant,
    ``None`` means: as the company's sheet.
    """

    sheet = models.ForeignKey(RoleSheet, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    published_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True, default="")
    author = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    purpose = models.JSONField(null=True, blank=True)
    responsibilities = models.JSONField(null=True, blank=True)
    decides = models.JSONField(null=True, blank=True)
    not_decides = models.JSONField(null=True, blank=True)
    works_with = models.JSONField(null=True, blank=True)
    skills = models.JSONField(null=True, blank=True)
    rituals = models.JSONField(null=True, blank=True)
    indicators = models.JSONField(null=True, blank=True)
    career = models.JSONField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sheet", "number"], name="role_sheet_version_unique")
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.number}"
