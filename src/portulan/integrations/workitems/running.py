"""Large imports of work items as jobs: read, taken in and taken back outside of any request.

What is small is done at once by the same functions (see ``actions`` and ``taking``). A job writes
in its last step only, together with its end: started again, it does everything once. What must be
settled by somebody (a damaged file, a right that is missing) is the job's answer, as a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portulan.base import jobs
from portulan.base.jobs import JobContext, JobStatus, status_of
from portulan.base.policy import Actor, Conflict, Invalid, Refusal, Refused, system_actor
from portulan.integrations.models import ImportBatch
from portulan.integrations.workitems import actions, taking
from portulan.integrations.workitems.actions import check_changeable, must
from portulan.integrations.workitems.mapping import Reading
from portulan.organisation.rights import actor_for

#: Changes of state up to which an import is done at once.
AT_ONCE = 5_000
#: Size of files from which they may hold more: text, and packed tables.
LARGE_TEXT, LARGE_PACKED = 250_000, 80_000
State = ImportBatch.State


def large_files(files: Sequence[tuple[str, bytes]]) -> bool:
    """Whether files may hold more changes than are read at once."""
    packed = sum(len(content) for _, content in files if content.startswith(b"PK\x03\x04"))
    text = sum(len(content) for _, content in files) - packed
    return text / LARGE_TEXT + packed / LARGE_PACKED > 1


def large(batch: ImportBatch) -> bool:
    """Whether a batch holds more changes than are taken in at once."""
    events: int = batch.plan.get("events", AT_ONCE + 1)
    return events > AT_ONCE


def job_of(batch: ImportBatch) -> JobStatus | None:
    """The long work asked for last on a batch, while it is known."""
    return status_of(batch.job_uid) if batch.job_uid else None


def busy(batch: ImportBatch) -> bool:
    """Whether long work is under way on a batch."""
    job = job_of(batch)
    return job is not None and not job.finished


def check_free(batch: ImportBatch) -> Refusal | None:
    """Why nothing can be asked of a batch now, or ``None``."""
    return Refusal("work.busy") if busy(batch) else None


def bring(actor: Actor, files: Sequence[tuple[str, bytes]], **asked: str) -> ImportBatch:
    """Keep files and read them: at once, or by a job when they are large.

    Raises:
        Refused, Invalid: as ``actions.bring``; what a job finds wrong is its answer.
    """
    if not large_files(files):
        return actions.bring(actor, files, **asked)
    batch = actions.keep_files(actor, files, **asked)
    batch.save()
    _ask(actor, batch, "read")
    return batch


def correct(actor: Actor, batch: ImportBatch, wanted: Mapping[str, Any]) -> None:
    """Change how a batch is read and read it again: at once, or by a job when it is large.

    Raises:
        Refused, Invalid: as ``actions.correct``; work is under way.
    """
    must(check_free(batch))
    if batch.state == State.UPLOADED:
        must(check_changeable(batch))
        _ask(actor, batch, "read")
    elif large(batch):
        reading = actions.corrected(actor, batch, wanted)
        batch.mapping = reading.to_json()
        batch.save(update_fields=["mapping"])
        _ask(actor, batch, "read")
    else:
        actions.correct(actor, batch, wanted)


def apply(actor: Actor, batch: ImportBatch) -> bool:
    """Take a batch in: at once, or by a job when it is large. Returns whether it is done.

    Raises:
        Refused, Invalid, Conflict: as ``taking.apply``.
    """
    if busy(batch):
        return False
    if not large(batch):
        taking.apply(actor, batch)
        return True
    must(taking.check_apply(batch))
    _ask(actor, batch, "take")
    return False


def undo(actor: Actor, batch: ImportBatch) -> bool:
    """Take a batch back: at once, or by a job when it is large. Returns whether it is done.

    Raises:
        Refused, Invalid: as ``taking.undo``.
    """
    if busy(batch):
        return False
    if not large(batch):
        taking.undo(actor, batch)
        return True
    must(taking.check_undo(batch))
    _ask(actor, batch, "undo")
    return False


def stop(batch: ImportBatch) -> bool:
    """Stop the work under way, unless it is being written. Whether there was any."""
    return batch.job_uid is not None and jobs.cancel(batch.job_uid)


def throw_away(actor: Actor, batch: ImportBatch) -> None:
    """Delete files that were never taken in; reading them is given up.

    Raises:
        Refused: no right to import; Invalid: they were taken in, or are being so.
    """
    if busy(batch) and batch.state != State.UPLOADED:
        must(check_free(batch))
    stop(batch)
    actions.throw_away(actor, batch)


def _ask(actor: Actor, batch: ImportBatch, what: str) -> None:
    # Two requests at the same time know the same job before theirs: they get one.
    job = jobs.enqueue(
        f"workitems.{what}",
        {"batch": str(batch.uid), "what": what},
        account_id=actor.account_id,
        key=f"{batch.uid}:{what}:{batch.job_uid or ''}",
    )
    batch.job_uid = job.uid
    batch.save(update_fields=["job_uid"])


# ---------------------------------------------------------------------------- the jobs


def read(context: JobContext) -> Any:
    """The job ``workitems.read``: how files are read, and what taking them in would do."""
    batch = _batch(context)
    if batch is None or check_changeable(batch) is not None:
        return {}
    context.progress(50, "reading")
    try:
        if batch.state == State.UPLOADED:
            actions.first_reading(batch)
        else:
            actions.replan(batch, Reading.from_json(batch.mapping))
    except Invalid as error:
        return _told(next(iter(error.errors.values())))
    context.stop_if_asked()
    with context.last_step() as give:
        batch.save(update_fields=["mapping", "plan", "source", "state"])
        give({})
    return None


def take(context: JobContext) -> Any:
    """The job ``workitems.take``: everything in one short transaction, or nothing."""
    return _written(context, taking.apply, State.PLANNED)


def undo_batch(context: JobContext) -> Any:
    """The job ``workitems.undo``: the whole import, or nothing."""
    return _written(context, taking.undo, State.APPLIED)


def _written(context: JobContext, write: Any, state: str) -> Any:
    batch = _batch(context)
    if batch is None or batch.state != state:
        return {}

    def tell(permille: int, code: str, done: int, asked: int) -> None:
        context.stop_if_asked()
        context.progress(permille, code, done=done, asked=asked)

    actor = actor_for(context.account) if context.account else system_actor("workitems")
    try:
        write(actor, batch, around=context.last_step, tell=tell)
    except Invalid as error:
        return _told(next(iter(error.errors.values())))
    except Refused as error:
        return _told(error.refusal)
    except Conflict:
        return _told(Refusal("work.moved"))
    return {}


def _batch(context: JobContext) -> ImportBatch | None:
    return ImportBatch.objects.filter(uid=context.params["batch"]).first()


def _told(refusal: Refusal) -> dict[str, Any]:
    """A refusal as the answer of a job: what is plain of it."""
    params = {k: v for k, v in refusal.params.items() if isinstance(v, (str, int, float))}
    return {"problem": refusal.code, "params": params, "roles": list(refusal.roles)}


def problem_of(job: JobStatus | None) -> Refusal | None:
    """What a job that ended asks somebody to settle, or ``None``."""
    if job is None or not job.finished:
        return None
    if job.state == "failed":
        return Refusal("work.broke")
    if job.state == "cancelled":
        return Refusal("work.stopped")
    answer = job.result if isinstance(job.result, dict) else {}
    if not answer.get("problem"):
        return None
    return Refusal(answer["problem"], answer.get("params", {}), tuple(answer.get("roles", ())))
