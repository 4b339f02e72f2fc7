"""A repository uploaded from the page: kept aside, compared, then taken in or dropped."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass

from django.utils import timezone

from portulan.base.models import Change
from portulan.base.policy import Actor, NotFoundForActor, require
from portulan.integrations.activities import IMPORT_RUN
from portulan.integrations.betagouv import rows, source, taking
from portulan.integrations.models import ImportBatch

KIND = "betagouv"
_ARCHIVE, _STAFFING = "archive", "staffing.jsonl"


@dataclass(frozen=True, slots=True)
class Compared:
    """An upload and what taking it in would do."""

    batch: ImportBatch
    plan: taking.Plan
    unreadable: tuple[source.Unreadable, ...]


def keep(actor: Actor, name: str, archive: bytes, staffing: bytes | None) -> ImportBatch:
    """Keep an upload that can be read; nothing of it is in the catalogue yet.

    Raises:
        Refused: the right ``import.run`` is missing.
        SourceError: not an archive of a repository, or beyond the limits.
    """
    require(actor, IMPORT_RUN)
    source.read_archive(archive)
    if staffing is not None and len(staffing) > source.MAX_PACKED:
        raise source.SourceError("source.too_large", limit=source.MAX_PACKED // 2**20)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        bundle.writestr(_ARCHIVE, archive)
        if staffing is not None:
            bundle.writestr(_STAFFING, staffing)
    return ImportBatch.objects.create(
        kind=KIND,
        source=taking.SOURCE,
        file_name=name[:200],
        digest=hashlib.sha256(archive + (staffing or b"")).hexdigest(),
        content=packed.getvalue(),
        account_id=actor.account_id,
    )


def compare(actor: Actor, uid: str) -> Compared:
    """What taking a kept upload in would do now.

    Raises:
        Refused: the right ``import.run`` is missing.
        NotFoundForActor: no such upload of this actor.
    """
    require(actor, IMPORT_RUN)
    batch = ImportBatch.objects.filter(kind=KIND, uid=uid).first()
    if batch is None or batch.content is None or batch.account_id != actor.account_id:
        raise NotFoundForActor("import", uid)
    with zipfile.ZipFile(io.BytesIO(bytes(batch.content))) as bundle:
        content = source.read_archive(bundle.read(_ARCHIVE))
        people, wrong = (
            source.parse_staffing(_STAFFING, bundle.read(_STAFFING).decode("utf-8", "replace"))
            if _STAFFING in bundle.namelist()
            else ([], [])
        )
    plan = taking.compare(rows.build(content, people))
    return Compared(batch, plan, (*content.unreadable, *wrong))


def take(actor: Actor, uid: str) -> ImportBatch:
    """Take a kept upload in, all or nothing; its content is then dropped.

    Raises:
        Refused, NotFoundForActor: as ``compare``.
        Conflict: something moved on since the comparison; nothing was written.
    """
    compared = compare(actor, uid)
    changed = taking.take_in(actor, compared.plan, note=compared.batch.file_name)
    batch = compared.batch
    batch.plan = {"counts": compared.plan.counts()}
    batch.change = Change.objects.filter(uid=changed).first() if changed else None
    batch.state = ImportBatch.State.APPLIED
    batch.applied_at = timezone.now()
    batch.content = None
    batch.save()
    return batch
