"""Lessons learned (REX): what happened, why, what would be done again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import NamedRecord, Record
from portulan.base.text import fold
from portulan.organisation.models.structure import Entity, Person


class Lesson(NamedRecord):
    """One lesson of the library, shared with the whole company."""

    happened = models.TextField()
    causes = models.TextField(blank=True, default="")
    again = models.TextField(blank=True, default="")
    otherwise = models.TextField(blank=True, default="")
    #: Short words to find it by, in lower case.
    tags = models.JSONField(default=list, blank=True)
    learned_on = models.DateField()
    entity = models.ForeignKey(
        Entity, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    author = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: Everything that is searched, without accents.
    searched = models.TextField(editable=False, default="")

    untracked: ClassVar[frozenset[str]] = NamedRecord.untracked | {"searched"}

    def refresh_derived(self) -> None:
        super().refresh_derived()
        parts = (self.name, self.code, self.happened, self.causes, self.again, self.otherwise)
        self.searched = fold(" ".join([*parts, *self.tags]))


class LessonSubject(Record):
    """What a lesson is about: a product, a project, a decision, a meeting…"""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="subjects")
    kind = models.CharField(max_length=40)
    subject_uid = models.UUIDField(db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["lesson", "subject_uid"], name="lesson_subject_once")
        ]
