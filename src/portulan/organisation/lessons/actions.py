"""Writes on the library of lessons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from portulan.base.changes import Recorder, recording
from portulan.base.policy import Actor, Conflict, Invalid, Refusal, Refused, require
from portulan.base.subjects import Subject, resolver
from portulan.organisation.activities import LESSON_EDIT, LESSON_WRITE
from portulan.organisation.lessons.queries import KINDS, check_edit, lesson_for
from portulan.organisation.models import Lesson, LessonSubject, Person

#: Tags of a lesson, and letters of each, at most.
TAGS, LETTERS = 12, 40


@dataclass(frozen=True, slots=True)
class Told:
    """A lesson as it is typed; ``about`` names objects as ``kind:code``."""

    name: str
    happened: str
    causes: str = ""
    again: str = ""
    otherwise: str = ""
    tags: str = ""
    learned_on: date | None = None
    about: Sequence[str] = ()


def read_tags(text: str) -> list[str]:
    """Tags typed with commas, in lower case, each once."""
    found = []
    for part in text.replace(";", ",").split(","):
        tag = " ".join(part.strip().lstrip("#").lower().split())[:LETTERS]
        if tag and tag not in found:
            found.append(tag)
    return found[:TAGS]


def _check(actor: Actor, told: Told) -> list[Subject]:
    errors: dict[str, Refusal] = {}
    for name in ("name", "happened"):
        if not getattr(told, name).strip():
            errors[name] = Refusal("required")
    if not (told.again.strip() or told.otherwise.strip()):
        errors["again"] = Refusal("lesson.nothing_learned")
    if told.learned_on is not None and told.learned_on > timezone.localdate():
        errors["learned_on"] = Refusal("lesson.day_to_come")
    subjects = []
    for text in told.about:
        kind, _sep, code = text.strip().partition(":")
        if not text.strip():
            continue
        if kind not in KINDS:
            errors["about"] = Refusal("lesson.about", {"found": text})
            continue
        subjects.append(resolver().find(actor, kind, code))
    if errors:
        raise Invalid(errors)
    return subjects


def write_lesson(actor: Actor, told: Told) -> Lesson:
    """Add a lesson to the library; objects that are named must be readable.

    Raises:
        Refused: the actor may not write lessons.
        Invalid: no title, nothing told, nothing learned, a day to come.
        NotFoundForActor: an object that the actor may not know of.
    """
    require(actor, LESSON_WRITE)
    subjects = _check(actor, told)
    author = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    day = told.learned_on or timezone.localdate()
    with recording(actor, LESSON_WRITE.code) as recorder:
        lesson = recorder.create(
            Lesson(
                code=_code(day), author=author, entity=author.entity if author else None,
                **_columns(told, day),
            )
        )
        _link(recorder, lesson, subjects)
    return lesson


def _columns(told: Told, day: date) -> dict[str, Any]:
    return {
        "name": told.name.strip()[:300], "happened": told.happened.strip(),
        "causes": told.causes.strip(), "again": told.again.strip(),
        "otherwise": told.otherwise.strip(), "tags": read_tags(told.tags), "learned_on": day,
    }


def _link(recorder: Recorder, lesson: Lesson, subjects: Iterable[Subject]) -> None:
    recorder.create_many(
        [
            LessonSubject(lesson=lesson, kind=kind, subject_uid=uid)
            for uid, kind in {s.uid: s.kind for s in subjects}.items()
        ]
    )


def _code(day: date) -> str:
    start = f"REX-{day.year}-"
    last = (
        Lesson.objects.filter(code__startswith=start)
        .order_by("-code")
        .values_list("code", flat=True)
        .first()
    )
    number = int(last.removeprefix(start)) + 1 if last else 1
    return f"{start}{number:03}"


def edit_lesson(actor: Actor, code: str, told: Told, revision: int) -> UUID | None:
    """Change a lesson: its author, or who keeps the library. What the actor may not see of what it
    is about stays.

    Raises:
        NotFoundForActor, Refused: no such lesson, or no right on it.
        Conflict: somebody changed it meanwhile.
        Invalid: as ``write_lesson``.
    """
    lesson = lesson_for(actor, code)
    refusal = check_edit(actor, lesson)
    if refusal is not None:
        raise Refused(refusal)
    subjects = _check(actor, told)
    mine = lesson.author_id is not None and lesson.author_id == actor.person_id
    activity = LESSON_WRITE if mine else LESSON_EDIT
    with recording(actor, activity.code) as recorder:
        fresh = Lesson.objects.select_for_update().get(pk=lesson.pk)
        if fresh.revision != revision:
            raise Conflict("lesson", code, {"revision": (revision, fresh.revision)})
        recorder.update(fresh, **_columns(told, told.learned_on or lesson.learned_on))
        links = list(fresh.subjects.all())
        present: dict[str, set[UUID]] = {}
        for link in links:
            present.setdefault(link.kind, set()).add(link.subject_uid)
        seen = set(resolver().readable(actor, present)) if present else set()
        wanted = {s.uid for s in subjects}
        recorder.delete_many(
            [k for k in links if k.subject_uid in seen and k.subject_uid not in wanted]
        )
        there = {k.subject_uid for k in links}
        _link(recorder, fresh, [s for s in subjects if s.uid not in there])
    return recorder.change.uid if recorder.changed else None


def delete_lesson(actor: Actor, code: str) -> None:
    """Take a lesson out of the library; its last values stay in the history.

    Raises:
        NotFoundForActor, Refused: no such lesson, or no right on it.
    """
    lesson = lesson_for(actor, code)
    refusal = check_edit(actor, lesson)
    if refusal is not None:
        raise Refused(refusal)
    with recording(actor, LESSON_EDIT.code) as recorder:
        recorder.delete_many(list(lesson.subjects.all()))
        recorder.delete(lesson)
