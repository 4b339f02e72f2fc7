"""Writes on files: add one to an object, erase it."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from portulan.base.changes import recording
from portulan.base.policy import Actor, Invalid, Refusal, Refused
from portulan.collaboration.access import (
    attachment_for,
    check_take_away,
    check_write,
    subject_for,
)
from portulan.collaboration.actions.watching import follow
from portulan.collaboration.activities import COMMENT_WRITE
from portulan.collaboration.models import Attachment
from portulan.collaboration.sniffing import look_at, tidy_name

#: Files that one object may hold.
MOST = 100
FOLDER = "attachments"


def attach(actor: Actor, kind: str, code: str, name: str, content: bytes) -> Attachment:
    """Keep a file on an object.

    Raises:
        NotFoundForActor: no such object for the actor.
        Refused: the matrix does not let the actor add anything.
        Invalid: too large, empty, of a kind that is not kept, not what its name says, too many.
    """
    subject = subject_for(actor, kind, code)
    refusal = check_write(actor)
    if refusal is not None:
        raise Refused(refusal)
    if len(content) > settings.UPLOAD_MAX_BYTES:
        most = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        raise Invalid({"file": Refusal("attachment.too_large", {"megabytes": most})})
    name = tidy_name(name)
    media_type, refusal = look_at(name, content)
    if refusal is not None:
        raise Invalid({"file": refusal})
    kept = Attachment.objects.filter(subject_uid=subject.uid, erased_at=None)
    if kept.count() >= MOST:
        raise Invalid({"file": Refusal("attachment.too_many", {"most": MOST})})
    # The name in the storage is ours: nothing that was typed reaches a path.
    stored = default_storage.save(f"{FOLDER}/{uuid7()}", ContentFile(content))
    try:
        with recording(actor, COMMENT_WRITE.code) as recorder:
            made = recorder.create(
                Attachment(
                    subject_kind=subject.kind, subject_uid=subject.uid, name=name,
                    media_type=media_type, size=len(content),
                    digest=hashlib.sha256(content).hexdigest(), stored_as=stored,
                    author_id=actor.person_id,
                )
            )
            follow(actor.person_id, subject)
    except BaseException:
        default_storage.delete(stored)
        raise
    return made


def erase(actor: Actor, uid: UUID | str) -> Attachment:
    """Erase a file: its content and its name are gone for good, the trace stays.

    Raises:
        NotFoundForActor, Refused: rights.
    """
    found, _subject = attachment_for(actor, uid)
    refusal = check_take_away(actor, found.author_id)
    if refusal is not None:
        raise Refused(refusal)
    if found.erased_at is not None:
        return found
    stored = found.stored_as
    with recording(actor, COMMENT_WRITE.code) as recorder:
        recorder.update(
            found, name="", erased_at=timezone.now(), erased_by_id=actor.person_id
        )
        Attachment.objects.filter(pk=found.pk).update(stored_as="")
        transaction.on_commit(lambda: default_storage.delete(stored))
    return found


def content_of(actor: Actor, uid: UUID | str) -> tuple[Attachment, bytes]:
    """A file with its content, for who may read the object it is on.

    Raises:
        NotFoundForActor: none that the actor may know of, or it was erased.
        Invalid: the content in the storage is not what was kept.
    """
    found, _subject = attachment_for(actor, uid)
    if found.erased_at is not None or not default_storage.exists(found.stored_as):
        raise Invalid({"file": Refusal("attachment.gone")})
    with default_storage.open(found.stored_as, "rb") as file:
        content: bytes = file.read()
    if hashlib.sha256(content).hexdigest() != found.digest:
        raise Invalid({"file": Refusal("attachment.damaged")})
    return found, content
