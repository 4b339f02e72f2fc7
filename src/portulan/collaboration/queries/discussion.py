"""What is said on an object: threads of comments with whom and what they name, and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from portulan.base.models import HistoryRow
from portulan.base.policy import Actor
from portulan.base.subjects import Subject, resolver
from portulan.collaboration.access import check_own, check_take_away, comment_for
from portulan.collaboration.models import Attachment, Comment, Mention, Watch


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in a discussion."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment, and what its reader may do with it. ``text`` is Markdown, "" once taken away."""

    uid: UUID
    text: str
    author: Person | None
    at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    deleted_by: Person | None
    resolved_at: datetime | None
    resolved_by: Person | None
    revision: int
    own: bool
    removable: bool
    answers: tuple[CommentRow, ...] = ()


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file on an object; erased ones keep their place without a name."""

    uid: UUID
    name: str
    media_type: str
    size: int
    author: Person | None
    at: datetime
    erased_at: datetime | None
    erased_by: Person | None
    removable: bool


@dataclass(frozen=True, slots=True)
class Discussion:
    """All that is said on an object. ``people`` and ``objects``: what the marks of the texts stand
    for, for this reader.
    """

    threads: tuple[CommentRow, ...]
    files: tuple[FileRow, ...]
    people: Mapping[str, Person]
    objects: Mapping[str, Subject]
    watchers: int
    watching: bool

    @property
    def count(self) -> int:
        """How many comments there are, those taken away left out."""
        rows = [row for thread in self.threads for row in (thread, *thread.answers)]
        return sum(1 for row in rows if row.deleted_at is None)

    @property
    def open(self) -> int:
        """How many threads are not settled."""
        return sum(1 for thread in self.threads if thread.resolved_at is None)


@dataclass(frozen=True, slots=True)
class Version:
    """What a comment said until a moment."""

    until: datetime
    by: str
    text: str


def discussion(actor: Actor, subject: Subject) -> Discussion:
    """What is said on an object that was found for the actor (a constant number of queries)."""
    rows = list(
        Comment.objects.filter(subject_uid=subject.uid)
        .select_related("author", "deleted_by", "resolved_by")
        .order_by("at", "pk")
    )
    answers: dict[int, list[CommentRow]] = {}
    for row in rows:
        if row.parent_id is not None:
            answers.setdefault(row.parent_id, []).append(_row(actor, row))
    threads = tuple(
        _row(actor, row, tuple(answers.get(row.pk, ())))
        for row in rows if row.parent_id is None
    )
    people, objects = named(actor, rows)
    watches = Watch.objects.filter(subject_uid=subject.uid, muted=False).aggregate(
        all=Count("pk"), mine=Count("pk", filter=Q(person_id=actor.person_id or 0))
    )
    return Discussion(
        threads, tuple(_files(actor, subject)), people, objects, watches["all"],
        bool(watches["mine"]),
    )


def named(
    actor: Actor, comments: Iterable[Comment]
) -> tuple[dict[str, Person], dict[str, Subject]]:
    """Whom and what comments name, by mark; objects that the reader may not read are left out."""
    found = list(
        Mention.objects.filter(comment__in=[c.pk for c in comments]).select_related("person")
    )
    people = {m.mark: Person(m.person.code, m.person.name) for m in found if m.person is not None}
    wanted: dict[str, set[UUID]] = {}
    for mention in found:
        if mention.uid is not None:
            wanted.setdefault(mention.kind, set()).add(mention.uid)
    seen = resolver().readable(actor, wanted) if wanted else {}
    objects = {m.mark: seen[m.uid] for m in found if m.uid is not None and m.uid in seen}
    return people, objects


def versions(actor: Actor, uid: UUID | str) -> list[Version]:
    """What a comment said before, latest first; nothing once it was taken away.

    Raises:
        NotFoundForActor: no such comment for the actor.
    """
    comment, _subject = comment_for(actor, uid)
    if comment.deleted_at is not None:
        return []
    rows = (
        HistoryRow.objects.filter(
            model="collaboration.comment", record_uid=comment.uid,
            operation=HistoryRow.Operation.UPDATE,
        )
        .select_related("change").order_by("-pk")[:50]
    )
    return [
        Version(row.change.at, row.change.actor, str(row.columns["text"][0]))
        for row in rows if "text" in row.columns
    ]


def mentioning(actor: Actor, subject: Subject, limit: int = 20) -> list[tuple[Subject, datetime]]:
    """The objects whose discussions name this one, latest first, that the actor may read."""
    rows = list(
        Mention.objects.filter(uid=subject.uid, comment__deleted_at=None)
        .exclude(comment__subject_uid=subject.uid)
        .order_by("-comment__at")
        .values_list("comment__subject_kind", "comment__subject_uid", "comment__at")[: limit * 3]
    )
    wanted: dict[str, set[UUID]] = {}
    for kind, uid, _at in rows:
        wanted.setdefault(kind, set()).add(uid)
    seen = resolver().readable(actor, wanted) if wanted else {}
    found: dict[UUID, tuple[Subject, datetime]] = {}
    for _kind, uid, at in rows:
        if uid in seen:
            found.setdefault(uid, (seen[uid], at))
    return list(found.values())[:limit]


def watched(actor: Actor) -> dict[UUID, Subject]:
    """The objects that the actor follows and may read today."""
    if actor.person_id is None:
        return {}
    wanted: dict[str, set[UUID]] = {}
    for kind, uid in Watch.objects.filter(person_id=actor.person_id, muted=False).values_list(
        "subject_kind", "subject_uid"
    ):
        wanted.setdefault(kind, set()).add(uid)
    return resolver().readable(actor, wanted) if wanted else {}


def said_on(uids: Iterable[UUID], limit: int) -> list[Comment]:
    """The last comments on these objects, latest first; who asks has found the objects."""
    return list(
        Comment.objects.filter(subject_uid__in=list(uids), deleted_at=None)
        .select_related("author").order_by("-at", "-pk")[:limit]
    )


def _person(person: object) -> Person | None:
    code, name = getattr(person, "code", None), getattr(person, "name", None)
    return Person(str(code), str(name)) if code is not None else None


def _row(actor: Actor, row: Comment, answers: tuple[CommentRow, ...] = ()) -> CommentRow:
    gone = row.deleted_at is not None
    return CommentRow(
        row.uid, row.text, _person(row.author), row.at, row.edited_at, row.deleted_at,
        _person(row.deleted_by), row.resolved_at, _person(row.resolved_by), row.revision,
        not gone and check_own(actor, row.author_id) is None,
        not gone and check_take_away(actor, row.author_id) is None, answers,
    )


def _files(actor: Actor, subject: Subject) -> Iterable[FileRow]:
    for row in (
        Attachment.objects.filter(subject_uid=subject.uid)
        .select_related("author", "erased_by").order_by("-at", "-pk")
    ):
        yield FileRow(
            row.uid, row.name, row.media_type, row.size, _person(row.author), row.at,
            row.erased_at, _person(row.erased_by),
            row.erased_at is None and check_take_away(actor, row.author_id) is None,
        )
