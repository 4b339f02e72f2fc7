"""Fetch-and-authorise and reads of the lessons learned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portulan.base.policy import Actor, NotFoundForActor, Refusal, check_right
from portulan.base.subjects import Subject, resolver
from portulan.base.text import fold
from portulan.organisation.access import entity_scope
from portulan.organisation.activities import LESSON_EDIT, LESSON_READ, LESSON_WRITE
from portulan.organisation.models import Lesson, LessonSubject

#: Kinds of objects that a lesson may be about.
KINDS = ("product", "project", "initiative", "decision", "meeting", "dossier")


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A lesson of the library, with what it is about as far as the reader may know."""

    code: str
    name: str
    happened: str
    tags: tuple[str, ...]
    learned_on: date
    author: str
    about: tuple[Subject, ...]


def _known(actor: Actor, code: str = "") -> None:
    if check_right(actor, LESSON_READ) is not None:
        raise NotFoundForActor("lesson", code)


def lesson_for(actor: Actor, code: str) -> Lesson:
    """The lesson with this code; the library is open to whoever works here.

    Raises:
        NotFoundForActor: there is none, or the actor reads no lesson.
    """
    _known(actor, code)
    found = Lesson.objects.select_related("entity", "author").filter(code=code).first()
    if found is None:
        raise NotFoundForActor("lesson", code)
    return found


def check_edit(actor: Actor, lesson: Lesson) -> Refusal | None:
    """Why the actor may not change a lesson: its author may, and who keeps the library."""
    if actor.person_id is not None and lesson.author_id == actor.person_id:
        return check_right(actor, LESSON_WRITE)
    return check_right(actor, LESSON_EDIT, entity_scope(lesson.entity))


def about(actor: Actor, lessons: Iterable[int]) -> dict[int, tuple[Subject, ...]]:
    """Lesson id → the objects that it is about and that the actor may read."""
    links = list(
        LessonSubject.objects.filter(lesson_id__in=list(lessons))
        .order_by("pk")
        .values_list("lesson_id", "kind", "subject_uid")
    )
    wanted: dict[str, set[UUID]] = {}
    for _lesson, kind, uid in links:
        wanted.setdefault(kind, set()).add(uid)
    known = resolver().readable(actor, wanted) if wanted else {}
    found: dict[int, list[Subject]] = {}
    for lesson, _kind, uid in links:
        if uid in known:
            found.setdefault(lesson, []).append(known[uid])
    return {pk: tuple(subjects) for pk, subjects in found.items()}


def lessons(
    actor: Actor, *, text: str = "", tag: str = "", limit: int | None = None
) -> list[LessonRow]:
    """The library, latest first; every word of ``text`` must be found.

    Raises:
        NotFoundForActor: the actor reads no lesson.
    """
    _known(actor)
    rows = Lesson.objects.select_related("author").order_by("-learned_on", "-pk")
    for word in fold(text).split():
        rows = rows.filter(searched__contains=word)
    kept = [row for row in rows if not tag or tag in row.tags][:limit]
    known = about(actor, [row.pk for row in kept])
    return [
        LessonRow(
            row.code, row.name, row.happened, tuple(row.tags), row.learned_on,
            row.author.name if row.author else "", known.get(row.pk, ()),
        )
        for row in kept
    ]


def lessons_on(actor: Actor, uids: Iterable[UUID]) -> list[LessonRow]:
    """The lessons about these objects, latest first; none for who reads no lesson."""
    if check_right(actor, LESSON_READ) is not None:
        return []
    rows = (
        Lesson.objects.filter(subjects__subject_uid__in=list(uids))
        .select_related("author")
        .distinct()
        .order_by("-learned_on", "-pk")
    )
    return [
        LessonRow(
            row.code, row.name, row.happened, tuple(row.tags), row.learned_on,
            row.author.name if row.author else "", (),
        )
        for row in rows
    ]


def found(text: str, limit: int) -> list[tuple[str, str]]:
    """Code and name of lessons that hold a folded text, for the palette (one query)."""
    rows = Lesson.objects.filter(searched__contains=text).order_by("-learned_on", "-pk")
    return list(rows.values_list("code", "name")[:limit])


def tags() -> list[tuple[str, int]]:
    """Every tag with how many lessons have it, the most frequent first (one query)."""
    counted = Counter(tag for row in Lesson.objects.values_list("tags", flat=True) for tag in row)
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))
